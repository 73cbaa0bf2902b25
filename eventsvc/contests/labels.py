"""The words of contests."""

from flask_babel import lazy_gettext as _l

from eventsvc.contests.models import EntrantKind, EntryState, RoundKind
from eventsvc.contests.rules import Registration
from eventsvc.web import labels

labels.register(
    {
        EntrantKind.PERSON: _l("A person"),
        EntrantKind.TEAM: _l("A team"),
        EntrantKind.EITHER: _l("Persons and teams"),
    }
)

labels.register(
    {
        RoundKind.JURY: _l("Points of the jury"),
        RoundKind.BRACKET: _l("Two against each other"),
        RoundKind.LIVESTREAM: _l("Livestream slots"),
    }
)

labels.register(
    {
        EntryState.AWAITING_CONSENT: _l("Waiting for the guardian"),
        EntryState.SUBMITTED: _l("Handed in (entry)"),
        EntryState.ACCEPTED: _l("Accepted (entry)"),
        EntryState.REFUSED: _l("Not accepted (entry)"),
        EntryState.WITHDRAWN: _l("Withdrawn (entry)"),
    },
    {
        EntryState.AWAITING_CONSENT: "warn",
        EntryState.SUBMITTED: "info",
        EntryState.ACCEPTED: "ok",
        EntryState.REFUSED: "err",
        EntryState.WITHDRAWN: "mute",
    },
)

labels.register(
    {
        Registration.OPEN: _l("Entries are taken"),
        Registration.CANCELLED: _l("Cancelled (contest)"),
        Registration.NO_NOTICE: _l("The data notice is missing"),
        Registration.NOT_YET: _l("Not open yet (contest)"),
        Registration.CLOSED: _l("Entries are closed"),
    },
    {
        Registration.OPEN: "ok",
        Registration.CANCELLED: "err",
        Registration.NO_NOTICE: "warn",
        Registration.NOT_YET: "info",
        Registration.CLOSED: "mute",
    },
)
