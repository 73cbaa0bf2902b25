"""Messages around the event to those who were asked: reminders to the silent, thanks to those who accepted."""

from datetime import datetime
from typing import Any

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Batch
from eventsvc.events.models import Event
from eventsvc.invitations import kinds, queries, rules
from eventsvc.invitations.message_models import ReminderRule
from eventsvc.invitations.operations import telling
from eventsvc.rows import lock


@atomic()
def remind(
    event: Event,
    *,
    by: Any,
    batch: Batch | None = None,
    limit: int | None = None,
    rule: ReminderRule | None = None,
    told_before: datetime | None = None,
) -> int:
    """Remind those who have not answered and have not stopped reminders; returns how many were written to.

    Nobody is reminded twice by the same `rule` of the same time and place; without one, twice on the same day.
    `told_before` leaves out those who have been written to since. Nothing goes out about what is past.
    """
    lock(event)
    rules.require_sendable(event, clock.now())
    key = f"{rule.days}" if rule is not None else None
    wanted = queries.barred(event).spared(queries.silent(event, key, told_before))
    silent = list(db.session.scalars(wanted.limit(limit)))
    told = [(each, queries.reminder_intent(each, key)) for each in silent]
    telling.queue(event, kinds.REMINDER, told, batch=batch)
    if told:
        record(
            by, "invitations.reminded", event, event=event, count=len(told), rule=rule.id if rule else None
        )
    return len(told)


@atomic()
def thank(event: Event, *, by: Any, batch: Batch | None = None, limit: int | None = None) -> int:
    """Thank those who accepted, once, when the event is over; returns how many were written to."""
    lock(event)
    rules.require_over(event, clock.now())
    thankable = list(db.session.scalars(queries.thankable(event).limit(limit)))
    told = [(each, f"thanks:{each.id}") for each in thankable]
    telling.queue(event, kinds.THANKS, told, batch=batch)
    if told:
        record(by, "invitations.thanked", event, event=event, count=len(told))
    return len(told)
