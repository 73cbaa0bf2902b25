"""Going in somebody's place (đi thay): asked for, agreed to or refused, and what follows when it takes effect."""

from dataclasses import replace
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests import matching
from eventsvc.guests import operations as guests
from eventsvc.guests import queries as guest_lists
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations, queries, rules, substitution_messages, substitution_queries
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionSource, SubstitutionState
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from eventsvc.people.operations import Details
from eventsvc.rows import lock

LONGEST_NAME, LONGEST_REASON, LONGEST_AUTHORITY, LONGEST_REMARK = 200, 500, 300, 500


class AlreadyWaiting(DomainError):
    code = "substitution_waiting"


class AlreadyDecided(DomainError):
    code = "substitution_decided"


class EventBegun(DomainError):
    code = "event_begun"


class SubstituteListed(Invalid):
    code = "substitute_listed"


class OwnSubstitute(Invalid):
    code = "own_substitute"


@atomic()
def request_substitution(
    invitation: Invitation,
    *,
    details: Details,
    reason: str | None = None,
    authority: str | None = None,
    source: SubstitutionSource,
    by: Any = None,
) -> Substitution:
    """Somebody to go in the place of an invitee; waits for an organizer when the invitee's rank asks for that, else
    takes effect at once (`substitution.state`).

    `by` is the user or the organization's link that acts; without, the invitee does. `authority` names the paper by
    which the head authorises the deputy.
    """
    event = invitation.event
    lock(event)
    db.session.refresh(invitation)
    require_substitutable(invitation)
    if substitution_queries.waiting_for(invitation) is not None:
        raise AlreadyWaiting(_("A substitute has been named already and waits for approval."))
    details = _completed(details, invitation.guest)
    _require_another(invitation.guest, details)
    substitution = Substitution(
        event_id=event.id,
        invitation=invitation,
        person=_person(event, details, source),
        source=source,
        reason=text.clean(reason or "")[:LONGEST_REASON] or None,
        authority=text.clean(authority or "")[:LONGEST_AUTHORITY] or None,
        requested_by_id=user_id(by),
    )
    db.session.add(substitution)
    db.session.flush()
    waits = needs_approval(invitation.guest)
    actor = by or invitation
    record(actor, "substitution.requested", substitution, event=event, source=source.value, waits=waits)
    if not waits:
        _take_effect(substitution, by)
    return substitution


@atomic()
def approve(substitution: Substitution, *, by: Any) -> Invitation:
    """Agree to a substitute: the invitation of whoever goes. AlreadyDecided when somebody has said yes or no before."""
    invitation = _hold_waiting(substitution)
    require_substitutable(invitation)
    person = substitution.person
    standing = _standing_namesake(invitation.event, people.details_of(person))
    if standing is not None:
        raise _listed(standing)
    _take_effect(substitution, by)
    record(by, "substitution.approved", substitution, event=invitation.event)
    assert substitution.substitute is not None
    return substitution.substitute


@atomic()
def refuse(substitution: Substitution, *, remark: str, by: Any) -> None:
    """Say no, and why: whoever asked is told. The invitation stays as it was."""
    invitation = _hold_waiting(substitution)
    remark = text.clean(remark)[:LONGEST_REMARK]
    if not remark:
        raise Invalid(_("Say why: whoever named the substitute is told."), field="remark")
    _decide(substitution, SubstitutionState.REFUSED, by)
    substitution.remark = remark
    record(by, "substitution.refused", substitution, event=invitation.event)
    if not rules.is_past(invitation.event, clock.now()) and not invitation.event.is_cancelled:
        asked_by = (
            db.session.get(User, substitution.requested_by_id) if substitution.requested_by_id else None
        )
        message = substitution_messages.refusal(substitution, asked_by)
        if message is not None:
            outbox.queue(**message)


@atomic()
def withdraw(substitution: Substitution, *, by: Any) -> None:
    """Take a request back before anybody has decided it."""
    invitation = _hold_waiting(substitution)
    _decide(substitution, SubstitutionState.WITHDRAWN, by)
    record(by, "substitution.withdrawn", substitution, event=invitation.event)


def needs_approval(guest: Guest) -> bool:
    """Whether nobody goes in this guest's place before an organizer agrees."""
    rank = guest.rank
    return rank is not None and rank.substitutes_need_approval


def require_substitutable(invitation: Invitation) -> None:
    """Refuse, saying why, unless somebody may still be named to go in this place."""
    event, now = invitation.event, clock.now()
    rules.require_open(event)
    if event.starts_at is not None and event.starts_at <= now:
        raise EventBegun(_("The event has begun: nobody else can be named any more."))
    if invitation.revoked_at is not None:
        raise rules.InvitationRevoked(_("This invitation has been withdrawn."))
    rules.require_sendable(event, now)


# --- Who it may be ----------------------------------------------------------------------------------------


def _completed(details: Details, replaced: Guest) -> Details:
    """Without an organization the substitute comes from that of the one replaced."""
    name = text.clean(details.full_name)
    if not any(character.isalpha() for character in name):
        raise Invalid(_("Enter the full name."), field="full_name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("This name is too long."), field="full_name")
    if details.organization_name:
        return details
    person = replaced.person
    organization = {
        "organization_name": person.organization_name,
        "organization_id": details.organization_id or person.organization_id,
    }
    return replace(details, **organization)


def _require_another(replaced: Guest, details: Details) -> None:
    if text.same_words(details.full_name) != text.same_words(replaced.person.full_name):
        return
    known, contacts = guest_lists.known_guest(replaced.person), guests.contacts_of(details)
    if matching.is_same(details.organization_name, contacts, known):
        raise OwnSubstitute(
            _("Nobody goes in their own place: give the name of somebody else."), field="full_name"
        )


def _person(event: Event, details: Details, source: SubstitutionSource) -> Person:
    """A new person; or one who is on the list but is not coming: staff may name anybody there, others only somebody
    whose own place was taken by a substitute before. What is known of a listed person is not changed from here."""
    listed = _namesake(event, details)
    if listed is None:
        return people.new_person(event.host_id, details)
    invitation = queries.invitation_for(listed)
    if invitation is not None and invitation.revoked_at is None:
        raise _listed(listed)
    by_staff = source is SubstitutionSource.STAFF
    if not by_staff and (invitation is None or not substitution_queries.is_replaced(invitation)):
        raise _listed(listed)
    return listed.person


def _standing_namesake(event: Event, details: Details) -> Guest | None:
    listed = _namesake(event, details)
    invitation = queries.invitation_for(listed) if listed else None
    return listed if invitation is not None and invitation.revoked_at is None else None


def _namesake(event: Event, details: Details) -> Guest | None:
    return guest_lists.listed_as(
        event, details.full_name, details.organization_name, guests.contacts_of(details)
    )


def _listed(guest: Guest) -> SubstituteListed:
    sentence = _(
        "%(name)s is on the guest list already. Name somebody else, or ask the organizers.",
        name=guest.person.full_name,
    )
    return SubstituteListed(sentence, field="full_name")


# --- What follows -----------------------------------------------------------------------------------------


def _hold_waiting(substitution: Substitution) -> Invitation:
    invitation = substitution.invitation
    lock(invitation.event)
    lock(substitution)
    db.session.refresh(invitation)
    if substitution.state is not SubstitutionState.WAITING:
        raise AlreadyDecided(_("This has been decided already."))
    return invitation


def _decide(substitution: Substitution, state: SubstitutionState, by: Any) -> None:
    substitution.state = state
    substitution.decided_at, substitution.decided_by_id = clock.now(), user_id(by)
    db.session.flush()


def _take_effect(substitution: Substitution, by: Any) -> None:
    """The one goes, the other does not: guest, invitation, letter and pass of the new person; the old pass, page and
    calendar entry taken back. The messages read the decided row, which comes first."""
    invitation = substitution.invitation
    actor = by or invitation
    _decide(substitution, SubstitutionState.APPROVED, by)
    staff = substitution.source is SubstitutionSource.STAFF or user_id(by) is not None
    with force_locale("vi"):
        reason = _("A substitute goes: %(name)s", name=substitution.person.full_name)
    operations.answer(
        invitation, Answer.DECLINED, reason=reason, by=by,
        source=AnswerSource.STAFF if staff else AnswerSource.PAGE,
    )  # fmt: skip
    guest = guests.take_place(substitution.person, invitation.guest, by=actor)
    known = queries.invitation_for(guest)
    if known is None:
        substitution.substitute = operations.invite_guest(guest, by=actor)
    else:
        operations.restore_invitation(known, by=actor)
        substitution.substitute = known
    db.session.flush()
    operations.revoke_invitation(invitation, by=actor)
