"""The outbox and what governs it: deliveries, pauses, suppressed addresses, the pace towards each domain."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.deliveries import refusals
from eventsvc.events.models import Event


class DeliveryState(StrEnum):
    DRAFT = "draft"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


# Waiting for its moment: a worker takes these when they are due.
WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.UNCERTAIN)
# Nothing has been handed over for certain yet: these can still be called back.
UNSENT = (DeliveryState.DRAFT, DeliveryState.HELD, *WAITING)
# Somebody must pick up the phone.
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


class Delivery(db.Model):
    """One message to one person. `intent` says why it exists, so the same decision can never send it twice.

    The words are kept as sent, but for markers where tokens go; `secrets` holds those sealed. The calendar is
    kept unfolded, so that a marker is never cut by the end of a line. `attempts` counts claims by a worker.
    """

    __table_args__ = (
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "event_id", "state"),
        sa.Index(None, "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intent: Mapped[str] = mapped_column(sa.String(200), unique=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    recipient_name: Mapped[str] = mapped_column(default="")
    recipient: Mapped[str] = mapped_column(sa.String(254))
    domain: Mapped[str] = mapped_column(sa.String(254), index=True)
    searched: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    sender: Mapped[str] = mapped_column(sa.String(254))
    reply_to: Mapped[str | None] = mapped_column(sa.String(254))
    stop_path: Mapped[str | None]
    subject: Mapped[str]
    text_body: Mapped[str]
    html_body: Mapped[str | None]
    calendar: Mapped[str | None]
    inline_qr: Mapped[bool] = mapped_column(default=False)
    secrets: Mapped[dict] = mapped_column(sa.JSON, default=dict)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    not_after: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(80))
    first_tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(sa.String(40))
    server_reply: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event | None] = relationship()

    @property
    def last_error(self) -> str:
        """Why the last attempt failed, in words for people; empty when nothing did."""
        return refusals.words(self.error_code)

    @property
    def is_unsent(self) -> bool:
        return self.state in UNSENT


class MailPause(db.Model):
    """While this row stands, no message of its scope is handed over: "event:5", or "all"."""

    scope: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    paused_at: Mapped[datetime] = mapped_column(default=clock.now)


class SuppressedAddress(db.Model):
    """An address that a server said does not exist; nothing more is sent to it until someone lifts this."""

    address: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(40))
    since: Mapped[datetime] = mapped_column(default=clock.now)


class MailPace(db.Model):
    """How fast messages go to one domain ("*": to the mail server itself), shared by all workers.

    `next_slot` is when the domain is ready for the next message, in seconds since 1970, if they went evenly;
    `silent_until` keeps everybody away from one that has not answered, `failures` times in a row.
    """

    domain: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    next_slot: Mapped[float] = mapped_column(sa.Double, default=0.0)
    silent_until: Mapped[float] = mapped_column(sa.Double, default=0.0)
    failures: Mapped[int] = mapped_column(default=0)
