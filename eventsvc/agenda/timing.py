"""Agenda arithmetic: when each item begins and ends, where it leaves a gap or runs into the next, whether the whole
fits its sitting. Pure: it takes items and moments and returns moments and minutes.

An item is linked, and begins when the one before it ends, or pinned to a time on the clock in Vietnam.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, Protocol

from eventsvc import clock

LONGEST_MINUTES = 24 * 60


class Timed(Protocol):
    duration_minutes: int | None
    pinned_at: time | None


class Slot(NamedTuple):
    """An item with its start and end. Pinned, it may leave `gap` minutes empty before it, or begin `overlap`
    minutes before the one before it ends; never both."""

    item: Any
    start: datetime | None
    end: datetime | None
    gap: int = 0
    overlap: int = 0


class Fit(NamedTuple):
    """How the items fill the planned time, in minutes. `over` is negative while time is left, None without a plan
    or while nobody knows when the last item ends."""

    minutes: int
    untimed: int
    planned: int | None
    over: int | None
    buffer: int = 0

    @property
    def is_too_long(self) -> bool:
        return self.over is not None and self.over > 0

    @property
    def buffer_used(self) -> int:
        """Minutes that the items take of what was to be kept free, all of them when they are too long."""
        return 0 if self.over is None else max(0, min(self.buffer, self.over + self.buffer))


class Part(NamedTuple):
    """What goes on in one place during a sitting, the stage (`strand` None) or beside it, in order."""

    sitting: Any
    strand: Any
    slots: list[Slot]
    fit: Fit

    @property
    def times(self) -> list[tuple[Any, datetime | None, datetime | None]]:
        return [(slot.item, slot.start, slot.end) for slot in self.slots]


class CannotStretch(ValueError):
    """The items cannot fill the time: `minutes` are there for `count` items that take a minute at least."""

    def __init__(self, minutes: int, count: int) -> None:
        super().__init__(f"{count} items in {minutes} minutes")
        self.minutes, self.count = minutes, count


def programme(
    sittings: Sequence[Any], strands: Sequence[Any], items: Sequence[Any], *, with_empty: bool = False
) -> list[Part]:
    """The agenda by sittings, in each the stage before what goes on beside it. A cancelled sitting is left out once
    it has no items, a strand where it has none, unless it is asked for `with_empty`. Items say their `sitting_id`,
    `strand_id` and `number`."""
    own: dict[tuple[int, int | None], list[Any]] = {}
    for item in sorted(items, key=lambda item: item.number):
        own.setdefault((item.sitting_id, item.strand_id), []).append(item)
    parts = []
    for sitting in sittings:
        for strand in (None, *strands):
            rows = own.get((sitting.id, strand.id if strand else None), [])
            if rows or (sitting.cancelled_at is None and (strand is None or with_empty)):
                slots = lay_out(sitting.starts_at, rows)
                parts.append(Part(sitting, strand, slots, fit(sitting, slots)))
    return parts


def lay_out(starts_at: datetime | None, items: Sequence[Timed]) -> list[Slot]:
    """Each item in its place on the clock. An item without a duration ends at no known time, and what is linked
    to it begins at no known one: a guess would be read out in the hall."""
    slots: list[Slot] = []
    moment = starts_at
    for item in items:
        gap = overlap = 0
        start = moment
        if item.pinned_at is not None and starts_at is not None:
            start = on_the_day(starts_at, item.pinned_at)
            apart = minutes_between(moment, start) if moment is not None else 0
            # Before the first item there is nothing to run into: the doors may well open before the sitting does.
            gap, overlap = max(0, apart), max(0, -apart) if slots else 0
        moment = None
        if start is not None and item.duration_minutes is not None:
            moment = start + timedelta(minutes=item.duration_minutes)
        slots.append(Slot(item, start, moment, gap, overlap))
    return slots


def fit(sitting: Any, slots: Sequence[Slot]) -> Fit:
    """How the items of a sitting, or of a strand of it, fill the time from its start to its end."""
    known = [slot.item.duration_minutes for slot in slots if slot.item.duration_minutes is not None]
    minutes, untimed, buffer = sum(known), len(slots) - len(known), sitting.buffer_minutes
    if sitting.starts_at is None or sitting.ends_at is None:
        return Fit(minutes, untimed, None, None, buffer)
    planned = minutes_between(sitting.starts_at, sitting.ends_at)
    ends = [slot.end for slot in slots if slot.end is not None]
    over = minutes_between(sitting.ends_at, max(ends)) if ends else minutes - planned
    return Fit(minutes, untimed, planned, over, buffer)


def shifted(slots: Sequence[Slot], first: int, minutes: int) -> list[tuple[Any, time]]:
    """The pins that make the item at `first` and everything after it begin `minutes` later (earlier when negative),
    durations as they are: that item's own, and those of the pinned ones after it.

    Raises ValueError when nobody knows when the item begins.
    """
    if slots[first].start is None:
        raise ValueError("the item begins at no known time")
    moved = []
    for place, slot in enumerate(slots[first:], first):
        if slot.start is not None and (place == first or slot.item.pinned_at is not None):
            moved.append((slot.item, clock.local(slot.start + timedelta(minutes=minutes)).time()))
    return moved


def stretched(
    starts_at: datetime, ends_at: datetime, slots: Sequence[Slot], *, buffer: int = 0
) -> list[tuple[Any, int]]:
    """New durations that fill the time from the start to `buffer` minutes before the end, without gap or overlap,
    in the proportion of those that stand. Pins hold: between two of them the time is filled by what lies there.

    Items without a duration are left alone, and so is everything between the pins around one. Raises CannotStretch
    where an item would have to take less than a minute or more than a day.
    """
    durations: list[tuple[Any, int]] = []
    if not slots:
        return durations
    bounds = [place for place, slot in enumerate(slots) if place == 0 or slot.item.pinned_at is not None]
    for place, until in zip(bounds, [*bounds[1:], None], strict=True):
        items = [slot.item for slot in slots[place:until]]
        begins = slots[place].start or starts_at
        ends = ends_at - timedelta(minutes=buffer) if until is None else slots[until].start
        if ends is None or any(item.duration_minutes is None for item in items):
            continue
        minutes = minutes_between(begins, ends)
        if not len(items) <= minutes <= len(items) * LONGEST_MINUTES:
            raise CannotStretch(minutes, len(items))
        shares = _shares([item.duration_minutes for item in items], minutes)
        if max(shares) > LONGEST_MINUTES:
            raise CannotStretch(minutes, len(items))
        durations += [
            (item, share) for item, share in zip(items, shares, strict=True) if share != item.duration_minutes
        ]
    return durations


def on_the_day(starts_at: datetime, clock_time: time) -> datetime:
    """That time on the clock in Vietnam on the day of the sitting; after midnight for a sitting that begins at noon
    or later, when the hour is before six."""
    day = clock.local(starts_at)
    moment = clock.from_local(datetime.combine(day.date(), clock_time))
    return moment + timedelta(days=1) if day.hour >= 12 and clock_time.hour < 6 else moment


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes, negative when `later` is not."""
    return round((later - earlier).total_seconds() / 60)


def _shares(parts: Sequence[int], whole: int) -> list[int]:
    """Split `whole` in the proportion of the parts into whole numbers (largest remainders first). A part that would
    come to less than 1 is 1, and the others share what is left. Parts that fill the whole stay as they are."""
    shares = [1] * len(parts)
    places = list(range(len(parts)))
    while True:
        rest, total = whole - (len(parts) - len(places)), sum(parts[place] for place in places)
        large = [place for place in places if parts[place] * rest >= total]
        if len(large) == len(places):
            break
        places = large
    remainders = {}
    for place in places:
        shares[place], remainders[place] = divmod(parts[place] * rest, total)
    for place in sorted(places, key=lambda place: (-remainders[place], place))[: whole - sum(shares)]:
        shares[place] += 1
    return shares
