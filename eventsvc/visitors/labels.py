"""The words of open doors and their visitors."""

from flask_babel import lazy_gettext as _l

from eventsvc.visitors.models import VisitState
from eventsvc.visitors.rules import Registration
from eventsvc.web import labels

labels.register(
    {
        VisitState.REGISTERED: _l("Has a place"),
        VisitState.WAITING: _l("On the waiting list"),
        VisitState.CANCELLED: _l("Registration cancelled"),
    },
    {VisitState.REGISTERED: "ok", VisitState.WAITING: "warn", VisitState.CANCELLED: "mute"},
)
labels.register(
    {
        Registration.OPEN: _l("Registration open"),
        Registration.CANCELLED: _l("Called off"),
        Registration.OVER: _l("Over"),
        Registration.NO_NOTICE: _l("Notice on personal data missing"),
        Registration.STOPPED: _l("Registration stopped"),
        Registration.NOT_YET: _l("Registration not open yet"),
        Registration.CLOSED: _l("Registration closed"),
    },
    {
        Registration.OPEN: "ok",
        Registration.CANCELLED: "err",
        Registration.OVER: "mute",
        Registration.NO_NOTICE: "warn",
        Registration.STOPPED: "warn",
        Registration.NOT_YET: "info",
        Registration.CLOSED: "mute",
    },
)
