"""The words of substitutions, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.invitations.substitution_models import SubstitutionSource, SubstitutionState
from eventsvc.web import labels

labels.register(
    {
        SubstitutionState.WAITING: _l("Waits for approval"),
        SubstitutionState.APPROVED: _l("Goes as substitute"),
        SubstitutionState.REFUSED: _l("Not agreed to"),
        SubstitutionState.WITHDRAWN: _l("Request taken back"),
    },
    {
        SubstitutionState.WAITING: "warn",
        SubstitutionState.APPROVED: "ok",
        SubstitutionState.REFUSED: "err",
        SubstitutionState.WITHDRAWN: "mute",
    },
)
labels.register(
    {
        SubstitutionSource.INVITEE: _l("named by the invitee"),
        SubstitutionSource.ORGANIZATION: _l("named by the organization"),
        SubstitutionSource.STAFF: _l("entered by staff"),
    }
)
