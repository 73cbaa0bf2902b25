"""Look up the materials of an event: all of them, what is missing, how far each agenda item is."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock
from eventsvc.agenda.material_models import Material, MaterialState, MaterialVersion
from eventsvc.agenda.material_rules import STANDARD, Urgency, urgency
from eventsvc.agenda.models import AgendaItem
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.text import sort_key

_PRESSING = list(Urgency)


class Entry(NamedTuple):
    """A material with its agenda item, None when that has been taken out, and how pressing it is."""

    material: Material
    item: AgendaItem | None
    urgency: Urgency
    days: int | None
    """Days until it is due; below nought when it is overdue."""

    @property
    def is_missing(self) -> bool:
        return self.item is not None and self.urgency is not Urgency.DONE


def materials_of(event: Event, *, with_versions: bool = False) -> list[Entry]:
    """Every material of an event: what is missing first, most pressing first, then in the order of the agenda.

    What belongs to no item any more comes last.
    """
    statement = (
        sa.select(Material)
        .where(Material.event_id == event.id)
        .options(
            joinedload(Material.item).options(joinedload(AgendaItem.sitting), joinedload(AgendaItem.strand))
        )
    )
    if with_versions:
        statement = statement.options(selectinload(Material.versions).joinedload(MaterialVersion.file))
    return sorted(map(entry_of, db.session.scalars(statement)), key=_order)


def missing(event: Event) -> list[Entry]:
    """What is not approved yet of the items that are in the agenda, most pressing first; one query."""
    return [entry for entry in materials_of(event) if entry.is_missing]


def counts_by_item(event: Event) -> dict[str, tuple[int, int]]:
    """For each agenda item with materials, by its key: how many are approved, and how many there are."""
    approved = sa.func.sum(sa.case((Material.state == MaterialState.APPROVED, 1), else_=0))
    rows = db.session.execute(
        sa.select(Material.item_key, approved, sa.func.count())
        .where(Material.event_id == event.id)
        .group_by(Material.item_key)
    )
    return {key: (int(done), count) for key, done, count in rows}


def items_without(event: Event) -> list[AgendaItem]:
    """Speeches, clips and signings that have no material at all, in the order of the agenda."""
    having = sa.select(Material.item_key).where(Material.event_id == event.id)
    rows = db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.event_id == event.id, AgendaItem.kind.in_(STANDARD), AgendaItem.key.not_in(having))
        .options(
            joinedload(AgendaItem.sitting),
            joinedload(AgendaItem.strand),
            joinedload(AgendaItem.organization),
        )
    )
    return sorted(rows, key=place)


def items_of(event: Event) -> list[AgendaItem]:
    """The items of the agenda in their order, to choose one."""
    rows = db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.event_id == event.id)
        .options(joinedload(AgendaItem.sitting), joinedload(AgendaItem.strand))
    )
    return sorted(rows, key=place)


def material_of(event: Event, material_id: int) -> Material:
    """The material of this event, with its versions; otherwise NotFound."""
    return part_of(event, Material, material_id)


def version_of(material: Material, number: int) -> MaterialVersion:
    for version in material.versions:
        if version.number == number:
            return version
    raise NotFound(_("There is no such version."))


def owners(entries: list[Entry]) -> list[str]:
    """Who owes something, in dictionary order."""
    return sorted({entry.material.owner for entry in entries if entry.material.owner}, key=sort_key)


def place(item: AgendaItem) -> tuple[int, int, int, int]:
    """Where an item stands: sitting by sitting, the stage before what goes on beside it."""
    strand = item.strand.number if item.strand is not None else 0
    return item.sitting.number, strand, item.number, item.id


def entry_of(material: Material) -> Entry:
    today = clock.today()
    days = (material.due_on - today).days if material.due_on is not None else None
    return Entry(material, material.item, urgency(material, today), days)


def _order(entry: Entry) -> tuple[object, ...]:
    if entry.item is None:
        return 2, 0, entry.material.item_key, entry.material.number
    pressing = _PRESSING.index(entry.urgency) if entry.is_missing else 0
    day = entry.material.due_on.toordinal() if entry.is_missing and entry.material.due_on else 0
    return not entry.is_missing, (pressing, day), place(entry.item), entry.material.number
