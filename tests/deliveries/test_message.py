"""The tree and the headers of a message, as a mail client reads them."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from flask_mail import Attachment
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eventsvc import ical, qr
from eventsvc.deliveries.message import BadRecipient, BadSubject, Message, MessageTooLarge, Picture
from tests.calendars import agreed
from tests.test_ical import ENTRY

HEADERS = [
    "Content-Type",
    "MIME-Version",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
]


def message(**changes) -> Message:
    values = {
        "message_id": "<0123456789abcdef@quangngai.example.vn>",
        "subject": "Giấy mời dự Lễ phát động phong trào chuyển đổi số tỉnh Quảng Ngãi năm 2023",
        "sender": ("UBND tỉnh Quảng Ngãi", "moihop@example.vn"),
        "recipient": ("Nguyễn Thị Thủy", "thuy@example.vn"),
        "text": "Trân trọng kính mời Bà Nguyễn Thị Thủy.\nThời gian: 08 giờ 00 phút.",
        "html": '<p>Trân trọng kính mời</p><img src="cid:pass-qr" alt="">',
        "pictures": (Picture("pass-qr", qr.png("ABC")),),
        "calendar": ical.request(ENTRY),
    }
    return Message(**(values | changes))


def parsed(**changes):
    return message_from_bytes(message(**changes).as_bytes(), policy=policy.default)


def tree(part) -> list | str:
    if not part.is_multipart():
        return part.get_content_type()
    return [part.get_content_type(), *(tree(child) for child in part.iter_parts())]


def test_the_tree_is_the_one_that_calendars_need():
    letter = Attachment("giay-moi.pdf", "application/pdf", b"%PDF-1.7")

    assert tree(parsed(files=(letter,))) == [
        "multipart/mixed",
        [
            "multipart/alternative",
            "text/plain",
            ["multipart/related", "text/html", "image/png"],
            "text/calendar",
        ],
        "application/pdf",
        "application/ics",
    ]


def test_the_calendar_part_is_last_in_the_alternative_and_rides_along_as_the_same_bytes():
    whole = parsed()
    part = list(whole.walk())[-2]
    (attached,) = whole.iter_attachments()

    assert part.get_content_type() == "text/calendar"
    assert b"Content-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n" in message().as_bytes()
    assert part["Content-Disposition"] is None
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_payload(decode=True) == attached.get_payload(decode=True) == ical.request(ENTRY)
    assert attached.get_filename() == "invite.ics"
    assert agreed(part.get_payload(decode=True))["method"] == part.get_param("method") == "REQUEST"


def test_organizer_and_attendee_are_the_mailboxes_of_from_and_to():
    whole = parsed()
    (event,) = agreed(list(whole.walk())[-2].get_payload(decode=True))["events"]

    assert event["organizer"] == whole["From"].addresses[0].addr_spec
    assert [person["email"] for person in event["attendees"]] == [whole["To"].addresses[0].addr_spec]


def test_a_second_sitting_rides_along_as_a_file_of_its_own():
    second = replace(ENTRY, uid="second")

    whole = parsed(calendar=ical.request([ENTRY, second]))

    files = {file.get_filename(): file.get_payload(decode=True) for file in whole.iter_attachments()}
    assert files == {"invite.ics": ical.request(ENTRY), "invite-2.ics": ical.request(second)}
    assert [part.get_content_type() for part in whole.walk()].count("text/calendar") == 1


def test_no_part_with_words_is_7bit_and_the_words_come_back():
    whole = parsed()
    plain, html = (part for part in whole.walk() if part.get_content_type() in {"text/plain", "text/html"})

    assert {part["Content-Transfer-Encoding"] for part in whole.walk() if not part.is_multipart()} == {
        "base64"
    }
    assert plain.get_content().replace("\r\n", "\n") == message().body + "\n"
    assert html.get_content().replace("\r\n", "\n") == message().html + "\n"


def test_the_inline_picture_is_found_by_its_name():
    (picture,) = (part for part in parsed().walk() if part.get_content_type() == "image/png")

    assert picture["Content-ID"] == "<pass-qr>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == qr.png("ABC")


def test_headers_are_exactly_these():
    whole = parsed()

    assert whole.keys() == HEADERS
    assert whole["Message-ID"] == "<0123456789abcdef@quangngai.example.vn>"
    assert whole["Auto-Submitted"] == "auto-generated"
    assert str(whole["From"]) == "UBND tỉnh Quảng Ngãi <moihop@example.vn>"


def test_a_stop_link_makes_the_message_one_click_unsubscribable():
    link = "https://sukien.example.vn/u/" + "a1" * 60

    whole = parsed(stop_url=link, reply_to="r+81@example.vn")

    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in message(stop_url=link).as_bytes()
    assert whole["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert whole["Reply-To"] == "r+81@example.vn"


def test_sending_again_is_the_same_message_id():
    assert parsed()["Message-ID"] == parsed()["Message-ID"]


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "   ",
        "Giấy mời\r\nBcc: evil@example.vn",
        "Giấy mời\nBcc: evil@example.vn",
        "Giấy mời\rBcc: evil@example.vn",
        "Giấy mời\u2028Bcc: evil@example.vn",
        "Giấy mời\u2029Bcc: evil@example.vn",
        "Giấy mời\x85Bcc: evil@example.vn",
        "Giấy mời\x00",
        "=?utf-8?q?=0d=0aBcc:evil@example.vn?=",
        "Mời =?UTF-8?B?DQpCY2M6ZXZpbEBleGFtcGxlLnZu?=",
        "=?utf-8*vi?q?=0d=0aBcc:evil@example.vn?=",
        "x" * 251,
    ],
)
def test_a_subject_that_could_be_more_than_a_subject_is_refused(subject):
    with pytest.raises(BadSubject) as refusal:
        message(subject=subject)

    assert (refusal.value.code, refusal.value.status) == ("bad_subject", 422)


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "thuy",
        "thuy@example.vn, evil@example.vn",
        "thuy@example.vn\r\nBcc: evil@example.vn",
        "Thủy <thuy@example.vn>",
        "thuy@example.vn>",
        "=?utf-8?q?=0d=0aBcc:evil@example.vn?=@example.vn",
        "=?utf-8?q?=0d=0aBcc?=@example.vn",
        "a" * 250 + "@example.vn",
        "thủy@example.vn",
    ],
)
def test_an_address_that_is_not_one_mailbox_is_refused(mailbox):
    with pytest.raises(BadRecipient):
        message(recipient=("Thủy", mailbox))
    with pytest.raises(BadRecipient):
        message(sender=("Thủy", mailbox))


@pytest.mark.parametrize(
    "name",
    [
        "Thủy\r\nBcc: evil@example.vn",
        "=?utf-8?q?=0d=0aBcc:evil@example.vn?=",
        '"Thủy" <evil@example.vn>, x',
        "Thuy <evil@example.vn>, x",
        "a\\",
    ],
)
def test_a_name_stays_a_name(name):
    whole = parsed(recipient=(name, "thuy@example.vn"), sender=(name, "moihop@example.vn"))

    assert whole.keys() == HEADERS
    assert [address.addr_spec for address in whole["To"].addresses] == ["thuy@example.vn"]
    assert [address.addr_spec for address in whole["From"].addresses] == ["moihop@example.vn"]


def test_html_that_gmail_would_cut_is_refused():
    with pytest.raises(MessageTooLarge):
        message(html="ư" * 60_000)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@settings(max_examples=150, deadline=None)
@given(subject=words.filter(str.strip), name=words, text=words)
@example(subject="Ủy ban nhân dân tỉnh Quảng Ngãi " * 7, name="Nguyễn Thị Thủy, PCT; UBND", text="")
def test_whatever_is_written_arrives(subject, name, text):
    if "=?" in subject:
        return
    whole = parsed(subject=subject, recipient=(name, "thuy@example.vn"), text=text)

    assert whole.keys() == HEADERS
    assert "".join(str(whole["Subject"]).split()) == "".join(subject.split())
    assert [address.addr_spec for address in whole["To"].addresses] == ["thuy@example.vn"]
    raw = message(subject=subject, recipient=(name, "thuy@example.vn")).as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
