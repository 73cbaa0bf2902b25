"""Link tests and rehearsals: sittings of their own, to which sites are invited and where each gets a result."""

from datetime import datetime, timedelta
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

    `key` names it in calendars for ever; `sequence` rises with every change of time or link, and on cancelling: with
    the own changes of a site it is the SEQUENCE of that site's calendar entry. `changed_at`: when anything was changed
    that calendars tell.
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

    RESULTS_FROM = 30
    """So many minutes before its start a session may have gone well or badly at a site; earlier is a slip."""
    invited: Mapped[list["InvitedSite"]] = relationship(
        back_populates="link_test", cascade="all, delete-orphan", order_by="InvitedSite.id"
    )

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody is to come any more: it was cancelled, or the event was."""
        return self.cancelled_at is not None or self.event.is_cancelled

    def takes_results(self, now: datetime) -> bool:
        """Whether anybody can know by now how it went."""
        return now >= self.starts_at - timedelta(minutes=self.RESULTS_FROM)


class InvitedSite(db.Model):
    """A site that takes part in a link test, and how it went.

    `told_sequence`: the edition that its calendar holds, `told_email`: whose calendar that is (None: nobody's, nothing
    was sent yet or it was called back). `own_changes` rises when the site is taken off, put back, or written to at
    another address. `accepted_at`: its coordinator said that it will be there.
    """

    __table_args__ = (sa.UniqueConstraint("link_test_id", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_test_id: Mapped[int] = mapped_column(sa.ForeignKey("link_test.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    own_changes: Mapped[int] = mapped_column(default=0)
    told_sequence: Mapped[int | None]
    told_email: Mapped[str | None] = mapped_column(sa.String(254))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
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

    @property
    def sequence(self) -> int:
        """The SEQUENCE of its calendar entry. The cancelling of the event counts before anybody is told of it."""
        is_off_with_event = self.link_test.event.is_cancelled and self.link_test.cancelled_at is None
        return self.link_test.sequence + self.own_changes + is_off_with_event

    @property
    def is_expected(self) -> bool:
        """Whether the site is to be there."""
        return self.removed_at is None and not self.link_test.is_cancelled
