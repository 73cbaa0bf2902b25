"""Keeping messages back for a while: those of a batch, of an event, or all."""

from typing import Any

import sqlalchemy as sa

from eventsvc import clock, jobs
from eventsvc.audit import operations as audit
from eventsvc.db import atomic, db
from eventsvc.deliveries import queries
from eventsvc.deliveries.models import Batch, Delivery, MailPause
from eventsvc.rows import insert


@atomic()
def pause(event: Any, *, by: Any, reason: str = "by_organizer") -> None:
    """Keep back the event's messages (without an event: all) from the next one on. Safe to repeat."""
    if _stand(queries.scope(event.id if event is not None else None), reason):
        audit.record(by, "mail.paused", event, event=event, reason=reason)


@atomic()
def resume(event: Any, *, by: Any) -> None:
    """Let the event's messages go again, whatever kept them all back; its batches have pauses of their own. Safe to
    repeat. A sender that is still refused is paused again by the next message."""
    if _lift(queries.scope(event.id if event is not None else None), queries.EVERYWHERE):
        audit.record(by, "mail.resumed", event, event=event)
        jobs.enqueue("deliveries.drain")


@atomic()
def pause_batch(batch: Batch, *, by: Any, reason: str = "by_organizer") -> None:
    """Keep back what is left of the batch from the next message on. Safe to repeat."""
    if _stand(queries.batch_scope(batch.id), reason):
        audit.record(by, "batch.paused", batch, event=batch.event, reason=reason)


@atomic()
def resume_batch(batch: Batch, *, by: Any) -> None:
    """Let the messages of the batch go again. Safe to repeat."""
    if _lift(queries.batch_scope(batch.id)):
        audit.record(by, "batch.resumed", batch, event=batch.event)
        jobs.enqueue("deliveries.drain")


def pause_by_server(delivery: Delivery, reason: str, *, whole_sender: bool) -> None:
    """A server takes nothing like this message: keep back its batch, else its event; with `whole_sender`, all."""
    if whole_sender:
        pause(None, by=None, reason=reason)
    elif delivery.batch is not None:
        pause_batch(delivery.batch, by=None, reason=reason)
    else:
        pause(delivery.event, by=None, reason=reason)


def _stand(scope: str, reason: str) -> bool:
    """Whether the pause is new; two workers may meet the same refusal at once."""
    values = {"scope": scope, "reason": reason, "paused_at": clock.now()}
    new = insert(MailPause).values(values).on_conflict_do_nothing().returning(MailPause.scope)
    return db.session.scalar(new) is not None


def _lift(*scopes: str) -> bool:
    lifted = sa.delete(MailPause).where(MailPause.scope.in_(scopes)).returning(MailPause.scope)
    return bool(list(db.session.scalars(lifted)))
