"""Link tests and rehearsals: made, changed, called off; results and what follows from them for the site."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.link_tests import operations, queries
from eventsvc.link_tests.models import LinkTestKind, TestResult
from eventsvc.link_tests.queries import Audience, Outcome, Tally
from eventsvc.sites import link_operations, report_queries, reporter, step_operations
from eventsvc.sites import operations as site_operations
from eventsvc.sites.models import Milestone, SiteStatus
from eventsvc.sites.report_models import FaultKind, FaultState
from eventsvc.sites.reporter import Reporter
from tests import factories
from tests.link_tests import scenes

only_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    return scenes.ready_event()


@pytest.fixture
def three(event):
    return scenes.sites(event)


def test_results_move_the_sites_and_are_counted(event, three):
    first, second, third = three
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    province = Reporter(factories.organizer(), "Nguyễn Văn Trực", spoke_with="Trần Thị Lý")

    assert operations.accept(scenes.of(test, first), reporter.of_site(first))
    assert not operations.accept(scenes.of(test, first), province)
    operations.report_result(scenes.of(test, first), TestResult.PASSED, reporter.of_site(first))
    operations.report_result(
        scenes.of(test, second), TestResult.FAILED, province, fault=(FaultKind.NO_SOUND, "Mất tiếng")
    )
    operations.report_result(
        scenes.of(test, second), TestResult.FAILED, province, fault=(FaultKind.NO_SOUND, "Mất tiếng")
    )

    assert queries.tallies(event) == {test.id: Tally(invited=3, coming=1, passed=1, failed=1)}
    assert queries.tallies(event)[test.id].open == 1
    assert (first.status, second.status) == (SiteStatus.TESTED, SiteStatus.FAULT)
    [fault] = report_queries.faults_of_site(second)
    assert (fault.link_test_id, fault.state, fault.text) == (test.id, FaultState.OPEN, "Mất tiếng")
    assert scenes.of(test, second).spoke_with == "Trần Thị Lý"
    assert [s.code for s in queries.to_test_again(test)] == [second.code, third.code]
    found = db.session.scalars(queries.invited_sites(test, outcome=Outcome.FAILED)).all()
    assert [row.site for row in found] == [second]


def test_of_two_results_the_last_stands_and_both_are_in_the_log(event, three):
    site = three[0]
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    operations.report_result(scenes.of(test, site), TestResult.PASSED, reporter.of_site(site))
    operations.report_result(
        scenes.of(test, site), TestResult.FAILED, Reporter(factories.organizer(), "Sáu"), note="Rớt mạng"
    )

    assert scenes.of(test, site).result is TestResult.FAILED
    assert site.tested_at is None and site.status is SiteStatus.CONFIRMED
    results = db.select(AuditEntry).where(AuditEntry.action == "link_test.result").order_by(AuditEntry.id)
    assert [entry.details["result"] for entry in db.session.scalars(results)] == ["passed", "failed"]
    steps = [(step.milestone, step.is_undone) for step in reversed(report_queries.steps_of(site))]
    assert steps[-2:] == [(Milestone.TESTED, False), (Milestone.TESTED, True)]


@only_sqlite
def test_a_rehearsal_is_a_milestone_of_its_own(event, three):
    test = scenes.link_test(event, three, LinkTestKind.REHEARSAL, starts_at=scenes.at_hand())

    operations.report_result(scenes.of(test, three[0]), TestResult.PASSED, reporter.of_site(three[0]))
    operations.report_result(scenes.of(test, three[1]), TestResult.ABSENT, reporter.of_site(three[1]))

    assert three[0].rehearsed_at is not None and three[0].tested_at is None
    assert three[1].rehearsed_at is None


@only_sqlite
def test_absent_after_all_takes_back_only_what_no_other_session_has_shown(event, three):
    site, user = three[0], Reporter(factories.organizer(), "Sáu")
    first, second = (
        scenes.of(scenes.link_test(event, [site], starts_at=scenes.at_hand()), site) for _each in range(2)
    )
    scenes.link_test(event, [site], LinkTestKind.REHEARSAL, starts_at=scenes.at_hand())
    operations.report_result(first, TestResult.PASSED, user)
    operations.report_result(second, TestResult.PASSED, user)

    operations.report_result(second, TestResult.ABSENT, user)
    assert site.tested_at is not None
    operations.report_result(first, TestResult.ABSENT, user)

    assert site.tested_at is None


def test_all_others_passed_but_those_that_have_a_result_or_have_closed(event, three):
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    user = Reporter(factories.organizer(), "Sáu")
    operations.report_result(scenes.of(test, three[0]), TestResult.ABSENT, user)
    step_operations.reach(three[1], Milestone.CLOSED, user)

    assert operations.pass_others(test, user) == 1
    assert operations.pass_others(test, user) == 0

    results = [scenes.of(test, site).result for site in three]
    assert results == [TestResult.ABSENT, None, TestResult.PASSED]


@only_sqlite
def test_the_test_again_is_for_those_without_a_pass_and_is_made_once(event, three):
    test = scenes.link_test(event, three, starts_at=scenes.at_hand())
    operations.report_result(scenes.of(test, three[0]), TestResult.PASSED, reporter.of_site(three[0]))

    again = operations.test_again(test, by=None)

    assert [row.site for row in again.invited] == three[1:]
    assert again.starts_at == test.starts_at + timedelta(days=1)
    assert again.title == "Kết nối thử lần 1 (kiểm tra lại)"
    with pytest.raises(operations.NobodyLeft):
        operations.test_again(test, by=None)


@only_sqlite
def test_another_time_or_link_is_another_edition_and_is_asked_again(event, three):
    test = scenes.link_test(event, three)
    operations.accept(scenes.of(test, three[0]), reporter.of_site(three[0]))
    version = test.version

    operations.edit_link_test(test, {"title": "Kết nối thử toàn tỉnh"}, version=version, by=None)
    assert test.sequence == 0 and scenes.of(test, three[0]).accepted_at is not None
    with pytest.raises(StaleEdit):
        operations.edit_link_test(test, {"title": "Khác"}, version=version, by=None)
    operations.edit_link_test(test, {"video_link": "https://hop.example.vn/2"}, by=None)
    operations.edit_link_test(test, {"video_link": "https://hop.example.vn/2"}, by=None)

    assert test.sequence == 1 and scenes.of(test, three[0]).accepted_at is None


@only_sqlite
def test_a_site_taken_off_is_nowhere_and_can_come_back(event, three):
    test = scenes.link_test(event, three)

    assert operations.take_off(scenes.of(test, three[0]), by=None)
    assert not operations.take_off(scenes.of(test, three[0]), by=None)
    assert queries.for_site(three[0]) == []
    with pytest.raises(operations.TestCancelled):
        operations.accept(scenes.of(test, three[0]), reporter.of_site(three[0]))
    assert operations.invite_sites(test, three, by=None) == 1
    assert operations.invite_sites(test, three, by=None) == 0

    assert queries.for_site(three[0]) == [scenes.of(test, three[0])]
    assert scenes.of(test, three[0]).sequence == 2


@only_sqlite
def test_what_is_to_come_stands_before_what_is_over(event, three, monkeypatch):
    late = scenes.link_test(event, three, starts_at=factories.soon(days=5, hour=14))
    early = scenes.link_test(event, three, starts_at=factories.soon(days=2, hour=14))
    off = scenes.link_test(event, three)
    operations.cancel_link_test(off, by=None)
    assert [row.link_test for row in queries.for_site(three[0])] == [early, late]
    after = early.ends_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: after)

    assert [row.link_test for row in queries.for_site(three[0])] == [late, early]
    with pytest.raises(operations.TestOver):
        operations.accept(scenes.of(early, three[0]), reporter.of_site(three[0]))


@only_sqlite
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": factories.soon(days=4, hour=13)}, "ends_at"),
        ({"starts_at": factories.soon(days=-1, hour=14)}, "starts_at"),
        ({"ends_at": factories.soon(days=6, hour=14)}, "ends_at"),
        ({"sites": []}, "sites"),
    ],
)
def test_a_test_that_cannot_be_is_refused(event, three, change, field):
    starts_at = factories.soon(days=4, hour=14)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "sites": three} | change

    with pytest.raises(DomainError) as refusal:
        operations.make_link_test(event, kind=LinkTestKind.LINK_TEST, title="Thử", by=None, **values)

    assert refusal.value.field == field
    assert queries.link_tests_of(event) == []


@only_sqlite
def test_a_site_of_another_event_cannot_take_part(event, three):
    stranger = scenes.sites(scenes.ready_event(), 1)
    test = scenes.link_test(event, three)

    with pytest.raises(DomainError):
        operations.invite_sites(test, [*three, *stranger], by=None)
    with pytest.raises(DomainError):
        scenes.link_test(event, stranger)


@only_sqlite
def test_whom_a_test_is_for(event, three):
    factories.main_site(event)
    site_operations.add_site(event, name="Nhà máy", by=None)
    step_operations.reach(three[0], Milestone.TESTED, reporter.of_site(three[0]))
    three[1].cluster = "Cụm 1"
    db.session.flush()

    def meant(audience, value="", chosen=()):
        return len(queries.sites_meant(event, audience, value, chosen))

    assert meant(Audience.BRIDGES) == 14
    assert meant(Audience.LEVEL, "district") == 13
    assert meant(Audience.LEVEL, "không có") == 0
    assert meant(Audience.DISTRICT, three[2].code) == 1
    assert meant(Audience.CLUSTER, "Cụm 1") == 1
    assert meant(Audience.UNTESTED) == 13
    assert meant(Audience.CHOSEN, chosen=[three[0].id, scenes.by_code(event, "main").id]) == 2


@only_sqlite
def test_whoever_looks_after_one_site_sees_its_tests_alone(event, three):
    link_operations.make_links(event, three, by=None)
    scenes.link_test(event, three[1:])
    own = scenes.link_test(event, three[:2])
    reach = frozenset({three[0].id})

    assert queries.link_tests_of(event, reach) == [own]
    assert queries.tallies(event, reach) == {own.id: Tally(invited=1)}
    assert [row.site for row in db.session.scalars(queries.invited_sites(own, reach))] == [three[0]]
