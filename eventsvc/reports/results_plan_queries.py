"""The rows behind the figures of a results report that the plan asks for: tasks, reports, returns, launches, media."""

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from eventsvc import clock
from eventsvc.campaigns.models import Campaign, Comparator, Indicator, Target, Training, TrainingGroup
from eventsvc.campaigns.return_models import (
    GuidanceCount,
    GuidanceReturn,
    LocalLaunch,
    TargetReporter,
    TargetReturn,
    TrainingReturn,
)
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.reports.results_models import MediaItem
from eventsvc.tasks import assignment_queries
from eventsvc.tasks.deadline_queries import due_day
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport
from eventsvc.tasks.models import Assignee, AssigneeRole, Assignment, Task, TaskState
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
        .where(Task.event_id == event.id)
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
        .join(Campaign, GuidanceReturn.campaign_id == Campaign.id)
        .join(asked, asked.id == GuidanceReturn.organization_invitation_id)
        .outerjoin(above, above.id == GuidanceReturn.above_id)
        .outerjoin(residents, residents.c.return_id == GuidanceReturn.id)
        .where(Campaign.event_id == event.id)
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


def targets(event: Event) -> Rows:
    """Each figure to be reached; an indicator without one stands with its words."""
    reporters, handed = _returned(event)
    rows: Rows = []
    of_campaign = sa.select(Target).join(Campaign, Target.campaign_id == Campaign.id)
    for target in db.session.scalars(
        of_campaign.where(Campaign.event_id == event.id).order_by(Target.number)
    ):
        words = clean(" – ".join(filter(None, [target.actor, target.metric])))
        rows.append([words, _goal(target), None, None, reporters.get(target.id, 0), handed.get(target.id, 0)])
    listed = db.session.scalars(
        sa.select(Indicator)
        .where(Indicator.event_id == event.id)
        .options(selectinload(Indicator.targets))
        .order_by(Indicator.number)
    )
    for indicator in listed:
        goal = "; ".join(_goal(target) for target in indicator.targets)
        ids = [target.id for target in indicator.targets]
        rows.append(
            [
                clean(indicator.text), goal or None, indicator.result, _iso(indicator.done_on),
                sum(reporters.get(each, 0) for each in ids), sum(handed.get(each, 0) for each in ids),
            ]
        )  # fmt: skip
    return rows


def _returned(event: Event) -> tuple[dict[int, int], dict[int, int]]:
    """How many organizations return each target, and how many of their returns are in."""
    own = sa.select(TargetReporter.target_id, sa.func.count(sa.distinct(TargetReporter.id)))
    of_event = TargetReporter.asked.has(OrganizationInvitation.event_id == event.id)
    reporters = db.session.execute(own.where(of_event).group_by(TargetReporter.target_id)).all()
    handed = db.session.execute(
        sa.select(TargetReporter.target_id, sa.func.count())
        .join(TargetReturn, TargetReturn.reporter_id == TargetReporter.id)
        .where(of_event, TargetReturn.state.in_(HANDED_IN))
        .group_by(TargetReporter.target_id)
    ).all()
    return dict(reporters), dict(handed)  # type: ignore[arg-type]


def _goal(target: Target) -> str:
    whole, _dot, part = f"{target.value:f}".partition(".")
    number = ",".join(filter(None, [whole, part.rstrip("0")]))
    return clean(f"{_COMPARED[target.comparator]} {number} {target.unit}")


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
