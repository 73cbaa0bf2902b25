"""When a sitting may be entered, and which sitting a moment belongs to. Values in, values out: no database, no clock.

Scans, boards, lists and the pages of the sites all ask here, so that none of them speaks of another sitting.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

BEFORE_START = AFTER_END = timedelta(hours=2)
WITHOUT_END = timedelta(hours=12)


class SittingLike(Protocol):
    id: int
    number: int
    starts_at: datetime | None
    ends_at: datetime | None
    doors_open_at: datetime | None
    doors_close_at: datetime | None
    cancelled_at: datetime | None


S = TypeVar("S", bound=SittingLike)


class WithDoors(Protocol):
    @property
    def starts_at(self) -> datetime | None: ...

    @property
    def ends_at(self) -> datetime | None: ...

    @property
    def doors_open_at(self) -> datetime | None: ...

    @property
    def doors_close_at(self) -> datetime | None: ...


class Doors(NamedTuple):
    """When a sitting may be entered; None leaves that side open."""

    opens: datetime | None
    closes: datetime | None

    def distance(self, at: datetime) -> timedelta:
        """How far the moment is from the open doors; nothing while they are open."""
        if self.opens is not None and at < self.opens:
            return self.opens - at
        if self.closes is not None and at > self.closes:
            return at - self.closes
        return timedelta()

    def are_open(self, at: datetime) -> bool:
        return not self.distance(at)

    def within(self, other: "Doors") -> "Doors":
        """Open only while both are."""
        opens = [moment for moment in (self.opens, other.opens) if moment is not None]
        closes = [moment for moment in (self.closes, other.closes) if moment is not None]
        return Doors(max(opens, default=None), min(closes, default=None))


ALWAYS = Doors(None, None)


def doors(sitting: WithDoors, of_site: tuple[datetime, datetime] | None = None) -> Doors:
    """The hours of the site, where shifts at its doors say so (`of_site`), else those somebody set for the sitting,
    else two hours before the start to two hours after the end.

    A sitting without a time has no hours to be outside of: it lets people in.
    """
    if of_site is not None:
        return Doors(*of_site)
    opens, closes = sitting.doors_open_at, sitting.doors_close_at
    if opens is None and sitting.starts_at is not None:
        opens = sitting.starts_at - BEFORE_START
    if closes is None and sitting.ends_at is not None:
        closes = sitting.ends_at + AFTER_END
    elif closes is None and sitting.starts_at is not None:
        closes = sitting.starts_at + WITHOUT_END
    return Doors(opens, closes)


def sitting_at(
    sittings: Sequence[S], at: datetime, of_site: Mapping[int, tuple[datetime, datetime]] | None = None
) -> S | None:
    """The sitting whose doors are open at the moment, else the nearest; where the doors of two are, the one whose own
    hours are nearer. One without a time only if none has one, a cancelled one only if all are.

    `of_site`: the hours of the doors of one site, by the id of the sitting, where its shifts say so.
    """
    hours = of_site or {}

    def remoteness(sitting: S) -> tuple[bool, bool, timedelta, timedelta, int]:
        own_hours = Doors(sitting.starts_at, sitting.ends_at)
        return (
            sitting.cancelled_at is not None,
            doors(sitting) == ALWAYS,
            doors(sitting, hours.get(sitting.id)).distance(at),
            own_hours.distance(at),
            sitting.number,
        )

    return min(sittings, key=remoteness, default=None)
