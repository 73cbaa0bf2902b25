"""Two people at one link test in the same moment: the last word stands, both are in the log, nothing leaves twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError
from eventsvc.link_tests import operations, sending_operations
from eventsvc.link_tests.models import InvitedSite, LinkTest, TestResult
from eventsvc.sites.report_models import Fault, FaultKind
from eventsvc.sites.reporter import of_site
from tests.link_tests import scenes


@pytest.fixture
def test(app) -> LinkTest:
    event = scenes.ready_event()
    return scenes.link_test(event, scenes.sites(event), starts_at=scenes.at_hand())


def at_once(app, *acts: Callable[[LinkTest], object]) -> list[object]:
    """What each act answered, a refusal as its code; all begin together, each with a database session of its own."""
    link_test_id = db.session.scalar(sa.select(LinkTest.id))
    db.session.rollback()
    start = Barrier(len(acts))

    def run(act: Callable[[LinkTest], object]) -> object:
        with app.app_context():
            found = db.session.get_one(LinkTest, link_test_id)
            rows = list(found.invited)  # as a page that was opened before
            start.wait(timeout=30)
            try:
                return act(found) if rows else None
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(run, acts))
    db.session.expire_all()
    return answers


def report(result: TestResult, fault=None) -> Callable[[LinkTest], object]:
    def act(link_test: LinkTest) -> None:
        row = link_test.invited[0]
        operations.report_result(row, result, of_site(row.site), fault=fault)

    return act


def test_of_two_results_one_stands_and_both_are_in_the_log(app, test):
    assert at_once(app, report(TestResult.PASSED), report(TestResult.FAILED)) == [None, None]

    told = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "link_test.result").order_by(AuditEntry.id)
    ).all()
    row = db.session.scalars(sa.select(InvitedSite).order_by(InvitedSite.id)).first()
    assert sorted(entry.details["result"] for entry in told) == ["failed", "passed"]
    assert row.result == told[-1].details["result"]
    assert (row.site.tested_at is not None) == (row.result is TestResult.PASSED)


def test_what_two_report_as_failed_is_one_fault(app, test):
    failed = report(TestResult.FAILED, (FaultKind.NO_SOUND, "Mất tiếng"))
    at_once(app, failed, failed)

    assert len(db.session.scalars(sa.select(Fault)).all()) == 1
    assert db.session.scalars(sa.select(InvitedSite).order_by(InvitedSite.id)).first().site.open_faults == 1


def test_two_who_press_send_write_each_letter_once(app, test):
    answers = at_once(app, *[lambda link_test: sending_operations.tell(link_test, by=None)] * 2)

    assert sorted(answers) == [0, 3]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 3


def test_two_who_ask_for_another_session_make_one(app, test):
    answers = at_once(app, *[lambda link_test: operations.test_again(link_test, by=None).id] * 2)

    assert "nobody_left" in answers
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkTest)) == 2
