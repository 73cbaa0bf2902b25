"""Guest groups, slots and guests of an event."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.guests import matching
from eventsvc.guests.models import Guest, GuestGroup, GuestImport, ImportState, Slot
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.text import fold


class GroupSize(NamedTuple):
    guests: int
    slots: int
    seats: int


def groups_of(event: Event) -> list[GuestGroup]:
    """The groups in the order of the plan: main hall, districts, communes."""
    order = {level: number for number, level in enumerate(SiteLevel)}
    groups = db.session.scalars(
        sa.select(GuestGroup)
        .where(GuestGroup.event_id == event.id)
        .options(selectinload(GuestGroup.organizations))
    )
    return sorted(groups, key=lambda group: (order[group.level], group.number, group.id))


def group_sizes(event: Event) -> dict[int | None, GroupSize]:
    """People, slots and stated seats by group id; None counts those in no group."""
    people_in = dict(
        db.session.execute(
            sa.select(Guest.group_id, sa.func.count())
            .where(Guest.event_id == event.id)
            .group_by(Guest.group_id)
        ).all()
    )
    slots_in = {
        group_id: (count, seats)
        for group_id, count, seats in db.session.execute(
            sa.select(Slot.group_id, sa.func.count(), sa.func.coalesce(sa.func.sum(Slot.seats), 0))
            .where(Slot.event_id == event.id)
            .group_by(Slot.group_id)
        )
    }
    ids = {*people_in, *slots_in}
    return {key: GroupSize(people_in.get(key, 0), *slots_in.get(key, (0, 0))) for key in ids}


def guests_of(
    event: Event,
    *,
    q: str = "",
    site_ids: Collection[int] | None = None,
    group_id: int | None = None,
    level: SiteLevel | None = None,
) -> sa.Select[Guest]:
    """The guests, by given name; `site_ids` None means every site. `q` ignores diacritics."""
    statement = (
        sa.select(Guest)
        .join(Guest.person)
        .join(Guest.site)
        .options(contains_eager(Guest.person), contains_eager(Guest.site), joinedload(Guest.group))
        .where(Guest.event_id == event.id)
        .order_by(Person.sort_key, Guest.id)
    )
    if q.strip():
        statement = statement.where(people.matches(q))
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    if group_id is not None:
        statement = statement.where(Guest.group_id == group_id)
    if level is not None:
        statement = statement.where(Site.level == level)
    return statement


def namesakes(event: Event, full_name: str) -> list[Guest]:
    """The guests of the event whose names are the same words."""
    wanted = text.same_words(full_name)
    found = db.session.scalars(guests_of(event, q=full_name))
    return [guest for guest in found if text.same_words(guest.person.full_name) == wanted]


def listed_as(
    event: Event, full_name: str, organization: str | None, contacts: Collection[str]
) -> Guest | None:
    """The guest who is the same person: the rule of the imports (`matching`)."""
    for namesake in namesakes(event, full_name):
        if matching.is_same(organization, contacts, known_guest(namesake.person)):
            return namesake
    return None


def known_guest(person: Person) -> matching.KnownGuest:
    contacts = frozenset({*person.phones, *person.emails})
    return matching.KnownGuest(person.full_name, person.organization_name, contacts)


def guest_for(event: Event, person: Person) -> Guest | None:
    return db.session.scalar(sa.select(Guest).where(Guest.event_id == event.id, Guest.person_id == person.id))


def slots_of(event: Event, *, site_ids: Collection[int] | None = None, q: str = "") -> list[Slot]:
    """The slots in the order they were made."""
    statement = (
        sa.select(Slot)
        .where(Slot.event_id == event.id)
        .options(joinedload(Slot.group), joinedload(Slot.site))
        .order_by(Slot.id)
    )
    if site_ids is not None:
        statement = statement.where(Slot.site_id.in_(site_ids))
    if q.strip():
        folded = fold(q)
        statement = statement.where(Slot.folded.contains(folded, autoescape=True) if folded else sa.false())
    return list(db.session.scalars(statement))


def counts(event: Event) -> dict[str, int]:
    """Guests and slots of the event."""
    return {"guests": _count(Guest, event), "slots": _count(Slot, event)}


def guest_of(event: Event, guest_id: int, site_ids: Collection[int] | None = None) -> Guest:
    """The guest of this event within the sites in reach; otherwise NotFound."""
    return part_of(event, Guest, guest_id, site_ids)


def slot_of(event: Event, slot_id: int, site_ids: Collection[int] | None = None) -> Slot:
    return part_of(event, Slot, slot_id, site_ids)


def group_of(event: Event, group_id: int) -> GuestGroup:
    return part_of(event, GuestGroup, group_id)


def import_of(event: Event, import_id: int) -> GuestImport:
    """An import still in preview; one that has ended is not found."""
    found = part_of(event, GuestImport, import_id)
    if found.state is not ImportState.PREVIEW:
        raise NotFound(_("This import has already ended."))
    return found


def _count(model: Any, event: Event) -> int:
    statement = sa.select(sa.func.count()).select_from(model).where(model.event_id == event.id)
    return db.session.scalar(statement) or 0
