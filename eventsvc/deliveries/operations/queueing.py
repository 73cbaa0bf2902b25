"""What people decide about messages: to queue them, send them again, call them back, let them go."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, jobs
from eventsvc.audit import operations as audit
from eventsvc.db import atomic, db
from eventsvc.deliveries import messages, queries, refusals
from eventsvc.deliveries.messages import NewMessage
from eventsvc.deliveries.models import (
    UNSENT,
    WAITING,
    Batch,
    BatchState,
    Delivery,
    DeliveryState,
    EnclosedPaper,
    SuppressedAddress,
)
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.rows import insert


class AlreadyGone(DomainError):
    """It is too late to change this message."""

    code = "already_gone"


class NotReleased(DomainError):
    """The batch of this message waits to be looked at."""

    code = "not_released"


class TooLate(DomainError):
    """The message would arrive after its moment."""

    code = "too_late"


class Overtaken(DomainError):
    """What the message says no longer holds."""

    code = "overtaken"


Check = Callable[[Delivery], None]
_checks: dict[str, Check] = {}


def before_repeating(subject_kind: str) -> Callable[[Check], Check]:
    """Register what is asked of a message about such a subject before it is sent again: it raises Overtaken when the
    words no longer hold."""

    def register(check: Check) -> Check:
        _checks[subject_kind] = check
        return check

    return register


def queue(**message: Any) -> Delivery:
    """Add one message, given as the fields of NewMessage; a second call with its intent returns the first."""
    return queue_many([message])[0]


@atomic()
def queue_many(new_messages: Sequence[Mapping[str, Any]]) -> list[Delivery]:
    """Add messages in the order given; those whose intent is known already are returned as they stand.

    But one that was stopped with its batch is written anew: the same decision was made again.
    """
    new = [NewMessage(**message) for message in new_messages]
    suppressed = queries.suppressed_among(message.recipient for message in new)
    if new:
        papers = _keep_papers(new)
        rows = [messages.as_row(message, suppressed, papers) for message in new]
        _write(rows)
        jobs.enqueue("deliveries.drain")
    found = queries.by_intents(message.intent for message in new)
    return [found[message.intent] for message in new]


def _write(rows: list[dict[str, Any]]) -> None:
    new = insert(Delivery)
    again = {name: new.excluded[name] for name in rows[0] if name not in {"intent", "message_id"}}
    was_stopped = sa.and_(Delivery.state == DeliveryState.CANCELLED, Delivery.error_code == refusals.STOPPED)
    again |= {"attempts": 0, "first_tried_at": None, "server_reply": None, "created_at": clock.now()}
    written = new.on_conflict_do_update(index_elements=["intent"], set_=again, where=was_stopped)
    db.session.execute(written.execution_options(synchronize_session=False), rows)


def _keep_papers(new: Sequence[NewMessage]) -> dict[str, int]:
    """The enclosed papers of these messages, each kept once; their ids by their digests."""
    papers = {message.enclosed.digest: message.enclosed for message in new if message.enclosed}
    if not papers:
        return {}
    rows = [
        {"digest": digest, "name": paper.name, "template": paper.template, "values": dict(paper.common)}
        for digest, paper in papers.items()
    ]
    db.session.execute(insert(EnclosedPaper).on_conflict_do_nothing(), rows)
    kept = sa.select(EnclosedPaper.digest, EnclosedPaper.id).where(EnclosedPaper.digest.in_(papers))
    return dict(db.session.execute(kept).all())  # type: ignore[arg-type]


@atomic()
def resend(delivery: Delivery, *, number: int, by: Any) -> Delivery:
    """The same words as a new message; `number` counts resendings, so a double click adds nothing."""
    intent = f"{messages.resend_stem(delivery)}:{number}"
    known = queries.by_intent(intent)
    if known is not None:
        return known
    _require_time(delivery)
    _require_standing(delivery)
    _believe_in(delivery.recipient)
    _require_released(delivery)
    values = messages.copy_of(delivery, intent)
    added = rows_of(insert(Delivery).values(values).on_conflict_do_nothing())
    copy = queries.by_intents([intent])[intent]  # ours, or that of somebody who pressed at the same moment
    if added:
        audit.record(by, "delivery.resent", copy, event=copy.event, original=delivery.id)
        jobs.enqueue("deliveries.drain")
    return copy


@atomic()
def retry_now(delivery: Delivery, *, by: Any) -> None:
    """Put a message that failed or waits back at the head of the queue; one that has left stays gone."""
    states = (*UNSENT, DeliveryState.FAILED)
    _require_released(delivery)
    _require_time(delivery)
    _require_standing(delivery)
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
    count = rows_of(called_back.values(state=DeliveryState.CANCELLED))
    audit.record(by, "mail.stopped", event, event=event, count=count)
    return count


@atomic()
def call_back(subject_kind: str, subject_ids: Sequence[int], *, spared: Collection[str] = (), by: Any) -> int:
    """Call back the messages about these subjects that have not left, because newer ones say it better; `spared` are
    the kinds that go on. One that a worker has in its hands leaves now or never: it is not tried again."""
    count = 0
    for start in range(0, len(subject_ids), 500):
        about = sa.update(Delivery).where(
            Delivery.subject_kind == subject_kind,
            Delivery.subject_id.in_(subject_ids[start : start + 500]),
            Delivery.kind.not_in(spared),
        )
        called_back = about.where(Delivery.state.in_(UNSENT))
        count += rows_of(called_back.values(state=DeliveryState.CANCELLED))
        in_hands = about.where(Delivery.state == DeliveryState.SENDING)
        rows_of(in_hands.values(error_code=refusals.OVERTAKEN))
    if count:
        audit.record(by, "mail.called_back", count=count)
    return count


@atomic()
def discard_called_off() -> int:
    """Call back what waits of events that have been cancelled since it was written; how many there were. Nobody could
    have claimed it since; here it is only said. Safe to repeat.

    What a worker has in its hands leaves now or never: it comes here when it could not be handed over.
    """
    doubtful = sa.or_(Delivery.state == DeliveryState.UNCERTAIN, queries.is_left_behind(clock.now()))
    overdue = sa.and_(sa.or_(Delivery.state.in_(WAITING), doubtful), queries.is_called_off())
    concerned = sa.select(Event).where(Event.id.in_(sa.select(Delivery.event_id).where(overdue)))
    count = 0
    for event in db.session.scalars(concerned.order_by(Event.id)).all():
        values = {
            "error_code": sa.case((doubtful, refusals.CALLED_OFF_LATE), else_=refusals.CALLED_OFF),
            "state": DeliveryState.CANCELLED,
            "lease_until": None,
            "leased_by": None,
        }
        called_back = sa.update(Delivery).where(Delivery.event_id == event.id, overdue).values(values)
        number = rows_of(called_back.execution_options(synchronize_session=False))
        audit.record(None, "mail.called_back", event, event=event, count=number)
        count += number
    return count


@atomic()
def release(event: Any, *, by: Any) -> int:
    """Let the held messages of the event go; how many there were."""
    unreleased = sa.select(Batch.id).where(Batch.event_id == event.id, Batch.state != BatchState.RELEASED)
    held = sa.update(Delivery).where(
        Delivery.event_id == event.id,
        Delivery.state == DeliveryState.HELD,
        sa.or_(Delivery.batch_id.is_(None), Delivery.batch_id.not_in(unreleased)),
    )
    count = rows_of(held.values(state=DeliveryState.QUEUED, due_at=clock.now()))
    audit.record(by, "mail.released", event, event=event, count=count)
    jobs.enqueue("deliveries.drain")
    return count


def _require_time(delivery: Delivery) -> None:
    if delivery.not_after is not None and clock.now() > delivery.not_after:
        raise TooLate(_("It is too late to send this. Please phone."))


def holds(delivery: Delivery) -> bool:
    """Whether what the message says still holds."""
    try:
        _require_standing(delivery)
    except Overtaken:
        return False
    return True


def _require_standing(delivery: Delivery) -> None:
    """Words that no longer hold are not sent again."""
    check = _checks.get(delivery.subject_kind or "")
    if check is not None:
        check(delivery)


def _require_released(delivery: Delivery) -> None:
    """A message of a batch leaves when the batch is let go, and not by another door."""
    if delivery.awaits_release:
        raise NotReleased(_("This message belongs to a batch that has not been let go."))


def _believe_in(address: str) -> None:
    """A person says the address is right, whatever a server said before."""
    db.session.execute(sa.delete(SuppressedAddress).where(SuppressedAddress.address == address.lower()))


def _change(delivery: Delivery, states: Sequence[DeliveryState], values: dict[str, Any]) -> None:
    changed = sa.update(Delivery).where(Delivery.id == delivery.id, Delivery.state.in_(states)).values(values)
    if rows_of(changed) != 1:
        raise AlreadyGone(_("This message has left, or is leaving just now."))
    db.session.refresh(delivery)


def rows_of(statement: sa.Executable) -> int:
    """Run an UPDATE or INSERT; how many rows it touched."""
    result: Any = db.session.execute(statement)
    return result.rowcount
