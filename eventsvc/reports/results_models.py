"""What a results report holds that no other table knows: its words, and what the media said."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import db
from eventsvc.documents.models import Document
from eventsvc.events.models import Event


class ResultsReport(db.Model):
    """The report on an event (Báo cáo kết quả). Approving it freezes its figures and starts the retention clock."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    addressee: Mapped[str | None]
    preparation: Mapped[str | None]
    content: Mapped[str | None]
    strengths: Mapped[str | None]
    weaknesses: Mapped[str | None]
    causes: Mapped[str | None]
    proposals: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"))
    figures: Mapped[dict | None] = mapped_column(sa.JSON)
    """The figures as approved; None while the report shows those of the moment."""
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    event: Mapped[Event] = relationship()
    document: Mapped[Document | None] = relationship()


class MediaItem(db.Model):
    """A piece of press, radio, television or a page about the event."""

    __table_args__ = (sa.Index(None, "event_id", "published_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(sa.String(300))
    kind: Mapped[str | None] = mapped_column(sa.String(80))
    title: Mapped[str]
    published_on: Mapped[date | None]
    url: Mapped[str | None] = mapped_column(sa.String(2000))
    pieces: Mapped[int] = mapped_column(default=1)
    views: Mapped[int | None]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
