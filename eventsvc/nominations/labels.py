"""The words for how far organizations and the people they name have come."""

from flask_babel import lazy_gettext as _l

from eventsvc.nominations.gathering_operations import Spread
from eventsvc.nominations.models import NominationState, WaitingReason
from eventsvc.nominations.states import AskingState
from eventsvc.web import labels

labels.register(
    {
        AskingState.DRAFT: _l("Not asked yet"),
        AskingState.ISSUED: _l("Letter issued, not sent"),
        AskingState.ON_ITS_WAY: _l("On its way"),
        AskingState.UNDELIVERED: _l("Not delivered"),
        AskingState.DELIVERED: _l("Delivered, no answer yet"),
        AskingState.NO_REPLY: _l("No reply, reminded"),
        AskingState.ACKNOWLEDGED: _l("Receipt confirmed"),
        AskingState.NOMINATED_PART: _l("Some people named"),
        AskingState.NOMINATED: _l("People named"),
        AskingState.TOKENS_SENT: _l("Those named are invited"),
        AskingState.DECLINED: _l("Declined"),
        AskingState.REVOKED: _l("Withdrawn"),
    },
    {
        AskingState.DRAFT: "mute",
        AskingState.ISSUED: "info",
        AskingState.ON_ITS_WAY: "info",
        AskingState.UNDELIVERED: "err",
        AskingState.DELIVERED: "info",
        AskingState.NO_REPLY: "warn",
        AskingState.ACKNOWLEDGED: "info",
        AskingState.NOMINATED_PART: "warn",
        AskingState.NOMINATED: "ok",
        AskingState.TOKENS_SENT: "ok",
        AskingState.DECLINED: "err",
        AskingState.REVOKED: "mute",
    },
)
labels.register(
    {
        NominationState.WAITING: _l("Waiting for approval"),
        NominationState.ACCEPTED: _l("On the guest list"),
        NominationState.REFUSED: _l("Not agreed to"),
        NominationState.WITHDRAWN: _l("Taken back"),
    },
    {
        NominationState.WAITING: "warn",
        NominationState.ACCEPTED: "ok",
        NominationState.REFUSED: "err",
        NominationState.WITHDRAWN: "mute",
    },
)
labels.register(
    {
        WaitingReason.OVER_QUOTA: _l("More people than seats"),
        WaitingReason.ALREADY_LISTED: _l("On the list already"),
        WaitingReason.AFTER_DEADLINE: _l("Named after the last day"),
    }
)
labels.register(
    {
        Spread.LISTED: _l("the organizations that this line names"),
        Spread.DISTRICTS: _l("the People's Committees of all districts"),
        Spread.COMMUNES: _l("the People's Committees of all communes"),
    }
)

# Why a name waits, as the organization is told: never who else has named the person.
TOLD_TO_ORGANIZATION = {
    WaitingReason.OVER_QUOTA: _l("More people than seats: the organizers have to agree."),
    WaitingReason.ALREADY_LISTED: _l(
        "This person is on the list of delegates already: the organizers will look at it."
    ),
    WaitingReason.AFTER_DEADLINE: _l("Named after the last day: the organizers have to agree."),
}
