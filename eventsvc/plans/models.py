"""What a plan file said when it was last taken up, so that a later file never overwrites an organizer's edit."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import db


class PlanMark(db.Model):
    """One field of a plan file: where it stands and a digest of its value, not the value."""

    __table_args__ = (sa.UniqueConstraint("document_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(sa.String(300))
    digest: Mapped[str] = mapped_column(sa.String(64))
