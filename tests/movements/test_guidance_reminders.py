"""Reminders of returns on residents guided: to whoever is missing, once."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery
from eventsvc.movements import guidance_operations as operations
from eventsvc.movements import guidance_queries as queries
from eventsvc.movements import guidance_reminder_operations as reminders
from eventsvc.movements.guidance_operations import Entered
from eventsvc.nominations.operations import stop_reminders
from tests import factories
from tests.movements.test_guidance import start_movement


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def movement(by):
    """Three communes with an address: the first has handed in, the second wants no reminders."""
    movement = start_movement(factories.event(), by, due=clock.today() + timedelta(days=1))
    operations.expect_returns(movement.event, by=by)
    first, second, third = three(movement)
    with atomic():
        for number, row in enumerate((first, second, third), start=1):
            row.asked.email = f"xa{number}@quangngai.example.vn"
    operations.hand_in(first, Entered({}, members=3), by=first.asked)
    stop_reminders(second.asked)
    return movement


def three(movement):
    return [queries.return_of(movement.event, line.id) for line in queries.lines_of(movement)[:3]]


def written():
    return db.session.scalars(sa.select(Delivery).where(Delivery.kind == "guidance_reminder")).all()


def test_only_who_is_missing_is_written_to_and_pressing_twice_sends_once(movement, by):
    first = reminders.remind(movement, by=by)
    second = reminders.remind(movement, by=by)

    assert (first.messages, second.messages) == (1, 0)
    assert len(first.without_address) == 170
    (letter,) = written()
    assert letter.recipient == "xa3@quangngai.example.vn"
    assert "chưa nhận được số liệu" in letter.text_body


def test_the_clock_reminds_the_day_before_once_and_not_at_night(movement):
    night, morning = (clock.from_local(datetime.combine(clock.today(), time(hour))) for hour in (3, 9))

    assert reminders.remind_missing(night) == 0
    assert reminders.remind_missing(morning) == 1
    assert reminders.remind_missing(morning + timedelta(minutes=10)) == 0
    assert reminders.remind_missing(morning + timedelta(days=1)) == 0
    assert reminders.remind_missing(morning + timedelta(days=9)) == 0
    assert len(written()) == 1


def test_nobody_is_reminded_under_a_dead_link(movement, by):
    with atomic():
        movement.event.data_kept_until = clock.today() - timedelta(days=1)
    assert reminders.remind(movement, by=by).messages == 0

    with atomic():
        movement.event.data_kept_until = clock.today()
    assert reminders.remind(movement, by=by).messages == 1
