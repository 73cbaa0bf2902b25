"""When the doors of a hall are open, as the shifts at its doors say. Pure: sittings and shifts go in."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol

from eventsvc import clock


class SittingLike(Protocol):
    @property
    def starts_at(self) -> datetime | None: ...

    @property
    def ends_at(self) -> datetime | None: ...


class Span(NamedTuple):
    """From one moment to a later one."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def days_of(sitting: SittingLike) -> Span | None:
    """The day of a sitting in Vietnam, from midnight to midnight; the days, when it ends on another. None while
    nobody has named a time."""
    if sitting.starts_at is None:
        return None
    last = sitting.ends_at if sitting.ends_at is not None else sitting.starts_at
    return Span(_midnight(sitting.starts_at), _midnight(last) + timedelta(days=1))


def door_hours(shifts: Iterable[tuple[datetime, datetime]], sitting: SittingLike) -> Span | None:
    """From the first start to the last end of the shifts at the doors on the day of the sitting; None: no shift is."""
    days = days_of(sitting)
    if days is None:
        return None
    of_day = [span for span in (Span(*shift) for shift in shifts) if span.overlaps(days)]
    if not of_day:
        return None
    return Span(min(span.starts_at for span in of_day), max(span.ends_at for span in of_day))


def _midnight(moment: datetime) -> datetime:
    return clock.from_local(datetime.combine(clock.local(moment).date(), time()))
