"""What came in: kept once, and what it says of our own messages."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import gettext as _

from eventsvc import clock, jobs
from eventsvc.audit import operations as audit
from eventsvc.audit.operations import user_id
from eventsvc.db import atomic, db
from eventsvc.deliveries import addresses, inbound, inbound_dsn, inbound_queries, mailbox, schedule
from eventsvc.deliveries.addresses import Found
from eventsvc.deliveries.inbound import Reading
from eventsvc.deliveries.inbound_dsn import Action
from eventsvc.deliveries.models import (
    Delivery,
    DeliveryState,
    InboundKind,
    InboundMail,
    InboundState,
    SuppressedAddress,
)
from eventsvc.deliveries.operations import queueing
from eventsvc.deliveries.operations.pausing import pause_by_server
from eventsvc.deliveries.refusals import Refusal, Verdict
from eventsvc.errors import DomainError
from eventsvc.rows import insert

log = structlog.get_logger()

# Only of a message that has left can it be told that it came back.
GONE = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)


class AlreadySettled(DomainError):
    """Somebody, or the service itself, has dealt with this message."""

    code = "already_settled"


def read_mailbox(*, should_stop: Callable[[], bool] = jobs.is_stopping) -> int:
    """Take in what lies unread in the mailbox; how many messages there were.

    A message is marked as read after it is stored: whatever dies in between, it is read again and changes
    nothing. Without a mailbox, or when it cannot be reached, 0.
    """
    settings = mailbox.Settings.of(current_app.config)
    if settings is None:
        return 0
    taken = 0
    try:
        with mailbox.opened(settings) as box:
            for uid in box.unseen():
                if should_stop():
                    break
                raw = box.fetch(uid, inbound.WHOLE_LIMIT + 1)
                if raw is not None and _take_in(raw):
                    box.mark_seen(uid)
                    taken += 1
    except mailbox.FAULTS as fault:  # their words may hold the password's owner: only the class is told
        log.warning("mailbox not read", kind=type(fault).__name__)
    return taken


def _take_in(raw: bytes) -> bool:
    """Whether the message is safe with us. One that cannot be kept stays where it is, and keeps nobody waiting."""
    try:
        receive(raw)
    except Exception as error:
        log.error("message not kept", kind=type(error).__name__, size=len(raw))
        return False
    return True


def receive(raw: bytes) -> InboundMail:
    """Keep a message that came in, and do what it says of our deliveries. The same message again changes nothing."""
    known = inbound_queries.by_digest(inbound.digest(raw))
    return known if known is not None else _keep(raw, inbound.read(raw))


@atomic()
def settle(letter: InboundMail, state: InboundState, outcome: str, *, by: Any = None) -> None:
    """Say what became of a message."""
    letter.state, letter.outcome = state, outcome
    letter.settled_at, letter.settled_by_id = clock.now(), user_id(by)


@atomic()
def ignore(letter: InboundMail, *, by: Any) -> None:
    """Put a message aside: it changes nothing. Safe to repeat."""
    _lock(letter)
    if letter.state is InboundState.IGNORED:
        return
    if letter.state is InboundState.APPLIED:
        raise AlreadySettled(_("This message has taken effect already."))
    settle(letter, InboundState.IGNORED, "put_aside", by=by)
    audit.record(by, "inbound.ignored", letter, event=letter.event)


@atomic()
def believe_bounce(letter: InboundMail, *, by: Any) -> None:
    """A person says that a report without our signature is genuine: it counts."""
    _lock(letter)
    if letter.kind is not InboundKind.BOUNCE or letter.delivery is None:
        raise AlreadySettled(_("This report names none of our messages."))
    if letter.state is not InboundState.REVIEW:
        raise AlreadySettled(_("This message has been dealt with already."))
    settle(letter, *_count_bounce(letter, letter.delivery), by=by)
    audit.record(by, "inbound.believed", letter, event=letter.event, delivery=letter.delivery_id)


def _lock(letter: InboundMail) -> None:
    db.session.refresh(letter, with_for_update={"of": InboundMail})


@atomic()
def _keep(raw: bytes, reading: Reading) -> InboundMail:
    digest = inbound.digest(raw)
    found = addresses.find(
        reading.addresses,
        bounce_domain=current_app.config["BOUNCE_DOMAIN"],
        reply_to=current_app.config["MAIL_REPLY_TO"],
        keys=[current_app.config["TOKEN_KEY"], *current_app.config["TOKEN_KEY_FALLBACKS"]],
    )
    delivery = _delivery(found, reading)
    is_cut = inbound.is_too_large(raw)
    facts = dict(reading.facts)
    if found.subject:
        facts["subject"] = list(found.subject)
    row = {
        "digest": digest,
        "kind": reading.kind,
        "event_id": _event_id(reading, delivery),
        "delivery_id": delivery.id if delivery else None,
        "sender": reading.sender,
        "subject": reading.subject,
        "text": reading.text,
        "facts": facts,
        "raw": raw[: inbound.KEPT_OF_LARGE] if is_cut else raw,
        "is_cut": is_cut,
    }
    statement = insert(InboundMail).values(row).on_conflict_do_nothing().returning(InboundMail.id)
    new_id = db.session.scalar(statement)
    letter = inbound_queries.by_digest(digest)
    assert letter is not None
    if new_id is not None:
        _act(letter, found)
    return letter


def _delivery(found: Found, reading: Reading) -> Delivery | None:
    """Our message that this one is about: named by a signed address, else by what it answers or returns."""
    if found.delivery_id is not None:
        return db.session.get(Delivery, found.delivery_id)
    if found.subject is not None:
        kind, number = found.subject
        newest = sa.select(Delivery).where(Delivery.subject_kind == kind, Delivery.subject_id == number)
        return db.session.scalar(newest.order_by(Delivery.id.desc()).limit(1))
    return inbound_queries.delivery_named(reading.answers_to)


def _event_id(reading: Reading, delivery: Delivery | None) -> int | None:
    """Whose business it is: of the message that it is about, else of whoever wrote to its sender last."""
    if delivery is not None:
        return delivery.event_id
    if reading.kind in (InboundKind.AUTO_REPLY, InboundKind.LETTER):
        return inbound_queries.newest_event_written_to(reading.sender)
    return None


def _act(letter: InboundMail, found: Found) -> None:
    """What needs no knowledge of invitations is done at once; answers and letters wait for those who read them."""
    if found.is_forged:
        settle(letter, InboundState.IGNORED, "forged")
        audit.record(None, "inbound.forged", letter, event=letter.event)
    elif letter.kind is InboundKind.AUTO_REPLY:
        settle(letter, InboundState.IGNORED, "automatic")
    elif letter.kind is InboundKind.BOUNCE:
        settle(letter, *_judge_bounce(letter, found))


def _judge_bounce(letter: InboundMail, found: Found) -> tuple[InboundState, str]:
    """Only a report that came to the signed return path counts: anybody can write one."""
    if letter.is_cut:
        return InboundState.IGNORED, "too_large"
    if found.delivery_id is not None and letter.delivery is not None:
        return _count_bounce(letter, letter.delivery)
    if current_app.config["BOUNCE_DOMAIN"] or letter.delivery is None:
        return InboundState.IGNORED, "unsigned"
    return InboundState.REVIEW, "unsigned"


def _count_bounce(letter: InboundMail, delivery: Delivery) -> tuple[InboundState, str]:
    """Change the delivery as the report says; what became of the report."""
    db.session.refresh(delivery, with_for_update={"of": Delivery})
    told, is_named = inbound_dsn.for_address(letter.facts.get("recipients", []), delivery.recipient)
    if told is None:
        return InboundState.REVIEW, "unreadable"
    if told["action"] in (Action.DELAYED, Action.DELIVERED, Action.RELAYED, Action.EXPANDED):
        return InboundState.APPLIED, "delayed" if told["action"] == Action.DELAYED else "delivered"
    if delivery.state not in GONE:
        return InboundState.IGNORED, "late"
    refusal = inbound_dsn.judge(told)
    words = f"{told['status']} {told['words']}".strip()[:500]
    outcome = _mark(delivery, refusal, words)
    if refusal.verdict is Verdict.NO_SUCH_ADDRESS and is_named:
        address = {"address": delivery.recipient.lower(), "reason": refusal.code, "since": clock.now()}
        db.session.execute(insert(SuppressedAddress).values(address).on_conflict_do_nothing())
    audit.record(
        None, "delivery.bounced", delivery, event=delivery.event, inbound=letter.id, code=refusal.code
    )
    return InboundState.APPLIED, outcome


def _mark(delivery: Delivery, refusal: Refusal, words: str) -> str:
    """Returned for good, to be tried again, or everything stops; in a word. What has been overtaken since it left is
    not sent again."""
    holds = queueing.holds(delivery)
    delivery.lease_until = delivery.leased_by = None
    delivery.error_code, delivery.server_reply = refusal.code, words
    if refusal.verdict not in (Verdict.LATER, Verdict.NEVER, Verdict.NO_SUCH_ADDRESS):
        delivery.state = DeliveryState.RETRY if holds else DeliveryState.BOUNCED
        delivery.due_at = clock.now()
        pause_by_server(delivery, refusal.code, whole_sender=False)
        log.error("mail paused", event_id=delivery.event_id, reason=refusal.code, bounced=delivery.id)
        return "paused"
    due = _next_try(delivery) if refusal.verdict is Verdict.LATER and holds else None
    if due is not None:
        delivery.state, delivery.due_at = DeliveryState.RETRY, due
        return "will_retry"
    delivery.state = DeliveryState.BOUNCED
    if refusal.verdict is Verdict.LATER:
        delivery.error_code = "gave_up"
    return "bounced"


def _next_try(delivery: Delivery) -> Any:
    now = clock.now()
    return schedule.next_try(
        max(delivery.attempts, 1), delivery.first_tried_at or now, now, delivery.not_after
    )
