"""Reminders to the silent, relative to the event, and thanks afterwards: by button, by the clock."""

from datetime import datetime, time, timedelta

import pytest

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.invitations import operations, queries, reminder_operations, rules, wording_operations
from eventsvc.invitations.message_models import ReminderKind
from eventsvc.invitations.models import Answer, AnswerSource
from tests import factories
from tests.invitations import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def reminders() -> list[tuple[str, str]]:
    return [(d.recipient, d.intent) for d in scenes.deliveries() if d.kind == "reminder"]


def at(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def before(event, days: int, hour: int, minute: int = 0) -> datetime:
    """So many days before the first day of the event, on the clock in Vietnam."""
    day = clock.local(event.starts_at).date() - timedelta(days=days)
    return clock.from_local(datetime.combine(day, time(hour, minute)))


def rule(event, days: int, kind: ReminderKind = ReminderKind.REMINDER, hour: int = 8):
    return wording_operations.add_rule(event, kind=kind, days=days, at_hour=time(hour), by=None)


@pytest.fixture
def silent(app):
    """The invitation of one guest who has been reached and has not answered."""
    invitation = scenes.invited(scenes.ready_event(), emails=["im.lang@example.vn"])
    scenes.send()
    return invitation


def test_only_those_who_are_silent_are_reminded_and_once_a_day(app):
    event = scenes.ready_event()
    people = {
        name: factories.guest(scenes.main_site(event), emails=[f"{name}@example.vn"])
        for name in ("silent", "accepted", "stopped", "withdrawn")
    }
    operations.invite(event, by=None)
    scenes.send()
    factories.guest(scenes.main_site(event), emails=["queued@example.vn"])
    operations.invite(event, by=None)
    of = {name: queries.invitation_for(guest) for name, guest in people.items()}
    operations.answer(of["accepted"], Answer.ACCEPTED, source=AnswerSource.PAGE)
    operations.stop_reminders(of["stopped"])
    operations.revoke_invitation(of["withdrawn"], by=None)

    counted = queries.count(queries.silent(event))
    numbers = [operations.remind(event, by=None) for _ in range(2)]

    assert (counted, numbers) == (1, [1, 0])
    assert [address for address, _intent in reminders()] == ["silent@example.vn"]


def test_a_reminder_is_no_calendar_and_can_be_stopped_with_one_click(app, client, silent):
    operations.remind(silent.event, by=None)

    message = scenes.send()[-1]
    assert message.get_content_type() == "multipart/mixed"
    assert not [part for part in message.walk() if "calendar" in part.get_content_type()]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    answer = app.test_client().post(stop, data={"List-Unsubscribe": "One-Click"})
    db.session.refresh(silent)
    assert answer.status_code == 200
    assert silent.reminders_stopped_at is not None
    assert queries.count(queries.silent(silent.event)) == 0


def test_a_change_is_told_first_and_reminders_begin_anew(app, silent):
    event = silent.event
    operations.remind(event, by=None)
    scenes.send()
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)

    assert operations.remind(event, by=None) == 0
    operations.send_updates(event, by=None)
    scenes.send()

    assert operations.remind(event, by=None) == 1
    assert len({intent for _address, intent in reminders()}) == 2


def test_nobody_is_reminded_of_what_is_past(app, silent):
    with atomic():
        silent.event.sittings[0].starts_at = clock.now() - timedelta(hours=1)

    with pytest.raises(rules.EventPast):
        operations.remind(silent.event, by=None)


def test_the_clock_reminds_on_the_day_and_moves_with_the_event(app, monkeypatch, silent):
    event = silent.event
    rule(event, 3)

    at(monkeypatch, before(event, 3, 7, 59))
    assert reminder_operations.remind_by_clock() == 0
    at(monkeypatch, before(event, 3, 8, 5))
    assert [reminder_operations.remind_by_clock() for _ in range(2)] == [1, 0]
    assert reminders()[0][1].startswith(f"reminder:{silent.id}:3")

    sitting = event.sittings[0]
    later = {
        "starts_at": sitting.starts_at + timedelta(days=10),
        "ends_at": sitting.ends_at + timedelta(days=10),
    }
    events.propose_time(sitting, **later, by=None)
    events.approve_time(sitting, by=None)
    operations.send_updates(event, by=None)
    scenes.send()
    assert reminder_operations.remind_by_clock() == 0
    at(monkeypatch, before(event, 3, 8, 5))
    assert reminder_operations.remind_by_clock() == 1


def test_after_a_long_sleep_of_the_worker_one_reminder_goes_out_not_many(app, monkeypatch, silent):
    event = silent.event
    for days in (5, 4, 3):
        rule(event, days)

    at(monkeypatch, before(event, 2, 9))
    numbers = [reminder_operations.remind_by_clock() for _ in range(2)]

    assert numbers == [1, 0]
    assert [intent.split(":")[2] for _address, intent in reminders()] == ["3"]


def test_the_clock_writes_to_nobody_at_night_and_catches_up_in_the_morning(app, monkeypatch, silent):
    event = silent.event
    rule(event, 3, hour=20)

    at(monkeypatch, before(event, 3, 21, 0))
    assert reminder_operations.remind_by_clock() == 0
    at(monkeypatch, before(event, 2, 5, 59))
    assert reminder_operations.remind_by_clock() == 0
    at(monkeypatch, before(event, 2, 6, 0))
    assert reminder_operations.remind_by_clock() == 1


def test_who_was_written_to_after_the_moment_is_not_reminded_of_it(app, monkeypatch, silent):
    event = silent.event
    rule(event, 3)
    at(monkeypatch, before(event, 3, 9))
    factories.guest(scenes.main_site(event), emails=["moi@example.vn"])
    operations.invite(event, by=None)
    scenes.send()

    assert reminder_operations.remind_by_clock() == 1
    assert [address for address, _intent in reminders()] == ["im.lang@example.vn"]


def test_a_day_that_has_passed_when_it_is_set_does_not_come_back(app, monkeypatch, silent):
    event = silent.event
    at(monkeypatch, before(event, 2, 9))
    rule(event, 3)

    assert reminder_operations.remind_by_clock() == 0


def test_thanks_go_once_to_those_who_accepted_when_it_is_over(app, monkeypatch):
    event = scenes.ready_event()
    came, declined = (factories.guest(scenes.main_site(event)) for _ in range(2))
    operations.invite(event, by=None)
    operations.answer(queries.invitation_for(came), Answer.ACCEPTED, source=AnswerSource.PAGE)
    operations.answer(queries.invitation_for(declined), Answer.DECLINED, source=AnswerSource.PAGE)
    rule(event, 1, ReminderKind.THANKS, hour=9)
    with pytest.raises(rules.NotOver):
        operations.thank(event, by=None)

    at(monkeypatch, before(event, 0, 18))
    assert reminder_operations.remind_by_clock() == 0
    at(monkeypatch, before(event, -1, 9))
    numbers = [reminder_operations.remind_by_clock() for _ in range(2)]

    assert numbers == [1, 0]
    thanks = [delivery for delivery in scenes.deliveries() if delivery.kind == "thanks"]
    assert [delivery.recipient for delivery in thanks] == [came.person.email]
    assert thanks[0].calendar is None and thanks[0].not_after is None
    assert operations.thank(event, by=None) == 0
    for words in (thanks[0].text_body, thanks[0].html_body):  # whoever accepted may not have come
        assert "đã quan tâm và nhận lời mời dự" in words
        assert not [claim for claim in ("tham dự", "hiện diện", "có mặt") if claim in words]


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("invalid", lambda event: rule(event, 61)),
        ("invalid", lambda event: rule(event, 2, hour=22)),
        ("rule_exists", lambda event: [rule(event, 2), rule(event, 2, hour=10)]),
    ],
)
def test_what_a_rule_refuses(app, code, refused):
    event = scenes.ready_event()

    with pytest.raises(DomainError) as refusal:
        refused(event)

    assert refusal.value.code == code
