"""The message that really left: its tree, its calendar in four parsers, its QR in a real reader."""

from email import policy
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from eventsvc import ical
from eventsvc.agenda import operations as agenda
from eventsvc.db import atomic
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.message import BadSubject
from eventsvc.events import operations as events
from eventsvc.invitations import operations, passes
from eventsvc.invitations import wording_operations as wordings
from eventsvc.invitations.tokens import invitation_id_of
from tests import factories
from tests.calendars import agreed
from tests.invitations import scenes


def tree(part) -> list | str:
    if not part.is_multipart():
        return part.get_content_type()
    return [part.get_content_type(), *(tree(child) for child in part.iter_parts())]


def sent(**details):
    invitation = scenes.invited(**details)
    [message] = scenes.send()
    return invitation, message


def part(message, kind: str):
    return next(each for each in message.walk() if each.get_content_type() == kind)


def test_the_tree_is_the_one_that_calendars_need(app):
    _invitation, message = sent()

    assert tree(message) == [
        "multipart/mixed",
        [
            "multipart/alternative",
            "text/plain",
            ["multipart/related", "text/html", "image/png"],
            "text/calendar",
        ],
        "application/ics",
    ]
    assert part(message, "text/calendar")["Content-Type"].params == {"method": "REQUEST", "charset": "UTF-8"}
    assert part(message, "text/calendar")["Content-Disposition"] is None


def test_an_invitation_is_one_entry_for_each_sitting_and_never_one_for_an_agenda_item(app):
    event = scenes.ready_event()
    second = events.add_sitting(event, by=None)
    events.propose_time(second, starts_at=factories.soon(days=8), ends_at=None, by=None)
    events.approve_time(second, by=None)
    for sitting in event.sittings:
        for title in ("Khai mạc", "Ký kết", "Bế mạc"):
            factories.item(event, f"Mục {title}", 10, sitting=sitting, mc_line="Trân trọng kính mời!")
    agenda.release(event, confirmed=True, by=None)

    invitation, message = sent(event=event)

    files = [each.get_content() for each in message.walk() if each.get_content_type() == "application/ics"]
    seen = [agreed(file) for file in files]
    assert [facts["method"] for facts in seen] == ["REQUEST", "REQUEST"]
    assert [[entry["uid"] for entry in facts["events"]] for facts in seen] == [
        [f"{invitation.uid}-1@eventsvc"],
        [f"{invitation.uid}-2@eventsvc"],
    ]
    for facts in seen:
        assert "Mục" not in str(facts) and "Trân trọng" not in str(facts)


def test_four_parsers_read_the_same_appointment(app):
    invitation, message = sent(full_name="Nguyễn Văn An", emails=["an@example.vn"])

    seen = agreed(part(message, "application/ics").get_content())

    [entry] = seen["events"]
    sitting = invitation.event.sittings[0]
    assert seen["method"] == "REQUEST"
    assert entry["uid"] == f"{invitation.uid}-1@eventsvc"
    assert entry["start"] == sitting.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert entry["location"] == "Trung tâm IOC tỉnh: Hội trường lớn, 52 Hùng Vương"
    assert entry["organizer"] == message["From"].addresses[0].addr_spec == deliveries.sender_mailbox()
    assert entry["attendees"] == [
        {
            "email": "an@example.vn",
            "name": "Nguyễn Văn An",
            "partstat": "NEEDS-ACTION",
            "role": "REQ-PARTICIPANT",
            "cutype": "INDIVIDUAL",
            "rsvp": "TRUE",
        }
    ]
    assert message["To"].addresses[0].addr_spec == "an@example.vn"
    assert scenes.link(invitation) in entry["description"]


def test_the_code_in_the_picture_is_the_guests_live_pass(app):
    invitation, message = sent()

    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(part(message, "image/png").get_content())))

    assert code.text == scenes.code(invitation)
    assert part(message, "image/png")["Content-ID"] == "<pass-qr>"
    assert 'src="cid:pass-qr"' in part(message, "text/html").get_content()


def test_text_and_html_say_who_is_invited_to_what_when_and_where(app):
    invitation, message = sent(
        full_name="Nguyễn Văn An",
        honorific="Ông",
        position="Chủ tịch",
        organization_name="UBND huyện Bình Sơn",
    )
    event = invitation.event

    for body in (part(message, "text/plain").get_content(), part(message, "text/html").get_content()):
        for words in (
            "Ông Nguyễn Văn An",
            "Chủ tịch, UBND huyện Bình Sơn",
            "trân trọng kính mời",
            event.title,
            "08 giờ 00 phút",
            "Hội trường lớn, 52 Hùng Vương",
            f"http://localhost{scenes.link(invitation)}",
            passes.grouped(scenes.code(invitation)),
            "Mời và đón tiếp đại biểu",
            "ghi hình",
        ):
            assert words in body
        assert "secret" not in body
        assert "q0" not in body.split("http")[0]


def test_buttons_lead_to_the_page_with_the_answer_chosen(app):
    invitation, message = sent()

    html = part(message, "text/html").get_content()

    for way in ("?answer=accepted", "?answer=declined", "/substitute"):
        assert f'href="http://localhost{scenes.link(invitation)}{way}"' in html
    assert len(html.encode()) < 102 * 1024


def test_the_headers_are_those_of_a_machine_that_can_be_stopped(app):
    invitation, message = sent()

    stop = message["List-Unsubscribe"].strip("<>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop.startswith("http://localhost/u/")
    assert invitation_id_of(stop.rpartition("/")[2]) == invitation.id
    assert message["Subject"] == f"Giấy mời: {invitation.event.short_title}"


NAMES = [
    "Nguyễn\r\nBcc: ke.gian@example.vn",
    "=?utf-8?q?=0d=0aBcc:ke.gian@example.vn?=",
    "((rsvp_link)) [[secret:link]] [[secret:khong_co]] %5B%5Bsecret:link]]",
    "<script>alert(1)</script>\"'><b>{{7*7}} %s %(name)s {0.__class__}",
    'An";PARTSTAT=ACCEPTED:mailto:ke.gian@example.vn\nATTENDEE:mailto:ke.gian@example.vn',
    "Trần\u2028Thị\u0085Bình\x07",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(app, name):
    invitation, message = sent(full_name=name, emails=["an@example.vn"])

    assert set(message.keys()) == {
        "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert [address.addr_spec for address in message["To"].addresses] == ["an@example.vn"]
    [entry] = agreed(part(message, "application/ics").get_content())["events"]
    assert [(person["email"], person["partstat"]) for person in entry["attendees"]] == [
        ("an@example.vn", "NEEDS-ACTION")
    ]
    html = part(message, "text/html").get_content()
    assert "<script>" not in html
    text = part(message, "text/plain").get_content()
    assert text.count(scenes.link(invitation)) == text.count(f"{scenes.link(invitation)}/substitute") + 1 == 2
    assert html.count(f'href="http://localhost{scenes.link(invitation)}"') == 2


def test_a_literal_name_is_read_literally(app):
    _invitation, message = sent(full_name="((rsvp_link)) {{7*7}}")

    assert "((rsvp_link)) {{7*7}}" in part(message, "text/plain").get_content()


def test_a_title_that_would_become_a_header_stops_the_batch(app):
    event = scenes.ready_event(short_title="=?utf-8?q?=0d=0aBcc:ke.gian@example.vn?=")
    factories.guest(scenes.main_site(event))

    with pytest.raises(BadSubject):
        operations.invite(event, by=None)

    assert scenes.deliveries() == []


def test_letters_of_one_site_differ_only_by_the_guest(app):
    event = scenes.ready_event()
    site = scenes.main_site(event)
    factories.guest(site, "Nguyễn Văn An", position="Chủ tịch", emails=["an@example.vn"])
    factories.guest(site, "Trần Thị Bình", honorific="Bà", emails=["binh@example.vn"])
    factories.guest(site, "Lê Văn Cường", position="Giám đốc", emails=["cuong@example.vn"])

    operations.invite(event, by=None)

    bodies = {d.recipient: (d.text_body, d.html_body, d.calendar) for d in scenes.deliveries()}
    people = {
        "an@example.vn": "Nguyễn Văn An",
        "binh@example.vn": "Trần Thị Bình",
        "cuong@example.vn": "Lê Văn Cường",
    }
    for recipient, name in people.items():
        others = set(people.values()) - {name}
        assert all(name in body for body in bodies[recipient])
        assert not any(other in body for body in bodies[recipient] for other in others)
    assert "Chủ tịch" in bodies["an@example.vn"][0]
    assert "Chủ tịch" not in bodies["binh@example.vn"][0]
    assert "Giám đốc" in bodies["cuong@example.vn"][1]


def test_two_days_are_two_appointments_in_one_message(app):
    from datetime import timedelta

    from eventsvc.events import operations as events

    event = scenes.ready_event()
    second = events.add_sitting(event, title="Ngày thứ hai", by=None)
    start = event.sittings[0].starts_at + timedelta(days=1)
    events.propose_time(second, starts_at=start, ends_at=start + timedelta(hours=3), by=None)
    events.approve_time(second, by=None)

    invitation = scenes.invited(event)

    [message] = scenes.send()
    files = [each for each in message.walk() if each.get_content_type() == "application/ics"]
    assert [file.get_filename() for file in files] == ["invite.ics", "invite-2.ics"]
    uids = [agreed(file.get_content())["events"][0]["uid"] for file in files]
    assert uids == [f"{invitation.uid}-1@eventsvc", f"{invitation.uid}-2@eventsvc"]
    assert message.policy != policy.compat32
    assert [ical.method(file.get_content()) for file in files] == ["REQUEST", "REQUEST"]


POISONS = [
    "\r\nBcc: ke.gian@example.vn\r\n\r\n",
    "\nEND:VEVENT\nBEGIN:VEVENT\nUID:khac\nATTENDEE:mailto:ke.gian@example.vn\nEND:VEVENT",
    "\u2028ATTENDEE:mailto:ke.gian@example.vn\x85METHOD:CANCEL\x0bSEQUENCE:99",
    '";PARTSTAT=ACCEPTED;X=",;:\\,^n^\'',
]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("poison", POISONS)
def test_no_field_of_anybody_becomes_a_header_or_a_line_of_the_calendar(app, poison):
    """Every field that reaches a message is poisoned at once; its headers and its entry are those of a clean one."""
    event = scenes.ready_event(
        title=f"Lễ phát động{poison}", venue=f"Trung tâm{poison}", dress_code=f"Lễ phục{poison}",
        contact_name=f"Bà Sáu{poison}", video_link="https://hop.example.vn/a?b=;c,d\"e",
    )  # fmt: skip
    with atomic():
        event.host.name = f"UBND tỉnh{poison}"
        event.sittings[0].title, event.sittings[0].place = f"Phiên{poison}", f"Hội trường{poison}"
        site = scenes.main_site(event)
        site.name, site.hall, site.address = f"Điểm cầu{poison}", f"Phòng{poison}", f"Số 1{poison}"
    guest = factories.guest(
        site, f"Nguyễn Văn An{poison}", emails=["an@example.vn"], position=f"Chủ tịch{poison}",
        organization_name=f"UBND xã{poison}", honorific=f"Ông{poison}"[:40],
    )  # fmt: skip
    with atomic():
        guest.seat = f"A1{poison}"[:40]
    words = " ".join(poison.split())
    wordings.set_wording(
        event, "invitation", opening=f"Kính gửi ((họ tên)){words}", subject="Mời ((họ tên))", by=None
    )

    operations.invite(event, by=None)

    [message] = scenes.send()
    assert sorted(message.keys()) == sorted(
        [
            "Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
            "List-Unsubscribe", "List-Unsubscribe-Post",
        ]
    )  # fmt: skip
    assert [address.addr_spec for address in message["To"].addresses] == ["an@example.vn"]
    assert [address.addr_spec for address in message["From"].addresses] == [deliveries.sender_mailbox()]
    content = part(message, "application/ics").get_content()
    names = [
        line.partition(b":")[0].partition(b";")[0] for line in content.replace(b"\r\n ", b"").split(b"\r\n")
    ]
    assert {name: names.count(name) for name in (b"BEGIN", b"UID", b"ATTENDEE", b"METHOD", b"SEQUENCE")} == {
        b"BEGIN": 2, b"UID": 1, b"ATTENDEE": 1, b"METHOD": 1, b"SEQUENCE": 1,
    }  # fmt: skip
    seen = agreed(content)
    [entry] = seen["events"]
    assert (seen["method"], entry["sequence"]) == ("REQUEST", event.sittings[0].sequence)
    assert [(each["email"], each["partstat"]) for each in entry["attendees"]] == [
        ("an@example.vn", "NEEDS-ACTION")
    ]
