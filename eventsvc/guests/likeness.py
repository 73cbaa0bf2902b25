"""Who is like whom, and why: pure. Certain when name and contact agree, or name and organization and nothing speaks
against it; likely when only a number, an address or a name without its accents agrees. Homonyms with different
numbers are different people and not alike.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eventsvc import text

MOST_SHOWN, MOST_COMPARED = 3, 12
_LANDLINE = "+842"


class Source(StrEnum):
    """Where the other one stands."""

    LIST = "list"
    """On the guest list."""
    FILE = "file"
    """In an earlier row of the same file."""
    OTHER_FILE = "other_file"
    """In another file that waits for its confirmation."""


class Reason(StrEnum):
    NAME = "same_name"
    NAME_WITHOUT_ACCENTS = "same_name_without_accents"
    PHONE = "same_phone"
    EMAIL = "same_email"
    ORGANIZATION = "same_organization"
    OTHER_POSITION = "other_position"


@dataclass(frozen=True)
class KnownGuest:
    """Somebody a row may be. `place` says where to find them: a site, or the row of a file. `number`: the id of the
    guest, or the number of the row in this file; None for somebody in another file."""

    name: str
    organization: str | None
    contacts: frozenset[str]
    position: str | None = None
    source: Source = Source.LIST
    place: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Likeness:
    other: KnownGuest
    reasons: tuple[Reason, ...]
    is_certain: bool


class Register:
    """Everybody known so far, found at once by what makes two people alike, however many they are."""

    def __init__(self, guests: Iterable[KnownGuest] = ()) -> None:
        self._known: dict[tuple[str, ...], list[KnownGuest]] = defaultdict(list)
        for guest in guests:
            self.add(guest)

    def add(self, guest: KnownGuest) -> None:
        for key in _keys(guest.name, guest.organization, guest.contacts):
            self._known[key].append(guest)

    def alike(self, row: Mapping[str, Any]) -> list[Likeness]:
        """Who the person of this row may be, the surest first, those on the list before those in files."""
        found = [one for one in (compared(row, known) for known in self._candidates(row)) if one]
        order = list(Source)
        found.sort(key=lambda one: (not one.is_certain, order.index(one.other.source)))
        return found[:MOST_SHOWN]

    def _candidates(self, row: Mapping[str, Any]) -> list[KnownGuest]:
        """Whom to compare: an address that a whole office shares may be that of hundreds."""
        keys = _keys(row["full_name"], row["organization"], contacts_of(row))
        found = [known for key in keys for known in self._known.get(key, ())[:MOST_COMPARED]]
        return list({id(known): known for known in found}.values())


def contacts_of(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset([*row["phones"], *(email.lower() for email in row["emails"])])


def _keys(name: str, organization: str | None, contacts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    words, body = text.same_words(name), text.same_words(organization or "")
    yield "name", words, body
    yield "folded", text.fold(name), body
    for contact in contacts:
        yield "name", words, contact
        yield "contact", contact


def compared(row: Mapping[str, Any], known: KnownGuest) -> Likeness | None:
    """How the person of a row is like somebody known; None when nothing speaks for it, or something against."""
    contacts = contacts_of(row)
    shared = contacts & known.contacts
    reasons = (
        [Reason.PHONE] if any("@" not in one and not one.startswith(_LANDLINE) for one in shared) else []
    )
    reasons += [Reason.EMAIL] if any("@" in one for one in shared) else []
    is_body = text.same_words(row["organization"] or "") == text.same_words(known.organization or "")
    body = [Reason.ORGANIZATION] if is_body and row["organization"] else []
    post = [Reason.OTHER_POSITION] if _differ(row.get("position"), known.position) else []
    if text.same_words(row["full_name"]) == text.same_words(known.name):
        if is_same(row["organization"], contacts, known):
            return Likeness(known, (Reason.NAME, *reasons, *body, *post), True)
        return None
    if text.fold(row["full_name"]) == text.fold(known.name):
        if reasons or (body and not speak_against(contacts, known.contacts)):
            return Likeness(known, (Reason.NAME_WITHOUT_ACCENTS, *reasons, *body, *post), False)
        return None
    return Likeness(known, (*reasons, *body), False) if reasons else None


def is_same(organization: str | None, contacts: Collection[str], namesake: KnownGuest) -> bool:
    """Whether somebody of the same name, with this organization and these contacts, is the guest."""
    if set(contacts) & namesake.contacts:
        return True
    alike = text.same_words(organization or "") == text.same_words(namesake.organization or "")
    return alike and not speak_against(contacts, namesake.contacts)


def speak_against(some: Collection[str], others: Collection[str]) -> bool:
    """Whether both have telephone numbers, or both have addresses, and none in common."""
    for is_address in (True, False):
        mine = {value for value in some if ("@" in value) is is_address}
        theirs = {value for value in others if ("@" in value) is is_address}
        if mine and theirs and not mine & theirs:
            return True
    return False


def _differ(some: str | None, other: str | None) -> bool:
    return bool(some and other) and text.same_words(some or "") != text.same_words(other or "")
