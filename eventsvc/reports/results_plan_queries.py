"""The rows behind the figures of a results report that the plan asks for: tasks, reports, returns, launches, media."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.movements import target_queries
from eventsvc.movements.models import Comparator, Indicator, Movement, Target, Training, TrainingGroup
from eventsvc.movements.return_models import (
    GuidanceCount,
    GuidanceReturn,
    LocalLaunch,
    TrainingReturn,
)
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.reports.results_models import MediaItem
from eventsvc.tasks import assignment_queries
from eventsvc.tasks.deadline_queries import due_day
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport
from eventsvc.tasks.models import Assignee, AssigneeRole, Assignment, Task, TaskKind, TaskState
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import clean

Rows = list[list[Any]]

_COMPARED = {Comparator.MINIMUM: "≥", Comparator.MORE_THAN: ">", Comparator.EXACTLY: "="}


# --- What the plan asks for ------------------------------------------------------------------------------------


def tasks(event: Event, today: date) -> Rows:
    due = due_day(event)
    first = sa.select(Assignee.task_id, sa.func.min(Assignee.number).label("number")).group_by(
        Assignee.task_id
    )
    leads = first.subquery()
    rows = db.session.execute(
        sa.select(Task.key, Task.number, Task.text, Assignee.name, due, Task.done_on, Task.state)
        .outerjoin(leads, leads.c.task_id == Task.id)
        .outerjoin(Assignee, sa.and_(Assignee.task_id == Task.id, Assignee.number == leads.c.number))
        .where(Task.event_id == event.id, Task.kind != TaskKind.STEP)
        .order_by(Task.number, Task.id)
    )
    return [
        [key or str(number), clean(text), agency or "", _iso(last), _iso(done), standing(state, last, done, today)]
        for key, number, text, agency, last, done, state in rows
    ]  # fmt: skip


def standing(state: TaskState, last_day: date | None, done_on: date | None, today: date) -> str:
    """How a task came out: the last day is in time."""
    if state is TaskState.DROPPED:
        return "dropped"
    if state is TaskState.DONE:
        return "done_late" if done_on and last_day and done_on > last_day else "done_in_time"
    return "overdue" if last_day and last_day < today else "open"


def agencies(event: Event, today: date) -> Rows:
    is_lead = Assignment.role.in_((AssigneeRole.LEAD, AssigneeRole.RESPONSIBLE))
    led = dict(
        db.session.execute(
            sa.select(Assignment.organization_invitation_id, sa.func.count())
            .join(Task, Assignment.task_id == Task.id)
            .where(Task.event_id == event.id, Assignment.left_at.is_(None), is_lead)
            .group_by(Assignment.organization_invitation_id)
        ).all()  # type: ignore[arg-type]
    )
    statement, _counted = assignment_queries.agencies(event, today)
    return [
        [asked.name, charged, led.get(asked.id, 0), answered, accepted, overdue]
        for asked, charged, answered, accepted, overdue, _untold in db.session.execute(statement).unique()
    ]


def periods(event: Event, today: date) -> Rows:
    """Every period whose day has come, with how many owed, handed in, late; counted in the database."""
    if not (days := _due_days(event, today)):
        return []
    is_in = PeriodReport.state.in_(HANDED_IN)
    after = sa.case(*((Period.due_on == day, sa.literal(_midnight_after(day))) for day in days))
    rows = db.session.execute(
        sa.select(
            Duty.text, Period.due_on, sa.func.count(PeriodReport.id), _sum(is_in),
            _sum(sa.and_(is_in, PeriodReport.submitted_at >= after)),
            _sum(sa.and_(is_in, PeriodReport.is_unchanged)),
        )
        .join(Period, Period.duty_id == Duty.id)
        .join(PeriodReport, PeriodReport.period_id == Period.id)
        .where(Duty.event_id == event.id, Period.is_tracked, Period.due_on <= today)
        .group_by(Duty.number, Duty.text, Period.id, Period.due_on)
        .order_by(Duty.number, Period.due_on)
    )  # fmt: skip
    return [
        [clean(words), _iso(due), asked, handed, late, unchanged, asked - handed]
        for words, due, asked, handed, late, unchanged in rows
    ]


def _due_days(event: Event, today: date) -> list[date]:
    own = sa.select(Period.due_on).join(Duty).where(Duty.event_id == event.id, Period.due_on <= today)
    return list(db.session.scalars(own.distinct()))


def _midnight_after(day: date) -> datetime:
    return clock.from_local(datetime.combine(day + timedelta(days=1), time()))


# --- What units return -----------------------------------------------------------------------------------------


def guidance(event: Event) -> Rows:
    residents = (
        sa.select(GuidanceCount.return_id, sa.func.sum(GuidanceCount.residents).label("number"))
        .group_by(GuidanceCount.return_id)
        .subquery()
    )
    asked, above = aliased(OrganizationInvitation), aliased(OrganizationInvitation)
    rows = db.session.execute(
        sa.select(
            asked.name, above.name, GuidanceReturn.members, residents.c.number,
            GuidanceReturn.members_who_reached, GuidanceReturn.state,
        )
        .join(Movement, GuidanceReturn.movement_id == Movement.id)
        .join(asked, asked.id == GuidanceReturn.organization_invitation_id)
        .outerjoin(above, above.id == GuidanceReturn.above_id)
        .outerjoin(residents, residents.c.return_id == GuidanceReturn.id)
        .where(Movement.event_id == event.id)
        .order_by(above.folded, asked.folded, GuidanceReturn.id)
    )  # fmt: skip
    return [[*row[:-1], row[-1].value, _is_in(row[-1])] for row in rows]


def training(event: Event) -> Rows:
    rows = db.session.execute(
        sa.select(
            TrainingGroup.learners, OrganizationInvitation.name, TrainingReturn.learners,
            TrainingReturn.completed, TrainingReturn.state,
        )
        .join(TrainingGroup, TrainingReturn.training_group_id == TrainingGroup.id)
        .join(Training, TrainingGroup.training_id == Training.id)
        .join(OrganizationInvitation, OrganizationInvitation.id == TrainingReturn.organization_invitation_id)
        .where(Training.event_id == event.id)
        .order_by(TrainingGroup.number, OrganizationInvitation.folded, TrainingReturn.id)
    )  # fmt: skip
    return [[*row[:-1], row[-1].value, _is_in(row[-1])] for row in rows]


def targets(event: Event, today: date) -> Rows:
    """Each figure to be reached with the one returned last; an indicator without any stands with its words."""
    indicators = target_queries.indicators_of(event)
    listed = [(None, target) for target in _of_the_movement(event)]
    listed += [(one, target) for one in indicators for target in (one.targets or [None])]
    states = target_queries.states([target for _one, target in listed if target is not None], today)
    return [_target(one, states.get(target.id) if target is not None else None) for one, target in listed]


def _of_the_movement(event: Event) -> list[Target]:
    own = sa.select(Target).join(Movement, Target.movement_id == Movement.id)
    return list(db.session.scalars(own.where(Movement.event_id == event.id).order_by(Target.number)))


def _target(indicator: Indicator | None, state: target_queries.State | None) -> list[Any]:
    target = state.target if state is not None else None
    words = indicator.text if indicator is not None else ""
    if indicator is None and target is not None:
        words = " – ".join(filter(None, [target.actor, target.metric]))
    newest = state.newest.shown if state is not None and state.newest is not None else None
    result = clean(f"{_decimal(newest)} {target.unit}") if target is not None and newest is not None else None
    is_reached = state.is_reached if state is not None else None
    if is_reached is None and indicator is not None and indicator.done_on is not None:
        is_reached = True
    return [
        clean(words),
        _goal(target) if target is not None else None,
        result or (indicator.result if indicator is not None else None),
        _iso(indicator.done_on) if indicator is not None else None,
        None if is_reached is None else str(int(is_reached)),
        state.expected if state is not None else 0,
        state.handed_in if state is not None else 0,
    ]


def _goal(target: Target) -> str:
    return clean(f"{_COMPARED[target.comparator]} {_decimal(target.value)} {target.unit}")


def _decimal(number: Decimal) -> str:
    whole, _dot, part = f"{number:f}".partition(".")
    return ",".join(filter(None, [whole, part.rstrip("0")]))


def launches(event: Event) -> Rows:
    rows = db.session.execute(
        sa.select(
            OrganizationInvitation.name, LocalLaunch.planned_on, LocalLaunch.held_on, LocalLaunch.participants,
            LocalLaunch.state,
        )
        .join(OrganizationInvitation, OrganizationInvitation.id == LocalLaunch.organization_invitation_id)
        .where(LocalLaunch.event_id == event.id)
        .order_by(OrganizationInvitation.folded, LocalLaunch.id)
    )  # fmt: skip
    return [
        [
            name, _iso(planned), _iso(held), people, state.value,
            "0" if state is ReturnState.MISSING and planned is None else "1", _is_in(state),
        ]
        for name, planned, held, people, state in rows
    ]  # fmt: skip


def media(event: Event) -> Rows:
    return [
        [one.channel, one.kind, one.title, _iso(one.published_on), one.url, one.pieces, one.views]
        for one in media_items(event)
    ]


def media_items(event: Event) -> list[MediaItem]:
    """What the media said, in the order of the days."""
    return list(
        db.session.scalars(
            sa.select(MediaItem)
            .where(MediaItem.event_id == event.id)
            .order_by(MediaItem.published_on.is_(None), MediaItem.published_on, MediaItem.id)
        )
    )


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _is_in(state: ReturnState) -> str:
    return "1" if state in HANDED_IN else "0"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
