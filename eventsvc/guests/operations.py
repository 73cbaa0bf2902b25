"""Every change to guest groups, slots and guests."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests import queries
from eventsvc.guests.models import BadgeRole, Guest, GuestGroup, Phrasing, Rank, Slot
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from eventsvc.people.operations import Details
from eventsvc.rows import lock
from eventsvc.sites.models import Site, SiteLevel


class AlreadyInvited(DomainError):
    code = "already_invited"


class AlreadyListed(Invalid):
    code = "already_listed"


class GroupInUse(DomainError):
    code = "group_in_use"


@dataclass(frozen=True)
class Standing:
    """Where protocol puts a guest or a group: rank, number within the rank (guests alone), role on the badge."""

    rank: Rank | None = None
    number: int | None = None
    badge_role: BadgeRole | None = None


@dataclass(frozen=True)
class Entry:
    """Someone to be put on the guest list: who, where, in which group."""

    details: Details
    site: Site
    group: GuestGroup | None = None
    note: str | None = None
    slot: Slot | None = None
    is_walk_in: bool = False
    standing: Standing = Standing()


@atomic()
def add_group(
    event: Event,
    *,
    level: SiteLevel,
    name: str,
    phrasing: Phrasing | None = None,
    seats: int | None = None,
    note: str | None = None,
    standing: Standing = Standing(),
    by: Any,
) -> GuestGroup:
    """A new group at the end of its level; its name is new there."""
    event.require_open()
    _require_new_name(event, level, name)
    last = db.session.scalar(
        sa.select(sa.func.max(GuestGroup.number)).where(
            GuestGroup.event_id == event.id, GuestGroup.level == level
        )
    )
    group = GuestGroup(
        event=event,
        level=level,
        number=(last or 0) + 1,
        name=text.clean(name),
        phrasing=phrasing,
        seats=seats,
        note=note,
        rank=_own(event, standing.rank),
        badge_role=standing.badge_role,
    )
    db.session.add(group)
    db.session.flush()
    record(by, "guest_group.added", group, event=event)
    return group


@atomic()
def edit_group(
    group: GuestGroup,
    *,
    name: str,
    phrasing: Phrasing | None,
    seats: int | None,
    note: str | None,
    standing: Standing | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Change a group; without a `standing`, rank and badges stay. StaleEdit when `version` is no longer the group's."""
    group.event.require_open()
    lock(group, version)
    group.name, group.phrasing, group.seats, group.note = text.clean(name), phrasing, seats, note
    if standing is not None:
        group.rank, group.badge_role = _own(group.event, standing.rank), standing.badge_role
    record(by, "guest_group.edited", group, event=group.event)


@atomic()
def remove_group(group: GuestGroup, *, by: Any) -> None:
    """Remove a group that holds nobody; its people and slots are never removed with it."""
    group.event.require_open()
    for model in (Guest, Slot):
        if db.session.scalar(sa.select(sa.func.count()).select_from(model).where(model.group_id == group.id)):
            raise GroupInUse(_("The group still holds people or slots. Move or remove them first."))
    record(by, "guest_group.removed", group, event=group.event)
    db.session.delete(group)


@atomic()
def add_guest(
    group: GuestGroup | None,
    site: Site,
    *,
    note: str | None = None,
    standing: Standing = Standing(),
    by: Any,
    **details: Any,
) -> Guest:
    """A person on the guest list at a site; `details` are those of `people.operations.Details`.

    AlreadyListed when the same person is on the list: the rule of the imports (`matching`).
    """
    entry = Entry(Details(**details), site, group, note, standing=standing)
    db.session.execute(sa.select(Event.id).where(Event.id == site.event_id).with_for_update())
    _require_unlisted(site.event, entry.details)
    return add_guests(site.event, [entry], by=by)[0]


@atomic()
def add_guests(event: Event, entries: Iterable[Entry], *, by: Any) -> list[Guest]:
    """Many people at once, in a few statements whatever their number."""
    event.require_open()
    guests = [
        new_guest(
            event,
            people.new_person(event.host_id, entry.details),
            entry.site,
            group=entry.group,
            slot=entry.slot,
            note=entry.note,
            is_walk_in=entry.is_walk_in,
            own_rank=_own(event, entry.standing.rank),
            protocol_number=entry.standing.number,
            badge_role=entry.standing.badge_role,
        )
        for entry in entries
    ]
    db.session.add_all(guests)
    db.session.flush()
    if len(guests) == 1:
        record(by, "guest.added", guests[0], event=event)
    else:
        record(by, "guests.added", event, event=event, count=len(guests))
    return guests


def new_guest(event: Event, person: Person, site: Site, **columns: Any) -> Guest:
    """The guest's row, not yet in the session; Invalid when the site is another event's."""
    if site.event_id != event.id:
        raise Invalid(_("The site belongs to another event."), field="site")
    return Guest(event=event, person=person, site=site, **columns)


@atomic()
def edit_guest(
    guest: Guest,
    *,
    details: Details,
    site: Site,
    group: GuestGroup | None,
    seat: str | None,
    note: str | None,
    attention: str | None,
    standing: Standing | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Change what is known of a guest; another site is a significant change for the guest's calendar.

    Without a `standing`, rank, number and badge stay. A seat given here has been looked at. StaleEdit when
    `version` is no longer the guest's.
    """
    guest.event.require_open()
    lock(guest, version)
    flag_modified(guest, "note")  # raises the version: the person's details belong to the form
    people.edit_person(guest.person, details, by=by)
    _move(guest, site)
    if seat and seat != guest.seat:
        guest.seat_needs_review = False
    guest.group, guest.seat, guest.note = group, seat, note
    guest.attention = attention
    if standing is not None:
        guest.own_rank, guest.protocol_number = _own(guest.event, standing.rank), standing.number
        guest.badge_role = standing.badge_role
    record(by, "guest.edited", guest, event=guest.event)


@atomic()
def take_place(person: Person, of: Guest, *, by: Any) -> Guest:
    """A person on the guest list in the place of another: same site, group and slot.

    Neither rank nor number nor seat are passed on, for a substitute does not sit in the rank of the one replaced:
    whoever seats people must look at it again. The other's seat is free.
    """
    of.event.require_open()
    guest = queries.guest_for(of.event, person)
    if guest is None:
        guest = Guest(event=of.event, person=person, site=of.site, badge_role=of.badge_role)
        db.session.add(guest)
    else:
        _move(guest, of.site)
    guest.group, guest.slot, of.slot = of.group, of.slot, None
    guest.seat, guest.seat_needs_review = None, True
    of.seat, of.seat_needs_review = None, False
    db.session.flush()
    record(by, "guest.replaced", of, event=of.event, substitute=guest.id)
    return guest


def _move(guest: Guest, site: Site) -> None:
    if guest.site_id != site.id:
        # Calendars see the sum with the site's own count: that must rise, whatever the new site's count is.
        guest.place_sequence += 1 + guest.site.place_changes - site.place_changes
        guest.site = site


@atomic()
def remove_guest(guest: Guest, *, by: Any) -> None:
    """Take someone off the list; refused once they are invited or were scanned."""
    event, person = guest.event, guest.person
    event.require_open()
    record(by, "guest.removed", guest, event=event)
    delete_row(guest)
    with suppress(IntegrityError), db.session.begin_nested():  # who was named or sits in a body is known on
        db.session.delete(person)
        db.session.flush()


def delete_row(guest: Guest) -> None:
    """Delete the guest's row; AlreadyInvited when something stands on it: an invitation, an item, a scan."""
    try:
        with db.session.begin_nested():
            db.session.delete(guest)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyInvited(
            _("This person has been invited, speaks or was checked in, and stays on the list.")
        ) from error


@atomic()
def add_slot(
    site: Site,
    *,
    label: str,
    group: GuestGroup | None = None,
    organization_name: str | None = None,
    seats: int | None = None,
    note: str | None = None,
    by: Any,
) -> Slot:
    """Seats for an organization that has not named anyone yet."""
    site.event.require_open()
    slot = new_slot(
        site, label=label, group=group, organization_name=organization_name, seats=seats, note=note
    )
    db.session.add(slot)
    db.session.flush()
    record(by, "slot.added", slot, event=site.event)
    return slot


@atomic()
def edit_slot(
    slot: Slot,
    *,
    site: Site,
    group: GuestGroup | None,
    label: str,
    organization_name: str | None,
    seats: int | None,
    note: str | None,
    version: int | None = None,
    by: Any,
) -> None:
    """Change a slot. StaleEdit when `version` is no longer the slot's."""
    slot.site.event.require_open()
    lock(slot, version)
    slot.site, slot.group, slot.seats, slot.note = site, group, seats, note
    slot.label, slot.organization_name = text.clean(label), organization_name
    slot.folded = text.fold(f"{slot.label} {organization_name or ''}")
    record(by, "slot.edited", slot, event=site.event)


@atomic()
def remove_slot(slot: Slot, *, by: Any) -> None:
    """Remove a slot; the people who were named for it stay on the list."""
    slot.site.event.require_open()
    record(by, "slot.removed", slot, event=slot.site.event)
    db.session.delete(slot)


def new_slot(
    site: Site,
    *,
    label: str,
    group: GuestGroup | None,
    organization_name: str | None,
    seats: int | None,
    note: str | None,
) -> Slot:
    """The slot's row, not yet in the session."""
    label = text.clean(label)
    return Slot(
        event_id=site.event_id,
        site=site,
        group=group,
        label=label,
        folded=text.fold(f"{label} {organization_name or ''}"),
        organization_name=organization_name,
        seats=seats,
        note=note,
    )


def _require_unlisted(event: Event, details: Details) -> None:
    namesake = queries.listed_as(event, details.full_name, details.organization_name, contacts_of(details))
    if namesake is not None:
        place = {"name": namesake.person.full_name, "site": namesake.site.name}
        raise AlreadyListed(
            _("%(name)s is on the guest list already, at %(site)s.", **place), field="full_name"
        )


def _own(event: Event, rank: Rank | None) -> Rank | None:
    if rank is not None and rank.event_id != event.id:
        raise Invalid(_("There is no such rank in this event."), field="rank")
    return rank


def contacts_of(details: Details) -> set[str]:
    return {*details.phones, *(address.lower() for address in details.emails)}


def _require_new_name(event: Event, level: SiteLevel, name: str) -> None:
    if (level, text.same_words(name)) in numbered(queries.groups_of(event)):
        raise Invalid(_("There is a group of this name at this level already."), field="name")


def numbered(groups: Sequence[GuestGroup]) -> dict[tuple[SiteLevel, str], GuestGroup]:
    """Groups by level and by the words of their names."""
    return {(group.level, text.same_words(group.name)): group for group in groups}
