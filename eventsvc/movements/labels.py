"""The words of comparisons and of how often a figure is returned."""

from flask_babel import lazy_gettext as _l

from eventsvc.movements.guidance_rollup import Wanted
from eventsvc.movements.launch_queries import Standing
from eventsvc.movements.models import Comparator, TargetPeriod
from eventsvc.movements.target_periods import TargetStanding
from eventsvc.web import labels

labels.register(
    {
        Comparator.MINIMUM: _l("at least"),
        Comparator.MORE_THAN: _l("more than"),
        Comparator.EXACTLY: _l("exactly"),
        TargetPeriod.ONCE: _l("Once"),
        TargetPeriod.WEEKLY: _l("Weekly"),
        TargetPeriod.MONTHLY: _l("Monthly"),
        TargetPeriod.QUARTERLY: _l("Quarterly"),
    }
)
labels.register(
    {
        Standing.SILENT: _l("Not registered yet"),
        Standing.REGISTERED: _l("Launch registered"),
        Standing.REPORTED: _l("Launch reported"),
        Standing.RETURNED: _l("Sent back for correction"),
        Standing.APPROVED: _l("Approved (report)"),
    },
    {
        Standing.SILENT: "err",
        Standing.REGISTERED: "warn",
        Standing.REPORTED: "info",
        Standing.RETURNED: "err",
        Standing.APPROVED: "ok",
    },
)
labels.register(
    {
        Wanted.MISSING: _l("Not handed in"),
        Wanted.LATE: _l("Late (return)"),
        Wanted.HANDED_IN: _l("Handed in"),
        Wanted.APPROVED: _l("Approved (report)"),
    }
)
labels.register(
    {
        TargetStanding.AWAITED: _l("Figure awaited"),
        TargetStanding.LATE: _l("Figure overdue"),
        TargetStanding.HANDED_IN: _l("Figure handed in"),
        TargetStanding.RETURNED: _l("Figure sent back"),
        TargetStanding.APPROVED: _l("Figure approved"),
    },
    {
        TargetStanding.AWAITED: "warn",
        TargetStanding.LATE: "err",
        TargetStanding.HANDED_IN: "info",
        TargetStanding.RETURNED: "err",
        TargetStanding.APPROVED: "ok",
    },
)
