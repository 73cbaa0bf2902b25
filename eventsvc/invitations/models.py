"""Invitations, the answers to them, and passes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest


class Answer(StrEnum):
    """The answer in force; the words of iCalendar's PARTSTAT in lower case."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class AnswerSource(StrEnum):
    PAGE = "page"
    MAIL = "mail"
    STAFF = "staff"


class Invitation(db.Model):
    """A guest asked to an event. One per guest; the link and the pass are separate secrets.

    `uid` is the stem of the UIDs of its calendar entries and never changes. `revision` is the edition of time
    and place that was told last (see `edition`): when the edition has moved on, an update is due. `told_at` is
    when a message was last written; unset, there was no address to write to. An answer counts for the edition
    in `answered_revision`; one that a change overtook stays in `former_answer`. `told_release` is the number of the
    release of the agenda that the guest was told of last; 0: of none.
    """

    __table_args__ = (sa.Index(None, "event_id", "answer"),)
    actor_kind = "invitee"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id"), unique=True)
    uid: Mapped[str] = mapped_column(sa.String(40), unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    answer: Mapped[Answer] = mapped_column(Word(Answer), default=Answer.NEEDS_ACTION)
    former_answer: Mapped[Answer | None] = mapped_column(Word(Answer))
    reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_revision: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)
    own_changes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    reminders_stopped_at: Mapped[datetime | None]
    told_release: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship()
    guest: Mapped[Guest] = relationship(lazy="joined", innerjoin=True)
    answers: Mapped[list["GivenAnswer"]] = relationship(
        back_populates="invitation", cascade="all, delete-orphan", order_by="GivenAnswer.id"
    )

    @property
    def edition(self) -> int:
        """The edition of time and place in force: it rises with every change that this guest must hear of.

        Changes are counted where they are made: on the event, on the site, on the guest's place, on the
        invitation itself (taken back, given again).
        """
        return self.event.revision + self.place_changes

    @property
    def place_changes(self) -> int:
        """How often something changed for this guest that is not the event's own time."""
        return self.guest.place_sequence + self.guest.site.place_changes + self.own_changes

    @property
    def is_outdated(self) -> bool:
        return self.edition > self.revision

    @property
    def is_answer_stale(self) -> bool:
        """Whether the answer was given before time or place changed, and must be confirmed again."""
        return self.answered_revision is not None and self.answered_revision < self.edition


class GivenAnswer(db.Model):
    """One answer as it was given: by which way, when, to which revision. Rows are added, never changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    answer: Mapped[Answer] = mapped_column(Word(Answer))
    reason: Mapped[str | None]
    source: Mapped[AnswerSource] = mapped_column(Word(AnswerSource))
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    inbound_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inbound_mail.id", ondelete="SET NULL"))
    invitation: Mapped[Invitation] = relationship(back_populates="answers")


class Pass(db.Model):
    """The QR code that opens the door. One live code per guest; an older one is revoked at a time, never deleted."""

    __table_args__ = (
        sa.Index("uq_pass_live", "guest_id", unique=True, sqlite_where=sa.text("revoked_at IS NULL"),
                 postgresql_where=sa.text("revoked_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_sealed: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
    guest: Mapped[Guest] = relationship()
