"""Every change to the money of an event."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.budgets import queries
from eventsvc.budgets.models import BudgetSource
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open, renumber

SOURCE = frozenset({"text", "decision", "decision_date", "allocated_to", "fiscal_year", "amount"})


class SourceInUse(DomainError):
    """Money of this source is approved."""

    code = "source_in_use"


@atomic()
def add_source(event: Event, values: dict[str, Any], *, by: Any) -> BudgetSource:
    lock_open(event)
    number = max((row.number for row in queries.sources_of(event)), default=0) + 1
    source = BudgetSource(event=event, number=number, **values)
    db.session.add(source)
    db.session.flush()
    record(by, "budget_source.added", source, event=event)
    return source


@atomic()
def edit_source(
    source: BudgetSource, values: dict[str, Any], *, version: int | None = None, by: Any
) -> BudgetSource:
    lock_open(source.event)
    lock(source, version)
    changed = assign(source, values, SOURCE)
    if changed:
        db.session.flush()
        record(by, "budget_source.edited", source, event=source.event, fields=changed)
    return source


@atomic()
def remove_source(source: BudgetSource, *, by: Any) -> None:
    """Take a source out; those after it move up. SourceInUse while money of it is approved."""
    event = source.event
    lock_open(event)
    lock(source)
    if queries.is_in_use(source):
        raise SourceInUse(
            _("Money of this source is approved for agencies: first approve those lines from another source.")
        )
    record(by, "budget_source.removed", source, event=event)
    db.session.delete(source)
    db.session.flush()
    renumber(queries.sources_of(event))
