"""Where items stand. Written beside the version of a row, so that a move makes nobody's edit of a text stale."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from eventsvc.agenda.models import AgendaItem, Strand
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting


def standing(event: Event, sitting: Sitting, strand: Strand | None) -> list[AgendaItem]:
    """The items of a sitting's stage, or of a strand of it, in order."""
    place = (sitting.id, strand.id if strand else None)
    items = [item for item in event.agenda_items if (item.sitting_id, item.strand_id) == place]
    return sorted(items, key=lambda item: (item.number, item.id))


def put_in_order(items: Sequence[AgendaItem], sitting: Sitting, strand: Strand | None) -> None:
    """Make these, in this order, the items of a sitting's stage or of a strand of it. They must be stored."""
    strand_id = strand.id if strand else None
    changed = [
        {"of": item.id, "place": number, "day": sitting.id, "beside": strand_id}
        for number, item in enumerate(items, 1)
        if (item.number, item.sitting_id, item.strand_id) != (number, sitting.id, strand_id)
    ]
    if not changed:
        return
    table = AgendaItem.__table__
    db.session.execute(
        sa.update(table)  # type: ignore[arg-type]
        .where(table.c.id == sa.bindparam("of"))
        .values(
            number=sa.bindparam("place"), sitting_id=sa.bindparam("day"), strand_id=sa.bindparam("beside")
        ),
        changed,
    )
    for number, item in enumerate(items, 1):
        set_committed_value(item, "number", number)
        set_committed_value(item, "sitting_id", sitting.id)
        set_committed_value(item, "sitting", sitting)
        set_committed_value(item, "strand_id", strand_id)
        set_committed_value(item, "strand", strand)
    sitting.event.agenda_items.sort(key=lambda item: (item.number, item.id))


def count_move(item: AgendaItem) -> None:
    """Note that this item itself was moved, for whoever saw it in its old place."""
    table = AgendaItem.__table__
    db.session.execute(
        sa.update(table).where(table.c.id == item.id).values(moves=table.c.moves + 1)  # type: ignore[arg-type]
    )
    set_committed_value(item, "moves", item.moves + 1)
