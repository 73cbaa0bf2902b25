"""Link tests and rehearsals: sittings of their own, to which sites are invited and where each gets a result."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.sites.models import Site


class LinkTestKind(StrEnum):
    """A test of the line alone, or a rehearsal of the programme."""

    LINK_TEST = "link_test"
    REHEARSAL = "rehearsal"


class TestResult(StrEnum):
    __test__ = False  # no test of pytest's

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


class LinkTest(db.Model):
    """A session before the event in which sites connect. It is no sitting of the event: guests never hear of it.

    `key` names it in calendars for ever; `sequence` rises with every change of time, place or link, and on
    cancelling: it is the SEQUENCE of the calendar entries of the sites.
    """

    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    kind: Mapped[LinkTestKind] = mapped_column(Word(LinkTestKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    video_link: Mapped[str | None]
    contact: Mapped[str | None] = mapped_column(sa.String(300))
    note: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    invited: Mapped[list["InvitedSite"]] = relationship(
        back_populates="link_test", cascade="all, delete-orphan", order_by="InvitedSite.id"
    )


class InvitedSite(db.Model):
    """A site that takes part in a link test, and how it went. `told_sequence`: the last edition it was written to about
    (None: nothing was sent yet); `accepted_at`: its coordinator said that it will be there."""

    __table_args__ = (sa.UniqueConstraint("link_test_id", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_test_id: Mapped[int] = mapped_column(sa.ForeignKey("link_test.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    told_sequence: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    result: Mapped[TestResult | None] = mapped_column(Word(TestResult))
    result_at: Mapped[datetime | None]
    actor_kind: Mapped[str | None] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None]
    link_test: Mapped[LinkTest] = relationship(back_populates="invited")
    site: Mapped[Site] = relationship()
