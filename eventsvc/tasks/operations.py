"""Every change to tasks themselves: what is to be done, by whom, by when, and what it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock, text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, lock, lock_open
from eventsvc.tasks import entries, queries
from eventsvc.tasks.deadlines import DATED, RELATIVE, WINDOWED, printed_last_day
from eventsvc.tasks.models import (
    Anchor,
    Assignee,
    AssigneeRole,
    Assignment,
    DeadlineKind,
    EntryKind,
    Task,
    TaskDependency,
    TaskKind,
    TaskPaper,
    TaskState,
)

TYPED = ("text", "key", "action", "deadline", "deadline_kind", "report_to", "report_via", "note")
MORE = (
    "content",
    "goal",
    "participants",
    "cite",
    "document_id",
    "deadline_text",
    "window_start",
    "window_end",
    "offset_days",
    "anchor",
    "achieved_by_event_id",
    "achieved_by_ritual_id",
)
COLUMNS = frozenset({*TYPED, *MORE, "last_day"})
CLOSED = frozenset({TaskState.DONE, TaskState.DROPPED})


class NoDeadline(Invalid):
    code = "no_deadline"


class WrongDeadline(Invalid):
    code = "wrong_deadline"


class KeyTaken(Invalid):
    code = "key_taken"


class NeedsItself(Invalid):
    code = "needs_itself"


class OtherEvent(Invalid):
    code = "other_event"


class TaskClosed(DomainError):
    code = "task_closed"


@dataclass(frozen=True)
class Details:
    """A task as typed or read from a plan: what is to be done, by whom, with whom, by when."""

    text: str
    agency: str | None = None
    role: AssigneeRole = AssigneeRole.RESPONSIBLE
    role_label: str | None = None
    lead_agency: str | None = None
    coordinating: Sequence[str] = ()
    beside: Sequence[str] = ()
    owners: Sequence[str] = ()
    key: str | None = None
    action: str | None = None
    deadline: date | None = None
    deadline_kind: DeadlineKind | None = None
    deadline_text: str | None = None
    window_start: date | None = None
    window_end: date | None = None
    offset_days: int | None = None
    anchor: Anchor | None = None
    report_to: str | None = None
    report_via: str | None = None
    note: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    """Columns that only some forms know, by their names; what is not there stays as it is."""

    @property
    def columns(self) -> dict[str, Any]:
        deadline = ("deadline_text", "window_start", "window_end", "offset_days", "anchor")
        return (
            {name: getattr(self, name) for name in (*TYPED, *deadline)}
            | {"last_day": printed_last_day(self.deadline_kind, self.deadline, self.window_end)}
            | self.more
        )

    @property
    def parts(self) -> list[tuple[AssigneeRole, str, str | None]]:
        """The agency the task stands under, who leads it if that is another, who is beside it, who coordinates."""
        parts = [(self.role, self.agency, self.role_label)] if self.agency else []
        if self.lead_agency:
            parts.append((AssigneeRole.LEAD, self.lead_agency, None))
        for role, names in (
            (AssigneeRole.WITH, self.beside),
            (AssigneeRole.COORDINATING, self.coordinating),
            (AssigneeRole.OWNER, self.owners),
        ):
            parts += [(role, name, None) for name in names]
        return parts


@atomic()
def add_task(
    event: Event,
    details: Details,
    *,
    kind: TaskKind = TaskKind.ASSIGNMENT,
    parent: Task | None = None,
    by: Any,
) -> Task:
    """A new task at the end of the list, or a step at the end of its directive."""
    lock_open(event)
    _require_deadline(details)
    _require_free_key(event, details.key)
    _require_own_achievement(event, details)
    if parent is not None:
        kind = TaskKind.STEP
    last = db.session.scalar(
        sa.select(sa.func.max(Task.number)).where(
            Task.event_id == event.id,
            Task.kind == kind,
            Task.parent_id == parent.id if parent is not None else sa.true(),
        )
    )
    task = Task(
        event=event,
        kind=kind,
        parent_id=parent.id if parent is not None else None,
        number=(last or 0) + 1,
        **details.columns,
    )
    assign_to(task, details.parts)
    db.session.add(task)
    db.session.flush()
    entries.write(task, EntryKind.EDITED, _l("entered"), is_internal=True, by=by)
    record(by, "task.added", task, event=event)
    return task


@atomic()
def edit_task(task: Task, details: Details, *, version: int | None = None, by: Any) -> Task:
    """Change a task. StaleEdit when `version` is no longer the task's. Who is charged stays so, but for a line that was
    taken out: its organizations no longer have the task, and what they said stays."""
    lock_open(task.event)
    lock(task, version)
    _require_deadline(details)
    if details.key != task.key:
        _require_free_key(task.event, details.key)
    _require_own_achievement(task.event, details)
    former = task.last_day
    changed = assign(task, details.columns, COLUMNS)
    if [(row.role, row.name, row.role_label) for row in task.assignees] != _with_labels(task, details.parts):
        assign_to(task, _with_labels(task, details.parts))
        flag_modified(task, "text")  # raises the version: who does it belongs to the form
        changed.append("assignees")
    if changed:
        db.session.flush()
        moved = former != task.last_day and former is not None
        if task.extended_to and task.last_day and task.extended_to <= task.last_day:
            task.extended_to = None  # what was printed now gives as much
        words = (
            _l("the deadline was changed; before: %(day)s", day=text.short_date(former)) if moved else None
        )
        entries.write(task, EntryKind.EDITED, words, is_internal=not moved, by=by)
        record(by, "task.edited", task, event=task.event, fields=sorted(changed))
    return task


@atomic()
def remove_task(task: Task, *, by: Any) -> None:
    """Take the task away with its steps, papers and everything agencies said; closing it keeps that."""
    event = task.event
    lock_open(event)
    record(by, "task.removed", task, event=event)
    whole = sa.select(Task.id).where(sa.or_(Task.id == task.id, Task.parent_id == task.id))
    brought = sa.select(TaskPaper.file_id).where(TaskPaper.task_id.in_(whole), TaskPaper.file_id.is_not(None))
    file_ids = db.session.scalars(brought).all()
    db.session.delete(task)
    db.session.flush()
    for file_id in file_ids:
        files.discard(file_id)


@atomic()
def close_task(
    task: Task,
    state: TaskState,
    *,
    done_on: date | None = None,
    reason: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """The task is done, or no longer to be done (with a reason); nobody is reminded of it any more."""
    if state not in CLOSED:
        raise ValueError(state)
    lock_open(task.event)
    lock(task, version)
    if state is TaskState.DROPPED and not text.clean(reason or ""):
        raise Invalid(_("Say why it is no longer to be done."), field="reason")
    if done_on is not None and done_on > clock.today():
        raise Invalid(_("This day has not come yet."), field="done_on")
    task.state = state
    task.done_on = (done_on or clock.today()) if state is TaskState.DONE else None
    entries.write(task, EntryKind.CLOSED, text.clean(reason or "") or None, by=by)
    record(by, "task.closed", task, event=task.event, state=state.value)


@atomic()
def reopen_task(task: Task, *, version: int | None = None, by: Any) -> None:
    """The task is to be done after all. Safe to repeat."""
    lock_open(task.event)
    lock(task, version)
    if task.state is not TaskState.OPEN:
        task.state, task.done_on = TaskState.OPEN, None
        entries.write(task, EntryKind.REOPENED, by=by)
        record(by, "task.reopened", task, event=task.event)


@atomic()
def add_dependency(task: Task, needed: Task, *, by: Any) -> None:
    """The task waits for another of its event. NeedsItself when that would go round in a circle. Safe to repeat."""
    lock_open(task.event)
    if needed.event_id != task.event_id:
        raise OtherEvent(_("The task belongs to another event."), field="needs")
    if needed.id == task.id or task.id in queries.waited_for(task.event, needed.id):
        raise NeedsItself(_("A task cannot wait for itself, nor for one that waits for it."), field="needs")
    known = sa.select(TaskDependency.id).where(
        TaskDependency.task_id == task.id, TaskDependency.needs_id == needed.id
    )
    if db.session.scalar(known) is None:
        db.session.add(TaskDependency(task_id=task.id, needs_id=needed.id))
        entries.write(
            task, EntryKind.EDITED, _l("waits for %(task)s", task=_short(needed)), is_internal=True, by=by
        )
        record(by, "task.dependency_added", task, event=task.event, needs=needed.id)


@atomic()
def remove_dependency(task: Task, needs_id: int, *, by: Any) -> None:
    """The task waits for that one no longer. Safe to repeat."""
    lock_open(task.event)
    gone = db.session.scalars(
        sa.select(TaskDependency).where(
            TaskDependency.task_id == task.id, TaskDependency.needs_id == needs_id
        )
    ).all()
    for row in gone:
        db.session.delete(row)
        record(by, "task.dependency_removed", task, event=task.event, needs=needs_id)


def require_open(task: Task) -> None:
    """TaskClosed for one that is done or dropped."""
    if task.state is TaskState.DROPPED:
        raise TaskClosed(_("This task is no longer to be done."))
    if task.state is not TaskState.OPEN:
        raise TaskClosed(_("This task is closed as done."))


# --- What the operations above are made of -----------------------------------------------------------------


def _require_deadline(details: Details) -> None:
    kind = details.deadline_kind
    start, end = details.window_start, details.window_end
    if kind in DATED and details.deadline is None:
        raise NoDeadline(_("Enter the day of the deadline."), field="deadline")
    if kind in WINDOWED and end is None:
        raise NoDeadline(_("Enter the month."), field="month")
    if kind in RELATIVE and (details.offset_days is None or details.anchor is None):
        raise NoDeadline(_("Enter how many days, and from which day they count."), field="offset_days")
    if start is not None and end is not None and end < start:
        raise WrongDeadline(_("The last day lies before the first."), field="until_month")
    if start is not None and details.deadline is not None and details.deadline < start:
        raise WrongDeadline(_("The deadline lies before the time begins."), field="deadline")


def _require_free_key(event: Event, key: str | None) -> None:
    """A number in the plan names one task: files find it again by that."""
    taken = sa.select(Task.id).where(Task.event_id == event.id, Task.key == key)
    if key is not None and db.session.scalar(taken) is not None:
        raise KeyTaken(_("Another task has this number."), field="key")


def _require_own_achievement(event: Event, details: Details) -> None:
    """What achieves a plan item is an event of the same host."""
    event_id = details.more.get("achieved_by_event_id")
    if event_id is not None:
        host_id = db.session.scalar(sa.select(Event.host_id).where(Event.id == event_id))
        if host_id != event.host_id:
            raise OtherEvent(_("This event belongs to another host."), field="achieved_by")


def _with_labels(
    task: Task, parts: Sequence[tuple[AssigneeRole, str, str | None]]
) -> list[tuple[AssigneeRole, str, str | None]]:
    """Printed role labels of lines whose form has no field for them stay."""
    labels = {(row.role, text.same_words(row.name)): row.role_label for row in task.assignees[1:]}
    first, others = parts[:1], parts[1:]
    return [
        *first,
        *[(role, name, label or labels.get((role, text.same_words(name)))) for role, name, label in others],
    ]


def assign_to(task: Task, parts: Sequence[tuple[AssigneeRole, str, str | None]]) -> None:
    """The agencies in this order, each with its organization when one is known by that name. A line that stays keeps
    its row, so that the assignments made from it stay its own."""
    on, province = task.event.units_as_of, task.event.province_code
    standing = {text.same_words(row.name): row for row in reversed(task.assignees)}
    if task.id is not None:
        for place, row in enumerate(task.assignees, start=1):
            row.number = -place
        db.session.flush()
    kept: list[Assignee] = []
    for number, (role, name, label) in enumerate(parts, start=1):
        row = standing.pop(text.same_words(name), None)
        if row is None:
            found = organizations.find(name, on=on, province_code=province)
            row = Assignee(name=name, organization=found)
        row.number, row.role, row.role_label, row.name = number, role, label, name
        kept.append(row)
    gone = [row for row in task.assignees if row not in kept]
    for row in gone:
        _leave(task, row)
    task.assignees[:] = kept
    if task.id is not None:
        for row in kept:
            if row.id is not None:
                db.session.execute(
                    sa.update(Assignment).where(Assignment.assignee_id == row.id).values(role=row.role)
                )


def _leave(task: Task, line: Assignee) -> None:
    """The line is taken out: its organizations no longer have the task."""
    if line.id is not None:
        db.session.execute(
            sa.update(Assignment)
            .where(Assignment.assignee_id == line.id)
            .values(
                left_at=sa.func.coalesce(Assignment.left_at, clock.now()),
                assignee_id=None,
                version=Assignment.version + 1,
            )
            .execution_options(synchronize_session="fetch")
        )


def _short(task: Task) -> str:
    return task.key or f"{task.text[:80]}"
