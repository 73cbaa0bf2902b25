"""What a message that came in is, told from its bytes alone."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from eventsvc.deliveries import addresses, inbound, inbound_dsn
from eventsvc.deliveries.models import InboundKind
from eventsvc.deliveries.refusals import Verdict
from eventsvc.ical import CalendarEntry
from tests import mail_programs
from tests.deliveries.letters import letter
from tests.mail_programs import Answer

WRITTEN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="8f3a2b1c4d5e6f70-1@eventsvc",
    start=WRITTEN + timedelta(days=9),
    end=WRITTEN + timedelta(days=9, hours=2),
    summary="Lễ phát động Phong trào chuyển đổi số năm 2026 của tỉnh",
    last_changed=WRITTEN,
    sequence=2,
    organizer_email="moi@quangngai.example.vn",
    attendee_name="Nguyễn Thị Thủy",
    attendee_email="thuy@sokhcn.example.vn",
)
ANSWERED = WRITTEN + timedelta(hours=1)
CALENDAR = """BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:8f3a2b1c4d5e6f70-1@eventsvc
{lines}
END:VEVENT
END:VCALENDAR
"""


def reply(*lines: str, content_type: str = "text/calendar; method=REPLY") -> bytes:
    """A message of one part: a calendar with these lines in its entry."""
    body = CALENDAR.format(lines="\n".join(lines))
    return f"From: thuy@sokhcn.example.vn\nContent-Type: {content_type}\n\n{body}".encode()


@pytest.mark.parametrize("program", mail_programs.PROGRAMS)
@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_answers_of_every_program_say_the_same(program, partstat):
    raw = mail_programs.write(program, Answer(ENTRY, partstat, ANSWERED, comment="Tôi đến muộn 10 phút"))

    read = inbound.read(raw)

    attendee = read.facts["attendees"][0]
    assert read.kind is InboundKind.REPLY
    assert read.sender == "thuy@sokhcn.example.vn"
    assert read.facts["uid"] == ENTRY.uid
    assert read.facts["sequence"] == 2
    assert read.facts["stamped_at"] == ANSWERED.isoformat()
    assert read.facts["start"] == ENTRY.start.isoformat()
    assert (attendee["email"], attendee["partstat"]) == ("thuy@sokhcn.example.vn", partstat)
    assert (read.facts["comment"] or attendee["comment"]) == "Tôi đến muộn 10 phút"


def test_a_counter_proposal_names_its_times():
    later = ENTRY.start + timedelta(hours=3)
    raw = mail_programs.write("outlook", Answer(ENTRY, "TENTATIVE", ANSWERED, method="COUNTER", start=later))

    read = inbound.read(raw)

    assert read.kind is InboundKind.COUNTER
    assert (read.facts["start"], read.facts["end"]) == (
        later.isoformat(),
        (later + timedelta(hours=2)).isoformat(),
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:thuy@sokhcn.example.vn", "thuy@sokhcn.example.vn"),
        ("ATTENDEE;PARTSTAT=accepted:MAILTO:Thuy@SoKHCN.example.vn", "thuy@sokhcn.example.vn"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:thuy@sokhcn.example.vn", "thuy@sokhcn.example.vn"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:<thuy@sokhcn.example.vn>", "thuy@sokhcn.example.vn"),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:thuy%40sokhcn.example.vn", "thuy@sokhcn.example.vn"),
        ('ATTENDEE;CN="Thủy; Sở KH&CN";PARTSTAT=ACCEPTED:mailto:thuy@so.example.vn', "thuy@so.example.vn"),
        ("ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=thuy@so.example.vn:invalid:nomail", "thuy@so.example.vn"),
        ("attendee;partstat=Accepted:mailto:thu\n y@so.example.vn", "thuy@so.example.vn"),
    ],
)
def test_an_attendee_is_the_same_however_it_is_written(line, expected):
    attendee = inbound.read(reply(line)).facts["attendees"][0]

    assert (attendee["email"], attendee["partstat"]) == (expected, "ACCEPTED")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTAMP:20261120T040000Z", "2026-11-20T04:00:00+00:00"),
        ("DTSTAMP:20261120T110000", "2026-11-20T04:00:00+00:00"),
        ("DTSTAMP;TZID=Asia/Tokyo:20261120T130000", "2026-11-20T04:00:00+00:00"),
        ("DTSTAMP;TZID=SE Asia Standard Time:20261120T110000", "2026-11-20T04:00:00+00:00"),
        ("DTSTAMP;TZID=No/Where:20261120T110000", "2026-11-20T04:00:00+00:00"),
        ("DTSTAMP;VALUE=DATE:20261120", "2026-11-19T17:00:00+00:00"),
        ("DTSTAMP:yesterday", None),
        ("X-NOTHING:1", None),
    ],
)
def test_the_moment_of_an_answer_is_read_in_any_form(line, expected):
    assert inbound.read(reply(line)).facts["stamped_at"] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SEQUENCE:3", 3),
        ("X:1", 0),
        ("SEQUENCE:x", None),
        ("SEQUENCE:-1", None),
        ("SEQUENCE:9999999999999", None),
    ],
)
def test_a_sequence_that_is_no_number_is_none(line, expected):
    assert inbound.read(reply(line)).facts["sequence"] == expected


def test_a_calendar_is_found_by_its_file_name_too():
    raw = reply("SEQUENCE:1", content_type='application/octet-stream; name="Meeting.ICS"')

    assert inbound.read(raw).kind is InboundKind.REPLY


ACCEPTED = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:thuy@sokhcn.example.vn"
ANSWERS_TO_NOTHING = CALENDAR.format(lines="").replace("VEVENT", "VTODO")


@pytest.mark.parametrize(
    "raw",
    {
        "no calendar at all": b"Content-Type: text/calendar\n\nXin vang mat.",
        "empty": b"Content-Type: text/calendar; method=REPLY\n\n",
        "cut off": reply(ACCEPTED).partition(b"END:VEVENT")[0],
        "an end without a beginning": reply(ACCEPTED, "END:VEVENT"),
        "a time zone of the wrong shape": reply(ACCEPTED).replace(
            b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE\nTZID:A\nTZID:B\nEND:VTIMEZONE\nBEGIN:VEVENT", 1
        ),
        "a zone that is a folder of zones": reply(ACCEPTED, "DTSTART;TZID=Asia:20261120T110000"),
        "a zone of rules without a rhythm": reply(ACCEPTED).replace(
            b"BEGIN:VEVENT",
            b"BEGIN:VTIMEZONE\nTZID:A\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0700\n"
            b"TZOFFSETTO:+0700\nRRULE:COUNT=3\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT",
            1,
        ),
        "an answer to nothing": f"Content-Type: text/calendar\n\n{ANSWERS_TO_NOTHING}".encode(),
        "too large": reply(ACCEPTED, "COMMENT:" + "x" * 300_000),
        "from a program": b"Auto-Submitted: auto-replied\n" + reply(ACCEPTED, "END:VEVENT"),
    }.items(),
    ids=lambda named: named[0],
)
def test_a_calendar_that_cannot_be_read_is_a_letter_with_a_fault(raw):
    read = inbound.read(raw[1])

    assert (read.kind, read.fault, read.facts["fault"]) == (
        InboundKind.LETTER,
        "unreadable_calendar",
        "unreadable_calendar",
    )


def test_a_calendar_that_can_be_read_beside_one_that_cannot_is_the_answer():
    unreadable = b"--b\nContent-Type: text/calendar\n\nx\n"
    readable = b"--b\n" + reply(ACCEPTED, content_type="application/ics") + b"\n--b--\n"

    read = inbound.read(b"Content-Type: multipart/mixed; boundary=b\n\n" + unreadable + readable)

    assert (read.kind, read.fault) == (InboundKind.REPLY, None)


def test_an_invitation_that_somebody_sends_us_is_an_ordinary_letter():
    read = inbound.read(reply(ACCEPTED).replace(b"METHOD:REPLY", b"METHOD:REQUEST"))

    assert (read.kind, read.fault) == (InboundKind.LETTER, None)


def test_a_method_written_twice_is_the_method():
    assert inbound.read(reply(ACCEPTED).replace(b"METHOD:REPLY", b"METHOD:REPLY\nMETHOD:REPLY")).kind is (
        InboundKind.REPLY
    )


def mixed(boundary: bytes) -> bytes:
    head = b"From: mau@so.example.vn\nSubject: Xin =?utf-8?b?bOG7l2k=?=\n"
    return head + b"Content-Type: multipart/mixed; " + boundary + b"\n\n--b\n\nx\n"


@pytest.mark.parametrize(
    "raw",
    [
        mixed(b"boundary*=b; boundary*0=b"),
        mixed(b"boundary*=\x00''b"),
        mixed(b"boundary*=undefined''%ff"),
        mixed(b"boundary=b") + b"--b\n" + b"Content-Type: message/rfc822\n\n" * 3000,
    ],
    ids=["pieces without a number", "no charset", "a charset that is none", "messages in messages"],
)
def test_of_what_cannot_be_taken_apart_the_headers_are_read(raw):
    read = inbound.read(raw)

    assert (read.kind, read.fault) == (InboundKind.LETTER, "broken")
    assert (read.sender, read.subject) == ("mau@so.example.vn", "Xin lỗi")


@pytest.mark.parametrize(
    ("header", "body", "words"),
    [
        (b"Content-Type: text/plain; name*=a; name*0=b", b"Xin ch\xc3\xa0o", "Xin chào"),
        (b"Content-Type: text/plain; charset=\x00", b"Xin ch\xc3\xa0o", "Xin chào"),
        (b"Content-Type: text/html", b"<p>Xin ch\xc3\xa0o</p><![nothing[x]]> h\xe1\xba\xbft", "Xin chào"),
    ],
    ids=["pieces of a parameter", "a charset that is none", "a section that no parser knows"],
)
def test_words_are_read_as_far_as_they_can_be(header, body, words):
    read = inbound.read(header + b"\n\n" + body)

    assert (read.text, read.fault) == (words, None)


@pytest.mark.parametrize("date", ["yesterday", "Thu, 19 Nov 2026 0999999999998:00:00 +0700"])
def test_a_date_that_is_none_is_left_out(date):
    read = inbound.read(f"Date: {date}\nSubject: Xin phép\n\nx".encode())

    assert (read.subject, "sent_at" in read.facts, read.fault) == ("Xin phép", False, None)


def test_a_subject_in_broken_letters_is_read_as_it_stands():
    assert inbound.read(b"Subject: =?utf-8?b?a?= x\n\nx").subject == "=?utf-8?b?a?= x"


def test_what_nobody_foresaw_is_kept_with_a_fault_and_told_by_its_class(monkeypatch):
    def fall(_raw, **_named):
        raise KeyError("mau@so.example.vn")

    monkeypatch.setattr(inbound, "take_apart", fall)
    with capture_logs() as logs:
        read = inbound.read(b"From: mau@so.example.vn\n\nx")

    assert (read.kind, read.fault, read.facts) == (InboundKind.LETTER, "broken", {"fault": "broken"})
    assert logs == [{"event": "message not understood", "log_level": "error", "kind": "KeyError", "size": 26}]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("returned_no_such_address", InboundKind.BOUNCE, [("mau@so.example.vn", "failed", "5.1.1")]),
        ("returned_by_exchange", InboundKind.BOUNCE, [("mau@so.example.vn", "failed", "5.1.10")]),
        ("returned_by_qmail", InboundKind.BOUNCE, [("mau@so.example.vn", "failed", "5.1.1")]),
        ("out_of_office", InboundKind.AUTO_REPLY, []),
        ("vacation_without_sender", InboundKind.AUTO_REPLY, []),
        ("receipt", InboundKind.AUTO_REPLY, []),
        ("letter", InboundKind.LETTER, []),
    ],
)
def test_reports_automatic_replies_and_letters_are_told_apart(name, kind, said):
    read = inbound.read(letter(name, MESSAGE_ID="<ours@quangngai.example.vn>"))

    recipients = [
        (each["final"], each["action"], each["status"]) for each in read.facts.get("recipients", [])
    ]
    assert (read.kind, recipients) == (kind, said)
    if kind is InboundKind.BOUNCE or name in ("letter", "out_of_office"):
        assert "<ours@quangngai.example.vn>" in read.answers_to


def test_the_words_of_a_letter_are_those_that_a_person_reads():
    read = inbound.read(letter("letter"))

    assert (read.sender, read.subject) == ("mau@so.example.vn", "Re: Giấy mời")
    assert read.text == "Thưa anh,\ntôi xin phép vắng mặt."


@pytest.mark.parametrize(
    ("status", "words", "verdict"),
    [
        ("5.1.1", "550 User unknown", Verdict.NO_SUCH_ADDRESS),
        ("5.0.0", "550 no such user here", Verdict.NO_SUCH_ADDRESS),
        ("", "550 no such user here", Verdict.NO_SUCH_ADDRESS),
        ("5.2.1", "550 mailbox disabled", Verdict.NEVER),
        ("5.0.0", "", Verdict.NEVER),
        ("4.4.7", "delivery time expired", Verdict.LATER),
        ("4.2.2", "552 mailbox full", Verdict.LATER),
    ],
)
def test_a_failure_is_judged_by_its_status_then_by_the_servers_words(status, words, verdict):
    assert inbound_dsn.judge({"status": status, "words": words}).verdict is verdict


@pytest.mark.parametrize("status", ["5.7.1", "5.7.26", "5.1.8", "5.1.7"])
def test_what_a_server_has_against_us_is_not_the_recipients_fault(status):
    verdict = inbound_dsn.judge({"status": status, "words": "550 rejected"}).verdict

    assert verdict not in (Verdict.LATER, Verdict.NEVER, Verdict.NO_SUCH_ADDRESS)


def nested(depth: int) -> bytes:
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
    )
    return b"From: a@b.example.vn\r\nSubject: x\r\n" + parts


HOSTILE = {
    "nothing": b"",
    "one byte": b"\xff",
    "only NUL": b"\x00" * 5000,
    "no headers": b"\r\n\r\nhello",
    "nested parts": nested(10_000),
    "few nested parts": nested(29),
    "ten thousand parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000,
    "a header without end": b"Subject: " + b"(" * 1_000_000,
    "a type without end": b"Content-Type: multipart/mixed; boundary=" + b"(" * 200_000 + b"\r\n\r\n--(\r\n",
    "a hundred thousand recipients": b"To: " + b"a@b.example.vn, " * 100_000 + b"\r\n\r\n",
    "unknown charset": b"From: a@b.example.vn\r\nContent-Type: text/plain; charset=no-such\r\n\r\nxin ch\xe0o",
    "charset that is no charset": b"Content-Type: text/plain; charset=\x00\xff\r\n\r\nx",
    "broken base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n=A=B=C",
    "broken uuencode": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin\r\nxx",
    "encoded word of nothing": b"Subject: =?utf-8?q?=00=0d=0aBcc:_x?= =?x?b?!!?=\r\n\r\n",
    "NUL in every place": b"From: a\x00@b.example.vn\r\nSubject: \x00x\r\n\r\nb\x00dy",
    "calendar of nothing": reply("BEGIN:VALARM", "BEGIN:VALARM", "ATTENDEE", ":::", "\x00"),
    "calendar without end": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\nMETHOD:REPLY\n"
    + b"BEGIN:VEVENT\n" * 9000,
    "calendar of many attendees": reply(*["ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example.vn"] * 4000),
    "calendar of far years": reply("DTSTAMP:99991231T235959Z", "DTSTART:00010101T000000", "DTEND:10000101T0"),
    "report of nothing": b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n\x00\xff\r\n\r\n:::\r\n\r\n--b--",
    "message in message": b"Content-Type: message/rfc822\r\n\r\n" * 300,
    "comments in comments": b"From: " + b"(" * 3900 + b" a@b.example.vn\r\n\r\nx",
    "reports without end": b"Content-Type: message/delivery-status\r\n\r\n" + b"A: b\r\n\r\n" * 200_000,
    "HTML without end": b"Content-Type: text/html\r\n\r\n" + b"<" * 200_000,
    "five megabytes": letter("letter") + b"x" * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_bytes_are_too_much(name):
    started = time.process_time()

    read = inbound.read(HOSTILE[name])

    words = [read.sender, read.subject, read.text, repr(read.facts), *read.addresses, *read.answers_to]
    assert time.process_time() - started < 5
    assert not any("\x00" in each for each in words)
    assert all(each.encode() is not None for each in words)
    assert len(read.text) <= 20_000 and len(read.subject) <= 300 and len(read.sender) <= 254


def test_a_large_message_is_known_by_its_head():
    read = inbound.read(HOSTILE["five megabytes"])

    assert (read.fault, read.subject, read.text) == ("too_large", "Re: Giấy mời", "")


KEYS = ["the-key-of-now", "the-key-before"]


def found(*given: str):
    return addresses.find(given, bounce_domain="bo.example.vn", reply_to="Tra.loi@example.vn", keys=KEYS)


def test_signed_addresses_name_their_message_whatever_letters_a_server_makes_of_them():
    back = addresses.return_path(81, "bo.example.vn", KEYS[0])
    answer = addresses.reply_address("tra.loi@example.vn", "invitation", 7, KEYS[1])

    assert found("x@y.example.vn", back.upper()).delivery_id == 81
    assert found(answer).subject == ("invitation", 7)
    assert not found(back, answer).is_forged


@pytest.mark.parametrize(
    "address",
    [
        addresses.return_path(81, "bo.example.vn", "somebody-elses-key"),
        addresses.return_path(81, "bo.example.vn", KEYS[0]).replace("b+81.", "b+82."),
        addresses.reply_address("tra.loi@example.vn", "invitation", 7, KEYS[0]).replace("-7.", "-8."),
    ],
)
def test_a_signature_that_is_not_ours_is_forged(address):
    assert found(address) == addresses.Found(is_forged=True)


@pytest.mark.parametrize(
    "address",
    [
        "b+81@bo.example.vn",
        addresses.return_path(81, "elsewhere.example.vn", KEYS[0]),
        "tra.loi+ghichu@example.vn",
        "tra.loi@example.vn",
    ],
)
def test_an_ordinary_address_says_nothing(address):
    assert found(address) == addresses.Found()


def test_a_signed_address_never_grows_beyond_what_servers_take():
    mailbox = f"{'rat-dai-' * 6}@example.vn"

    assert addresses.reply_address(mailbox, "invitation", 7, KEYS[0]) == mailbox
