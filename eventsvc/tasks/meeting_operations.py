"""Every change to a meeting: what is known of it, who was there, what was concluded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open, renumber
from eventsvc.tasks import meeting_queries as queries
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.duty_models import Meeting, MeetingAttendance, Period, Presence
from eventsvc.tasks.expansion_queries import Known
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task, TaskKind

MOST_AGENCIES = 2000


class PeriodTaken(DomainError):
    code = "period_has_meeting"


class AlreadyATask(DomainError):
    code = "already_a_task"


@dataclass(frozen=True)
class Details:
    """What is known of a meeting."""

    held_on: date | None = None
    starts_at: datetime | None = None
    place: str | None = None
    chair: str | None = None
    chair_position: str | None = None
    subject: str | None = None
    report_heard: str | None = None
    report_by: str | None = None
    attendance_text: str | None = None
    conclusions: str | None = None


@dataclass(frozen=True)
class Mark:
    """Whether an agency was there, who came for it, and why it did not."""

    attendance_id: int
    presence: Presence | None
    represented_by: str | None = None
    reason: str | None = None


@atomic()
def add_meeting(event: Event, details: Details, *, period: Period | None = None, by: Any) -> Meeting:
    """A meeting; with a period, the briefing that goes with it, to which those who report are expected."""
    lock_open(event)
    _require_free(event, period)
    meeting = Meeting(event=event, period=period, **vars(details))
    db.session.add(meeting)
    db.session.flush()
    if period is not None:
        _expect(meeting, [(row.name, row.organization_id) for row in queries.agencies_of(period)])
    record(by, "meeting.added", meeting, event=event)
    return meeting


@atomic()
def edit_meeting(
    meeting: Meeting, details: Details, *, period: Period | None = None, version: int | None = None, by: Any
) -> None:
    """Change what is known of a meeting. StaleEdit when `version` is no longer the meeting's."""
    lock_open(meeting.event)
    lock(meeting, version)
    if period is not None and period.id != meeting.period_id:
        _require_free(meeting.event, period)
    changed = assign(meeting, vars(details) | {"period_id": period.id if period else None})
    if changed:
        db.session.flush()
        record(by, "meeting.edited", meeting, event=meeting.event, fields=sorted(changed))


@atomic()
def expect(meeting: Meeting, names: Iterable[str], *, by: Any) -> int:
    """Put the agencies that these lines mean on the list of the meeting; how many are new. Safe to repeat."""
    lock_open(meeting.event)
    lock(meeting)
    known = Known(meeting.event)
    meant = [one for name in names for one in known.meant(name)]
    added = _expect(meeting, [(one.name, one.organization.id if one.organization else None) for one in meant])
    if added:
        record(by, "meeting.agencies_added", meeting, event=meeting.event, count=added)
    return added


@atomic()
def mark(meeting: Meeting, marks: Sequence[Mark], *, version: int | None = None, by: Any) -> None:
    """Who was present, absent, excused, and who came for whom. StaleEdit when the meeting was changed since."""
    lock_open(meeting.event)
    lock(meeting, version)
    rows = {row.id: row for row in queries.attendances(meeting)}
    changed = 0
    for one in marks:
        row = rows.get(one.attendance_id)
        if row is None:
            continue
        values = {"presence": one.presence, "represented_by": one.represented_by, "reason": one.reason}
        changed += bool(assign(row, values))
    if changed:
        _touch(meeting)
        record(by, "meeting.attendance_marked", meeting, event=meeting.event, count=changed)


@atomic()
def forget_agency(attendance: MeetingAttendance, meeting: Meeting, *, by: Any) -> None:
    """Take an agency off the list of its meeting."""
    lock_open(meeting.event)
    lock(meeting)
    lock(attendance)
    db.session.delete(attendance)
    db.session.flush()
    renumber(queries.attendances(meeting))
    _touch(meeting)
    record(by, "meeting.agency_removed", meeting, event=meeting.event)


@atomic()
def make_task(meeting: Meeting, number: int, *, agency: str, deadline: date | None = None, by: Any) -> Task:
    """A directive out of one line of the conclusions, for one agency to lead. AlreadyATask when there is one."""
    lock_open(meeting.event)
    lock(meeting)
    line = queries.conclusion_of(meeting, number)
    if line.task is not None:
        raise AlreadyATask(_("This conclusion is a task already."))
    details = tasks.Details(
        text=line.text,
        agency=agency,
        role=AssigneeRole.LEAD,
        deadline=deadline,
        deadline_kind=DeadlineKind.INCLUSIVE if deadline else None,
    )
    task = tasks.add_task(meeting.event, details, kind=TaskKind.DIRECTIVE, by=by)
    record(by, "meeting.concluded", meeting, event=meeting.event, task=task.id)
    return task


@atomic()
def remove_meeting(meeting: Meeting, *, by: Any) -> None:
    """Take a meeting away; the tasks made of its conclusions stay."""
    lock_open(meeting.event)
    lock(meeting)
    record(by, "meeting.removed", meeting, event=meeting.event)
    db.session.delete(meeting)


def _require_free(event: Event, period: Period | None) -> None:
    if period is None:
        return
    if period.duty.event_id != event.id:
        raise Invalid(_("The period belongs to another event."), field="period")
    taken = sa.select(Meeting.id).where(Meeting.period_id == period.id)
    if db.session.scalar(taken) is not None:
        raise PeriodTaken(_("This period has its meeting already."), field="period")


def _expect(meeting: Meeting, agencies: Iterable[tuple[str, int | None]]) -> int:
    rows = queries.attendances(meeting)
    known = {text.same_words(row.name) for row in rows}
    number, added = max((row.number for row in rows), default=0), 0
    for name, organization_id in agencies:
        words = text.same_words(name)
        if not words or words in known:
            continue
        if number >= MOST_AGENCIES:
            raise Invalid(_("At most %(most)s agencies, please.", most=MOST_AGENCIES), field="names")
        known.add(words)
        number, added = number + 1, added + 1
        db.session.add(
            MeetingAttendance(
                meeting_id=meeting.id, number=number, name=name[:300], organization_id=organization_id
            )
        )
    db.session.flush()
    if added:
        db.session.expire(meeting, ["attendances"])
        _touch(meeting)
    return added


def _touch(meeting: Meeting) -> None:
    """Raise the version: who was there belongs to the form of the meeting."""
    flag_modified(meeting, "subject")
    db.session.flush()
