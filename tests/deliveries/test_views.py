"""The pages of the outbox: what an organizer sees, and what nobody sees."""

from dataclasses import replace

import pytest

from eventsvc import ical
from eventsvc.deliveries import operations, queries
from eventsvc.deliveries.markers import marker
from eventsvc.deliveries.models import DeliveryState
from tests import factories
from tests.deliveries.messages import queued
from tests.test_ical import ENTRY

CODE, TOKEN = "0123456789ABCDEFGHJKMNPQRS", "liên-kết-bí-mật"


def invitation(event, **changes):
    """A message with everything in it, and secrets that a page could leak."""
    entry = replace(
        ENTRY, url=f"http://localhost/i/{marker('link')}", organizer_email=queries.sender_mailbox()
    )
    fields = {
        "event_id": event.id,
        "recipient": entry.attendee_email,
        "subject": "Giấy mời dự Lễ phát động",
        "text_body": f"Trang riêng: http://localhost/i/{marker('link')} – mã {marker('pass_code')}",
        "html_body": f'<p style="color:red">Mã {marker("pass_code")} <img src="cid:pass-qr" alt="QR"></p>',
        "calendar": ical.request(entry),
        "inline_qr": True,
        "secrets": {"link": TOKEN, "pass_code": CODE},
    }
    return queued(**(fields | changes))


def test_the_list_shows_each_message_with_its_state(app, signed_in, organizer):
    event = factories.event()
    invitation(event)
    queued(event_id=event.id, recipient="khong@@example.vn", recipient_name="Trần Văn Tám")
    queued(event_id=factories.event(short_title="Hội nghị").id, recipient_name="Người khác")

    page = signed_in.get(f"/events/{event.slug}/deliveries")

    assert [[row[0], row[2]] for row in page.rows()] == [
        ["Trần Văn Támkhong@@example.vn", "Không gửi đượcĐịa chỉ không hợp lệ, không thể gửi thư."],
        ["Nguyễn Thị Thủythuy@example.vn", "Chờ gửi"],
    ]


def test_the_list_is_filtered_by_state_and_searched_without_diacritics(app, signed_in):
    event = factories.event()
    queued(event_id=event.id, recipient_name="Đặng Thị Ưng")
    queued(event_id=event.id, recipient_name="Trần Văn Tám", held=True)

    held = signed_in.get(f"/events/{event.slug}/deliveries?state=held")
    found = signed_in.get(f"/events/{event.slug}/deliveries?q=dang+thi+ung")
    nonsense = signed_in.get(f"/events/{event.slug}/deliveries?state=khong&q={'x' * 5000}&page=-1")

    assert [row[0].startswith("Trần Văn Tám") for row in held.rows()] == [True]
    assert [row[0].startswith("Đặng Thị Ưng") for row in found.rows()] == [True]
    assert "Không có thư phù hợp" in nonsense.text


def test_an_event_without_messages_says_so(app, signed_in):
    assert "Chưa có thư nào" in signed_in.get(f"/events/{factories.event().slug}/deliveries").text


def test_the_message_is_shown_as_it_will_be_sent_without_its_secrets(app, signed_in):
    event = factories.event()
    delivery = invitation(event)
    address = f"/events/{event.slug}/deliveries/{delivery.id}"

    page = signed_in.get(address)
    body = signed_in.http.get(f"{address}/body")
    raw = signed_in.http.get(f"{address}/message.eml")

    assert page.heading == "Giấy mời dự Lễ phát động"
    assert "Trang riêng: http://localhost/i/••• – mã •••" in page.text
    assert "08:00 15/07/2023 – 10:30 15/07/2023" in page.text
    assert page.html.xpath("//iframe/@sandbox") == [""]
    assert "data:image/svg+xml" in body.text and "•••" in body.text
    assert raw.mimetype == "message/rfc822"
    assert raw.headers["Content-Disposition"] == f"attachment; filename={event.slug}-{delivery.id}.eml"
    for answer in (page.response, body, raw):
        assert CODE not in answer.text and TOKEN not in answer.text


def test_the_frame_of_a_message_may_run_nothing_and_load_nothing(app, signed_in):
    event = factories.event()
    delivery = invitation(event, html_body="<script>alert(1)</script><img src=https://evil.example.vn/x.png>")

    body = signed_in.http.get(f"/events/{event.slug}/deliveries/{delivery.id}/body")

    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "; sandbox;" in policy
    assert "script-src" not in policy and "img-src data:;" in policy


def test_buttons_retry_call_back_and_send_once_more(app, signed_in):
    event = factories.event()
    waiting, sent = queued(event_id=event.id), queued(event_id=event.id)
    operations.cancel(waiting, by=None)
    operations.drain(worker="test:1")
    other = queued(event_id=event.id)
    address = f"/events/{event.slug}/deliveries"

    signed_in.submit(signed_in.get(f"{address}/{other.id}").form("/cancel"))
    page = signed_in.get(f"{address}/{sent.id}")
    signed_in.submit(page.form("/resend"))
    signed_in.submit(page.form("/resend"))

    assert [waiting.state, sent.state, other.state] == [
        DeliveryState.CANCELLED,
        DeliveryState.SENT,
        DeliveryState.CANCELLED,
    ]
    assert queries.state_counts(event.id) == {
        DeliveryState.CANCELLED: 2,
        DeliveryState.SENT: 1,
        DeliveryState.QUEUED: 1,
    }


def test_calling_back_what_has_left_is_a_sentence_on_the_page(app, signed_in):
    event = factories.event()
    delivery = queued(event_id=event.id)
    form = signed_in.get(f"/events/{event.slug}/deliveries/{delivery.id}").form("/cancel")
    operations.drain(worker="test:1")

    page = signed_in.submit(form)

    assert "Thư này đã được gửi hoặc đang được gửi đi." in page.text
    assert delivery.state == DeliveryState.SENT


@pytest.mark.parametrize("number", ["", "0", "-1", "3", "x", "9" * 400, "１"])
def test_a_resend_number_that_was_not_on_the_page_is_refused(app, signed_in, number):
    event = factories.event()
    delivery = queued(event_id=event.id)
    operations.drain(worker="test:1")

    signed_in.post(f"/events/{event.slug}/deliveries/{delivery.id}/resend", {"number": number}, status=422)

    assert queries.state_counts(event.id) == {DeliveryState.SENT: 1}


def test_pause_resume_release_and_stop(app, signed_in):
    event = factories.event()
    queued(event_id=event.id)
    queued(event_id=event.id, held=True)
    address = f"/events/{event.slug}/deliveries"

    paused = signed_in.submit(signed_in.get(address).form("/pause"))
    assert "Ban Tổ chức đã tạm dừng." in paused.text
    assert queries.is_paused(event.id)
    signed_in.submit(paused.form("/resume"))
    assert not queries.is_paused(event.id)
    released = signed_in.submit(signed_in.get(address).form("/release"))
    assert queries.state_counts(event.id) == {DeliveryState.QUEUED: 2}
    signed_in.submit(released.form("/stop"))
    assert queries.state_counts(event.id) == {DeliveryState.CANCELLED: 2}


def test_a_message_of_another_event_does_not_exist(app, signed_in):
    event, other = factories.event(), factories.event(short_title="Hội nghị")
    delivery = invitation(other)

    for tail in ("", "/body", "/message.eml"):
        signed_in.get(f"/events/{event.slug}/deliveries/{delivery.id}{tail}", status=404)
    signed_in.post(f"/events/{event.slug}/deliveries/{delivery.id}/cancel", status=404)

    assert delivery.state == DeliveryState.QUEUED


def test_the_folder_shows_what_was_really_sent(app, signed_in):
    delivery = invitation(factories.event())
    operations.drain(worker="test:1")

    page = signed_in.get("/mail")
    (address,) = [link for link in page.links() if link.endswith(f"-{delivery.id}")]
    letter = signed_in.get(address)
    body = signed_in.http.get(f"{address}/body")
    raw = signed_in.http.get(f"{address}.eml")

    assert letter.heading == "Giấy mời dự Lễ phát động"
    assert CODE in letter.text and "invite.ics" in letter.text
    assert "data:image/png;base64," in body.text
    assert raw.text.startswith("Content-Type: multipart/mixed")


def test_the_folder_shows_a_long_name_as_it_was_written(app, signed_in):
    name = "Ông Nguyễn Văn Thử, Phó Giám đốc Sở Thông tin và Truyền thông tỉnh Quảng Ngãi"
    invitation(factories.event(), recipient_name=name)
    operations.drain(worker="test:1")

    assert name in signed_in.get("/mail").text


@pytest.mark.parametrize("name", ["x", "..%2F..%2Ftest.db", "20260101T000000-1", "20260101T000000-1%0a"])
def test_only_messages_of_the_folder_are_served(app, signed_in, name):
    signed_in.get(f"/mail/{name}", status=404)
    assert signed_in.http.get(f"/mail/{name}.eml").status_code == 404


@pytest.mark.parametrize("config", [{"ENV": "production"}, {"MAIL_SERVER": "127.0.0.1"}])
def test_there_is_no_folder_page_in_production_or_beside_a_mail_server(app, signed_in, config):
    app.config.update(config)

    signed_in.get("/mail", status=404)


def test_the_list_costs_the_same_for_one_and_for_many(app, signed_in):
    event = factories.event()
    address = f"/events/{event.slug}/deliveries"
    queued(event_id=event.id)
    one = _queries(app, lambda: signed_in.get(address))
    for _ in range(20):
        queued(event_id=event.id)

    assert _queries(app, lambda: signed_in.get(address)) == one


def _queries(app, act) -> int:
    import sqlalchemy as sa

    from eventsvc.db import db

    seen = []
    listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)
