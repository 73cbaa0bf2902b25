"""Look up link tests and rehearsals, the sites invited to them, and how they went."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind, TestResult
from eventsvc.link_tests.telling import Telling, due
from eventsvc.sites.models import MAIN, Milestone, Site, SiteLevel
from eventsvc.sites.queries import LEVEL_ORDER
from eventsvc.text import clean, fold

SUBJECT = "invited_site"
"""What a message to a site about a link test is about."""

MILESTONES = {LinkTestKind.LINK_TEST: Milestone.TESTED, LinkTestKind.REHEARSAL: Milestone.REHEARSED}
"""What a site reaches when it passes."""

_BY_LEVEL = sa.case({level.value: rank for rank, level in enumerate(LEVEL_ORDER)}, value=Site.level)


class Audience(StrEnum):
    """Which sites a link test is for."""

    BRIDGES = "bridges"
    LEVEL = "level"
    DISTRICT = "district"
    CLUSTER = "cluster"
    UNTESTED = "untested"
    CHOSEN = "chosen"


class Outcome(StrEnum):
    """How it stands with an invited site: a filter."""

    COMING = "coming"
    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    OPEN = "open"


class Tally(NamedTuple):
    """How many sites are invited, said that they come, passed, failed, were absent; the rest has no result."""

    invited: int = 0
    coming: int = 0
    passed: int = 0
    failed: int = 0
    absent: int = 0

    @property
    def open(self) -> int:
        return self.invited - self.passed - self.failed - self.absent


def no_such_test() -> NotFound:
    return NotFound(_("There is nothing at this address."))


def link_tests_of(event: Event, site_ids: Collection[int] | None = None) -> list[LinkTest]:
    """The link tests and rehearsals of an event in the order of time, cancelled ones too; to whoever looks after some
    sites, those to which one of them is invited."""
    statement = sa.select(LinkTest).where(LinkTest.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(_invites(site_ids))
    return list(db.session.scalars(statement.order_by(LinkTest.starts_at, LinkTest.id)))


def link_test_of(event: Event, link_test_id: int, site_ids: Collection[int] | None = None) -> LinkTest:
    """One link test of an event within reach; NotFound otherwise."""
    statement = sa.select(LinkTest).where(LinkTest.id == link_test_id, LinkTest.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(_invites(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise no_such_test()
    return found


def _invites(site_ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        InvitedSite.link_test_id == LinkTest.id,
        InvitedSite.removed_at.is_(None),
        InvitedSite.site_id.in_(site_ids),
    )


def tallies(event: Event, site_ids: Collection[int] | None = None) -> dict[int, Tally]:
    """How the link tests of an event went, by their ids, in one query."""
    results = [sa.func.count().filter(InvitedSite.result == result) for result in TestResult]
    statement = (
        sa.select(InvitedSite.link_test_id, sa.func.count(), sa.func.count(InvitedSite.accepted_at), *results)
        .join(LinkTest)
        .where(LinkTest.event_id == event.id, InvitedSite.removed_at.is_(None))
        .group_by(InvitedSite.link_test_id)
    )
    if site_ids is not None:
        statement = statement.where(InvitedSite.site_id.in_(site_ids))
    return {row[0]: Tally._make(row[1:]) for row in db.session.execute(statement)}


def invited_sites(
    link_test: LinkTest,
    site_ids: Collection[int] | None = None,
    *,
    q: str | None = None,
    within: str | None = None,
    outcome: Outcome | None = None,
) -> sa.Select[InvitedSite]:
    """Select the sites that are invited, with the sites themselves, in the order of the list of sites."""
    statement = (
        sa.select(InvitedSite)
        .join(InvitedSite.site)
        .options(contains_eager(InvitedSite.site))
        .where(InvitedSite.link_test_id == link_test.id, InvitedSite.removed_at.is_(None))
    )
    if site_ids is not None:
        statement = statement.where(InvitedSite.site_id.in_(site_ids))
    if outcome is Outcome.COMING:
        statement = statement.where(InvitedSite.accepted_at.is_not(None))
    elif outcome is Outcome.OPEN:
        statement = statement.where(InvitedSite.result.is_(None))
    elif outcome is not None:
        statement = statement.where(InvitedSite.result == TestResult(outcome.value))
    if within:
        statement = statement.where(sa.or_(Site.code == within, Site.parent_code == within))
    if words := clean(q or ""):
        folded = fold(words)
        by_name = Site.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(sa.or_(by_name, Site.code == words))
    return statement.order_by(_BY_LEVEL, Site.number, Site.id)


def invited_site(
    link_test: LinkTest, invited_id: int, site_ids: Collection[int] | None = None
) -> InvitedSite:
    """One site of a link test within reach; NotFound otherwise, also when it was taken off."""
    found = db.session.scalar(invited_sites(link_test, site_ids).where(InvitedSite.id == invited_id))
    if found is None:
        raise no_such_test()
    return found


def for_site(site: Site) -> list[InvitedSite]:
    """What a site is invited to and has not been called off: those to come first, then those that are over."""
    found = db.session.scalars(
        sa.select(InvitedSite)
        .join(InvitedSite.link_test)
        .options(contains_eager(InvitedSite.link_test))
        .where(
            InvitedSite.site_id == site.id,
            InvitedSite.removed_at.is_(None),
            LinkTest.cancelled_at.is_(None),
        )
        .order_by(LinkTest.starts_at, LinkTest.id)
    ).all()
    now = clock.now()
    over = [invited for invited in found if invited.link_test.ends_at <= now]
    return [invited for invited in found if invited.link_test.ends_at > now] + over[::-1]


def awaited(rows: Collection[InvitedSite]) -> set[Milestone]:
    """What these sessions of a site are still to show: reported there with the result, not as a step of its own."""
    return {MILESTONES[row.link_test.kind] for row in rows if row.result is not TestResult.PASSED}


def has_passed_another(invited: InvitedSite) -> bool:
    """Whether the site has passed another session of the same kind, which has not been called off."""
    other = (
        sa.select(InvitedSite.id)
        .join(InvitedSite.link_test)
        .where(
            InvitedSite.site_id == invited.site_id,
            InvitedSite.id != invited.id,
            InvitedSite.removed_at.is_(None),
            InvitedSite.result == TestResult.PASSED,
            LinkTest.kind == invited.link_test.kind,
            LinkTest.cancelled_at.is_(None),
        )
    )
    return db.session.scalar(other.limit(1)) is not None


def in_calendar(site: Site) -> list[InvitedSite]:
    """What a calendar of the site shows: what it was ever invited to, called off or not."""
    return list(
        db.session.scalars(
            sa.select(InvitedSite)
            .join(InvitedSite.link_test)
            .options(contains_eager(InvitedSite.link_test), joinedload(InvitedSite.site))
            .where(InvitedSite.site_id == site.id)
            .order_by(LinkTest.starts_at, LinkTest.id)
        )
    )


def to_tell(link_test: LinkTest) -> list[tuple[InvitedSite, Telling]]:
    """The sites that have not been told how it stands, and what they are to be told."""
    rows = db.session.scalars(
        sa.select(InvitedSite)
        .join(InvitedSite.site)
        .options(contains_eager(InvitedSite.site))
        .where(InvitedSite.link_test_id == link_test.id)
        .order_by(_BY_LEVEL, Site.number, Site.id)
    )
    now = clock.now()
    return [(row, how) for row in rows if (how := due(row, now)) is not None]


def sites_meant(
    event: Event, audience: Audience, value: str = "", chosen: Collection[int] = ()
) -> list[Site]:
    """The sites that a link test is for, in the order of the list; `value`: the level, district or cluster; `chosen`
    the ids of single sites. The main hall is among them only when it is chosen."""
    statement = sa.select(Site).where(Site.event_id == event.id)
    if audience is Audience.CHOSEN:
        statement = statement.where(Site.id.in_(chosen))
    else:
        statement = statement.where(Site.code != MAIN)
    if audience is Audience.LEVEL:
        known = value in {level.value for level in SiteLevel}
        statement = statement.where(Site.level == SiteLevel(value) if known else sa.false())
    elif audience is Audience.DISTRICT:
        statement = statement.where(sa.or_(Site.code == value, Site.parent_code == value))
    elif audience is Audience.CLUSTER:
        statement = statement.where(Site.cluster == value)
    elif audience is Audience.UNTESTED:
        statement = statement.where(Site.tested_at.is_(None))
    return list(db.session.scalars(statement.order_by(_BY_LEVEL, Site.number, Site.id)))


def sites_by_level(event: Event) -> list[Site]:
    """Every site of an event, in the order of the list: what a form offers."""
    statement = sa.select(Site).where(Site.event_id == event.id)
    return list(db.session.scalars(statement.order_by(_BY_LEVEL, Site.number, Site.id)))


def to_test_again(link_test: LinkTest) -> list[Site]:
    """The sites that failed, were absent or have no result, and are not invited to another test of this kind that is
    still to come."""
    other = aliased(InvitedSite)
    coming = (
        sa.exists()
        .where(
            other.site_id == InvitedSite.site_id,
            other.removed_at.is_(None),
            other.link_test_id != link_test.id,
        )
        .where(
            LinkTest.id == other.link_test_id,
            LinkTest.kind == link_test.kind,
            LinkTest.cancelled_at.is_(None),
            LinkTest.starts_at > clock.now(),
        )
    )
    statement = invited_sites(link_test).where(
        sa.or_(InvitedSite.result.is_(None), InvitedSite.result != TestResult.PASSED), ~coming
    )
    return [invited.site for invited in db.session.scalars(statement)]
