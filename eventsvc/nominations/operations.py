"""Which organizations are asked to an event: made from slots, names, and the collective lines of a plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from eventsvc import clock, secrets, text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroup, Slot
from eventsvc.nominations import names, queries
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import Site

LONGEST_NAME = 300


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
    book = Book(event)
    asked = book.invitation(called, organization)
    label = text.clean(request.label or "") or names.one_of("", called)
    if not _has_slot(asked, request.group, label):
        add_slot(asked, organization, label, request)
    if book.added:
        asked.due_on, asked.note = due_on, note
        _set_contact(asked, contact or Contact())
        db.session.flush()
        record(by, "organization.asked", asked, event=event)
    return asked


@atomic()
def charge_organizations(
    event: Event, wanted: Sequence[tuple[str, Organization | None]], *, by: Any
) -> list[OrganizationInvitation]:
    """The organizations under these names with a link of their own, in the order given: a known one keeps its own, a
    new one is not invited to the event, only charged with tasks or reports. Safe to repeat; nothing is sent.
    """
    book, found = Book(event), []
    for name, organization in wanted:
        called = text.clean(name)[:LONGEST_NAME]
        if not text.same_words(called):
            raise Invalid(_("Say which organization is charged."), field="agency")
        found.append(book.invitation(called, organization or book.find(called), is_invited=False))
    if book.added:
        db.session.flush()
        record(by, "organizations.charged", event, event=event, count=len(book.added))
    return found


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


# --- What the operations above are made of -----------------------------------------------------------------


class Book:
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

    def invitation(
        self, name: str, organization: Organization | None, *, is_invited: bool = True
    ) -> OrganizationInvitation:
        """The one invitation of the organization; a new one when it has none yet. Who was only charged with tasks
        before is invited from now on, under the same link; who is invited stays so."""
        known = self._by_organization.get(organization.id) if organization else None
        known = known or self._by_words.get(text.same_words(name))
        if known is None:
            known = _new_invitation(self.event, name, organization)
            known.is_invited = is_invited
            db.session.add(known)
            db.session.flush()
            self.added.append(known)
            self._by_words[known.same_words] = known
        elif is_invited and not known.is_invited:
            known.is_invited = True
            self.added.append(known)
        if organization is not None:
            self._by_organization.setdefault(organization.id, known)
            if known.organization_id is None:
                known.organization_id = organization.id
        return known


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


def add_slot(
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


def _contact_of(asked: OrganizationInvitation) -> Contact:
    return Contact(asked.contact_name, asked.contact_position, asked.contact_phone, asked.email)


def _set_contact(asked: OrganizationInvitation, contact: Contact) -> None:
    asked.contact_name = text.clean(contact.name or "")[:200] or None
    asked.contact_position = text.clean(contact.position or "")[:200] or None
    asked.contact_phone = text.clean(contact.phone or "")[:40] or None
    asked.email = _mailbox(text.clean(contact.email or "").lower())[:254] or None


def _mailbox(address: str) -> str:
    """The address with its domain in the letters of mail: "sở.vn" travels as "xn--…"."""
    if address.isascii():
        return address
    try:
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return address
    return f"{found.local_part}@{found.ascii_domain}".lower()


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
