"""The last day of every task of an event, in the database's own words, so that lists can be sorted and cut by it."""

from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event
from eventsvc.tasks.deadlines import Anchors, relative_last_day
from eventsvc.tasks.models import Assignment, Task


def anchors(event: Event) -> Anchors:
    """The event's first and last day: of its sittings, else of the window in its plan."""
    opening = event.starts_at and clock.local(event.starts_at).date()
    closing = event.ends_at and clock.local(event.ends_at).date()
    return Anchors(opening or event.window_start, closing or opening or event.window_end)


def due_day(event: Event) -> sa.ColumnElement[Any]:
    """A task's last day in time as SQL: what was given since, what is printed, or what its anchor makes of it."""
    return sa.func.coalesce(Task.extended_to, _relative(event), Task.last_day)


def assignment_due_day(event: Event) -> sa.ColumnElement[Any]:
    """The last day of one agency, which may have been given more time than the others."""
    return sa.func.coalesce(Assignment.extended_to, due_day(event))


def _relative(event: Event) -> sa.ColumnElement[Any]:
    """Deadlines that hang on an anchor: the few that the event has, each with the day it comes to now."""
    columns = (Task.deadline_kind, Task.offset_days, Task.anchor)
    found = db.session.execute(
        sa.select(*columns).where(Task.event_id == event.id, Task.offset_days.is_not(None)).distinct()
    ).all()
    fixed, overrides = anchors(event), calendar_queries.overrides() if found else None
    days = {row: relative_last_day(row[0], row[1], fixed.day(row[2]), overrides) for row in map(tuple, found)}
    cases = [
        (
            sa.and_(Task.deadline_kind == kind, Task.offset_days == offset, Task.anchor == anchor),
            sa.literal(day, sa.Date),
        )
        for (kind, offset, anchor), day in days.items()
        if day is not None
    ]
    return sa.case(*cases, else_=sa.null()) if cases else sa.cast(sa.null(), sa.Date)
