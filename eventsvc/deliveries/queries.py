"""Looking into the outbox."""

from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries.models import (
    UNDELIVERED,
    WAITING,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    MailPace,
    MailPause,
    SuppressedAddress,
)
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.text import fold

EVERYWHERE = "all"
WHOLE_SERVER = "*"
TAKING_BACK = (
    "cancellation", "organization_withdrawal", "paper_recall", "link_test_cancel", "visit_cancelled", "visit_off",
)  # fmt: skip
"""Kinds that hold all the more when the event is off."""
BURST_SECONDS = 2.0  # how far a domain may be ahead of its pace


def scope(event_id: int | None) -> str:
    """The name under which an event's messages are paused; messages of no event go with all."""
    return EVERYWHERE if event_id is None else f"event:{event_id}"


def batch_scope(batch_id: int) -> str:
    """The name under which the messages of a batch are paused."""
    return f"batch:{batch_id}"


def sender_mailbox() -> str:
    """The bare mailbox that messages come from and that answers of calendars go to."""
    return parseaddr(current_app.config["MAIL_SENDER"])[1]


def by_intents(intents: Iterable[str]) -> dict[str, Delivery]:
    """The messages with these intents, by intent."""
    wanted = list(intents)
    found: dict[str, Delivery] = {}
    for start in range(0, len(wanted), 1000):
        some = sa.select(Delivery).where(Delivery.intent.in_(wanted[start : start + 1000]))
        found |= {delivery.intent: delivery for delivery in db.session.scalars(some)}
    return found


def by_intent(intent: str) -> Delivery | None:
    return db.session.scalar(sa.select(Delivery).where(Delivery.intent == intent))


def latest_for(kind: str | None, subject_kind: str, ids: Iterable[int]) -> dict[int, Delivery]:
    """The newest message about each subject, by its id; of one kind, or of any."""
    newest = sa.select(sa.func.max(Delivery.id)).where(
        Delivery.subject_kind == subject_kind, Delivery.subject_id.in_(list(ids))
    )
    if kind is not None:
        newest = newest.where(Delivery.kind == kind)
    newest = newest.group_by(Delivery.subject_id)
    found = db.session.scalars(sa.select(Delivery).where(Delivery.id.in_(newest)))
    return {delivery.subject_id: delivery for delivery in found if delivery.subject_id is not None}


def state_counts(event_id: int) -> dict[DeliveryState, int]:
    """How many messages of the event are in each state; states without any are left out."""
    rows = db.session.execute(
        sa.select(Delivery.state, sa.func.count())
        .where(Delivery.event_id == event_id)
        .group_by(Delivery.state)
    )
    return {state: number for state, number in rows}


def open_batch(event_id: int, kind: str, scope: dict[str, Any]) -> Batch | None:
    """The batch of this kind and scope that is being written, looked at or waiting."""
    states = (BatchState.COMPOSING, BatchState.DRAFT, BatchState.WAITING)
    found = db.session.scalars(
        sa.select(Batch)
        .where(Batch.event_id == event_id, Batch.kind == kind, Batch.state.in_(states))
        .order_by(Batch.id)
    )
    return next((batch for batch in found if batch.scope == scope), None)


def batch_or_404(event: Event, batch_id: int) -> Batch:
    batch = db.session.get(Batch, batch_id)
    if batch is None or batch.event_id != event.id:
        raise NotFound(_("There is no such batch."))
    return batch


def batches_of(event_id: int) -> sa.Select[Any]:
    """The batches of an event, the newest first."""
    return sa.select(Batch).where(Batch.event_id == event_id).order_by(Batch.id.desc())


def batches_to_compose() -> list[Batch]:
    """The batches that a worker still has to write, the oldest first."""
    return list(
        db.session.scalars(sa.select(Batch).where(Batch.state == BatchState.COMPOSING).order_by(Batch.id))
    )


def size_of(batch_id: int) -> int:
    """How many messages have been written for the batch."""
    return db.session.scalar(sa.select(sa.func.count()).where(Delivery.batch_id == batch_id)) or 0


def leaving(batch_id: int) -> int:
    """How many messages would leave with the batch, sooner or later."""
    states = (DeliveryState.DRAFT, DeliveryState.HELD)
    some = sa.select(sa.func.count()).where(Delivery.batch_id == batch_id, Delivery.state.in_(states))
    return db.session.scalar(some) or 0


def batch_counts(batch_ids: Iterable[int]) -> dict[int, dict[DeliveryState, int]]:
    """How many messages of each batch are in each state, in one query."""
    found: dict[int, dict[DeliveryState, int]] = {batch_id: {} for batch_id in batch_ids}
    rows = db.session.execute(
        sa.select(Delivery.batch_id, Delivery.state, sa.func.count())
        .where(Delivery.batch_id.in_(list(found)))
        .group_by(Delivery.batch_id, Delivery.state)
    )
    for batch_id, state, number in rows:
        found[batch_id][state] = number
    return found


def of_batch(batch_id: int, *, state: DeliveryState | None = None, q: str = "") -> sa.Select[Any]:
    """The messages of a batch in the order in which they were written; `q` as in `of_event`."""
    found = sa.select(Delivery).where(Delivery.batch_id == batch_id).order_by(Delivery.id)
    return _narrowed(found, state, q)


def pauses_of(event_id: int) -> list[tuple[MailPause, Batch | None]]:
    """Everything that keeps messages of the event back: all, the event, single batches (with the batch)."""
    of_batch = MailPause.scope == sa.literal("batch:") + sa.cast(Batch.id, sa.String)
    rows = db.session.execute(
        sa.select(MailPause, Batch)
        .outerjoin(Batch, sa.and_(of_batch, Batch.event_id == event_id, Batch.state == BatchState.RELEASED))
        .where(sa.or_(MailPause.scope.in_([scope(event_id), EVERYWHERE]), Batch.id.is_not(None)))
        .order_by(MailPause.scope)
    )
    return [(pause, batch) for pause, batch in rows]


def of_event(event_id: int, *, state: DeliveryState | None = None, q: str = "") -> sa.Select[Any]:
    """The messages of an event, newest first; `q` finds part of a name or an address, without diacritics."""
    found = sa.select(Delivery).where(Delivery.event_id == event_id).order_by(Delivery.id.desc())
    return _narrowed(found, state, q)


def _narrowed(found: sa.Select[Any], state: DeliveryState | None, q: str) -> sa.Select[Any]:
    if state is not None:
        found = found.where(Delivery.state == state)
    if q.strip():
        folded = fold(q)
        found = found.where(Delivery.searched.contains(folded, autoescape=True) if folded else sa.false())
    return found


def undelivered(event_id: int) -> sa.Select[Any]:
    """Messages that did not arrive and will not be tried again: these people must be phoned."""
    return (
        sa.select(Delivery)
        .where(Delivery.event_id == event_id, Delivery.state.in_(UNDELIVERED))
        .order_by(Delivery.id)
    )


def pause_of(event_id: int | None) -> MailPause | None:
    """What keeps the event's messages from leaving, if anything does."""
    return db.session.scalar(
        sa.select(MailPause)
        .where(MailPause.scope.in_({scope(event_id), EVERYWHERE}))
        .order_by(MailPause.scope.desc())
        .limit(1)
    )


def pause_of_batch(batch: Batch) -> MailPause | None:
    """What keeps the messages of the batch from leaving, if anything does: its own pause before a wider one."""
    own = db.session.get(MailPause, batch_scope(batch.id))
    return own or pause_of(batch.event_id)


def tests_of(delivery: Delivery, user_id: int | None) -> int:
    """How many test letters like this message a user has asked for."""
    prefix = f"test:{delivery.id}:{user_id}:"
    some = sa.select(sa.func.count()).where(Delivery.intent.startswith(prefix, autoescape=True))
    return db.session.scalar(some) or 0


def is_paused(event_id: int | None) -> bool:
    return pause_of(event_id) is not None


def is_suppressed(address: str) -> bool:
    return db.session.get(SuppressedAddress, address.lower()) is not None


def resend_count(stem: str) -> int:
    """How many resendings there are whose intents begin with the stem."""
    some = sa.select(sa.func.count()).where(Delivery.intent.startswith(f"{stem}:", autoescape=True))
    return db.session.scalar(some) or 0


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, in lower case, that are known not to exist."""
    wanted = {address.lower() for address in addresses}
    return set(
        db.session.scalars(sa.select(SuppressedAddress.address).where(SuppressedAddress.address.in_(wanted)))
    )


def delivery_or_404(event: Event, delivery_id: int) -> Delivery:
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None or delivery.event_id != event.id:
        raise NotFound(_("There is no such message."))
    return delivery


def is_due(now: Any, seconds: Any) -> sa.ColumnElement[bool]:
    """Due, or left behind by a worker that died; not paused; its batch, if any, was let go and not stopped; its event
    still takes place; and nobody there has fallen silent. `seconds` is the same moment since 1970; both may be
    parameters of a statement."""
    waiting = sa.and_(Delivery.state.in_(WAITING), Delivery.due_at <= now)
    paused = sa.exists().where(
        sa.or_(
            MailPause.scope == EVERYWHERE,
            MailPause.scope == sa.literal("event:") + sa.cast(Delivery.event_id, sa.String),
            MailPause.scope == sa.literal("batch:") + sa.cast(Delivery.batch_id, sa.String),
        )
    )
    silent = sa.exists().where(
        MailPace.domain.in_([Delivery.domain, WHOLE_SERVER]), MailPace.silent_until > seconds
    )
    unreleased = sa.exists().where(Batch.id == Delivery.batch_id, Batch.state != BatchState.RELEASED)
    return sa.and_(sa.or_(waiting, is_left_behind(now)), ~paused, ~silent, ~unreleased, ~is_called_off())


def is_left_behind(now: Any) -> sa.ColumnElement[bool]:
    """In the hands of a worker that died, or took far too long."""
    return sa.and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until < now)


def is_called_off() -> sa.ColumnElement[bool]:
    """Written before the event was cancelled, and not to take something back."""
    return sa.and_(
        Delivery.kind.not_in(TAKING_BACK),
        sa.exists().where(Event.id == Delivery.event_id, Event.cancelled_at > Delivery.created_at),
    )


def is_claimable(now: Any, seconds: Any) -> sa.ColumnElement[bool]:
    """Due, and its domain has not had enough for now. The claim itself asks this again."""
    full = sa.exists().where(MailPace.domain == Delivery.domain, MailPace.next_slot > seconds + BURST_SECONDS)
    return sa.and_(is_due(now, seconds), ~full)


def claimable_ids(limit: int) -> list[int]:
    """The messages to try next, oldest first; a sign-in link does not wait behind ten thousand invitations."""
    now = clock.now()
    return list(
        db.session.scalars(
            sa.select(Delivery.id)
            .where(is_claimable(now, now.timestamp()))
            .order_by(Delivery.batch_id.is_not(None), Delivery.due_at, Delivery.id)
            .limit(limit)
        )
    )


def next_slot() -> float | None:
    """When the first message that only waits for its domain's pace may go; None when none does."""
    now = clock.now()
    waited_for = sa.exists().where(Delivery.domain == MailPace.domain, is_due(now, now.timestamp()))
    soonest = db.session.scalar(sa.select(sa.func.min(MailPace.next_slot)).where(waited_for))
    return None if soonest is None else soonest - BURST_SECONDS
