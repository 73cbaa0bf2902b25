"""Days off, by a table: holidays with their names, weekends, what was announced later."""

from datetime import date

import pytest

from eventsvc.events.workdays import DayOff, day_off


@pytest.mark.parametrize(
    ("day", "language", "expected"),
    [
        (date(2022, 4, 14), "vi", None),
        (date(2022, 4, 10), "vi", (DayOff.HOLIDAY, "Ngày Giỗ Tổ Hùng Vương")),
        (date(2022, 4, 11), "en", (DayOff.HOLIDAY, "Hung Kings' Commemoration Day (observed)")),
        (date(2023, 7, 15), "vi", (DayOff.WEEKEND, None)),
        (date(2026, 1, 2), "en", (DayOff.HOLIDAY, "New Year's Day (announced day off)")),
        (date(2026, 8, 22), "vi", None),
        (date(2026, 11, 24), "vi", (DayOff.HOLIDAY, "Ngày Văn hóa Việt Nam")),
    ],
)
def test_day_off(day, language, expected):
    assert day_off(day, language) == expected
