"""What sites report: milestones, faults, checklist, head-counts; and where a site then stands."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event, Sitting
from eventsvc.sites import (
    fault_operations,
    link_operations,
    link_queries,
    operations,
    readiness,
    readiness_queries,
    report_operations,
    report_queries,
    reporter,
    step_operations,
)
from eventsvc.sites.models import Milestone, Site, SiteLevel, SiteStatus
from eventsvc.sites.report_models import FaultKind, FaultState
from eventsvc.sites.reporter import Reporter
from tests import factories


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=datetime(2023, 7, 14, 1, 0, tzinfo=UTC))
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def site(event):
    return factories.site_of(event, "536")


def test_each_step_moves_the_site_on_once(site):
    province = Reporter(factories.organizer(), "Nguyễn Văn Trực", spoke_with="Trần Thị Lý")

    assert step_operations.reach(site, Milestone.TESTED, reporter.of_site(site))
    assert not step_operations.reach(site, Milestone.TESTED, province)
    assert site.status is SiteStatus.TESTED and site.confirmed_at is not None
    step_operations.reach(site, Milestone.CONNECTED, province)
    step_operations.undo(site, Milestone.CONNECTED, province)

    assert site.status is SiteStatus.TESTED
    steps = [(s.milestone, s.is_undone, s.spoke_with) for s in reversed(report_queries.steps_of(site))]
    assert steps == [
        (Milestone.CONFIRMED, False, None),
        (Milestone.TESTED, False, None),
        (Milestone.CONNECTED, False, "Trần Thị Lý"),
        (Milestone.CONNECTED, True, "Trần Thị Lý"),
    ]


def test_a_confirmation_is_not_taken_back_while_a_later_step_stands(site):
    own = reporter.of_site(site)
    step_operations.reach(site, Milestone.TESTED, own)

    with pytest.raises(step_operations.LaterStepStands):
        step_operations.undo(site, Milestone.CONFIRMED, own)
    step_operations.undo(site, Milestone.TESTED, own)
    assert step_operations.undo(site, Milestone.CONFIRMED, own)
    assert site.status is SiteStatus.UNCONFIRMED


@pytest.mark.parametrize(
    ("sittings", "window_end", "last_day"),
    [
        ([(14, True)], None, 21),
        ([(14, True), (16, False)], date(2023, 7, 30), 23),
        ([(14, False)], None, 21),
        ([(None, False)], date(2023, 7, 15), 22),
        ([(None, False)], None, None),
    ],
)
def test_a_link_lives_to_the_end_of_a_day_a_week_after_the_last_sitting(sittings, window_end, last_day):
    day = lambda number, hour: datetime(2023, 7, number, hour, tzinfo=UTC)  # noqa: E731
    event = Event(window_end=window_end)
    for number, has_end in sittings:
        starts_at = day(number, 1) if number else None
        event.sittings.append(Sitting(starts_at=starts_at, ends_at=day(number, 3) if has_end else None))

    until = link_queries.expires_at(event)

    assert (until is None) is (last_day is None)
    if last_day:
        shown, after = clock.local(until), clock.local(until + timedelta(microseconds=1))
        assert (shown.day, after.day) == (last_day, last_day + 1)


def test_a_site_is_at_fault_until_the_last_fault_is_cleared(site):
    own = reporter.of_site(site)
    step_operations.reach(site, Milestone.READY, own)
    first = fault_operations.raise_fault(site, FaultKind.NO_SOUND, "Mất tiếng", own)
    second = fault_operations.raise_fault(site, FaultKind.POWER, None, own)
    fault_operations.take_fault(first, "Tổ kỹ thuật VNPT", own)
    assert fault_operations.clear_fault(first, own, text="Đã thay micro")
    assert not fault_operations.clear_fault(first, own)

    assert site.status is SiteStatus.FAULT
    fault_operations.clear_fault(second, own)
    assert site.status is SiteStatus.READY
    assert [entry.state for entry in first.entries] == [FaultState.OPEN, FaultState.TAKEN, FaultState.CLEARED]


def test_a_closed_site_reports_nothing(site):
    own = reporter.of_site(site)
    step_operations.reach(site, Milestone.CLOSED, own)

    with pytest.raises(DomainError):
        step_operations.reach(site, Milestone.CONNECTED, own)
    with pytest.raises(DomainError):
        fault_operations.raise_fault(site, FaultKind.POWER, None, own)
    step_operations.undo(site, Milestone.CLOSED, own)
    assert site.status is SiteStatus.CONFIRMED


@pytest.mark.parametrize("number", [-1, 10**9])
def test_an_impossible_head_count_is_refused(site, number):
    groups = report_queries.count_groups(site.event)

    with pytest.raises(DomainError) as refusal:
        report_operations.report_head_count(
            site, site.event.sittings[0], [(groups[0], 3), (groups[1], number)], reporter.of_site(site)
        )

    assert refusal.value.field == f"group_{groups[1].id}"
    assert report_queries.head_counts_of(site) == [] and site.counted_at is None


def test_the_newest_head_count_counts_and_the_others_are_kept(site):
    groups, sitting = report_queries.count_groups(site.event), site.event.sittings[0]
    for number in (12, 30):
        report_operations.report_head_count(site, sitting, [(groups[0], number)], reporter.of_site(site))

    assert report_queries.head_counts(sitting)[site.id].people == 30
    assert [count.people for count in report_queries.head_counts_of(site)] == [30, 12]


def test_only_a_head_count_of_the_day_itself_passes_the_gate(site, monkeypatch):
    groups, sitting = report_queries.count_groups(site.event), site.event.sittings[0]
    from_then_on = sitting.starts_at - timedelta(hours=12)
    for moment, passes in ((from_then_on - timedelta(minutes=1), False), (from_then_on, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        report_operations.report_head_count(site, sitting, [(groups[0], 5)], reporter.of_site(site))

        assert (site.counted_at is not None) is passes


def test_a_new_link_kills_the_old_one(site):
    link_operations.make_links(site.event, [site], by=None)
    old = link_queries.link_of(site).rpartition("/")[2]
    link_operations.renew_link(site, by=None)
    new = link_queries.link_of(site).rpartition("/")[2]

    assert link_queries.site_by_token(old) is None
    assert link_queries.site_by_token(new) == site


def test_what_the_database_counts_as_missed_is_what_the_rules_say(event, monkeypatch):
    dues, sites = readiness_queries.dues_of(event), list(db.session.scalars(db.select(Site)))
    for number, milestone in enumerate(Milestone):
        for site in sites[: number + 2]:
            if site.closed_at is None:
                step_operations.reach(site, milestone, Reporter(None))
    for due in dues:
        for now in (due.at - timedelta(seconds=1), due.at):
            rows = db.session.execute(db.select(Site, readiness_queries.missed_number(dues, now)))
            for site, number in rows:
                assert number == len(readiness.missed(site, dues, now))


def test_rules_follow_the_clock_of_the_event(event):
    at = {due.rule.gate.value: clock.local(due.at) for due in readiness_queries.dues_of(event)}

    assert at["tested"].strftime("%d/%m %H:%M") == "11/07 17:00"
    assert at["rehearsed"].strftime("%d/%m %H:%M") == "13/07 15:00"
    assert at["technician_present"].strftime("%d/%m %H:%M") == "14/07 07:00"
    assert at["connected"].strftime("%d/%m %H:%M") == "14/07 07:45"


def test_what_is_reported_makes_no_form_lapse(site, monkeypatch):
    edition, groups, own = site.version, report_queries.count_groups(site.event), reporter.of_site(site)
    step_operations.reach(site, Milestone.READY, own)
    fault = fault_operations.raise_fault(site, FaultKind.POWER, None, own)
    fault_operations.clear_fault(fault, own)
    monkeypatch.setattr(clock, "now", lambda: site.event.starts_at)
    report_operations.report_head_count(site, site.event.sittings[0], [(groups[0], 30)], own)

    operations.edit_site(site, {"hall": "Phòng họp số 1"}, version=edition, by=None)

    assert (site.hall, site.status, site.open_faults) == ("Phòng họp số 1", SiteStatus.READY, 0)
    assert site.counted_at is not None and site.version == edition + 1
