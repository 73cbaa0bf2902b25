"""Who did what to which record. Ids and counts only: no name, address or token is ever written here."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc import clock
from eventsvc.db import db


class AuditEntry(db.Model):
    """One action. Subjects are kept as kind and id, so an entry outlives what it speaks of."""

    __table_args__ = (sa.Index(None, "event_id", "at"), sa.Index(None, "subject_kind", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(sa.String(64))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[int | None]
    event_id: Mapped[int | None]
    details: Mapped[dict] = mapped_column(sa.JSON, default=dict)
