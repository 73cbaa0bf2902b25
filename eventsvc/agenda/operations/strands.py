"""What goes on beside the stage, each with a name and a place."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.models import Strand
from eventsvc.agenda.operations import journal
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open, renumber

EDITABLE = frozenset({"name", "place"})


class StrandInUse(DomainError):
    code = "strand_in_use"


@atomic()
def add_strand(event: Event, *, name: str, place: str | None = None, by: Any) -> Strand:
    """One more strand beside the stage, after those that there are."""
    lock_open(event)
    with journal.edit(event, "strand.added", title=name, by=by):
        strand = Strand(number=len(event.strands) + 1, name=name, place=place)
        event.strands.append(strand)
        db.session.flush()
    record(by, "strand.added", strand, event=event)
    return strand


@atomic()
def edit_strand(strand: Strand, changes: dict[str, Any], *, version: int | None = None, by: Any) -> Strand:
    """Change its name or place."""
    event = strand.event
    lock_open(event)
    lock(strand, version)
    with journal.edit(event, "strand.edited", title=strand.name, by=by):
        changed = assign(strand, changes, EDITABLE)
    if changed:
        record(by, "strand.edited", strand, event=event, fields=changed)
    return strand


@atomic()
def remove_strand(strand: Strand, *, by: Any) -> None:
    """Take away a strand that no item stands in; those after it move up."""
    event = strand.event
    lock_open(event)
    lock(strand)
    if any(item.strand_id == strand.id for item in event.agenda_items):
        raise StrandInUse(_("This strand has agenda items: move or remove them first."))
    with journal.edit(event, "strand.removed", title=strand.name, by=by):
        record(by, "strand.removed", strand, event=event)
        event.strands.remove(strand)
        db.session.flush()
        renumber(event.strands)
