"""Months with what happens on their days, for a calendar on a page. Pure."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

MOST = 12
"""So many months are shown, the first ones that something happens in."""


class Happening(NamedTuple):
    """Something public from one day to another."""

    name: str
    first: date
    last: date
    kind: str
    place: str | None = None
    url: str | None = None
    anchor: str | None = None


class Cell(NamedTuple):
    day: date
    is_inside: bool
    happenings: tuple[Happening, ...]


class Month(NamedTuple):
    first: date
    weeks: list[list[Cell]]


def months(happenings: Iterable[Happening]) -> list[Month]:
    """The months in which something happens, each in weeks from Monday to Sunday."""
    by_day: dict[date, list[Happening]] = {}
    for each in sorted(happenings, key=lambda one: (one.first, one.last, one.name)):
        for number in range(min((each.last - each.first).days, 366) + 1):
            by_day.setdefault(each.first + timedelta(days=number), []).append(each)
    firsts = sorted({day.replace(day=1) for day in by_day})[:MOST]
    return [Month(first, _weeks(first, by_day)) for first in firsts]


def _weeks(first: date, by_day: dict[date, list[Happening]]) -> list[list[Cell]]:
    return [
        [
            Cell(
                day, day.month == first.month, tuple(by_day.get(day, ())) if day.month == first.month else ()
            )
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
