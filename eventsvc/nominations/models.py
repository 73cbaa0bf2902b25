"""Organizations asked to name people, and the people they name."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, Slot
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person


class OrganizationInvitation(db.Model):
    """An organization asked to an event: its link (`/o/<token>`) answers for all its slots. One per event and name.

    `same_words` is the name as `text.same_words` reads it: xã Bình Thanh and xã Bình Thạnh are two communes.
    `link_number` rises whenever the contact changes and the old link dies. `due_on` is the last day on which it may
    name people (the day itself included). `told_at`: a message with this link was written; `told_revision`: the
    edition of time and place it told of. `acknowledged_at`: its contact confirmed the receipt. Declining needs a
    reason. `is_invited` is false while it is only charged with tasks or reports: its link leads to those alone.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "same_words"),
        sa.UniqueConstraint("event_id", "organization_id"),
    )
    actor_kind = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(sa.String(300))
    folded: Mapped[str]
    same_words: Mapped[str] = mapped_column(sa.String(300))
    contact_name: Mapped[str | None] = mapped_column(sa.String(200))
    contact_position: Mapped[str | None] = mapped_column(sa.String(200))
    contact_phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    link_number: Mapped[int] = mapped_column(default=1)
    is_invited: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None]
    told_revision: Mapped[int] = mapped_column(default=0)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(sa.String(200))
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    reminders_stopped_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    organization: Mapped[Organization | None] = relationship()
    slots: Mapped[list[Slot]] = relationship(order_by=Slot.id)

    @property
    def contact(self) -> str:
        """Whom to speak to there, in one line; empty when nobody is named."""
        return ", ".join(part for part in (self.contact_name, self.contact_position) if part)


class NominationState(StrEnum):
    """A nomination counts at once, or waits until an organizer has agreed; what was refused or withdrawn stays to be
    seen."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class WaitingReason(StrEnum):
    """Why a nomination waits."""

    OVER_QUOTA = "over_quota"
    ALREADY_LISTED = "already_listed"
    AFTER_DEADLINE = "after_deadline"


class Nomination(db.Model):
    """Somebody named by an organization for one of its slots. Once accepted, the person is a guest of the event."""

    __table_args__ = (sa.Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slot.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id", ondelete="SET NULL"), index=True)
    state: Mapped[NominationState] = mapped_column(Word(NominationState), default=NominationState.ACCEPTED)
    waiting_for: Mapped[WaitingReason | None] = mapped_column(Word(WaitingReason))
    named_at: Mapped[datetime] = mapped_column(default=clock.now)
    named_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str | None]
    organization_invitation: Mapped[OrganizationInvitation] = relationship()
    slot: Mapped[Slot | None] = relationship()
    guest: Mapped[Guest | None] = relationship()
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
