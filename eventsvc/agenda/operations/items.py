"""The agenda, item by item: add, edit, move, shift, stretch, remove."""

from typing import Any, Literal

from flask_babel import gettext as _

from eventsvc.agenda import timing
from eventsvc.agenda.models import AgendaItem, ItemKind, Strand
from eventsvc.agenda.operations import journal
from eventsvc.agenda.operations.ordering import count_move, put_in_order, standing
from eventsvc.agenda.timing import LONGEST_MINUTES, CannotStretch
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import assign, lock, lock_open

EDITABLE = frozenset(
    {
        "kind", "title", "duration_minutes", "pinned_at", "cue", "is_public", "speaker", "position", "person",
        "organization", "site", "mc_line", "sound_note", "light_note", "screen_note", "line_note",
        "reception_note", "note", "cite", "sitting", "strand",
    }
)  # fmt: skip
LONGEST_SHIFT = 12 * 60


class WrongDuration(Invalid):
    code = "wrong_duration"


class WrongShift(Invalid):
    code = "wrong_shift"


class TimeUnknown(DomainError):
    """Nothing can be reckoned from a time that nobody knows."""

    code = "time_unknown"


class WillNotFit(DomainError):
    code = "will_not_fit"


class MovedMeanwhile(StaleEdit):
    """Someone else has moved the same item since the page was shown; nothing was moved now."""

    code = "moved_meanwhile"


@atomic()
def add_item(
    event: Event,
    *,
    kind: ItemKind,
    title: str,
    sitting: Sitting | None = None,
    strand: Strand | None = None,
    number: int | None = None,
    by: Any,
    **details: Any,
) -> AgendaItem:
    """A new item at the end of a sitting's stage or of a strand of it, or at `number` there; the first sitting
    when none is named. `details` are further columns (EDITABLE)."""
    lock_open(event)
    _require_duration(details.get("duration_minutes"))
    unknown = details.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    sitting = sitting or event.sittings[0]
    with journal.edit(event, "agenda_item.added", title=title, by=by):
        others = standing(event, sitting, strand)
        item = AgendaItem(
            sitting=sitting, strand=strand, number=len(others) + 1, kind=kind, title=title, **details
        )
        event.agenda_items.append(item)
        db.session.flush()
        if number is not None:
            others.insert(_within(number, len(others) + 1) - 1, item)
            put_in_order(others, sitting, strand)
    record(by, "agenda_item.added", item, event=event)
    return item


@atomic()
def edit_item(
    item: AgendaItem, changes: dict[str, Any], *, version: int | None = None, by: Any
) -> AgendaItem:
    """Change an item. In another sitting or strand it stands at the end."""
    event = item.event
    lock_open(event)
    lock(item, version)
    _require_duration(changes.get("duration_minutes"))
    changes = dict(changes)
    sitting = changes.pop("sitting", None) or item.sitting
    strand = changes.pop("strand", item.strand)
    with journal.edit(event, "agenda_item.edited", title=item.title, by=by):
        changed = assign(item, changes, EDITABLE)
        db.session.flush()
        if (sitting, strand) != (item.sitting, item.strand):
            changed.append("place")
            _put(item, sitting, strand, number=None)
    if changed:
        record(by, "agenda_item.edited", item, event=event, fields=changed)
    return item


@atomic()
def place_item(
    item: AgendaItem,
    *,
    number: int,
    sitting: Sitting | None = None,
    strand: Strand | None = None,
    moves: int | None = None,
    by: Any,
) -> AgendaItem:
    """Put an item at a number, counted from 1, on a sitting's stage or in a strand of it; beyond the ends is at the
    end. Without a sitting it stays where it is, strand and all.

    With the `moves` that the page was shown with: MovedMeanwhile when someone has moved this item since.
    """
    event = item.event
    lock_open(event)
    lock(item)
    if moves is not None and item.moves != moves:
        raise MovedMeanwhile(
            _(
                "Someone else has just moved “%(title)s”: it is item %(number)s now. Move it again if need be.",
                title=item.title[:80],
                number=item.number,
            )
        )
    if sitting is None:
        sitting, strand = item.sitting, item.strand
    before = (item.sitting, item.strand, item.number)
    with journal.edit(event, "agenda_item.moved", title=item.title, by=by):
        _put(item, sitting, strand, number=number)
    if (item.sitting, item.strand, item.number) != before:
        count_move(item)
        record(by, "agenda_item.moved", item, event=event, place=item.number)
    return item


def move_item(
    item: AgendaItem, direction: Literal["up", "down"], *, moves: int | None = None, by: Any
) -> AgendaItem:
    """Change places with the item before or after it; at the end of the list nothing happens."""
    step = -1 if direction == "up" else 1
    return place_item(item, number=max(1, item.number + step), moves=moves, by=by)


@atomic()
def shift_items(item: AgendaItem, minutes: int, *, by: Any) -> int:
    """Make this item and everything after it begin later by so many minutes, earlier when negative; durations stay.
    The number of items whose pin was set for it."""
    event = item.event
    lock_open(event)
    lock(item)
    if minutes == 0 or abs(minutes) > LONGEST_SHIFT:
        raise WrongShift(
            _("Shift by 1 to %(most)s minutes, forward or back.", most=LONGEST_SHIFT), field="minutes"
        )
    items = standing(event, item.sitting, item.strand)
    slots = timing.lay_out(item.sitting.starts_at, items)
    place = items.index(item)
    if slots[place].start is None:
        raise TimeUnknown(
            _(
                "Nobody knows yet when this item begins: give the items before it a duration, and the sitting a time."
            )
        )
    with journal.edit(event, "agenda_item.shifted", title=item.title, by=by):
        pins = timing.shifted(slots, place, minutes)
        for moved, pinned_at in pins:
            moved.pinned_at = pinned_at
    record(by, "agenda_item.shifted", item, event=event, minutes=minutes, count=len(pins))
    return len(pins)


@atomic()
def stretch_items(event: Event, sitting: Sitting, strand: Strand | None = None, *, by: Any) -> int:
    """Give the items of a sitting's stage, or of a strand of it, durations that fill its time up to the buffer; pins
    hold. The number of items whose duration changed."""
    lock_open(event)
    if sitting.starts_at is None or sitting.ends_at is None:
        raise TimeUnknown(_("The sitting needs a start and an end before its items can fill it."))
    slots = timing.lay_out(sitting.starts_at, standing(event, sitting, strand))
    try:
        durations = timing.stretched(sitting.starts_at, sitting.ends_at, slots, buffer=sitting.buffer_minutes)
    except CannotStretch as problem:
        raise WillNotFit(
            _(
                "%(count)s items cannot fill %(minutes)s minutes: each takes from one minute to a day.",
                count=problem.count,
                minutes=problem.minutes,
            )
        ) from problem
    with journal.edit(event, "agenda_item.stretched", by=by):
        for item, minutes in durations:
            item.duration_minutes = minutes
    if durations:
        record(by, "agenda_item.stretched", sitting, event=event, count=len(durations))
    return len(durations)


@atomic()
def remove_item(item: AgendaItem, *, by: Any) -> None:
    """Take an item out; those after it move up. A ritual in it stays, without an item, and so do its materials."""
    event = item.event
    lock_open(event)
    lock(item)
    sitting, strand = item.sitting, item.strand
    with journal.edit(event, "agenda_item.removed", title=item.title, by=by):
        record(by, "agenda_item.removed", item, event=event)
        if item.ritual is not None:
            item.ritual.agenda_item = None
        event.agenda_items.remove(item)
        db.session.flush()
        put_in_order(standing(event, sitting, strand), sitting, strand)


def _put(item: AgendaItem, sitting: Sitting, strand: Strand | None, *, number: int | None) -> None:
    """Move an item to a number, or to the end, and close the gap that it leaves."""
    event, old = item.event, (item.sitting, item.strand)
    there = [other for other in standing(event, sitting, strand) if other is not item]
    there.insert(len(there) if number is None else _within(number, len(there) + 1) - 1, item)
    put_in_order(there, sitting, strand)
    if old != (sitting, strand):
        put_in_order(standing(event, *old), *old)


def _within(number: int, most: int) -> int:
    return max(1, min(number, most))


def _require_duration(minutes: int | None) -> None:
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        raise WrongDuration(
            _("An item takes from 1 to %(most)s minutes, or none are given.", most=LONGEST_MINUTES),
            field="duration_minutes",
        )
