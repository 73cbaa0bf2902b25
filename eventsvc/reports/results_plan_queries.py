"""The rows behind the figures of a results report that the plan asks for: tasks, reports, returns, launches, media."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventKind
from eventsvc.movements import guidance_queries, guidance_rollup, target_queries
from eventsvc.movements import queries as movements
from eventsvc.movements.guidance_rollup import Line, Sums
from eventsvc.movements.models import Comparator, Indicator, Movement, Target, Training, TrainingGroup
from eventsvc.movements.return_models import LocalLaunch, TrainingReturn
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Level
from eventsvc.reports import results_parts_queries as of_parts
from eventsvc.reports import results_text
from eventsvc.reports.results_models import MediaItem
from eventsvc.tasks import assignment_queries
from eventsvc.tasks import queries as tasks_queries
from eventsvc.tasks.deadline_queries import due_day
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport
from eventsvc.tasks.filters import Filters
from eventsvc.tasks.models import AssigneeRole, Assignment, Task, TaskState
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import clean

Rows = list[list[Any]]

_COMPARED = {Comparator.MINIMUM: "≥", Comparator.MORE_THAN: ">", Comparator.EXACTLY: "="}


# --- What the plan asks for ------------------------------------------------------------------------------------


def tasks(event: Event, today: date, parts: Sequence[Event] = ()) -> Rows:
    """Everything that is to be done, in the order of its page: tasks, items, directives, and each step of a directive
    for itself, which has an agency and a last day of its own. `tasks.queries.totals` counts the same. Then the tasks of
    the parts of a campaign, each under the name of its part."""
    statement = tasks_queries.listed(event, Filters(), today).add_columns(due_day(event))
    listed = db.session.execute(statement).unique().all()
    numbers = {task.id: task.key or str(task.number) for task, _due in listed}
    rows: Rows = [
        [
            task.key or ".".join(filter(None, [numbers.get(task.parent_id), str(task.number)])),
            clean(task.text), task.agency, _iso(due), _iso(task.done_on),
            standing(task.state, due, task.done_on, today),
        ]
        for task, due in listed
    ]  # fmt: skip
    return rows + [
        [
            task.key or str(task.number), f"{part}: {clean(task.text)}", task.agency, _iso(due), _iso(task.done_on),
            standing(task.state, due, task.done_on, today),
        ]
        for part, task, due in (of_parts.tasks(parts) if parts else [])
    ]  # fmt: skip


def standing(state: TaskState, last_day: date | None, done_on: date | None, today: date) -> str:
    """How a task came out: the last day is in time."""
    if state is TaskState.DROPPED:
        return "dropped"
    if state is TaskState.DONE:
        return "done_late" if done_on and last_day and done_on > last_day else "done_in_time"
    return "overdue" if last_day and last_day < today else "open"


def agencies(event: Event, today: date, parts: Sequence[Event] = ()) -> Rows:
    """Who is charged with what; an agency that works for a campaign and for its parts stands once."""
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
    rows: Rows = [
        [asked.name, charged, led.get(asked.id, 0), answered, accepted, overdue]
        for asked, charged, answered, accepted, overdue, _untold in db.session.execute(statement).unique()
    ]
    return of_parts.merged(rows, of_parts.agencies(parts, today)) if parts else rows


def periods(event: Event, today: date) -> Rows:
    """Every period whose day has come, with how many owed, handed in, late; counted in the database."""
    if not (days := _due_days(event, today)):
        return []
    after = sa.case(*((Period.due_on == day, sa.literal(_midnight_after(day))) for day in days))
    turns = (
        sa.select(Period.id, after.label("after"))
        .join(Duty)
        .where(_own(Duty.event_id, event), Period.is_tracked, Period.due_on <= today)
        .cte("turns")
        .prefix_with("MATERIALIZED")  # or SQLite looks for the day anew with every report
    )
    is_in = PeriodReport.state.in_(HANDED_IN)
    counted = (
        sa.select(
            PeriodReport.period_id, sa.func.count().label("asked"), _sum(is_in).label("handed_in"),
            _sum(sa.and_(is_in, PeriodReport.submitted_at >= turns.c.after)).label("late"),
            _sum(sa.and_(is_in, PeriodReport.is_unchanged)).label("unchanged"),
        )
        .join(turns, turns.c.id == PeriodReport.period_id)
        .group_by(PeriodReport.period_id)
        .subquery()
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(
            Duty.text,
            Period.due_on,
            counted.c.asked,
            counted.c.handed_in,
            counted.c.late,
            counted.c.unchanged,
        )
        .join(Period, Period.duty_id == Duty.id)
        .join(counted, counted.c.period_id == Period.id)
        .order_by(Duty.event_id != event.id, Duty.event_id, Duty.number, Period.due_on)
    )
    return [
        [clean(words), _iso(due), asked, handed, late, unchanged, asked - handed]
        for words, due, asked, handed, late, unchanged in rows
    ]


def _due_days(event: Event, today: date) -> list[date]:
    own = sa.select(Period.due_on).join(Duty).where(_own(Duty.event_id, event), Period.due_on <= today)
    return list(db.session.scalars(own.distinct()))


def _midnight_after(day: date) -> datetime:
    return clock.from_local(datetime.combine(day + timedelta(days=1), time()))


# --- What units return -----------------------------------------------------------------------------------------


class Followed(NamedTuple):
    """The movement that follows the event, with what its units return."""

    movement: Movement
    lines: list[Line]
    names: dict[int, str]
    """Of the districts, by the id of their request."""
    sums: Sums


def movement(event: Event, today: date) -> Followed | None:
    row = movements.movement_of(event)
    if row is None:
        return None
    lines = guidance_queries.lines_of(row)
    names = {each.asked_id: each.name for each in guidance_queries.districts_of(row, lines, today)}
    return Followed(row, lines, names, guidance_rollup.total(lines, row.report_due, today))


def guidance(found: Followed | None) -> Rows:
    """What each unit returns, beside what the target asks of so many members."""
    if found is None:
        return []
    target = guidance_queries.target_of(found.movement)
    return [
        [
            line.name,
            found.names.get(line.above) if line.above and line.level is not Level.DISTRICT else None,
            line.members,
            int(line.members * target) if line.members is not None and target else None,
            line.residents,
            line.members if line.reached is not None else None,
            line.reached,
            *_returned(line.state),
        ]
        for line in found.lines
    ]


def training(event: Event) -> Rows:
    rows = db.session.execute(
        sa.select(
            TrainingGroup.learners, OrganizationInvitation.name, TrainingReturn.learners,
            TrainingReturn.completed, TrainingReturn.state,
        )
        .join(TrainingGroup, TrainingReturn.training_group_id == TrainingGroup.id)
        .join(Training, TrainingGroup.training_id == Training.id)
        .join(OrganizationInvitation, OrganizationInvitation.id == TrainingReturn.organization_invitation_id)
        .where(_own(Training.event_id, event))
        .order_by(TrainingGroup.number, OrganizationInvitation.folded, TrainingReturn.id)
    )  # fmt: skip
    return [[*row[:-1], *_returned(row[-1])] for row in rows]


def targets(event: Event, found: Followed | None, today: date) -> Rows:
    """The target of the movement with what its units have guided. Then each figure to be reached with the one returned
    last; an indicator without any stands with its words."""
    listed = [
        (one, target)
        for one in target_queries.indicators_of(event)
        for target in (one.targets or [None])  # type: ignore[list-item]
    ]
    states = target_queries.states([target for _one, target in listed if target is not None], today)
    rows = [_of_the_movement(found, target) for target in found.movement.targets[:1]] if found else []
    return rows + [
        _target(one, states.get(target.id) if target is not None else None) for one, target in listed
    ]


def _of_the_movement(found: Followed, target: Target) -> list[Any]:
    days = found.movement.duration_days
    return [
        clean(" – ".join(filter(None, [target.actor, target.metric]))),
        _goal(target) + (f" trong {days:02d} ngày" if days else ""),
        results_text.guided(found.sums, target.value) or None,
        None,
        _answer(found.sums.is_reached(target.value)),
        found.sums.expected,
        found.sums.handed_in,
    ]


def _target(indicator: Indicator, state: target_queries.State | None) -> list[Any]:
    target = state.target if state is not None else None
    newest = state.newest.shown if state is not None and state.newest is not None else None
    result = clean(f"{_decimal(newest)} {target.unit}") if target is not None and newest is not None else None
    is_reached = state.is_reached if state is not None else None
    if is_reached is None and indicator.done_on is not None:
        is_reached = True
    return [
        clean(indicator.text),
        _goal(target) if target is not None else None,
        result or indicator.result,
        _iso(indicator.done_on),
        _answer(is_reached),
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
        .where(_own(LocalLaunch.event_id, event))
        .order_by(OrganizationInvitation.folded, LocalLaunch.id)
    )  # fmt: skip
    found = []
    for name, planned, held, people, state in rows:
        is_registered = state is not ReturnState.MISSING or planned is not None
        word, is_in = _returned(state)
        found.append([name, _iso(planned), _iso(held), people, word, _answer(is_registered), is_in])
    return found


def media(event: Event) -> Rows:
    return [
        [one.channel, one.kind, one.title, _iso(one.published_on), one.url, one.pieces, one.views]
        for one in media_items(event)
    ]


def media_items(event: Event) -> list[MediaItem]:
    """What the media said of the event and its parts, in the order of the days."""
    return list(
        db.session.scalars(
            sa.select(MediaItem)
            .where(_own(MediaItem.event_id, event))
            .order_by(MediaItem.published_on.is_(None), MediaItem.published_on, MediaItem.id)
        )
    )


def _own(column: Any, event: Event) -> sa.ColumnElement[bool]:
    """Whether a row belongs to the event; of a campaign also what belongs to its parts."""
    found: sa.ColumnElement[bool] = (
        column.in_(of_parts.ids_of(event)) if event.kind is EventKind.CAMPAIGN else column == event.id
    )
    return found


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _returned(state: ReturnState) -> tuple[str, Any]:
    """How far a return is, and whether it counts."""
    return state.value, _answer(state in HANDED_IN)


def _answer(is_so: bool | None) -> str | None:
    """Yes, no or not known, as rows hold it."""
    return None if is_so is None else str(int(is_so))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
