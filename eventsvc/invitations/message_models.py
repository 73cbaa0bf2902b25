"""What an event's organizers say in messages, when reminders go out, what was carried by hand, which answers were read
from mail."""

from datetime import datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.deliveries.models import InboundMail
from eventsvc.events.models import Event
from eventsvc.invitations.models import Invitation


class MessageWording(db.Model):
    """An organizer's own words for one kind of message, with ((placeholders)); what is empty is said as shipped."""

    __table_args__ = (sa.UniqueConstraint("event_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str | None] = mapped_column(sa.String(200))
    opening: Mapped[str | None]
    closing: Mapped[str | None]
    event: Mapped[Event] = relationship()


class ReminderKind(StrEnum):
    """What goes out by the clock: to guests who have not answered, to organizations that have not named anyone, and
    thanks to those who accepted."""

    REMINDER = "reminder"
    NOMINATION_REMINDER = "nomination_reminder"
    THANKS = "thanks"


class ReminderRule(db.Model):
    """A day relative to the event on which a reminder goes out: `days` before its first day (for thanks: after its
    last), at `at_hour` of Vietnam's clock. It moves with the event."""

    __table_args__ = (
        sa.UniqueConstraint("event_id", "kind", "days"),
        sa.CheckConstraint("days >= 0 AND days <= 60", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ReminderKind] = mapped_column(Word(ReminderKind))
    days: Mapped[int]
    at_hour: Mapped[time] = mapped_column(sa.Time)
    last_run_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()


class Handing(StrEnum):
    """How an invitation was carried."""

    IN_PERSON = "in_person"
    POST = "post"
    PHONE = "phone"
    ZALO = "zalo"
    FAX = "fax"


class HandDelivery(db.Model):
    """An invitation that somebody carried: by whom, when, how, and who took it. To a person or to an organization."""

    __table_args__ = (
        sa.CheckConstraint("(invitation_id IS NULL) <> (organization_invitation_id IS NULL)", name="one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    organization_invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    how: Mapped[Handing] = mapped_column(Word(Handing))
    carried_by: Mapped[str] = mapped_column(sa.String(200))
    received_by: Mapped[str | None] = mapped_column(sa.String(200))
    delivered_at: Mapped[datetime] = mapped_column(default=clock.now)
    note: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class ReplyOutcome(StrEnum):
    """What an answer by mail did: took effect, was known already, came after a newer one, proposed another time, or
    belongs to nobody we know."""

    APPLIED = "applied"
    REPLAY = "replay"
    STALE = "stale"
    COUNTER = "counter"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class ReadReply(db.Model):
    """What came of one message with an answer in it; each is read once. SEQUENCE and DTSTAMP order the answers of one
    person to one invitation (RFC 5546, 2.1.5)."""

    inbound_id: Mapped[int] = mapped_column(
        sa.ForeignKey("inbound_mail.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    outcome: Mapped[ReplyOutcome] = mapped_column(Word(ReplyOutcome))
    sequence: Mapped[int | None]
    stamped_at: Mapped[datetime | None]
    proposed_start: Mapped[datetime | None]
    proposed_end: Mapped[datetime | None]
    comment: Mapped[str | None]
    read_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    inbound: Mapped[InboundMail] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
