"""People as an event's host knows them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.organizations.models import Organization
from eventsvc.text import initials


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


WORDS = "array_to_tsvector(array_remove(string_to_array(left(folded, 2000), ' '), ''))"
"""What PostgreSQL keeps of a person's folded words, by their beginnings; it follows `folded` by itself."""


def _initials(context: Any) -> str:
    return initials(context.get_current_parameters()["full_name"])


class Person(db.Model):
    """Someone who is invited, speaks or presses a button. Belongs to one host organization, never to two.

    `full_name` is the truth; `sort_key` orders by given name as Vietnamese lists do; `folded` is for search by words,
    `initials` for search by the first letters of a name. The indexes hold all a search reads (docs/decisions/0018).
    """

    __table_args__ = (
        sa.Index("ix_person_by_name", "host_id", "sort_key", "id", "folded"),
        sa.Index("ix_person_by_initials", "host_id", "initials", "sort_key", "id"),
        sa.Index("ix_person_words", sa.text(f"({WORDS})"), postgresql_using="gin").ddl_if(
            dialect="postgresql"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    honorific: Mapped[str | None] = mapped_column(sa.String(40))
    full_name: Mapped[str] = mapped_column(sa.String(200))
    sort_key: Mapped[str] = mapped_column(sa.Text().with_variant(sa.Text(collation="C"), "postgresql"))
    folded: Mapped[str] = mapped_column(index=True)
    initials: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), default=_initials
    )
    position: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    organization_name: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="Contact.number", lazy="selectin"
    )
    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])

    @property
    def emails(self) -> list[str]:
        return [contact.value for contact in self.contacts if contact.kind is ContactKind.EMAIL]

    @property
    def phones(self) -> list[str]:
        """Phone numbers in E.164, the first to be called first."""
        return [contact.value for contact in self.contacts if contact.kind is ContactKind.PHONE]

    @property
    def email(self) -> str | None:
        return next(iter(self.emails), None)

    @property
    def phone(self) -> str | None:
        return next(iter(self.phones), None)

    @property
    def name_with_honorific(self) -> str:
        return f"{self.honorific} {self.full_name}" if self.honorific else self.full_name


class Contact(db.Model):
    """An e-mail address or a telephone number of a person, in the order they are to be tried."""

    __table_args__ = (
        sa.UniqueConstraint("person_id", "kind", "value"),
        sa.Index(None, "kind", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ContactKind] = mapped_column(Word(ContactKind))
    number: Mapped[int] = mapped_column(default=0)
    value: Mapped[str] = mapped_column(sa.String(254))
    person: Mapped[Person] = relationship(back_populates="contacts")


class Body(db.Model):
    """A committee of the host ("Ban Chỉ đạo Chuyển đổi số tỉnh") whose members come from elsewhere."""

    __table_args__ = (sa.UniqueConstraint("host_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    members: Mapped[list["BodyMember"]] = relationship(
        back_populates="body", cascade="all, delete-orphan", order_by="BodyMember.number"
    )


class BodyMember(db.Model):
    """Somebody's seat in a body, from a day to a day; both may be open. Who leaves stays in the list with an end."""

    __table_args__ = (
        sa.UniqueConstraint("body_id", "person_id", "member_from"),
        sa.CheckConstraint("member_until IS NULL OR member_until >= member_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("body.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    number: Mapped[int]
    role: Mapped[str | None] = mapped_column(sa.String(200))
    member_from: Mapped[date | None]
    member_until: Mapped[date | None]
    body: Mapped[Body] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
