"""The periods in which the figure of a target is returned. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from eventsvc import clock
from eventsvc.movements.models import Target, TargetPeriod
from eventsvc.tasks.returns import ReturnState

DAY = timedelta(days=1)
ONCE = date(2000, 1, 1)
"""What stands for the only period of a figure that is returned once."""


class TargetStanding(StrEnum):
    """How the return of one organization for one period stands; made from its state and its days, never stored."""

    AWAITED = "awaited"
    LATE = "late"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    APPROVED = "approved"


OWED = frozenset({TargetStanding.AWAITED, TargetStanding.LATE, TargetStanding.RETURNED})
"""What the organization still has to do something about."""


class Turn(NamedTuple):
    """One period: the day that names it, its first day, and the last day for its returns (included)."""

    key: date
    starts_on: date | None
    due_on: date | None


def turns(target: Target, today: date) -> list[Turn]:
    """The periods that have begun, the earliest first; none before somebody was asked to return the figure."""
    first, last = target.starts_on, target.due_on
    if target.period in (None, TargetPeriod.ONCE):
        return [] if first is not None and first > today else [Turn(ONCE, first, last)]
    if first is None:
        return []
    found = []
    for begins, ends in _periods(target.period, first):
        if max(begins, first) > today or (last is not None and begins > last):
            break
        found.append(Turn(begins, max(begins, first), ends if last is None else min(ends, last)))
    return found


def turn_of(target: Target, day: date | None, today: date) -> Turn | None:
    """The period that this day names among those that have begun; without a day, the latest."""
    begun = turns(target, today)
    if day is None:
        return begun[-1] if begun else None
    return next((turn for turn in begun if turn.key == day), None)


def is_late(state: ReturnState, submitted_at: datetime | None, due_on: date | None, today: date) -> bool:
    """Whether it is owed although its day has passed, or came after it."""
    if due_on is None:
        return False
    if state in (ReturnState.MISSING, ReturnState.RETURNED):
        return due_on < today
    return submitted_at is not None and clock.local(submitted_at).date() > due_on


def standing(state: ReturnState, due_on: date | None, today: date) -> TargetStanding:
    if state is ReturnState.MISSING:
        return TargetStanding.LATE if is_late(state, None, due_on, today) else TargetStanding.AWAITED
    if state is ReturnState.RETURNED:
        return TargetStanding.RETURNED
    return TargetStanding.APPROVED if state is ReturnState.APPROVED else TargetStanding.HANDED_IN


def _periods(period: TargetPeriod | None, first: date) -> Iterator[tuple[date, date]]:
    """First and last day of each calendar week, month or quarter, from the one that `first` lies in."""
    if period is TargetPeriod.WEEKLY:
        begins = first - timedelta(days=first.weekday())
        while True:
            yield begins, begins + timedelta(days=6)
            begins += timedelta(days=7)
    months = 3 if period is TargetPeriod.QUARTERLY else 1
    begins = date(first.year, first.month - (first.month - 1) % months, 1)
    while True:
        after = _months_later(begins, months)
        yield begins, after - DAY
        begins = after


def _months_later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
