"""Which days people in Vietnam work, and counting in them. Pure.

The holidays package knows most days; `Overrides` are what organizers have put right (calendar_queries.overrides).
Counting follows the Civil Code of 2015: the day of the event that starts a time is not counted (Article 147), and a
time that would end on a day off ends on the next working day (Article 148).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

# What the government announced and the package does not know (yet): a day off, or a Saturday worked back.
DAYS_OFF = {date(2026, 1, 2): ("Tết Dương lịch (nghỉ theo thông báo)", "New Year's Day (announced day off)")}
WORKED_SATURDAYS: frozenset[date] = frozenset()

FIRST_YEAR, LAST_YEAR = 2021, 2030
PROVISIONAL_YEAR = 2027
"""From this year on the government has not announced the days off; the package reckons them."""

LANGUAGES = {"vi": "vi", "en": "en_US"}


Overrides = Mapping[date, tuple[bool, str]]
"""Whether people work on a day, whatever the package says, and what the day is called."""


class DayOff(StrEnum):
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


def day_off(
    day: date, language: str = "vi", overrides: Overrides | None = None
) -> tuple[DayOff, str | None] | None:
    """Why people do not work on this day, with the holiday's name; None for a working day."""
    if overrides and day in overrides:
        is_working, name = overrides[day]
        return None if is_working else (DayOff.HOLIDAY, name)
    if day in DAYS_OFF:
        return DayOff.HOLIDAY, DAYS_OFF[day][0 if language == "vi" else 1]
    calendar = _calendar(LANGUAGES.get(language, "vi"))
    if name := calendar.get(day):
        return DayOff.HOLIDAY, name
    if day in WORKED_SATURDAYS or calendar.is_working_day(day):
        return None
    return DayOff.WEEKEND, None


def days_off(year: int, language: str = "vi") -> list[tuple[date, str]]:
    """The days of a year that are off for another reason than the weekend, by the package and what we add to it."""
    named = {day: name for day, name in _calendar(LANGUAGES.get(language, "vi")).items() if day.year == year}
    ours = {day: names[0 if language == "vi" else 1] for day, names in DAYS_OFF.items() if day.year == year}
    return sorted((named | ours).items())


def is_working(day: date, overrides: Overrides | None = None) -> bool:
    return day_off(day, overrides=overrides) is None


def add_working_days(day: date, count: int, overrides: Overrides | None = None) -> date:
    """The `count`-th working day after the day (which is not counted itself); before it when negative.

    Nothing to count: the day itself, or the next working day when it is off.
    """
    step = timedelta(days=-1 if count < 0 else 1)
    left = abs(count)
    while left:
        day += step
        left -= is_working(day, overrides)
    return day if count else next_working_day(day, overrides)


def next_working_day(day: date, overrides: Overrides | None = None) -> date:
    """The day itself, or the first working day after it."""
    while not is_working(day, overrides):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, overrides: Overrides | None = None) -> int:
    """Working days after `start`, `end` included; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start, overrides)
    return sum(is_working(start + timedelta(days=n), overrides) for n in range(1, (end - start).days + 1))


@cache
def _calendar(language: str) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language=language)
