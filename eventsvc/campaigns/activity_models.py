"""What happens in a campaign: spaces of an exhibition with their stalls, drills, contests, shows."""

from datetime import date, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.campaigns.models import Stop
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization
from eventsvc.tasks.models import Task
from eventsvc.visitors.models import OpenDoors


class ActivityKind(StrEnum):
    EXHIBITION_SPACE = "exhibition_space"
    EXHIBIT = "exhibit"
    """What is shown or done in an exhibition space."""
    DRILL = "drill"
    CONTEST = "contest"
    PERFORMANCE = "performance"
    SEMINAR = "seminar"
    COMMUNICATION = "communication"
    OTHER = "other"


class ActivityState(StrEnum):
    PLANNED = "planned"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Activity(db.Model):
    """Something that a campaign does: a space of the exhibition, what is shown in it, a drill, a contest.

    `key` is its number in the plan ("1.1"); `assigned` says in the plan's words who does it. `number` counts within
    the parent. A public activity stands on the programme that everybody reads.
    """

    __table_args__ = (
        sa.Index(None, "event_id", "kind", "number"),
        sa.CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("activity.id", ondelete="CASCADE"), index=True
    )
    stop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stop.id", ondelete="SET NULL"), index=True)
    number: Mapped[int]
    kind: Mapped[ActivityKind] = mapped_column(Word(ActivityKind))
    key: Mapped[str | None] = mapped_column(sa.String(40))
    name: Mapped[str]
    text: Mapped[str | None]
    assigned: Mapped[str | None]
    participants: Mapped[str | None]
    product: Mapped[str | None]
    place: Mapped[str | None] = mapped_column(sa.String(300))
    time_text: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    is_public: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ActivityState] = mapped_column(Word(ActivityState), default=ActivityState.PLANNED)
    visitors: Mapped[int | None]
    result: Mapped[str | None]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"), index=True)
    """The task by which its agencies are charged with it."""
    event: Mapped[Event] = relationship()
    stop: Mapped[Stop | None] = relationship()
    task: Mapped[Task | None] = relationship()
    parent: Mapped["Activity | None"] = relationship(remote_side=[id], back_populates="parts")
    parts: Mapped[list["Activity"]] = relationship(
        back_populates="parent", cascade="all, delete-orphan", order_by="Activity.number"
    )
    organizations: Mapped[list["ActivityOrganization"]] = relationship(
        cascade="all, delete-orphan", order_by="ActivityOrganization.number"
    )
    contents: Mapped[list["ActivityContent"]] = relationship(
        cascade="all, delete-orphan", order_by="ActivityContent.number"
    )


class ActivityRole(StrEnum):
    LEAD = "lead"
    COORDINATING = "coordinating"


class ActivityOrganization(db.Model):
    """Who does an activity, as printed; leads first."""

    __table_args__ = (sa.UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    number: Mapped[int]
    role: Mapped[ActivityRole] = mapped_column(Word(ActivityRole))
    name: Mapped[str] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    organization: Mapped[Organization | None] = relationship()


class ActivityContent(db.Model):
    """One of the things that an activity is about, in the plan's words (the two exercises of a drill)."""

    __table_args__ = (sa.UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]


class ActivityDoors(db.Model):
    """Open doors through which everybody comes to an activity: one for each sitting of each stop where it is held."""

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"), index=True)
    open_doors_id: Mapped[int] = mapped_column(
        sa.ForeignKey("open_doors.id", ondelete="CASCADE"), unique=True
    )
    activity: Mapped[Activity] = relationship()
    open_doors: Mapped[OpenDoors] = relationship()


class StallKind(StrEnum):
    OCOP = "ocop"
    FOOD = "food"
    BANK = "bank"
    BOOKS = "books"
    TECHNOLOGY = "technology"
    SERVICE = "service"
    OTHER = "other"


class StallState(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    PRESENT = "present"
    CANCELLED = "cancelled"


class Stall(db.Model):
    """A stall (gian hàng) in an exhibition space with its owner; `code` is what its sign says."""

    __table_args__ = (sa.UniqueConstraint("activity_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[StallKind] = mapped_column(Word(StallKind), default=StallKind.OTHER)
    state: Mapped[StallState] = mapped_column(Word(StallState), default=StallState.REQUESTED)
    owner: Mapped[str] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    goods: Mapped[str | None]
    ocop_stars: Mapped[int | None]
    contact_name: Mapped[str | None] = mapped_column(sa.String(200))
    contact_phone: Mapped[str | None] = mapped_column(sa.String(40))
    contact_email: Mapped[str | None] = mapped_column(sa.String(254))
    is_cashless: Mapped[bool] = mapped_column(default=False)
    bank_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stall.id", ondelete="SET NULL"))
    """The bank's stall that has opened an account for this one."""
    note: Mapped[str | None]
    activity: Mapped[Activity] = relationship()
    organization: Mapped[Organization | None] = relationship()
    bank: Mapped["Stall | None"] = relationship(remote_side=[id])
