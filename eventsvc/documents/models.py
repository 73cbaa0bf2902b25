"""Official papers: who issued what, on which basis, signed by whom, sent to whom."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.organizations.models import Organization


class DocumentKind(StrEnum):
    PLAN = "plan"
    NOTICE = "notice"
    DECISION = "decision"
    REPORT = "report"
    OFFICIAL_LETTER = "official_letter"


class Document(db.Model):
    """A paper with its number, date, issuer and signature. `code` names a plan across files and revisions."""

    __table_args__ = (sa.UniqueConstraint("host_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    code: Mapped[str | None] = mapped_column(sa.String(40))
    kind: Mapped[DocumentKind] = mapped_column(Word(DocumentKind))
    number: Mapped[str | None] = mapped_column(sa.String(80))
    issued_place: Mapped[str | None]
    issued_on: Mapped[date | None]
    title: Mapped[str]
    title_cite: Mapped[str | None]
    issuer: Mapped[str | None]
    issuer_cite: Mapped[str | None]
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(sa.String(8))
    signer_name: Mapped[str | None]
    signer_title: Mapped[str | None]
    signer_authority: Mapped[str | None]
    signer_cite: Mapped[str | None]
    signer_note: Mapped[str | None]
    closing_text: Mapped[str | None]
    closing_cite: Mapped[str | None]
    host: Mapped[Organization] = relationship()
    recipients: Mapped[list["DocumentRecipient"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentRecipient.number"
    )
    references: Mapped[list["DocumentReference"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentReference.number"
    )
    remarks: Mapped[list["DocumentRemark"]] = relationship(
        cascade="all, delete-orphan", order_by="DocumentRemark.number"
    )


class DocumentRecipient(db.Model):
    """A line of "Nơi nhận": who gets the paper, and for what (báo cáo, biết, lưu)."""

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    purpose: Mapped[str | None] = mapped_column(sa.String(80))
    note: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))


class DocumentReference(db.Model):
    """A paper that this one rests on ("Căn cứ …")."""

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


class DocumentRemark(db.Model):
    """Something odd in the paper as printed, kept beside it for whoever works with it."""

    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
