"""Look up difficulties, and the rule that says who answers them within how many working days."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport
from eventsvc.tasks.models import Anchor, Assignment, Task
from eventsvc.tasks.obstacle_models import Obstacle, ObstacleState

DEFAULT_DAYS = 3


class Rule(NamedTuple):
    """Who is to answer, within how many working days, and the task that says so."""

    days: int = DEFAULT_DAYS
    answered_by: str | None = None
    task: Task | None = None


class Tally(NamedTuple):
    """How many wait for the answering agency, of them past their day; before the leaders; decided; withdrawn."""

    raised: int = 0
    overdue: int = 0
    submitted: int = 0
    decided: int = 0
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return self.raised + self.submitted + self.decided + self.withdrawn


def rule_of(event: Event) -> Rule:
    """The task of the event whose deadline is counted from an obstacle; three working days without one."""
    task = db.session.scalar(
        sa.select(Task)
        .where(Task.event_id == event.id, Task.anchor == Anchor.OBSTACLE, Task.offset_days > 0)
        .options(selectinload(Task.assignees))
        .order_by(Task.number, Task.id)
        .limit(1)
    )
    if task is None:
        return Rule()
    return Rule(task.offset_days or DEFAULT_DAYS, task.agency or None, task)


def last_number(event: Event) -> int:
    return (
        db.session.scalar(sa.select(sa.func.max(Obstacle.number)).where(Obstacle.event_id == event.id)) or 0
    )


def obstacles_of(
    event: Event, today: date, *, state: ObstacleState | None = None, overdue: bool = False, q: str = ""
) -> sa.Select[Any]:
    """The obstacles of an event: what waits first, the one due soonest on top; `q` ignores diacritics in the name of
    the agency."""
    order = sa.case(
        (Obstacle.state == ObstacleState.RAISED, 0), (Obstacle.state == ObstacleState.SUBMITTED, 1), else_=2
    )
    statement = (
        sa.select(Obstacle)
        .where(Obstacle.event_id == event.id)
        .options(joinedload(Obstacle.asked), joinedload(Obstacle.task))
        .order_by(order, Obstacle.due_on, Obstacle.number)
    )
    if state is not None:
        statement = statement.where(Obstacle.state == state)
    if overdue:
        statement = statement.where(Obstacle.state == ObstacleState.RAISED, Obstacle.due_on < today)
    if q.strip():
        folded = text.fold(q)
        named = OrganizationInvitation.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.join(Obstacle.asked).where(named)
    return statement


def tally(event: Event, today: date) -> Tally:
    """How many obstacles stand where, in one query."""
    is_late = sa.and_(Obstacle.state == ObstacleState.RAISED, Obstacle.due_on < today)
    rows = db.session.execute(
        sa.select(Obstacle.state, sa.func.count(), sa.func.sum(sa.case((is_late, 1), else_=0)))
        .where(Obstacle.event_id == event.id)
        .group_by(Obstacle.state)
    ).all()
    counts = {state: count for state, count, _late in rows}
    return Tally(
        raised=counts.get(ObstacleState.RAISED, 0),
        overdue=sum(int(late or 0) for _state, _count, late in rows),
        submitted=counts.get(ObstacleState.SUBMITTED, 0),
        decided=counts.get(ObstacleState.DECIDED, 0),
        withdrawn=counts.get(ObstacleState.WITHDRAWN, 0),
    )


def obstacle_of(event: Event, obstacle_id: int) -> Obstacle:
    """The obstacle of this event; otherwise NotFound."""
    found: Obstacle = part_of(event, Obstacle, obstacle_id)
    return found


def own_obstacles(asked: OrganizationInvitation) -> list[Obstacle]:
    """What one organization has raised, newest first."""
    return list(
        db.session.scalars(
            sa.select(Obstacle)
            .where(Obstacle.organization_invitation_id == asked.id)
            .options(joinedload(Obstacle.task))
            .order_by(Obstacle.number.desc())
        )
    )


def own_obstacle(asked: OrganizationInvitation, obstacle_id: int) -> Obstacle:
    """One that the organization has raised; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(Obstacle).where(Obstacle.id == obstacle_id, Obstacle.organization_invitation_id == asked.id)
    )
    if found is None:
        raise NotFound(_("There is no such obstacle."))
    return found


def own_tasks(asked: OrganizationInvitation) -> list[Task]:
    """The tasks an organization is charged with, in the order of the plan."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .join(Assignment, Assignment.task_id == Task.id)
            .where(Assignment.organization_invitation_id == asked.id, Assignment.left_at.is_(None))
            .order_by(Task.number, Task.id)
        )
    )


def own_report(asked: OrganizationInvitation, report_id: int) -> PeriodReport | None:
    """A periodic report of the organization."""
    return db.session.scalar(
        sa.select(PeriodReport)
        .where(PeriodReport.id == report_id, PeriodReport.organization_invitation_id == asked.id)
        .options(joinedload(PeriodReport.period).joinedload(Period.duty))
    )


def report_of(event: Event, report_id: int) -> PeriodReport | None:
    """The report of the event from which a difficulty is raised, if it is there."""
    return db.session.scalar(
        sa.select(PeriodReport)
        .join(PeriodReport.period)
        .join(Period.duty)
        .where(PeriodReport.id == report_id, Duty.event_id == event.id)
    )


def tasks_with_agencies(event: Event) -> list[Task]:
    """The tasks an obstacle may be raised from, in the order of the plan."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.event_id == event.id)
            .options(selectinload(Task.assignees))
            .order_by(Task.number, Task.id)
        )
    )


def charged(event: Event) -> list[OrganizationInvitation]:
    """The organizations with a link of their own, by name."""
    rows = db.session.scalars(
        sa.select(OrganizationInvitation).where(
            OrganizationInvitation.event_id == event.id, OrganizationInvitation.revoked_at.is_(None)
        )
    )
    return sorted(rows, key=lambda row: text.sort_key(row.name))


def assignment_id(obstacle: Obstacle) -> int | None:
    """The part of the task that belongs to whoever raised the obstacle."""
    if obstacle.task_id is None or obstacle.organization_invitation_id is None:
        return None
    return db.session.scalar(
        sa.select(Assignment.id).where(
            Assignment.task_id == obstacle.task_id,
            Assignment.organization_invitation_id == obstacle.organization_invitation_id,
        )
    )
