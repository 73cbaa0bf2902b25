"""Official papers: who issued what, on which basis, signed by whom, sent to whom."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization


class DocumentKind(StrEnum):
    PLAN = "plan"
    NOTICE = "notice"
    DECISION = "decision"
    REPORT = "report"
    OFFICIAL_LETTER = "official_letter"
    INVITATION_LETTER = "invitation_letter"
    PROGRAMME = "programme"
    AUTHORISATION = "authorisation"


class DocumentState(StrEnum):
    """Trình ký: from the first draft to the issued paper, and what may become of it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
    ISSUED = "issued"
    RECALLED = "recalled"


class LetterheadStyle(StrEnum):
    """Whose rules the head and the margins follow."""

    STATE = "state"
    """Decree 30/2020/NĐ-CP."""
    PARTY = "party"
    """Guidance 36-HD/VPTW of 2018."""


class Document(db.Model):
    """A paper with its number, date, issuer and signature. `code` names a plan across files and revisions.

    A paper of an event (`event`) is written here: it goes from draft to issued by steps, and only then has a
    number and a date. One without is the record of a paper that was issued elsewhere, as plans are.
    `number_text` and `issued_text` are the number and the line of place and day as printed, gaps and all;
    `issuer_body` the body that an issuer such as "Trưởng Ban Chỉ đạo" speaks for.
    `body` is the wording with ((placeholders)); `signature` the lines above the name, in their order.
    `mail_may_precede`: the signer allows messages to go out before the paper is issued.
    """

    __table_args__ = (
        sa.UniqueConstraint("host_id", "code"),
        sa.UniqueConstraint("series_id", "year", "serial"),
        sa.Index(None, "event_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    code: Mapped[str | None] = mapped_column(sa.String(40))
    kind: Mapped[DocumentKind] = mapped_column(Word(DocumentKind))
    number: Mapped[str | None] = mapped_column(sa.String(80))
    number_text: Mapped[str | None] = mapped_column(sa.String(120))
    issued_place: Mapped[str | None]
    issued_on: Mapped[date | None]
    issued_text: Mapped[str | None] = mapped_column(sa.String(200))
    title: Mapped[str]
    title_cite: Mapped[str | None]
    issuer: Mapped[str | None]
    issuer_body: Mapped[str | None] = mapped_column(sa.String(300))
    issuer_cite: Mapped[str | None]
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(sa.String(8))
    signer_name: Mapped[str | None]
    signer_title: Mapped[str | None]
    signer_other_title: Mapped[str | None]
    signer_authority: Mapped[str | None]
    signer_cite: Mapped[str | None]
    signer_note: Mapped[str | None]
    closing_text: Mapped[str | None]
    closing_cite: Mapped[str | None]
    event_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("event.id", ondelete="CASCADE", use_alter=True)
    )
    state: Mapped[DocumentState] = mapped_column(Word(DocumentState), default=DocumentState.ISSUED)
    letterhead: Mapped[LetterheadStyle] = mapped_column(Word(LetterheadStyle), default=LetterheadStyle.STATE)
    body: Mapped[str | None]
    notes: Mapped[str | None]
    signature: Mapped[list] = mapped_column(default=list)
    block_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signature_block.id"))
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("number_series.id"))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    drafting_unit: Mapped[str | None] = mapped_column(sa.String(40))
    drafter: Mapped[str | None] = mapped_column(sa.String(40))
    copies: Mapped[int | None]
    urgency: Mapped[str | None] = mapped_column(sa.String(40))
    mail_may_precede: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    settled: Mapped[dict | None]  # the fields of the event as they were signed; from then on they stand
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    host: Mapped[Organization] = relationship()
    event: Mapped[Event | None] = relationship(foreign_keys=[event_id])
    block: Mapped["SignatureBlock | None"] = relationship()
    series: Mapped["NumberSeries | None"] = relationship()
    steps: Mapped[list["DocumentStep"]] = relationship(
        back_populates="document", cascade="all, delete-orphan", order_by="DocumentStep.id"
    )
    recipients: Mapped[list["DocumentRecipient"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentRecipient.number"
    )
    references: Mapped[list["DocumentReference"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentReference.number"
    )
    remarks: Mapped[list["DocumentRemark"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentRemark.number"
    )


class NumberSeries(db.Model):
    """One sequence of numbers of an issuer for one symbol ("GM-UBND"), from 01 on each 1 January (Decree 30/2020,
    Article 15). `last` is the number given last in `year`."""

    __table_args__ = (sa.UniqueConstraint("host_id", "symbol"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    symbol: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class SignatureBlock(db.Model):
    """How somebody signs: the lines above the name (TM., KT., TL., TUQ., Q. and positions), and the name.

    With `user` set, that account alone signs papers with this block; without, an organizer records that the paper
    was signed on paper.
    """

    __table_args__ = (sa.UniqueConstraint("host_id", "name", "signer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    lines: Mapped[list] = mapped_column(default=list)
    signer: Mapped[str] = mapped_column(sa.String(200))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    retired_at: Mapped[datetime | None]


class DocumentStep(db.Model):
    """What happened to a paper on its way: who took it from which state to which, and the remark that went with it.
    Rows are added, never changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"), index=True)
    state: Mapped[DocumentState] = mapped_column(Word(DocumentState))
    remark: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    document: Mapped[Document] = relationship(back_populates="steps")


class DocumentRecipient(db.Model):
    """A line of "Nơi nhận": who gets the paper, and for what (báo cáo, biết, lưu).

    With an address the paper is sent to it; the link in that message says who has it (`acknowledged_at`).
    """

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    purpose: Mapped[str | None] = mapped_column(sa.String(80))
    note: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str | None]
    told_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(sa.String(200))


class DocumentReference(db.Model):
    """A paper that this one rests on ("Căn cứ …"), or, not being a basis, one that it mentions."""

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    reference: Mapped[str | None]
    dated: Mapped[date | None]
    kind: Mapped[str | None] = mapped_column(sa.String(80))
    text: Mapped[str]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    is_basis: Mapped[bool] = mapped_column(default=True)


class DocumentRemark(db.Model):
    """Something odd in the paper as printed, kept beside it for whoever works with it."""

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
