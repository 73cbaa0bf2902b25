"""An answer in the shape of a calendar (RFC 5546): who answers what, to which edition, in which words; pure.

Programs differ: outlook.com leaves ORGANIZER out, Exchange names its own time zones, Google puts the remark into a
parameter, some send the whole list of attendees, one of whom answers.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar

from eventsvc import clock
from eventsvc.deliveries.inbound_mime import Part, decoded, kept, mailbox, tidy

CALENDAR_LIMIT = 256 * 1024
ATTENDEES_LIMIT = 50
COMMENT_LIMIT = 2000
SEQUENCE_LIMIT = 2**31 - 1
METHODS = ("REPLY", "COUNTER")
TYPES = {"text/calendar", "application/ics", "text/x-vcalendar"}

# What icalendar raises for what it does not understand. Time zones of the wrong shape are an AttributeError or, with no
# FREQ, a TypeError; one with the name of a folder of zones ("Asia") is an OSError.
PARSER_FAULTS = (ValueError, TypeError, AttributeError, OSError)

_MAILTO = re.compile(r"^\s*mailto:", re.IGNORECASE)


class Unreadable(Exception):
    """A calendar that may be an answer, but not one that can be read."""


def find(parts: Iterable[Part]) -> tuple[str, dict[str, Any]] | None:
    """The method and what the answer says, from the first part that holds one. Unreadable when none does, and one of
    them might."""
    doubt = None
    for part in parts:
        if not _is_calendar(part):
            continue
        try:
            found = read(part.data, part.parameters.get("charset", ""))
        except Unreadable as fault:
            doubt = fault
        else:
            if found is not None:
                return found
    if doubt is not None:
        raise doubt
    return None


def _is_calendar(part: Part) -> bool:
    return part.content_type in TYPES or part.parameters.get("name", "").lower().endswith(".ics")


def read(data: bytes, charset: str = "") -> tuple[str, dict[str, Any]] | None:
    """The method and what was answered; None for anything but an answer, Unreadable when nobody can tell."""
    for calendar in _calendars(data, charset):
        method = _first(calendar.get("METHOD")).strip().upper()
        if method in METHODS:
            events = calendar.walk("VEVENT")[:ATTENDEES_LIMIT]
            if not events:
                raise Unreadable("an answer to nothing")
            return method, _facts(events)
    return None


def _calendars(data: bytes, charset: str) -> list[Any]:
    if len(data) > CALENDAR_LIMIT:
        raise Unreadable("larger than any answer")
    try:
        calendars = Calendar.from_ical(kept(decoded(data, charset)), multiple=True)
    except PARSER_FAULTS as fault:
        raise Unreadable(type(fault).__name__) from fault
    if not calendars:
        raise Unreadable("no calendar in it")
    return list(calendars)


def _facts(events: list[Any]) -> dict[str, Any]:
    """What the first entry says; `is_mixed` when other entries of the same message are answered otherwise."""
    event = events[0]
    attendees = [_attendee(each) for each in _many(event.get("ATTENDEE"))[:ATTENDEES_LIMIT]]
    return {
        "uid": _uid(event),
        "is_mixed": len({_uid(each) for each in events}) > 1 and len(_said(events)) > 1,
        "attendees": [each for each in attendees if each["email"]],
        "sequence": _sequence(event.get("SEQUENCE")),
        "stamped_at": _moment(event, "DTSTAMP"),
        "start": _moment(event, "DTSTART"),
        "end": _moment(event, "DTEND"),
        "comment": _comment(event),
    }


def _uid(event: Any) -> str:
    return kept(str(event.get("UID", ""))).strip()[:250]


def _said(events: list[Any]) -> set[str]:
    return {_attendee(each)["partstat"] for event in events for each in _many(event.get("ATTENDEE"))}


def _attendee(value: Any) -> dict[str, str]:
    parameters = getattr(value, "params", {})
    return {
        "email": address(str(value)) or address(_first(parameters.get("EMAIL"))),
        "partstat": kept(_first(parameters.get("PARTSTAT"))).strip().upper()[:40] or "NEEDS-ACTION",
        "name": kept(_first(parameters.get("CN"))).strip()[:200],
        "delegated_to": address(_first(parameters.get("DELEGATED-TO"))),
        "sent_by": address(_first(parameters.get("SENT-BY"))),
        "comment": tidy(kept(_first(parameters.get("X-RESPONSE-COMMENT"))))[:COMMENT_LIMIT],
    }


def address(value: str) -> str:
    """The mailbox of a calendar address, however it is written."""
    return mailbox(unquote(_MAILTO.sub("", value.strip().strip('"'))))


def _comment(event: Any) -> str:
    words = [tidy(kept(str(each))) for each in _many(event.get("COMMENT"))]
    return "\n".join(dict.fromkeys(each for each in words if each))[:COMMENT_LIMIT]


def _sequence(value: Any) -> int | None:
    """The number of the edition; None when there is none that can be one."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return 0 if value is None else None
    return number if 0 <= number <= SEQUENCE_LIMIT else None


def _moment(event: Any, name: str) -> str | None:
    """A time in UTC as text; without a zone it is Vietnam's, a day begins at midnight there."""
    given = next(iter(_many(event.get(name))), None)
    try:
        value = given.dt if given is not None else None
    except ValueError:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or not 1970 < value.year < 9999:
        return None
    if value.utcoffset() is None:
        value = value.replace(tzinfo=_zone(getattr(given, "params", {}).get("TZID")))
    return value.astimezone(UTC).replace(microsecond=0).isoformat()


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name)) if name else clock.LOCAL
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return clock.LOCAL


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _first(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return "" if value is None else str(value)
