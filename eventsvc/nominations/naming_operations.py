"""People named by organizations: at once on the guest list, or waiting until an organizer has agreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests import listing_operations as listing
from eventsvc.guests import matching
from eventsvc.guests.listing_operations import Place
from eventsvc.guests.models import Guest, Slot
from eventsvc.guests.operations import AlreadyInvited
from eventsvc.invitations import rules
from eventsvc.nominations import queries
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation, WaitingReason
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from eventsvc.people.operations import Details
from eventsvc.rows import lock

LONGEST_REASON = 1000
MOST_AT_ONCE = 300
MOST_OF_ONE = 1000


class LinkRevoked(DomainError):
    status, code = 410, "link_revoked"


class AlreadyDecided(DomainError):
    code = "already_decided"


class AlreadyNamed(Invalid):
    code = "already_named"


class NothingRead(Invalid):
    code = "nothing_read"


class PeopleNamed(DomainError):
    code = "people_named"


class NothingAsked(DomainError):
    code = "nothing_asked"


@dataclass
class Outcome:
    """What came of a list of names: on the guest list, waiting, and those named before."""

    accepted: list[Nomination] = field(default_factory=list)
    waiting: list[Nomination] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


@atomic()
def name_people(
    asked: OrganizationInvitation, named: Sequence[Details], *, slot: Slot | None = None, by: Any = None
) -> Outcome:
    """People for the organization's slots. Safe to repeat: whoever it named before is not named twice.

    Within the quota and in time they are on the guest list at once; otherwise they wait. Without `slot` the first slot
    with room takes each. `by` is the user who enters it; without one it is the organization itself.
    """
    event = asked.event
    lock(event)
    _require_answerable(asked, by)
    if len(named) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s people at once, please.", most=MOST_AT_ONCE), field="pasted")
    counts = queries.slot_counts(asked)
    if slot is not None:
        counts = [count for count in counts if count.slot.id == slot.id]
    if not counts:
        raise NothingAsked(_("This organization has no seats to fill yet."))
    room = {count.slot.id: count.left for count in counts}
    known = _Known(event, named)
    outcome = Outcome()
    for details in named:
        if known.is_own(asked, details):
            outcome.repeated.append(details.full_name)
            continue
        chosen = next((count.slot for count in counts if room[count.slot.id] != 0), counts[-1].slot)
        nomination = Nomination(
            event_id=event.id,
            organization_invitation=asked,
            slot=chosen,
            person=people.new_person(event.host_id, _of(asked, details)),
            named_by_id=user_id(by),
        )
        nomination.waiting_for = _obstacle(asked, room[chosen.id], known.is_listed(asked, details), by)
        if nomination.waiting_for is None:
            nomination.state = NominationState.ACCEPTED
            outcome.accepted.append(nomination)
            left = room[chosen.id]
            room[chosen.id] = None if left is None else left - 1
        else:
            nomination.state = NominationState.WAITING
            outcome.waiting.append(nomination)
        known.add(asked, details)
    if outcome.accepted or outcome.waiting:
        _keep(asked, outcome, by)
    return outcome


@atomic()
def edit_nomination(
    nomination: Nomination,
    details: Details,
    *,
    slot: Slot | None = None,
    version: int | None = None,
    by: Any = None,
) -> None:
    """Correct what was typed, until the person has been invited. StaleEdit when `version` has moved on."""
    asked = nomination.organization_invitation
    lock(asked.event)
    _require_answerable(asked, by)
    lock(nomination, version)
    _require_changeable(nomination)
    details = _of(asked, details)
    known = _Known(asked.event, [details], without=nomination)
    if known.is_own(asked, details) or known.is_listed(asked, details):
        raise AlreadyNamed(_("This person is on the list of delegates already."), field="full_name")
    people.edit_person(nomination.person, details, by=by or asked)
    flag_modified(nomination, "remark")  # raises the version: the person's details belong to the form
    if slot is not None and slot.id != nomination.slot_id:
        _move(nomination, slot)
    record(by or asked, "nomination.edited", nomination, event=asked.event)


@atomic()
def withdraw(nomination: Nomination, *, by: Any = None) -> None:
    """Take a name back, until the person has been invited. Safe to repeat; the name stays to be seen."""
    asked = nomination.organization_invitation
    lock(asked.event)
    lock(nomination)
    if nomination.state is NominationState.WITHDRAWN:
        return
    _require_answerable(asked, by)
    _require_changeable(nomination)
    guest = nomination.guest
    nomination.state, nomination.decided_at = NominationState.WITHDRAWN, clock.now()
    if guest is not None and guest.person_id == nomination.person_id:
        nomination.guest = None
        db.session.flush()
        listing.take_off_list(guest, by=by or asked)
    record(by or asked, "nomination.withdrawn", nomination, event=asked.event)


@atomic()
def acknowledge(asked: OrganizationInvitation, *, by_name: str | None = None, by: Any = None) -> None:
    """The contact has the letter. Safe to repeat: the first time counts."""
    lock(asked)
    _require_standing(asked)
    rules.require_open(asked.event)
    if asked.acknowledged_at is None:
        asked.acknowledged_at = clock.now()
        asked.acknowledged_by = text.clean(by_name or "")[:200] or None
        record(by or asked, "organization.acknowledged", asked, event=asked.event)


@atomic()
def decline(asked: OrganizationInvitation, *, reason: str, by: Any = None) -> None:
    """The organization sends nobody; the reason is needed. Whoever it has named must be withdrawn first."""
    lock(asked.event)
    lock(asked)
    _require_answerable(asked, by)
    reason = text.clean(reason)[:LONGEST_REASON]
    if not any(character.isalpha() for character in reason):
        raise Invalid(_("Please say why nobody can come."), field="reason")
    if any(count.named or count.waiting for count in queries.slot_counts(asked)):
        raise PeopleNamed(_("You have named people. Withdraw them first if nobody is to come."))
    if asked.declined_at is not None and asked.decline_reason == reason:
        return
    asked.declined_at, asked.decline_reason = clock.now(), reason
    record(by or asked, "organization.declined", asked, event=asked.event)


@atomic()
def approve(event: Event, nominations: Iterable[Nomination], *, remark: str | None = None, by: Any) -> int:
    """Agree to names that waited: each is a guest now. Somebody on the list already is not put there twice.

    Those that have been decided on in the meantime are left alone; how many were approved.
    """
    lock(event)
    rules.require_open(event)
    waiting = _still_waiting(nominations)
    known = _Known(event, [_details_of(each.person) for each in waiting])
    for nomination in waiting:
        guest = known.guest_like(_details_of(nomination.person))
        if guest is None:
            (guest,) = listing.put_on_list(event, [_place(nomination)], by=by)
            known.add_guest(guest)
        elif guest.slot_id is None:
            guest.slot = nomination.slot
        nomination.guest = guest
    _decide(waiting, NominationState.ACCEPTED, remark, by)
    if waiting:
        record(by, "nominations.approved", event, event=event, count=len(waiting))
    return len(waiting)


@atomic()
def refuse(event: Event, nominations: Iterable[Nomination], *, remark: str, by: Any) -> int:
    """Turn down names that waited, with a remark that the organization reads; how many there were."""
    lock(event)
    remark = text.clean(remark)[:LONGEST_REASON]
    if not remark:
        raise Invalid(_("Say why, in a word: the organization reads it."), field="remark")
    waiting = _still_waiting(nominations)
    _decide(waiting, NominationState.REFUSED, remark, by)
    if waiting:
        record(by, "nominations.refused", event, event=event, count=len(waiting))
    return len(waiting)


# --- What the operations above are made of -----------------------------------------------------------------


class _Known:
    """Who of some people is on the guest list or named already, by the rule of the imports."""

    def __init__(self, event: Event, named: Iterable[Details], without: Nomination | None = None) -> None:
        named = list(named)
        self._guests: dict[str, list[tuple[matching.KnownGuest, Guest]]] = {}
        self._named: dict[str, list[tuple[matching.KnownGuest, int]]] = {}
        own_guest = without.guest_id if without else None
        for guest in queries.guests_like(event, named):
            if guest.id != own_guest:
                self._guests.setdefault(_key(guest.person.full_name), []).append(
                    (_as_known(guest.person), guest)
                )
        for nomination in queries.nominations_like(event, named):
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


def _details_of(person: Person) -> Details:
    return Details(
        full_name=person.full_name,
        honorific=person.honorific,
        position=person.position,
        organization_name=person.organization_name,
        organization_id=person.organization_id,
        emails=tuple(person.emails),
        phones=tuple(person.phones),
    )


def _of(asked: OrganizationInvitation, details: Details) -> Details:
    """The details with the organization that speaks for the person."""
    own = details.organization_name or asked.name
    known = asked.organization_id if own == asked.name else None
    return replace(details, organization_name=own, organization_id=known)


def _obstacle(
    asked: OrganizationInvitation, left: int | None, is_listed: bool, by: Any
) -> WaitingReason | None:
    """Why the name has to wait; nothing but a place on the list already stands before an organizer's own word."""
    if is_listed:
        return WaitingReason.ALREADY_LISTED
    if asked.due_on is not None and clock.today() > asked.due_on and by is None:
        return WaitingReason.AFTER_DEADLINE
    return WaitingReason.OVER_QUOTA if left == 0 else None


def _keep(asked: OrganizationInvitation, outcome: Outcome, by: Any) -> None:
    """Store the nominations, put the accepted on the list; the organization has answered."""
    event = asked.event
    made = [*outcome.accepted, *outcome.waiting]
    _require_bearable(asked, len(made))
    db.session.add_all(made)
    db.session.flush()
    by_person = {nomination.person_id: nomination for nomination in outcome.accepted}
    places = [_place(nomination) for nomination in outcome.accepted]
    for guest in listing.put_on_list(event, places, by=by or asked):
        by_person[guest.person_id].guest = guest
    now = clock.now()
    asked.acknowledged_at = asked.acknowledged_at or now
    asked.declined_at = asked.decline_reason = None
    db.session.flush()
    counts = {"named": len(outcome.accepted), "waiting": len(outcome.waiting)}
    record(by or asked, "nominations.made", asked, event=event, **counts)


def _require_bearable(asked: OrganizationInvitation, more: int) -> None:
    """A link that has leaked cannot fill the database."""
    there = db.session.scalar(
        sa.select(sa.func.count()).where(Nomination.organization_invitation_id == asked.id)
    )
    if (there or 0) + more > MOST_OF_ONE:
        raise Invalid(_("Too many people have been named through this link. Please phone the organizers."))


def _place(nomination: Nomination) -> Place:
    slot = nomination.slot
    if slot is None:
        raise NothingAsked(_("The seats this person was named for are no more. Choose others first."))
    return Place(nomination.person, slot.site, slot.group, slot)


def _move(nomination: Nomination, slot: Slot) -> None:
    """To another slot of the same organization, if it has room."""
    asked = nomination.organization_invitation
    counts = {count.slot.id: count for count in queries.slot_counts(asked)}
    if slot.id not in counts:
        raise Invalid(_("Choose one from the list."), field="slot")
    if counts[slot.id].is_full and nomination.state is NominationState.ACCEPTED:
        raise Invalid(_("These seats are taken already."), field="slot")
    nomination.slot = slot
    if nomination.guest is not None:
        nomination.guest.slot, nomination.guest.site, nomination.guest.group = slot, slot.site, slot.group


def _require_standing(asked: OrganizationInvitation) -> None:
    if asked.revoked_at is not None:
        raise LinkRevoked(_("This invitation has been withdrawn."))


def _require_answerable(asked: OrganizationInvitation, by: Any) -> None:
    _require_standing(asked)
    rules.require_answerable(asked.event, clock.now())


def _require_changeable(nomination: Nomination) -> None:
    if nomination.state not in queries.LIVE:
        raise AlreadyDecided(_("This name has been withdrawn or refused."))
    if queries.invitation_for(nomination) is not None:
        raise AlreadyInvited(
            _("This person has been invited already. Name a substitute, or phone the organizers.")
        )


def _still_waiting(nominations: Iterable[Nomination]) -> list[Nomination]:
    found = []
    for nomination in nominations:
        lock(nomination)
        if nomination.state is NominationState.WAITING:
            found.append(nomination)
    return found


def _decide(nominations: Iterable[Nomination], state: NominationState, remark: str | None, by: Any) -> None:
    now = clock.now()
    for nomination in nominations:
        nomination.state, nomination.remark = state, text.clean(remark or "")[:LONGEST_REASON] or None
        nomination.decided_at, nomination.decided_by_id = now, user_id(by)
