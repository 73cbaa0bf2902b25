"""Look up tasks."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.tasks.models import Assignee, Task, TaskKind


class Assignment(NamedTuple):
    """An agency with its tasks, as the plan groups them."""

    agency: str
    tasks: list[Task]


def tasks_of(event: Event, kind: TaskKind = TaskKind.ASSIGNMENT) -> list[Task]:
    """The tasks of an event in the order of the plan, with their agencies."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.event_id == event.id, Task.kind == kind)
            .options(selectinload(Task.assignees).joinedload(Assignee.organization))
            .order_by(Task.number, Task.id)
        )
    )


def by_agency(tasks: list[Task]) -> list[Assignment]:
    """The tasks under the agency each is printed under, agencies in the order in which they first appear."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.agency, []).append(task)
    return [Assignment(agency, named) for agency, named in found.items()]


def assignment_of(event: Event, task_id: int) -> Task:
    """The task of this event that an agency was given; otherwise NotFound."""
    task: Task = part_of(event, Task, task_id)
    if task.kind is not TaskKind.ASSIGNMENT:
        raise NotFound(_("There is no such task."))
    return task
