"""What an import would do, row by row: pure, so that the preview and the confirmation cannot differ.

A row is the same person as a guest already there when the names are the same words and they share a phone
number or an address; or when the organizations are the same words too and neither has a contact that
speaks against it. Homonyms with different numbers are different people.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eventsvc import text


class Action(StrEnum):
    ADD = "add"
    PRESENT = "present"
    """The person or slot is on the list already: nothing happens."""
    DUPLICATE = "duplicate"
    """The same person stands in an earlier row of the file."""
    NO_SITE = "no_site"
    """The row's unit has no site in this event."""
    TOO_LONG = "too_long"
    """A cell holds more text than a list can."""


@dataclass(frozen=True)
class KnownGuest:
    name: str
    organization: str | None
    contacts: frozenset[str]


@dataclass(frozen=True)
class KnownSlot:
    site_id: int
    label: str
    organization: str | None


@dataclass
class Situation:
    """What is on the list before the import, and where its rows go."""

    guests: Iterable[KnownGuest]
    slots: Iterable[KnownSlot]
    site_ids: Mapping[str, int]
    """Site ids by unit code, for imports where each row goes to its own unit's site."""
    site_id: int | None
    """The one site of all rows; None when each row goes to its own unit's."""


@dataclass
class PlannedRow:
    """A row of the file, what will happen to it, and at which site and in which group."""

    row: dict[str, Any]
    action: Action
    site_id: int | None
    group: str | None
    flags: list[str] = field(default_factory=list)


LONGEST = 2000
_NUMBERING = re.compile(r"^\s*(?:[IVXLC]+|[A-Z]|\d{1,2})\s*[.)/:-]\s*")


def group_name(heading: str | None) -> str | None:
    """The name of a group row without its numeral: "II. Các sở, ban, ngành" is "Các sở, ban, ngành"."""
    return _NUMBERING.sub("", text.clean(heading)) or None if heading else None


def plan(rows: Iterable[dict[str, Any]], situation: Situation) -> list[PlannedRow]:
    """What will happen to each row, in the order of the file."""
    known = _Known(situation)
    return [_planned(row, situation, known) for row in rows]


def _planned(row: dict[str, Any], situation: Situation, known: "_Known") -> PlannedRow:
    site_id = situation.site_id
    if site_id is None:
        site_id = situation.site_ids.get(row.get("admin_unit_code") or "")
    action = Action.ADD
    if any(isinstance(value, str) and len(value) > LONGEST for value in row.values()) or (
        len(row.get("full_name") or "") > 200
    ):
        action = Action.TOO_LONG
    elif site_id is None:
        action = Action.NO_SITE
    elif "duplicate" in row["flags"]:
        action = Action.DUPLICATE
    elif known.has(row, site_id):
        action = Action.PRESENT
    return PlannedRow(row, action, site_id, group_name(row.get("group")), list(row["flags"]))


class _Known:
    """The list as it stands, by name."""

    def __init__(self, situation: Situation) -> None:
        self.guests: dict[str, list[KnownGuest]] = defaultdict(list)
        for guest in situation.guests:
            self.guests[text.same_words(guest.name)].append(guest)
        self.slots = {_slot_key(slot.site_id, slot.label, slot.organization) for slot in situation.slots}

    def has(self, row: dict[str, Any], site_id: int) -> bool:
        return self.has_guest(row) if row["kind"] == "person" else self.has_slot(row, site_id)

    def has_guest(self, row: dict[str, Any]) -> bool:
        contacts = {*row["phones"], *(email.lower() for email in row["emails"])}
        namesakes = self.guests.get(text.same_words(row["full_name"]), ())
        return any(is_same(row["organization"], contacts, guest) for guest in namesakes)

    def has_slot(self, row: dict[str, Any], site_id: int) -> bool:
        return _slot_key(site_id, row["label"], row["organization"]) in self.slots


def is_same(organization: str | None, contacts: Collection[str], namesake: KnownGuest) -> bool:
    """Whether somebody of the same name, with this organization and these contacts, is the guest."""
    if set(contacts) & namesake.contacts:
        return True
    alike = text.same_words(organization or "") == text.same_words(namesake.organization or "")
    return alike and not _speak_against(contacts, namesake.contacts)


def _speak_against(some: Collection[str], others: Collection[str]) -> bool:
    """Whether both have telephone numbers, or both have addresses, and none in common."""
    for is_address in (True, False):
        mine = {value for value in some if ("@" in value) is is_address}
        theirs = {value for value in others if ("@" in value) is is_address}
        if mine and theirs and not mine & theirs:
            return True
    return False


def _slot_key(site_id: int, label: str, organization: str | None) -> tuple[int, str, str]:
    return site_id, text.same_words(label), text.same_words(organization or "")
