"""Every change of the outbox: what people decide, and what the worker does with it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc import clock, jobs
from eventsvc.audit import operations as audit
from eventsvc.db import UTCDateTime, atomic, db
from eventsvc.deliveries import handover, messages, queries, refusals, schedule, transport
from eventsvc.deliveries.messages import NewMessage
from eventsvc.deliveries.models import (
    UNSENT,
    Delivery,
    DeliveryState,
    MailPace,
    MailPause,
    SuppressedAddress,
)
from eventsvc.deliveries.refusals import Verdict
from eventsvc.errors import DomainError

log = structlog.get_logger()

BATCH = 50
LONGEST_WAIT = 1.0  # seconds between two looks at whether to stop
SILENCES = (30, 60, 120, 300)  # seconds without a try, after so many failures in a row


class AlreadyGone(DomainError):
    """It is too late to change this message."""

    code = "already_gone"


class TooLate(DomainError):
    """The message would arrive after its moment."""

    code = "too_late"


# -- what people decide ------------------------------------------------------------------------


def queue(**message: Any) -> Delivery:
    """Add one message, given as the fields of NewMessage; a second call with its intent returns the first."""
    return queue_many([message])[0]


@atomic()
def queue_many(new_messages: Sequence[Mapping[str, Any]]) -> list[Delivery]:
    """Add messages in the order given; those whose intent is known already are returned as they stand."""
    new = [NewMessage(**message) for message in new_messages]
    suppressed = queries.suppressed_among(message.recipient for message in new)
    if new:
        rows = [messages.as_row(message, suppressed) for message in new]
        db.session.execute(_insert(Delivery).on_conflict_do_nothing(), rows)
        jobs.enqueue("deliveries.drain")
    found = queries.by_intents(message.intent for message in new)
    return [found[message.intent] for message in new]


@atomic()
def resend(delivery: Delivery, *, number: int, by: Any) -> Delivery:
    """The same words as a new message; `number` counts resendings, so a double click adds nothing."""
    intent = f"{messages.resend_stem(delivery)}:{number}"
    known = queries.by_intent(intent)
    if known is not None:
        return known
    _require_time(delivery)
    _believe_in(delivery.recipient)
    copy = messages.copy_of(delivery, intent)
    db.session.add(copy)
    db.session.flush()
    audit.record(by, "delivery.resent", copy, event=copy.event, original=delivery.id)
    jobs.enqueue("deliveries.drain")
    return copy


@atomic()
def retry_now(delivery: Delivery, *, by: Any) -> None:
    """Put a message that failed or waits back at the head of the queue; one that has left stays gone."""
    states = (*UNSENT, DeliveryState.FAILED)
    _require_time(delivery)
    _believe_in(delivery.recipient)
    values = {
        "state": DeliveryState.QUEUED,
        "due_at": clock.now(),
        "first_tried_at": None,
        "error_code": None,
    }
    _change(delivery, states, values)
    audit.record(by, "delivery.retried", delivery, event=delivery.event)
    jobs.enqueue("deliveries.drain")


@atomic()
def cancel(delivery: Delivery, *, by: Any) -> None:
    """Call back a message that has not left. Safe to repeat."""
    if delivery.state == DeliveryState.CANCELLED:
        return
    _change(delivery, (*UNSENT, DeliveryState.FAILED), {"state": DeliveryState.CANCELLED})
    audit.record(by, "delivery.cancelled", delivery, event=delivery.event)


@atomic()
def stop(event: Any, *, by: Any) -> int:
    """Call back every message of the event that has not left; how many there were."""
    called_back = sa.update(Delivery).where(Delivery.event_id == event.id, Delivery.state.in_(UNSENT))
    count = _rows(called_back.values(state=DeliveryState.CANCELLED))
    audit.record(by, "mail.stopped", event, event=event, count=count)
    return count


@atomic()
def call_back(subject_kind: str, subject_ids: Sequence[int], *, by: Any) -> int:
    """Call back the messages about these subjects that have not left, because newer ones say it better."""
    count = 0
    for start in range(0, len(subject_ids), 500):
        called_back = sa.update(Delivery).where(
            Delivery.subject_kind == subject_kind,
            Delivery.subject_id.in_(subject_ids[start : start + 500]),
            Delivery.state.in_(UNSENT),
        )
        count += _rows(called_back.values(state=DeliveryState.CANCELLED))
    if count:
        audit.record(by, "mail.called_back", count=count)
    return count


@atomic()
def release(event: Any, *, by: Any) -> int:
    """Let the held messages of the event go; how many there were."""
    held = sa.update(Delivery).where(Delivery.event_id == event.id, Delivery.state == DeliveryState.HELD)
    count = _rows(held.values(state=DeliveryState.QUEUED, due_at=clock.now()))
    audit.record(by, "mail.released", event, event=event, count=count)
    jobs.enqueue("deliveries.drain")
    return count


@atomic()
def pause(event: Any, *, by: Any, reason: str = "by_organizer") -> None:
    """Keep back the event's messages (without an event: all) from the next one on. Safe to repeat."""
    scope = queries.scope(event.id if event is not None else None)
    if db.session.get(MailPause, scope) is None:
        db.session.add(MailPause(scope=scope, reason=reason))
        audit.record(by, "mail.paused", event, event=event, reason=reason)


@atomic()
def resume(event: Any, *, by: Any) -> None:
    """Let messages go again. Safe to repeat."""
    standing = db.session.get(MailPause, queries.scope(event.id if event is not None else None))
    if standing is not None:
        db.session.delete(standing)
        audit.record(by, "mail.resumed", event, event=event)
        jobs.enqueue("deliveries.drain")


def _require_time(delivery: Delivery) -> None:
    if delivery.not_after is not None and clock.now() > delivery.not_after:
        raise TooLate(_("It is too late to send this. Please phone."))


def _believe_in(address: str) -> None:
    """A person says the address is right, whatever a server said before."""
    db.session.execute(sa.delete(SuppressedAddress).where(SuppressedAddress.address == address.lower()))


def _change(delivery: Delivery, states: Sequence[DeliveryState], values: dict[str, Any]) -> None:
    changed = sa.update(Delivery).where(Delivery.id == delivery.id, Delivery.state.in_(states)).values(values)
    if _rows(changed) != 1:
        raise AlreadyGone(_("This message has left, or is leaving just now."))
    db.session.refresh(delivery)


def _rows(statement: sa.Executable) -> int:
    """Run an UPDATE or INSERT; how many rows it touched."""
    result: Any = db.session.execute(statement)
    return result.rowcount


def _insert(model: Any) -> Any:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


# -- what the worker does ----------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A message in one worker's hands while the lease runs; `attempt` tells this claim from a later one."""

    delivery_id: int
    worker: str
    attempt: int


def drain(*, worker: str, should_stop: Callable[[], bool] = jobs.is_stopping) -> int:
    """Send what is due, oldest first, until nothing is or the worker must stop; how many were tried.

    Any number of workers may drain at once. Domains that have had enough are waited for, silent ones are not.
    """
    way_out = transport.transport_for(current_app)
    tried = 0
    try:
        while not should_stop():
            ids = queries.claimable_ids(BATCH)
            for delivery_id in ids:
                if should_stop():
                    break
                tried += attempt(delivery_id, worker=worker, way_out=way_out)
            if not ids and not _wait_for_slot():
                break
    finally:
        way_out.close()
    return tried


def attempt(delivery_id: int, *, worker: str, way_out: transport.Transport) -> bool:
    """Send one due message unless another worker holds it, and record its fate; False if it was not ours."""
    claimed = claim(delivery_id, worker=worker)
    if claimed is None:
        return False
    delivery = db.session.get_one(Delivery, delivery_id)
    try:
        message, name = handover.as_message(delivery), transport.file_name(delivery.created_at, delivery.id)
        message.as_bytes()
    except (ValueError, DomainError) as error:
        log.error("message not built", delivery=delivery_id, kind=type(error).__name__)
        record_failure(claimed, "broken")
        return True
    db.session.rollback()  # ends the read: a conversation with a server may take a minute
    try:
        way_out.send(message, name)
    except transport.Refused as refused:
        record_refusal(claimed, refused)
    except transport.Broken as broken:
        record_break(claimed, broken)
    except Exception as error:  # ReplyLost, or a fault of ours: in both cases nobody knows what left
        log.warning("end of a message unknown", delivery=delivery_id, kind=type(error).__name__)
        record_uncertain(claimed)
    else:
        record_sent(claimed)
    return True


@atomic()
def claim(delivery_id: int, *, worker: str) -> Claim | None:
    """Take a due message for the length of a lease, in one statement that only one worker can win.

    None when it is not to be had: in other hands, paused, too soon for its domain, or past all hope.
    """
    now = clock.now()
    taken = (
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, queries.is_claimable(now))
        .values(
            state=DeliveryState.SENDING,
            lease_until=now + timedelta(seconds=current_app.config["MAIL_LEASE_SECONDS"]),
            leased_by=worker,
            attempts=Delivery.attempts + 1,
            first_tried_at=sa.func.coalesce(Delivery.first_tried_at, sa.literal(now, UTCDateTime())),
        )
        .execution_options(synchronize_session=False)
    )
    if _rows(taken) != 1:
        return None
    delivery = db.session.get_one(Delivery, delivery_id, populate_existing=True)
    _take_slot(delivery.domain, now.timestamp())
    claimed = Claim(delivery_id, worker, delivery.attempts)
    if delivery.not_after is not None and now > delivery.not_after:
        record_failure(claimed, "too_late")
    elif queries.is_suppressed(delivery.recipient):
        record_failure(claimed, "suppressed")
    else:
        return claimed
    return None


def record_sent(claimed: Claim) -> None:
    """The message was taken. A later claim, after our lease ran out, keeps its own word."""
    _settle(claimed, state=DeliveryState.SENT, sent_at=clock.now(), error_code=None, server_reply=None)


def record_uncertain(claimed: Claim) -> None:
    """It may or may not have arrived: it will be sent again, as the same message."""
    _settle_for_later(claimed, DeliveryState.UNCERTAIN, "reply_lost")


def record_failure(claimed: Claim, code: str) -> None:
    _settle(claimed, state=DeliveryState.FAILED, error_code=code)


def record_break(claimed: Claim, broken: transport.Broken) -> None:
    """Nothing was taken. A server or domain that does not answer is left alone for a while."""
    _settle_for_later(claimed, DeliveryState.RETRY, broken.code, server_is_down=broken.of_server)


@atomic()
def record_refusal(claimed: Claim, refused: transport.Refused) -> None:
    """The server said no: later, never, or stop everything."""
    refusal = refusals.judge(refused.stage, refused.status, refused.reply)
    reply = f"{refused.status} {refused.reply}"[:500]
    if refusal.verdict is Verdict.LATER:
        _settle_for_later(claimed, DeliveryState.RETRY, refusal.code, reply=reply)
        return
    delivery = db.session.get_one(Delivery, claimed.delivery_id)
    if refusal.verdict is Verdict.PAUSE_ALL:
        _settle(
            claimed,
            state=DeliveryState.RETRY,
            due_at=clock.now(),
            error_code=refusal.code,
            server_reply=reply,
        )
        pause(delivery.event, by=None, reason=refusal.code)
        log.error("mail paused", event_id=delivery.event_id, reason=refusal.code, status=refused.status)
        return
    if refusal.verdict is Verdict.NO_SUCH_ADDRESS:
        address = {"address": delivery.recipient.lower(), "reason": refusal.code, "since": clock.now()}
        db.session.execute(_insert(SuppressedAddress).values(address).on_conflict_do_nothing())
    _settle(claimed, state=DeliveryState.FAILED, error_code=refusal.code, server_reply=reply)


@atomic()
def _settle_for_later(
    claimed: Claim, state: DeliveryState, code: str, *, reply: str | None = None, server_is_down: bool = False
) -> None:
    delivery = db.session.get_one(Delivery, claimed.delivery_id)
    now = clock.now()
    due = schedule.next_try(delivery.attempts, delivery.first_tried_at or now, now, delivery.not_after)
    if server_is_down or code == "timed_out":
        _leave_alone(queries.WHOLE_SERVER if server_is_down else delivery.domain, now.timestamp())
    if due is None:
        _settle(claimed, state=DeliveryState.FAILED, error_code="gave_up", server_reply=reply)
    else:
        _settle(claimed, state=state, due_at=due, error_code=code, server_reply=reply)


@atomic()
def _settle(claimed: Claim, **values: Any) -> None:
    """Write the end of a claim, unless the lease ran out and the message is in other hands by now."""
    settled = (
        sa.update(Delivery)
        .where(
            Delivery.id == claimed.delivery_id,
            Delivery.state == DeliveryState.SENDING,
            Delivery.leased_by == claimed.worker,
            Delivery.attempts == claimed.attempt,
        )
        .values(lease_until=None, leased_by=None, **values)
        .execution_options(synchronize_session=False)
    )
    if _rows(settled) != 1:
        log.warning("lease ran out before the end", delivery=claimed.delivery_id)


def _take_slot(domain: str, now: float) -> None:
    """Move the domain's next slot on, for all workers together."""
    rate = current_app.config["MAIL_DOMAIN_RATE"]
    if rate:
        from_now = sa.case((MailPace.next_slot < now, now), else_=MailPace.next_slot) + 60 / rate
        first = _insert(MailPace).values(domain=domain, next_slot=now + 60 / rate)
        db.session.execute(
            first.on_conflict_do_update(index_elements=["domain"], set_={"next_slot": from_now})
        )


def _leave_alone(domain: str, now: float) -> None:
    """Nobody tries the domain for a while, longer after each failure."""
    seen = db.session.get(MailPace, domain, with_for_update=True, populate_existing=True)
    if seen is None:
        db.session.execute(_insert(MailPace).values(domain=domain).on_conflict_do_nothing())
        seen = db.session.get_one(MailPace, domain, with_for_update=True)
    seen.silent_until = now + SILENCES[min(seen.failures, len(SILENCES) - 1)]
    seen.failures += 1


def _wait_for_slot() -> bool:
    """Wait until a domain that has had enough takes messages again; False when there is none to wait for."""
    slot = queries.next_slot()
    db.session.rollback()
    if slot is not None:
        time.sleep(min(max(slot - clock.now().timestamp(), 0.01), LONGEST_WAIT))
    return slot is not None
