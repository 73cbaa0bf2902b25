"""Remind the units whose return on residents guided is missing: by the clock before the last day, or by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, jobs, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.movements import guidance_queries as queries
from eventsvc.movements.guidance_messages import KIND, SUBJECT, Composer
from eventsvc.movements.models import Movement
from eventsvc.movements.return_models import GuidanceReturn
from eventsvc.rows import chunks, lock

FROM_HOUR = 8
"""Nobody is reminded in the night."""
BEFORE = timedelta(days=1)
AT_ONCE = 200


@dataclass(frozen=True)
class Reminded:
    """How many units were written to, and which have no address to write to."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@jobs.job("movements.remind", every_minutes=10)
def remind_by_clock() -> int:
    return remind_missing(clock.now())


def remind_missing(now: datetime) -> int:
    """Write to whoever is missing the day before the last day, or on it when the day before was slept through; how
    many letters. Safe to repeat and to run beside itself: nobody gets it twice."""
    if clock.local(now).hour < FROM_HOUR:
        return 0
    today = clock.local(now).date()
    due = (
        sa.select(Movement)
        .join(Movement.event)
        .where(Movement.report_due.between(today, today + BEFORE), Event.cancelled_at.is_(None))
    )
    written = 0
    for movement in db.session.scalars(due.order_by(Movement.id)).all():
        if not jobs.is_stopping():
            step = f"before-{movement.report_due:%Y%m%d}"
            written += _remind(movement, lambda row, step=step: _intent(row, step), by=None).messages
    return written


def remind(movement: Movement, *, by: Any) -> Reminded:
    """Write to whoever is missing. However often it is pressed, a unit gets one letter a day."""
    step = f"day-{clock.today():%Y%m%d}"
    return _remind(movement, lambda row: _intent(row, step), by=by)


def _remind(movement: Movement, intent: Callable[[GuidanceReturn], str], *, by: Any) -> Reminded:
    """Some units in each transaction: others want to write, too."""
    owed = queries.to_remind(movement.id)
    ids = db.session.scalars(owed.with_only_columns(GuidanceReturn.id, maintain_column_froms=True)).all()
    messages, without = 0, []
    for some in chunks(ids, AT_ONCE):
        done = _remind_some(movement, some, intent, by=by)
        messages += done.messages
        without += done.without_address
    return Reminded(messages, tuple(without))


@atomic()
def _remind_some(
    movement: Movement, ids: Any, intent: Callable[[GuidanceReturn], str], *, by: Any
) -> Reminded:
    event = movement.event
    lock(event)
    event.require_open()
    chosen = queries.to_remind(movement.id).where(GuidanceReturn.id.in_(ids))
    rows = db.session.scalars(chosen, execution_options={"populate_existing": True}).all()
    without = tuple(row.asked.name for row in rows if not row.asked.email)
    reachable = {intent(row): row for row in rows if row.asked.email}
    known = deliveries.by_intents(reachable)
    composer = Composer(movement, clock.today())
    letters = [composer.message(row, key) for key, row in reachable.items() if key not in known]
    outbox.queue_many(letters)
    if letters:
        record(by, "guidance_returns.reminded", event, event=event, count=len(letters))
    return Reminded(len(letters), without)


def _intent(row: GuidanceReturn, step: str) -> str:
    return f"{KIND}:{row.id}.{row.asked.link_number}:{step}"


@outbox.before_repeating(SUBJECT)
def _require_owed(delivery: Delivery) -> None:
    """A reminder is not sent again under a link that died, or to somebody who has stopped them or owes nothing."""
    row = db.session.get(GuidanceReturn, delivery.subject_id)
    asked = row.asked if row is not None else None
    sealed = (delivery.secrets or {}).get("link")
    if (
        row is None
        or asked is None
        or row.state not in queries.OWED
        or asked.revoked_at is not None
        or asked.reminders_stopped_at is not None
        or delivery.recipient != asked.email
        or sealed is None
        or secrets.unseal(sealed) != secrets.unseal(asked.token_sealed)
    ):
        raise outbox.Overtaken(_("What this message says no longer holds."))
