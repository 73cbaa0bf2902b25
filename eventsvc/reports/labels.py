"""The words of the board."""

from flask_babel import lazy_gettext as _l

from eventsvc.reports.queries import Attention
from eventsvc.web import labels

labels.register(
    {
        Attention.CASE: _l("to be looked into"),
        Attention.FAULT: _l("fault reported"),
        Attention.EMPTY: _l("nobody in yet"),
        Attention.FILLING: _l("arriving"),
        Attention.FULL: _l("nearly everybody in"),
        Attention.NOBODY_EXPECTED: _l("nobody on the list"),
        Attention.WAITING: _l("waiting for the start"),
    },
    {
        Attention.CASE: "err",
        Attention.FAULT: "err",
        Attention.EMPTY: "err",
        Attention.FILLING: "warn",
        Attention.FULL: "ok",
        Attention.NOBODY_EXPECTED: "mute",
        Attention.WAITING: "mute",
    },
)
