"""What charging agencies with tasks would do, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.tasks.expansion_queries import Known, Meant, lines_of
from eventsvc.tasks.models import Assignee, Assignment, Task, TaskKind, TaskState


@dataclass
class LinePreview:
    """A line with the organizations it means: those that would be charged, and those that are."""

    assignee: Assignee
    new: list[Meant] = field(default_factory=list)
    standing: list[Meant] = field(default_factory=list)

    @property
    def means_nobody(self) -> bool:
        return not self.new and not self.standing

    @property
    def unknown(self) -> list[str]:
        """Kept as they are printed: no organization of that name is known."""
        return [one.name for one in self.new if one.organization is None]


@dataclass
class TaskPreview:
    task: Task
    lines: list[LinePreview]

    @property
    def count(self) -> int:
        return sum(len(line.new) for line in self.lines)


@dataclass
class Preview:
    tasks: list[TaskPreview]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.tasks)

    @property
    def new_names(self) -> list[str]:
        found = [one.name for each in self.tasks for line in each.lines for one in line.new]
        return list(dict.fromkeys(found))

    @property
    def line_to_name(self) -> Assignee | None:
        """The line of a task alone for which agencies may be named: the first that means nobody, else the last."""
        lines = [line for each in self.tasks[:1] for line in each.lines]
        vague = [line.assignee for line in lines if line.means_nobody]
        return next(iter(vague or [line.assignee for line in lines[-1:]]), None)

    @property
    def vague(self) -> list[tuple[Task, Assignee]]:
        """Lines that mean nobody in particular."""
        return [(each.task, line.assignee) for each in self.tasks for line in each.lines if line.means_nobody]


def open_tasks(event: Event) -> list[Task]:
    """The tasks of the event that agencies can be charged with; what follows from the event is nobody's yet."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.event_id == event.id, Task.state == TaskState.OPEN, Task.kind != TaskKind.FOLLOW_UP)
            .options(selectinload(Task.assignees).joinedload(Assignee.organization))
            .order_by(Task.kind, Task.number, Task.id)
        )
    )


def preview(event: Event, tasks: Sequence[Task]) -> Preview:
    """What charging would do now, in as many queries for one task as for all."""
    known = Known(event)
    charged = _charged(tasks)
    found = []
    for task in tasks:
        organizations, words = charged.get(task.id, (set(), set()))
        seen: set[str] = set()
        lines = []
        for line in lines_of(task, known):
            shown = LinePreview(line.assignee)
            for one in line.meant:
                key = text.same_words(one.name)
                is_there = key in words or (
                    one.organization is not None and one.organization.id in organizations
                )
                if is_there:
                    shown.standing.append(one)
                elif key not in seen:
                    seen.add(key)
                    shown.new.append(one)
            lines.append(shown)
        found.append(TaskPreview(task, lines))
    return Preview(found)


def line_of(task: Task, line_id: int) -> Assignee:
    found = next((row for row in task.assignees if row.id == line_id), None)
    if found is None:
        raise NotFound(_("There is no such line."))
    return found


def _charged(tasks: Sequence[Task]) -> dict[int, tuple[set[int], set[str]]]:
    rows = db.session.scalars(
        sa.select(Assignment)
        .where(
            Assignment.task_id.in_([task.id for task in tasks]),
            sa.or_(Assignment.left_at.is_(None), Assignment.assignee_id.is_not(None)),
        )
        .options(joinedload(Assignment.asked))
    )
    found: dict[int, tuple[set[int], set[str]]] = {}
    for row in rows:
        organizations, words = found.setdefault(row.task_id, (set(), set()))
        words.add(row.asked.same_words)
        if row.asked.organization_id is not None:
            organizations.add(row.asked.organization_id)
    return found
