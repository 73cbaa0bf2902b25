"""The invitee's page, its files and the stop of reminders, as a browser and a mail scanner meet them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
import zxingcpp
from PIL import Image

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.invitations import operations
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.invitations.tokens import stop_token
from tests import factories
from tests.calendars import agreed
from tests.invitations import scenes


def test_the_page_says_who_is_invited_to_what_when_and_where(app, client):
    invitation = scenes.invited(full_name="Nguyễn Văn An", honorific="Ông")
    factories.item(invitation.event, "Bấm nút phát động")

    page = client.get(scenes.link(invitation))

    assert page.heading == invitation.event.title
    for words in (
        "Ủy ban nhân dân tỉnh Quảng Ngãi",
        "Ông Nguyễn Văn An",
        "08 giờ 00 phút",
        "Hội trường lớn, 52 Hùng Vương",
        "Bấm nút phát động",
        "Mời và đón tiếp đại biểu",
        "UBND tỉnh Quảng Ngãi",
    ):
        assert words in page.text
    hosts = ("calendar.google.com", "outlook.office.com", "google.com/maps")
    assert all(any(host in link for link in page.links()) for host in hosts)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_what_goes_on_beside_the_stage_is_told_by_its_name(app, client):
    invitation = scenes.invited()
    event = invitation.event
    factories.item(event, "Khai mạc")
    strand = agenda.add_strand(event, name="Không gian triển lãm", by=None)
    factories.item(event, "Hướng dẫn", strand=strand)

    def summaries():
        page = client.get(scenes.link(invitation))
        found = [" ".join(one.text_content().split()) for one in page.html.xpath("//summary")]
        return [words for words in found if words.startswith("Chương trình")]

    assert summaries() == ["Chương trình", "Chương trình: Không gian triển lãm"]
    events.add_sitting(event, by=None)
    factories.item(event, "Bế mạc", sitting=event.sittings[1])
    assert summaries() == [
        "Chương trình: phiên 1",
        "Chương trình: phiên 1, Không gian triển lãm",
        "Chương trình: phiên 2",
    ]


def test_an_answer_with_a_reason_is_recorded_and_shown(app, client):
    invitation = scenes.invited()
    page = client.get(scenes.link(invitation))

    page = client.submit(page.form(), {"answer": "declined", "reason": "Đi công tác"})

    db.session.refresh(invitation)
    assert (invitation.answer, invitation.reason) == (Answer.DECLINED, "Đi công tác")
    assert "Trân trọng cảm ơn" in page.text
    assert "Vắng mặt" in page.text
    assert "Đi công tác" in page.text


def test_a_button_of_the_message_only_chooses(app, client):
    invitation = scenes.invited()

    page = client.get(f"{scenes.link(invitation)}?answer=declined")

    assert page.form().fields["answer"] == "declined"
    db.session.refresh(invitation)
    assert invitation.answer is Answer.NEEDS_ACTION


def test_a_button_chooses_another_answer_than_the_one_given(app, client):
    invitation = scenes.invited()
    operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)

    page = client.get(f"{scenes.link(invitation)}?answer=declined")

    assert page.form().fields["answer"] == "declined"
    assert not page.html.xpath("//details[.//input[@name='answer']]")


def test_no_answer_chosen_comes_back_with_the_reason_typed(app, client):
    invitation = scenes.invited()

    page = client.post(scenes.link(invitation), {"reason": "Còn chờ ý kiến"}, status=422)

    assert "Xin chọn một câu trả lời" in page.text
    assert page.form().fields["reason"].strip() == "Còn chờ ý kiến"


@pytest.mark.parametrize(
    "data", [{"answer": "needs_action"}, {"answer": "co"}, {"answer": "accepted", "reason": "x" * 501}]
)
def test_what_cannot_be_an_answer_is_refused(app, client, data):
    invitation = scenes.invited()

    client.post(scenes.link(invitation), data, status=422)

    db.session.refresh(invitation)
    assert invitation.answer is Answer.NEEDS_ACTION


def test_a_made_up_answer_is_refused_in_the_words_of_the_page(app, client):
    invitation = scenes.invited()

    page = client.post(scenes.link(invitation), {"answer": "perhaps"}, status=422)

    assert "Xin chọn một câu trả lời." in page.text
    assert "Not a valid" not in page.text


def test_opening_anything_changes_nothing(app, client):
    invitation = scenes.invited()
    link = scenes.link(invitation)
    stop = f"/u/{stop_token(invitation)}"
    before = scenes.rows()

    for address in (
        link,
        f"{link}?answer=accepted",
        f"{link}/invitation.ics",
        f"{link}/pass.svg",
        f"{link}/pass.png",
        stop,
    ):
        assert client.http.get(address).status_code == 200
        client.http.head(address)
        client.http.options(address)

    assert scenes.rows() == before


def test_without_a_csrf_token_nothing_is_answered(app, client):
    invitation = scenes.invited()

    response = client.http.post(scenes.link(invitation), data={"answer": "accepted"})

    db.session.refresh(invitation)
    assert (response.status_code, invitation.answer) == (400, Answer.NEEDS_ACTION)


def test_the_pictures_hold_the_live_pass(app, client):
    invitation = scenes.invited()
    link = scenes.link(invitation)

    png, svg = client.http.get(f"{link}/pass.png"), client.http.get(f"{link}/pass.svg")

    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(png.data)))
    assert code.text == scenes.code(invitation)
    assert (png.mimetype, svg.mimetype) == ("image/png", "image/svg+xml")
    assert svg.data.startswith(b"<svg")


def test_the_calendar_file_is_for_reading_and_has_the_uid_of_the_message(app, client):
    invitation = scenes.invited()

    response = client.http.get(f"{scenes.link(invitation)}/invitation.ics")

    seen = agreed(response.data)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (seen["method"], seen["events"][0]["attendees"]) == ("PUBLISH", [])
    assert seen["events"][0]["uid"] == f"{invitation.uid}-1@eventsvc"
    assert scenes.link(invitation) in seen["events"][0]["url"]


def test_a_cancelled_event_says_so_and_takes_no_answer(app, client):
    invitation = scenes.invited()
    events.cancel_event(invitation.event, by=None)

    page = client.get(scenes.link(invitation))
    client.post(scenes.link(invitation), {"answer": "accepted"})

    assert "Chương trình đã hủy" in page.text
    assert not page.html.xpath("//input[@name='answer'] | //img[contains(@src, 'pass.svg')]")
    db.session.refresh(invitation)
    assert invitation.answer is Answer.NEEDS_ACTION
    seen = agreed(client.http.get(f"{scenes.link(invitation)}/invitation.ics").data)
    assert [entry["status"] for entry in seen["events"]] == ["CANCELLED"]


def test_a_change_asks_again_and_shows_the_old_answer(app, client):
    invitation = scenes.invited()
    operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)
    events.edit_sitting(invitation.event.sittings[0], {"place": "Nhà văn hóa"}, by=None)

    page = client.get(scenes.link(invitation))

    assert "xác nhận lại" in page.text
    assert "Câu trả lời trước đây: Sẽ tham dự" in page.text
    assert "Nhà văn hóa" in page.text


def test_a_past_event_is_a_page_without_buttons(app, client):
    invitation = scenes.invited()
    sitting = invitation.event.sittings[0]
    with atomic():
        sitting.starts_at, sitting.ends_at = (
            clock.now() - timedelta(hours=3),
            clock.now() - timedelta(hours=1),
        )

    page = client.get(scenes.link(invitation))

    assert "Chương trình đã kết thúc" in page.text
    assert not page.html.xpath("//input[@name='answer']")


def test_a_time_that_is_open_again_shows_the_window(app, client):
    invitation = scenes.invited()
    sitting = invitation.event.sittings[0]
    events.propose_time(sitting, starts_at=sitting.starts_at + timedelta(days=1), ends_at=None, by=None)

    page = client.get(scenes.link(invitation))
    seen = agreed(client.http.get(f"{scenes.link(invitation)}/invitation.ics").data)

    assert "Thời gian chính thức sẽ được thông báo" in page.text
    assert [(entry["status"], entry["transparency"]) for entry in seen["events"]] == [
        ("TENTATIVE", "TRANSPARENT")
    ]


def files_of(link: str) -> list[str]:
    return [link, f"{link}/invitation.ics", f"{link}/pass.svg", f"{link}/pass.png"]


def test_a_link_that_nobody_was_given_leads_to_one_and_the_same_page(app, client):
    invitation = scenes.invited()
    tokens = ["khong-co", scenes.code(invitation), "x" * 500, "ﬀ", stop_token(invitation)]

    pages = [client.get(f"/i/{token}", status=404) for token in tokens]

    assert {page.heading for page in pages} == {"Không có giấy mời tại địa chỉ này"}
    assert len({page.text for page in pages}) == 1
    for address in files_of("/i/khong-co"):
        client.get(address, status=404)


def test_a_link_taken_back_says_that_it_was_valid_once(app, client):
    invitation = scenes.invited()
    operations.revoke_invitation(invitation, by=None)

    for address in files_of(scenes.link(invitation)):
        assert client.get(address, status=410).heading == "Giấy mời không còn giá trị"
    client.post(scenes.link(invitation), {"answer": "accepted"}, status=410)


def test_a_link_ends_with_the_time_the_data_is_kept(app, client):
    invitation = scenes.invited()
    event = invitation.event
    factories_notice = {"purpose": "x", "controller": "y", "legal_basis": event.data_legal_basis, "by": None}
    events.set_data_notice(event, kept_until=clock.today() + timedelta(days=30), **factories_notice)

    with time_machine.travel(clock.now() + timedelta(days=32), tick=False):
        client.get(scenes.link(invitation), status=410)
    assert event.data_kept_until > date.today()


def test_reminders_stop_by_one_click_without_a_form(app, client):
    invitation = scenes.invited()
    address = f"/u/{stop_token(invitation)}"

    page = client.get(address)
    response = client.http.post(address, data={"List-Unsubscribe": "One-Click"})

    db.session.refresh(invitation)
    assert page.heading == "Dừng thư nhắc?"
    assert (response.status_code, invitation.reminders_stopped_at is None) == (200, False)
    assert invitation.answer is Answer.NEEDS_ACTION


def test_a_forged_stop_stops_nobody(app, client):
    invitation = scenes.invited()

    for token in (str(invitation.id), f"{invitation.id}.forged", stop_token(invitation)[:-1]):
        client.get(f"/u/{token}", status=404)
        assert client.http.post(f"/u/{token}").status_code == 404

    db.session.refresh(invitation)
    assert invitation.reminders_stopped_at is None


def test_the_page_speaks_english_too(app, client):
    invitation = scenes.invited()
    client.post("/language", {"language": "en", "next": scenes.link(invitation)})

    page = client.get(scenes.link(invitation))

    assert "respectfully invites" in page.text
    assert page.html.get("lang") == "en"


def test_hostile_words_are_only_words(app, client):
    invitation = scenes.invited(
        full_name="<script>alert(1)</script>", position='"><b>', organization_name="{7*7} %s"
    )

    page = client.get(scenes.link(invitation))

    assert "<script>alert(1)</script>" in page.text
    assert "{7*7} %s" in page.text
    assert not page.html.xpath("//b")
