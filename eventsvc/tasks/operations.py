"""Every change to tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, by_place, lock, lock_open
from eventsvc.tasks.deadlines import printed_last_day
from eventsvc.tasks.models import Assignee, AssigneeRole, DeadlineKind, Task, TaskKind

TYPED = ("text", "key", "action", "deadline", "deadline_kind", "report_to", "report_via", "note")
COLUMNS = frozenset({*TYPED, "last_day"})


class NoDeadline(Invalid):
    code = "no_deadline"


class KeyTaken(Invalid):
    code = "key_taken"


@dataclass(frozen=True)
class Details:
    """A task as typed or read from a plan: what is to be done, by whom, with whom, by when."""

    text: str
    agency: str | None = None
    role: AssigneeRole = AssigneeRole.RESPONSIBLE
    lead_agency: str | None = None
    coordinating: Sequence[str] = ()
    key: str | None = None
    action: str | None = None
    deadline: date | None = None
    deadline_kind: DeadlineKind | None = None
    report_to: str | None = None
    report_via: str | None = None
    note: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TYPED} | {
            "last_day": printed_last_day(self.deadline_kind, self.deadline)
        }

    @property
    def parts(self) -> list[tuple[AssigneeRole, str]]:
        """The agency the task stands under, who leads it if that is another, who coordinates."""
        parts = [(self.role, self.agency)] if self.agency else []
        if self.lead_agency:
            parts.append((AssigneeRole.LEAD, self.lead_agency))
        return parts + [(AssigneeRole.COORDINATING, name) for name in self.coordinating]


@atomic()
def add_task(event: Event, details: Details, *, kind: TaskKind = TaskKind.ASSIGNMENT, by: Any) -> Task:
    """A new task at the end of the list."""
    lock_open(event)
    _require_deadline(details)
    _require_free_key(event, details.key)
    last = db.session.scalar(
        sa.select(sa.func.max(Task.number)).where(Task.event_id == event.id, Task.kind == kind)
    )
    task = Task(event=event, kind=kind, number=(last or 0) + 1, **details.columns)
    _assign_to(task, details.parts)
    db.session.add(task)
    db.session.flush()
    record(by, "task.added", task, event=event)
    return task


@atomic()
def edit_task(task: Task, details: Details, *, version: int | None = None, by: Any) -> Task:
    """Change a task. StaleEdit when `version` is no longer the task's."""
    lock_open(task.event)
    lock(task, version)
    _require_deadline(details)
    if details.key != task.key:
        _require_free_key(task.event, details.key)
    changed = assign(task, details.columns, COLUMNS)
    if [(row.role, row.name) for row in task.assignees] != details.parts:
        _assign_to(task, details.parts)
        flag_modified(task, "text")  # raises the version: who does it belongs to the form
        changed.append("assignees")
    if changed:
        db.session.flush()
        record(by, "task.edited", task, event=task.event, fields=sorted(changed))
    return task


@atomic()
def remove_task(task: Task, *, by: Any) -> None:
    event = task.event
    lock_open(event)
    record(by, "task.removed", task, event=event)
    db.session.delete(task)


def _require_deadline(details: Details) -> None:
    if details.deadline_kind is not None and details.deadline is None:
        raise NoDeadline(_("Enter the day of the deadline."), field="deadline")


def _require_free_key(event: Event, key: str | None) -> None:
    """A number in the plan names one task: files find it again by that."""
    taken = sa.select(Task.id).where(Task.event_id == event.id, Task.key == key)
    if key is not None and db.session.scalar(taken) is not None:
        raise KeyTaken(_("Another task has this number."), field="key")


def _assign_to(task: Task, parts: Sequence[tuple[AssigneeRole, str]]) -> None:
    """The agencies in this order, each with its organization when one is known by that name."""
    on, province = task.event.units_as_of, task.event.province_code
    wanted = [
        {"role": role, "name": name, "organization": organizations.find(name, on=on, province_code=province)}
        for role, name in parts
    ]
    by_place(task.assignees, Assignee, wanted)
