"""Who is to be invited: groups per site level, slots of organizations, people; and spreadsheets under way."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.sites.models import Site, SiteLevel


class Phrasing(StrEnum):
    """How the plan asks for a group."""

    REQUIRED = "required"
    INVITE = "invite"
    REPRESENTATIVE = "representative"
    INVITE_REPRESENTATIVE = "invite_representative"


class ImportState(StrEnum):
    PREVIEW = "preview"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class BadgeRole(StrEnum):
    """What is printed large on a badge (thẻ đại biểu), each with a colour of its own."""

    DELEGATE = "delegate"
    GUEST = "guest"
    ORGANIZER = "organizer"
    PRESS = "press"
    TECHNICIAN = "technician"


class Rank(db.Model):
    """A step of protocol in an event: 1 is the highest. Guests have the rank of their group, or one of their own.

    `lead_workdays`: how many working days before the event their invitation must go out. `signature_block_id`: who
    signs letters to this rank. `substitutes_need_approval`: nobody goes in their place before an organizer agrees.
    `announces_arrival`: reception is told when somebody of this rank comes in.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    substitutes_need_approval: Mapped[bool] = mapped_column(default=False)
    announces_arrival: Mapped[bool] = mapped_column(default=False)
    lead_workdays: Mapped[int | None]
    signature_block_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signature_block.id"))
    event: Mapped[Event] = relationship()


class GuestGroup(db.Model):
    """A line of "thành phần mời" for the sites of one level: "Lãnh đạo UBND các xã, phường, thị trấn"."""

    __table_args__ = (sa.Index(None, "event_id", "level", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    level: Mapped[SiteLevel] = mapped_column(Word(SiteLevel))
    number: Mapped[int]
    name: Mapped[str]
    phrasing: Mapped[Phrasing | None] = mapped_column(Word(Phrasing))
    seats: Mapped[int | None]
    role: Mapped[str | None]
    note: Mapped[str | None]
    rank_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rank.id", ondelete="SET NULL"))
    badge_role: Mapped[BadgeRole | None] = mapped_column(Word(BadgeRole))
    event: Mapped[Event] = relationship()
    rank: Mapped[Rank | None] = relationship()
    organizations: Mapped[list["GuestGroupOrganization"]] = relationship(
        cascade="all, delete-orphan", order_by="GuestGroupOrganization.number"
    )


class GuestGroupOrganization(db.Model):
    """An organization named by a guest group; the words of the plan stay beside the organization found."""

    __table_args__ = (sa.UniqueConstraint("group_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("guest_group.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str]
    listed: Mapped[bool] = mapped_column(default=False)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))


class GuestHeading(db.Model):
    """The heading over the groups of one site level, as the plan prints it; without a level, over them all."""

    __table_args__ = (sa.UniqueConstraint("event_id", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    level: Mapped[SiteLevel | None] = mapped_column(Word(SiteLevel))
    text: Mapped[str | None]
    cite: Mapped[str | None]


class Slot(db.Model):
    """Seats of an organization before it has named anyone. `seats` is its quota; None: nobody has set one.

    The organization is asked through `organization_invitation_id`, which one link answers for several slots.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest_group.id"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    label: Mapped[str]
    folded: Mapped[str]
    organization_name: Mapped[str | None]
    seats: Mapped[int | None]
    note: Mapped[str | None]
    organization_invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="SET NULL"), index=True
    )
    group: Mapped[GuestGroup | None] = relationship()
    site: Mapped[Site] = relationship()
    organization: Mapped[Organization | None] = relationship()


class Guest(db.Model):
    """A person on the guest list of an event, at one site. One row per person and event.

    `own_rank` stands before the rank of the group; `protocol_number` orders people of one rank. A seat that was
    another person's rank must be looked at again: `seat_needs_review`.
    `version` rises with every edit on the guest's page, of the person's own details too: it is one form.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "person_id"),
        sa.Index(
            None, "event_id", "site_id", "is_walk_in"
        ),  # all that counting the expected reads of a guest
        sa.Index(None, "group_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest_group.id"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slot.id", ondelete="SET NULL"))
    seat: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str | None]
    attention: Mapped[str | None]
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    rank_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rank.id", ondelete="SET NULL"))
    protocol_number: Mapped[int | None]
    badge_role: Mapped[BadgeRole | None] = mapped_column(Word(BadgeRole))
    seat_needs_review: Mapped[bool] = mapped_column(default=False)
    place_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship()
    own_rank: Mapped[Rank | None] = relationship()
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    group: Mapped[GuestGroup | None] = relationship()
    site: Mapped[Site] = relationship()
    slot: Mapped[Slot | None] = relationship()

    @property
    def rank(self) -> Rank | None:
        """The guest's own rank, else that of the group."""
        return self.own_rank or (self.group.rank if self.group else None)


class GuestImport(db.Model):
    """A spreadsheet between upload and confirmation. Its rows hold personal data and are gone when it ends.

    `by_unit`: each row goes to the site of its own unit; otherwise all go to `site`. `decisions`: what the organizer
    has said about rows, by their number in `parsed`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest_group.id"))
    by_unit: Mapped[bool] = mapped_column(default=False)
    file_name: Mapped[str]
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.PREVIEW)
    parsed: Mapped[dict | None] = mapped_column(sa.JSON)
    decisions: Mapped[dict | None] = mapped_column(sa.JSON)
    counts: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site | None] = relationship()
    group: Mapped[GuestGroup | None] = relationship()
