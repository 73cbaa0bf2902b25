"""What units return about a movement, its training and any target, and the launches they hold at home."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.movements.models import Movement, Skill, Target, TrainingGroup
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.returns import Returned


class GuidanceReturn(Returned, db.Model):
    """How many residents the members of the community digital teams of one unit have guided.

    `above_id` is the unit between (the district of 2023), which looks at the return and forwards it; none in the
    two-tier government, where a commune returns to the province.
    """

    __table_args__ = (sa.UniqueConstraint("movement_id", "organization_invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    movement_id: Mapped[int] = mapped_column(sa.ForeignKey("movement.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    above_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="SET NULL"), index=True
    )
    members: Mapped[int | None]
    members_who_reached: Mapped[int | None]
    """Members who have guided at least as many as the target says; None while nobody counted them one by one."""
    note: Mapped[str | None]
    movement: Mapped[Movement] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship(foreign_keys=[organization_invitation_id])
    above: Mapped[OrganizationInvitation | None] = relationship(foreign_keys=[above_id])
    counts: Mapped[list["GuidanceCount"]] = relationship(
        cascade="all, delete-orphan", order_by="GuidanceCount.day, GuidanceCount.skill_id"
    )


class GuidanceCount(db.Model):
    """Residents guided by one unit on one day in one skill; no skill when they were not told apart."""

    __table_args__ = (
        sa.UniqueConstraint("return_id", "day", "skill_id"),
        sa.CheckConstraint("residents >= 0", name="count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("guidance_return.id", ondelete="CASCADE"))
    day: Mapped[date]
    skill_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skill.id", ondelete="CASCADE"))
    residents: Mapped[int]
    skill: Mapped[Skill | None] = relationship()


class TrainingReturn(Returned, db.Model):
    """How many learners of one group one organization has brought, and how many completed the course."""

    __table_args__ = (
        sa.UniqueConstraint("training_group_id", "organization_invitation_id"),
        sa.CheckConstraint("completed IS NULL OR learners IS NULL OR completed <= learners", name="part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    training_group_id: Mapped[int] = mapped_column(sa.ForeignKey("training_group.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    learners: Mapped[int | None]
    completed: Mapped[int | None]
    note: Mapped[str | None]
    group: Mapped[TrainingGroup] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()


class TargetReporter(db.Model):
    """An organization that returns the figure of a target."""

    __table_args__ = (sa.UniqueConstraint("target_id", "organization_invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("target.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    target: Mapped[Target] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()


class TargetReturn(Returned, db.Model):
    """The figure of one organization for one period of a target; `total` when the figure is a share of something."""

    __table_args__ = (sa.UniqueConstraint("reporter_id", "period_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    reporter_id: Mapped[int] = mapped_column(sa.ForeignKey("target_reporter.id", ondelete="CASCADE"))
    period_start: Mapped[date]
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    total: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    note: Mapped[str | None]
    reporter: Mapped[TargetReporter] = relationship()


class LocalLaunch(Returned, db.Model):
    """A launch that an agency or unit holds at home after the province's (ra quân): planned, then reported."""

    __table_args__ = (sa.UniqueConstraint("event_id", "organization_invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    planned_on: Mapped[date | None]
    held_on: Mapped[date | None]
    form: Mapped[str | None] = mapped_column(sa.String(300))
    place: Mapped[str | None] = mapped_column(sa.String(300))
    participants: Mapped[int | None]
    summary: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    event: Mapped[Event] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()
