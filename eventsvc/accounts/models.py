"""Users, what they may reach, and how they came in."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.accounts.permissions import Role
from eventsvc.db import Word, db


class User(db.Model):
    """A person who works on events and signs in. Invitees, coordinators with a link and devices are not users."""

    actor_kind = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    password_hash: Mapped[str | None]
    locale: Mapped[str | None] = mapped_column(sa.String(8))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    grants: Mapped[list["Grant"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )


class Grant(db.Model):
    """A role given to a user: for an organization's events, for one event, or for one site of it."""

    __table_args__ = (
        sa.CheckConstraint("site_id IS NULL OR event_id IS NOT NULL", name="site_needs_event"),
        sa.UniqueConstraint("user_id", "role", "scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(sa.String(64))
    """The three ids in one word, because NULLs never clash in a unique constraint."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    user: Mapped[User] = relationship(back_populates="grants")


class SignIn(db.Model):
    """A signed-in browser. Ended by signing out, by disabling the user, by 30 idle minutes or after 12 hours."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class SignInLink(db.Model):
    """A one-time way in. GET shows a button, POST uses it; `requested_at` asks the outbox to send it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class SignInFailure(db.Model):
    """A failed attempt, kept a few minutes so that every process sees the same count."""

    __table_args__ = (sa.Index(None, "email_hash", "at"), sa.Index(None, "address_hash", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(sa.String(64))
    address_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class ApiToken(db.Model):
    """A bearer token: one role in one scope. A check-in device holds one, a program, the link of a big screen.

    The token itself is kept, sealed, only where it must be shown again (a screen's link).
    """

    actor_kind = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str | None]
    role: Mapped[Role] = mapped_column(Word(Role))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @property
    def grants(self) -> list["ApiToken"]:
        return [self]
