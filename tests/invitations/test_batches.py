"""Batches: written by a worker a slice at a time, looked at, let go by one person or two, stopped."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc.db import atomic, db
from eventsvc.deliveries import drafts, transport
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.message import BadSubject
from eventsvc.deliveries.models import Batch, BatchState, Delivery, DeliveryState, SuppressedAddress
from eventsvc.errors import StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import EventForm
from eventsvc.guests import rank_operations
from eventsvc.invitations import batch_operations, kinds, letter_operations, preflight_messages, queries
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.letter_models import Audience
from eventsvc.invitations.message_models import MessageWording
from eventsvc.invitations.models import Invitation
from tests import factories
from tests.documents import scenes as papers
from tests.invitations import scenes
from tests.queries import counted


@pytest.fixture
def event(app):
    return scenes.ready_event()


def people(event, number: int, **details) -> None:
    for each in range(number):
        factories.guest(scenes.main_site(event), **({"emails": [f"khach{each}@example.vn"]} | details))


def written(event, by, kind=kinds.INVITATION, **scope) -> Batch:
    """A batch that a worker has written to its end."""
    batch = batch_operations.start(event, kind, by=by, **scope)
    batch_operations.compose_batches(batch.id)
    return batch


def states(batch: Batch) -> dict[DeliveryState, int]:
    return deliveries.batch_counts([batch.id])[batch.id]


def codes(batch: Batch) -> dict[str, list[str]]:
    return {
        each.code: [row.name for row in each.rows]
        for each in preflight_messages.findings(batch)
        if each.code not in {"day_off", "quiet_hours"}
    }


def test_a_batch_is_written_in_slices_and_waits_to_be_looked_at(event, organizer, monkeypatch):
    monkeypatch.setattr(batch_operations, "SLICE", 2)
    people(event, 5)

    batch = batch_operations.start(event, kinds.INVITATION, by=organizer)
    again = batch_operations.start(event, kinds.INVITATION, by=organizer)

    assert (again.id, batch.state, batch.total, batch.composed) == (batch.id, BatchState.COMPOSING, 5, 0)
    batch_operations._slice(batch)
    assert (batch.state, batch.composed) == (BatchState.COMPOSING, 2)
    assert batch_operations.compose_batches() == 5
    assert (batch.state, states(batch)) == (BatchState.DRAFT, {DeliveryState.DRAFT: 5})
    assert outbox.drain(worker="test:1") == 0


def test_what_a_dead_worker_left_is_written_by_the_next_and_nothing_twice(event, organizer, monkeypatch):
    monkeypatch.setattr(batch_operations, "SLICE", 2)
    people(event, 5)
    batch = batch_operations.start(event, kinds.INVITATION, by=organizer)
    count = outbox.count_composed

    def die(*_arguments, **_named):
        raise KeyboardInterrupt

    batch_operations._slice(batch)
    monkeypatch.setattr(batch_operations.outbox, "count_composed", die)
    with pytest.raises(KeyboardInterrupt):
        batch_operations.compose_batches()
    monkeypatch.setattr(batch_operations.outbox, "count_composed", count)

    assert states(batch) == {DeliveryState.DRAFT: 2}  # half a slice never stays
    batch_operations.compose_batches()
    batch_operations.compose_batches()

    assert (batch.state, states(batch)) == (BatchState.DRAFT, {DeliveryState.DRAFT: 5})
    recipients = list(db.session.scalars(sa.select(Delivery.recipient).order_by(Delivery.id)))
    assert recipients == [f"khach{number}@example.vn" for number in range(5)]


def test_a_small_batch_leaves_when_it_is_let_go(event, organizer):
    people(event, 2)
    batch = written(event, organizer)

    assert batch_operations.submit(batch, by=organizer) is BatchState.RELEASED
    assert [message["To"].addresses[0].addr_spec for message in scenes.send()] == [
        "khach0@example.vn",
        "khach1@example.vn",
    ]
    assert states(batch) == {DeliveryState.SENT: 2}


def test_a_large_batch_is_let_go_by_a_second_person_and_changed_by_nobody_meanwhile(app, event, organizer):
    app.config["MAIL_SECOND_PERSON_ABOVE"] = 1
    second = factories.user("thu.hai@quangngai.example.vn")
    people(event, 2)
    batch = written(event, organizer)
    draft = scenes.deliveries()[0]

    assert batch_operations.submit(batch, by=organizer) is BatchState.WAITING
    for refused in (organizer, None):
        with pytest.raises(outbox.NeedsSecondPerson):
            batch_operations.approve(batch, by=refused)
    for change in (
        lambda: outbox.edit_draft(draft, subject="Khác", text="Khác", version=None, by=organizer),
        lambda: outbox.hold(draft, by=organizer),
        lambda: outbox.leave_out(draft, by=organizer),
    ):
        with pytest.raises(outbox.WrongState):
            change()
    assert outbox.drain(worker="test:1") == 0

    batch_operations.approve(batch, by=second)

    assert (batch.state, batch.submitted_by_id, batch.released_by_id) == (
        BatchState.RELEASED,
        organizer.id,
        second.id,
    )
    assert outbox.drain(worker="test:1") == 2


def test_no_other_door_lets_a_message_of_a_waiting_batch_out(app, event, organizer):
    app.config["MAIL_SECOND_PERSON_ABOVE"] = 0
    people(event, 2)
    batch = written(event, organizer)
    draft, held = scenes.deliveries()
    outbox.hold(held, by=organizer)
    batch_operations.submit(batch, by=organizer)

    with pytest.raises(outbox.NotReleased):
        outbox.retry_now(draft, by=organizer)
    with pytest.raises(outbox.NotReleased):
        outbox.resend(draft, number=1, by=organizer)
    assert outbox.release(event, by=organizer) == 0
    assert outbox.drain(worker="test:1") == 0


def test_a_changed_draft_says_the_same_in_text_and_html_and_keeps_its_tokens(event, organizer):
    people(event, 1)
    batch = written(event, organizer)
    (draft,) = scenes.deliveries()
    text = "Kính mời bà dự lễ.\n\nXin xem ((đường dẫn riêng)) nhé <b>."

    outbox.edit_draft(draft, subject="Giấy mời mới", text=text, version=None, by=organizer)
    batch_operations.submit(batch, by=organizer)
    (message,) = scenes.send()

    parts = {
        part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()
    }
    link = scenes.link(db.session.scalars(sa.select(Invitation)).one())
    assert message["Subject"] == "Giấy mời mới"
    assert "Kính mời bà dự lễ." in parts["text/plain"] and link.removeprefix("/i/") in parts["text/plain"]
    assert "Kính mời bà dự lễ." in parts["text/html"] and "&lt;b&gt;" in parts["text/html"]
    assert f'href="http://localhost{link}"' in parts["text/html"] and "cid:pass-qr" in parts["text/html"]
    for button in (f"{link}?answer=accepted", f"{link}?answer=declined", f"{link}/substitute"):
        assert f'href="http://localhost{button}"' in parts["text/html"]


@pytest.mark.parametrize(
    "subject", ["Mời\r\nBcc: x@example.vn", "Mời\u2028Bcc", "=?utf-8?q?=0d=0aBcc:x@example.vn?="]
)
def test_a_subject_that_would_be_more_is_refused(event, organizer, subject):
    people(event, 1)
    written(event, organizer)
    (draft,) = scenes.deliveries()

    with pytest.raises(BadSubject):
        outbox.edit_draft(draft, subject=subject, text="x", version=None, by=organizer)


def test_of_two_who_edit_a_draft_the_second_is_told(event, organizer):
    people(event, 1)
    written(event, organizer)
    (draft,) = scenes.deliveries()
    seen = drafts.version(draft)
    outbox.edit_draft(draft, subject="Một", text="Một", version=seen, by=organizer)

    with pytest.raises(StaleEdit):
        outbox.edit_draft(draft, subject="Hai", text="Hai", version=seen, by=organizer)


def test_one_message_is_left_out_and_one_is_held_beyond_the_batch(event, organizer):
    people(event, 3)
    batch = written(event, organizer)
    first, second, third = scenes.deliveries()

    outbox.leave_out(first, by=organizer)
    outbox.hold(second, by=organizer)
    batch_operations.submit(batch, by=organizer)
    outbox.drain(worker="test:1")
    assert [each.state for each in (first, second, third)] == [
        DeliveryState.CANCELLED,
        DeliveryState.HELD,
        DeliveryState.SENT,
    ]

    outbox.unhold(second, by=organizer)
    outbox.drain(worker="test:1")

    assert second.state is DeliveryState.SENT


def test_stopping_calls_back_what_has_not_left_and_the_next_batch_reaches_those_people(event, organizer):
    people(event, 3)
    batch = written(event, organizer)
    batch_operations.submit(batch, by=organizer)
    tried = []
    outbox.drain(worker="test:1", should_stop=lambda: tried.append(1) or len(tried) > 2)
    assert states(batch)[DeliveryState.SENT] == 1

    assert batch_operations.stop(batch, by=organizer) == 2
    assert batch_operations.stop(batch, by=organizer) == 0
    assert outbox.drain(worker="test:1") == 0
    following = written(event, organizer)
    batch_operations.submit(following, by=organizer)
    messages = scenes.send()

    assert sorted(message["To"].addresses[0].addr_spec for message in messages) == [
        f"khach{number}@example.vn" for number in range(3)
    ]
    assert len({message["Message-ID"] for message in messages}) == 3
    assert states(following) == {DeliveryState.SENT: 2}


def test_an_update_that_was_stopped_is_written_again(event, organizer):
    people(event, 2)
    invitations.invite(event, by=organizer)
    outbox.drain(worker="test:1")
    sitting = event.sittings[0]
    events.propose_time(sitting, starts_at=sitting.starts_at + timedelta(hours=1), ends_at=None, by=None)
    events.approve_time(sitting, by=None)
    update = written(event, organizer, kinds.UPDATE)
    assert states(update) == {DeliveryState.DRAFT: 2}

    batch_operations.stop(update, by=organizer)
    assert queries.overtaken(event).total == 2
    following = written(event, organizer, kinds.UPDATE)

    assert states(following) == {DeliveryState.DRAFT: 2}
    assert queries.overtaken(event).total == 0


def test_what_was_in_a_workers_hands_when_its_batch_stopped_is_told_again(event, organizer):
    people(event, 1)
    batch = written(event, organizer)
    batch_operations.submit(batch, by=organizer)
    (delivery,) = scenes.deliveries()
    claimed = outbox.claim(delivery.id, worker="test:1")
    batch_operations.stop(batch, by=organizer)

    outbox.record_break(claimed, transport.Broken("dropped"))
    assert delivery.state is DeliveryState.RETRY

    assert batch_operations.settle_stopped() == 1
    assert (delivery.state, db.session.scalars(sa.select(Invitation)).one().told_at) == (
        DeliveryState.CANCELLED,
        None,
    )


# --- Preflight ------------------------------------------------------------------------------------------------


def test_a_batch_with_nothing_to_find_is_clear(event, organizer):
    people(event, 2)

    assert codes(written(event, organizer)) == {}


def test_the_preflight_finds_by_row_what_to_think_of(event, organizer):
    hall = scenes.main_site(event)
    school = factories.site(event)
    rank = rank_operations.add_rank(
        event, name="Lãnh đạo tỉnh", rules=rank_operations.RankRules(lead_workdays=30), by=None
    )
    an = factories.guest(hall, "Nguyễn Văn An", emails=["chung@example.vn"])
    factories.guest(hall, "Trần Thị Bình", emails=["Chung@example.vn"])
    factories.guest(hall, "Lê Văn Cường", emails=[])
    factories.guest(school, "Phạm Thị Dung", emails=["dung@example.vn"])
    factories.guest(hall, "((rsvp_link))", emails=["la@example.vn"])
    factories.guest(hall, "Võ Văn Em", emails=["em@example.vn"])
    with atomic():
        an.rank_id = rank.id
        event.form, event.video_link = EventForm.HYBRID, None
        db.session.add(SuppressedAddress(address="em@example.vn", reason="no_such_address"))

    found = codes(written(event, organizer))

    assert found == {
        "duplicate_address": ["Nguyễn Văn An", "Trần Thị Bình"],
        "lead_time": ["Nguyễn Văn An"],
        "no_address": ["Lê Văn Cường"],
        "no_video_link": ["Phạm Thị Dung"],
        "brackets": ["((rsvp_link))"],
        "undeliverable": ["Võ Văn Em"],
    }


def test_who_is_told_of_an_end_needs_no_link_and_no_time_to_prepare(event, organizer):
    school = factories.site(event)
    rank = rank_operations.add_rank(
        event, name="Lãnh đạo tỉnh", rules=rank_operations.RankRules(lead_workdays=30), by=None
    )
    dung = factories.guest(school, "Phạm Thị Dung", emails=["dung@example.vn"])
    with atomic():
        dung.rank_id = rank.id
        event.form, event.video_link = EventForm.HYBRID, None
    invitations.invite(event, by=organizer)
    outbox.drain(worker="test")
    events.cancel_event(event, by=organizer)

    assert codes(written(event, organizer, kind=kinds.UPDATE)) == {}


def test_an_empty_field_of_the_wording_is_found_by_row(event, organizer):
    factories.guest(scenes.main_site(event), "Nguyễn Văn An", position=None)
    factories.guest(scenes.main_site(event), "Trần Thị Bình", position="Chủ tịch")
    with atomic():
        db.session.add(MessageWording(event=event, kind=kinds.INVITATION, opening="Kính gửi ((chức vụ)):"))

    found = preflight_messages.findings(written(event, organizer))

    rows = [(each.code, [(row.name, row.detail) for row in each.rows]) for each in found if each.rows]
    assert rows == [("empty_field", [("Nguyễn Văn An", "((chức vụ))")])]


def test_what_must_be_mended_holds_the_batch_back(event, organizer):
    people(event, 2)
    batch = written(event, organizer)
    first, second = scenes.deliveries()
    outbox.edit_draft(first, subject="Mời", text="Kính gửi ((họ tên))", version=None, by=organizer)
    events.propose_time(
        event.sittings[0],
        starts_at=event.sittings[0].starts_at + timedelta(hours=1), ends_at=None, by=None,
    )  # fmt: skip
    events.approve_time(event.sittings[0], by=None)

    found = preflight_messages.findings(batch)
    assert [each.code for each in found if each.is_blocking] == ["outdated", "field_left"]
    for leave in (batch_operations.submit, batch_operations.approve):
        with pytest.raises(batch_operations.NotReady):
            leave(batch, by=organizer)
    assert outbox.drain(worker="test:1") == 0


def test_the_letter_must_be_issued_before_the_batch_goes(event, organizer):
    people(event, 1)
    batch = written(event, organizer)
    paper = papers.draft(event)
    letter_operations.assign_letters(event, {(Audience.PEOPLE, None): paper}, by=None)

    assert [each.code for each in preflight_messages.findings(batch) if each.is_blocking] == [
        "letter_not_issued"
    ]


@pytest.mark.parametrize(
    ("moment", "found"),
    [("2030-05-15 02:00", []), ("2030-05-15 15:00", ["quiet_hours"]), ("2030-05-19 02:00", ["day_off"])],
)
def test_nights_and_days_off_are_told(event, organizer, moment, found):
    people(event, 1)
    batch = written(event, organizer)

    with time_machine.travel(f"{moment}:00+00:00", tick=False):
        codes_now = [each.code for each in preflight_messages.findings(batch)]

    assert [code for code in codes_now if code in {"quiet_hours", "day_off"}] == found


def test_the_preflight_costs_the_same_for_one_and_for_many(event, organizer):
    counts = []
    for number in (1, 12):
        for _ in range(number):
            factories.guest(scenes.main_site(event))
        batch = written(event, organizer)
        db.session.expire_all()
        with counted() as count:
            preflight_messages.findings(batch)
        counts.append(count.number)
        batch_operations.stop(batch, by=organizer)

    assert counts[0] == counts[1]


# --- Pages ----------------------------------------------------------------------------------------------------


def test_a_batch_is_begun_looked_through_tested_and_stopped_on_its_pages(event, signed_in, organizer):
    people(event, 2)
    page = signed_in.post(f"/events/{event.slug}/batches", {"kind": "invitation"})
    assert "Đang soạn" in page.text
    batch_operations.compose_batches()
    batch = db.session.scalars(sa.select(Batch)).one()
    here = f"/events/{event.slug}/batches/{batch.id}"
    draft = f"{here}/drafts/{scenes.deliveries()[0].id}"

    page = signed_in.get(draft)
    assert "((đường dẫn riêng))" in page.text
    page = signed_in.submit(page.form("/test"))
    assert "Thư thử" in page.text
    (test,) = (each for each in scenes.deliveries() if each.kind == "test")
    assert (test.recipient, test.subject[:9], "lien" in test.text_body) == (
        organizer.email,
        "[Thư thử]",
        False,
    )
    signed_in.submit(signed_in.get(draft).form(draft), {"subject": "Mời\r\nBcc: x@example.vn"}, status=422)
    page = signed_in.submit(signed_in.get(here).form("/stop"))

    assert batch.state is BatchState.STOPPED


def test_the_progress_is_told_again_only_when_it_has_changed(event, signed_in, organizer):
    people(event, 1)
    batch = written(event, organizer)
    address = f"/events/{event.slug}/batches/{batch.id}/fragment"

    first = signed_in.http.get(address)
    again = signed_in.http.get(address, headers={"If-None-Match": first.headers["ETag"]})
    batch_operations.submit(batch, by=organizer)
    later = signed_in.http.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data, later.status_code) == (200, 304, b"", 200)


def test_an_alarm_stands_on_the_pages_of_the_event(event, signed_in):
    outbox.pause(event, by=None, reason="blocked_by_policy")

    assert "Thư không gửi đi được" in signed_in.get(f"/events/{event.slug}/guests").text
