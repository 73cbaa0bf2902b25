"""Batches: messages written together, looked at, let go together, stopped together."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from eventsvc import clock, jobs
from eventsvc.audit import operations as audit
from eventsvc.db import atomic, db
from eventsvc.deliveries import drafts, messages, queries, refusals
from eventsvc.deliveries.message import check_subject
from eventsvc.deliveries.models import UNSENT, Batch, BatchState, Delivery, DeliveryState
from eventsvc.deliveries.operations.queueing import AlreadyGone, queue_many, rows_of
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.rows import lock


class WrongState(DomainError):
    """The batch is not where this can be done."""

    code = "wrong_batch_state"


class NeedsSecondPerson(DomainError):
    """Whoever submitted a large batch cannot let it go as well."""

    status, code = 403, "needs_second_person"


@atomic()
def start_batch(
    event: Any, *, kind: str, name: str, scope: Mapping[str, Any], total: int, job: str, by: Any
) -> Batch:
    """A batch that the `job` of its feature will write. The same scope again, while that one is being written or waits
    to be looked at, is the batch there is: a double click adds nothing."""
    lock(event)
    standing = queries.open_batch(event.id, kind, dict(scope))
    if standing is not None:
        return standing
    batch = Batch(
        event_id=event.id, kind=kind, name=name[:200], scope=dict(scope), total=total,
        created_by_id=audit.user_id(by),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    audit.record(by, "batch.started", batch, event=event, kind=kind, total=total)
    jobs.enqueue(job, batch.id)
    return batch


@atomic()
def count_composed(batch: Batch, *, is_done: bool, failure: str | None = None) -> None:
    """After each slice: how many messages stand; with `is_done` the batch is to be looked at."""
    lock(batch)
    if batch.state is not BatchState.COMPOSING:
        return
    batch.composed = queries.size_of(batch.id)
    batch.total = max(batch.total, batch.composed)
    if is_done:
        batch.state, batch.failure = BatchState.DRAFT, failure and failure[:300]
        batch.total = batch.composed
        if not batch.composed:  # nobody to write to: there is nothing to look at
            batch.state, batch.ended_at = BatchState.STOPPED, clock.now()
        audit.record(None, "batch.composed", batch, event=batch.event, count=batch.composed)


@atomic()
def edit_draft(delivery: Delivery, *, subject: str, text: str, version: int | None, by: Any) -> None:
    """Change the words of one message of a batch that is being looked at. Its HTML is laid out anew from this text, so
    that both say the same; the recipient's own link and code stay what they are.

    Refused once the batch is submitted or let go; StaleEdit when somebody else saved since.
    """
    batch = _lock_draft(delivery)
    if version is not None and version != drafts.version(delivery):
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    check_subject(subject)
    words = drafts.hidden(text, delivery.secrets)
    if not words.strip():
        raise Invalid(_("The message is empty."), field="text")
    if subject == delivery.subject and drafts.is_same(words, delivery.text_body):
        return
    delivery.subject, delivery.text_body = subject, words
    if delivery.html_body is not None:
        delivery.html_body = messages.inlined(messages.edited_html(delivery))
    audit.record(by, "delivery.edited", delivery, event=batch.event)


@atomic()
def leave_out(delivery: Delivery, *, by: Any) -> None:
    """Take one message out of a batch before it leaves; it is handed over or sent singly. Safe to repeat."""
    if delivery.state is DeliveryState.CANCELLED:
        return
    _move(delivery, UNSENT, DeliveryState.CANCELLED)
    audit.record(by, "delivery.cancelled", delivery, event=delivery.event)


@atomic()
def hold(delivery: Delivery, *, by: Any) -> None:
    """Keep one message back when its batch goes. Safe to repeat."""
    if delivery.state is DeliveryState.HELD:
        return
    _move(delivery, UNSENT, DeliveryState.HELD)
    audit.record(by, "delivery.held", delivery, event=delivery.event)


@atomic()
def unhold(delivery: Delivery, *, by: Any) -> None:
    """Let one held message go: with its batch, or at once when that has gone. Safe to repeat."""
    if delivery.state is not DeliveryState.HELD:
        return
    waits = delivery.awaits_release
    _move(delivery, (DeliveryState.HELD,), DeliveryState.DRAFT if waits else DeliveryState.QUEUED)
    audit.record(by, "delivery.released", delivery, event=delivery.event)
    jobs.enqueue("deliveries.drain")


@atomic()
def submit(batch: Batch, *, by: Any) -> BatchState:
    """Let the batch go; one above the limit waits for a second person. Returns where it stands. Safe to repeat."""
    lock(batch)
    if batch.state in {BatchState.RELEASED, BatchState.WAITING}:
        return batch.state
    _require(batch, BatchState.DRAFT)
    batch.submitted_at, batch.submitted_by_id = clock.now(), audit.user_id(by)
    count = queries.leaving(batch.id)
    if count > current_app.config["MAIL_SECOND_PERSON_ABOVE"]:
        batch.state = BatchState.WAITING
        audit.record(by, "batch.submitted", batch, event=batch.event, count=count)
        return batch.state
    _let_go(batch, by)
    return batch.state


@atomic()
def approve(batch: Batch, *, by: Any) -> None:
    """The second person lets the batch go: somebody with an account, and not the one who submitted it."""
    lock(batch)
    if batch.state is BatchState.RELEASED:
        return
    _require(batch, BatchState.WAITING)
    approver = audit.user_id(by)
    if approver is None or approver == batch.submitted_by_id:
        raise NeedsSecondPerson(_("A second person must let this batch go: not the one who submitted it."))
    _let_go(batch, by)


@atomic()
def send_back(batch: Batch, *, by: Any) -> None:
    """Return a batch that waits, so that its messages can be changed. Safe to repeat."""
    lock(batch)
    if batch.state is BatchState.DRAFT:
        return
    _require(batch, BatchState.WAITING)
    batch.state, batch.submitted_at, batch.submitted_by_id = BatchState.DRAFT, None, None
    audit.record(by, "batch.returned", batch, event=batch.event)


@atomic()
def stop_batch(batch: Batch, *, by: Any) -> list[Delivery]:
    """Call back what has not left: each worker finishes at most the message in its hands. Returns what was called
    back; when the same is decided again, it is written anew. Safe to repeat."""
    lock(batch)
    is_new = batch.state is not BatchState.STOPPED
    if is_new:
        batch.state, batch.ended_at = BatchState.STOPPED, clock.now()
    unsent = sa.and_(Delivery.batch_id == batch.id, Delivery.state.in_(UNSENT))
    called_back = list(db.session.scalars(sa.select(Delivery).where(unsent).with_for_update(of=Delivery)))
    stopped = {"state": DeliveryState.CANCELLED, "error_code": refusals.STOPPED}
    db.session.execute(
        sa.update(Delivery).where(unsent).values(stopped).execution_options(synchronize_session="fetch")
    )
    if is_new or called_back:
        audit.record(by, "batch.stopped", batch, event=batch.event, count=len(called_back))
    return called_back


@atomic()
def send_test(delivery: Delivery, *, number: int, by: Any) -> Delivery:
    """One message of a batch as it would arrive, to whoever asks for it: no token of the recipient is in it. The same
    number again sends nothing."""
    intent = f"test:{delivery.id}:{by.id}:{number}"
    (test,) = queue_many([drafts.test_message(delivery, by.email, by.name or by.email, intent)])
    audit.record(by, "delivery.tested", delivery, event=delivery.event)
    return test


def _let_go(batch: Batch, by: Any) -> None:
    now = clock.now()
    drafted = sa.update(Delivery).where(Delivery.batch_id == batch.id, Delivery.state == DeliveryState.DRAFT)
    count = rows_of(
        drafted.values(state=DeliveryState.QUEUED, due_at=now).execution_options(synchronize_session=False)
    )
    batch.state, batch.released_at, batch.released_by_id = BatchState.RELEASED, now, audit.user_id(by)
    audit.record(by, "batch.released", batch, event=batch.event, count=count)
    jobs.enqueue("deliveries.drain")


def _lock_draft(delivery: Delivery) -> Batch:
    """The batch of a message that may still be edited, held until the end."""
    batch = delivery.batch
    if batch is None:
        raise AlreadyGone(_("This message has left, or is leaving just now."))
    lock(batch)
    _require(batch, BatchState.DRAFT)
    db.session.refresh(delivery, with_for_update={"of": Delivery})
    if delivery.state not in {DeliveryState.DRAFT, DeliveryState.HELD}:
        raise AlreadyGone(_("This message has left, or is leaving just now."))
    return batch


def _move(delivery: Delivery, states: tuple[DeliveryState, ...], state: DeliveryState) -> None:
    batch = delivery.batch
    if batch is not None:
        lock(batch)
        if batch.state is BatchState.WAITING:
            raise WrongState(_("The batch waits for a second person and cannot be changed meanwhile."))
    moved = sa.update(Delivery).where(Delivery.id == delivery.id, Delivery.state.in_(states))
    values: dict[str, Any] = {"state": state}
    if state is DeliveryState.QUEUED:
        values["due_at"] = clock.now()
    if rows_of(moved.values(values).execution_options(synchronize_session=False)) != 1:
        raise AlreadyGone(_("This message has left, or is leaving just now."))
    db.session.refresh(delivery)


def _require(batch: Batch, state: BatchState) -> None:
    if batch.state is not state:
        raise WrongState(_("This batch has moved on in the meantime: load its page again."))
