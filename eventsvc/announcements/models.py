"""Announcements to the sites of an event, and who has read them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.sites.models import Site, SiteLevel


class Audience(StrEnum):
    """Whom an announcement is for."""

    ALL = "all"
    LEVEL = "level"
    DISTRICT = "district"
    CLUSTER = "cluster"
    CHOSEN = "chosen"


class Announcement(db.Model):
    """A message to sites, shown on their pages. Its words never change; a wrong one is withdrawn and written anew.

    `district_code` and `cluster` say which, for those audiences. The sites it went to are its receipts.
    """

    __table_args__ = (sa.Index(None, "event_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    text: Mapped[str]
    audience: Mapped[Audience] = mapped_column(Word(Audience))
    level: Mapped[SiteLevel | None] = mapped_column(Word(SiteLevel))
    district_code: Mapped[str | None] = mapped_column(sa.String(80))
    cluster: Mapped[str | None] = mapped_column(sa.String(120))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    is_mailed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    by_user: Mapped[User | None] = relationship()


class Receipt(db.Model):
    """A site that an announcement is for. `shown_at`: it stood on the site's page; `read_at`: somebody confirmed it, or
    `spoke_with` did on the telephone, and it was entered for the site.

    `mailed_at` and `reminded_at`: when its coordinator was written to, and written to once more.
    """

    __tablename__ = "announcement_receipt"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcement.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    shown_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    read_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    mailed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    announcement: Mapped[Announcement] = relationship()
    site: Mapped[Site] = relationship()
