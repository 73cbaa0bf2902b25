"""Which days people in Vietnam do not work, so that a proposed date can be questioned. Pure."""

from datetime import date
from enum import StrEnum
from functools import cache

import holidays

# What the government announced and the package does not know (yet): a day off, or a Saturday worked back.
DAYS_OFF = {date(2026, 1, 2): ("Tết Dương lịch (nghỉ theo thông báo)", "New Year's Day (announced day off)")}
WORKED_SATURDAYS: frozenset[date] = frozenset()

LANGUAGES = {"vi": "vi", "en": "en_US"}


class DayOff(StrEnum):
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


def day_off(day: date, language: str = "vi") -> tuple[DayOff, str | None] | None:
    """Why people do not work on this day, with the holiday's name; None for a working day."""
    if day in DAYS_OFF:
        return DayOff.HOLIDAY, DAYS_OFF[day][0 if language == "vi" else 1]
    calendar = _calendar(LANGUAGES.get(language, "vi"))
    if name := calendar.get(day):
        return DayOff.HOLIDAY, name
    if day in WORKED_SATURDAYS or calendar.is_working_day(day):
        return None
    return DayOff.WEEKEND, None


@cache
def _calendar(language: str) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", language=language)
