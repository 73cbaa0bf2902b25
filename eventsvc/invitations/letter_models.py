"""Which paper of an event is whose letter of invitation."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.documents.models import Document
from eventsvc.guests.models import Rank


class Audience(StrEnum):
    """Whom a letter addresses: people by name, or organizations that are to name people."""

    PEOPLE = "people"
    ORGANIZATIONS = "organizations"


class Letter(db.Model):
    """The paper that goes to an audience: to one rank of it, or (without a rank) to all who have no letter of their
    own. A paper that replaces another takes its place here."""

    __table_args__ = (
        sa.UniqueConstraint("event_id", "audience", "rank_id"),
        sa.Index(
            "uq_letter_for_all", "event_id", "audience", unique=True,
            sqlite_where=sa.text("rank_id IS NULL"), postgresql_where=sa.text("rank_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    audience: Mapped[Audience] = mapped_column(Word(Audience), default=Audience.PEOPLE)
    rank_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rank.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    rank: Mapped[Rank | None] = relationship()
    document: Mapped[Document] = relationship()
