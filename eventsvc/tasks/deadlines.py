"""When a task is due and how pressing that is. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from eventsvc.tasks.models import DeadlineKind, Task

SOON = timedelta(days=7)


class Pressure(StrEnum):
    NONE = "none"
    """No deadline is set."""
    AHEAD = "ahead"
    SOON = "soon"
    """A week or less is left."""
    PAST = "past"


def last_day(task: Task) -> date | None:
    """The last day on which the task is in time: "trước ngày 15" ends on the 14th."""
    return printed_last_day(task.deadline_kind, task.deadline)


def printed_last_day(kind: DeadlineKind | None, day: date | None) -> date | None:
    if day is None:
        return None
    return day - timedelta(days=1) if kind is DeadlineKind.EXCLUSIVE else day


def pressure(task: Task, today: date) -> Pressure:
    last = last_day(task)
    if last is None:
        return Pressure.NONE
    if today > last:
        return Pressure.PAST
    return Pressure.SOON if last - today <= SOON else Pressure.AHEAD
