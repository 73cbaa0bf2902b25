"""Agencies and administrative units as a dated tree: what each was called, and under whom, on a day."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db

FIRST_SNAPSHOT = date(2019, 9, 11)
"""The first list of units that was checked: the start date of units whose real start is older."""


class Level(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class OrganizationKind(StrEnum):
    UNIT = "unit"
    """An administrative unit: province, district or commune."""
    AGENCY = "agency"
    """A department, office, union or company."""
    BODY = "body"
    """A committee whose members come from elsewhere."""
    COLLECTIVE = "collective"
    """Several organizations named in one line: "Các sở, ban, ngành"."""


class Organization(db.Model):
    """One version of an organization. Codes are re-used after mergers, so the key is code and valid_from.

    The parent is found by code and date (`queries.parent`), never by a foreign key: some units have lived
    under a parent whose own version had not begun.
    """

    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        sa.Index(None, "province_code", "level"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    kind: Mapped[OrganizationKind] = mapped_column(Word(OrganizationKind))
    level: Mapped[Level | None] = mapped_column(Word(Level))
    type: Mapped[str | None] = mapped_column(sa.String(40))
    parent_code: Mapped[str | None] = mapped_column(sa.String(80))
    province_code: Mapped[str | None] = mapped_column(sa.String(8))
    valid_from: Mapped[date] = mapped_column(default=FIRST_SNAPSHOT)
    valid_to: Mapped[date | None]
    source: Mapped[str | None]
    aliases: Mapped[list["OrganizationAlias"]] = relationship(
        back_populates="organization", cascade="all, delete-orphan"
    )


class OrganizationAlias(db.Model):
    """Another name in use for the same organization."""

    __table_args__ = (sa.UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"))
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    organization: Mapped[Organization] = relationship(back_populates="aliases")
