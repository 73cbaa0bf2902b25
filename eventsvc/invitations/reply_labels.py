"""What came in and what became of it, in words for people."""

from flask_babel import lazy_gettext as _l

from eventsvc.deliveries.models import InboundKind, InboundState
from eventsvc.web import labels

labels.register(
    {
        InboundKind.REPLY: _l("Answer"),
        InboundKind.COUNTER: _l("Another time proposed"),
        InboundKind.BOUNCE: _l("Report of a mail server"),
        InboundKind.AUTO_REPLY: _l("Automatic reply"),
        InboundKind.LETTER: _l("Letter"),
    }
)
labels.register(
    {
        InboundState.NEW: _l("Not read yet"),
        InboundState.APPLIED: _l("Taken into account"),
        InboundState.REVIEW: _l("Needs review"),
        InboundState.IGNORED: _l("Put aside"),
    },
    {
        InboundState.NEW: "info",
        InboundState.APPLIED: "ok",
        InboundState.REVIEW: "warn",
        InboundState.IGNORED: "mute",
    },
)

OUTCOMES = {
    "applied": _l("The answer counts."),
    "assigned": _l("An organizer said whose answer this is."),
    "replay": _l("The same answer had come before."),
    "stale": _l("A newer answer is in force."),
    "no_answer": _l("The message opens the question again; the answer in force stays."),
    "counter": _l("The invitee proposes another time. The answer in force stays."),
    "substitute": _l("The invitee names a substitute. Enter the substitute if you agree."),
    "mixed": _l("The answers to the sittings differ."),
    "unknown_uid": _l("It answers none of our calendar entries."),
    "unknown_attendee": _l("Whoever answers is not the invitee: the invitation may have been forwarded."),
    "unknown_sender": _l("It was not sent from an address of the invitee."),
    "other_person": _l("The address it came to belongs to another invitee."),
    "letter": _l("A letter in ordinary words: somebody must read it."),
    "automatic": _l("An automatic reply says nothing about delivery or attendance."),
    "forged": _l("The address it came to is not one of ours: nothing was changed."),
    "unsigned": _l("It did not come to the return address of a message: anybody may have written it."),
    "late": _l("The message had been dealt with before this report came."),
    "unreadable": _l("The report does not say what became of the message."),
    "bounced": _l("The message came back."),
    "will_retry": _l("The message is tried again."),
    "paused": _l("A server takes nothing from us: sending is paused."),
    "delayed": _l("The message is delayed. The servers go on trying."),
    "delivered": _l("The message has been delivered."),
    "put_aside": _l("An organizer put it aside."),
    "too_large": _l("Too large to be read: only its beginning is kept."),
    "too_many_parts": _l("Made of more parts than any mail program writes: it was not taken apart."),
    "unreadable_calendar": _l("A calendar came with it that cannot be read: it may be an answer."),
    "broken": _l("The message is damaged."),
    "site_hesitates": _l("The site does not say that it will be at the link test: phone it."),
    "link_test_cancelled": _l("The link test had been called off."),
    "link_test_over": _l("The link test was over."),
    "invitation_revoked": _l("The invitation had been withdrawn."),
    "event_past": _l("The event was over."),
    "event_cancelled": _l("The event had been cancelled."),
    "event_archived": _l("The event had been archived."),
}


def outcome(word: str | None) -> str:
    """Why it came to this; empty while nobody has read it, the word itself where there is no sentence for it."""
    return str(OUTCOMES.get(word, word)) if word else ""


ACTIONS = {
    "failed": _l("Could not be delivered"),
    "delayed": _l("Delayed"),
    "delivered": _l("Delivered"),
    "relayed": _l("Handed on"),
    "expanded": _l("Handed on"),
}
