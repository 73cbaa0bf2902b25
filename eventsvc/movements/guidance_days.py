"""The days of a movement and what may be counted on them. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

MOST_DAYS = 62
"""No sheet is longer: two months of days."""

Key = tuple[date, int | None]
"""A day and a skill; no skill where residents were not told apart."""


class Span(NamedTuple):
    """The first and the last day of a movement, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def span(first: date | None, duration: int | None, due: date | None) -> Span | None:
    """ "Trong 07 ngày kể từ ngày …": the day itself is the first. Without a duration it lasts until the returns are
    due. None while the first day is not known."""
    if first is None:
        return None
    last = first + timedelta(days=duration - 1) if duration else max(due or first, first)
    return Span(first, min(last, first + timedelta(days=MOST_DAYS - 1)))


def days_to_show(span: Span | None, counted: Iterable[date]) -> list[date]:
    """The days of the movement, and those for which something was entered before it moved."""
    return sorted({*(span.days if span else ()), *counted})
