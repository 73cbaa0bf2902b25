"""How values look on a page: dates as they are read in Vietnam, words for states."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from flask import Flask
from flask_babel import format_decimal, get_locale

from eventsvc import clock, text
from eventsvc.web import labels

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


def init_app(app: Flask) -> None:
    app.add_template_filter(day, "day")
    app.add_template_filter(time_of_day, "time")
    app.add_template_filter(day_and_time, "day_and_time")
    app.add_template_filter(official_day, "official_day")
    app.add_template_filter(official_moment, "official_moment")
    app.add_template_filter(label, "label")
    app.add_template_filter(figure, "figure")
    app.add_template_filter(size, "size")
    app.add_template_filter(short_unit, "short_unit")
    app.add_template_filter(labels.state, "state")
    app.add_template_filter(text.display_phone, "phone")
    app.jinja_env.globals.update(now=clock.now, today=clock.today, current_language=current_locale)


def current_locale() -> str:
    return str(get_locale() or "vi")


def day(value: date | datetime | None) -> str:
    """05/04/2022; an em dash when there is none."""
    if value is None:
        return "—"
    return (clock.local(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def time_of_day(value: datetime | None) -> str:
    """08:00 in Vietnam."""
    return "—" if value is None else clock.local(value).strftime("%H:%M")


def day_and_time(value: datetime | None) -> str:
    """08:00 05/04/2022 in Vietnam, the hour first, as notices there print it."""
    return "—" if value is None else clock.local(value).strftime("%H:%M %d/%m/%Y")


def official_day(value: date | datetime | None) -> str:
    """ "ngày 05 tháng 4 năm 2022", with the zero rule of Decree 30/2020."""
    if value is None:
        return "—"
    return text.official_date(clock.local(value).date() if isinstance(value, datetime) else value)


def official_moment(value: datetime | None) -> str:
    return "—" if value is None else text.official_datetime(value)


def figure(value: int | Decimal | str) -> str:
    """2.050 and 12,5 in Vietnamese, 2,050 and 12.5 in English; a word stays as it is."""
    return format_decimal(value) if isinstance(value, int | Decimal) else str(value)


def size(value: int) -> str:
    """How large a file is, rounded up: 1 KB, 12 KB, 3 MB."""
    unit, words = (MEGABYTE, "MB") if value >= MEGABYTE else (KILOBYTE, "KB")
    return f"{-(-value // unit)} {words}"


_UNIT_TYPES = ("Thành phố ", "Thị xã ", "Thị trấn ", "Phường ", "Huyện ", "Đặc khu ", "Xã ")


def short_unit(name: str) -> str:
    """A unit's name without its type, for the tiles of a board: "Xã Bình Thạnh" is "Bình Thạnh"."""
    for words in _UNIT_TYPES:
        if name.startswith(words):
            return name.removeprefix(words)
    return name


def label(value: Enum | None) -> str:
    """The words for a status or kind, in the reader's language."""
    return "—" if value is None else str(labels.label(value))
