"""The words of estimates."""

from flask_babel import lazy_gettext as _l

from eventsvc.budgets.estimate_queries import Standing
from eventsvc.web import labels

labels.register(
    {
        Standing.AWAITED: _l("Awaited (estimate)"),
        Standing.LATE: _l("Late (estimate)"),
        Standing.HANDED_IN: _l("Handed in (estimate)"),
        Standing.SENT_BACK: _l("Sent back (estimate)"),
        Standing.APPROVED: _l("Approved (estimate)"),
        Standing.SETTLED: _l("Settled (estimate)"),
    },
    {
        Standing.AWAITED: "mute",
        Standing.LATE: "err",
        Standing.HANDED_IN: "info",
        Standing.SENT_BACK: "warn",
        Standing.APPROVED: "ok",
        Standing.SETTLED: "ok",
    },
)
