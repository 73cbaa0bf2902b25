"""Look up who has which task: agency by agency, one assignment, what an agency sees on its own page."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import clock, text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.nominations import names
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.organizations.successors import successors
from eventsvc.tasks.deadline_queries import assignment_due_day
from eventsvc.tasks.filters import ANSWERED, FINISHED, Row
from eventsvc.tasks.models import Assignment, AssignmentState, Task, TaskEntry, TaskPaper, TaskState


class AgencyLine(NamedTuple):
    """An agency with the counts of its tasks."""

    asked: OrganizationInvitation
    charged: int
    answered: int
    accepted: int
    overdue: int
    untold: int


def is_untold(*, is_linked: bool = True) -> sa.ColumnElement[bool]:
    """Whether the agency has yet to be told of an assignment under its present link, or, without `is_linked`, cannot be
    told because its link is taken back; Task and the organization are joined."""
    revoked_at = OrganizationInvitation.revoked_at
    return sa.and_(
        Task.state == TaskState.OPEN,
        Assignment.state == AssignmentState.ASSIGNED,
        revoked_at.is_(None) if is_linked else revoked_at.is_not(None),
        sa.or_(
            Assignment.told_at.is_(None),
            sa.and_(OrganizationInvitation.is_invited.is_(False), OrganizationInvitation.told_at.is_(None)),
        ),
    )


def agencies(event: Event, today: date, *, q: str = "", only: str = "") -> tuple[sa.Select[Any], sa.Subquery]:
    """The agencies that have tasks, by name, as a select of their ids with counts. `only`: "overdue", "silent"."""
    due = assignment_due_day(event)
    is_late = sa.and_(due < today, Assignment.state.not_in(FINISHED), Task.state == TaskState.OPEN)
    counted = (
        sa.select(
            Assignment.organization_invitation_id.label("asked_id"),
            sa.func.count().label("charged"),
            _sum(Assignment.state.in_(ANSWERED)).label("answered"),
            _sum(Assignment.state == AssignmentState.ACCEPTED).label("accepted"),
            _sum(is_late).label("overdue"),
            _sum(is_untold()).label("untold"),
        )
        .join(Task, Assignment.task_id == Task.id)
        .join(OrganizationInvitation, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(Task.event_id == event.id, Assignment.left_at.is_(None))
        .group_by(Assignment.organization_invitation_id)
        .subquery()
    )
    statement = (
        sa.select(OrganizationInvitation, *[counted.c[name] for name in AgencyLine._fields[1:]])
        .join(counted, counted.c.asked_id == OrganizationInvitation.id)
        .options(joinedload(OrganizationInvitation.organization))
        .order_by(OrganizationInvitation.folded, OrganizationInvitation.id)
    )
    if q:
        statement = statement.where(OrganizationInvitation.folded.contains(text.fold(q)))
    if only == "overdue":
        statement = statement.where(counted.c.overdue > 0)
    if only == "silent":
        statement = statement.where(counted.c.answered < counted.c.charged)
    return statement, counted


def page_of_agencies(statement: sa.Select[Any], page: int, per_page: int) -> tuple[list[AgencyLine], int]:
    """One page of `agencies`, and how many there are in all."""
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    )
    rows = db.session.execute(statement.limit(per_page).offset((page - 1) * per_page))
    return [AgencyLine(*row) for row in rows.unique()], total


def totals(event: Event, today: date) -> dict[str, int]:
    """Assignments in all: charged, answered, accepted, overdue, and how many agencies have any."""
    statement, counted = agencies(event, today)
    names_ = ("charged", "answered", "accepted", "overdue", "untold")
    row = db.session.execute(
        sa.select(sa.func.count(), *[sa.func.sum(counted.c[name]) for name in names_])
    ).one()
    return dict(zip(("agencies", *names_), (number or 0 for number in row), strict=True))


def of_agency(asked: OrganizationInvitation, *, also_left: bool = True) -> list[Row]:
    """Everything an agency is charged with, what is open and due first on top."""
    due = assignment_due_day(asked.event)
    statement = (
        sa.select(Assignment, due)
        .join(Task, Assignment.task_id == Task.id)
        .where(Assignment.organization_invitation_id == asked.id)
        .options(joinedload(Assignment.task).selectinload(Task.assignees), joinedload(Assignment.asked))
        .order_by(
            Assignment.left_at.is_not(None),
            Task.state != TaskState.OPEN,
            Assignment.state.in_(FINISHED),
            due.is_(None),
            due,
            Task.number,
            Assignment.id,
        )
    )
    if not also_left:
        statement = statement.where(Assignment.left_at.is_(None))
    return [Row(*row) for row in db.session.execute(statement).unique()]


def export(event: Event) -> list[Row]:
    """Every assignment of the event, agency by agency."""
    due = assignment_due_day(event)
    statement = (
        sa.select(Assignment, due)
        .join(Task, Assignment.task_id == Task.id)
        .join(OrganizationInvitation, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(Task.event_id == event.id, Assignment.left_at.is_(None))
        .options(
            joinedload(Assignment.task),
            joinedload(Assignment.asked).joinedload(OrganizationInvitation.organization),
        )
        .order_by(OrganizationInvitation.folded, OrganizationInvitation.id, Task.number, Assignment.id)
    )
    return [Row(*row) for row in db.session.execute(statement)]


def agency_of(event: Event, asked_id: int) -> OrganizationInvitation:
    """An organization of this event that has or had a task; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(OrganizationInvitation)
        .where(
            OrganizationInvitation.event_id == event.id,
            OrganizationInvitation.id == asked_id,
            sa.exists().where(Assignment.organization_invitation_id == OrganizationInvitation.id),
        )
        .options(joinedload(OrganizationInvitation.organization))
    )
    if found is None:
        raise NotFound(_("There is no such agency."))
    return found


def charged(event: Event) -> list[OrganizationInvitation]:
    """Every agency that has a task of the event, by name."""
    has_one = sa.exists().where(
        Assignment.organization_invitation_id == OrganizationInvitation.id, Assignment.left_at.is_(None)
    )
    return list(
        db.session.scalars(
            sa.select(OrganizationInvitation)
            .where(OrganizationInvitation.event_id == event.id, has_one)
            .order_by(OrganizationInvitation.folded, OrganizationInvitation.id)
        )
    )


def assignment_of(event: Event, assignment_id: int) -> Row:
    """An assignment of this event with its last day; otherwise NotFound."""
    return _one(event, Task.event_id == event.id, Assignment.id == assignment_id)


def own_assignment(asked: OrganizationInvitation, assignment_id: int) -> Row | None:
    """An assignment of this organization, also one that it has passed on; None for anybody else's."""
    try:
        return _one(
            asked.event,
            Assignment.organization_invitation_id == asked.id,
            Assignment.id == assignment_id,
        )
    except NotFound:
        return None


def _one(event: Event, *conditions: sa.ColumnElement[bool]) -> Row:
    found = db.session.execute(
        sa.select(Assignment, assignment_due_day(event))
        .join(Task, Assignment.task_id == Task.id)
        .where(*conditions)
        .options(
            joinedload(Assignment.task).selectinload(Task.assignees),
            joinedload(Assignment.asked).joinedload(OrganizationInvitation.organization),
        )
    ).first()
    if found is None:
        raise NotFound(_("There is no such task."))
    return Row(*found)


def has_tasks(asked: OrganizationInvitation) -> bool:
    """Whether the organization has, or had, anything to answer."""
    return bool(
        db.session.scalar(sa.select(sa.exists().where(Assignment.organization_invitation_id == asked.id)))
    )


def shown_to(assignment: Assignment) -> list[TaskEntry]:
    """What an agency reads of the history: what concerns itself or everybody, never what organizers say among
    themselves nor what others answered."""
    return list(
        db.session.scalars(
            sa.select(TaskEntry)
            .where(
                TaskEntry.task_id == assignment.task_id,
                TaskEntry.is_internal.is_(False),
                sa.or_(TaskEntry.assignment_id == assignment.id, TaskEntry.assignment_id.is_(None)),
            )
            .order_by(TaskEntry.id.desc())
            .limit(100)
        )
    )


def papers_shown_to(assignment: Assignment) -> list[TaskPaper]:
    """The papers of the task for everybody, and those the agency brought itself."""
    return list(
        db.session.scalars(
            sa.select(TaskPaper)
            .where(
                TaskPaper.task_id == assignment.task_id,
                sa.or_(TaskPaper.assignment_id == assignment.id, TaskPaper.assignment_id.is_(None)),
            )
            .options(joinedload(TaskPaper.file), joinedload(TaskPaper.document))
            .order_by(TaskPaper.id)
        )
    )


# --- Agencies that were merged away -------------------------------------------------------------------------


def is_merged_away(asked: OrganizationInvitation, today: date | None = None) -> bool:
    """Whether the organization no longer exists."""
    organization = asked.organization
    return (
        organization is not None
        and organization.valid_to is not None
        and organization.valid_to < (today or clock.today())
    )


def heirs(event: Event, asked: OrganizationInvitation) -> list[tuple[str, Organization]]:
    """In which organizations of today a merged one lives on, as they are called; empty when nobody knows."""
    organization, today = asked.organization, clock.today()
    if organization is None or not is_merged_away(asked, today):
        return []
    is_unit = organization.kind is OrganizationKind.UNIT
    codes = _lives_on(organization, today) if is_unit else [organization.code]
    return [(names.called(row), row) for row in _living(codes, today)]


def _lives_on(unit: Organization, today: date) -> list[str]:
    """The codes of the units in which a unit lives on today; a district that is no more, in those of its communes."""
    last = _last_day_of(unit)
    codes = [one.code for one in successors(unit.code, last, today)]
    if unit.level is Level.DISTRICT and not _living(codes, today):
        below = organizations.children(unit.code, last)
        codes = [one.code for row in below for one in successors(row.code, last, today)]
    return list(dict.fromkeys(codes))


def _last_day_of(organization: Organization) -> date:
    return organization.valid_to or organization.valid_from


def _living(codes: Sequence[str], on: date) -> list[Organization]:
    return list(
        db.session.scalars(
            sa.select(Organization)
            .where(
                Organization.code.in_(codes),
                Organization.valid_from <= on,
                sa.or_(Organization.valid_to.is_(None), Organization.valid_to >= on),
            )
            .order_by(Organization.code)
        )
    )


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
