"""Calendars to subscribe to, each behind a token of its own."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event


class FeedKind(StrEnum):
    """What a feed shows of an event: its sittings, the items everybody may know of, every item; or what concerns one
    person, one organization, one site."""

    SITTINGS = "sittings"
    PROGRAMME = "programme"
    RUNNING_ORDER = "running_order"
    PERSON = "person"
    ORGANIZATION = "organization"
    SITE = "site"


OF_EVENTS = (FeedKind.PROGRAMME, FeedKind.RUNNING_ORDER, FeedKind.SITTINGS)
"""What is told of the whole event."""
OF_ORGANIZERS = (*OF_EVENTS, FeedKind.SITE)
"""What organizers make; people and organizations make their own."""


class NoLongerKept(DomainError):
    """What was told by this link is not told any more: it was taken back, or the data is due to be erased."""

    status, code = 410, "no_longer_kept"


class Feed(db.Model):
    """A calendar of one event for whoever holds the token. The token is shown once; only its hash is kept.

    A feed of a person, an organization or a site names whose it is. `link_number` is the organization's or the
    site's link by which it was made: it opens nothing any more when they have another. A feed of a site without one was
    made by the organizers.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    organization_invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    link_number: Mapped[int | None]
    kind: Mapped[FeedKind] = mapped_column(Word(FeedKind))
    name: Mapped[str] = mapped_column(sa.String(200))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
