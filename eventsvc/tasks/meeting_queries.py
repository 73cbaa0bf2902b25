"""Look up meetings and who was there."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.duty_models import Duty, Meeting, MeetingAttendance, Period, PeriodReport, Presence
from eventsvc.tasks.models import Task, TaskKind
from eventsvc.text import same_words


class Count(NamedTuple):
    present: int = 0
    absent: int = 0
    excused: int = 0
    unmarked: int = 0

    @property
    def total(self) -> int:
        return sum(self)


class Conclusion(NamedTuple):
    """A line of the conclusions, and the directive that was made of it."""

    number: int
    text: str
    task: Task | None


def meeting_of(event: Event, meeting_id: int) -> Meeting:
    """The meeting of this event; otherwise NotFound."""
    found: Meeting = part_of(event, Meeting, meeting_id)
    return found


def meetings_of(event: Event) -> sa.Select[Meeting]:
    """The meetings of an event, the latest first."""
    return (
        sa.select(Meeting)
        .where(Meeting.event_id == event.id)
        .options(joinedload(Meeting.period).joinedload(Period.duty))
        .order_by(Meeting.held_on.desc().nulls_last(), Meeting.id.desc())
    )


def counts(meeting_ids: Sequence[int]) -> dict[int, Count]:
    """How many agencies were there, for each of these meetings, in one query."""
    counted = (
        sa.select(MeetingAttendance.meeting_id, MeetingAttendance.presence, sa.func.count())
        .where(MeetingAttendance.meeting_id.in_(meeting_ids))
        .group_by(MeetingAttendance.meeting_id, MeetingAttendance.presence)
    )
    found: dict[int, Count] = {}
    for meeting_id, presence, count in db.session.execute(counted):
        name = presence.value if presence else "unmarked"
        found[meeting_id] = found.get(meeting_id, Count())._replace(**{name: count})
    return found


def attendances(meeting: Meeting) -> list[MeetingAttendance]:
    return list(
        db.session.scalars(
            sa.select(MeetingAttendance)
            .where(MeetingAttendance.meeting_id == meeting.id)
            .order_by(MeetingAttendance.number)
        )
    )


def attendance_of(meeting: Meeting, attendance_id: int) -> MeetingAttendance:
    """The line of this meeting's list; otherwise NotFound."""
    found = next((row for row in attendances(meeting) if row.id == attendance_id), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def absent(rows: Sequence[MeetingAttendance]) -> list[MeetingAttendance]:
    """Who was not there, with and without leave."""
    return [row for row in rows if row.presence in (Presence.ABSENT, Presence.EXCUSED)]


def conclusions(meeting: Meeting) -> list[Conclusion]:
    """The conclusions line by line, each with the directive of the event that says the same."""
    directives = db.session.scalars(
        sa.select(Task).where(Task.event_id == meeting.event_id, Task.kind == TaskKind.DIRECTIVE)
    )
    by_words = {same_words(task.text): task for task in directives}
    lines = [line for line in (meeting.conclusions or "").split("\n") if line.strip()]
    return [
        Conclusion(number, line, by_words.get(same_words(line))) for number, line in enumerate(lines, start=1)
    ]


def conclusion_of(meeting: Meeting, number: int) -> Conclusion:
    """The line of the conclusions with this number; otherwise NotFound."""
    found = next((line for line in conclusions(meeting) if line.number == number), None)
    if found is None:
        raise NotFound(_("There is no such line in the conclusions."))
    return found


def agencies_of(period: Period) -> list[OrganizationInvitation]:
    """Who owes a report for the period, in that order: they come to its briefing."""
    return list(
        db.session.scalars(
            sa.select(OrganizationInvitation)
            .join(PeriodReport, PeriodReport.organization_invitation_id == OrganizationInvitation.id)
            .where(PeriodReport.period_id == period.id)
            .order_by(PeriodReport.id)
        )
    )


def periods_without(event: Event, own: Meeting | None = None) -> list[Period]:
    """The periods that a briefing may still go with, the latest first: of duties with meetings before the others."""
    taken = sa.select(Meeting.period_id).where(Meeting.period_id.is_not(None))
    free = Period.id.not_in(taken)
    if own is not None and own.period_id is not None:
        free = sa.or_(free, Period.id == own.period_id)
    return list(
        db.session.scalars(
            sa.select(Period)
            .join(Period.duty)
            .where(Duty.event_id == event.id, free)
            .options(joinedload(Period.duty))
            .order_by(Duty.has_meeting.desc(), Period.due_on.desc(), Period.id)
            .limit(60)
        )
    )
