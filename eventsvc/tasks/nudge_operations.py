"""Remind those who have not reported: a day before and after the due day, one letter for each organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, jobs, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.rows import chunks, lock
from eventsvc.tasks import report_queries
from eventsvc.tasks.duty_messages import SUBJECT, Composer, Owed, Step
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport

FROM_HOUR = 8
"""Nobody is reminded in the night."""
BEFORE = timedelta(days=1)
CATCH_UP = timedelta(days=7)
"""So long after the due day the clock still reminds; later somebody has to decide it."""
AT_ONCE = 200


@dataclass(frozen=True)
class Nudged:
    """How many organizations were written to, and which have no address to write to."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@jobs.job("tasks.nudge", every_minutes=10)
def nudge_by_clock() -> int:
    return nudge_missing(clock.now())


def nudge_missing(now: datetime) -> int:
    """Write to whoever is missing the day before and after the due day; how many letters. Safe to repeat and to run
    beside itself: nobody hears of the same step of the same report twice."""
    if clock.local(now).hour < FROM_HOUR:
        return 0
    today = clock.local(now).date()
    near = (
        sa.select(Period.id)
        .join(Period.duty)
        .where(Period.is_tracked, Period.due_on.between(today - CATCH_UP, today + BEFORE))
    )
    events = db.session.scalars(
        sa.select(Duty.event_id).join(Period, Period.duty_id == Duty.id).where(Period.id.in_(near)).distinct()
    ).all()
    written = 0
    for event_id in sorted(events):
        mine = db.session.scalars(near.where(Duty.event_id == event_id)).all()
        event = db.session.get(Event, event_id)
        if event is not None and not jobs.is_stopping():
            written += _nudge(event, mine, now, by=None).messages
    return written


def nudge_period(period: Period, *, by: Any) -> Nudged:
    """Write to whoever has not reported for this period, whatever the hour. Safe to repeat: once before its day is
    over, and once after it."""
    return _nudge(period.duty.event, [period.id], clock.now(), by=by)


def _nudge(event: Event, period_ids: Sequence[int], now: datetime, *, by: Any) -> Nudged:
    """Some organizations in each transaction: others want to write, too."""
    messages, without = 0, dict[str, None]()
    for asked_ids in chunks(_asked_ids(period_ids, now), AT_ONCE):
        some = _nudge_some(event, period_ids, asked_ids, now, by=by)
        messages += some.messages
        without |= dict.fromkeys(some.without_address)
    return Nudged(messages, tuple(without))


@atomic()
def _nudge_some(
    event: Event, period_ids: Sequence[int], asked_ids: Sequence[int], now: datetime, *, by: Any
) -> Nudged:
    lock(event)
    today = clock.local(now).date()
    missing = report_queries.to_nudge(period_ids, today=today)
    chosen = missing.where(OrganizationInvitation.id.in_(asked_ids))
    reports = db.session.scalars(chosen, execution_options={"populate_existing": True}).all()
    due = [one for one in (Owed(report, _step(report, today)) for report in reports) if not _had(one)]
    composer, letters, reminded, without = Composer(event, today), [], [], []
    for asked, group in groupby(due, key=lambda one: one.report.asked):
        owed = list(group)
        if not asked.email:
            without.append(asked.name)
            continue
        letters.append(composer.message(asked, owed))
        reminded += owed
    outbox.queue_many(letters)
    for report, step in reminded:
        report.reminders |= step.value
        report.reminded_at = now
    if letters:
        record(by, "period_reports.reminded", event, event=event, count=len(letters))
    return Nudged(len(letters), tuple(without))


def _asked_ids(period_ids: Sequence[int], now: datetime) -> list[int]:
    """The organizations that owe something for these periods and have not been reminded of it at its step."""
    today = clock.local(now).date()
    step = sa.case((Period.due_on < today, Step.AFTER.value), else_=Step.BEFORE.value)
    missing = report_queries.to_nudge(period_ids, today=today)
    pending = missing.where(PeriodReport.reminders.bitwise_and(step) == 0)
    ids = pending.with_only_columns(OrganizationInvitation.id, maintain_column_froms=True).order_by(None)
    return sorted(set(db.session.scalars(ids)))


def _step(report: PeriodReport, today: Any) -> Step:
    return Step.AFTER if report.period.due_on < today else Step.BEFORE


def _had(owed: Owed) -> bool:
    return bool(owed.report.reminders & owed.step.value)


@outbox.before_repeating(SUBJECT)
def _require_owed(delivery: Delivery) -> None:
    """A reminder is not sent again under a link that died, or to somebody who has stopped them or owes nothing."""
    asked = db.session.get(OrganizationInvitation, delivery.subject_id)
    sealed = (delivery.secrets or {}).get("link")
    if (
        asked is None
        or asked.revoked_at is not None
        or asked.reminders_stopped_at is not None
        or delivery.recipient != asked.email
        or sealed is None
        or secrets.unseal(sealed) != secrets.unseal(asked.token_sealed)
        or not report_queries.own_reports(asked).owed
    ):
        raise outbox.Overtaken(_("What this message says no longer holds."))
