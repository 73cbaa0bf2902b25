"""People by name, for a door: everything about those of its own site, of others only where they are expected."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import text
from eventsvc.checkins import queries
from eventsvc.checkins.models import Device
from eventsvc.db import db
from eventsvc.guests.models import Guest
from eventsvc.organizations.models import Organization
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

LEAST_LETTERS, MOST_FOUND = 2, 20


class Found(NamedTuple):
    """Somebody whose name begins as it was typed; `is_own`: expected where the device stands."""

    guest: int
    honorific: str | None
    name: str
    position: str | None
    organization: str | None
    seat: str | None
    site_code: str
    site_name: str
    is_own: bool
    is_in: bool

    def told(self) -> dict[str, Any]:
        own = self.is_own
        return {
            "guest": self.guest,
            "honorific": self.honorific,
            "name": self.name,
            "position": self.position if own else None,
            "organization": self.organization if own else None,
            "seat": self.seat if own else None,
            "site": {"code": self.site_code, "name": self.site_name},
            "is_in": self.is_in,
        }


def found(device: Device, q: str) -> list[Found]:
    """Up to 20 guests of the event whose name or organization begins with every word of `q`: those of the device's
    site first. Nobody for less than two letters. Four statements at most."""
    if len(text.fold(q).replace(" ", "")) < LEAST_LETTERS:
        return []
    is_own = sa.true() if device.site_id is None else Guest.site_id == device.site_id
    rows = db.session.execute(
        sa.select(
            Guest.id, Person.honorific, Person.full_name, Person.position,
            sa.func.coalesce(Person.organization_name, Organization.name),
            Guest.seat, Site.code, Site.name, Guest.site_id,
        )
        .select_from(Guest)
        .join(Person, Person.id == Guest.person_id)
        .join(Site, Site.id == Guest.site_id)
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .where(Guest.event_id == device.event_id, people.matches(q))
        .order_by(is_own.desc(), Person.sort_key, Guest.id)
        .limit(MOST_FOUND)
    ).all()  # fmt: skip
    sitting = queries.present_sitting(device.event) if rows else None
    inside = queries.is_in([row[0] for row in rows], sitting) if sitting is not None else set()
    return [Found(*row[:8], is_own=device.site_id in (None, row[8]), is_in=row[0] in inside) for row in rows]
