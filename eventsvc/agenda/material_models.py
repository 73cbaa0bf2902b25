"""What an agenda item needs in hand: the speech, the clip, the agreement to be signed."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem
from eventsvc.db import Word, db
from eventsvc.files.models import File
from eventsvc.organizations.models import Organization


class MaterialKind(StrEnum):
    SPEECH = "speech"
    CLIP = "clip"
    AGREEMENT = "agreement"
    SLIDES = "slides"
    DECISION = "decision"
    OTHER = "other"


class MaterialState(StrEnum):
    """How far it is; only an approved one may be used on the day."""

    AWAITED = "awaited"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"


class Material(db.Model):
    """A paper, clip or text that an agenda item needs: who owes it, until which day (inclusive), how far it is.

    It belongs to the item of this key, and stays when the item is taken out: an undone removal has it again.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "item_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    item_key: Mapped[str] = mapped_column(sa.String(16))
    number: Mapped[int]
    kind: Mapped[MaterialKind] = mapped_column(Word(MaterialKind))
    title: Mapped[str]
    owner: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    due_on: Mapped[date | None]
    state: Mapped[MaterialState] = mapped_column(Word(MaterialState), default=MaterialState.AWAITED)
    note: Mapped[str | None]
    item: Mapped[AgendaItem | None] = relationship(
        primaryjoin=lambda: sa.and_(
            AgendaItem.event_id == foreign(Material.event_id),
            AgendaItem.key == foreign(Material.item_key),
        ),
        viewonly=True,
    )
    organization: Mapped[Organization | None] = relationship()
    versions: Mapped[list["MaterialVersion"]] = relationship(
        back_populates="material", cascade="all, delete-orphan", order_by="MaterialVersion.number"
    )


class MaterialVersion(db.Model):
    """One version of a material: a file, or the address where it is kept."""

    __table_args__ = (
        sa.UniqueConstraint("material_id", "number"),
        sa.CheckConstraint("(file_id IS NULL) <> (link IS NULL)", name="content"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(sa.ForeignKey("material.id", ondelete="CASCADE"))
    number: Mapped[int]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    link: Mapped[str | None]
    note: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    material: Mapped[Material] = relationship(back_populates="versions")
    file: Mapped[File | None] = relationship()
