"""The main hall and the bridge sites of an event."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization

MAIN = "main"
"""The code of the main hall; every other site carries the code of its unit."""


class SiteLevel(StrEnum):
    MAIN = "main"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


class SiteStatus(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    TESTED = "tested"
    READY = "ready"
    CONNECTED = "connected"
    FAULT = "fault"
    CLOSED = "closed"


class Site(db.Model):
    """A hall that takes part. Name and code are those its unit had on `units_as_of`, kept for good.

    `place_sequence` rises with every change of where it is: its guests must hear of that.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    code: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(200))
    folded: Mapped[str]
    level: Mapped[SiteLevel] = mapped_column(Word(SiteLevel))
    number: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(sa.String(80))
    parent_name: Mapped[str | None] = mapped_column(sa.String(200))
    status: Mapped[SiteStatus] = mapped_column(Word(SiteStatus), default=SiteStatus.UNCONFIRMED)
    hall: Mapped[str | None]
    address: Mapped[str | None]
    map_url: Mapped[str | None]
    contact_name: Mapped[str | None] = mapped_column(sa.String(200))
    contact_phone: Mapped[str | None] = mapped_column(sa.String(40))
    contact_email: Mapped[str | None] = mapped_column(sa.String(254))
    capacity: Mapped[int | None]
    speaks: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    place_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship()
    organization: Mapped[Organization | None] = relationship()

    @property
    def place_changes(self) -> int:
        """How often something changed about where it is: the main hall follows the place of the event, too."""
        return self.place_sequence + (self.event.main_place_changes if self.code == MAIN else 0)

    @property
    def place(self) -> str:
        """Hall and address in one line, as an invitation says where to go."""
        return ", ".join(part for part in (self.hall, self.address) if part) or self.name


class SiteCount(db.Model):
    """How many sites of each level the plan speaks of, in its own words; the sites themselves may differ."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    main: Mapped[int | None]
    district: Mapped[int | None]
    commune: Mapped[int | None]
    total: Mapped[int | None]
