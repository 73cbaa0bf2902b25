"""What was planned against what was done: an item of a plan that an event, or a ritual of one, has achieved. Pure."""

from datetime import date
from typing import NamedTuple

from eventsvc import clock, text
from eventsvc.events.models import Event
from eventsvc.tasks import wording
from eventsvc.tasks.models import Task


class Achieved(NamedTuple):
    """By what, on which day, and how far that lies from the plan; `is_past` once the day has come."""

    event: Event | None
    title: str
    day: date | None
    days_late: int
    words: str
    is_past: bool


def of(task: Task, planned: date | None) -> Achieved | None:
    """None for a task that is done by no event and was not closed on a day."""
    ritual = task.achieved_by_ritual
    event = ritual.event if ritual is not None else task.achieved_by_event
    if event is None and task.done_on is None:
        return None
    day = day_of(event) if event is not None else task.done_on
    title = (
        f"{ritual.title} – {event.short_title}" if ritual and event else event.short_title if event else ""
    )
    late = (day - planned).days if day and planned else 0
    words = wording.slip_words(planned, day, wording.due_words(task)) if day and planned else ""
    return Achieved(event, title, day, late, words, day is not None and day <= clock.today())


def day_of(event: Event) -> date | None:
    """The event's first day: of its sittings, else of its window in the plan."""
    if event.starts_at is not None:
        return clock.local(event.starts_at).date()
    return event.window_start


def short(task: Task) -> str:
    """What a task is called in one line."""
    return text.clean(f"{task.key or ''} {task.text}")[:120]
