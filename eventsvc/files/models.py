"""Files that people bring: checked on the way in, kept beside the database under the hash of what is in them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc import clock
from eventsvc.db import db


class File(db.Model):
    """A file as it was brought, with the name it had. Rows of equal content share one file on the disk."""

    __table_args__ = (sa.CheckConstraint("size > 0", name="size"), sa.Index(None, "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
