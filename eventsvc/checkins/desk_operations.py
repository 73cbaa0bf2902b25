"""What is done at the desk beside checking in by name: codes read there, exits, people without an invitation."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from eventsvc.checkins import operations
from eventsvc.checkins.models import Scan, ScanKind
from eventsvc.db import atomic, db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.people import operations as people
from eventsvc.people.operations import Details
from eventsvc.sites.models import Site


@dataclass(frozen=True)
class Place:
    """Where the desk stands, and the sitting it lets people into."""

    event: Event
    sitting: Sitting
    site: Site

    def scan(self, kind: ScanKind, **who: Any) -> dict[str, Any]:
        return {"sitting": self.sitting.number, "site": self.site.code, "kind": kind.value, **who}


def enter(place: Place, guest: Guest, *, by: Any, reason: str | None = None) -> Scan:
    """Let somebody in by name, answered by the rules of every door; the scan says what it came to."""
    return _stored(operations.check_in_by_name(guest, place.sitting, place.site, by=by, reason=reason))


def read_code(place: Place, code: str, *, by: Any) -> Scan:
    """A pass read at the desk by a hand scanner, or typed, whatever it comes to."""
    scan = place.scan(ScanKind.ENTRY, code=code)
    return _stored(operations.by_hand(place.event, scan, reason=None, by=by))


def leave(place: Place, guest: Guest, *, by: Any) -> Scan:
    """Somebody goes out and may come in again."""
    scan = place.scan(ScanKind.EXIT, guest=guest.id)
    return _stored(operations.by_hand(place.event, scan, reason=None, by=by))


@atomic()
def walk_in(place: Place, details: Details, *, host: str | None, by: Any) -> Scan:
    """Put somebody without an invitation on the list and let them in; `host`: whose guest.

    Two people of one name are two: whoever asks has been shown those who are on the list.
    """
    sent = place.scan(ScanKind.ENTRY, name=details.full_name, organization=details.organization_name)
    scan = _stored(operations.by_hand(place.event, sent, reason=host, by=by))
    if scan.guest is not None and (details.honorific or details.position):
        people.edit_person(scan.guest.person, details, by=by)
    return scan


def _stored(result: dict[str, Any]) -> Scan:
    return db.session.scalars(sa.select(Scan).where(Scan.scan_id == result["scan_id"])).one()
