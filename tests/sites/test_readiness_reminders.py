"""Reminders by mail: to whom, when, once; nothing of what no longer holds."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from eventsvc import clock, secrets
from eventsvc.db import atomic, db
from eventsvc.deliveries import markers
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.sites import (
    link_operations,
    link_queries,
    operations,
    readiness_operations,
    readiness_queries,
    reminder_operations,
    reporter,
    step_operations,
)
from eventsvc.sites.models import Milestone, SiteLevel
from eventsvc.sites.readiness_models import Gate
from tests import factories

START = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)
CONFIRM_BY = datetime(2023, 7, 9, 10, 0, tzinfo=UTC)  # five days before, 17:00 in Vietnam


@pytest.fixture
def event(app, at):
    at(START - timedelta(days=30))
    event = factories.approved_event(starts_at=START)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    for code in ("522", "524", "525"):
        values = {"contact_name": f"Đầu mối {code}", "contact_email": f"{code}@ubnd.example.vn"}
        operations.edit_site(factories.site_of(event, code), values, by=None)
    return event


@pytest.fixture
def at(app, monkeypatch):
    """Set the clock."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def letters(state=None):
    found = db.select(Delivery).order_by(Delivery.id)
    if state is not None:
        found = found.where(Delivery.state == state)
    return list(db.session.scalars(found))


def test_the_silent_are_written_to_once_before_and_once_after(event, at):
    done = factories.site_of(event, "525")
    step_operations.reach(done, Milestone.CONFIRMED, reporter.of_site(done))
    at(CONFIRM_BY - timedelta(hours=24, minutes=1))
    assert reminder_operations.remind_by_rule() == 0
    for hours in (24, 12, 1):
        at(CONFIRM_BY - timedelta(hours=hours))
        reminder_operations.remind_by_rule()
    assert [letter.recipient for letter in letters()] == ["522@ubnd.example.vn", "524@ubnd.example.vn"]

    silent = factories.site_of(event, "522")
    other = factories.site_of(event, "524")
    step_operations.reach(other, Milestone.CONFIRMED, reporter.of_site(other))
    for hours in (0, 5, 23):
        at(CONFIRM_BY + timedelta(hours=hours))
        reminder_operations.remind_by_rule()

    assert [letter.recipient for letter in letters()][2:] == ["522@ubnd.example.vn"]
    last = letters()[-1]
    assert last.subject.startswith("Quá hạn từ 17:00 09/7/2023") and silent.name in last.subject
    link = link_queries.link_of(silent)
    token = link.rpartition("/")[2]
    assert token not in last.text_body + last.html_body
    assert link in markers.fill(last.text_body, {"link": token})
    assert factories.site_of(event, "536").token_hash is None


def test_a_moved_event_reminds_again_and_takes_back_what_waits(event, at):
    at(CONFIRM_BY - timedelta(hours=3))
    assert reminder_operations.remind_by_rule() == 3
    moved = START + timedelta(days=2)
    events.propose_time(event.sittings[0], starts_at=moved, ends_at=None, by=factories.organizer())

    assert reminder_operations.remind_by_rule() == 0
    assert {letter.state for letter in letters()} == {DeliveryState.CANCELLED}
    at(CONFIRM_BY + timedelta(days=2, hours=-3))
    assert reminder_operations.remind_by_rule() == 3


def test_what_waits_is_taken_back_when_the_site_has_passed_or_has_another_link(event, at):
    at(CONFIRM_BY - timedelta(hours=3))
    reminder_operations.remind_by_rule()
    passed, renewed, silent = (factories.site_of(event, code) for code in ("522", "524", "525"))
    step_operations.reach(passed, Milestone.CONFIRMED, reporter.of_site(passed))
    link_operations.renew_link(renewed, by=None)

    reminder_operations.remind_by_rule()

    waiting = letters(DeliveryState.QUEUED)
    assert [letter.subject_id for letter in waiting] == [silent.id, renewed.id]
    assert secrets.unseal(waiting[-1].secrets["link"]) == link_queries.link_of(renewed).rpartition("/")[2]
    with pytest.raises(outbox.Overtaken):
        outbox.resend(letters()[1], number=1, by=None)


def test_a_new_coordinator_is_reminded_once(event, at):
    at(CONFIRM_BY - timedelta(hours=10))
    reminder_operations.remind_by_rule()
    site = factories.site_of(event, "522")
    operations.edit_site(site, {"contact_name": "Người mới", "contact_email": "moi@ubnd.example.vn"}, by=None)
    for hours in (9, 8):
        at(CONFIRM_BY - timedelta(hours=hours))
        reminder_operations.remind_by_rule()

    states = [(letter.recipient, letter.state) for letter in letters() if letter.subject_id == site.id]
    assert states == [
        ("522@ubnd.example.vn", DeliveryState.CANCELLED),
        ("moi@ubnd.example.vn", DeliveryState.QUEUED),
    ]


def test_what_was_called_back_unread_returns_when_it_holds_again(event, at):
    at(CONFIRM_BY - timedelta(hours=10))
    reminder_operations.remind_by_rule()
    site, other, stopped = (factories.site_of(event, code) for code in ("522", "524", "525"))
    own = reporter.of_site(site)
    sent = next(letter for letter in letters() if letter.subject_id == other.id)
    with atomic():
        sent.state = DeliveryState.SENT
    outbox.cancel(next(letter for letter in letters() if letter.subject_id == stopped.id), by=None)
    sitting, by = event.sittings[0], factories.organizer()

    step_operations.reach(site, Milestone.CONFIRMED, own)
    assert reminder_operations.remind_by_rule() == 0
    step_operations.undo(site, Milestone.CONFIRMED, own)
    assert [reminder_operations.remind_by_rule() for _time in range(2)] == [1, 0]
    events.propose_time(sitting, starts_at=START + timedelta(days=9), ends_at=None, by=by)
    assert reminder_operations.remind_by_rule() == 0 and not letters(DeliveryState.QUEUED)
    events.propose_time(sitting, starts_at=START, ends_at=None, by=by)

    assert [reminder_operations.remind_by_rule() for _time in range(2)] == [1, 0]
    assert [letter.subject_id for letter in letters(DeliveryState.QUEUED)] == [site.id]
    assert len(letters()) == 3


def test_nothing_is_written_about_minutes_missed_or_an_event_called_off(event, at):
    for rule in readiness_queries.rules_of(event):
        readiness_operations.remove_rule(rule, by=None)
    columns = {
        "level": None,
        "days_before": None,
        "at_minutes": None,
        "minutes_before": 60,
        "remind_hours": 2,
    }
    readiness_operations.add_rule(event, columns | {"gate": Gate.TECHNICIAN_PRESENT}, by=None)
    at(START - timedelta(minutes=30))
    assert reminder_operations.remind_by_rule() == 0
    at(START - timedelta(minutes=90))
    events.cancel_event(event, by=factories.organizer())

    assert reminder_operations.remind_by_rule() == 0 and letters() == []


def test_two_workers_at_once_write_one_letter_each(app, event, at):
    at(CONFIRM_BY - timedelta(hours=3))
    ready, written = threading.Barrier(2), []

    def work():
        with app.app_context():
            ready.wait()
            written.append(reminder_operations.remind_by_rule())
            db.session.remove()

    db.session.rollback()
    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(written) == 3
    assert len(letters()) == 3


def test_the_letter_says_what_by_when_and_whom_to_phone(event, at):
    with atomic():
        event.contact_name, event.contact_phone = "Văn phòng UBND tỉnh", "+842553822123"
    at(CONFIRM_BY - timedelta(hours=3))
    reminder_operations.remind_by_rule()

    for words in (letters()[0].text_body, letters()[0].html_body):
        assert "Xác nhận" in words
        assert "17 giờ 00 phút, Chủ Nhật, ngày 09 tháng 7 năm 2023" in words
        assert "0255 3822 123" in words and "[[secret:link]]" in words


def test_an_afternoon_without_an_end_is_written_about_after_the_morning(event, at):
    afternoon = events.add_sitting(event, by=None)
    starts_at = START + timedelta(hours=6)
    events.propose_time(afternoon, starts_at=starts_at, ends_at=None, by=factories.organizer())

    at(event.ends_at + timedelta(minutes=30))
    asked = reminder_operations._asked_now(event, clock.now())
    events.cancel_sitting(afternoon, by=None)

    assert [reminder.due.rule.gate for reminder in asked] == [Gate.REHEARSED]
    assert reminder_operations._asked_now(event, clock.now()) == []
