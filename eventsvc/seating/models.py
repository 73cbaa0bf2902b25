"""Who sits where: the plan of a hall, its blocks, the seats given out."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.sites.models import Site


class BlockKind(StrEnum):
    """What a block of seats is: the presidium on the stage, rows of the hall, standing places of press and staff."""

    PRESIDIUM = "presidium"
    ROWS = "rows"
    RESERVED = "reserved"


class SeatingPlan(db.Model):
    """The seats of one hall, which is a site of the event."""

    __table_args__ = (sa.UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    blocks: Mapped[list["SeatBlock"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="SeatBlock.number"
    )


class SeatBlock(db.Model):
    """A block of rows; row 1 is the nearest to the stage. `offset` counts blocks from the middle of the hall: 0 is the
    centre, positive to the right, negative to the left of somebody who sits in it and looks at the stage.

    `closed` names seats that nobody gets, as "row-number"; `group_id` keeps a block for one guest group.
    """

    __table_args__ = (
        sa.UniqueConstraint("plan_id", "name"),
        sa.CheckConstraint("rows > 0 AND rows <= 100", name="rows"),
        sa.CheckConstraint("seats_per_row > 0 AND seats_per_row <= 100", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("seating_plan.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[BlockKind] = mapped_column(Word(BlockKind), default=BlockKind.ROWS)
    offset: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int]
    seats_per_row: Mapped[int]
    closed: Mapped[list] = mapped_column(default=list)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest_group.id", ondelete="SET NULL"))
    plan: Mapped[SeatingPlan] = relationship(back_populates="blocks")


class SeatAssignment(db.Model):
    """A seat given to a guest. A guest has one seat in an event; its label also stands in `Guest.seat`."""

    __table_args__ = (sa.UniqueConstraint("block_id", "row", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("seating_plan.id", ondelete="CASCADE"), index=True)
    block_id: Mapped[int] = mapped_column(sa.ForeignKey("seat_block.id", ondelete="CASCADE"))
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id", ondelete="CASCADE"), unique=True)
    row: Mapped[int]
    number: Mapped[int]
    is_fixed: Mapped[bool] = mapped_column(default=False)
    block: Mapped[SeatBlock] = relationship()
    guest: Mapped[Guest] = relationship()
