"""The working calendar as organizers have put it right."""

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import CalendarDay
from eventsvc.events.workdays import Overrides


def overrides() -> Overrides:
    """What differs from the calendar of the holidays package, in one query."""
    rows = db.session.execute(sa.select(CalendarDay.day, CalendarDay.is_working, CalendarDay.name))
    return {day: (is_working, name) for day, is_working, name in rows}
