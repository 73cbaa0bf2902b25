"""Movements that an event starts: their targets, trainings and money."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.tasks.models import Task


class Comparator(StrEnum):
    """What a number means: “tối thiểu” counts the value itself, “trên” does not."""

    MINIMUM = "minimum"
    MORE_THAN = "more_than"
    EXACTLY = "exactly"


class Movement(db.Model):
    """A movement that follows the event, with who takes part and who reports to whom by when."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str]
    cite: Mapped[str | None]
    starts: Mapped[str | None]
    start_date: Mapped[date | None]
    duration_days: Mapped[int | None]
    report_from: Mapped[str | None]
    report_to: Mapped[str | None]
    report_via: Mapped[str | None]
    report_due: Mapped[date | None]
    report_due_meaning: Mapped[str | None]
    event: Mapped[Event] = relationship()
    targets: Mapped[list["Target"]] = relationship(cascade="all, delete-orphan", order_by="Target.number")
    skills: Mapped[list["Skill"]] = relationship(cascade="all, delete-orphan", order_by="Skill.number")


class Indicator(db.Model):
    """What a plan wants reached in its own words, with no, one or several figures (Targets). `key`: a), b), 1, 2."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"), index=True)
    number: Mapped[int]
    text: Mapped[str]
    responsible: Mapped[str | None] = mapped_column(sa.String(300))
    """The member of the committee who answers for it."""
    result: Mapped[str | None]
    done_on: Mapped[date | None]
    event: Mapped[Event] = relationship()
    task: Mapped[Task | None] = relationship()
    targets: Mapped[list["Target"]] = relationship(
        cascade="all, delete-orphan", order_by="Target.number", back_populates="indicator"
    )


class TargetPeriod(StrEnum):
    """How often a figure is returned."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Target(db.Model):
    """A figure to be reached, of the movement (7 residents guided per member, at least) or of an indicator.

    `value` is the goal. `returned_by` and `checked_by` are printed names; who really returns are its TargetReporters.
    `starts_on` is the day from which figures are asked for; `due_on` is the last day for the returns, the day included.
    """

    __table_args__ = (
        sa.UniqueConstraint("movement_id", "number"),
        sa.UniqueConstraint("indicator_id", "number"),
        sa.CheckConstraint("(movement_id IS NULL) <> (indicator_id IS NULL)", name="whose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    movement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("movement.id", ondelete="CASCADE"))
    indicator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("indicator.id", ondelete="CASCADE"))
    number: Mapped[int]
    actor: Mapped[str | None]
    metric: Mapped[str | None]
    comparator: Mapped[Comparator] = mapped_column(Word(Comparator))
    value: Mapped[Decimal] = mapped_column(sa.Numeric(14, 2))
    unit: Mapped[str]
    baseline: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    period: Mapped[TargetPeriod | None] = mapped_column(Word(TargetPeriod))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    returned_by: Mapped[str | None] = mapped_column(sa.String(300))
    checked_by: Mapped[str | None] = mapped_column(sa.String(300))
    number_of_members: Mapped[int | None]
    indicator: Mapped[Indicator | None] = relationship(back_populates="targets")


class Skill(db.Model):
    """A skill that residents are guided in."""

    __table_args__ = (sa.UniqueConstraint("movement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("movement.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]


class Training(db.Model):
    """An on-line course and what completes it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    platform: Mapped[str | None]
    provider: Mapped[str | None]
    completion_rule: Mapped[str | None]
    completion_cite: Mapped[str | None]
    pass_mark: Mapped[int | None]
    deadline: Mapped[date | None]
    groups: Mapped[list["TrainingGroup"]] = relationship(
        cascade="all, delete-orphan", order_by="TrainingGroup.number"
    )


class TrainingGroup(db.Model):
    """Whom one agency brings to the training; a row per group of learners, in order."""

    __table_args__ = (sa.UniqueConstraint("training_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(sa.ForeignKey("training.id", ondelete="CASCADE"))
    number: Mapped[int]
    line: Mapped[int]
    agency: Mapped[str]
    learners: Mapped[str]
    cite: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))


class Milestone(db.Model):
    """A date of a plan's time line: a day, or a stretch of days both included."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    time_text: Mapped[str | None]
    cite: Mapped[str | None]
