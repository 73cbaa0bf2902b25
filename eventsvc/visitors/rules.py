"""Who may register now, and what a device may count. Values in, values out: no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from eventsvc.checkins.items import moment
from eventsvc.events.models import Sitting
from eventsvc.events.sitting_rules import doors
from eventsvc.visitors.models import OpenDoors

MOST_PEOPLE = 1000
"""In one tally: more at once is a slip of the finger."""
BIGGEST = 2**31 - 1
LONGEST_CODE = 80
REMINDED_EVERY = timedelta(hours=1)
"""At most so often the link of a visit is sent again, whoever asks for it."""


class Registration(StrEnum):
    """Whether somebody may register now, and if not, why."""

    OPEN = "open"
    CANCELLED = "cancelled"
    OVER = "over"
    NO_NOTICE = "no_notice"
    STOPPED = "stopped"
    NOT_YET = "not_yet"
    CLOSED = "closed"


def registration(open_doors: OpenDoors, now: datetime) -> Registration:
    """The first line that fits: what will not happen comes before what may still be opened."""
    event, sitting = open_doors.event, open_doors.sitting
    if event.is_cancelled or sitting.cancelled_at is not None:
        return Registration.CANCELLED
    end = end_of(sitting)
    if end is not None and now >= end:
        return Registration.OVER
    if not event.has_data_notice:
        return Registration.NO_NOTICE
    if open_doors.stopped_at is not None:
        return Registration.STOPPED
    if open_doors.opens_at is not None and now < open_doors.opens_at:
        return Registration.NOT_YET
    if open_doors.closes_at is not None and now >= open_doors.closes_at:
        return Registration.CLOSED
    return Registration.OPEN


def is_still_to_come(open_doors: OpenDoors, now: datetime) -> bool:
    """Whether a place is still worth something: the waiting move up until the sitting has ended."""
    return registration(open_doors, now) not in {Registration.CANCELLED, Registration.OVER}


def end_of(sitting: Sitting) -> datetime | None:
    """When nobody can come any more; None while the sitting has no time."""
    return sitting.ends_at or (doors(sitting).closes if sitting.starts_at else None)


# --- Tallies ------------------------------------------------------------------------------------------------


class Refusal(StrEnum):
    """Why a tally of a device is not counted; the words on the wire."""

    UNREADABLE = "unreadable"
    NO_SITE = "no_site"
    OTHER_SITE = "other_site"
    NO_SITTING = "no_sitting"
    NOT_YET = "not_yet"
    CANCELLED = "cancelled"
    CONFLICT = "conflict"
    REVOKED_DEVICE = "revoked_device"


@dataclass(frozen=True, slots=True)
class Counted:
    """One readable tally of a device."""

    tally_id: str
    people: int
    sitting: int | None
    site: str | None
    counted_at: datetime | None


def read_tally(raw: Any) -> Counted | None:
    """What one element of the upload stands for; None for what cannot be a tally."""
    if not isinstance(raw, Mapping):
        return None
    tally_id, people = _uuid(raw.get("tally_id")), raw.get("people")
    sitting, site = raw.get("sitting"), raw.get("site")
    at = moment(raw.get("counted_at"))
    if tally_id is None or type(people) is not int or not 0 < abs(people) <= MOST_PEOPLE:
        return None
    if sitting is not None and (type(sitting) is not int or not 0 <= sitting <= BIGGEST):
        return None
    if site is not None and not (isinstance(site, str) and len(site) <= LONGEST_CODE and site.isprintable()):
        return None
    if at is None and raw.get("counted_at") is not None:
        return None
    return Counted(tally_id, people, sitting, site, at)


def corrected(at: datetime | None, offset: timedelta, arrival: datetime, earliest: datetime) -> datetime:
    """When people were counted by our clock: the device's time and its offset, never after the arrival."""
    if at is None:
        return arrival
    try:
        return min(max(at + offset, earliest), arrival)
    except OverflowError:
        return arrival


def _uuid(value: Any) -> str | None:
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return str(UUID(value))
    except ValueError:
        return None
