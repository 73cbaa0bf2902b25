"""Whom a message that came in is from, and what it answers."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload

from eventsvc import ical
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, InboundMail
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations import replies
from eventsvc.invitations.message_models import ReadReply, ReplyOutcome
from eventsvc.invitations.models import Answer, GivenAnswer, Invitation
from eventsvc.invitations.queries import SUBJECT
from eventsvc.invitations.replies import Standing, Told
from eventsvc.people import queries as people
from eventsvc.people.models import Contact, ContactKind, Person

MOST_CANDIDATES = 20


def invitation_by_uid(uid: str) -> Invitation | None:
    """The invitation whose calendar entry this is."""
    stem = replies.invitation_stem(uid)
    if stem is None:
        return None
    return db.session.scalar(sa.select(Invitation).where(Invitation.uid == stem))


def letters_to(invitation: Invitation) -> list[Delivery]:
    """What was written for the invitation, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Delivery)
            .where(Delivery.subject_kind == SUBJECT, Delivery.subject_id == invitation.id)
            .order_by(Delivery.id)
        )
    )


def known_addresses(invitation: Invitation, letters: Collection[Delivery]) -> set[str]:
    """Where the invitee can be reached, and where the invitation was sent to."""
    own = {email.lower() for email in invitation.guest.person.emails}
    return own | {letter.recipient.lower() for letter in letters}


def told_of(uid: str, letters: Collection[Delivery]) -> list[Told]:
    """What the letters said of a calendar entry."""
    found = []
    for letter in letters:
        edition = replies.edition_told(letter.intent)
        if edition is None or not letter.calendar:
            continue
        for entry in ical.read(ical.fold(letter.calendar)):
            if entry.uid.lower() == uid.lower():
                found.append(Told(edition, entry.sequence, entry.last_changed))
    return found


def in_force(invitation: Invitation, uid: str) -> Standing | None:
    """The newest answer that was given, by whichever way."""
    row = db.session.execute(
        sa.select(GivenAnswer, ReadReply, InboundMail.facts)
        .outerjoin(ReadReply, ReadReply.inbound_id == GivenAnswer.inbound_id)
        .outerjoin(InboundMail, InboundMail.id == ReadReply.inbound_id)
        .where(GivenAnswer.invitation_id == invitation.id)
        .order_by(GivenAnswer.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    given, reply, facts = row
    if reply is None or given.by_user_id is not None:
        return Standing(given.revision, given.at)
    same_entry = (facts or {}).get("uid", "").lower() == uid.lower()
    return Standing(given.revision, reply.stamped_at or given.at, reply.sequence if same_entry else None)


def contradicts(invitation: Invitation, uid: str, edition: int, given: Answer) -> bool:
    """Whether the answer in force was given by mail to the entry of another sitting, and is another."""
    latest = db.session.execute(
        sa.select(GivenAnswer.answer, GivenAnswer.revision, InboundMail.facts)
        .outerjoin(InboundMail, InboundMail.id == GivenAnswer.inbound_id)
        .where(GivenAnswer.invitation_id == invitation.id)
        .order_by(GivenAnswer.id.desc())
        .limit(1)
    ).first()
    if latest is None or latest.facts is None or latest.revision != edition:
        return False
    other = latest.facts.get("uid", "")
    return bool(other) and other.lower() != uid.lower() and latest.answer is not given


def read_before(invitation: Invitation, letter: InboundMail) -> bool:
    """Whether the same answer, in another wrapping, has taken effect before."""
    earlier = db.session.scalars(
        sa.select(InboundMail.facts)
        .join(ReadReply, ReadReply.inbound_id == InboundMail.id)
        .where(
            ReadReply.invitation_id == invitation.id,
            ReadReply.outcome.in_((ReplyOutcome.APPLIED, ReplyOutcome.COUNTER, ReplyOutcome.STALE)),
            InboundMail.id != letter.id,
            InboundMail.kind == letter.kind,
        )
    )
    same = _said(letter.facts)
    return same["stamped_at"] is not None and any(_said(facts) == same for facts in earlier)


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    names = ("uid", "attendees", "sequence", "stamped_at", "start", "end", "comment")
    return {name: facts.get(name) for name in names}


def newest_event_of(address: str) -> int | None:
    """The event that somebody with this address was invited to last."""
    if not address:
        return None
    return db.session.scalar(
        sa.select(Invitation.event_id)
        .join(Guest, Guest.id == Invitation.guest_id)
        .join(Contact, Contact.person_id == Guest.person_id)
        .where(Contact.kind == ContactKind.EMAIL, Contact.value == address)
        .order_by(Invitation.id.desc())
        .limit(1)
    )


def reply_of(letter: InboundMail) -> ReadReply | None:
    return db.session.scalar(
        sa.select(ReadReply)
        .options(joinedload(ReadReply.invitation))
        .where(ReadReply.inbound_id == letter.id)
    )


def replies_to(letter_ids: Collection[int]) -> dict[int, ReadReply]:
    """What was read out of these messages, with the invitations they concern."""
    if not letter_ids:
        return {}
    found = db.session.scalars(
        sa.select(ReadReply)
        .options(
            joinedload(ReadReply.invitation)
            .joinedload(Invitation.guest)
            .joinedload(Guest.person)
            .selectinload(Person.contacts)
        )
        .where(ReadReply.inbound_id.in_(letter_ids))
    )
    return {reply.inbound_id: reply for reply in found}


def candidates(event: Event, letter: InboundMail, q: str = "") -> list[Invitation]:
    """To whom the message may belong: found by the words typed, else by the addresses that stand in it."""
    statement = (
        sa.select(Invitation)
        .join(Invitation.guest)
        .join(Guest.person)
        .options(contains_eager(Invitation.guest).contains_eager(Guest.person))
        .where(Invitation.event_id == event.id, Invitation.revoked_at.is_(None))
        .order_by(Person.sort_key, Invitation.id)
        .limit(MOST_CANDIDATES)
    )
    if q.strip():
        return list(db.session.scalars(statement.where(people.matches(q))).unique())
    addresses = {letter.sender, *(each["email"] for each in letter.facts.get("attendees", []))}
    named = sa.exists().where(
        Contact.person_id == Person.id, Contact.kind == ContactKind.EMAIL, Contact.value.in_(addresses)
    )
    found = invitation_by_uid(letter.facts.get("uid", ""))
    own = Invitation.id == (found.id if found is not None else -1)
    return list(db.session.scalars(statement.where(sa.or_(named, own))).unique())


def letters_behind(answers: Collection[GivenAnswer]) -> dict[int, InboundMail]:
    """The messages in which these answers stood, without their bytes."""
    ids = [answer.inbound_id for answer in answers if answer.inbound_id is not None]
    if not ids:
        return {}
    some = sa.select(InboundMail).options(defer(InboundMail.raw), defer(InboundMail.text))
    return {letter.id: letter for letter in db.session.scalars(some.where(InboundMail.id.in_(ids)))}
