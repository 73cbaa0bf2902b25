"""The outbox: one message per intent, whatever happens on the way."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock, ical, secrets
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.deliveries import channels, operations, queries, transport
from eventsvc.deliveries.markers import marker
from eventsvc.deliveries.message import BadSubject, MessageTooLarge
from eventsvc.deliveries.models import Delivery, DeliveryState, MailPace, SuppressedAddress
from tests import factories
from tests.calendars import agreed
from tests.deliveries.messages import queued
from tests.test_ical import ENTRY


def drain(**options) -> int:
    return operations.drain(worker="test:1", **options)


def files(app) -> list[Path]:
    return sorted(Path(app.config["MAIL_FOLDER"]).glob("*.eml"))


def parsed(data: bytes):
    return message_from_bytes(data, policy=policy.default)


def all_deliveries() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


# -- queueing ----------------------------------------------------------------------------------


def test_the_second_call_with_an_intent_returns_the_first_message(app):
    first = queued(intent="invitation:81:rev1", text_body="first")
    second = queued(intent="invitation:81:rev1", text_body="second")

    assert second is first
    assert [delivery.text_body for delivery in all_deliveries()] == ["first"]


def test_two_at_once_queue_one_message(app):
    barrier = threading.Barrier(4)

    def decide():
        with app.app_context():
            barrier.wait()
            queued(intent="invitation:81:rev1", recipient="a@example.vn")

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [delivery.intent for delivery in all_deliveries()] == ["invitation:81:rev1"]


def test_a_message_of_a_decision_that_failed_does_not_exist(app):
    with pytest.raises(RuntimeError), atomic():
        queued()
        raise RuntimeError

    assert all_deliveries() == []
    assert app.extensions["jobs"].huey.pending() == []


def test_queueing_wakes_a_worker_once(app):
    with atomic():
        queued()
        queued()
        assert app.extensions["jobs"].huey.pending() == []

    assert [task.name for task in app.extensions["jobs"].huey.pending()] == ["deliveries.drain"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"subject": "Mời\r\nBcc: evil@example.vn"}, BadSubject),
        ({"subject": "=?utf-8?q?=0d=0aBcc:evil@example.vn?="}, BadSubject),
        ({"html_body": "<p>" + "ư" * 60_000}, MessageTooLarge),
        ({"text_body": f"Mã: {marker('pass_code')}"}, ValueError),
    ],
)
def test_what_cannot_be_sent_is_refused_when_it_is_queued(app, change, refusal):
    with pytest.raises(refusal):
        queued(**change)

    assert all_deliveries() == []


def test_an_impossible_address_goes_straight_to_the_phone_list(app):
    event = factories.event()

    delivery = queued(recipient="thủy@@example.vn", event_id=event.id)

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "bad_address")
    assert list(db.session.scalars(queries.undelivered(event.id))) == [delivery]


# -- handing over ------------------------------------------------------------------------------


def test_tokens_are_sealed_in_the_row_and_open_in_the_message(app):
    code, token = "0123456789ABCDEFGHJKMNPQRS", "token-AbC_123"
    link = f"http://localhost/i/{marker('link')}"
    entry = replace(ENTRY, url=link, organizer_email=queries.sender_mailbox())
    delivery = queued(
        recipient=entry.attendee_email,
        text_body=f"Trang của Bà: {link}\nMã: {marker('pass_code')}",
        html_body=f'<p class="x"><a href="{link}">Trang</a> <img src="cid:pass-qr" alt=""></p>',
        calendar=ical.request(entry),
        stop_path=f"/u/{marker('stop')}",
        inline_qr=True,
        secrets={"link": token, "pass_code": code, "stop": "stop-9"},
    )

    assert drain() == 1

    columns = db.session.execute(sa.select(Delivery.__table__)).one()
    assert not [value for value in columns if code in str(value) or token in str(value)]
    message = parsed(files(app)[0].read_bytes())
    parts = {part.get_content_type(): part for part in message.walk()}
    assert token in parts["text/plain"].get_content() and code in parts["text/plain"].get_content()
    assert f"http://localhost/i/{token}" in parts["text/html"].get_content()
    (event,) = agreed(parts["text/calendar"].get_payload(decode=True))["events"]
    assert event["url"] == f"http://localhost/i/{token}"
    assert message["List-Unsubscribe"] == "<http://localhost/u/stop-9>"
    assert parts["image/png"]["Content-ID"] == "<pass-qr>"
    assert "[[secret" not in str(message)
    assert (delivery.state, delivery.message_id) == (DeliveryState.SENT, message["Message-ID"])


def test_html_leaves_with_its_styles_inlined(app):
    queued(
        html_body="<html><head><style>p {color: #8b1a1a}</style></head><body><p>Kính mời</p></body></html>"
    )

    drain()

    (html,) = (
        part for part in parsed(files(app)[0].read_bytes()).walk() if part.get_content_type() == "text/html"
    )
    assert re.search(r'<p style="color:\s*#8b1a1a', html.get_content())


def test_a_secret_that_no_key_opens_fails_that_message_only(app):
    lost = queued(text_body=marker("link"), secrets={"link": "x"})
    other = queued()
    with atomic():
        lost.secrets = {"link": "00000000.abc"}

    drain()

    assert (lost.state, lost.error_code) == (DeliveryState.FAILED, "broken")
    assert other.state == DeliveryState.SENT


def test_sending_again_after_a_lost_worker_is_one_file_with_the_same_message_id(app):
    delivery = queued()
    drain()
    first = parsed(files(app)[0].read_bytes())["Message-ID"]
    with atomic():
        delivery.state, delivery.lease_until = DeliveryState.SENDING, clock.now() - timedelta(seconds=1)

    assert drain() == 1

    assert [parsed(file.read_bytes())["Message-ID"] for file in files(app)] == [first]
    assert delivery.state == DeliveryState.SENT


def test_many_messages_go_over_one_connection(app, sink):
    for _ in range(30):
        queued()

    assert drain() == 30

    assert (len(sink.accepted), sink.connections) == (30, 1)


def test_a_hostile_name_adds_no_header_and_no_recipient(app, sink):
    queued(recipient_name="Thủy\r\nBcc: evil@example.vn", sender_name="=?utf-8?q?=0d=0aBcc:evil@example.vn?=")

    drain()

    (message,) = sink.messages
    assert [name for name in message.keys() if name.lower() not in {"x-peer", "x-mailfrom", "x-rcptto"}] == [  # noqa: SIM118
        *("Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    ]
    assert len(sink.recipients) == 1


# -- refusals ----------------------------------------------------------------------------------


def test_451_then_250_is_delivered_once_with_the_same_message_id(app, sink):
    delivery = queued(recipient="a@example.vn")
    sink.script["a@example.vn"] = ["451 4.3.0 try later"]

    drain()
    assert (delivery.state, delivery.error_code, sink.accepted) == (DeliveryState.RETRY, "try_later", [])
    assert drain() == 0
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert drain() == 1

    assert delivery.state == DeliveryState.SENT
    assert [message["Message-ID"] for message in sink.messages] == [delivery.message_id]


def test_retries_come_after_1_5_15_30_60_minutes_then_hourly_for_three_days(app, sink):
    delivery = queued(recipient="a@example.vn")
    sink.script["a@example.vn"] = ["451 4.3.0 try later"] * 100
    waits = []

    with time_machine.travel(clock.now(), tick=False) as traveller:
        while delivery.state != DeliveryState.FAILED:
            drain()
            waits.append(round((delivery.due_at - clock.now()).total_seconds() / 60))
            traveller.move_to(delivery.due_at)

    assert waits[:7] == [1, 5, 15, 30, 60, 60, 60]
    assert 72 <= len(waits) <= 76
    assert delivery.error_code == "gave_up"


def test_retries_stop_two_hours_before_the_event(app, sink):
    now = clock.now()
    delivery = queued(recipient="a@example.vn", not_after=now + timedelta(minutes=4))
    sink.script["a@example.vn"] = ["451 4.3.0 try later"] * 100

    drain()
    with time_machine.travel(now + timedelta(seconds=70)):
        drain()

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "gave_up")


def test_nothing_is_sent_when_its_time_is_over(app, sink):
    delivery = queued(not_after=clock.now() - timedelta(seconds=1))

    drain()

    assert (delivery.state, delivery.error_code, sink.accepted) == (DeliveryState.FAILED, "too_late", [])


@pytest.mark.parametrize("stage", ["rcpt:", ""])
def test_an_unknown_address_fails_and_is_never_tried_again(app, sink, stage):
    delivery = queued(recipient="A@example.vn")
    waiting = queued(recipient="a@example.vn", due_at=clock.now() + timedelta(seconds=1))
    sink.script["A@example.vn"] = [f"{stage}550 5.1.1 no such user"]

    drain()
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        drain()
    later = queued(recipient="a@EXAMPLE.vn")

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "no_such_address")
    assert delivery.last_error == "Địa chỉ không tồn tại."
    assert [waiting.error_code, later.error_code] == ["suppressed", "suppressed"]
    assert sink.accepted == []


def test_a_policy_refusal_pauses_the_event_and_suppresses_nobody(app, sink):
    event, other = factories.event(), factories.event(short_title="Hội nghị")
    first = queued(recipient="a@example.vn", event_id=event.id)
    second = queued(event_id=event.id)
    elsewhere = queued(event_id=other.id)
    sink.script["a@example.vn"] = ["550 5.7.26 unauthenticated mail is not accepted"]

    drain()

    assert [first.state, second.state, elsewhere.state] == [
        DeliveryState.RETRY,
        DeliveryState.QUEUED,
        DeliveryState.SENT,
    ]
    assert (queries.is_paused(event.id), queries.is_paused(other.id)) == (True, False)
    assert db.session.scalars(sa.select(SuppressedAddress)).all() == []
    assert db.session.scalar(sa.select(AuditEntry.details).where(AuditEntry.action == "mail.paused")) == {
        "reason": "blocked_by_policy"
    }

    operations.resume(event, by=None)
    drain()

    assert [first.state, second.state] == [DeliveryState.SENT, DeliveryState.SENT]


def test_a_policy_refusal_pauses_the_whole_batch_and_nothing_else(app, sink):
    event = factories.event()
    batch = operations.start_batch(event, kind="x", name="x", scope={}, total=2, job="none", by=None)
    first, second = (
        queued(recipient=f"{name}@example.vn", event_id=event.id, batch_id=batch.id, is_draft=True)
        for name in ("a", "b")
    )
    operations.count_composed(batch, is_done=True)
    operations.submit(batch, by=None)
    single = queued(event_id=event.id)
    sink.script["a@example.vn"] = ["550 5.7.26 unauthenticated mail is not accepted"]

    drain()

    assert [first.state, second.state, single.state] == [
        DeliveryState.RETRY,
        DeliveryState.QUEUED,
        DeliveryState.SENT,
    ]
    assert [(pause.reason, paused) for pause, paused in queries.pauses_of(event.id)] == [
        ("blocked_by_policy", batch)
    ]

    operations.resume_batch(batch, by=None)
    drain()

    assert [first.state, second.state] == [DeliveryState.SENT, DeliveryState.SENT]


def test_two_workers_that_meet_the_same_refusal_pause_once(app):
    event = factories.event()

    for _ in range(2):
        operations.pause(event, by=None, reason="blocked_by_policy")

    entries = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action == "mail.paused"))
    assert list(entries) == ["mail.paused"]


def test_a_server_that_refuses_the_sender_pauses_all_events(app, sink):
    event, other = factories.event(), factories.event(short_title="Hội nghị")
    first, elsewhere = queued(event_id=event.id), queued(event_id=other.id)
    sink.sender_reply = "550 5.7.1 you may not send"

    assert drain() == 1

    assert (first.error_code, elsewhere.state) == ("blocked_by_policy", DeliveryState.QUEUED)
    assert (queries.is_paused(event.id), queries.is_paused(other.id)) == (True, True)

    sink.sender_reply = None
    operations.resume(other, by=None)
    assert drain() == 2


def test_a_refused_sender_pauses_everything_of_the_event(app, sink):
    event = factories.event()
    delivery = queued(event_id=event.id)
    queued(event_id=event.id)
    sink.sender_reply = "553 5.1.8 sender domain does not exist"

    assert drain() == 1

    assert (delivery.state, delivery.error_code) == (DeliveryState.RETRY, "sender_refused")
    assert queries.is_paused(event.id)


def test_a_full_mailbox_is_no_reason_to_suppress(app, sink):
    delivery = queued(recipient="a@example.vn")
    sink.script["a@example.vn"] = ["rcpt:552 5.2.2 mailbox full"]

    drain()

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "mailbox_full")
    assert not queries.is_suppressed("a@example.vn")


def test_after_a_refusal_the_connection_serves_the_next_message(app, sink):
    queued(recipient="a@example.vn")
    other = queued()
    sink.script["a@example.vn"] = ["rcpt:550 5.1.1 no such user"]

    drain()

    assert (other.state, sink.connections) == (DeliveryState.SENT, 1)


# -- connections that end badly ----------------------------------------------------------------


def test_a_connection_dropped_at_data_is_a_retry(app, sink):
    delivery = queued(recipient="a@example.vn")
    other = queued()
    sink.script["a@example.vn"] = ["drop-at-data", "drop-at-data"]

    drain()

    assert (delivery.state, delivery.error_code) == (DeliveryState.RETRY, "dropped")
    assert other.state == DeliveryState.SENT
    assert len(sink.accepted) == 1


def test_a_lost_reply_is_uncertain_and_sent_again_as_the_same_message(app, sink):
    delivery = queued(recipient="a@example.vn")
    sink.script["a@example.vn"] = ["lose-reply"]

    drain()
    assert (delivery.state, delivery.error_code) == (DeliveryState.UNCERTAIN, "reply_lost")
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        drain()

    assert delivery.state == DeliveryState.SENT
    assert [message["Message-ID"] for message in sink.messages] == [delivery.message_id] * 2


def test_a_server_that_hangs_times_out_and_other_domains_go_on(app, sink):
    app.config["MAIL_STEP_SECONDS"] = 2.0
    hanging = queued(recipient="a@cham.example.vn")
    same_domain = queued(recipient="b@cham.example.vn")
    other = queued(recipient="c@nhanh.example.vn")
    sink.script["a@cham.example.vn"] = ["hang"]

    drain()

    assert hanging.state == DeliveryState.UNCERTAIN  # all of it had been handed over
    assert other.state == DeliveryState.SENT
    assert same_domain.state == DeliveryState.SENT


def test_a_conversation_ends_in_time_however_patient_each_step_is(app, sink, monkeypatch):
    monkeypatch.setattr(transport, "CONVERSATION_SECONDS", 2.0)
    delivery, other = queued(recipient="a@example.vn"), queued()
    sink.script["a@example.vn"] = ["hang"]

    drain()

    assert not sink.has_woken  # the conversation was over before the server spoke again
    assert [delivery.state, other.state] == [DeliveryState.UNCERTAIN, DeliveryState.SENT]


def test_a_domain_that_does_not_answer_is_left_alone_for_a_while(app, sink):
    slow, same, other = (
        queued(recipient="a@cham.example.vn"),
        queued(recipient="b@cham.example.vn"),
        queued(recipient="c@nhanh.example.vn"),
    )
    claimed = operations.claim(slow.id, worker="test:1")

    operations.record_break(claimed, transport.Broken("timed_out"))
    drain()

    assert [slow.state, same.state, other.state] == [
        DeliveryState.RETRY,
        DeliveryState.QUEUED,
        DeliveryState.SENT,
    ]
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        drain()
    assert [slow.state, same.state] == [DeliveryState.SENT, DeliveryState.SENT]


def test_an_unreachable_server_is_tried_once_not_once_per_message(app, sink):
    sink.stop()
    first, second = queued(), queued()

    assert drain() == 1

    assert (first.state, first.error_code, second.state) == (
        DeliveryState.RETRY,
        "unreachable",
        DeliveryState.QUEUED,
    )
    assert db.session.get(MailPace, "*").failures == 1


def test_an_idle_connection_that_the_server_closed_is_opened_again(app, sink):
    ways = channels.ways_out(app)
    first, second = queued(), queued()

    operations.attempt(first.id, worker="test:1", ways=ways)
    ways.mail.connection.host.sock.shutdown(2)
    operations.attempt(second.id, worker="test:1", ways=ways)
    ways.mail.close()

    assert [first.state, second.state, sink.connections] == [DeliveryState.SENT, DeliveryState.SENT, 2]


# -- several workers ---------------------------------------------------------------------------


def test_two_workers_share_the_messages_and_send_none_twice(app, sink):
    for _ in range(40):
        queued()
    tried = []

    def work(name):
        with app.app_context():
            tried.append(operations.drain(worker=name))

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(tried) == 40
    assert len(sink.recipients) == len(set(sink.recipients)) == 40


def test_only_one_worker_gets_a_claim(app):
    delivery = queued()

    claims = [operations.claim(delivery.id, worker=name) for name in ("a", "b")]

    assert [claimed is not None for claimed in claims] == [True, False]


def test_a_worker_whose_lease_ran_out_does_not_overrule_the_next(app):
    delivery = queued()
    slow = operations.claim(delivery.id, worker="slow")

    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        operations.claim(delivery.id, worker="next")
        operations.record_failure(slow, "refused")
        assert (delivery.state, delivery.leased_by) == (DeliveryState.SENDING, "next")


def test_a_lease_lasts_two_minutes(app):
    delivery = queued()
    operations.claim(delivery.id, worker="lost")

    with time_machine.travel(clock.now() + timedelta(seconds=115)):
        assert operations.claim(delivery.id, worker="early") is None
    with time_machine.travel(clock.now() + timedelta(seconds=125)):
        assert operations.claim(delivery.id, worker="next").attempt == 2


# -- people decide -----------------------------------------------------------------------------


def test_a_pause_acts_on_the_very_next_message(app, monkeypatch):
    event = factories.event()
    deliveries = [queued(event_id=event.id) for _ in range(5)]
    send = transport.FolderTransport.send

    def send_then_pause(self, message, name):
        send(self, message, name)
        operations.pause(event, by=None)

    monkeypatch.setattr(transport.FolderTransport, "send", send_then_pause)

    assert drain() == 1

    assert [delivery.state for delivery in deliveries] == [DeliveryState.SENT] + [DeliveryState.QUEUED] * 4


def test_held_messages_wait_for_their_release(app, organizer):
    event = factories.event()
    delivery = queued(event_id=event.id, held=True)

    assert drain() == 0
    assert operations.release(event, by=organizer) == 1
    drain()

    assert delivery.state == DeliveryState.SENT


def test_stop_calls_back_all_that_has_not_left(app, organizer):
    event, other = factories.event(), factories.event(short_title="Hội nghị")
    sent = queued(event_id=event.id)
    drain()
    waiting, held = queued(event_id=event.id), queued(event_id=event.id, held=True)
    elsewhere = queued(event_id=other.id)

    assert operations.stop(event, by=organizer) == 2

    db.session.expire_all()
    assert [d.state.value for d in (sent, waiting, held, elsewhere)] == [
        "sent",
        "cancelled",
        "cancelled",
        "queued",
    ]


def test_what_has_left_cannot_be_called_back(app, organizer):
    delivery = queued()
    drain()

    with pytest.raises(operations.AlreadyGone):
        operations.cancel(delivery, by=organizer)
    with pytest.raises(operations.AlreadyGone):
        operations.retry_now(delivery, by=organizer)


def test_a_double_click_on_resend_adds_one_message(app, organizer):
    delivery = queued(intent="invitation:81:rev2", text_body=marker("link"), secrets={"link": "abc"})
    drain()

    first = operations.resend(delivery, number=1, by=organizer)
    again = operations.resend(delivery, number=1, by=organizer)
    second = operations.resend(delivery, number=2, by=organizer)

    assert first is again
    assert [d.intent for d in all_deliveries()] == [
        "invitation:81:rev2",
        "resend:81:rev2:1",
        "resend:81:rev2:2",
    ]
    assert len({delivery.message_id, first.message_id, second.message_id}) == 3
    assert secrets.unseal(first.secrets["link"]) == "abc"


def test_retrying_a_failed_message_believes_the_person_over_the_server(app, sink, organizer):
    delivery = queued(recipient="a@example.vn")
    sink.script["a@example.vn"] = ["rcpt:550 5.1.1 no such user"]
    drain()

    operations.retry_now(delivery, by=organizer)
    drain()

    assert (delivery.state, delivery.error_code) == (DeliveryState.SENT, None)
    assert not queries.is_suppressed("a@example.vn")


def test_a_domain_gets_no_more_than_its_rate(app):
    app.config["MAIL_DOMAIN_RATE"] = 1000  # the burst of two seconds holds 33 after the first
    for number in range(50):
        queued(recipient=f"a{number}@dong.example.vn")
    other = queued(recipient="b@vang.example.vn")
    stops = iter([False] * 60)

    with time_machine.travel(clock.now(), tick=False):
        tried = drain(should_stop=lambda: next(stops, True))

    assert tried == 34 + 1
    assert other.state == DeliveryState.SENT
    assert queries.state_counts(0) == {}


def test_what_is_waited_for_arrives_without_another_wake(app):
    app.config["MAIL_DOMAIN_RATE"] = 600
    for number in range(25):
        queued(recipient=f"a{number}@dong.example.vn")

    assert drain() == 25
