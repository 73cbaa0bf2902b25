"""Whom a site has put on the guest list itself."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import db
from eventsvc.guests.models import Guest


class LocalDelegate(db.Model):
    """A guest whom a site named, by its link or by telephone: the site may correct and take back these, no others."""

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    guest: Mapped[Guest] = relationship()
