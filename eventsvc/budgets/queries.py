"""Look up the money of an event."""

import sqlalchemy as sa

from eventsvc.budgets.models import BudgetEstimate, BudgetLine, BudgetSource
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.tasks.returns import ReturnState


def sources_of(event: Event) -> list[BudgetSource]:
    """Where the money comes from, in the order of the plan."""
    return list(
        db.session.scalars(
            sa.select(BudgetSource).where(BudgetSource.event_id == event.id).order_by(BudgetSource.number)
        )
    )


def source_of(event: Event, source_id: int) -> BudgetSource:
    """The source of this event; otherwise NotFound."""
    return part_of(event, BudgetSource, source_id)


def is_in_use(source: BudgetSource) -> bool:
    """Whether money of the source is approved for an agency."""
    named = (
        sa.select(BudgetLine.id)
        .join(BudgetLine.estimate)
        .where(BudgetLine.source_id == source.id, BudgetEstimate.state == ReturnState.APPROVED)
    )
    return bool(db.session.scalar(sa.select(named.exists())))
