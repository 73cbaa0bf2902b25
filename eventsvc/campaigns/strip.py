"""The days of a campaign, week by week, with the stops on them. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from eventsvc.campaigns.route import Halt, tet
from eventsvc.events.workdays import DayOff, Overrides, day_off

MOST_WEEKS = 60
WEEK = timedelta(days=7)


class Day(NamedTuple):
    """A day: why nobody works on it, the stops that begin on it, and those that go on."""

    day: date
    is_inside: bool
    off: str | None = None
    is_tet: bool = False
    is_weekend: bool = False
    starting: Sequence[int] = ()
    going_on: Sequence[int] = ()


def weeks(
    window: tuple[date | None, date | None],
    halts: Sequence[Halt],
    overrides: Overrides | None = None,
    language: str = "vi",
) -> list[list[Day]]:
    """Mondays to Sundays from the first day of the campaign, or of its first stop, to the last; stops by their ids.
    Nothing while no day is known. Of a campaign of years, as much as can be shown."""
    dated = [halt for halt in halts if halt.starts_on and halt.ends_on]
    days = [
        day
        for day in (*window, *(halt.starts_on for halt in dated), *(halt.ends_on for halt in dated))
        if day
    ]
    if not days:
        return []
    monday = min(days) - timedelta(days=min(days).weekday())
    count = min((max(days) - monday).days // 7 + 1, MOST_WEEKS)
    starting: dict[date, list[int]] = {}
    going_on: dict[date, list[int]] = {}
    for halt in dated:
        for number, day in enumerate(halt.all_days):
            (going_on if number else starting).setdefault(day, []).append(halt.id)
    return [
        [
            _day(monday + week * WEEK + timedelta(days=n), window, overrides, language, starting, going_on)
            for n in range(7)
        ]
        for week in range(count)
    ]


def _day(
    day: date,
    window: tuple[date | None, date | None],
    overrides: Overrides | None,
    language: str,
    starting: dict[date, list[int]],
    going_on: dict[date, list[int]],
) -> Day:
    first, last = window
    off = day_off(day, language, overrides)
    return Day(
        day,
        is_inside=not (first and day < first) and not (last and day > last),
        off=off[1] if off and off[0] is DayOff.HOLIDAY else None,
        is_tet=tet(day, overrides) is not None,
        is_weekend=bool(off and off[0] is DayOff.WEEKEND),
        starting=starting.get(day, ()),
        going_on=going_on.get(day, ()),
    )
