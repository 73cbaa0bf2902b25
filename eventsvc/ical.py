"""Calendars as text: invitations, cancellations and feeds (RFC 5545, 5546, 7986).

Times are written in UTC. Vietnam has had one offset since 1975, so nothing is lost, and the form with a
`Z` is the only one that no parser, and no mail client with its own idea of time zones, can read wrongly.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from icalendar import Calendar, Event, Parameters, vCalAddress, vText, vUri
from icalendar.parser import Contentline

PRODUCT = "-//eventsvc//eventsvc//VI"
LINK_TEXT_LIMIT = 600

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_NOT_IN_A_URI = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>\\^`{|}]")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\x00-\x20\x7f-\x9f\"<>()\[\]\\,;:]")
_PARAMETER_STAND_INS = str.maketrans({'"': "'", "^": " ", "\\": "/", ";": ","})


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One sitting for one person, or one item of a feed.

    `start` and `end` are both aware date-times, or both dates: an all-day window whose `end` is its last day.
    `last_changed` is the time of the last change of what is told here, never the time of rendering.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    last_changed: datetime
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    video_link: str = ""
    organizer_name: str = ""
    organizer_email: str = ""
    attendee_name: str = ""
    attendee_email: str = ""
    partstat: str = "NEEDS-ACTION"
    status: str = "CONFIRMED"

    def __post_init__(self):
        if isinstance(self.start, datetime) != isinstance(self.end, datetime):
            raise ValueError("start and end must both be times or both be days")
        moments = [self.last_changed] if self.is_all_day else [self.last_changed, self.start, self.end]
        if any(moment.tzinfo is None for moment in moments):
            raise ValueError("calendar times must know their zone")
        if self.end < self.start or (self.end == self.start and not self.is_all_day):
            raise ValueError("an entry must end after it starts")

    @property
    def is_all_day(self) -> bool:
        return not isinstance(self.start, datetime)


def request(entries: CalendarEntry | Iterable[CalendarEntry]) -> bytes:
    """The invitation: one object per entry, because iTIP allows one UID in each; exact times only."""
    return _itip("REQUEST", entries)


def cancel(entries: CalendarEntry | Iterable[CalendarEntry]) -> bytes:
    """Take entries back; each must carry a SEQUENCE above that of what it withdraws. What was published names no
    attendee, and neither does its end (RFC 5546, 4.1.3)."""
    return _itip("CANCEL", entries)


def publish(entries: CalendarEntry | Iterable[CalendarEntry], *, name: str = "") -> bytes:
    """One calendar to read or to import, without attendees; windows stay tentative and do not block time."""
    calendar = _calendar("PUBLISH")
    if name:
        calendar.add("NAME", _text(name))
        calendar.add("X-WR-CALNAME", _text(name))
    calendar["REFRESH-INTERVAL"] = _raw("PT6H", VALUE="DURATION")
    calendar["X-PUBLISHED-TTL"] = _raw("PT6H")
    for entry in _listed(entries):
        event = _event(entry, entry.status)
        if entry.organizer_email:
            event["ORGANIZER"] = _address(entry.organizer_email, CN=entry.organizer_name)
        calendar.add_component(event)
    return calendar.to_ical(sorted=False)


def objects(stream: bytes) -> list[bytes]:
    """The calendars of a stream, each as its own bytes."""
    ending = b"END:VCALENDAR\r\n"
    return [part + ending for part in stream.split(ending)[:-1]]


def read(calendar: bytes) -> list[CalendarEntry]:
    """The entries of a calendar as we write them, in order; what is not ours is left out."""
    found = [event for one in Calendar.from_ical(calendar, multiple=True) for event in one.walk("VEVENT")]
    return [_entry(event) for event in found]


def method(calendar: bytes) -> str:
    """What a calendar asks for: REQUEST, CANCEL, PUBLISH; empty when it does not say."""
    found = re.search(rb"^METHOD:([A-Z]+)\r$", calendar, re.MULTILINE)
    return found[1].decode() if found else ""


def unfold(calendar: bytes) -> str:
    """The calendar with every content line whole, so that words in it can be replaced."""
    return calendar.decode().replace("\r\n ", "").replace("\r\n\t", "")


def fold(unfolded: str) -> bytes:
    """The calendar with its lines folded at 75 octets again."""
    return b"".join(Contentline(line).to_ical() + b"\r\n" for line in unfolded.split("\r\n") if line)


def google_link(entry: CalendarEntry) -> str:
    """Opens Google Calendar with the entry filled in."""
    start, end = _span(entry)
    shape = "%Y%m%d" if entry.is_all_day else "%Y%m%dT%H%M%SZ"
    return "https://calendar.google.com/calendar/render?" + urlencode(
        {
            "action": "TEMPLATE",
            "text": entry.summary,
            "dates": f"{start:{shape}}/{end:{shape}}",
            "location": entry.location,
            "details": _link_text(entry),
        },
        quote_via=quote,
    )


def outlook_link(entry: CalendarEntry) -> str:
    """Opens Outlook on the web with the entry filled in."""
    start, end = _span(entry)
    shape = "%Y-%m-%d" if entry.is_all_day else "%Y-%m-%dT%H:%M:%SZ"
    return "https://outlook.office.com/calendar/0/deeplink/compose?" + urlencode(
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": entry.summary,
            "startdt": f"{start:{shape}}",
            "enddt": f"{end:{shape}}",
            "allday": "true" if entry.is_all_day else "false",
            "location": entry.location,
            "body": _link_text(entry),
        },
        quote_via=quote,
    )


def _itip(method: str, entries: CalendarEntry | Iterable[CalendarEntry]) -> bytes:
    stream = b""
    for entry in _listed(entries):
        if entry.is_all_day:
            raise ValueError("a window is not an appointment: an invitation needs exact times")
        event = _event(entry, "CANCELLED" if method == "CANCEL" else entry.status)
        event["ORGANIZER"] = _address(entry.organizer_email)
        if entry.attendee_email or method != "CANCEL":
            event["ATTENDEE"] = _address(
                entry.attendee_email,
                CUTYPE="INDIVIDUAL",
                ROLE="REQ-PARTICIPANT",
                PARTSTAT=entry.partstat,
                RSVP="TRUE",
                CN=entry.attendee_name,
            )
        calendar = _calendar(method)
        calendar.add_component(event)
        stream += calendar.to_ical(sorted=False)
    return stream


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _event(entry: CalendarEntry, status: str) -> Event:
    start, end = _span(entry)
    changed = entry.last_changed.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("UID", _text(entry.uid))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("SUMMARY", _text(entry.summary))
    if entry.location:
        event.add("LOCATION", _text(entry.location))
    if description := _description(entry):
        event.add("DESCRIPTION", _text(description))
    if entry.url:
        event["URL"] = _uri(entry.url)
    if entry.video_link:
        event["CONFERENCE"] = _uri(entry.video_link, VALUE="URI", FEATURE="VIDEO")
    event.add("STATUS", "TENTATIVE" if entry.is_all_day and status == "CONFIRMED" else status)
    event.add("TRANSP", "TRANSPARENT" if entry.is_all_day else "OPAQUE")
    return event


def _entry(event: Any) -> CalendarEntry:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    attendee = event.get("ATTENDEE", "")
    return CalendarEntry(
        uid=str(event["UID"]),
        sequence=int(event.get("SEQUENCE", 0)),
        start=start,
        end=end if isinstance(end, datetime) else end - timedelta(days=1),
        summary=str(event.get("SUMMARY", "")),
        location=str(event.get("LOCATION", "")),
        description=str(event.get("DESCRIPTION", "")),
        url=str(event.get("URL", "")),
        video_link=str(event.get("CONFERENCE", "")),
        organizer_email=str(event.get("ORGANIZER", "")).removeprefix("mailto:"),
        attendee_name=str(attendee.params.get("CN", "")) if attendee else "",
        attendee_email=str(attendee).removeprefix("mailto:"),
        partstat=str(attendee.params.get("PARTSTAT", "")) if attendee else "NEEDS-ACTION",
        status=str(event.get("STATUS", "CONFIRMED")),
        last_changed=event["LAST-MODIFIED"].dt,
    )


def _listed(entries: CalendarEntry | Iterable[CalendarEntry]) -> list[CalendarEntry]:
    return [entries] if isinstance(entries, CalendarEntry) else list(entries)


def _span(entry: CalendarEntry) -> tuple[datetime | date, datetime | date]:
    """Start and end as the format counts them: UTC, or days with the end excluded."""
    if isinstance(entry.start, datetime) and isinstance(entry.end, datetime):
        return (
            entry.start.astimezone(UTC).replace(microsecond=0),
            entry.end.astimezone(UTC).replace(microsecond=0),
        )
    return entry.start, entry.end + timedelta(days=1)


def _description(entry: CalendarEntry) -> str:
    """The words, and the video link in them for the many clients that do not know CONFERENCE."""
    if entry.video_link and entry.video_link not in entry.description:
        return f"{entry.description}\n\n{entry.video_link}".strip()
    return entry.description


def _link_text(entry: CalendarEntry) -> str:
    words = _description(entry)
    return words if len(words) <= LINK_TEXT_LIMIT else words[: LINK_TEXT_LIMIT - 1].rstrip() + "…"


def _text(value: str) -> vText:
    """Words as the format can carry them: every kind of line break becomes the one it escapes."""
    return vText(_UNWRITABLE.sub("", _LINE_BREAKS.sub("\n", value)))


def _uri(value: str, **parameters: str) -> vUri:
    return vUri(
        _NOT_IN_A_URI.sub(lambda found: quote(found[0]), _UNWRITABLE.sub("", value)), params=parameters
    )


def _address(email: str, **parameters: str) -> vCalAddress:
    """A bare mailto: that equals the mailbox in the message's header exactly."""
    if not email or _NOT_IN_AN_ADDRESS.search(email):
        raise ValueError("not an address that a calendar can carry")
    address = vCalAddress(f"mailto:{email}")
    if "CN" in parameters:
        parameters["CN"] = parameter(parameters["CN"]) or email
    address.params = _Quoted(parameters)
    return address


def parameter(value: str) -> str:
    """A name as every parser reads it back, on one line.

    A double quote or a caret needs RFC 6868, which few know; node-ical ends a parameter at a semicolon even
    inside quotes, so that a name could write PARTSTAT; a backslash is an escape to some.
    """
    value = value.translate(_PARAMETER_STAND_INS)
    return " ".join(_UNWRITABLE.sub("", _LINE_BREAKS.sub(" ", value)).split())


def _raw(value: str, **parameters: str) -> vText:
    text = vText(value)
    text.params = Parameters(parameters)
    return text


class _Quoted(Parameters):
    """CN always stands in quotes, whatever the name is made of."""

    always_quoted = (*Parameters.always_quoted, "CN")  # type: ignore[assignment]
