"""Link tests and rehearsals: make, change, call off; who takes part, who comes, and how it went."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.link_tests import queries
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind, TestResult
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites import fault_operations, step_operations
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import Fault, FaultKind, FaultState
from eventsvc.sites.reporter import Reporter

SIGNIFICANT = frozenset({"starts_at", "ends_at", "video_link"})
"""What changes the edition: whoever said that they come is asked again."""
EDITABLE = SIGNIFICANT | {"title", "contact", "note"}
LONGEST = timedelta(hours=24)
AT_ONCE = 200
"""For how many sites something is written in one transaction: others want to write, too."""


class TestCancelled(DomainError):
    __test__ = False  # no test of pytest's
    code = "link_test_cancelled"


class TestOver(DomainError):
    __test__ = False
    code = "link_test_over"


class TestNotBegun(DomainError):
    __test__ = False
    code = "link_test_not_begun"


class NobodyLeft(DomainError):
    code = "nobody_left"


@atomic()
def make_link_test(
    event: Event,
    *,
    kind: LinkTestKind,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    video_link: str | None = None,
    contact: str | None = None,
    note: str | None = None,
    sites: Sequence[Site],
    by: Any,
) -> LinkTest:
    """A session in which these sites connect. Nothing is sent yet.

    Invalid when it ends before it starts, lies in the past, is for no site or for a site of another event.
    """
    lock_open(event)
    _require_times(starts_at, ends_at)
    _require_own(event, sites)
    link_test = LinkTest(
        event=event,
        key=secrets.short_key(),
        kind=kind,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        video_link=video_link,
        contact=contact,
        note=note,
        changed_at=clock.now(),
        invited=[InvitedSite(site=site, changed_at=clock.now()) for site in dict.fromkeys(sites)],
    )
    db.session.add(link_test)
    db.session.flush()
    record(by, "link_test.made", link_test, event=event, kind=kind.value, sites=len(link_test.invited))
    return link_test


@atomic()
def edit_link_test(
    link_test: LinkTest, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> None:
    """Change what it is about. Another time or link is a new edition: the sites are to be told, and to answer again.

    StaleEdit when somebody else has saved since `version`.
    """
    lock_open(link_test.event)
    lock(link_test, version)
    _require_standing(link_test)
    starts_at, ends_at = (changes.get(name, getattr(link_test, name)) for name in ("starts_at", "ends_at"))
    if (starts_at, ends_at) != (link_test.starts_at, link_test.ends_at):
        _require_times(starts_at, ends_at)
    changed = assign(link_test, changes, EDITABLE)
    if not changed:
        return
    link_test.changed_at = clock.now()
    if SIGNIFICANT.intersection(changed):
        link_test.sequence += 1
        _forget_answers(link_test)
    record(by, "link_test.edited", link_test, event=link_test.event, fields=changed)


@atomic()
def cancel_link_test(link_test: LinkTest, *, by: Any) -> bool:
    """It does not take place, whatever becomes of the event. Safe to repeat; whether this was what called it off."""
    lock(link_test.event)
    lock(link_test)
    if link_test.cancelled_at is not None:
        return False
    link_test.cancelled_at = link_test.changed_at = clock.now()
    link_test.sequence += 1
    record(by, "link_test.cancelled", link_test, event=link_test.event)
    return True


@atomic()
def invite_sites(link_test: LinkTest, sites: Collection[Site], *, by: Any) -> int:
    """These sites take part, too; how many did not before. Safe to repeat. Nobody else hears of it."""
    lock_open(link_test.event)
    lock(link_test)
    _require_standing(link_test)
    _require_own(link_test.event, sites)
    rows = {row.site_id: row for row in _rows_of(link_test)}
    added = 0
    for site in dict.fromkeys(sites):
        row = rows.get(site.id)
        if row is None:
            db.session.add(InvitedSite(link_test=link_test, site=site, changed_at=clock.now()))
        elif row.removed_at is not None:
            _change(row, removed_at=None)
        else:
            continue
        added += 1
    if added:
        db.session.flush()
        record(by, "link_test.sites_added", link_test, event=link_test.event, count=added)
    return added


@atomic()
def take_off(invited: InvitedSite, *, by: Any) -> bool:
    """The site does not take part any more. Safe to repeat; whether it did. Nobody else hears of it."""
    link_test = invited.link_test
    lock_open(link_test.event)
    lock(link_test)
    lock(invited)
    _require_standing(link_test)
    if invited.removed_at is not None:
        return False
    _change(invited, removed_at=clock.now())
    record(by, "link_test.site_taken_off", link_test, event=link_test.event, site=invited.site_id)
    return True


@atomic()
def test_again(link_test: LinkTest, *, by: Any) -> LinkTest:
    """A new test for those that failed, were absent or have no result: the next day at the same hour, or tomorrow when
    that is past. NobodyLeft when all of them passed or are invited to another one: a second press makes nothing."""
    lock_open(link_test.event)
    lock(link_test)
    sites = queries.to_test_again(link_test)
    if not sites:
        raise NobodyLeft(_("Every site has passed, or is invited to another test already."))
    length = link_test.ends_at - link_test.starts_at
    starts_at = link_test.starts_at + timedelta(days=1)
    if starts_at <= clock.now():
        wall = clock.local(link_test.starts_at)
        starts_at = clock.from_local(
            datetime.combine(clock.today() + timedelta(days=1), wall.time().replace(tzinfo=None))
        )
    mark = _("%(title)s (again)", title="")
    title = (
        link_test.title if link_test.title.endswith(mark) else f"{link_test.title[: 200 - len(mark)]}{mark}"
    )
    return make_link_test(
        link_test.event,
        kind=link_test.kind,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + length,
        video_link=link_test.video_link,
        contact=link_test.contact,
        note=link_test.note,
        sites=sites,
        by=by,
    )


@atomic()
def accept(invited: InvitedSite, reporter: Reporter) -> bool:
    """The site will be there. Safe to repeat: the first word stands; whether this was it.

    TestCancelled when it was called off or the site taken off, TestOver when it is over.
    """
    _hold(invited)
    if invited.link_test.ends_at <= clock.now():
        raise TestOver(_("This test is over."))
    if invited.accepted_at is not None:
        return False
    invited.accepted_at = clock.now()
    _record(invited, "link_test.accepted", reporter)
    return True


@atomic()
def report_result(
    invited: InvitedSite,
    result: TestResult,
    reporter: Reporter,
    *,
    note: str | None = None,
    fault: tuple[FaultKind, str | None] | None = None,
) -> None:
    """How it went at this site. The last word stands, every one is in the log; the same again changes nothing.

    Passed: the site reaches "tested" or "rehearsed". Failed: it has not reached it, or not any more, and a `fault` is
    raised with it, once. Absent after all: what another session of this kind has shown stands. TestNotBegun when it is
    too early to know.
    """
    _hold(invited)
    _require_begun(invited.link_test)
    site, before = invited.site, invited.result
    told = reporter.columns_on_behalf | {"note": (note or "")[:2000] or None}
    milestone = queries.MILESTONES[invited.link_test.kind]
    if before is not result or any(getattr(invited, name) != value for name, value in told.items()):
        assign(invited, {"result": result, "result_at": clock.now(), **told})
        _record(invited, "link_test.result", reporter, result=result.value)
    if result is TestResult.PASSED:
        step_operations.reach(site, milestone, reporter)
    elif result is TestResult.FAILED or (
        before is TestResult.PASSED and not queries.has_passed_another(invited)
    ):
        step_operations.undo(site, milestone, reporter, note=invited.note)
    if fault is not None and result is TestResult.FAILED and not _is_raised(invited, fault[0]):
        fault_operations.raise_fault(site, *fault, reporter, link_test_id=invited.link_test_id)


def pass_others(link_test: LinkTest, reporter: Reporter, *, site_ids: Collection[int] | None = None) -> int:
    """Every site that is invited and has no result yet has passed, within reach; how many. Sites that have closed are
    left out. Safe to repeat."""
    passed = 0
    while some := pass_some(link_test, reporter, site_ids=site_ids):
        passed += some
    return passed


@atomic()
def pass_some(link_test: LinkTest, reporter: Reporter, *, site_ids: Collection[int] | None = None) -> int:
    """The next of those sites have passed; how many."""
    lock_open(link_test.event)
    lock(link_test)
    _require_standing(link_test)
    _require_begun(link_test)
    open_rows = queries.invited_sites(link_test, site_ids).where(
        InvitedSite.result.is_(None), Site.closed_at.is_(None)
    )
    rows = db.session.scalars(open_rows.limit(AT_ONCE)).all()
    for invited in rows:
        report_result(invited, TestResult.PASSED, reporter)
    return len(rows)


def _hold(invited: InvitedSite) -> None:
    lock_open(invited.link_test.event)
    lock(invited.link_test)
    lock(invited.site)
    lock(invited)
    _require_standing(invited.link_test)
    if invited.removed_at is not None:
        raise TestCancelled(_("This site does not take part any more."))


def _require_standing(link_test: LinkTest) -> None:
    if link_test.is_cancelled:
        raise TestCancelled(_("This test has been called off."))


def _require_begun(link_test: LinkTest) -> None:
    if not link_test.takes_results(clock.now()):
        minutes = link_test.RESULTS_FROM
        raise TestNotBegun(_("Results are entered from %(num)s minutes before the start.", num=minutes))


def _require_times(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at <= clock.now():
        raise Invalid(_("This time is past. Choose a later one."), field="starts_at")
    if ends_at <= starts_at:
        raise Invalid(_("It must end after it starts."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Invalid(_("It may last a day at most."), field="ends_at")


def _require_own(event: Event, sites: Collection[Site]) -> None:
    if not sites:
        raise Invalid(_("Choose at least one site."), field="sites")
    if any(site.event_id != event.id for site in sites):
        raise Invalid(_("A site of another event cannot take part."), field="sites")


def _rows_of(link_test: LinkTest) -> list[InvitedSite]:
    """As they are in the database, not as they were when the page was opened."""
    rows = sa.select(InvitedSite).where(InvitedSite.link_test_id == link_test.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _change(row: InvitedSite, *, removed_at: datetime | None) -> None:
    """Taken off or put back: another edition for this site, and nothing that was said or found stands."""
    row.removed_at, row.changed_at, row.accepted_at = removed_at, clock.now(), None
    row.own_changes += 1


def _forget_answers(link_test: LinkTest) -> None:
    answered = sa.update(InvitedSite).where(
        InvitedSite.link_test_id == link_test.id, InvitedSite.accepted_at.is_not(None)
    )
    db.session.execute(answered.values(accepted_at=None).execution_options(synchronize_session="fetch"))


def _is_raised(invited: InvitedSite, kind: FaultKind) -> bool:
    """Whether such a fault stands already, from this very test."""
    standing = sa.select(Fault.id).where(
        Fault.site_id == invited.site_id,
        Fault.link_test_id == invited.link_test_id,
        Fault.kind == kind,
        Fault.state != FaultState.CLEARED,
    )
    return db.session.scalar(standing) is not None


def _record(invited: InvitedSite, action: str, reporter: Reporter, **details: Any) -> None:
    details |= {"site": invited.site_id, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, action, invited.link_test, event=invited.link_test.event, **details)
