"""Many organizations at once: from the slots of plans and spreadsheets, and from the collective lines of a plan."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests.models import GuestGroup, Slot
from eventsvc.nominations import names, queries
from eventsvc.nominations.operations import LONGEST_NAME, Book, Request, add_slot
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.rows import lock_open
from eventsvc.sites import queries as sites
from eventsvc.sites.models import MAIN, Site


class NoSite(DomainError):
    code = "no_site"


class Spread(StrEnum):
    """Whom a collective line means."""

    LISTED = "listed"
    DISTRICTS = "districts"
    COMMUNES = "communes"


@dataclass
class Gathered:
    """What came of asking many: slots added, organizations new to the list, and what names nobody in particular."""

    slots: int = 0
    organizations: int = 0
    left: list[str] = field(default_factory=list)


@atomic()
def gather_slots(event: Event, *, by: Any) -> Gathered:
    """One invitation for each organization that slots speak of, however the slots came; safe to repeat.

    Lines that speak of many organizations at once are left, and named: they are spread first.
    """
    lock_open(event)
    book, outcome = Book(event), Gathered()
    for slot in queries.unasked_slots(event):
        name = names.named_in(slot.label, slot.organization_name)
        organization = slot.organization or book.find(name)
        is_many = organization is not None and organization.kind is OrganizationKind.COLLECTIVE
        if is_many or names.is_collective(slot.label) or names.is_collective(name):
            outcome.left.append(slot.label)
            continue
        slot.organization_invitation_id = book.invitation(name, organization).id
        if slot.organization_id is None and organization is not None:
            slot.organization_id = organization.id
        outcome.slots += 1
    outcome.organizations = len(book.added)
    if outcome.slots:
        record(by, "organizations.gathered", event, event=event, slots=outcome.slots, asked=len(book.added))
    return outcome


@atomic()
def spread_group(
    group: GuestGroup,
    *,
    spread: Spread,
    seats: int | None,
    at_own_site: bool = True,
    due_on: date | None = None,
    by: Any,
) -> Gathered:
    """One slot for each organization that a line of the plan means; safe to repeat.

    Units are those of the event's `units_as_of`: a district without communes simply adds none. A unit sits at its own
    site, else at that of the unit above, else in the main hall.
    """
    event = group.event
    lock_open(event)
    places = _Places(event)
    book, outcome = Book(event), Gathered()
    there = _filled_places(group)
    for organization, name, code, above in _meant(group, spread, outcome):
        key = (organization.id if organization else None, text.same_words(name))
        if key in there:
            continue
        there.add(key)
        asked = book.invitation(name, organization)
        request = Request(places.of(code, above) if at_own_site else places.main, None, group, seats)
        add_slot(asked, organization, names.one_of(group.name, name), request)
        if due_on is not None and asked.due_on is None:
            asked.due_on = due_on
        outcome.slots += 1
    outcome.organizations = len(book.added)
    if outcome.slots:
        record(by, "group.spread", group, event=event, slots=outcome.slots, asked=len(book.added))
    return outcome


class _Places:
    """The sites of the event by their codes."""

    def __init__(self, event: Event) -> None:
        found = {site.code: site for site in db.session.scalars(sites.sites_of(event))}
        if not found:
            raise NoSite(_("The event has no site yet: add the main hall first."))
        self._by_code = found
        self.main = found.get(MAIN) or next(iter(found.values()))

    def of(self, code: str | None, above: str | None) -> Site:
        return self._by_code.get(code or "") or self._by_code.get(above or "") or self.main


def _filled_places(group: GuestGroup) -> set[tuple[int | None, str]]:
    rows = db.session.execute(
        sa.select(Slot.organization_id, Slot.organization_name).where(Slot.group_id == group.id)
    ).all()
    return {(organization_id, text.same_words(name or "")) for organization_id, name in rows}


def _meant(
    group: GuestGroup, spread: Spread, outcome: Gathered
) -> list[tuple[Organization | None, str, str | None, str | None]]:
    """Organization, name, its site's code and that of the unit above, for each that the line means."""
    if spread is Spread.LISTED:
        return _listed(group, outcome)
    event = group.event
    if not event.province_code:
        raise Invalid(_("The host of this event belongs to no province, so there are no units to take."))
    level = Level.DISTRICT if spread is Spread.DISTRICTS else Level.COMMUNE
    units = organizations.units(event.province_code, level, event.units_as_of)
    above = {
        unit.code: unit
        for unit in organizations.units(event.province_code, Level.DISTRICT, event.units_as_of)
    }
    return [
        (unit, names.committee(unit, above.get(unit.parent_code or "")), unit.code, unit.parent_code)
        for unit in units
    ]


def _listed(
    group: GuestGroup, outcome: Gathered
) -> list[tuple[Organization | None, str, str | None, str | None]]:
    """The organizations that the line names one by one; those that are many themselves are left."""
    ids = [row.organization_id for row in group.organizations if row.organization_id]
    known = {
        row.id: row for row in db.session.scalars(sa.select(Organization).where(Organization.id.in_(ids)))
    }
    found = []
    for row in group.organizations:
        organization = known.get(row.organization_id or 0)
        name = text.clean(row.name)[:LONGEST_NAME]
        is_many = organization is not None and organization.kind is OrganizationKind.COLLECTIVE
        if is_many or names.is_collective(name):
            outcome.left.append(row.name)
            continue
        found.append((organization, name, organization.code if organization else None, None))
    return found
