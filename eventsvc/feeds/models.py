"""Calendars to subscribe to, each behind a token of its own."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event


class FeedKind(StrEnum):
    """What a feed shows of an event: its sittings, the items everybody may know of, or every item."""

    SITTINGS = "sittings"
    PROGRAMME = "programme"
    RUNNING_ORDER = "running_order"


class Feed(db.Model):
    """A calendar of one event for whoever holds the token. The token is shown once; only its hash is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FeedKind] = mapped_column(Word(FeedKind))
    name: Mapped[str] = mapped_column(sa.String(200))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
