"""The agenda of an event: its items in order, what goes on beside the stage, and the rituals in it.

What organizers edit is a draft. Releases of it, papers for its items and templates are in modules beside this one.
"""

from datetime import datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock, secrets
from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.sites.models import Site


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


class Strand(db.Model):
    """Something that goes on beside the stage at the same time: an exhibition space, a second room.

    The stage itself is no strand: its items have none.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str | None]
    event: Mapped[Event] = relationship(back_populates="strands")


class AgendaItem(db.Model):
    """One item of the programme and of the running order: a row that both are printed from.

    It begins when the item before it in the same sitting and strand ends, or is pinned: at `pinned_at` on the
    clock in Vietnam, on the day of its sitting. `number` counts within sitting and strand and is written without
    raising the version, so that moving one item makes nobody's edit of another stale; `moves` rises when this item
    itself is moved. `key` names the item for good, through releases, feeds and the run of the show.

    `speaker` is the person or organization in the words of the programme; `person` and `organization` are its rows
    when they are known ones. `site` is the bridge that speaks, none being the main hall. `note` is internal.
    `printed_start` is the time that the plan itself prints, if it does: kept beside, never shown as the time.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "key"),
        sa.CheckConstraint("duration_minutes IS NULL OR duration_minutes > 0", name="duration"),
        sa.Index(None, "event_id", "sitting_id", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id"))
    strand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("strand.id"))
    key: Mapped[str] = mapped_column(sa.String(16), default=secrets.short_key)
    number: Mapped[int]
    moves: Mapped[int] = mapped_column(default=0)
    cue: Mapped[str | None] = mapped_column(sa.String(12))
    kind: Mapped[ItemKind] = mapped_column(Word(ItemKind))
    title: Mapped[str]
    duration_minutes: Mapped[int | None]
    pinned_at: Mapped[time | None]
    is_public: Mapped[bool] = mapped_column(default=True)
    speaker: Mapped[str | None]
    position: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="SET NULL"))
    mc_line: Mapped[str | None]
    sound_note: Mapped[str | None]
    light_note: Mapped[str | None]
    screen_note: Mapped[str | None]
    line_note: Mapped[str | None]
    reception_note: Mapped[str | None]
    note: Mapped[str | None]
    printed_start: Mapped[str | None] = mapped_column(sa.String(5))
    cite: Mapped[str | None]
    event: Mapped[Event] = relationship(back_populates="agenda_items")
    sitting: Mapped[Sitting] = relationship()
    strand: Mapped[Strand | None] = relationship()
    person: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    site: Mapped[Site | None] = relationship()
    ritual: Mapped["Ritual | None"] = relationship(back_populates="agenda_item")


class Ritual(db.Model):
    """A button press or a signing: who takes part, in which order, how many are expected, how many copies.

    `setting` says what stands ready: table, pens, what the screen shows.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "key"),
        sa.UniqueConstraint("agenda_item_id"),
        sa.CheckConstraint("copies IS NULL OR copies > 0", name="copies"),
    )

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
    copies: Mapped[int | None]
    setting: Mapped[str | None]
    expected_pressers: Mapped[int | None]
    expected_signatories: Mapped[int | None]
    expected_witnesses: Mapped[int | None]
    event: Mapped[Event] = relationship(back_populates="rituals")
    agenda_item: Mapped[AgendaItem | None] = relationship(back_populates="ritual")
    participants: Mapped[list["RitualParticipant"]] = relationship(
        cascade="all, delete-orphan", order_by="RitualParticipant.role, RitualParticipant.number"
    )


class RitualParticipant(db.Model):
    """Someone's place in a ritual: first an organization's, then a person's; where they stand and on which cue."""

    __table_args__ = (sa.UniqueConstraint("ritual_id", "role", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ritual_id: Mapped[int] = mapped_column(sa.ForeignKey("ritual.id", ondelete="CASCADE"))
    role: Mapped[RitualRole] = mapped_column(Word(RitualRole))
    number: Mapped[int]
    text: Mapped[str]
    position: Mapped[str | None]
    stands_at: Mapped[str | None]
    cue: Mapped[str | None]
    organization_name: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    organization: Mapped[Organization | None] = relationship()
    person: Mapped[Person | None] = relationship()


class AgendaEdit(db.Model):
    """One edit of a draft, with the values that it changed, before and after: what undoing it needs.

    `before` and `after` hold a part of a snapshot by noun and key; the last edit that is not undone is the next
    to be undone.
    """

    __table_args__ = (sa.Index(None, "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str | None]
    before: Mapped[dict]
    after: Mapped[dict]
    undone_at: Mapped[datetime | None]


class AgendaTemplate(db.Model):
    """An agenda kept by its host to begin other agendas from; the shipped ones are data, not rows."""

    __table_args__ = (sa.UniqueConstraint("host_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[dict]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
