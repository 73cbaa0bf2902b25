"""People named by organizations: at once on the guest list, or waiting until an organizer has agreed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.guests import listing_operations as listing
from eventsvc.guests.listing_operations import Place
from eventsvc.guests.models import Slot
from eventsvc.guests.operations import AlreadyInvited
from eventsvc.invitations import rules
from eventsvc.nominations import naming_queries, queries
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation, WaitingReason
from eventsvc.nominations.naming_queries import Known
from eventsvc.people import operations as people
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


class AnotherPerson(Invalid):
    code = "another_person"


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
    counts = naming_queries.slot_counts(asked)
    if slot is not None:
        counts = [count for count in counts if count.slot.id == slot.id]
    if not counts:
        raise NothingAsked(_("This organization has no seats to fill yet."))
    room = {count.slot.id: count.left for count in counts}
    known = Known(event, named)
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
    """Correct what was typed, until the person has been invited. StaleEdit when `version` has moved on.

    Once an organizer has agreed to the name, or the last day has passed, a correction by the organization leaves the
    person and the seat as they are: AnotherPerson.
    """
    asked = nomination.organization_invitation
    lock(asked.event)
    _require_answerable(asked, by)
    lock(nomination, version)
    _require_changeable(nomination)
    details = _of(asked, details)
    known = Known(asked.event, [details], without=nomination)
    if known.is_own(asked, details) or known.is_listed(asked, details):
        raise AlreadyNamed(_("This person is on the list of delegates already."), field="full_name")
    if by is None and is_settled(nomination):
        _require_same(nomination, details, slot)
    people.edit_person(nomination.person, details, by=by or asked)
    flag_modified(nomination, "remark")  # raises the version: the person's details belong to the form
    if slot is not None and slot.id != nomination.slot_id:
        _move(nomination, slot)
    record(by or asked, "nomination.edited", nomination, event=asked.event)


def is_late(asked: OrganizationInvitation) -> bool:
    """Whether the last day for naming people has passed."""
    return asked.due_on is not None and clock.today() > asked.due_on


def is_settled(nomination: Nomination) -> bool:
    """Whether the organizers count on this person: somebody else has to be named anew."""
    if nomination.state is not NominationState.ACCEPTED:
        return False  # whoever it is, an organizer decides
    return nomination.decided_by_id is not None or is_late(nomination.organization_invitation)


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
    nomination.guest = None  # what becomes of the guest is no longer this organization's to say
    db.session.flush()
    if guest is not None and guest.person_id == nomination.person_id and not naming_queries.is_named(guest):
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
    if any(count.named or count.waiting for count in naming_queries.slot_counts(asked)):
        raise PeopleNamed(_("You have named people. Withdraw them first if nobody is to come."))
    if asked.declined_at is not None and asked.decline_reason == reason:
        return
    asked.declined_at, asked.decline_reason = clock.now(), reason
    record(by or asked, "organization.declined", asked, event=asked.event)


# --- What the operations above are made of -----------------------------------------------------------------


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
    if by is None and is_late(asked):
        return WaitingReason.AFTER_DEADLINE
    return WaitingReason.OVER_QUOTA if left == 0 else None


def _require_same(nomination: Nomination, details: Details, slot: Slot | None) -> None:
    """Refuse to make somebody else of a person, or to give the person other seats."""
    if not naming_queries.is_same_person(nomination.person, details):
        raise AnotherPerson(
            _("This would be somebody else. Take this name back and name the other person instead."),
            field="full_name",
        )
    if slot is not None and slot.id != nomination.slot_id:
        raise AnotherPerson(
            _("The seats can no longer be changed here. Please phone the organizers."), field="slot"
        )


def _keep(asked: OrganizationInvitation, outcome: Outcome, by: Any) -> None:
    """Store the nominations, put the accepted on the list; the organization has answered."""
    event = asked.event
    made = [*outcome.accepted, *outcome.waiting]
    _require_bearable(asked, len(made))
    db.session.add_all(made)
    db.session.flush()
    by_person = {nomination.person_id: nomination for nomination in outcome.accepted}
    places = [place_of(nomination) for nomination in outcome.accepted]
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


def place_of(nomination: Nomination) -> Place:
    slot = nomination.slot
    if slot is None:
        raise NothingAsked(_("The seats this person was named for are no more. Choose others first."))
    return Place(nomination.person, slot.site, slot.group, slot)


def _move(nomination: Nomination, slot: Slot) -> None:
    """To another slot of the same organization, if it has room."""
    asked = nomination.organization_invitation
    counts = {count.slot.id: count for count in naming_queries.slot_counts(asked)}
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
    if naming_queries.invitation_for(nomination) is not None:
        raise AlreadyInvited(
            _("This person has been invited already. Name a substitute, or phone the organizers.")
        )
