"""Writing to agencies: what they are newly charged with, in one message each; and reminders by the clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import clock, jobs
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import Invalid
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.queries import keeps_data
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import assignment_queries, deadline_queries, messages
from eventsvc.tasks.models import Assignment, AssignmentState, Task, TaskState

SILENT = frozenset(
    {
        AssignmentState.ASSIGNED,
        AssignmentState.RECEIVED,
        AssignmentState.IN_PROGRESS,
        AssignmentState.RETURNED,
    }
)
"""Who has not reported: the only ones that are reminded."""
USUAL_DAYS = (-7, -1, 1, 7)
"""Days after the last day (negative: before it) on which the silent are reminded, unless the event says otherwise."""
MOST_DAYS = 60
FROM_HOUR = 8
LATEST_CATCH_UP = timedelta(days=2)
"""A reminder whose day is longer gone than this is let go: the worker was off."""


class WrongDays(Invalid):
    code = "wrong_days"


@dataclass(frozen=True)
class Told:
    """How many agencies were written to; which have no address to write to, and which no link that leads anywhere."""

    messages: int = 0
    without_address: tuple[str, ...] = ()
    link_taken_back: tuple[str, ...] = ()


def untold(event: Event, *, is_linked: bool = True) -> sa.Select[Any]:
    """Assignments that nobody has told the agency of under its present link; without `is_linked`, those of agencies
    whose link is taken back."""
    return (
        sa.select(Assignment)
        .join(Task, Assignment.task_id == Task.id)
        .join(OrganizationInvitation, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(
            Task.event_id == event.id,
            Assignment.left_at.is_(None),
            assignment_queries.is_untold(is_linked=is_linked),
        )
    )


@atomic()
def tell(event: Event, *, asked_ids: Collection[int] | None = None, by: Any) -> Told:
    """One message to every agency that has new tasks, with all of them. Safe to repeat: who was told is left alone.

    Agencies without an address are named: they are told by hand or on the telephone. So are those whose link is taken
    back: nobody writes to them until somebody gives them a link again.
    """
    lock_open(event)
    waiting, unlinked = untold(event), untold(event, is_linked=False)
    if asked_ids is not None:
        chosen = Assignment.organization_invitation_id.in_(asked_ids)
        waiting, unlinked = waiting.where(chosen), unlinked.where(chosen)
    by_agency = _by_agency(waiting)
    reachable = {asked: rows for asked, rows in by_agency.items() if asked.email}
    if reachable:
        composer = messages.Composer(event, messages.ASSIGNED, clock.today())
        outbox.queue_many(
            [
                composer.message(
                    asked,
                    rows,
                    intent=f"task-assigned:{asked.id}:link{asked.link_number}:{max(row.id for row in rows)}",
                )
                for asked, rows in reachable.items()
            ]
        )
        _mark_told(event, reachable)
        record(by, "agencies.charged", event, event=event, count=len(reachable))
    return Told(
        len(reachable),
        without_address=tuple(asked.name for asked in by_agency if not asked.email),
        link_taken_back=tuple(asked.name for asked in _by_agency(unlinked)),
    )


@atomic()
def set_reminder_days(event: Event, days: Sequence[int] | None, *, by: Any) -> None:
    """On which days around the last day the silent are reminded; none at all for an empty list, None: as usual."""
    lock_open(event)
    wanted = None if days is None else sorted(set(days))
    if wanted is not None and (len(wanted) > 10 or any(abs(day) > MOST_DAYS for day in wanted)):
        raise WrongDays(
            _("At most ten days, each at most %(most)s away from the last day.", most=MOST_DAYS), field="days"
        )
    event.task_reminder_days = wanted
    record(by, "task_reminders.set", event, event=event, count=len(reminder_days(event)))


def reminder_days(event: Event) -> list[int]:
    return list(USUAL_DAYS) if event.task_reminder_days is None else list(event.task_reminder_days)


@jobs.job("tasks.remind", every_minutes=30)
def remind_by_clock() -> int:
    """Remind the agencies that have not reported, on the days their events chose; how many were written to."""
    now = clock.now()
    if clock.local(now).hour < FROM_HOUR:
        return 0
    events = db.session.scalars(
        sa.select(Event)
        .where(
            Event.status == EventStatus.OPEN,
            keeps_data(clock.local(now).date()),
            sa.exists().where(Task.event_id == Event.id, Task.state == TaskState.OPEN),
        )
        .order_by(Event.id)
    ).all()
    return sum(remind(event, now) for event in events if reminder_days(event))


@atomic()
def remind(event: Event, now: datetime) -> int:
    """One message to every agency some of whose tasks are to be reminded of today, with these. Safe to repeat, whoever
    else runs it and however long nobody did."""
    lock(event)
    today, days = clock.local(now).date(), reminder_days(event)
    kept_until = event.data_kept_until
    if event.status is not EventStatus.OPEN or (kept_until is not None and kept_until < today):
        return 0
    due = deadline_queries.assignment_due_day(event)
    first = today - timedelta(days=max(days, default=0)) - LATEST_CATCH_UP
    last = today - timedelta(days=min(days, default=0))
    statement = (
        sa.select(Assignment)
        .join(Task, Assignment.task_id == Task.id)
        .join(OrganizationInvitation, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(
            Task.event_id == event.id,
            Task.state == TaskState.OPEN,
            Assignment.left_at.is_(None),
            Assignment.state.in_(SILENT),
            Assignment.told_at.is_not(None),
            OrganizationInvitation.email.is_not(None),
            OrganizationInvitation.revoked_at.is_(None),
            OrganizationInvitation.reminders_stopped_at.is_(None),
            due.between(first, last),
        )
    )
    by_agency = _by_agency(statement)
    composer = messages.Composer(event, messages.REMINDER, today)
    told = {
        asked: chosen
        for asked, rows in by_agency.items()
        if (chosen := [row for row in rows if is_due(row, composer.last_day(row), days, today)])
    }
    outbox.queue_many(
        [
            composer.message(asked, rows, intent=f"task-reminder:{asked.id}:{today.isoformat()}")
            for asked, rows in told.items()
        ]
    )
    for rows in told.values():
        for row in rows:
            row.reminded_at = now
    if told:
        record(None, "agencies.reminded", event, event=event, count=len(told))
    return len(told)


def is_due(row: Assignment, last: date | None, days: Sequence[int], today: date) -> bool:
    """Whether a day of reminding has come since the agency was last told or reminded, and not long ago."""
    if last is None or row.told_at is None:
        return False
    said = max(row.told_at, row.reminded_at or row.told_at)
    heard = clock.local(said).date()
    moments = [last + timedelta(days=day) for day in days]
    return any(heard < moment <= today <= moment + LATEST_CATCH_UP for moment in moments)


# --- What the operations above are made of -----------------------------------------------------------------


def _by_agency(statement: sa.Select[Any]) -> dict[OrganizationInvitation, list[Assignment]]:
    rows = db.session.scalars(
        statement.options(joinedload(Assignment.asked), joinedload(Assignment.task)).order_by(
            OrganizationInvitation.id, Task.number, Assignment.id
        )
    )
    found: dict[OrganizationInvitation, list[Assignment]] = {}
    for row in rows:
        found.setdefault(row.asked, []).append(row)
    return found


def _mark_told(event: Event, told: dict[OrganizationInvitation, list[Assignment]]) -> None:
    now = clock.now()
    for asked, rows in told.items():
        if not asked.is_invited:
            asked.told_at = now  # falls with the link: another contact is to be told again
        for row in rows:
            row.told_at = now
