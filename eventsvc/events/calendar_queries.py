"""The working calendar as organizers have put it right."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import CalendarDay
from eventsvc.events.workdays import Overrides


def overrides() -> Overrides:
    """What differs from the calendar of the holidays package, in one query."""
    rows = db.session.execute(sa.select(CalendarDay.day, CalendarDay.is_working, CalendarDay.name))
    return {day: (is_working, name) for day, is_working, name in rows}


def days_of(year: int) -> Sequence[CalendarDay]:
    """What was put right in a year, in the order of the days."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return db.session.scalars(sa.select(CalendarDay).where(within).order_by(CalendarDay.day)).all()
