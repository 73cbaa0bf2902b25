"""Which organizations are asked to an event: made from slots, names, and the collective lines of a plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets, text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroup, Slot
from eventsvc.invitations.message_models import HandDelivery, Handing
from eventsvc.nominations import names, queries
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.rows import lock, lock_open
from eventsvc.sites import queries as sites
from eventsvc.sites.models import MAIN, Site

LONGEST_NAME = 300


class NoSite(DomainError):
    code = "no_site"


@dataclass(frozen=True)
class Contact:
    """Who answers for an organization; the phone in E.164."""

    name: str | None = None
    position: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Request:
    """What an organization is asked for: so many people, at this site, in this group."""

    site: Site
    label: str | None = None
    group: GuestGroup | None = None
    seats: int | None = None


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
def ask_organization(
    event: Event,
    *,
    name: str,
    request: Request,
    organization: Organization | None = None,
    contact: Contact | None = None,
    due_on: date | None = None,
    note: str | None = None,
    by: Any,
) -> OrganizationInvitation:
    """An organization on the list of those to be asked, with a slot. Safe to repeat: the same slot is not made twice.

    Nothing is sent. An organization that is on the list already keeps its contact and its link.
    """
    lock_open(event)
    _require_own(event, request)
    called = text.clean(name)[:LONGEST_NAME]
    if not text.same_words(called):
        raise Invalid(_("Say which organization is asked."), field="name")
    book = _Book(event)
    asked = book.invitation(called, organization)
    label = text.clean(request.label or "") or names.one_of("", called)
    if not _has_slot(asked, request.group, label):
        _add_slot(asked, organization, label, request)
    if book.added:
        asked.due_on, asked.note = due_on, note
        _set_contact(asked, contact or Contact())
        db.session.flush()
        record(by, "organization.asked", asked, event=event)
    return asked


@atomic()
def gather_slots(event: Event, *, by: Any) -> Gathered:
    """One invitation for each organization that slots speak of, however the slots came; safe to repeat.

    Lines that speak of many organizations at once are left, and named: they are spread first.
    """
    lock_open(event)
    book, outcome = _Book(event), Gathered()
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
    book, outcome = _Book(event), Gathered()
    there = _filled_places(group)
    for organization, name, code, above in _meant(group, spread, outcome):
        key = (organization.id if organization else None, text.same_words(name))
        if key in there:
            continue
        there.add(key)
        asked = book.invitation(name, organization)
        request = Request(places.of(code, above) if at_own_site else places.main, None, group, seats)
        _add_slot(asked, organization, names.one_of(group.name, name), request)
        if due_on is not None and asked.due_on is None:
            asked.due_on = due_on
        outcome.slots += 1
    outcome.organizations = len(book.added)
    if outcome.slots:
        record(by, "group.spread", group, event=event, slots=outcome.slots, asked=len(book.added))
    return outcome


@atomic()
def edit_invitation(
    asked: OrganizationInvitation,
    *,
    contact: Contact,
    due_on: date | None,
    note: str | None,
    version: int | None = None,
    by: Any,
) -> None:
    """Change contact, last day and note. Another contact gets another link; the old one dies at once.

    StaleEdit when `version` is no longer the invitation's.
    """
    lock_open(asked.event)
    lock(asked, version)
    former = _contact_of(asked)
    asked.due_on, asked.note = due_on, note
    _set_contact(asked, contact)
    if former != Contact() and _is_another(former, _contact_of(asked)):
        _renew(asked, by)
    db.session.flush()
    record(by, "organization.edited", asked, event=asked.event)


@atomic()
def renew_link(asked: OrganizationInvitation, *, by: Any) -> None:
    """A new link; the old one leads nowhere from now on, and the organization is to be written to again."""
    lock_open(asked.event)
    lock(asked)
    _renew(asked, by)


@atomic()
def set_due_day(event: Event, asked_ids: Iterable[int], due_on: date, *, by: Any) -> int:
    """The same last day for many organizations; how many there were."""
    lock_open(event)
    rows = queries.asked_in(event, ids=set(asked_ids))
    for row in rows:
        row.due_on = due_on
    if rows:
        record(by, "organizations.due_day_set", event, event=event, count=len(rows))
    return len(rows)


@atomic()
def record_handing(
    asked: OrganizationInvitation,
    *,
    how: Handing,
    carried_by: str,
    received_by: str | None = None,
    note: str | None = None,
    by: Any,
) -> HandDelivery:
    """The letter was brought, posted or sent by Zalo: by whom, and who took it."""
    lock_open(asked.event)
    handed = HandDelivery(
        event_id=asked.event_id,
        organization_invitation_id=asked.id,
        how=how,
        carried_by=carried_by,
        received_by=received_by,
        note=note,
        recorded_by_id=by.id if by is not None and by.actor_kind == "user" else None,
    )
    db.session.add(handed)
    db.session.flush()
    record(by, "organization.handed_over", asked, event=asked.event, how=how.value)
    return handed


# --- What the operations above are made of -----------------------------------------------------------------


class _Book:
    """The organizations asked so far, found by what they are and by what they are called."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.added: list[OrganizationInvitation] = []
        rows = db.session.scalars(
            sa.select(OrganizationInvitation).where(OrganizationInvitation.event_id == event.id)
        ).all()
        self._by_words = {row.same_words: row for row in rows}
        self._by_organization = {row.organization_id: row for row in rows if row.organization_id}
        self._found: dict[str, Organization | None] = {}

    def find(self, name: str) -> Organization | None:
        """The organization of this name on the days of the event's units."""
        if name not in self._found:
            self._found[name] = organizations.find(
                name, on=self.event.units_as_of, province_code=self.event.province_code
            )
        return self._found[name]

    def invitation(self, name: str, organization: Organization | None) -> OrganizationInvitation:
        """The one invitation of the organization; a new one when it has none yet."""
        known = self._by_organization.get(organization.id) if organization else None
        known = known or self._by_words.get(text.same_words(name))
        if known is None:
            known = _new_invitation(self.event, name, organization)
            db.session.add(known)
            db.session.flush()
            self.added.append(known)
            self._by_words[known.same_words] = known
        if organization is not None:
            self._by_organization.setdefault(organization.id, known)
            if known.organization_id is None:
                known.organization_id = organization.id
        return known


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


def _new_invitation(event: Event, name: str, organization: Organization | None) -> OrganizationInvitation:
    token = secrets.new_token()
    return OrganizationInvitation(
        event=event,
        organization=organization,
        name=name,
        folded=text.fold(name),
        same_words=text.same_words(name),
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
    )


def _add_slot(
    asked: OrganizationInvitation, organization: Organization | None, label: str, request: Request
) -> Slot:
    slot = guests.new_slot(
        request.site,
        label=label,
        group=request.group,
        organization_name=asked.name,
        seats=request.seats,
        note=None,
    )
    slot.organization = organization
    slot.organization_invitation_id = asked.id
    db.session.add(slot)
    db.session.flush()
    db.session.expire(asked, ["slots"])
    return slot


def _has_slot(asked: OrganizationInvitation, group: GuestGroup | None, label: str) -> bool:
    wanted = (group.id if group else None, text.same_words(label))
    return any((slot.group_id, text.same_words(slot.label)) == wanted for slot in asked.slots)


def _require_own(event: Event, request: Request) -> None:
    if request.site.event_id != event.id or (request.group and request.group.event_id != event.id):
        raise Invalid(_("The site belongs to another event."), field="site")


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


def _contact_of(asked: OrganizationInvitation) -> Contact:
    return Contact(asked.contact_name, asked.contact_position, asked.contact_phone, asked.email)


def _set_contact(asked: OrganizationInvitation, contact: Contact) -> None:
    asked.contact_name = text.clean(contact.name or "")[:200] or None
    asked.contact_position = text.clean(contact.position or "")[:200] or None
    asked.contact_phone = text.clean(contact.phone or "")[:40] or None
    asked.email = text.clean(contact.email or "").lower()[:254] or None


def _is_another(former: Contact, now: Contact) -> bool:
    """Whether somebody else answers now; a corrected title is the same person."""
    return (former.name, former.phone, former.email) != (now.name, now.phone, now.email)


def _renew(asked: OrganizationInvitation, by: Any) -> None:
    token = secrets.new_token()
    asked.token_hash, asked.token_sealed = secrets.digest(token), secrets.seal(token)
    asked.link_number += 1
    asked.told_at = None
    outbox.call_back(queries.SUBJECT, [asked.id], by=by)
    record(by, "organization.link_renewed", asked, event=asked.event)


def standing(rows: Sequence[OrganizationInvitation]) -> list[OrganizationInvitation]:
    """Those that have neither been taken back nor declined."""
    return [row for row in rows if row.revoked_at is None and row.declined_at is None]


@atomic()
def restore_invitation(asked: OrganizationInvitation, *, by: Any) -> None:
    """Ask again an organization whose invitation was taken back, under a new link. Safe to repeat."""
    lock_open(asked.event)
    lock(asked)
    if asked.revoked_at is not None:
        asked.revoked_at = None
        _renew(asked, by)
        record(by, "organization.restored", asked, event=asked.event)


@atomic()
def stop_reminders(asked: OrganizationInvitation) -> None:
    """No more reminders to this organization; changes and cancellations still come. Safe to repeat."""
    if asked.reminders_stopped_at is None:
        asked.reminders_stopped_at = clock.now()
        record(asked, "organization.reminders_stopped", asked, event=asked.event)
