"""What goes out by the clock: reminders to the silent, thanks afterwards."""

from datetime import datetime
from typing import Any

import structlog

from eventsvc import clock, jobs
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.invitations import operations, reminder_rules, rules, wording_queries
from eventsvc.invitations.message_models import ReminderKind, ReminderRule
from eventsvc.rows import lock

SLICE = 200

log = structlog.get_logger()


@jobs.job("invitations.remind", every_minutes=5)
def remind_by_clock() -> int:
    """Carry out the rules that have fallen due; how many people were written to. Nothing at night.

    Of several that fell due while no worker ran only the latest reminds: nobody gets two reminders at once. Safe to run
    beside itself: the intents of the messages decide.
    """
    if reminder_rules.is_quiet(clock.now()):
        return 0
    kinds = (ReminderKind.REMINDER, ReminderKind.THANKS)
    event_ids = [event.id for event in wording_queries.events_with_rules(*kinds)]
    return sum(_carry_out(event_id, kind) for event_id in event_ids for kind in kinds)


def _carry_out(event_id: int, kind: ReminderKind) -> int:
    event, now = db.session.get(Event, event_id), clock.now()
    if event is None or event.is_cancelled:
        return 0
    due = [
        rule for rule in reminder_rules.due(wording_queries.rules_of(event), event, now) if rule.kind is kind
    ]
    if not due:
        return 0
    at = reminder_rules.moment(due[-1], event)
    assert at is not None
    if kind is ReminderKind.THANKS and not rules.is_past(event, now):
        return 0
    written = 0
    try:
        if kind is ReminderKind.REMINDER and rules.upcoming(event, now):
            written = _in_slices(operations.remind, event, rule=due[-1], told_before=at)
        elif kind is ReminderKind.THANKS and now - at <= reminder_rules.TOO_LATE_FOR_THANKS:
            written = _in_slices(operations.thank, event)
    except DomainError as refusal:
        log.info("nothing sent by the clock", event_id=event_id, kind=kind.value, code=refusal.code)
        return written
    _mark(event, due, now)
    return written


def _in_slices(send: Any, event: Event, **arguments: Any) -> int:
    """In short transactions, so that nobody waits for a long one."""
    written = 0
    while not jobs.is_stopping():
        some = send(event, by=None, limit=SLICE, **arguments)
        written += some
        if not some:
            break
    return written


@atomic()
def _mark(event: Event, done: list[ReminderRule], now: datetime) -> None:
    lock(event)
    for rule in done:
        rule.last_run_at = now
