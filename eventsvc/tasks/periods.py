"""When a report is due: the turns of a duty, and whether one is late. Pure.

A turn begins on the day after the one before it was due, so that it can be handed in early; the first one of a week or
month begins as if there had been one before.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from eventsvc import clock
from eventsvc.tasks.duty_models import Duty, PeriodReport, Rhythm
from eventsvc.tasks.returns import ReturnState

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
OWED = frozenset({ReturnState.MISSING, ReturnState.RETURNED})
"""What the organization still has to do something about."""


class Turn(NamedTuple):
    """One turn of a duty: both days included."""

    starts_on: date
    due_on: date


@dataclass(frozen=True)
class Pattern:
    """How a duty comes back, between its first and its last day. `month_day` of None is the last day of the month."""

    rhythm: Rhythm
    starts_on: date
    ends_on: date
    weekday: int | None = None
    month_day: int | None = None
    days: Sequence[date] = ()


def pattern_of(duty: Duty) -> Pattern | None:
    """How the duty comes back; None while nobody has given it an end, and when it comes only when it is asked for."""
    if duty.ends_on is None or duty.rhythm is Rhythm.AD_HOC:
        return None
    return Pattern(
        duty.rhythm,
        duty.starts_on,
        duty.ends_on,
        duty.weekday,
        duty.month_day,
        [date.fromisoformat(day) for day in duty.days or ()],
    )


def due_days(pattern: Pattern, first: date, last: date) -> list[date]:
    """The days between these two, both included, on which a report is due."""
    first, last = max(first, pattern.starts_on), min(last, pattern.ends_on)
    if last < first:
        return []
    if pattern.rhythm is Rhythm.WEEKLY:
        return list(_weekly(pattern.weekday or 0, first, last))
    if pattern.rhythm is Rhythm.MONTHLY:
        return list(_monthly(pattern.month_day, first, last))
    if pattern.rhythm is Rhythm.BY_DATE:
        return sorted({day for day in pattern.days if first <= day <= last})
    return []


def turns(pattern: Pattern, today: date) -> list[Turn]:
    """Every turn that has begun by this day, the earliest first."""
    found: list[Turn] = []
    former: date | None = None
    for due_on in due_days(pattern, pattern.starts_on, pattern.ends_on):
        starts_on = former + DAY if former else _first_start(pattern, due_on)
        if starts_on > today:
            break
        found.append(Turn(starts_on, due_on))
        former = due_on
    return found


def is_late(report: PeriodReport, due_on: date, today: date) -> bool:
    """Whether the report is owed although its day has passed, or came after its day."""
    if report.state in OWED:
        return due_on < today
    return report.submitted_at is not None and day_of(report.submitted_at) > due_on


def day_of(moment: datetime) -> date:
    """The day in Vietnam."""
    return clock.local(moment).date()


def _first_start(pattern: Pattern, due_on: date) -> date:
    if pattern.rhythm is Rhythm.WEEKLY:
        return due_on - WEEK + DAY
    if pattern.rhythm is Rhythm.MONTHLY:
        before = due_on.replace(day=1) - DAY
        return _day_in(before.year, before.month, pattern.month_day) + DAY
    return pattern.starts_on


def _weekly(weekday: int, first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += WEEK


def _monthly(month_day: int | None, first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        day = _day_in(year, month, month_day)
        if first <= day <= last:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _day_in(year: int, month: int, month_day: int | None) -> date:
    """The day of the month, or its last one where it is shorter."""
    length = calendar.monthrange(year, month)[1]
    return date(year, month, min(month_day or length, length))
