"""Keeping messages back for a while."""

from typing import Any

from eventsvc import jobs
from eventsvc.audit import operations as audit
from eventsvc.db import atomic, db
from eventsvc.deliveries import queries
from eventsvc.deliveries.models import MailPause


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
