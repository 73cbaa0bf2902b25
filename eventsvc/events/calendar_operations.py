"""Put the working calendar right."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import CalendarDay
from eventsvc.rows import insert


class DayTaken(DomainError):
    """The day has been put right already."""

    code = "day_taken"


@atomic()
def set_calendar_day(
    day: date, *, is_working: bool, name: str, source: str | None = None, by: Any
) -> CalendarDay:
    """A day off or a day worked back, whatever the holidays package says. DayTaken when it was set before."""
    columns = {"day": day, "is_working": is_working, "name": name, "source": source}
    made = db.session.scalar(
        insert(CalendarDay).values(columns).on_conflict_do_nothing().returning(CalendarDay.id)
    )
    if made is None:
        raise DayTaken(_("This day has been put right already; remove it first."), field="day")
    found = db.session.get_one(CalendarDay, made)
    record(by, "calendar_day.set", found, day=day.isoformat(), is_working=is_working)
    return found


@atomic()
def remove_calendar_day(day_id: int, *, by: Any) -> None:
    """The day is again what the package says. Safe to repeat."""
    found = db.session.scalar(sa.select(CalendarDay).where(CalendarDay.id == day_id))
    if found is not None:
        record(by, "calendar_day.removed", found, day=found.day.isoformat())
        db.session.delete(found)
