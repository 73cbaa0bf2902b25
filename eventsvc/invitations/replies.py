"""What an answer that came by mail counts for: who speaks, for which edition, before or after what we know; pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsvc.invitations.models import Answer

ANSWERS = {
    "ACCEPTED": Answer.ACCEPTED,
    "DECLINED": Answer.DECLINED,
    "TENTATIVE": Answer.TENTATIVE,
}
DELEGATED = "DELEGATED"

_UID = re.compile(r"([0-9a-z]{1,40})-[0-9]{1,4}@eventsvc", re.IGNORECASE)
_EDITION = re.compile(r":rev([0-9]{1,9})(?::|$)")


@dataclass(frozen=True)
class Told:
    """What one message said of a calendar entry: the edition of the invitation, and the entry's own numbers."""

    edition: int
    sequence: int
    stamped_at: datetime


@dataclass(frozen=True)
class Standing:
    """When, and for which edition, the answer in force was given; its place in the calendar's own order if it came by
    mail about the same entry."""

    edition: int
    at: datetime
    sequence: int | None = None


def invitation_stem(uid: str) -> str | None:
    """The part of a calendar entry's UID that is the invitation's; None when the entry is not ours."""
    parts = _UID.fullmatch(uid)
    return parts[1].lower() if parts else None


def edition_told(intent: str) -> int | None:
    """The edition that a message told, from the intent it was written under."""
    found = _EDITION.search(intent)
    return int(found[1]) if found else None


def speaker(attendees: Sequence[Mapping[str, str]], known: Collection[str]) -> Mapping[str, str] | None:
    """The attendee who is the invitee. Of several lines for one the first that says something counts."""
    own = [each for each in attendees if each["email"] in known]
    return next((each for each in own if each["partstat"] != "NEEDS-ACTION"), own[0] if own else None)


def names_substitute(attendee: Mapping[str, str]) -> bool:
    return attendee["partstat"] == DELEGATED or bool(attendee["delegated_to"])


def comment(facts: Mapping[str, Any], attendee: Mapping[str, str] | None) -> str | None:
    """The remark, wherever the program put it."""
    own = attendee["comment"] if attendee else ""
    return facts.get("comment") or own or None


def edition_answered(sequence: int | None, told: Sequence[Told], latest: int) -> int:
    """The newest edition told under a SEQUENCE that the answer can have seen; the latest when it does not say.

    A SEQUENCE above all of ours is one that a program has raised by itself.
    """
    if sequence is None or not told:
        return latest
    seen = [each.edition for each in told if each.sequence <= sequence]
    return max(seen) if seen else min(each.edition for each in told)


def moment(
    stamped_at: datetime | None, sent_at: datetime | None, received_at: datetime, told: Sequence[Told]
) -> datetime:
    """When the answer was given: DTSTAMP, unless it is only copied from our own entry; never after it came in."""
    copied = stamped_at is not None and any(stamped_at == each.stamped_at for each in told)
    given = sent_at if stamped_at is None or copied else stamped_at
    return min(given or received_at, received_at)


def is_older(answer: Standing, in_force: Standing | None) -> bool:
    """Whether something newer is in force: by edition, then SEQUENCE of the same entry, then time (RFC 5546, 2.1.5)."""
    if in_force is None:
        return False
    if answer.edition != in_force.edition:
        return answer.edition < in_force.edition
    if answer.sequence is not None and in_force.sequence is not None and answer.sequence != in_force.sequence:
        return answer.sequence < in_force.sequence
    return answer.at < in_force.at
