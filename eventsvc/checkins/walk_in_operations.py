"""People who come without an invitation: the scan that lets them in puts them on the list, in one transaction."""

from eventsvc.checkins.items import Item
from eventsvc.checkins.lookups import Door, KnownGuest
from eventsvc.checkins.models import ScanKind
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests import operations as guests
from eventsvc.people import operations as people
from eventsvc.people.operations import Details
from eventsvc.sites.models import Site


def is_walk_in(item: Item) -> bool:
    """Whether the scan names somebody who has neither a code nor a place on the list."""
    named = item.name is not None and item.code is None and item.guest_id is None
    return named and item.kind is ScanKind.ENTRY


def add(door: Door, item: Item, site_id: int | None) -> KnownGuest:
    """The new guest of the site. Only for a scan that is not stored yet: sending it again adds nobody.

    Two people of one name are two people: nobody at a door can tell, and the list may be cleared up later.
    """
    event, site = db.session.get_one(Event, door.event_id), db.session.get_one(Site, site_id)
    details = Details(full_name=item.name or "", organization_name=item.organization)
    person = people.new_person(event.host_id, details)
    guest = guests.new_guest(event, person, site, is_walk_in=True, note=item.reason)
    db.session.add(guest)
    db.session.flush()
    return KnownGuest(
        guest.id, event.id, site.id, site.code, site.name, None, None, None, person.full_name, None,
        item.organization, None, None,
    )  # fmt: skip
