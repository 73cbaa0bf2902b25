"""The words for the kinds of messages and of what goes out by the clock, for pages."""

from typing import Any

from flask_babel import lazy_gettext as _l

from eventsvc.invitations import kinds
from eventsvc.invitations.message_models import ReminderKind
from eventsvc.web import labels

KINDS: dict[str, Any] = {
    kinds.INVITATION: _l("Invitation"),
    kinds.UPDATE: _l("Change of time, place or link"),
    kinds.CANCELLATION: _l("Cancellation of the event"),
    kinds.PROGRAMME: _l("Change of the programme"),
    kinds.REMINDER: _l("Reminder"),
    kinds.THANKS: _l("Thanks"),
}
WHEN: dict[str, Any] = {
    kinds.INVITATION: _l("To everybody who is invited."),
    kinds.UPDATE: _l("To those who were told of another time, place, bridge, link or time to be present."),
    kinds.CANCELLATION: _l("To everybody who was invited, when the event is called off."),
    kinds.PROGRAMME: _l("To those whom a release of the agenda touches."),
    kinds.REMINDER: _l("To those who have not answered."),
    kinds.THANKS: _l("After the event, to those who accepted."),
}

labels.register(
    {
        ReminderKind.REMINDER: _l("Reminder to guests who have not answered"),
        ReminderKind.NOMINATION_REMINDER: _l("Reminder to organizations that have not named anybody"),
        ReminderKind.THANKS: _l("Thanks to those who accepted"),
    }
)
