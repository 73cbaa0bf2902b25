"""Look up tasks: the list of an event with its filters, and everything that stands on the page of one."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, joinedload, selectinload

from eventsvc.agenda.models import Ritual
from eventsvc.db import db
from eventsvc.documents.models import Document
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.deadline_queries import assignment_due_day, due_day
from eventsvc.tasks.deadlines import SOON, Pressure
from eventsvc.tasks.filters import ANSWERED, FINISHED, Filters, Sort
from eventsvc.tasks.models import (
    Assignee,
    Assignment,
    AssignmentState,
    Extension,
    ExtensionState,
    Task,
    TaskDependency,
    TaskEntry,
    TaskKind,
    TaskPaper,
    TaskState,
)
from eventsvc.text import fold

_ORDER = (
    TaskKind.PLAN_ITEM,
    TaskKind.DIRECTIVE,
    TaskKind.ASSIGNMENT,
    TaskKind.STEP,
    TaskKind.FOLLOW_UP,
)
LATEST_ENTRIES = 200


class Count(NamedTuple):
    """How many agencies have a task, have answered, are done with it, and are late."""

    charged: int = 0
    answered: int = 0
    accepted: int = 0
    overdue: int = 0


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


def listed(event: Event, filters: Filters, today: date) -> sa.Select[Any]:
    """The tasks that the filters leave, in the order of the plan or by their last day; those without one come last."""
    parent = aliased(Task)
    due = due_day(event)
    statement = (
        sa.select(Task)
        .outerjoin(parent, Task.parent_id == parent.id)
        .where(Task.event_id == event.id)
        .options(
            selectinload(Task.assignees),
            joinedload(Task.achieved_by_event).selectinload(Event.sittings),
            joinedload(Task.achieved_by_ritual).joinedload(Ritual.event).selectinload(Event.sittings),
        )
    )
    if filters.kind is not None:
        statement = statement.where(Task.kind == filters.kind)
    if filters.state is not None:
        statement = statement.where(Task.state == filters.state)
    if filters.pressure is not None:
        statement = statement.where(_presses(due, filters.pressure, today))
    if filters.asked_id is not None:
        has_it = sa.exists().where(
            Assignment.task_id == Task.id,
            Assignment.organization_invitation_id == filters.asked_id,
            Assignment.left_at.is_(None),
        )
        statement = statement.where(has_it)
    if filters.q:
        statement = statement.where(Task.id.in_(_named(event, filters.q)))
    place = sa.case(
        *[(sa.func.coalesce(parent.kind, Task.kind) == kind, rank) for rank, kind in enumerate(_ORDER)],
        else_=len(_ORDER),
    )
    order = (
        place,
        sa.func.coalesce(parent.number, Task.number),
        Task.parent_id.is_not(None),
        Task.number,
        Task.id,
    )
    if filters.sort is Sort.DUE:
        return statement.order_by(due.is_(None), due, *order)
    return statement.order_by(*order)


def _presses(due: sa.ColumnElement[Any], pressure: Pressure, today: date) -> sa.ColumnElement[bool]:
    is_open = Task.state == TaskState.OPEN
    return {
        Pressure.NONE: sa.or_(due.is_(None), sa.not_(is_open)),
        Pressure.PAST: sa.and_(is_open, due < today),
        Pressure.SOON: sa.and_(is_open, due >= today, due <= today + SOON),
        Pressure.AHEAD: sa.and_(is_open, due > today + SOON),
    }[pressure]


def _named(event: Event, q: str) -> list[int]:
    """The tasks in whose text, number or agencies the words stand, whatever the diacritics. Texts of a plan are few
    and long: they are folded here rather than kept twice."""
    wanted = fold(q)
    rows = db.session.execute(
        sa.select(Task.id, Task.text, Task.key, Task.cite, Assignee.name)
        .outerjoin(Assignee, Assignee.task_id == Task.id)
        .where(Task.event_id == event.id)
    )
    words: dict[int, str] = {}
    for task_id, *parts in rows:
        words[task_id] = " ".join([words.get(task_id, ""), *(part for part in parts if part)])
    return [task_id for task_id, said in words.items() if wanted in fold(said)]


def counts(event: Event, task_ids: Collection[int], today: date) -> dict[int, Count]:
    """How many agencies have answered each of these tasks, in one query."""
    has_answered = Assignment.state.in_(ANSWERED)
    is_late = sa.and_(
        Task.state == TaskState.OPEN,
        assignment_due_day(event) < today,
        Assignment.state.not_in(FINISHED),
    )
    rows = db.session.execute(
        sa.select(
            Assignment.task_id,
            sa.func.count(),
            sa.func.sum(sa.case((has_answered, 1), else_=0)),
            sa.func.sum(sa.case((Assignment.state == AssignmentState.ACCEPTED, 1), else_=0)),
            sa.func.sum(sa.case((is_late, 1), else_=0)),
        )
        .join(Task, Assignment.task_id == Task.id)
        .where(Assignment.task_id.in_(task_ids), Assignment.left_at.is_(None))
        .group_by(Assignment.task_id)
    )
    return {task_id: Count(*numbers) for task_id, *numbers in rows}


def totals(event: Event, today: date) -> dict[str, int]:
    """Tasks of the event in all: open, past their last day, soon due, done."""
    due, is_open = due_day(event), Task.state == TaskState.OPEN
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.sum(sa.case((is_open, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(is_open, due < today), 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(is_open, due.between(today, today + SOON)), 1), else_=0)),
            sa.func.sum(sa.case((Task.state == TaskState.DONE, 1), else_=0)),
        ).where(Task.event_id == event.id)
    ).one()
    return dict(zip(("all", "open", "past", "soon", "done"), (number or 0 for number in row), strict=True))


def next_due(event: Event, today: date) -> tuple[Task, date] | None:
    """The open task whose last day comes first, with that day; None when none is ahead."""
    due = due_day(event)
    row = db.session.execute(
        sa.select(Task, due)
        .where(Task.event_id == event.id, Task.state == TaskState.OPEN, due >= today)
        .order_by(due, Task.number, Task.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    day = row[1]
    return row[0], date.fromisoformat(day) if isinstance(day, str) else day


def task_of(event: Event, task_id: int) -> Task:
    """A task of this event, of whatever kind; otherwise NotFound."""
    task: Task = part_of(event, Task, task_id)
    return task


def assignments_of(task: Task, state: AssignmentState | None = None) -> sa.Select[Any]:
    """Who has the task, and who had it, by name."""
    statement = (
        sa.select(Assignment)
        .join(OrganizationInvitation, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(Assignment.task_id == task.id)
        .options(joinedload(Assignment.asked).joinedload(OrganizationInvitation.organization))
        .order_by(Assignment.left_at.is_not(None), OrganizationInvitation.folded, Assignment.id)
    )
    return statement.where(Assignment.state == state) if state is not None else statement


def states_of(task: Task) -> dict[AssignmentState, int]:
    """How many agencies stand in each state."""
    rows = db.session.execute(
        sa.select(Assignment.state, sa.func.count())
        .where(Assignment.task_id == task.id, Assignment.left_at.is_(None))
        .group_by(Assignment.state)
    )
    return dict(rows.all())  # type: ignore[arg-type]


def entries_of(task: Task, assignment: Assignment | None = None) -> list[TaskEntry]:
    """The history, the newest first."""
    statement = (
        sa.select(TaskEntry)
        .where(TaskEntry.task_id == task.id)
        .options(joinedload(TaskEntry.assignment).joinedload(Assignment.asked))
        .order_by(TaskEntry.id.desc())
        .limit(LATEST_ENTRIES)
    )
    if assignment is not None:
        concerns = sa.or_(TaskEntry.assignment_id == assignment.id, TaskEntry.assignment_id.is_(None))
        statement = statement.where(concerns)
    return list(db.session.scalars(statement))


def papers_of(task: Task) -> list[TaskPaper]:
    return list(
        db.session.scalars(
            sa.select(TaskPaper)
            .where(TaskPaper.task_id == task.id)
            .options(joinedload(TaskPaper.file), joinedload(TaskPaper.document))
            .order_by(TaskPaper.id)
        )
    )


def paper_of(task: Task, paper_id: int) -> TaskPaper:
    found = db.session.scalar(
        sa.select(TaskPaper).where(TaskPaper.task_id == task.id, TaskPaper.id == paper_id)
    )
    if found is None:
        raise NotFound(_("There is no such paper."))
    return found


def needs(task: Task) -> list[Task]:
    """What the task waits for."""
    return _linked(TaskDependency.needs_id, TaskDependency.task_id == task.id)


def needed_by(task: Task) -> list[Task]:
    """What waits for the task."""
    return _linked(TaskDependency.task_id, TaskDependency.needs_id == task.id)


def _linked(column: Any, condition: sa.ColumnElement[bool]) -> list[Task]:
    statement = sa.select(Task).join(TaskDependency, column == Task.id).where(condition)
    return list(db.session.scalars(statement.order_by(Task.number, Task.id)))


def waited_for(event: Event, task_id: int) -> set[int]:
    """Every task that this one waits for, however far."""
    rows = db.session.execute(
        sa.select(TaskDependency.task_id, TaskDependency.needs_id)
        .join(Task, TaskDependency.task_id == Task.id)
        .where(Task.event_id == event.id)
    )
    needs: dict[int, list[int]] = {}
    for waiting, needed in rows:
        needs.setdefault(waiting, []).append(needed)
    found: set[int] = set()
    ahead = [task_id]
    while ahead:
        for needed in needs.get(ahead.pop(), ()):
            if needed not in found:
                found.add(needed)
                ahead.append(needed)
    return found


def others(task: Task) -> list[Task]:
    """The other tasks of the event, to be chosen from."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.event_id == task.event_id, Task.id != task.id)
            .order_by(Task.kind, Task.number, Task.id)
            .limit(500)
        )
    )


def open_extensions(event: Event, task: Task | None = None) -> list[Extension]:
    """More time that was asked for and waits for a decision, oldest first."""
    statement = (
        sa.select(Extension)
        .join(Task, Extension.task_id == Task.id)
        .where(Task.event_id == event.id, Extension.state == ExtensionState.ASKED)
        .options(joinedload(Extension.assignment).joinedload(Assignment.asked), joinedload(Extension.task))
        .order_by(Extension.id)
    )
    if task is not None:
        statement = statement.where(Extension.task_id == task.id)
    return list(db.session.scalars(statement.limit(200)))


def extensions_of(task: Task, assignment: Assignment | None = None) -> list[Extension]:
    statement = (
        sa.select(Extension)
        .where(Extension.task_id == task.id)
        .options(joinedload(Extension.assignment).joinedload(Assignment.asked))
        .order_by(Extension.id)
    )
    if assignment is not None:
        mine = sa.or_(Extension.assignment_id == assignment.id, Extension.for_all)
        statement = statement.where(mine)
    return list(db.session.scalars(statement))


def extension_of(event: Event, extension_id: int) -> Extension:
    found = db.session.scalar(
        sa.select(Extension)
        .join(Task, Extension.task_id == Task.id)
        .where(Task.event_id == event.id, Extension.id == extension_id)
    )
    if found is None:
        raise NotFound(_("There is no such request."))
    return found


def steps_of(task: Task) -> list[Task]:
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.parent_id == task.id)
            .options(selectinload(Task.assignees))
            .order_by(Task.number, Task.id)
        )
    )


def documents_of(event: Event) -> list[Document]:
    """The papers a task can come from or show: those of the event, and its plan."""
    wanted = Document.event_id == event.id
    if event.document_id is not None:
        wanted = sa.or_(wanted, Document.id == event.document_id)
    return list(db.session.scalars(sa.select(Document).where(wanted).order_by(Document.id)))


def events_of_host(event: Event) -> list[Event]:
    """The host's events that may achieve an item of a plan."""
    statement = sa.select(Event).where(Event.host_id == event.host_id).order_by(Event.id)
    return list(db.session.scalars(statement.limit(500)))


def rituals_of_host(event: Event) -> list[Ritual]:
    """The rituals of the host's events, which may be what an item of a plan asks for: a signing."""
    return list(
        db.session.scalars(
            sa.select(Ritual)
            .join(Event, Ritual.event_id == Event.id)
            .where(Event.host_id == event.host_id)
            .options(joinedload(Ritual.event))
            .order_by(Ritual.event_id, Ritual.number)
            .limit(500)
        )
    )
