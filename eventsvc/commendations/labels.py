"""The words of commendations."""

from flask_babel import lazy_gettext as _l

from eventsvc.commendations.models import CommendationState, NomineeKind
from eventsvc.web import labels

labels.register(
    {
        NomineeKind.COLLECTIVE: _l("Collective"),
        NomineeKind.INDIVIDUAL: _l("Individual"),
        NomineeKind.CHANNEL: _l("Community media channel"),
    }
)

labels.register(
    {
        CommendationState.PROPOSED: _l("Proposed (commendation)"),
        CommendationState.RETURNED: _l("Sent back for correction"),
        CommendationState.CHECKED: _l("Checked by the Department of Home Affairs"),
        CommendationState.DECIDED: _l("Decided (commendation)"),
        CommendationState.REFUSED: _l("Not commended"),
        CommendationState.WITHDRAWN: _l("Withdrawn (commendation)"),
    },
    {
        CommendationState.PROPOSED: "warn",
        CommendationState.RETURNED: "err",
        CommendationState.CHECKED: "info",
        CommendationState.DECIDED: "ok",
        CommendationState.REFUSED: "mute",
        CommendationState.WITHDRAWN: "mute",
    },
)
