"""What the worker does with the outbox: claim a message, hand it over, record its fate."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app

from eventsvc import clock, jobs, pdf
from eventsvc.db import UTCDateTime, atomic, db
from eventsvc.deliveries import channels, queries, refusals, schedule, transport
from eventsvc.deliveries.models import WAITING, Delivery, DeliveryState, MailPace, SuppressedAddress
from eventsvc.deliveries.operations.pausing import pause_by_server
from eventsvc.deliveries.operations.queueing import rows_of
from eventsvc.deliveries.refusals import Verdict
from eventsvc.errors import DomainError
from eventsvc.rows import insert

log = structlog.get_logger()

BATCH = 100
LONGEST_BUILDING = 20.0  # seconds for a letter, before its lease is made whole again
LONGEST_WAIT = 1.0  # seconds between two looks at whether to stop
SILENCES = (30, 60, 120, 300)  # seconds without a try, after so many failures in a row


@dataclass(frozen=True)
class Claim:
    """A message in one worker's hands while the lease runs; `attempt` tells this claim from a later one."""

    delivery: Delivery
    worker: str
    attempt: int

    @property
    def delivery_id(self) -> int:
        return self.delivery.id


Ending = Callable[[], None]
"""What became of a message, not written down yet."""


def drain(*, worker: str, should_stop: Callable[[], bool] = jobs.is_stopping) -> int:
    """Send what is due, oldest first, until nothing is or the worker must stop; how many were tried.

    Any number of workers may drain at once. Domains that have had enough are waited for, silent ones are not.
    The end of one message and the claim of the next are written in one transaction: one look at the disk each.
    """
    tried, ending = 0, None
    with channels.ways_out(current_app) as ways:
        try:
            while not should_stop():
                ids = queries.claimable_ids(BATCH)
                for delivery_id in ids:
                    if should_stop():
                        break
                    claimed, ending = _turn(ending, delivery_id, worker), None
                    if claimed is not None:
                        ending = hand_over(claimed, ways)
                        tried += 1
                if ending is not None:
                    _write(ending)
                    ending = None
                if not ids and not _wait_for_slot():
                    break
        finally:
            if ending is not None:
                _write(ending)
    return tried


@atomic()
def _turn(ending: Ending | None, delivery_id: int, worker: str) -> Claim | None:
    if ending is not None:
        ending()
    return claim(delivery_id, worker=worker)


@atomic()
def _write(ending: Ending) -> None:
    ending()


def attempt(delivery_id: int, *, worker: str, ways: channels.Ways) -> bool:
    """Send one due message unless another worker holds it, and record its fate; False if it was not ours."""
    claimed = claim(delivery_id, worker=worker)
    if claimed is None:
        return False
    _write(hand_over(claimed, ways))
    return True


def hand_over(claimed: Claim, ways: channels.Ways) -> Ending:
    """Send the message that was claimed; what became of it is for the caller to write down at once."""
    delivery = claimed.delivery
    began = time.monotonic()
    try:
        send = ways.ready(delivery)
    except pdf.CannotPrint:
        return partial(record_break, claimed, transport.Broken("cannot_print"))
    except (ValueError, DomainError) as error:
        log.error("message not built", delivery=delivery.id, kind=type(error).__name__)
        return partial(record_failure, claimed, "broken")
    finally:
        db.session.rollback()  # ends the read: a conversation with a server may take a minute
    if time.monotonic() - began > LONGEST_BUILDING and not _lengthen(claimed):
        return lambda: None  # it is in other hands by now
    try:
        send()
    except transport.Refused as refused:
        return partial(record_refusal, claimed, refused)
    except transport.Broken as broken:
        return partial(record_break, claimed, broken)
    except Exception as error:  # ReplyLost, or a fault of ours: in both cases nobody knows what left
        log.warning("end of a message unknown", delivery=delivery.id, kind=type(error).__name__)
        return partial(record_uncertain, claimed)
    return partial(record_sent, claimed)


@atomic()
def claim(delivery_id: int, *, worker: str) -> Claim | None:
    """Take a due message for the length of a lease, in one statement that only one worker can win.

    None when it is not to be had: in other hands, paused, too soon for its domain, or past all hope.
    """
    now = clock.now()
    taken = {
        "delivery_id": delivery_id,
        "now": now,
        "seconds": now.timestamp(),
        "lease": now + timedelta(seconds=current_app.config["MAIL_LEASE_SECONDS"]),
        "worker": worker,
    }
    row = db.session.execute(_claiming(), taken).mappings().one_or_none()
    if row is None:
        return None
    delivery = Delivery(
        **row
    )  # as it was claimed, outside the session: read once, whatever happens to the row
    _take_slot(delivery.domain, now.timestamp())
    claimed = Claim(delivery, worker, delivery.attempts)
    if delivery.error_code == refusals.OVERTAKEN:
        _settle(claimed, state=DeliveryState.CANCELLED)
    elif delivery.not_after is not None and now > delivery.not_after:
        record_failure(claimed, "too_late")
    elif queries.is_suppressed(delivery.recipient):
        record_failure(claimed, "suppressed")
    else:
        return claimed
    return None


@cache
def _claiming() -> sa.Executable:
    """The statement of every claim, built once: building it costs as much as running it."""
    now = sa.bindparam("now", type_=UTCDateTime())
    row = Delivery.__table__
    return (
        sa.update(row)
        .where(
            row.c.id == sa.bindparam("delivery_id"),
            queries.is_claimable(now, sa.bindparam("seconds", type_=sa.Double())),
        )
        .values(
            state=DeliveryState.SENDING,
            lease_until=sa.bindparam("lease", type_=UTCDateTime()),
            leased_by=sa.bindparam("worker"),
            attempts=row.c.attempts + 1,
            first_tried_at=sa.func.coalesce(row.c.first_tried_at, now),
        )
        .returning(*row.columns)
    )


@atomic()
def _lengthen(claimed: Claim) -> bool:
    """A whole lease again, for a message that took long to build; False if it ran out meanwhile."""
    lease = clock.now() + timedelta(seconds=current_app.config["MAIL_LEASE_SECONDS"])
    return rows_of(_ours(claimed).values(lease_until=lease)) == 1


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
    if refusal.verdict in {Verdict.PAUSE, Verdict.PAUSE_ALL}:
        waits = {"state": DeliveryState.RETRY, "due_at": clock.now()}
        _settle(claimed, **waits, error_code=refusal.code, server_reply=reply)
        pause_by_server(delivery, refusal.code, whole_sender=refusal.verdict is Verdict.PAUSE_ALL)
        log.error("mail paused", event_id=delivery.event_id, reason=refusal.code, status=refused.status)
        return
    if refusal.verdict is Verdict.NO_SUCH_ADDRESS:
        address = {"address": delivery.recipient.lower(), "reason": refusal.code, "since": clock.now()}
        db.session.execute(insert(SuppressedAddress).values(address).on_conflict_do_nothing())
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
    """Write the end of a claim, unless the lease ran out and the message is in other hands by now. What was overtaken
    meanwhile is not tried again."""
    if values["state"] in WAITING:
        is_overtaken = Delivery.__table__.c.error_code == refusals.OVERTAKEN
        for name, instead in (("state", DeliveryState.CANCELLED), ("error_code", refusals.OVERTAKEN)):
            values[name] = sa.case((is_overtaken, instead), else_=values[name])
    settled = _ours(claimed).values(lease_until=None, leased_by=None, **values)
    if rows_of(settled) != 1:
        log.warning("lease ran out before the end", delivery=claimed.delivery_id)


def _ours(claimed: Claim) -> sa.Update:
    """Change the message as long as it is in our hands."""
    row = Delivery.__table__
    return sa.update(row).where(
        row.c.id == claimed.delivery_id,
        row.c.state == DeliveryState.SENDING,
        row.c.leased_by == claimed.worker,
        row.c.attempts == claimed.attempt,
    )


def _take_slot(domain: str, now: float) -> None:
    """Move the domain's next slot on, for all workers together."""
    rate = current_app.config["MAIL_DOMAIN_RATE"]
    if rate:
        from_now = sa.case((MailPace.next_slot < now, now), else_=MailPace.next_slot) + 60 / rate
        first = insert(MailPace).values(domain=domain, next_slot=now + 60 / rate)
        db.session.execute(
            first.on_conflict_do_update(index_elements=["domain"], set_={"next_slot": from_now})
        )


def _leave_alone(domain: str, now: float) -> None:
    """Nobody tries the domain for a while, longer after each failure."""
    seen = db.session.get(MailPace, domain, with_for_update=True, populate_existing=True)
    if seen is None:
        db.session.execute(insert(MailPace).values(domain=domain).on_conflict_do_nothing())
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
