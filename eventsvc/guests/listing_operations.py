"""People whom the house knows already, on the guest list of an event: those who were named, the members of a body."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests import operations
from eventsvc.guests.models import Guest, GuestGroup, Slot
from eventsvc.people.models import Person
from eventsvc.sites.models import Site


@dataclass(frozen=True)
class Place:
    """Where a person who is known already is to sit, in which group, for which slot."""

    person: Person
    site: Site
    group: GuestGroup | None = None
    slot: Slot | None = None
    note: str | None = None


@atomic()
def put_on_list(event: Event, places: Iterable[Place], *, by: Any) -> list[Guest]:
    """Guests for these people; whoever is on the list already is left out. Safe to repeat."""
    event.require_open()
    wanted = {place.person.id: place for place in places}
    there = set(
        db.session.scalars(
            sa.select(Guest.person_id).where(Guest.event_id == event.id, Guest.person_id.in_(wanted))
        )
    )
    guests = [
        operations.new_guest(
            event, place.person, place.site, group=place.group, slot=place.slot, note=place.note
        )
        for person_id, place in wanted.items()
        if person_id not in there
    ]
    db.session.add_all(guests)
    db.session.flush()
    if guests:
        record(by, "guests.added", event, event=event, count=len(guests))
    return guests


@atomic()
def take_off_list(guest: Guest, *, by: Any) -> None:
    """Take someone off the list whose name is kept elsewhere; refused once they are invited, speak or were scanned."""
    event = guest.event
    record(by, "guest.removed", guest, event=event)
    operations.delete_row(guest)
