"""Look up indicators with their targets, who returns the figures, and what these come to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsvc import clock, text
from eventsvc.campaigns.models import Indicator, Target
from eventsvc.campaigns.return_models import TargetReporter, TargetReturn
from eventsvc.campaigns.target_figures import Figure, added, is_share, reached
from eventsvc.campaigns.target_periods import TargetStanding, Turn, is_late, standing, turn_of, turns
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import keeps_data, part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.models import Task, TaskKind
from eventsvc.tasks.returns import HANDED_IN, ReturnState

_WAITS = (ReturnState.MISSING, ReturnState.RETURNED)


class Figures(NamedTuple):
    """Targets of an event, those reached and those without a figure; returns of their latest periods."""

    targets: int = 0
    reached: int = 0
    unknown: int = 0
    expected: int = 0
    handed_in: int = 0
    late: int = 0


class AtEnd(NamedTuple):
    """The figure at the end of a period: the newest of every organization, and how many returned one for it."""

    turn: Turn
    figure: Figure | None
    returned: int


class State(NamedTuple):
    """How a target stands: its newest figure, and the returns of its latest period."""

    target: Target
    trend: list[AtEnd]
    turn: Turn | None
    expected: int
    handed_in: int
    late: int

    @property
    def newest(self) -> Figure | None:
        return self.trend[-1].figure if self.trend else None

    @property
    def is_reached(self) -> bool | None:
        return reached(self.target.comparator, self.target.value, self.newest)


class Line(NamedTuple):
    """One organization in one period of a target; `row` is None while nothing was written down."""

    reporter: TargetReporter
    row: TargetReturn | None
    standing: TargetStanding
    is_late: bool
    figure: Figure | None


# --- Indicators and targets ---------------------------------------------------------------------------------


def indicators_of(event: Event) -> list[Indicator]:
    """In the order of the plan, with their targets and the items they stand under."""
    return list(
        db.session.scalars(
            sa.select(Indicator)
            .where(Indicator.event_id == event.id)
            .options(selectinload(Indicator.targets), joinedload(Indicator.task))
            .order_by(Indicator.number)
        )
    )


def indicator_of(event: Event, indicator_id: int) -> Indicator:
    found: Indicator = part_of(event, Indicator, indicator_id)
    return found


def target_of(event: Event, target_id: int) -> Target:
    """The target of an indicator of this event; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(Target)
        .join(Target.indicator)
        .where(Indicator.event_id == event.id, Target.id == target_id)
        .options(contains_eager(Target.indicator))
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def items_to_offer(event: Event) -> list[Task]:
    """The items of the plan that an indicator may stand under."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .where(Task.event_id == event.id, Task.kind == TaskKind.PLAN_ITEM)
            .order_by(Task.number)
        )
    )


def has_returns(targets: Sequence[Target]) -> bool:
    """Whether anything was handed in for one of these."""
    given = (
        sa.select(TargetReturn.id)
        .join(TargetReturn.reporter)
        .where(
            TargetReporter.target_id.in_([target.id for target in targets]),
            TargetReturn.state != ReturnState.MISSING,
        )
    )
    return db.session.scalar(sa.select(given.exists())) or False


# --- What figures come to -----------------------------------------------------------------------------------


def states(targets: Sequence[Target], today: date | None = None) -> dict[int, State]:
    """How these targets stand, by id: in three queries for 1 as for 300."""
    today = today or clock.today()
    ids = [target.id for target in targets]
    counts = dict(
        db.session.execute(
            sa.select(TargetReporter.target_id, sa.func.count())
            .where(TargetReporter.target_id.in_(ids))
            .group_by(TargetReporter.target_id)
        ).all()
    )
    rows = db.session.execute(
        sa.select(
            TargetReporter.target_id,
            TargetReturn.reporter_id,
            TargetReturn.period_start,
            TargetReturn.value,
            TargetReturn.total,
            TargetReturn.submitted_at,
        )
        .join(TargetReturn.reporter)
        .where(TargetReporter.target_id.in_(ids), TargetReturn.state.in_(HANDED_IN))
        .order_by(TargetReturn.period_start, TargetReturn.id)
    ).all()
    by_target: dict[int, list[Any]] = {}
    for row in rows:
        by_target.setdefault(row.target_id, []).append(row)
    return {
        target.id: _state(target, by_target.get(target.id, []), counts.get(target.id, 0), today)
        for target in targets
    }


def _state(target: Target, rows: list[Any], expected: int, today: date) -> State:
    begun = turns(target, today)
    latest: dict[int, Figure] = {}
    trend, place = [], 0
    for turn in begun:
        returned = 0
        while place < len(rows) and rows[place].period_start <= turn.key:
            row, place = rows[place], place + 1
            latest[row.reporter_id] = figure_of(row, target)
            returned += row.period_start == turn.key
        trend.append(AtEnd(turn, added(latest.values()), returned))
    turn = begun[-1] if begun and expected else None
    handed_in = trend[-1].returned if turn else 0
    late = 0
    if turn is not None and turn.due_on is not None:
        came = [row for row in rows if row.period_start == turn.key]
        late = sum(is_late(ReturnState.SUBMITTED, row.submitted_at, turn.due_on, today) for row in came)
        late += expected - handed_in if turn.due_on < today else 0
    return State(target, trend, turn, expected, handed_in, late)


def figure_of(row: Any, target: Target) -> Figure:
    value = row.value if row.value is not None else Decimal(0)
    return Figure(value, (row.total or Decimal(0)) if is_share(target.unit) else None)


def figures(event: Event) -> Figures:
    """The targets of an event in figures, and the returns of their latest periods."""
    targets = [target for indicator in indicators_of(event) for target in indicator.targets]
    found = states(targets).values()
    return Figures(
        len(targets),
        sum(state.is_reached is True for state in found),
        sum(state.is_reached is None for state in found),
        sum(state.expected for state in found if state.turn),
        sum(state.handed_in for state in found),
        sum(state.late for state in found),
    )


# --- Who returns them ---------------------------------------------------------------------------------------


def reporters_of(target: Target) -> list[TargetReporter]:
    """By name, each with its organization."""
    return list(
        db.session.scalars(
            sa.select(TargetReporter)
            .join(TargetReporter.asked)
            .where(TargetReporter.target_id == target.id)
            .options(contains_eager(TargetReporter.asked).joinedload(OrganizationInvitation.organization))
            .order_by(OrganizationInvitation.folded, TargetReporter.id)
        )
    )


def reporter_of(target: Target, reporter_id: int) -> TargetReporter:
    found = db.session.scalar(
        sa.select(TargetReporter)
        .where(TargetReporter.target_id == target.id, TargetReporter.id == reporter_id)
        .options(joinedload(TargetReporter.asked), joinedload(TargetReporter.target))
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def lines(
    target: Target, turn: Turn | None, wanted: TargetStanding | None = None, q: str = "", *, today: date
) -> list[Line]:
    """Everybody who returns the figure with what they have returned for this period."""
    reporters = reporters_of(target)
    rows = {row.reporter_id: row for row in _rows_of(target, turn)} if turn else {}
    folded = text.fold(q)
    found = [line_of(target, reporter, rows.get(reporter.id), turn, today) for reporter in reporters]
    return [
        line
        for line in found
        if (wanted is None or line.standing is wanted)
        and (not q.strip() or (folded and folded in line.reporter.asked.folded))
    ]


def line_of(
    target: Target, reporter: TargetReporter, row: TargetReturn | None, turn: Turn | None, today: date
) -> Line:
    state = row.state if row is not None else ReturnState.MISSING
    due_on = turn.due_on if turn else None
    late = is_late(state, row.submitted_at if row is not None else None, due_on, today)
    figure = figure_of(row, target) if row is not None and row.value is not None else None
    return Line(reporter, row, standing(state, due_on, today), late, figure)


def _rows_of(target: Target, turn: Turn) -> Sequence[TargetReturn]:
    return db.session.scalars(
        sa.select(TargetReturn)
        .join(TargetReturn.reporter)
        .where(TargetReporter.target_id == target.id, TargetReturn.period_start == turn.key)
    ).all()


def return_of(target: Target, return_id: int) -> TargetReturn:
    """What was returned for this target under this id; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(TargetReturn)
        .join(TargetReturn.reporter)
        .where(TargetReporter.target_id == target.id, TargetReturn.id == return_id)
        .options(contains_eager(TargetReturn.reporter))
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def return_for(reporter: TargetReporter, turn: Turn) -> TargetReturn | None:
    return db.session.scalar(
        sa.select(TargetReturn).where(
            TargetReturn.reporter_id == reporter.id, TargetReturn.period_start == turn.key
        )
    )


def missing(target: Target, turn: Turn) -> list[TargetReporter]:
    """Who owes the figure of this period, may be written to under a link that works and has not stopped reminders."""
    given = sa.select(TargetReturn.reporter_id).where(
        TargetReturn.period_start == turn.key, TargetReturn.state.not_in(_WAITS)
    )
    return list(
        db.session.scalars(
            sa.select(TargetReporter)
            .join(TargetReporter.asked)
            .join(OrganizationInvitation.event)
            .where(
                TargetReporter.target_id == target.id,
                TargetReporter.id.not_in(given),
                keeps_data(clock.today()),
                OrganizationInvitation.revoked_at.is_(None),
                OrganizationInvitation.reminders_stopped_at.is_(None),
            )
            .options(contains_eager(TargetReporter.asked))
            .order_by(OrganizationInvitation.folded, TargetReporter.id)
        )
    )


# --- On the own page ----------------------------------------------------------------------------------------


class Own(NamedTuple):
    """A target that an organization returns the figure of, with its latest period."""

    reporter: TargetReporter
    turn: Turn | None
    line: Line | None


def is_reporter(asked: OrganizationInvitation) -> bool:
    own = sa.select(TargetReporter.id).where(TargetReporter.organization_invitation_id == asked.id)
    return db.session.scalar(sa.select(own.exists())) or False


def own_targets(asked: OrganizationInvitation, today: date) -> list[Own]:
    """What the organization returns, in the order of the plan."""
    reporters = db.session.scalars(_own(asked).order_by(Indicator.number, Target.number)).all()
    rows = db.session.scalars(
        sa.select(TargetReturn).where(TargetReturn.reporter_id.in_([row.id for row in reporters]))
    )
    by_turn = {(row.reporter_id, row.period_start): row for row in rows}
    found = []
    for reporter in reporters:
        turn = turn_of(reporter.target, None, today)
        row = by_turn.get((reporter.id, turn.key)) if turn else None
        line = line_of(reporter.target, reporter, row, turn, today) if turn else None
        found.append(Own(reporter, turn, line))
    return found


def own_reporter(asked: OrganizationInvitation, reporter_id: int) -> TargetReporter:
    """The organization's own; otherwise NotFound, whoever else's it is."""
    found = db.session.scalar(_own(asked).where(TargetReporter.id == reporter_id))
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _own(asked: OrganizationInvitation) -> sa.Select[Any]:
    return (
        sa.select(TargetReporter)
        .join(TargetReporter.target)
        .join(Target.indicator)
        .where(TargetReporter.organization_invitation_id == asked.id)
        .options(contains_eager(TargetReporter.target).contains_eager(Target.indicator))
    )
