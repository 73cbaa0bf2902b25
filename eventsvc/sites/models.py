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


class Milestone(StrEnum):
    """What a site reaches on its way to the ceremony, in this order, each with a moment and a person."""

    CONFIRMED = "confirmed"
    TESTED = "tested"
    REHEARSED = "rehearsed"
    TECHNICIAN_PRESENT = "technician_present"
    READY = "ready"
    CONNECTED = "connected"
    CLOSED = "closed"


IMPLYING = frozenset(Milestone) - {Milestone.CONFIRMED}
"""Whoever reaches one of these has confirmed, said or not."""


class Site(db.Model):
    """A hall that takes part. Name and code are those its unit had on `units_as_of`, kept for good.

    `place_sequence` rises with every change of where it is: its guests must hear of that. The contact is its
    coordinator, who holds the site's link (`/s/<token>`); `link_number` rises with every new link, and the old one
    leads nowhere. `cluster` is a name the organizer gives to sites that belong together.

    `status` says where the site stands: it follows from the milestones and the open faults (`standing`), and is kept
    so that lists can be filtered by it. `counted_at` is when a head-count of the day itself was reported last,
    `connection_changed_at` when the organizer last changed how the site is connected, which its coordinator must hear
    of.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
    )
    actor_kind = "site"

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
    host_name: Mapped[str | None] = mapped_column(sa.String(200))
    host_position: Mapped[str | None] = mapped_column(sa.String(200))
    host_phone: Mapped[str | None] = mapped_column(sa.String(40))
    technician_name: Mapped[str | None] = mapped_column(sa.String(200))
    technician_phone: Mapped[str | None] = mapped_column(sa.String(40))
    cluster: Mapped[str | None] = mapped_column(sa.String(120))
    video_platform: Mapped[str | None] = mapped_column(sa.String(120))
    meeting_id: Mapped[str | None] = mapped_column(sa.String(120))
    meeting_url: Mapped[str | None]
    backup_line: Mapped[str | None] = mapped_column(sa.String(300))
    capacity: Mapped[int | None]
    speaks: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None]
    tested_at: Mapped[datetime | None]
    rehearsed_at: Mapped[datetime | None]
    technician_present_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    connected_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    connection_changed_at: Mapped[datetime | None]
    open_faults: Mapped[int] = mapped_column(default=0)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str | None]
    link_number: Mapped[int] = mapped_column(default=0)
    link_sent_at: Mapped[datetime | None]
    link_opened_at: Mapped[datetime | None]
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

    def reached_at(self, milestone: Milestone) -> datetime | None:
        """When the site reached the milestone; None when it has not, or not any more."""
        return getattr(self, f"{milestone}_at")

    @property
    def implied(self) -> frozenset[Milestone]:
        """What a later milestone says of the site anyhow, so that it cannot be taken back alone."""
        return frozenset({Milestone.CONFIRMED} if any(self.reached_at(each) for each in IMPLYING) else ())

    @property
    def standing(self) -> SiteStatus:
        """Where the site stands by its milestones and faults: an open fault stands before everything but the end."""
        if self.closed_at:
            return SiteStatus.CLOSED
        if self.open_faults:
            return SiteStatus.FAULT
        return next(
            (status for milestone, status in STANDING if self.reached_at(milestone)), SiteStatus.UNCONFIRMED
        )


STANDING = (
    (Milestone.CONNECTED, SiteStatus.CONNECTED),
    (Milestone.READY, SiteStatus.READY),
    (Milestone.TESTED, SiteStatus.TESTED),
    (Milestone.CONFIRMED, SiteStatus.CONFIRMED),
)
"""The furthest milestone a site has reached gives its status; a rehearsal and the technician show beside it."""


class SiteStep(db.Model):
    """A milestone reached, or taken back: when, by whom, and with whom somebody spoke who entered it for the site.

    Rows are added, never changed. `by_name` is the name as it was then: a link has no account.
    """

    __table_args__ = (sa.Index(None, "site_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    milestone: Mapped[Milestone] = mapped_column(Word(Milestone))
    is_undone: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None]


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
