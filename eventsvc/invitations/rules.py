"""When invitations may go out and when they may be answered."""

from datetime import datetime

from flask_babel import gettext as _

from eventsvc.errors import DomainError
from eventsvc.events.models import (
    DataNoticeMissing,
    Event,
    EventCancelled,
    EventStatus,
    Sitting,
    TimeState,
)


class EventArchived(DomainError):
    code = "event_archived"


class TimeNotApproved(DomainError):
    code = "time_not_approved"


class EventPast(DomainError):
    code = "event_past"


class LetterNotIssued(DomainError):
    """The letter that goes with the message has not been issued, and its signer does not let mail precede it."""

    code = "letter_not_issued"


class NotOver(DomainError):
    code = "not_over"


class InvitationRevoked(DomainError):
    status, code = 410, "invitation_revoked"


class NoAddress(DomainError):
    code = "no_address"


def require_sendable(event: Event, now: datetime) -> None:
    """Refuse, naming what is missing, unless an invitation to this event may leave the house now."""
    require_open(event)
    if not event.has_data_notice:
        raise DataNoticeMissing(
            _(
                "Invitations cannot go out yet: say first what personal data is for, on which legal basis, "
                "who answers for it and how long it is kept."
            )
        )
    undated = [sitting for sitting in event.standing_sittings if sitting.time_state is not TimeState.APPROVED]
    if undated and len(event.sittings) > 1:
        names = ", ".join(sitting_name(sitting) for sitting in undated)
        raise TimeNotApproved(
            _(
                "Invitations cannot go out yet: no exact time has been approved for %(sittings)s.",
                sittings=names,
            )
        )
    if undated or not event.standing_sittings:
        raise TimeNotApproved(_("Invitations cannot go out yet: no exact time has been approved."))
    if not upcoming(event, now):
        raise EventPast(_("The event is over: no more invitations go out."))


def require_answerable(event: Event, now: datetime) -> None:
    """Refuse an answer to what will not take place or has taken place."""
    require_open(event)
    if is_past(event, now):
        raise EventPast(_("The event is over: it can no longer be answered."))


def require_over(event: Event, now: datetime) -> None:
    """Refuse thanks before there is anything to thank for."""
    require_open(event)
    if not is_past(event, now):
        raise NotOver(_("The event is not over yet: thanks go out afterwards."))


def require_open(event: Event) -> None:
    if event.is_cancelled:
        raise EventCancelled(_("The event has been cancelled."))
    if event.status is EventStatus.ARCHIVED:
        raise EventArchived(_("The event has been archived."))


def upcoming(event: Event, now: datetime) -> list[Sitting]:
    """The sittings with an approved time that are still to come; one that has begun is past for invitations."""
    return [
        sitting
        for sitting in event.standing_sittings
        if sitting.time_state is TimeState.APPROVED and sitting.starts_at and sitting.starts_at > now
    ]


def is_past(event: Event, now: datetime) -> bool:
    """Whether the last sitting has ended."""
    ends_at = event.ends_at
    return ends_at is not None and ends_at <= now


def sitting_name(sitting: Sitting) -> str:
    return sitting.title or _("sitting %(number)s", number=sitting.number)
