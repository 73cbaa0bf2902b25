"""The people whom organizations have named: for which slots, what waits, and who is on the list already."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests import likeness, matching
from eventsvc.guests.models import Guest, Slot
from eventsvc.invitations.models import Invitation
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.nominations.queries import LIVE, is_live
from eventsvc.people.models import Person
from eventsvc.people.operations import Details
from eventsvc.rows import chunks


@dataclass
class SlotCount:
    """A slot with how many have been named for it."""

    slot: Slot
    named: int = 0
    waiting: int = 0

    @property
    def is_full(self) -> bool:
        return self.slot.seats is not None and self.named >= self.slot.seats

    @property
    def left(self) -> int | None:
        return None if self.slot.seats is None else max(0, self.slot.seats - self.named)


@dataclass
class Named:
    """Somebody an organization has named, with their own invitation once there is one."""

    nomination: Nomination
    invitation: Invitation | None = None

    @property
    def is_invited(self) -> bool:
        return self.invitation is not None

    @property
    def may_change(self) -> bool:
        """Whether the organization may still correct or withdraw the name."""
        return self.nomination.state in LIVE and self.invitation is None


def nomination_of(event: Event, nomination_id: int, site_ids: Collection[int] | None = None) -> Nomination:
    """The nomination of this event at a site in reach; otherwise NotFound."""
    statement = sa.select(Nomination).where(Nomination.event_id == event.id, Nomination.id == nomination_id)
    if site_ids is not None:
        statement = statement.join(Nomination.slot).where(Slot.site_id.in_(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such nomination in this event."))
    return found


def own_nomination(asked: OrganizationInvitation, nomination_id: int) -> Nomination | None:
    """A nomination of this organization; None for anybody else's."""
    return db.session.scalar(
        sa.select(Nomination).where(
            Nomination.organization_invitation_id == asked.id, Nomination.id == nomination_id
        )
    )


def slot_counts(asked: OrganizationInvitation) -> list[SlotCount]:
    """The slots of the organization with how many have been named for each."""
    rows = db.session.execute(
        sa.select(Nomination.slot_id, Nomination.state, sa.func.count())
        .where(Nomination.organization_invitation_id == asked.id, is_live())
        .group_by(Nomination.slot_id, Nomination.state)
    ).all()
    counts = {slot.id: SlotCount(slot) for slot in asked.slots}
    for slot_id, state, number in rows:
        if slot_id in counts and state is NominationState.ACCEPTED:
            counts[slot_id].named = number
        elif slot_id in counts:
            counts[slot_id].waiting = number
    return list(counts.values())


def named_by(asked: OrganizationInvitation, site_ids: Collection[int] | None = None) -> list[Named]:
    """Everybody the organization has named, in the order of naming, with their own invitations."""
    statement = (
        sa.select(Nomination, Invitation)
        .outerjoin(Invitation, Invitation.guest_id == Nomination.guest_id)
        .where(Nomination.organization_invitation_id == asked.id)
        .options(
            lazyload(Invitation.guest),  # joined, it would leave out whoever has not been invited
            joinedload(Nomination.slot).joinedload(Slot.site),
            joinedload(Nomination.guest),
            joinedload(Nomination.person).selectinload(Person.contacts),
        )
        .order_by(Nomination.id)
    )
    if site_ids is not None:
        statement = statement.join(Slot, Slot.id == Nomination.slot_id).where(Slot.site_id.in_(site_ids))
    return [Named(nomination, invitation) for nomination, invitation in db.session.execute(statement)]


def invitation_for(nomination: Nomination) -> Invitation | None:
    """The invitation that the person named has got."""
    if nomination.guest_id is None:
        return None
    return db.session.scalar(sa.select(Invitation).where(Invitation.guest_id == nomination.guest_id))


def is_named(guest: Guest) -> bool:
    """Whether an accepted nomination stands for this guest."""
    found = sa.exists().where(Nomination.guest_id == guest.id, Nomination.state == NominationState.ACCEPTED)
    return bool(db.session.scalar(sa.select(found)))


def waiting(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Nomination]:
    """The nominations that an organizer has to decide on, the oldest first."""
    statement = (
        sa.select(Nomination)
        .join(Nomination.organization_invitation)
        .outerjoin(Nomination.slot)
        .outerjoin(Slot.site)
        .options(
            contains_eager(Nomination.organization_invitation),
            contains_eager(Nomination.slot).contains_eager(Slot.site),
            joinedload(Nomination.person).selectinload(Person.contacts),
        )
        .where(Nomination.event_id == event.id, Nomination.state == NominationState.WAITING)
        .order_by(Nomination.id)
    )
    return statement if site_ids is None else statement.where(Slot.site_id.in_(site_ids))


def waiting_count(event: Event, site_ids: Collection[int] | None = None) -> int:
    found = waiting(event, site_ids).order_by(None).with_only_columns(Nomination.id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def guests_like(event: Event, people: Iterable[Details]) -> list[Guest]:
    """The guests of the event who bear one of the names, with their contacts."""
    found: list[Guest] = []
    for keys in chunks(_name_keys(people), 500):
        found += db.session.scalars(
            sa.select(Guest)
            .join(Guest.person)
            .options(contains_eager(Guest.person).selectinload(Person.contacts))
            .where(Guest.event_id == event.id, Person.host_id == event.host_id, Person.sort_key.in_(keys))
            .order_by(Guest.id)
        )
    return found


def nominations_like(event: Event, people: Iterable[Details]) -> list[Nomination]:
    """The nominations in force of people who bear one of the names."""
    found: list[Nomination] = []
    for keys in chunks(_name_keys(people), 500):
        found += db.session.scalars(
            sa.select(Nomination)
            .join(Nomination.person)
            .options(contains_eager(Nomination.person).selectinload(Person.contacts))
            .where(
                Nomination.event_id == event.id,
                Person.host_id == event.host_id,
                is_live(),
                Person.sort_key.in_(keys),
            )
            .order_by(Nomination.id)
        )
    return found


def _name_keys(people: Iterable[Details]) -> list[str]:
    return list({text.name_key(text.clean(person.full_name)) for person in people})


class Known:
    """Who of some people is on the guest list or named already, by the rule of the imports."""

    def __init__(self, event: Event, named: Iterable[Details], without: Nomination | None = None) -> None:
        named = list(named)
        self._guests: dict[str, list[tuple[matching.KnownGuest, Guest]]] = {}
        self._named: dict[str, list[tuple[matching.KnownGuest, int]]] = {}
        own_guest = without.guest_id if without else None
        for guest in guests_like(event, named):
            if guest.id != own_guest:
                self._guests.setdefault(_key(guest.person.full_name), []).append(
                    (_as_known(guest.person), guest)
                )
        for nomination in nominations_like(event, named):
            if without is None or nomination.id != without.id:
                entry = (_as_known(nomination.person), nomination.organization_invitation_id)
                self._named.setdefault(_key(nomination.person.full_name), []).append(entry)

    def is_own(self, asked: OrganizationInvitation, details: Details) -> bool:
        """Whether this organization has named the person before."""
        return any(
            asked_id == asked.id and _same(asked, details, known)
            for known, asked_id in self._named.get(_key(details.full_name), ())
        )

    def is_listed(self, asked: OrganizationInvitation, details: Details) -> bool:
        """Whether somebody else has put the person on the list, or is about to."""
        key = _key(details.full_name)
        elsewhere = [known for known, asked_id in self._named.get(key, ()) if asked_id != asked.id]
        listed = [known for known, _guest in self._guests.get(key, ())]
        return any(_same(asked, details, known) for known in [*elsewhere, *listed])

    def guest_like(self, details: Details) -> Guest | None:
        """The guest who is this person."""
        contacts = _contacts(details)
        for known, guest in self._guests.get(_key(details.full_name), ()):
            if matching.is_same(details.organization_name, contacts, known):
                return guest
        return None

    def add_guest(self, guest: Guest) -> None:
        entry = (_as_known(guest.person), guest)
        self._guests.setdefault(_key(guest.person.full_name), []).append(entry)

    def add(self, asked: OrganizationInvitation, details: Details) -> None:
        known = matching.KnownGuest(
            details.full_name, details.organization_name or asked.name, frozenset(_contacts(details))
        )
        self._named.setdefault(_key(details.full_name), []).append((known, asked.id))


def is_same_person(person: Person, details: Details) -> bool:
    """Whether the details still speak of this person: the same words, with any contacts; or the same but for accents,
    and a telephone number or an address does not change as well."""
    if _key(person.full_name) == _key(details.full_name):
        return True
    is_alike = text.fold(person.full_name) == text.fold(details.full_name)
    return is_alike and not likeness.speak_against(_contacts(details), {*person.phones, *person.emails})


def _key(name: str) -> str:
    return text.same_words(name)


def _contacts(details: Details) -> set[str]:
    return {*details.phones, *(address.lower() for address in details.emails)}


def _same(asked: OrganizationInvitation, details: Details, known: matching.KnownGuest) -> bool:
    return matching.is_same(details.organization_name or asked.name, _contacts(details), known)


def _as_known(person: Person) -> matching.KnownGuest:
    return matching.KnownGuest(
        person.full_name, person.organization_name, frozenset({*person.phones, *person.emails})
    )
