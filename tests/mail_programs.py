"""What mail programs send when somebody answers an invitation: written from the entry that they were sent.

The shapes are those of Gmail, Outlook (outlook.com: no ORGANIZER), Apple Mail, Thunderbird and Zimbra: their trees,
encodings, line ends, ways of writing an attendee, time zones and places for a remark.
"""

from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from quopri import encodestring

from eventsvc import ical
from eventsvc.clock import LOCAL
from eventsvc.ical import CalendarEntry

PROGRAMS = ("gmail", "outlook", "apple", "thunderbird", "zimbra")
WINDOWS_ZONE = """BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Answer:
    """What somebody answered to an entry. `to` is where the program sends it: the organizer."""

    entry: CalendarEntry
    partstat: str
    stamped_at: datetime
    comment: str = ""
    sender: str = ""
    to: str = ""
    method: str = "REPLY"
    start: datetime | None = None
    number: int = 1

    @property
    def mailbox(self) -> str:
        return self.sender or self.entry.attendee_email

    @property
    def times(self) -> tuple[datetime, datetime]:
        length = self.entry.end - self.entry.start
        start = self.start or self.entry.start
        return start, start + length


def entry_of(message) -> CalendarEntry:
    """The entry in the calendar part of a message that was really sent."""
    return _entries(message, "text/calendar")[0]


def entries_of(message) -> list[CalendarEntry]:
    """The entries in the files of a message: one for each sitting."""
    return _entries(message, "application/ics")


def _entries(message, content_type: str) -> list[CalendarEntry]:
    parts = [part for part in message.walk() if part.get_content_type() == content_type]
    return [entry for part in parts for entry in ical.read(part.get_payload(decode=True))]


def write(program: str, answer: Answer) -> bytes:
    """The raw message as it lands in the organizer's mailbox."""
    return WRITERS[program](answer)


def _gmail(answer: Answer) -> bytes:
    entry = answer.entry
    start, end = answer.times
    remark = f';X-RESPONSE-COMMENT="{answer.comment}"' if answer.comment else ""
    calendar = _lines(f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:{answer.method}
BEGIN:VEVENT
DTSTART:{_z(start)}
DTEND:{_z(end)}
DTSTAMP:{_z(answer.stamped_at)}
ORGANIZER;CN={entry.organizer_email}:mailto:{entry.organizer_email}
UID:{entry.uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer.partstat};RSVP=
 TRUE;CN={entry.attendee_email};X-NUM-GUESTS=0{remark}:mailto:
 {entry.attendee_email}
CREATED:20261101T010000Z
LAST-MODIFIED:{_z(answer.stamped_at)}
SEQUENCE:{entry.sequence}
STATUS:CONFIRMED
SUMMARY:{entry.summary}
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
""")
    headers = _headers(
        answer, "calendar-google", f"Accepted: {entry.summary}", sender="calendar-notification@google.example"
    )
    return _crlf(f"""{headers}Content-Type: multipart/mixed; boundary="000000000000a1"
Auto-Submitted: auto-generated

--000000000000a1
Content-Type: multipart/alternative; boundary="000000000000a2"

--000000000000a2
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

{_b64("Đã chấp nhận lời mời này.")}
--000000000000a2
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

{_qp("<html><body><p>Đã chấp nhận lời mời này.</p></body></html>")}
--000000000000a2
Content-Type: text/calendar; charset="UTF-8"; method={answer.method}
Content-Transfer-Encoding: quoted-printable

{_qp(calendar)}
--000000000000a2--
--000000000000a1
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{_b64(calendar)}
--000000000000a1--
""")


def _outlook(answer: Answer) -> bytes:
    entry = answer.entry
    start, end = answer.times
    remark = f"COMMENT;LANGUAGE=vi-VN:{answer.comment}\\n\n" if answer.comment else ""
    calendar = _lines(f"""BEGIN:VCALENDAR
METHOD:{answer.method}
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
{WINDOWS_ZONE}BEGIN:VEVENT
ATTENDEE;PARTSTAT={answer.partstat};CN={entry.attendee_name}:MAILTO:{entry.attendee_email.upper()}
{remark}UID:{entry.uid}
SUMMARY;LANGUAGE=vi-VN:Đã trả lời: {entry.summary}
DTSTART;TZID=SE Asia Standard Time:{_wall(start)}
DTEND;TZID=SE Asia Standard Time:{_wall(end)}
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{_z(answer.stamped_at)}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{entry.sequence}
LOCATION;LANGUAGE=vi-VN:
X-MICROSOFT-CDO-APPT-SEQUENCE:{entry.sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-DISALLOW-COUNTER:FALSE
END:VEVENT
END:VCALENDAR
""")
    return _crlf(f"""{_headers(answer, "outlook", "=?utf-8?B?xJDDoyBjaOG6pXAgbmjhuq1uOg==?=")}Thread-Topic: x
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
Content-Type: multipart/alternative;
\tboundary="_000_PSAPR04MB"
X-MS-Exchange-Organization-AuthAs: Internal

--_000_PSAPR04MB
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

{_b64(answer.comment or " ")}
--_000_PSAPR04MB
Content-Type: text/calendar; charset="utf-8"; method={answer.method}
Content-Transfer-Encoding: base64

{_b64(calendar)}
--_000_PSAPR04MB--
""")


def _apple(answer: Answer) -> bytes:
    entry = answer.entry
    start, end = answer.times
    remark = f"COMMENT:{answer.comment}\n" if answer.comment else ""
    calendar = _lines(f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:{answer.method}
PRODID:-//Apple Inc.//iPhone OS 18.1//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="{entry.attendee_name}";CUTYPE=INDIVIDUAL;EMAIL={entry.attendee_email};
 PARTSTAT={answer.partstat}:mailto:{entry.attendee_email}
{remark}DTEND:{_z(end)}
DTSTAMP:{_z(answer.stamped_at)}
DTSTART:{_z(start)}
ORGANIZER;EMAIL={entry.organizer_email}:mailto:{entry.organizer_email}
SEQUENCE:{entry.sequence}
SUMMARY:{entry.summary}
UID:{entry.uid}
END:VEVENT
END:VCALENDAR
""")
    return _crlf(f"""{_headers(answer, "icloud", "Re: invitation")}Content-Type: multipart/alternative;
\tboundary=Apple-Mail-1F2E
X-Mailer: iPhone Mail (22B83)

--Apple-Mail-1F2E
Content-Type: text/plain;
\tcharset=utf-8
Content-Transfer-Encoding: quoted-printable

{_qp("Đã trả lời lời mời.")}
--Apple-Mail-1F2E
Content-Type: text/calendar;
\tmethod={answer.method};
\tcharset=UTF-8
Content-Transfer-Encoding: quoted-printable

{_qp(calendar)}
--Apple-Mail-1F2E--
""")


def _thunderbird(answer: Answer) -> bytes:
    """Line feeds alone: a server on the way has taken the carriage returns off."""
    entry = answer.entry
    start, end = answer.times
    remark = f"COMMENT:{answer.comment}\n" if answer.comment else ""
    calendar = f"""BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:{answer.method}
BEGIN:VEVENT
LAST-MODIFIED:{_z(answer.stamped_at)}
DTSTAMP:{_z(answer.stamped_at)}
UID:{entry.uid}
SUMMARY:{entry.summary}
ORGANIZER:mailto:{entry.organizer_email}
ATTENDEE;RSVP=TRUE;PARTSTAT={answer.partstat};ROLE=REQ-PARTICIPANT;CUTYPE=INDIVID
 UAL:mailto:{entry.attendee_email}
DTSTART:{_z(start)}
DTEND:{_z(end)}
{remark}SEQUENCE:{entry.sequence}
END:VEVENT
END:VCALENDAR
"""
    return f"""{_headers(answer, "thunderbird", "Event Invitation Reply (Accepted)")}User-Agent: Mozilla Thunderbird
Content-Type: multipart/mixed; boundary="------------Boundary01"

--------------Boundary01
Content-Type: multipart/alternative; boundary="------------Boundary02"

--------------Boundary02
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Đã trả lời lời mời.
--------------Boundary02
Content-Type: text/calendar; method={answer.method}; charset=UTF-8
Content-Transfer-Encoding: 8bit

{calendar}--------------Boundary02--

--------------Boundary01
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{_b64(calendar)}
--------------Boundary01--
""".encode()


def _zimbra(answer: Answer) -> bytes:
    entry = answer.entry
    start, end = answer.times
    remark = f"COMMENT:{answer.comment}\n" if answer.comment else ""
    calendar = _lines(f"""BEGIN:VCALENDAR
PRODID:Zimbra-Calendar-Provider
VERSION:2.0
METHOD:{answer.method}
BEGIN:VTIMEZONE
TZID:Asia/Bangkok
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETTO:+0700
TZOFFSETFROM:+0700
TZNAME:ICT
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:{entry.uid}
SUMMARY:{entry.summary}
ATTENDEE;CN="{entry.attendee_name}";ROLE=REQ-PARTICIPANT;PARTSTAT={answer.partstat}:mailto:{entry.attendee_email}
ORGANIZER;CN=:mailto:{entry.organizer_email}
DTSTART;TZID="Asia/Bangkok":{_wall(start)}
DTEND;TZID="Asia/Bangkok":{_wall(end)}
STATUS:CONFIRMED
CLASS:PUBLIC
TRANSP:OPAQUE
LAST-MODIFIED:{_z(answer.stamped_at)}
DTSTAMP:{_z(answer.stamped_at)}
SEQUENCE:{entry.sequence}
{remark}END:VEVENT
END:VCALENDAR
""")
    return _crlf(f"""{_headers(answer, "zimbra", "=?utf-8?Q?=C4=90=E1=BB=93ng?=")}Content-Type: multipart/alternative;
\tboundary="=_8c1f0a52"
X-Mailer: Zimbra 8.8.15_GA_4545

--=_8c1f0a52
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

{_qp("Đồng ý.")}
--=_8c1f0a52
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

{_qp("<html><body>Đồng ý.</body></html>")}
--=_8c1f0a52
Content-Type: text/calendar; charset=utf-8; method={answer.method}; name=meeting.ics
Content-Transfer-Encoding: base64

{_b64(calendar)}
--=_8c1f0a52--
""")


WRITERS = {
    "gmail": _gmail,
    "outlook": _outlook,
    "apple": _apple,
    "thunderbird": _thunderbird,
    "zimbra": _zimbra,
}


def _headers(answer: Answer, where: str, subject: str, *, sender: str = "") -> str:
    to = answer.to or answer.entry.organizer_email
    received = answer.stamped_at + timedelta(seconds=2)
    return (
        f"Return-Path: <{answer.mailbox}>\n"
        f"Delivered-To: {to}\n"
        f"Received: from mx.{where}.example.vn by mail.example.vn; {format_datetime(received)}\n"
        + (f"Sender: {sender}\n" if sender else "")
        + f"From: =?UTF-8?Q?Kh=C3=A1ch_m=E1=BB=9Di?= <{answer.mailbox}>\n"
        f"To: {to}\n"
        f"Subject: {subject}\n"
        f"Date: {format_datetime(answer.stamped_at)}\n"
        f"Message-ID: <{where}-{answer.number}-{answer.stamped_at:%H%M%S}@{where}.example.vn>\n"
        "MIME-Version: 1.0\n"
    )


def _lines(calendar: str) -> str:
    return calendar.replace("\n", "\r\n")


def _crlf(message: str) -> bytes:
    return message.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _b64(words: str) -> str:
    return encodebytes(words.encode()).decode()


def _qp(words: str) -> str:
    return encodestring(words.encode()).decode()


def _z(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _wall(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%Y%m%dT%H%M%S}"
