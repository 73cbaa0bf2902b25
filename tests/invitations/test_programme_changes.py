"""After a release of the agenda: only those whom it touches hear of it, and nothing is asked of them."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.db import atomic
from eventsvc.events import operations as events
from eventsvc.invitations import operations, queries
from eventsvc.invitations.models import Answer, AnswerSource
from tests import factories
from tests.invitations import scenes
from tests.invitations.test_changes import entries
from tests.invitations.test_mail import part

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def release(event):
    return agenda.release(event, confirmed=True, by=None)


@pytest.fixture
def ceremony(app):
    """An event whose released programme has two speakers, both invited with a third guest, all of whom accepted."""
    event = scenes.ready_event()
    site = scenes.main_site(event)
    guests = {
        name: factories.guest(site, name, emails=[f"{number}@example.vn"])
        for number, name in enumerate(("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"))
    }
    an, binh = guests["Nguyễn Văn An"].person, guests["Trần Thị Bình"].person
    items = [
        factories.item(event, "Khai mạc", 10, person=an, speaker="Nguyễn Văn An"),
        factories.item(event, "Báo cáo", 20, person=binh, speaker="Trần Thị Bình"),
        factories.item(event, "Bế mạc", 10),
    ]
    release(event)
    operations.invite(event, by=None)
    scenes.send()
    for guest in guests.values():
        operations.answer(queries.invitation_for(guest), Answer.ACCEPTED, source=AnswerSource.PAGE)
    return event, items, guests


def news() -> dict[str, str]:
    return {d.recipient: d.text_body for d in scenes.deliveries() if d.kind == "programme_change"}


def test_a_release_that_touches_one_speaker_is_told_to_that_one_alone(ceremony):
    event, items, guests = ceremony
    before = (event.revision, event.sittings[0].sequence)
    agenda.edit_item(items[1], {"title": "Báo cáo kết quả"}, by=None)
    release(event)

    counted = queries.overtaken(event)
    numbers = [operations.send_updates(event, by=None) for _ in range(2)]

    assert ((counted.total, counted.programme), numbers) == ((1, 1), [1, 0])
    assert list(news()) == ["1@example.vn"]
    assert "“Báo cáo” nay mang tên “Báo cáo kết quả”" in news()["1@example.vn"]
    message = scenes.send()[-1]
    assert entries(message) == []
    assert not [each for each in message.walk() if "calendar" in each.get_content_type()]
    assert (event.revision, event.sittings[0].sequence) == before
    assert queries.invitation_for(guests["Trần Thị Bình"]).answer is Answer.ACCEPTED
    assert "Báo cáo kết quả" in part(message, "text/html").get_content()


def test_who_was_taken_out_of_the_programme_is_told_and_nobody_else(ceremony):
    event, items, _guests = ceremony
    agenda.edit_item(items[0], {"person": None, "speaker": "Người dẫn chương trình"}, by=None)
    release(event)
    operations.send_updates(event, by=None)

    assert list(news()) == ["0@example.vn"]
    assert "không còn phần việc trong nội dung “Khai mạc”" in news()["0@example.vn"]


def test_another_time_for_an_item_is_told_to_those_who_come_later(ceremony):
    event, items, _guests = ceremony
    agenda.edit_item(items[0], {"duration_minutes": 15}, by=None)
    release(event)

    operations.send_updates(event, by=None)

    assert "“Báo cáo” nay bắt đầu lúc 08:15, thay vì 08:10" in news()["1@example.vn"]


def test_another_end_of_the_whole_programme_is_told_to_everybody_in_the_hall(ceremony):
    event, items, _guests = ceremony
    agenda.remove_item(items[2], by=None)
    release(event)

    assert operations.send_updates(event, by=None) == 3

    assert len(news()) == 3
    assert all("Chương trình nay diễn ra từ 08:00 đến 08:30." in text for text in news().values())


def test_a_change_that_was_taken_back_is_news_to_nobody(ceremony):
    event, items, _guests = ceremony
    agenda.edit_item(items[1], {"title": "Báo cáo kết quả"}, by=None)
    release(event)
    agenda.edit_item(items[1], {"title": "Báo cáo"}, by=None)
    release(event)

    operations.send_updates(event, by=None)

    assert news() == {}
    assert queries.overtaken(event).total == 0


def test_news_that_have_not_left_go_with_the_update(ceremony):
    event, items, guests = ceremony
    agenda.edit_item(items[1], {"title": "Báo cáo kết quả"}, by=None)
    release(event)
    operations.send_updates(event, by=None)
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)

    operations.send_updates(event, by=None)

    updates = {d.recipient: d.text_body for d in scenes.deliveries() if d.kind == "invitation_update"}
    assert len(updates) == 3
    assert "“Báo cáo” nay mang tên “Báo cáo kết quả”" in updates["1@example.vn"]
    assert "nay mang tên" not in updates["0@example.vn"]
    assert queries.overtaken(event).total == 0


def test_a_message_that_still_waits_is_written_anew_with_the_new_programme(ceremony):
    event, items, _guests = ceremony
    late = factories.guest(scenes.main_site(event), "Phạm Thị Dung", emails=["dung@example.vn"])
    operations.invite(event, by=None)
    agenda.edit_item(items[2], {"person": late.person, "speaker": "Phạm Thị Dung"}, by=None)
    release(event)

    operations.send_updates(event, by=None)

    mine = [(d.kind, d.state.value) for d in scenes.deliveries() if d.recipient == "dung@example.vn"]
    assert mine == [("invitation", "cancelled"), ("invitation", "queued")]


def test_nothing_is_told_of_an_item_of_a_past_sitting(ceremony):
    event, items, _guests = ceremony
    second = events.add_sitting(event, title="Ngày thứ hai", by=None)
    start = event.sittings[0].starts_at + timedelta(days=1)
    events.propose_time(second, starts_at=start, ends_at=start + timedelta(hours=3), by=None)
    events.approve_time(second, by=None)
    operations.send_updates(event, by=None)
    scenes.send()
    with atomic():
        event.sittings[0].starts_at = clock.now() - timedelta(hours=2)
        event.sittings[0].ends_at = clock.now() + timedelta(hours=1)
    agenda.edit_item(items[1], {"title": "Báo cáo kết quả"}, by=None)
    release(event)

    operations.send_updates(event, by=None)

    assert news() == {}
