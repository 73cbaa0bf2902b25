"""Releases of an agenda: numbered, frozen, with whom each of them touches."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event


class Touch(StrEnum):
    """How a release touches a person or a site."""

    ADDED = "added"
    CANCELLED = "cancelled"
    RETIMED = "retimed"
    MOVED = "moved"
    RENAMED = "renamed"
    NAMED = "named"
    UNNAMED = "unnamed"
    RITUAL = "ritual"
    SITE = "site"
    SPEAKER = "speaker"
    PROGRAMME = "programme"


class AgendaRelease(db.Model):
    """A version of the agenda as it was made known. `snapshot` holds values, no keys of rows (agenda/snapshot.py);
    it is never changed. `counts` says how many items it changed, by the kind of their most important change."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    note: Mapped[str | None]
    snapshot: Mapped[dict]
    counts: Mapped[dict]
    released_at: Mapped[datetime] = mapped_column(default=clock.now)
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    event: Mapped[Event] = relationship()


class ReleaseTouch(db.Model):
    """One person or one site that a release touches, and how: who must hear of it.

    Either `person_id` or `site_id` is set. `item_key` is the item concerned, none when the whole programme is.
    """

    __table_args__ = (
        sa.CheckConstraint("(person_id IS NULL) <> (site_id IS NULL)", name="one"),
        sa.Index(None, "release_id"),
        sa.Index(None, "person_id"),
        sa.Index(None, "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_release.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    item_key: Mapped[str | None] = mapped_column(sa.String(16))
    how: Mapped[Touch] = mapped_column(Word(Touch))
    release: Mapped[AgendaRelease] = relationship()
