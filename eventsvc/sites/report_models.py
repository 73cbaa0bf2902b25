"""What a site reports: its checklist, how many people are in its hall, and what goes wrong."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting
from eventsvc.sites.models import Site


class CheckGroup(StrEnum):
    """The groups of equipment that are tested one after the other."""

    CONNECTION = "connection"
    DISPLAY = "display"
    SOUND = "sound"
    OTHER = "other"


class CheckItem(db.Model):
    """A line of the checklist that every bridge site of the event goes through."""

    __table_args__ = (sa.Index(None, "event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    group: Mapped[CheckGroup] = mapped_column(Word(CheckGroup))
    text: Mapped[str]
    event: Mapped[Event] = relationship()


class SiteCheck(db.Model):
    """A line of the checklist ticked at a site. No row: not ticked."""

    __table_args__ = (sa.UniqueConstraint("site_id", "check_item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    check_item_id: Mapped[int] = mapped_column(sa.ForeignKey("check_item.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    item: Mapped[CheckItem] = relationship()


class CountGroup(db.Model):
    """A kind of people that sites count apart: leaders, officials, residents."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))


class HeadCount(db.Model):
    """How many people a site says are in its hall at a sitting. Every report is kept; the newest one counts.

    `people` is the sum of its parts. `spoke_with` is filled when the province entered it after a call.
    """

    __table_args__ = (
        sa.Index(None, "sitting_id", "site_id", "id"),
        sa.CheckConstraint("people >= 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"))
    people: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    site: Mapped[Site] = relationship()
    sitting: Mapped[Sitting] = relationship()
    parts: Mapped[list["HeadCountPart"]] = relationship(
        cascade="all, delete-orphan", order_by="HeadCountPart.number", lazy="selectin"
    )


class HeadCountPart(db.Model):
    """The people of one kind in a head-count, under the name the kind had then."""

    __table_args__ = (
        sa.UniqueConstraint("head_count_id", "number"),
        sa.CheckConstraint("people >= 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    head_count_id: Mapped[int] = mapped_column(sa.ForeignKey("head_count.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    people: Mapped[int]


class FaultKind(StrEnum):
    NO_CONNECTION = "no_connection"
    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"
    POOR_QUALITY = "poor_quality"
    POWER = "power"
    OTHER = "other"


class FaultState(StrEnum):
    """Open until somebody takes it on; cleared at last."""

    OPEN = "open"
    TAKEN = "taken"
    CLEARED = "cleared"


class Fault(db.Model):
    """Something that does not work at a site, with whoever sees to it. Its time line is in the entries.

    A site with a fault that is not cleared stands at "fault".
    """

    __table_args__ = (sa.Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    link_test_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("link_test.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[FaultKind] = mapped_column(Word(FaultKind))
    text: Mapped[str | None]
    state: Mapped[FaultState] = mapped_column(Word(FaultState), default=FaultState.OPEN)
    owner: Mapped[str | None] = mapped_column(sa.String(200))
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    cleared_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    # Link tests are a feature of their own, above this one: named here, never imported.
    link_test: Mapped[Any | None] = relationship("LinkTest", viewonly=True)
    entries: Mapped[list["FaultEntry"]] = relationship(cascade="all, delete-orphan", order_by="FaultEntry.id")


class FaultEntry(db.Model):
    """One line of a fault's time line: the state it came to, and what was said. Rows are added, never changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    fault_id: Mapped[int] = mapped_column(sa.ForeignKey("fault.id", ondelete="CASCADE"), index=True)
    state: Mapped[FaultState] = mapped_column(Word(FaultState))
    owner: Mapped[str | None] = mapped_column(sa.String(200))
    text: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
