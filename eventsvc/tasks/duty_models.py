"""Duties to report again and again, their periods, and the meetings that go with them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.files.models import File
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization
from eventsvc.tasks.models import Task
from eventsvc.tasks.returns import Returned


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    BY_DATE = "by_date"
    AD_HOC = "ad_hoc"
    """Whenever it is asked for: "đột xuất"."""


class Duty(db.Model):
    """A duty to report. `weekday` counts from Monday = 0; a month without `month_day` is due on its last day.

    A plan may be silent about the end; periods are made only of a duty that has one. Those due before `tracked_from`
    (the day on which the duty was entered) are not tracked: nobody is said to have missed them.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    report_to: Mapped[str | None] = mapped_column(sa.String(300))
    report_via: Mapped[str | None] = mapped_column(sa.String(300))
    rhythm: Mapped[Rhythm] = mapped_column(Word(Rhythm))
    weekday: Mapped[int | None]
    month_day: Mapped[int | None]
    days: Mapped[list] = mapped_column(sa.JSON, default=list)
    """ISO days of a duty by date."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    tracked_from: Mapped[date]
    has_meeting: Mapped[bool] = mapped_column(default=False)
    cite: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    stopped_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    task: Mapped[Task | None] = relationship()
    reporters: Mapped[list["DutyReporter"]] = relationship(
        cascade="all, delete-orphan", order_by="DutyReporter.id", back_populates="duty"
    )


class DutyReporter(db.Model):
    """An organization that has the duty, from the first to the last day (included) on which it has it."""

    __table_args__ = (sa.UniqueConstraint("duty_id", "organization_invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    since: Mapped[date | None]
    until: Mapped[date | None]
    duty: Mapped[Duty] = relationship(back_populates="reporters")
    asked: Mapped[OrganizationInvitation] = relationship()


class Period(db.Model):
    """One turn of a duty, made exactly once. `starts_on` to `due_on`, both included."""

    __table_args__ = (sa.UniqueConstraint("duty_id", "due_on"), sa.Index(None, "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id", ondelete="CASCADE"))
    title: Mapped[str | None] = mapped_column(sa.String(200))
    starts_on: Mapped[date | None]
    due_on: Mapped[date]
    is_tracked: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    duty: Mapped[Duty] = relationship()


class PeriodReport(Returned, db.Model):
    """What one organization owes for one period, from the day on which the period is made."""

    __table_args__ = (
        sa.UniqueConstraint("period_id", "organization_invitation_id"),
        sa.Index(None, "organization_invitation_id", "state"),
        sa.Index(None, "period_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE")
    )
    is_unchanged: Mapped[bool] = mapped_column(default=False)
    done: Mapped[str | None]
    planned: Mapped[str | None]
    proposals: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    reminders: Mapped[int] = mapped_column(default=0)
    """Which reminders it has had, as bits: `duty_messages.Step`."""
    reminded_at: Mapped[datetime | None]
    period: Mapped[Period] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()
    file: Mapped[File | None] = relationship()


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Meeting(db.Model):
    """A meeting of agencies: the one whose conclusions were announced, or the briefing that goes with a duty."""

    __table_args__ = (sa.Index(None, "event_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    period_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("period.id", ondelete="SET NULL"), unique=True
    )
    held_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    place: Mapped[str | None]
    place_cite: Mapped[str | None] = mapped_column(sa.String(200))
    chair: Mapped[str | None] = mapped_column(sa.String(200))
    chair_position: Mapped[str | None] = mapped_column(sa.String(200))
    chair_cite: Mapped[str | None] = mapped_column(sa.String(200))
    subject: Mapped[str | None]
    subject_cite: Mapped[str | None] = mapped_column(sa.String(200))
    attendance_text: Mapped[str | None]
    attendance_cite: Mapped[str | None] = mapped_column(sa.String(200))
    report_heard: Mapped[str | None]
    report_by: Mapped[str | None] = mapped_column(sa.String(300))
    report_cite: Mapped[str | None] = mapped_column(sa.String(200))
    conclusions: Mapped[str | None]
    event: Mapped[Event] = relationship()
    period: Mapped[Period | None] = relationship()
    attendances: Mapped[list["MeetingAttendance"]] = relationship(
        cascade="all, delete-orphan", order_by="MeetingAttendance.number"
    )


class MeetingAttendance(db.Model):
    """Whether an organization was at a meeting."""

    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    presence: Mapped[Presence | None] = mapped_column(Word(Presence))
    represented_by: Mapped[str | None] = mapped_column(sa.String(200))
    text: Mapped[str | None]
    reason: Mapped[str | None]
    organization: Mapped[Organization | None] = relationship()
