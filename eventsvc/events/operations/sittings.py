"""The days of an event: their places and times, proposed and then approved."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, Sitting, TimeState
from eventsvc.events.operations.changes import announce, announce_main_place
from eventsvc.rows import assign, lock, lock_open

EDITABLE = frozenset(
    {"title", "place", "doors_open_at", "doors_close_at", "buffer_minutes", "arrival_minutes"}
)
LONGEST_ARRIVAL = 240


class WrongTimes(Invalid):
    code = "wrong_times"


class NoTimeProposed(DomainError):
    code = "no_time_proposed"


class LastSitting(DomainError):
    code = "last_sitting"


class SittingInUse(DomainError):
    code = "sitting_in_use"


class SittingCancelled(DomainError):
    code = "sitting_cancelled"


@atomic()
def add_sitting(event: Event, *, title: str | None = None, place: str | None = None, by: Any) -> Sitting:
    """One more day (or half day) of the event, its time still open."""
    lock_open(event)
    number = max((sitting.number for sitting in event.sittings), default=0) + 1
    sitting = Sitting(number=number, title=title, place=place)
    event.sittings.append(sitting)
    db.session.flush()
    record(by, "sitting.added", sitting, event=event)
    return sitting


@atomic()
def edit_sitting(
    sitting: Sitting, changes: dict[str, Any], *, version: int | None = None, by: Any
) -> Sitting:
    """Change title, place, the hours of the doors, the minutes kept free or how early people should come. Another place
    of an approved sitting is announced to the main hall, another time to come to everybody."""
    _lock(sitting, version)
    opens = changes.get("doors_open_at", sitting.doors_open_at)
    closes = changes.get("doors_close_at", sitting.doors_close_at)
    if opens and closes and closes <= opens:
        raise WrongTimes(_("The doors close before they open."), field="doors_close_at")
    arrival = changes.get("arrival_minutes")
    if arrival is not None and not 1 <= arrival <= LONGEST_ARRIVAL:
        raise WrongTimes(
            _("Between 1 and %(most)s minutes, please.", most=LONGEST_ARRIVAL), field="arrival_minutes"
        )
    changed = assign(sitting, changes, EDITABLE)
    if changed:
        if sitting.time_state is TimeState.APPROVED:
            _announce(sitting, changed)
        db.session.flush()
        record(by, "sitting.edited", sitting, event=sitting.event, fields=changed)
    return sitting


@atomic()
def propose_time(
    sitting: Sitting, *, starts_at: datetime, ends_at: datetime | None, version: int | None = None, by: Any
) -> Sitting:
    """Name an exact time, to be approved. Another time for an approved sitting needs a new approval;
    proposing the time that stands changes nothing."""
    _lock(sitting, version)
    if ends_at is not None and ends_at <= starts_at:
        raise WrongTimes(_("The sitting ends before it begins."), field="ends_at")
    if (sitting.starts_at, sitting.ends_at) == (
        starts_at,
        ends_at,
    ) and sitting.time_state is not TimeState.OPEN:
        return sitting
    was_approved = sitting.time_state is TimeState.APPROVED
    sitting.starts_at, sitting.ends_at = starts_at, ends_at
    sitting.time_state = TimeState.PROPOSED
    sitting.proposed_by_id, sitting.proposed_at = user_id(by), clock.now()
    sitting.approved_by_id = sitting.approved_at = None
    if was_approved:
        announce(sitting.event, [sitting])
    db.session.flush()
    record(by, "sitting.time_proposed", sitting, event=sitting.event)
    return sitting


@atomic()
def approve_time(sitting: Sitting, *, version: int | None = None, by: Any) -> Sitting:
    """Make the proposed time the exact one, with who approved it and when. Safe to repeat."""
    _lock(sitting, version)
    if sitting.time_state is TimeState.OPEN:
        raise NoTimeProposed(_("Nobody has proposed a time yet: propose one first."))
    if sitting.time_state is TimeState.APPROVED:
        return sitting
    sitting.time_state = TimeState.APPROVED
    sitting.approved_by_id, sitting.approved_at = user_id(by), clock.now()
    announce(sitting.event, [sitting])
    db.session.flush()
    record(by, "sitting.time_approved", sitting, event=sitting.event)
    return sitting


@atomic()
def cancel_sitting(sitting: Sitting, *, by: Any) -> Sitting:
    """Call one sitting off; the last that stands goes with the whole event."""
    _lock(sitting, None)
    if sitting.event.standing_sittings == [sitting]:
        raise LastSitting(_("This is the only sitting left: cancel the whole event instead."))
    sitting.cancelled_at = clock.now()
    announce(sitting.event, [sitting])
    db.session.flush()
    record(by, "sitting.cancelled", sitting, event=sitting.event)
    return sitting


@atomic()
def remove_sitting(sitting: Sitting, *, by: Any) -> None:
    """Take away a sitting that nobody has heard of and nothing belongs to."""
    event = sitting.event
    lock_open(event)
    lock(sitting)
    if event.sittings == [sitting]:
        raise LastSitting(_("An event needs at least one sitting."))
    if sitting.sequence > 0:
        raise SittingInUse(
            _("The time of this sitting has been announced: cancel it instead of removing it.")
        )
    if any(item.sitting_id == sitting.id for item in event.agenda_items):
        raise SittingInUse(_("This sitting has agenda items: move or remove them first."))
    record(by, "sitting.removed", sitting, event=event)
    try:
        with db.session.begin_nested():
            event.sittings.remove(sitting)
    except IntegrityError as error:
        raise SittingInUse(_("Something belongs to this sitting already: cancel it instead.")) from error


def _lock(sitting: Sitting, version: int | None) -> None:
    """Hold the event, then the sitting: always in this order. Neither may be cancelled."""
    lock_open(sitting.event)
    lock(sitting, version)
    if sitting.cancelled_at:
        raise SittingCancelled(_("This sitting has been cancelled."))


def _announce(sitting: Sitting, changed: list[str]) -> None:
    if "arrival_minutes" in changed:
        announce(sitting.event, [sitting])
    if "place" in changed:
        announce_main_place(sitting.event, [sitting])
