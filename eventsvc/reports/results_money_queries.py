"""The rows of a results report about money: what agencies estimated, what was approved, spent and settled. In đồng."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc.budgets.models import BudgetEstimate, BudgetLine, BudgetSource
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.reports.results_parts_queries import Rows, ids_of
from eventsvc.reports.results_shapes import answer, iso
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import clean

_NO_SOURCE = "Chưa ghi nguồn kinh phí"


class _Line:
    """What the lines of an estimate under one source come to: estimated once it was handed in, approved and spent once
    it was approved, settled once it was settled (`estimate_queries.by_source`)."""

    def __init__(self, estimate: BudgetEstimate, source_id: int | None, sums: Sequence[Any]) -> None:
        amount, approved, spent = (int(each or 0) for each in sums)
        is_in, is_approved = estimate.state in HANDED_IN, estimate.state is ReturnState.APPROVED
        self.estimate_id, self.source_id = estimate.id, source_id
        self.money = (
            amount if is_in else 0,
            approved if is_approved else 0,
            spent if is_approved else 0,
            spent if estimate.settled_on is not None else 0,
        )


Lines = tuple[list[BudgetEstimate], list[_Line]]


def lines(event: Event) -> Lines:
    """The estimates of the campaign and of its parts, and what their lines come to by source."""
    asked = db.session.scalars(
        sa.select(BudgetEstimate)
        .join(BudgetEstimate.asked)
        .where(BudgetEstimate.event_id.in_(ids_of(event)))
        .options(joinedload(BudgetEstimate.asked))
        .order_by(OrganizationInvitation.folded, BudgetEstimate.id)
    ).all()
    by_id = {row.id: row for row in asked}
    sums = db.session.execute(
        sa.select(
            BudgetLine.estimate_id, BudgetLine.source_id, sa.func.sum(BudgetLine.amount),
            sa.func.sum(BudgetLine.approved), sa.func.sum(BudgetLine.spent),
        )
        .join(BudgetLine.estimate)
        .where(BudgetEstimate.event_id.in_(ids_of(event)))
        .group_by(BudgetLine.estimate_id, BudgetLine.source_id)
    )  # fmt: skip
    return list(asked), [_Line(by_id[key], source, each) for key, source, *each in sums]


def sources(event: Event, found: Lines) -> Rows:
    """Each source with its decision; last, as none, what names no source."""
    listed = db.session.scalars(
        sa.select(BudgetSource)
        .where(BudgetSource.event_id.in_(ids_of(event)))
        .order_by(BudgetSource.event_id != event.id, BudgetSource.event_id, BudgetSource.number)
    )
    rows: Rows = [
        [
            clean(row.text), row.decision, iso(row.decision_date), row.amount,
            *_sums(line for line in found[1] if line.source_id == row.id),
        ]
        for row in listed
    ]  # fmt: skip
    without = [line for line in found[1] if line.source_id is None and any(line.money)]
    return [*rows, [None, _NO_SOURCE, None, None, *_sums(without)]] if without else rows


def estimates(found: Lines) -> Rows:
    asked, listed = found
    by_estimate: dict[int, list[_Line]] = {}
    for line in listed:
        by_estimate.setdefault(line.estimate_id, []).append(line)
    return [
        [
            row.asked.name, iso(row.due_on), row.state.value, *_sums(by_estimate.get(row.id, [])),
            iso(row.settled_on), answer(row.state in HANDED_IN),
        ]
        for row in asked
    ]  # fmt: skip


def _sums(lines: Iterable[_Line]) -> list[int]:
    sums = [0, 0, 0, 0]
    for line in lines:
        sums = [mine + theirs for mine, theirs in zip(sums, line.money, strict=True)]
    return sums
