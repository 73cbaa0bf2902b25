"""What is written down around the scans: paper lists, who was greeted, who is excused, the count a site signs."""

import zlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.organizations.models import Organization
from eventsvc.sites.models import Site


class PaperSheet(db.Model):
    """A list printed for a door that has nothing else. It keeps whom it named in which line, so that what was ticked
    can be entered afterwards however the guest list has changed; `number` is printed large and unique in the event.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    number: Mapped[int]
    guest_ids: Mapped[list] = mapped_column(sa.JSON)
    blank_lines: Mapped[int] = mapped_column(default=0)
    printed_at: Mapped[datetime] = mapped_column(default=clock.now)
    printed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    entered_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    sitting: Mapped[Sitting] = relationship()


class Greeting(db.Model):
    """Somebody of reception has met a guest whose arrival was announced."""

    __table_args__ = (sa.UniqueConstraint("sitting_id", "guest_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"))
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))


class Absence(db.Model):
    """Why somebody, or a whole organization, is not there. Whether they are in is read from the scans alone."""

    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "guest_id"),
        sa.UniqueConstraint("sitting_id", "organization_id"),
        sa.CheckConstraint("(guest_id IS NULL) <> (organization_id IS NULL)", name="whose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"))
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id", ondelete="CASCADE"))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    is_excused: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    guest: Mapped[Guest | None] = relationship()
    organization: Mapped[Organization | None] = relationship()

    @property
    def stamp(self) -> int:
        """Which note it is, for whoever has read it: another number after every change, never 0."""
        return (
            1
            + zlib.crc32(repr((self.id, self.version, self.at.isoformat(), self.reason)).encode())
            % 999_999_998
        )


class SiteClosing(db.Model):
    """The count of a site at a sitting, signed by somebody who answers for it.

    `named` people were let in by name then, `people` were in the hall. A scan that arrives later is stored all the
    same: the figures of the moment stay here. Reopening ends it; at most one stands for a site and sitting.
    """

    __table_args__ = (
        sa.Index("uq_site_closing_standing", "sitting_id", "site_id", unique=True,
                 sqlite_where=sa.text("reopened_at IS NULL"), postgresql_where=sa.text("reopened_at IS NULL")),
        sa.CheckConstraint("named >= 0 AND people >= 0", name="counts"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    named: Mapped[int]
    people: Mapped[int]
    note: Mapped[str | None] = mapped_column(sa.String(500))
    signed_name: Mapped[str] = mapped_column(sa.String(200))
    signed_position: Mapped[str | None] = mapped_column(sa.String(300))
    closed_at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reopen_reason: Mapped[str | None] = mapped_column(sa.String(500))
    site: Mapped[Site] = relationship()
    sitting: Mapped[Sitting] = relationship()
