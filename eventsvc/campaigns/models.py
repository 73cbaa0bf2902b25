"""A campaign's route and what happens on it: clusters, units, stops, and what a stop is made from.

The campaign itself is an event of the kind "campaign"; its stops and its finale are events that are part of it.
"""

from datetime import date, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.agenda.models import AgendaTemplate
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization


class ClusterKind(StrEnum):
    CLUSTER = "cluster"
    FINALE = "finale"
    """Where the campaign ends: no units of its own, one stop."""


class Cluster(db.Model):
    """Units that come together at one of them for some days (cụm), or the finale.

    `key` is how the plan calls it ("1", "finale"). `starts_on` is the first of its `days`; unset until decided.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.UniqueConstraint("event_id", "key"),
        sa.CheckConstraint("days >= 1", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ClusterKind] = mapped_column(Word(ClusterKind), default=ClusterKind.CLUSTER)
    name: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str | None]
    days: Mapped[int | None]
    starts_on: Mapped[date | None]
    venue: Mapped[str | None]
    venue_text: Mapped[str | None]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    event: Mapped[Event] = relationship()
    units: Mapped[list["ClusterUnit"]] = relationship(
        cascade="all, delete-orphan", order_by="ClusterUnit.number", back_populates="cluster"
    )
    stops: Mapped[list["Stop"]] = relationship(
        cascade="all, delete-orphan", order_by="Stop.number", back_populates="cluster"
    )


class ClusterUnit(db.Model):
    """A unit of a cluster: the one that hosts it (đăng cai), or one that takes part. `name` is as printed.

    A unit is in exactly one cluster of a campaign: the database refuses a second.
    """

    __table_args__ = (
        sa.UniqueConstraint("cluster_id", "number"),
        sa.UniqueConstraint("event_id", "unit_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id", ondelete="CASCADE"))
    number: Mapped[int]
    is_host: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(sa.String(300))
    unit_code: Mapped[str | None] = mapped_column(sa.String(8))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    cluster: Mapped[Cluster] = relationship(back_populates="units")
    organization: Mapped[Organization | None] = relationship()


class Stop(db.Model):
    """Where the campaign halts for `days` days from `starts_on`, daily from `opens` to `closes` (times of the clock).

    `part_id` is the event made of it: from then on its sittings say when it is. `capacity`: how many are expected.
    """

    __table_args__ = (
        sa.UniqueConstraint("cluster_id", "number"),
        sa.CheckConstraint("days >= 1", name="days"),
        sa.CheckConstraint("capacity >= 1", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster.id", ondelete="CASCADE"))
    cluster_unit_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("cluster_unit.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str | None] = mapped_column(sa.String(300))
    starts_on: Mapped[date | None]
    days: Mapped[int] = mapped_column(default=1)
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    capacity: Mapped[int | None]
    part_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="SET NULL"), unique=True)
    note: Mapped[str | None]
    cluster: Mapped[Cluster] = relationship(back_populates="stops")
    unit: Mapped[ClusterUnit | None] = relationship()
    part: Mapped[Event | None] = relationship(foreign_keys=[part_id])
    teams: Mapped[list["StopTeam"]] = relationship(cascade="all, delete-orphan", order_by="StopTeam.number")


class StopTeam(db.Model):
    """A team that works at a stop (đội văn nghệ, tổ kỹ thuật): it cannot be at two stops at once."""

    __table_args__ = (sa.UniqueConstraint("stop_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(sa.ForeignKey("stop.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))


class TravelTime(db.Model):
    """How many minutes one drives between two units, either way; the lower id stands first."""

    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="order"),
        sa.CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_unit.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("cluster_unit.id", ondelete="CASCADE"), index=True)
    minutes: Mapped[int]


class StopTemplate(db.Model):
    """What every stop of a campaign is made from: its sittings by day, and its tasks by days before it begins."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    """The title of the event; ((stop)), ((cluster)), ((host)) and ((theme)) stand for what they say."""
    agenda_template_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_template.id", ondelete="SET NULL")
    )
    shipped_agenda: Mapped[str | None] = mapped_column(sa.String(80))
    """The word of a shipped template, when the agenda begins from one of those."""
    agenda_template: Mapped[AgendaTemplate | None] = relationship()
    sittings: Mapped[list["TemplateSitting"]] = relationship(
        cascade="all, delete-orphan", order_by="TemplateSitting.number"
    )
    tasks: Mapped[list["TemplateTask"]] = relationship(
        cascade="all, delete-orphan", order_by="TemplateTask.number"
    )


class TemplateSitting(db.Model):
    """A sitting on the `day`th day of a stop, by the clock."""

    __table_args__ = (
        sa.UniqueConstraint("template_id", "number"),
        sa.CheckConstraint("day >= 1", name="day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("stop_template.id", ondelete="CASCADE"))
    number: Mapped[int]
    day: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(sa.String(200))
    starts: Mapped[time]
    ends: Mapped[time]


class TemplateTask(db.Model):
    """A task of every stop. `agency` is a name, or ((host)) for the unit that hosts it; due so many days before the
    first day of the stop (negative: after its last)."""

    __table_args__ = (sa.UniqueConstraint("template_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(sa.ForeignKey("stop_template.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(300))
    days_before: Mapped[int]
