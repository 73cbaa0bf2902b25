"""The agenda of an event: its items in order, and the rituals in them."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person


class ItemKind(StrEnum):
    OPENING = "opening"
    SPEECH = "speech"
    CLIP = "clip"
    DEMO = "demo"
    BUTTON_CEREMONY = "button_ceremony"
    SIGNING = "signing"
    PERFORMANCE = "performance"
    AWARD = "award"
    RECOGNITION = "recognition"
    ADOPTION = "adoption"
    BREAK = "break"
    CLOSING = "closing"
    OTHER = "other"


class RitualRole(StrEnum):
    PRESSER = "presser"
    SIGNATORY = "signatory"
    WITNESS = "witness"


class AgendaItem(db.Model):
    """One item of the programme. Its clock time follows from the sitting's start and the items before it.

    `printed_start` is the time that the plan itself prints, if it does: kept beside, never shown as the time.
    """

    __table_args__ = (
        sa.CheckConstraint("duration_minutes IS NULL OR duration_minutes > 0", name="duration"),
        sa.Index(None, "event_id", "sitting_id", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    number: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(Word(ItemKind))
    title: Mapped[str]
    duration_minutes: Mapped[int | None]
    speaker: Mapped[str | None]
    printed_start: Mapped[str | None] = mapped_column(sa.String(5))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    note: Mapped[str | None]
    cite: Mapped[str | None]
    event: Mapped[Event] = relationship(back_populates="agenda_items")
    sitting: Mapped[Sitting] = relationship()
    person: Mapped[Person | None] = relationship()
    ritual: Mapped["Ritual | None"] = relationship(back_populates="agenda_item")


class Ritual(db.Model):
    """A button press or a signing: who takes part, in which order, how many are expected."""

    __table_args__ = (sa.UniqueConstraint("event_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    agenda_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agenda_item.id", ondelete="SET NULL"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str]
    title_cite: Mapped[str | None]
    subject: Mapped[str | None]
    subject_cite: Mapped[str | None]
    expected_pressers: Mapped[int | None]
    expected_signatories: Mapped[int | None]
    expected_witnesses: Mapped[int | None]
    event: Mapped[Event] = relationship(back_populates="rituals")
    agenda_item: Mapped[AgendaItem | None] = relationship(back_populates="ritual")
    participants: Mapped[list["RitualParticipant"]] = relationship(
        cascade="all, delete-orphan", order_by="RitualParticipant.role, RitualParticipant.number"
    )


class RitualParticipant(db.Model):
    """Someone's place in a ritual: first an organization's, then a person's."""

    __table_args__ = (sa.UniqueConstraint("ritual_id", "role", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ritual_id: Mapped[int] = mapped_column(sa.ForeignKey("ritual.id", ondelete="CASCADE"))
    role: Mapped[RitualRole] = mapped_column(Word(RitualRole))
    number: Mapped[int]
    text: Mapped[str]
    organization_name: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    organization: Mapped[Organization | None] = relationship()
    person: Mapped[Person | None] = relationship()
