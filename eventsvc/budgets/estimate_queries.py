"""Look up estimates: who was asked, who has handed in, and what the lines come to."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import text
from eventsvc.budgets.models import BudgetEstimate, BudgetLine, BudgetSource
from eventsvc.budgets.queries import sources_of
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.models import Assignee, Task, TaskKind
from eventsvc.tasks.returns import HANDED_IN, ReturnState

_FINANCE = ("so tai chinh", "phong tai chinh")


class Standing(StrEnum):
    """How far an estimate has come; made from its state and its days, never stored."""

    AWAITED = "awaited"
    LATE = "late"
    HANDED_IN = "handed_in"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    SETTLED = "settled"


class Totals(NamedTuple):
    """Sums in đồng. `estimated`: of estimates that were handed in; `bound`: what is approved, and of settled estimates
    only what was spent."""

    estimated: int = 0
    approved: int = 0
    spent: int = 0
    settled: int = 0
    bound: int = 0

    def plus(self, other: "Totals") -> "Totals":
        return Totals(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class SourceTotals(NamedTuple):
    """A source with its sums; `source` is None for lines that name none."""

    source: BudgetSource | None
    totals: Totals

    @property
    def left(self) -> int | None:
        """What may still be approved; None when nobody has said how much there is."""
        if self.source is None or self.source.amount is None:
            return None
        return self.source.amount - self.totals.bound


class Figures(NamedTuple):
    expected: int = 0
    late: int = 0
    handed_in: int = 0
    sent_back: int = 0
    approved: int = 0
    settled: int = 0


def standing(estimate: BudgetEstimate, today: Any) -> Standing:
    if estimate.settled_on is not None:
        return Standing.SETTLED
    if estimate.state is ReturnState.APPROVED:
        return Standing.APPROVED
    if estimate.state is ReturnState.RETURNED:
        return Standing.SENT_BACK
    if estimate.state in HANDED_IN:
        return Standing.HANDED_IN
    is_late = estimate.due_on is not None and estimate.due_on < today
    return Standing.LATE if is_late else Standing.AWAITED


def _in(wanted: Standing, today: Any) -> Any:
    state, missing = BudgetEstimate.state, BudgetEstimate.state == ReturnState.MISSING
    is_late = sa.and_(missing, BudgetEstimate.due_on < today)
    return {
        Standing.AWAITED: sa.and_(
            missing, sa.or_(BudgetEstimate.due_on.is_(None), BudgetEstimate.due_on >= today)
        ),
        Standing.LATE: is_late,
        Standing.HANDED_IN: state.in_((ReturnState.SUBMITTED, ReturnState.FORWARDED)),
        Standing.SENT_BACK: state == ReturnState.RETURNED,
        Standing.APPROVED: sa.and_(state == ReturnState.APPROVED, BudgetEstimate.settled_on.is_(None)),
        Standing.SETTLED: BudgetEstimate.settled_on.is_not(None),
    }[wanted]


def estimates_of(event: Event, today: Any, *, wanted: Standing | None = None, q: str = "") -> sa.Select[Any]:
    """The estimates of an event by the name of the agency; `q` ignores diacritics."""
    return (
        sa.select(BudgetEstimate)
        .join(BudgetEstimate.asked)
        .where(*_fitting(event, today, wanted, q))
        .options(joinedload(BudgetEstimate.asked).joinedload(OrganizationInvitation.organization))
        .order_by(OrganizationInvitation.folded, BudgetEstimate.id)
    )


def total_of(event: Event, today: Any, *, wanted: Standing | None = None, q: str = "") -> Totals:
    """The sums of all estimates that `estimates_of` lists, on whichever page of the list."""
    sums = db.session.execute(
        sa.select(*_sums())
        .select_from(BudgetLine)
        .join(BudgetLine.estimate)
        .join(BudgetEstimate.asked)
        .where(*_fitting(event, today, wanted, q))
    ).one()
    return Totals(*map(int, sums))


def _fitting(event: Event, today: Any, wanted: Standing | None, q: str) -> list[Any]:
    found: list[Any] = [BudgetEstimate.event_id == event.id]
    if wanted is not None:
        found.append(_in(wanted, today))
    if q.strip():
        folded = text.fold(q)
        found.append(
            OrganizationInvitation.folded.contains(folded, autoescape=True) if folded else sa.false()
        )
    return found


def with_lines(event: Event, today: Any) -> list[BudgetEstimate]:
    """Every estimate with its lines and their sources, in three queries."""
    loaded = selectinload(BudgetEstimate.lines).joinedload(BudgetLine.source)
    return list(db.session.scalars(estimates_of(event, today).options(loaded)))


def figures(event: Event, today: Any) -> Figures:
    counted = [
        sa.func.sum(sa.case((_in(each, today), 1), else_=0))
        for each in (Standing.LATE, Standing.HANDED_IN, Standing.SENT_BACK, Standing.APPROVED, Standing.SETTLED)
    ]  # fmt: skip
    row = db.session.execute(
        sa.select(sa.func.count(), *counted).where(BudgetEstimate.event_id == event.id)
    ).one()
    return Figures(*(int(value or 0) for value in row))


def by_estimate(estimates: Sequence[BudgetEstimate]) -> dict[int, Totals]:
    """The sums of each of these estimates, in one query; nothing for one without lines."""
    ids = [row.id for row in estimates]
    rows = db.session.execute(
        sa.select(BudgetLine.estimate_id, *_sums())
        .join(BudgetLine.estimate)
        .where(BudgetEstimate.id.in_(ids))
        .group_by(BudgetLine.estimate_id)
    )
    return {key: Totals(*map(int, sums)) for key, *sums in rows}


def by_source(event: Event, *, without: BudgetEstimate | None = None) -> list[SourceTotals]:
    """Each source with its sums, in the order of the plan; last the lines that name none, if there are any."""
    statement = (
        sa.select(BudgetLine.source_id, *_sums())
        .join(BudgetLine.estimate)
        .where(BudgetEstimate.event_id == event.id)
        .group_by(BudgetLine.source_id)
    )
    if without is not None:
        statement = statement.where(BudgetEstimate.id != without.id)
    found = {key: Totals(*map(int, sums)) for key, *sums in db.session.execute(statement)}
    listed = [SourceTotals(source, found.get(source.id, Totals())) for source in sources_of(event)]
    unnamed = found.get(None, Totals())
    return [*listed, SourceTotals(None, unnamed)] if any(unnamed) else listed


def in_all(rows: Sequence[SourceTotals]) -> Totals:
    total = Totals()
    for row in rows:
        total = total.plus(row.totals)
    return total


def given(rows: Sequence[SourceTotals]) -> int | None:
    """What there is in all sources that say how much; None when none does."""
    said = [row.source.amount for row in rows if row.source is not None and row.source.amount is not None]
    return sum(said) if said else None


def left(rows: Sequence[SourceTotals]) -> int | None:
    """What may still be approved of all sources that say how much there is."""
    said = [row.left for row in rows if row.left is not None]
    return sum(said) if said else None


def _sums() -> tuple[Any, ...]:
    approved = BudgetEstimate.state == ReturnState.APPROVED
    settled = BudgetEstimate.settled_on.is_not(None)
    cases: tuple[tuple[Any, ...], ...] = (
        ((BudgetEstimate.state.in_(HANDED_IN), BudgetLine.amount),),
        ((approved, BudgetLine.approved),),
        ((approved, BudgetLine.spent),),
        ((settled, BudgetLine.spent),),
        ((settled, BudgetLine.spent), (approved, BudgetLine.approved)),
    )
    return tuple(sa.func.coalesce(sa.func.sum(sa.case(*case, else_=0)), 0) for case in cases)


def estimate_of(event: Event, estimate_id: int) -> BudgetEstimate:
    """The estimate of this event; otherwise NotFound."""
    found: BudgetEstimate = part_of(event, BudgetEstimate, estimate_id)
    return found


def own_estimate(asked: OrganizationInvitation) -> BudgetEstimate | None:
    return db.session.scalar(
        sa.select(BudgetEstimate).where(BudgetEstimate.organization_invitation_id == asked.id)
    )


def required_estimate(asked: OrganizationInvitation) -> BudgetEstimate:
    found = own_estimate(asked)
    if found is None:
        raise NotFound(_("No estimate is expected of this organization."))
    return found


def approves(asked: OrganizationInvitation) -> bool:
    """Whether it is the department of finance, and there are estimates at which it may look."""
    if not text.fold(asked.name).startswith(_FINANCE):
        return False
    any_row = sa.select(BudgetEstimate.id).where(BudgetEstimate.event_id == asked.event_id)
    return bool(db.session.scalar(sa.select(any_row.exists())))


def to_approve(asked: OrganizationInvitation, estimate_id: int) -> BudgetEstimate:
    """An estimate at which the department of finance looks, once it was handed in; NotFound for everybody else."""
    found = estimate_of(asked.event, estimate_id)
    if not approves(asked) or found.state is ReturnState.MISSING:
        raise NotFound(_("There is no such estimate."))
    return found


def owing(event: Event) -> list[BudgetEstimate]:
    """Estimates that are still to come or to be put right."""
    states = (ReturnState.MISSING, ReturnState.RETURNED)
    return list(
        db.session.scalars(
            sa.select(BudgetEstimate)
            .where(BudgetEstimate.event_id == event.id, BudgetEstimate.state.in_(states))
            .options(joinedload(BudgetEstimate.asked))
            .order_by(BudgetEstimate.id)
        )
    )


def lines_to_offer(event: Event) -> list[str]:
    """Whom the tasks of the plan name: those who lead or carry something out, each once."""
    names = db.session.scalars(
        sa.select(Assignee.name)
        .join(Assignee.task)
        .where(Task.event_id == event.id, Task.kind == TaskKind.ASSIGNMENT)
        .order_by(Task.number, Assignee.number)
    )
    return list(dict.fromkeys(names))
