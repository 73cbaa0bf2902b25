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


class Channel(StrEnum):
    """The way a message goes."""

    EMAIL = "email"
    ZALO = "zalo"


class BatchState(StrEnum):
    """How far a batch has come: being written, to be looked at, waiting for a second person, let go, stopped."""

    COMPOSING = "composing"
    DRAFT = "draft"
    WAITING = "waiting"
    RELEASED = "released"
    STOPPED = "stopped"


class Batch(db.Model):
    """Messages that were decided together: composed by the worker, looked at, let go together.

    `scope` says whom the batch is for, in the words of the feature that composes it. `total` is how many messages
    are to be written, `composed` how many have been. `failure` is set when composing came to an end before that.
    A batch above the limit is let go by somebody else than `submitted_by_id`.
    """

    __table_args__ = (sa.Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    scope: Mapped[dict] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
    composed: Mapped[int] = mapped_column(default=0)
    state: Mapped[BatchState] = mapped_column(Word(BatchState), default=BatchState.COMPOSING)
    failure: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()


class EnclosedPaper(db.Model):
    """A paper that goes with many messages as a PDF: what they have in common. Each message adds its own values
    (`Delivery.paper_values`), and it is set when the message is handed over."""

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    template: Mapped[str] = mapped_column(sa.String(80))
    values: Mapped[dict] = mapped_column(default=dict)


class Delivery(db.Model):
    """One message to one person. `intent` says why it exists, so the same decision can never send it twice.

    The words are kept as sent, but for markers where tokens go; `secrets` holds those sealed. The calendar is
    kept unfolded, so that a marker is never cut by the end of a line. `attempts` counts claims by a worker.
    """

    __table_args__ = (
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "event_id", "state"),
        sa.Index(None, "subject_kind", "subject_id"),
        sa.Index(None, "batch_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intent: Mapped[str] = mapped_column(sa.String(200), unique=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel), default=Channel.EMAIL)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"))
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
    paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enclosed_paper.id"))
    paper_values: Mapped[dict | None] = mapped_column(sa.JSON)
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
    batch: Mapped[Batch | None] = relationship()
    paper: Mapped[EnclosedPaper | None] = relationship()

    @property
    def last_error(self) -> str:
        """Why the last attempt failed, in words for people; empty when nothing did."""
        return refusals.words(self.error_code)

    @property
    def is_unsent(self) -> bool:
        return self.state in UNSENT

    @property
    def awaits_release(self) -> bool:
        """Whether it belongs to a batch that nobody has let go."""
        return self.batch is not None and self.batch.state is not BatchState.RELEASED


class MailPause(db.Model):
    """While this row stands, no message of its scope is handed over: "batch:7", "event:5", or "all"."""

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


class InboundKind(StrEnum):
    """What a message that came in is, as far as it can be told from itself."""

    REPLY = "reply"
    COUNTER = "counter"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LETTER = "letter"


class InboundState(StrEnum):
    """What became of it: nobody has read it, it took effect, somebody must look, it was put aside."""

    NEW = "new"
    APPLIED = "applied"
    REVIEW = "review"
    IGNORED = "ignored"


class InboundMail(db.Model):
    """A message that came in: a fact, stored once (`digest`) and never changed but for what became of it.

    `facts` is what was read out of it: for an answer UID, attendee, SEQUENCE, DTSTAMP, PARTSTAT and comment; for a
    bounce the delivery it is about and, per recipient, action, status and words. `delivery` is the message whose
    signed address it came to. A message too large to keep whole is kept to its limit (`is_cut`).
    """

    __table_args__ = (sa.Index(None, "state", "id"), sa.Index(None, "event_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[InboundKind] = mapped_column(Word(InboundKind))
    state: Mapped[InboundState] = mapped_column(Word(InboundState), default=InboundState.NEW)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    delivery_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery.id", ondelete="SET NULL"))
    sender: Mapped[str] = mapped_column(sa.String(254), default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict] = mapped_column(default=dict)
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary)
    is_cut: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome: Mapped[str | None] = mapped_column(sa.String(40))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    delivery: Mapped[Delivery | None] = relationship()
    event: Mapped[Event | None] = relationship()
