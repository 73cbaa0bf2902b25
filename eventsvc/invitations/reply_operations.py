"""Reading answers out of what came in. A message is read once; who cannot be recognised is left to a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.deliveries import inbound_queries
from eventsvc.deliveries.models import InboundKind, InboundMail, InboundState
from eventsvc.deliveries.operations import receiving
from eventsvc.errors import DomainError, Invalid
from eventsvc.invitations import operations, replies, reply_queries
from eventsvc.invitations.message_models import ReadReply, ReplyOutcome
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from eventsvc.invitations.queries import SUBJECT
from eventsvc.invitations.replies import Standing
from eventsvc.link_tests import reply_operations as link_tests

log = structlog.get_logger()

READ_HERE = (InboundKind.REPLY, InboundKind.COUNTER, InboundKind.LETTER)


def read_new() -> int:
    """Read whatever nobody has read yet; how many messages there were. Safe to run beside itself."""
    ids = inbound_queries.new_ids(READ_HERE)
    for inbound_id in ids:
        letter = db.session.get(InboundMail, inbound_id)
        if letter is not None:
            read(letter)
    return len(ids)


@atomic()
def read(letter: InboundMail) -> None:
    """Let the message take effect, or put it before a person. One that was read before changes nothing."""
    db.session.refresh(letter, with_for_update={"of": InboundMail})
    if letter.state is not InboundState.NEW or letter.kind not in READ_HERE:
        return
    if letter.kind is InboundKind.LETTER or letter.facts.get("fault"):
        _place(letter)
        receiving.settle(letter, InboundState.REVIEW, letter.facts.get("fault", "letter"))
        return
    of_site = link_tests.take_answer(letter)
    if of_site is not None:
        receiving.settle(letter, *of_site)
        return
    outcome, state, word = _Reader(letter).result()
    log.info("answer read", inbound=letter.id, outcome=outcome.value, word=word)
    receiving.settle(letter, state, word)


@atomic()
def assign(letter: InboundMail, invitation: Invitation, given: Answer, *, by: Any) -> None:
    """A person says whose answer this is. Safe to repeat."""
    db.session.refresh(letter, with_for_update={"of": InboundMail})
    if letter.kind is InboundKind.BOUNCE:
        raise Invalid(_("A report of a mail server is nobody's answer."))
    known = reply_queries.reply_of(letter)
    if letter.state is InboundState.APPLIED:
        if known is not None and known.invitation_id == invitation.id and invitation.answer is given:
            return
        raise receiving.AlreadySettled(_("This message has taken effect already."))
    remark = known.comment if known is not None else None
    operations.answer(invitation, given, reason=remark, source=AnswerSource.MAIL, by=by, inbound_id=letter.id)
    reply = known or ReadReply(inbound_id=letter.id)
    reply.event_id, reply.invitation_id = invitation.event_id, invitation.id
    reply.outcome, reply.settled_at, reply.settled_by_id = ReplyOutcome.APPLIED, clock.now(), user_id(by)
    db.session.add(reply)
    letter.event_id = invitation.event_id
    receiving.settle(letter, InboundState.APPLIED, "assigned", by=by)
    record(by, "reply.assigned", invitation, event=invitation.event, inbound=letter.id, answer=given.value)


def _place(letter: InboundMail) -> None:
    """Give the message to the event that its sender was invited to last, unless it named one itself."""
    if letter.event_id is None:
        letter.event_id = reply_queries.newest_event_of(letter.sender)


class _Reader:
    """One answer on its way to an invitation."""

    def __init__(self, letter: InboundMail) -> None:
        self.letter = letter
        self.facts: dict[str, Any] = letter.facts
        self.uid: str = self.facts.get("uid", "")
        self.signed = self._signed()
        self.invitation = reply_queries.invitation_by_uid(self.uid) or self.signed
        self.attendee: Mapping[str, str] | None = None
        self.at: datetime | None = None

    def result(self) -> tuple[ReplyOutcome, InboundState, str]:
        """What became of it: for our books, for the list, and in a word."""
        outcome, state, word = self._result()
        is_counter = self.letter.kind is InboundKind.COUNTER
        db.session.add(
            ReadReply(
                inbound_id=self.letter.id,
                event_id=self.letter.event_id,
                invitation_id=self.invitation.id if self.invitation else None,
                outcome=outcome,
                sequence=self.facts.get("sequence"),
                stamped_at=self.at or _moment(self.facts.get("stamped_at")),
                proposed_start=_moment(self.facts.get("start")) if is_counter else None,
                proposed_end=_moment(self.facts.get("end")) if is_counter else None,
                comment=replies.comment(self.facts, self.attendee),
            )
        )
        return outcome, state, word

    def _result(self) -> tuple[ReplyOutcome, InboundState, str]:
        doubt = self._doubt()
        invitation, attendee = self.invitation, self.attendee
        if invitation is not None:
            self.letter.event_id = invitation.event_id
        else:
            _place(self.letter)
        if doubt or invitation is None or attendee is None:
            return ReplyOutcome.UNKNOWN, InboundState.REVIEW, doubt or "unknown_uid"
        if reply_queries.read_before(invitation, self.letter):
            return ReplyOutcome.REPLAY, InboundState.IGNORED, "replay"
        if self.letter.kind is InboundKind.COUNTER:
            return ReplyOutcome.COUNTER, InboundState.REVIEW, "counter"
        if replies.names_substitute(attendee):
            return ReplyOutcome.UNKNOWN, InboundState.REVIEW, "substitute"
        if self.facts.get("is_mixed"):
            return ReplyOutcome.UNKNOWN, InboundState.REVIEW, "mixed"
        given = replies.ANSWERS.get(attendee["partstat"])
        if given is None:
            return ReplyOutcome.REFUSED, InboundState.IGNORED, "no_answer"
        return self._apply(invitation, given)

    def _doubt(self) -> str | None:
        """Why it is not certain that the invitee speaks; None when it is."""
        if self.invitation is None:
            return "unknown_uid"
        if self.signed is not None and self.signed.id != self.invitation.id:
            return "other_person"
        attendees = self.facts.get("attendees", [])
        self.letters = reply_queries.letters_to(self.invitation)
        known = reply_queries.known_addresses(self.invitation, self.letters)
        self.attendee = replies.speaker(attendees, known)
        if self.attendee is None and self.signed is not None and len(attendees) == 1:
            self.attendee = attendees[0]
        if self.attendee is None:
            return "unknown_attendee"
        if self.signed is None and self.letter.sender not in known:
            return "unknown_sender"
        return None

    def _apply(self, invitation: Invitation, given: Answer) -> tuple[ReplyOutcome, InboundState, str]:
        # Two answers read at once come one after the other, so that the older cannot take the place of the newer.
        db.session.refresh(invitation, with_for_update={"of": Invitation})
        told = reply_queries.told_of(self.uid, self.letters)
        sequence = self.facts.get("sequence")
        edition = replies.edition_answered(sequence, told, invitation.revision)
        stamped, sent = _moment(self.facts.get("stamped_at")), _moment(self.facts.get("sent_at"))
        self.at = replies.moment(stamped, sent, self.letter.received_at, told)
        if replies.is_older(
            Standing(edition, self.at, sequence), reply_queries.in_force(invitation, self.uid)
        ):
            return ReplyOutcome.STALE, InboundState.IGNORED, "stale"
        if reply_queries.contradicts(invitation, self.uid, edition, given):
            return ReplyOutcome.UNKNOWN, InboundState.REVIEW, "mixed"
        try:
            operations.answer(
                invitation,
                given,
                reason=replies.comment(self.facts, self.attendee),
                source=AnswerSource.MAIL,
                inbound_id=self.letter.id,
                edition=edition,
            )
        except DomainError as refusal:
            return ReplyOutcome.REFUSED, InboundState.IGNORED, refusal.code[:40]
        return ReplyOutcome.APPLIED, InboundState.APPLIED, "applied"

    def _signed(self) -> Invitation | None:
        """The invitation whose own address the message came to."""
        kind, number = self.facts.get("subject") or (None, None)
        return db.session.get(Invitation, number) if kind == SUBJECT and number is not None else None


def _moment(words: str | None) -> datetime | None:
    return datetime.fromisoformat(words) if words else None
