"""Assignments: who leads, who coordinates, by when."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.agenda.models import Ritual
from eventsvc.db import Word, db
from eventsvc.documents.models import Document
from eventsvc.events.models import Event
from eventsvc.files.models import File
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization


class AssigneeRole(StrEnum):
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    COORDINATING = "coordinating"
    REQUESTED = "requested"
    """Outside the host's authority: it is asked ("đề nghị"), not told."""
    WITH = "with"
    """Named beside the lead: "cùng với"."""
    OWNER = "owner"
    """Answers for a part of what is built: the owner of a module."""


class DeadlineKind(StrEnum):
    """What the printed time means: "chậm nhất ngày" includes the day, "trước ngày" does not."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"
    MONTH = "month"
    MONTH_RANGE = "month_range"
    QUARTER = "quarter"
    MONTH_START = "month_start"
    MONTH_END = "month_end"
    DAYS = "days"
    """So many days from an anchor."""
    WORKING_DAYS = "working_days"
    """So many working days from an anchor, by the Vietnamese calendar."""
    EXTERNAL = "external"
    """When somebody else says so: "theo Thông báo của tỉnh …"."""
    ONGOING = "ongoing"
    """All the time: "thường xuyên"."""


class Anchor(StrEnum):
    """What a relative deadline is counted from; it moves with it."""

    OPENING = "opening"
    """The event's first day: "kể từ ngày tổ chức", "trước ngày khai mạc"."""
    CLOSING = "closing"
    """The event's last day."""
    OBSTACLE = "obstacle"
    """The day on which an obstacle was raised."""


class TaskKind(StrEnum):
    ASSIGNMENT = "assignment"
    FOLLOW_UP = "follow_up"
    PLAN_ITEM = "plan_item"
    """A line of a year's plan: something to be held, signed or issued within a time."""
    DIRECTIVE = "directive"
    """A conclusion of a meeting."""
    STEP = "step"
    """A part of a directive with an agency and a day of its own."""


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Task(db.Model):
    """A duty that a plan gives to an agency. `key` is its number in the plan (IV.6.3).

    The printed deadline is never changed: `deadline` is the printed day, `window_start` and `window_end` the first and
    last day of a printed month or quarter, `offset_days` counts from the anchor (negative: before it). `last_day` is
    the last day in time of everything that does not hang on an anchor; `extended_to` is later than it. Use
    `deadline_queries.due_day`, which knows them all. Colours are made from days, never stored.
    """

    __table_args__ = (sa.Index(None, "event_id", "number"), sa.Index(None, "event_id", "last_day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[TaskKind] = mapped_column(Word(TaskKind), default=TaskKind.ASSIGNMENT)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    key: Mapped[str | None] = mapped_column(sa.String(40))
    text: Mapped[str]
    action: Mapped[str | None] = mapped_column(sa.String(60))
    content: Mapped[str | None]
    goal: Mapped[str | None]
    participants: Mapped[str | None]
    participants_label: Mapped[str | None] = mapped_column(sa.String(80))
    coordinating_text: Mapped[str | None]
    """The printed line of who coordinates, when its agencies stand one by one among the assignees."""
    detail: Mapped[str | None]
    deadline: Mapped[date | None]
    deadline_kind: Mapped[DeadlineKind | None] = mapped_column(Word(DeadlineKind))
    deadline_text: Mapped[str | None]
    deadline_label: Mapped[str | None] = mapped_column(sa.String(80))
    window_start: Mapped[date | None]
    window_end: Mapped[date | None]
    offset_days: Mapped[int | None]
    anchor: Mapped[Anchor | None] = mapped_column(Word(Anchor))
    anchor_text: Mapped[str | None]
    last_day: Mapped[date | None]
    extended_to: Mapped[date | None]
    state: Mapped[TaskState] = mapped_column(Word(TaskState), default=TaskState.OPEN)
    state_text: Mapped[str | None] = mapped_column(sa.String(200))
    done_on: Mapped[date | None]
    achieved_by_event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="SET NULL"))
    achieved_by_ritual_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ritual.id", ondelete="SET NULL"))
    report_to: Mapped[str | None]
    report_via: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"))
    cite: Mapped[str | None]
    note: Mapped[str | None]
    event: Mapped[Event] = relationship(foreign_keys=[event_id])
    achieved_by_event: Mapped[Event | None] = relationship(foreign_keys=[achieved_by_event_id])
    achieved_by_ritual: Mapped[Ritual | None] = relationship()
    steps: Mapped[list["Task"]] = relationship(
        cascade="all, delete-orphan", order_by="Task.number", foreign_keys=[parent_id]
    )
    assignees: Mapped[list["Assignee"]] = relationship(
        cascade="all, delete-orphan", order_by="Assignee.number", back_populates="task"
    )

    @property
    def agency(self) -> str:
        """The agency the task is printed under."""
        return self.assignees[0].name if self.assignees else ""


class Assignee(db.Model):
    """A line of a task that names an agency; the printed name and role stay beside the organization found.

    A collective line ("Các sở, ban, ngành") stands for many organizations: each of them has an Assignment.
    """

    __table_args__ = (sa.UniqueConstraint("task_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    number: Mapped[int]
    role: Mapped[AssigneeRole] = mapped_column(Word(AssigneeRole))
    role_label: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    task: Mapped[Task] = relationship(back_populates="assignees")
    organization: Mapped[Organization | None] = relationship()


class AssignmentState(StrEnum):
    """How far one agency has come with a task, in the order of its life."""

    ASSIGNED = "assigned"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    """The agency says it is done; the organizer has yet to look."""
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    """The agency asks for another one to be charged with it, with a reason."""


class Assignment(db.Model):
    """One organization charged with a task: its own state, reply and day. It answers on `/o/<token>`.

    `left_at`: the organization no longer has the task (taken off the line, or merged away); what it said stays.
    """

    __table_args__ = (
        sa.UniqueConstraint("task_id", "organization_invitation_id"),
        sa.Index(None, "organization_invitation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    assignee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("assignee.id", ondelete="SET NULL"), index=True
    )
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE")
    )
    role: Mapped[AssigneeRole] = mapped_column(Word(AssigneeRole))
    state: Mapped[AssignmentState] = mapped_column(Word(AssignmentState), default=AssignmentState.ASSIGNED)
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(sa.String(200))
    done_on: Mapped[date | None]
    extended_to: Mapped[date | None]
    told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    task: Mapped[Task] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()


class EntryKind(StrEnum):
    """What stands in the history of a task."""

    ASSIGNED = "assigned"
    EDITED = "edited"
    RECEIVED = "received"
    PROGRESS = "progress"
    REPORTED = "reported"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COMMENT = "comment"
    PAPER = "paper"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    OBSTACLE = "obstacle"
    DECISION = "decision"
    CLOSED = "closed"
    REOPENED = "reopened"


class TaskEntry(db.Model):
    """A line in the history of a task: never changed. `is_internal`: organizers alone read it."""

    __table_args__ = (sa.Index(None, "task_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id", ondelete="SET NULL"))
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    text: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    is_internal: Mapped[bool] = mapped_column(default=False)
    task: Mapped[Task] = relationship()
    assignment: Mapped[Assignment | None] = relationship()


class TaskPaper(db.Model):
    """A paper of a task: a file that was brought, or an official paper of the house."""

    __table_args__ = (
        sa.CheckConstraint("(file_id IS NULL) <> (document_id IS NULL)", name="what"),
        sa.Index(None, "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    file: Mapped[File | None] = relationship()
    document: Mapped[Document | None] = relationship()


class TaskDependency(db.Model):
    """A task that waits for another."""

    __table_args__ = (
        sa.UniqueConstraint("task_id", "needs_id"),
        sa.CheckConstraint("task_id <> needs_id", name="other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    needs_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"), index=True)


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Extension(db.Model):
    """More time, asked for by an agency or given by the organizer. `former` is the last day before."""

    __table_args__ = (sa.Index(None, "task_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    former: Mapped[date | None]
    until: Mapped[date]
    reason: Mapped[str]
    state: Mapped[ExtensionState] = mapped_column(Word(ExtensionState), default=ExtensionState.ASKED)
    for_all: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str | None]
    task: Mapped[Task] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
