"""Organizers' own words: fields from a fixed list, filled in once, escaped; a preview, a letter to try them."""

import pytest

from eventsvc.db import db
from eventsvc.deliveries.message import BadSubject
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.invitations import operations, wording_operations, wording_queries
from tests import factories
from tests.invitations import scenes
from tests.invitations.test_mail import part

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

INJECTIONS = [
    "Giấy mời\r\nBcc: ke.gian@example.vn",
    "Giấy mời\nBcc: ke.gian@example.vn",
    "Giấy mời\u2028Bcc: ke.gian@example.vn",
    "=?utf-8?q?=0d=0aBcc:ke.gian@example.vn?=",
    "Giấy mời\x00",
]
HEADERS = {
    "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
    "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


def say(event, kind="invitation", **words):
    return wording_operations.set_wording(event, kind, **words, by=None)


def test_own_words_take_the_place_of_the_supplied_ones_guest_by_guest(app):
    event = scenes.ready_event()
    say(
        event,
        subject="Kính mời ((danh xưng)) ((họ tên)) dự ((nội dung))",
        opening="Kính gửi ((HỌ TÊN)), ((chức vụ)).\n((cơ quan mời)) trân trọng kính mời.",
        closing="Địa điểm: ((địa điểm)). Trả lời tại ((đường dẫn)).",
    )
    site = scenes.main_site(event)
    factories.guest(site, "Nguyễn Văn An", honorific="Ông", position="Chủ tịch", emails=["an@example.vn"])
    factories.guest(site, "Trần Thị Bình", honorific="Bà", position="Giám đốc", emails=["binh@example.vn"])

    operations.invite(event, by=None)

    seen = {message["To"].addresses[0].addr_spec: message for message in scenes.send()}
    assert seen["an@example.vn"]["Subject"] == f"Kính mời Ông Nguyễn Văn An dự {event.title}"
    assert seen["binh@example.vn"]["Subject"] == f"Kính mời Bà Trần Thị Bình dự {event.title}"
    for address, words in (
        ("an", "Kính gửi Nguyễn Văn An, Chủ tịch."),
        ("binh", "Kính gửi Trần Thị Bình, Giám đốc."),
    ):
        for kind in ("text/plain", "text/html"):
            body = part(seen[f"{address}@example.vn"], kind).get_content()
            assert words in body
            assert "52 Hùng Vương" in body and "/i/" in body
            assert "((" not in body and "secret" not in body
            assert "trân trọng kính mời Ông" not in body


@pytest.mark.parametrize("subject", INJECTIONS)
def test_a_subject_that_is_more_than_a_subject_is_refused(app, client, organizer, subject):
    event = scenes.ready_event()

    with pytest.raises(BadSubject) as refusal:
        say(event, subject=subject)
    assert (refusal.value.status, refusal.value.code) == (422, "bad_subject")

    page = client.sign_in(organizer).get(f"/events/{event.slug}/wordings/invitation")
    refused = client.submit(
        page.form(f"/events/{event.slug}/wordings/invitation"), {"subject": subject}, status=422
    )
    assert "Tiêu đề" in refused.text
    assert wording_queries.of_kind(event, "invitation") is None


@pytest.mark.parametrize(
    "name", ["((rsvp_link))", "((đường dẫn))", "=?utf-8?q?=0d=0aBcc:x@example.vn?=", "An\r\nBcc: x@y.vn"]
)
def test_a_name_that_looks_like_a_field_or_a_header_stays_a_name(app, name):
    event = scenes.ready_event()
    say(event, subject="Kính mời ((họ tên))", opening="Kính gửi ((họ tên))")
    factories.guest(scenes.main_site(event), name, emails=["an@example.vn"])

    operations.invite(event, by=None)

    [message] = scenes.send()
    assert set(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["an@example.vn"]
    text = part(message, "text/plain").get_content()
    assert f"Kính gửi {' '.join(name.split())}" in text
    assert "Bcc" not in message


def test_the_markup_in_own_words_and_names_is_only_text(app):
    event = scenes.ready_event()
    say(event, opening="<img src=x onerror=alert(1)> {{7*7}} ((họ tên))")
    factories.guest(scenes.main_site(event), "<script>alert(2)</script>")

    operations.invite(event, by=None)

    html = part(scenes.send()[0], "text/html").get_content()
    assert "<script" not in html and "<img src=x" not in html
    assert "{{7*7}}" in html


def test_an_unknown_field_is_refused_by_its_name(app, client, organizer):
    event = scenes.ready_event()

    with pytest.raises(wording_operations.UnknownField) as refusal:
        say(event, opening="Kính gửi ((họ tên)), ((unknown)) và ((mật khẩu))")

    assert (refusal.value.status, refusal.value.field) == (422, "opening")
    assert "((unknown)), ((mật khẩu))" in str(refusal.value)


def test_words_for_a_cancellation_are_about_the_whole_event(app):
    event = scenes.ready_event()
    say(event, "cancellation", subject="Hoãn vì bão", opening="Lễ phát động được hoãn vì bão.")
    withdrawn, stays = scenes.invited(event), scenes.invited(event)
    scenes.send()

    operations.revoke_invitation(withdrawn, by=None)
    events.cancel_event(event, by=None)
    operations.send_updates(event, by=None)

    subjects = {d.recipient: d.subject for d in scenes.deliveries() if d.kind == "cancellation"}
    assert subjects[stays.guest.person.email] == "Hoãn vì bão"
    assert "bão" not in subjects[withdrawn.guest.person.email]


def test_the_page_saves_previews_and_sends_a_letter_to_oneself(app, client, organizer):
    event = scenes.ready_event()
    guest = factories.guest(scenes.main_site(event), "Nguyễn Văn An", emails=["an@example.vn"])
    client.sign_in(organizer)
    url = f"/events/{event.slug}/wordings/invitation"

    page = client.submit(client.get(url).form(url), {"opening": "Kính gửi ((họ tên))"}, follow=True)
    assert "Kính gửi Nguyễn Văn An" in page.text
    assert "Kính gửi Nguyễn Văn An" in client.http.get(f"{url}/preview?guest={guest.id}").text
    form = page.form(f"{url}/trial")
    for _ in range(2):
        client.submit(form, follow=True)

    [trial] = scenes.deliveries()
    assert (trial.recipient, trial.kind, trial.calendar) == (organizer.email, "test", None)
    [message] = scenes.send()
    body = part(message, "text/plain").get_content()
    assert "Kính gửi Nguyễn Văn An" in body
    assert db.session.query(type(trial)).count() == 1


def test_of_two_people_who_write_the_first_words_neither_loses_any(app, client, organizer):
    event = scenes.ready_event()
    client.sign_in(organizer)
    url = f"/events/{event.slug}/wordings/thanks"
    form = client.get(url).form(url)
    say(event, "thanks", opening="Của người kia")

    page = client.submit(form, {"opening": "Của tôi"}, status=409)

    assert "Của người kia" in page.text and "Của tôi" in page.text
    assert wording_queries.of_kind(event, "thanks").opening == "Của người kia"


def test_words_taken_out_are_those_supplied_again(app):
    event = scenes.ready_event()
    say(event, opening="Kính gửi")

    say(event)

    assert wording_queries.by_kind(event) == {}


def test_the_days_are_set_and_taken_out_on_the_page(app, client, organizer):
    event = scenes.ready_event()
    client.sign_in(organizer)
    url = f"/events/{event.slug}/wordings"

    page = client.submit(client.get(url).form(f"{url}/rules"), {"days": "3", "at_hour": "8h30"}, follow=True)
    assert [rule.days for rule in wording_queries.rules_of(event)] == [3]
    again = client.submit(page.form(f"{url}/rules"), {"days": "3", "at_hour": "9:00"}, status=422)
    assert again.errors
    [rule] = wording_queries.rules_of(event)
    client.submit(client.get(url).form(f"/rules/{rule.id}/remove"), follow=True)

    assert wording_queries.rules_of(event) == []


def test_a_kind_that_does_not_exist_is_not_found(app, client, organizer):
    event = scenes.ready_event()

    with pytest.raises(DomainError):
        say(event, "sign_in", opening="x")

    client.sign_in(organizer).get(f"/events/{event.slug}/wordings/sign_in", status=404)
