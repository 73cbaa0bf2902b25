"""Look up agendas: the draft that organizers work on, and what has been made known of it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc.agenda import clashes as clash_rules
from eventsvc.agenda import diff, frozen, snapshot, timing
from eventsvc.agenda.clashes import Clash
from eventsvc.agenda.material_models import Material, MaterialState
from eventsvc.agenda.models import AgendaEdit, AgendaItem, Ritual, RitualParticipant
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.snapshot import Values
from eventsvc.agenda.timing import Part
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites.models import MAIN, Site


def draft(event: Event) -> list[Part]:
    """The agenda as organizers see it, in as many queries for 3 items as for 300."""
    return timing.programme(event.sittings, event.strands, items_of(event))


def places(event: Event) -> list[Part]:
    """The draft with every place where items may stand: strands without items too."""
    return timing.programme(event.sittings, event.strands, items_of(event), with_empty=True)


def items_of(event: Event) -> list[AgendaItem]:
    """The items of the draft with what their rows show."""
    ritual = joinedload(AgendaItem.ritual)
    return list(
        db.session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.event_id == event.id)
            .options(
                joinedload(AgendaItem.person),
                joinedload(AgendaItem.site),
                ritual.selectinload(Ritual.participants).joinedload(RitualParticipant.person),
            )
            .order_by(AgendaItem.number, AgendaItem.id)
        ).unique()
    )


def item_of(event: Event, item_id: int) -> AgendaItem | None:
    """One item of this event's draft; None for somebody else's and for one that is gone."""
    return db.session.scalar(
        sa.select(AgendaItem).where(AgendaItem.id == item_id, AgendaItem.event_id == event.id)
    )


def rituals_of(event: Event) -> list[Ritual]:
    """The rituals of the draft with everyone's place in them."""
    return list(
        db.session.scalars(
            sa.select(Ritual)
            .where(Ritual.event_id == event.id)
            .options(selectinload(Ritual.participants))
            .order_by(Ritual.number)
        )
    )


def clashes(
    event: Event, parts: list[Part] | None = None, rituals: list[Ritual] | None = None
) -> list[Clash]:
    """What cannot be, what needs a confirmation at a release and what might be better in the draft, the worst first;
    `parts` is the draft, `rituals` are its rituals, when the caller has them already. As many queries for 3 items
    as for 300."""
    programme = draft(event) if parts is None else parts
    open_materials = (Material.event_id == event.id, Material.state != MaterialState.APPROVED)
    return clash_rules.find(
        programme,
        rituals_of(event) if rituals is None else rituals,
        hall=db.session.scalar(sa.select(Site).where(Site.event_id == event.id, Site.code == MAIN)),
        materials=db.session.scalars(
            sa.select(Material).where(*open_materials).order_by(Material.item_key, Material.number)
        ).all(),
    )


def released(event: Event) -> list[Part]:
    """What public pages, letters, feeds and the stage show: the last release, at the times its sittings have now.

    Until there are releases, the agenda as it stands is its release 1. The items have the attributes of an
    AgendaItem, whichever they come from. A query for the release and one for the sittings, whatever the size.
    """
    release = last_release(event)
    return draft(event) if release is None else frozen.lay(release.snapshot, event.sittings)


def last_release(event: Event) -> AgendaRelease | None:
    return db.session.scalar(
        sa.select(AgendaRelease)
        .where(AgendaRelease.event_id == event.id)
        .order_by(AgendaRelease.number.desc())
        .limit(1)
    )


def unreleased_changes(event: Event) -> int:
    """How many rows of the draft (items, rituals, strands) differ from the last release; without one, all of them."""
    release = last_release(event)
    return diff.between(release.snapshot if release else {}, values(event)).size


def public(parts: list[Part]) -> list[Part]:
    """Without what only those behind the stage need to know; times are those of the whole."""
    return [part._replace(slots=[slot for slot in part.slots if _is_public(slot.item)]) for part in parts]


def _is_public(item: Any) -> bool:
    return item.is_public


def values(event: Event) -> Values:
    """The draft as plain values, as releases and the journal of edits keep it."""
    used = {item.site_id for item in event.agenda_items} - {None}
    codes = dict(db.session.execute(sa.select(Site.id, Site.code).where(Site.id.in_(used))).all())
    numbers = {sitting.id: sitting.number for sitting in event.sittings}
    return snapshot.values(numbers, event.strands, event.agenda_items, rituals_of(event), codes)


def last_edit(event: Event) -> AgendaEdit | None:
    """The edit that would be undone next."""
    return db.session.scalar(
        sa.select(AgendaEdit)
        .where(AgendaEdit.event_id == event.id, AgendaEdit.undone_at.is_(None))
        .order_by(AgendaEdit.id.desc())
        .limit(1)
    )
