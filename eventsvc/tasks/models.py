"""Assignments: who leads, who coordinates, by when."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization


class AssigneeRole(StrEnum):
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    COORDINATING = "coordinating"


class DeadlineKind(StrEnum):
    """What the printed date means: "chậm nhất ngày" includes the day, "trước ngày" does not."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class TaskKind(StrEnum):
    ASSIGNMENT = "assignment"
    FOLLOW_UP = "follow_up"


class Task(db.Model):
    """A duty that a plan gives to an agency. `key` is its number in the plan (IV.6.3)."""

    __table_args__ = (sa.Index(None, "event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[TaskKind] = mapped_column(Word(TaskKind), default=TaskKind.ASSIGNMENT)
    number: Mapped[int]
    key: Mapped[str | None] = mapped_column(sa.String(40))
    text: Mapped[str]
    action: Mapped[str | None] = mapped_column(sa.String(60))
    deadline: Mapped[date | None]
    deadline_kind: Mapped[DeadlineKind | None] = mapped_column(Word(DeadlineKind))
    report_to: Mapped[str | None]
    report_via: Mapped[str | None]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    event: Mapped[Event] = relationship()
    assignees: Mapped[list["Assignee"]] = relationship(
        cascade="all, delete-orphan", order_by="Assignee.number", back_populates="task"
    )

    @property
    def agency(self) -> str:
        """The agency the task is printed under."""
        return self.assignees[0].name if self.assignees else ""


class Assignee(db.Model):
    """An agency's part in a task; the printed name stays beside the organization found."""

    __table_args__ = (sa.UniqueConstraint("task_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id", ondelete="CASCADE"))
    number: Mapped[int]
    role: Mapped[AssigneeRole] = mapped_column(Word(AssigneeRole))
    name: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    task: Mapped[Task] = relationship(back_populates="assignees")
    organization: Mapped[Organization | None] = relationship()
