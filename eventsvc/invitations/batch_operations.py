"""Batches of messages to people who are invited: begun here, written by a worker a slice at a time, checked, let go,
stopped."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _

from eventsvc import clock, jobs
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import Batch, BatchState, Delivery, DeliveryState
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.guests.models import GuestGroup, Rank
from eventsvc.invitations import batch_queries, kinds, operations, preflight_messages, queries, rules
from eventsvc.invitations.batch_queries import Scope
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.operations import telling
from eventsvc.rows import chunks, lock
from eventsvc.sites.models import Site

SLICE = 200
JOB = "invitations.compose_batches"

log = structlog.get_logger()


class NothingToSend(DomainError):
    """Everybody in this scope has been told already."""

    code = "nothing_to_send"


class NotReady(DomainError):
    """The preflight found what must be mended first."""

    code = "preflight_failed"


def start(
    event: Event,
    kind: str,
    *,
    group: GuestGroup | None = None,
    site: Site | None = None,
    rank: Rank | None = None,
    by: Any,
) -> Batch:
    """Begin a batch of this kind for everybody, a group, a site or a rank; a worker writes it. Refused when nothing may
    be sent now, or nobody is to be told. The same again is the batch there is."""
    scope = Scope(group, site, rank) if kind == kinds.INVITATION else Scope()
    _require_sendable(event, kind)
    total, people = batch_queries.to_write(event, kind, scope)
    standing = deliveries.open_batch(event.id, kind, scope.as_dict())
    if standing is None and not people:
        raise NothingToSend(_("Nobody is to be told: everybody here has been written to already."))
    return outbox.start_batch(
        event, kind=kind, name=scope.name, scope=scope.as_dict(), total=total, job=JOB, by=by
    )


@jobs.job(JOB, every_minutes=1)
def compose_batches(*ids: int) -> int:
    """Write the batches that wait for it, a slice after the other; how many messages stand in them afterwards.

    Safe to run beside itself and after a worker died in the middle: each slice asks anew who has not been told.
    """
    written = 0
    for batch in deliveries.batches_to_compose():
        if batch.kind in _COMPOSERS and (not ids or batch.id in ids):
            written += compose(batch)
    return written


def compose(batch: Batch) -> int:
    """Write what is left of one batch; how many messages stand in it. What was called back in the meantime or refused
    ends the writing, and the batch says why."""
    batch_id = batch.id
    while not jobs.is_stopping():
        batch = db.session.get_one(Batch, batch_id)
        if batch.state is not BatchState.COMPOSING:
            break
        try:
            _slice(batch)
        except DomainError as refusal:
            log.warning("batch not written to its end", batch=batch_id, code=refusal.code)
            outbox.count_composed(batch, is_done=True, failure=str(refusal))
    return db.session.get_one(Batch, batch_id).composed


@atomic()
def _slice(batch: Batch) -> None:
    """So many people more, and the count, in one transaction; nobody left ends the batch."""
    event = batch.event
    lock(event)  # before the batch, as every operation on invitations does
    lock(batch)
    if batch.state is not BatchState.COMPOSING:
        return
    scope = batch_queries.scope_of(event, batch.scope)
    told = _COMPOSERS[batch.kind](batch, scope)
    outbox.count_composed(batch, is_done=not told)


def _invite(batch: Batch, scope: Scope) -> int:
    guests = None
    if scope.rank is not None:
        guests = batch_queries.guests_of_rank(batch.event, scope.rank)
    return operations.invite(
        batch.event, group=scope.group, site=scope.site, guests=guests, by=None, batch=batch, limit=SLICE
    )


_COMPOSERS: dict[str, Callable[[Batch, Scope], int]] = {
    kinds.INVITATION: _invite,
    kinds.UPDATE: lambda batch, scope: operations.send_updates(
        batch.event, by=None, batch=batch, limit=SLICE
    ),
    kinds.REMINDER: lambda batch, scope: operations.remind(batch.event, by=None, batch=batch, limit=SLICE),
    kinds.THANKS: lambda batch, scope: operations.thank(batch.event, by=None, batch=batch, limit=SLICE),
}
KINDS = tuple(_COMPOSERS)


def submit(batch: Batch, *, by: Any) -> BatchState:
    """Let the batch go when nothing stands against it; a large one waits for a second person."""
    _require_clear(batch)
    return outbox.submit(batch, by=by)


def approve(batch: Batch, *, by: Any) -> None:
    """The second person lets the batch go, if nothing has come to stand against it."""
    _require_clear(batch)
    outbox.approve(batch, by=by)


@atomic()
def stop(batch: Batch, *, by: Any) -> int:
    """Call back what has not left, and count those people as not told, so that the next batch reaches them. Returns
    how many messages came back. Safe to repeat."""
    lock(batch.event)
    called_back = outbox.stop_batch(batch, by=by)
    _untell([each.subject_id for each in called_back if _tells(each)])
    for each in called_back:
        if each.kind == kinds.PROGRAMME and each.subject_id is not None:
            telling.news_are_open(db.session.get_one(Invitation, each.subject_id), each.intent)
    return len(called_back)


@jobs.job("invitations.settle_stopped", every_minutes=1)
def settle_stopped() -> int:
    """What a worker had in its hands when its batch was stopped, and could not deliver, is called back too."""
    back = (DeliveryState.RETRY, DeliveryState.UNCERTAIN, DeliveryState.QUEUED)
    late = sa.select(Delivery.batch_id).where(Delivery.state.in_(back), Delivery.batch_id.is_not(None))
    stopped = db.session.scalars(
        sa.select(Batch).where(Batch.state == BatchState.STOPPED, Batch.id.in_(late)).order_by(Batch.id)
    )
    return sum(stop(batch, by=None) for batch in list(stopped))


def _tells(delivery: Delivery) -> bool:
    """Whether the message tells of time and place; a reminder or thanks does not."""
    told = {kinds.INVITATION, kinds.UPDATE, kinds.CANCELLATION}
    return delivery.subject_kind == queries.SUBJECT and delivery.kind in told


def _untell(invitation_ids: list[int | None]) -> None:
    """As it was before these messages were written: told when the last message left, of an earlier edition."""
    for some in chunks(sorted({each for each in invitation_ids if each is not None})):
        told = batch_queries.last_told(some)
        for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.id.in_(some))):
            invitation.told_at = told.get(invitation.id)
            if invitation.told_at is not None:
                invitation.revision = min(invitation.revision, invitation.edition - 1)


def _require_sendable(event: Event, kind: str) -> None:
    now = clock.now()
    if kind == kinds.THANKS:
        rules.require_over(event, now)
    elif not (kind == kinds.UPDATE and event.is_cancelled):
        rules.require_sendable(event, now)


def _require_clear(batch: Batch) -> None:
    """Refuse while the preflight finds something that must be mended."""
    blocking = [each for each in preflight_messages.findings(batch) if each.is_blocking]
    if blocking:
        raise NotReady(_("This batch cannot go yet: %(why)s", why=str(blocking[0].words)))
