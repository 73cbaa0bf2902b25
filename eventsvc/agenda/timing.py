"""Agenda arithmetic: when each item begins and ends, and whether the whole fits its sitting. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

LONGEST_MINUTES = 24 * 60


class Timed(Protocol):
    duration_minutes: int | None


Item = TypeVar("Item", bound=Timed)


class Fit(NamedTuple):
    """How the items fill the planned time. `over` is negative while time is left, None without a plan."""

    minutes: int
    untimed: int
    planned: int | None

    @property
    def over(self) -> int | None:
        return None if self.planned is None else self.minutes - self.planned

    @property
    def is_too_long(self) -> bool:
        return self.over is not None and self.over > 0


class Part(NamedTuple):
    """A sitting with its items in order, each with start and end, and how they fill it."""

    sitting: Any
    times: list[tuple[Any, datetime | None, datetime | None]]
    fit: Fit


def programme(event: Any) -> list[Part]:
    """The agenda by sittings; a cancelled sitting is left out once it has no items."""
    parts = []
    for sitting in event.sittings:
        items = [item for item in event.agenda_items if item.sitting_id == sitting.id]
        if sitting.cancelled_at is None or items:
            times = clock_times(sitting.starts_at, items)
            parts.append(Part(sitting, times, fit(sitting.starts_at, sitting.ends_at, items)))
    return parts


def clock_times(
    starts_at: datetime | None, items: Sequence[Item]
) -> list[tuple[Item, datetime | None, datetime | None]]:
    """Each item with its start and end. An item without a duration ends at no known time, and nothing after
    it begins at a known one: a guess would be read out in the hall."""
    times, moment = [], starts_at
    for item in items:
        start = moment
        moment = _after(start, item.duration_minutes)
        times.append((item, start, moment))
    return times


def fit(starts_at: datetime | None, ends_at: datetime | None, items: Sequence[Timed]) -> Fit:
    """The minutes of the items that have a duration, how many have none, and the minutes of the sitting."""
    known = [item.duration_minutes for item in items if item.duration_minutes is not None]
    planned = int((ends_at - starts_at).total_seconds() // 60) if starts_at and ends_at else None
    return Fit(sum(known), len(items) - len(known), planned)


def _after(start: datetime | None, minutes: int | None) -> datetime | None:
    return None if start is None or minutes is None else start + timedelta(minutes=minutes)
