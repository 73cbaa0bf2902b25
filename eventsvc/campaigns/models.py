"""Movements that an event starts: their targets, trainings and money."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event


class Comparator(StrEnum):
    """What a number means: “tối thiểu” counts the value itself, “trên” does not."""

    MINIMUM = "minimum"
    MORE_THAN = "more_than"


class Campaign(db.Model):
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
    skills: Mapped[list["CampaignSkill"]] = relationship(
        cascade="all, delete-orphan", order_by="CampaignSkill.number"
    )


class Target(db.Model):
    """How much each actor is to reach: 7 residents guided per member, at least."""

    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    actor: Mapped[str]
    comparator: Mapped[Comparator] = mapped_column(Word(Comparator))
    value: Mapped[int]
    unit: Mapped[str]
    number_of_members: Mapped[int | None]


class CampaignSkill(db.Model):
    """A skill that residents are guided in."""

    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id", ondelete="CASCADE"))
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


class BudgetSource(db.Model):
    """Where the money comes from: the decision, whom it was given to, for which year."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    decision: Mapped[str | None] = mapped_column(sa.String(80))
    decision_date: Mapped[date | None]
    allocated_to: Mapped[str | None]
    fiscal_year: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    cite: Mapped[str | None]
    event: Mapped[Event] = relationship()
