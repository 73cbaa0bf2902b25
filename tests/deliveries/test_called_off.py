"""What was written for an event before it was cancelled does not leave any more; what was written after does."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries import cli, refusals, transport
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from tests import factories
from tests.deliveries.messages import queued

ONE_DATABASE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    return factories.approved_event()


def later(monkeypatch, **time) -> None:
    now = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: now)


def fate(delivery: Delivery) -> tuple[DeliveryState, str | None]:
    db.session.refresh(delivery)
    return delivery.state, delivery.error_code


def test_what_waits_when_the_event_is_cancelled_does_not_leave(event):
    waiting, other = queued(event_id=event.id), queued(event_id=factories.approved_event().id)
    of_no_event = queued(event_id=None)

    events.cancel_event(event, by=None)
    sent = outbox.drain(worker="test:1")

    assert sent == 2
    assert [fate(each)[0] for each in (waiting, other, of_no_event)] == [
        DeliveryState.QUEUED,
        DeliveryState.SENT,
        DeliveryState.SENT,
    ]
    assert outbox.claim(waiting.id, worker="test:1") is None


def test_the_worker_says_of_what_waited_that_it_no_longer_leaves(event):
    waiting, other = queued(event_id=event.id), queued(event_id=factories.approved_event().id)
    events.cancel_event(event, by=None)

    cli.send_all()

    assert fate(waiting) == (DeliveryState.CANCELLED, refusals.CALLED_OFF)
    assert fate(other) == (DeliveryState.SENT, None)
    assert outbox.discard_called_off() == 0


def test_what_is_written_after_the_end_leaves_and_so_does_what_takes_something_back(event):
    withdrawal = queued(event_id=event.id, kind="cancellation")
    recall = queued(event_id=event.id, kind="paper_recall")
    events.cancel_event(event, by=None)
    news = queued(event_id=event.id, kind="organization_update")

    cli.send_all()

    assert [fate(each)[0] for each in (withdrawal, recall, news)] == [DeliveryState.SENT] * 3


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("broken", refusals.CALLED_OFF),
        ("reply lost", refusals.CALLED_OFF_LATE),
        ("worker dead", refusals.CALLED_OFF_LATE),
    ],
)
def test_what_a_worker_had_in_its_hands_leaves_then_or_never(event, end, code, monkeypatch):
    delivery = queued(event_id=event.id)
    claimed = outbox.claim(delivery.id, worker="test:1")
    events.cancel_event(event, by=None)
    assert outbox.discard_called_off() == 0
    if end == "broken":
        outbox.record_break(claimed, transport.Broken("timed_out"))
    elif end == "reply lost":
        outbox.record_uncertain(claimed)
    later(monkeypatch, hours=2)

    assert outbox.drain(worker="test:2") == 0
    assert outbox.discard_called_off() == 1
    assert fate(delivery) == (DeliveryState.CANCELLED, code)


def test_what_was_taken_while_the_event_was_cancelled_was_sent(event):
    delivery = queued(event_id=event.id)
    claimed = outbox.claim(delivery.id, worker="test:1")
    events.cancel_event(event, by=None)

    outbox.record_sent(claimed)

    assert outbox.discard_called_off() == 0
    assert fate(delivery) == (DeliveryState.SENT, None)


def test_what_was_held_does_not_leave_when_it_is_let_go(event, organizer):
    held = queued(event_id=event.id, held=True)
    events.cancel_event(event, by=None)
    outbox.unhold(held, by=organizer)

    cli.send_all()

    assert fate(held) == (DeliveryState.CANCELLED, refusals.CALLED_OFF)


@ONE_DATABASE
def test_the_page_of_messages_says_why_they_do_not_leave(event, signed_in):
    queued(event_id=event.id)
    events.cancel_event(event, by=None)
    cli.send_all()

    page = signed_in.get(f"/events/{event.slug}/deliveries")

    assert "Đã thu hồi" in page.text
    assert "Sự kiện đã bị hủy, thư này không được gửi nữa." in page.text
