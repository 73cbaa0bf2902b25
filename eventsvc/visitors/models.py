"""Visitors without an invitation: fairs and exhibitions they register for, and people counted by a tap."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.sites.models import Site


class OpenDoors(db.Model):
    """A fair, an exhibition, a hall that everybody may come to: at one site and sitting, with a page to register on.

    `capacity` places; None: without limit. Who comes after that waits, if there is a waiting list. One registers from
    `opens_at` to `closes_at`; unset, that side is open.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str | None]
    capacity: Mapped[int | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    sitting: Mapped[Sitting] = relationship()


class VisitState(StrEnum):
    """A place, a place in the queue, or neither any more."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Visit(db.Model):
    """One visitor who has registered. With a place they are a guest, whose pass is scanned like any other.

    `told`: when and where it is, as the visitor has heard it (`telling.facts`), since `told_at`; None: nothing yet.
    `changes` counts what they had to be told since: with the changes of sitting and site it is the SEQUENCE of their
    calendar entry.
    """

    __table_args__ = (sa.Index(None, "open_doors_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    open_doors_id: Mapped[int] = mapped_column(sa.ForeignKey("open_doors.id", ondelete="CASCADE"))
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id", ondelete="SET NULL"), index=True)
    state: Mapped[VisitState] = mapped_column(Word(VisitState))
    full_name: Mapped[str] = mapped_column(sa.String(200))
    folded: Mapped[str]
    organization: Mapped[str | None] = mapped_column(sa.String(300))
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(default=clock.now)
    placed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    told: Mapped[str | None]
    told_at: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    open_doors: Mapped[OpenDoors] = relationship()
    guest: Mapped[Guest | None] = relationship()


class Tally(db.Model):
    """People counted by a tap at a door: a fact like a scan, added and never changed. A slip is taken back by a
    tally below zero. `tally_id` is made on the device, so that sending it again counts nobody twice."""

    __table_args__ = (
        sa.Index(None, "sitting_id", "site_id"),
        sa.CheckConstraint("people <> 0 AND people BETWEEN -1000 AND 1000", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tally_id: Mapped[str] = mapped_column(sa.String(36), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"))
    people: Mapped[int]
    counted_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
