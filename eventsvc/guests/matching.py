"""What an import would do, row by row: pure, so that the preview and the confirmation cannot differ.

A row that is certainly somebody on the list (`likeness`) is left alone, one that may be is added, unless the organizer
has decided otherwise.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eventsvc import text
from eventsvc.guests.likeness import KnownGuest, Likeness, Register, Source, contacts_of, is_same

__all__ = ["Action", "Decision", "KnownGuest", "KnownSlot", "PlannedRow", "Situation", "is_same", "plan"]


class Decision(StrEnum):
    """What an organizer has said about a row."""

    TAKE = "take"
    LEAVE = "leave"
    SAME = "same"
    """It is the person it is like: what the row knows more is added to them."""


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
    LEFT_OUT = "left_out"
    """The organizer has decided so."""
    SAME = "same"
    """The organizer has decided that it is somebody who is there: what is known of them is completed."""


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
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    """What the organizer has decided, by the number of the row, counted from 0."""


@dataclass
class PlannedRow:
    """A row of the file, what will happen to it, and at which site and in which group; whom it is like, and what the
    organizer has decided."""

    row: dict[str, Any]
    action: Action
    site_id: int | None
    group: str | None
    flags: list[str] = field(default_factory=list)
    number: int = 0
    alike: list[Likeness] = field(default_factory=list)
    undecided: Action = Action.ADD
    """What would happen without a decision."""
    decision: Decision | None = None

    @property
    def target(self) -> Likeness | None:
        """Whom the row would complete: somebody on the list or in an earlier row, never in another file."""
        return next((one for one in self.alike if one.other.number is not None), None)

    @property
    def choices(self) -> list[Decision]:
        """What may be decided about the row; nothing when there is nothing to doubt."""
        if self.undecided in (Action.NO_SITE, Action.TOO_LONG) or not (self.alike or self.is_odd):
            return []
        return [Decision.TAKE, Decision.LEAVE, *([Decision.SAME] if self.target else [])]

    @property
    def is_odd(self) -> bool:
        """Whether something in the row could not be read, or it cannot be put on the list."""
        return self.undecided in (Action.NO_SITE, Action.TOO_LONG) or bool(ODD.intersection(self.flags))

    @property
    def is_likely(self) -> bool:
        """Whether somebody should look who it is: like another, and yet to be added unless somebody says no."""
        return bool(self.alike) and self.undecided is Action.ADD


LONGEST = 2000
ODD = frozenset(
    {
        "phone_not_parsable", "email_not_parsable", "email_not_ascii", "email_idn", "cell_error",
        "formula_without_value", "name_too_long", "phone_owner_unclear", "email_owner_unclear",
    }
)  # fmt: skip
_NUMBERING = re.compile(r"^\s*(?:[IVXLC]+|[A-Z]|\d{1,2})\s*[.)/:-]\s*")


def group_name(heading: str | None) -> str | None:
    """The name of a group row without its numeral: "II. Các sở, ban, ngành" is "Các sở, ban, ngành"."""
    return _NUMBERING.sub("", text.clean(heading)) or None if heading else None


def plan(rows: Iterable[dict[str, Any]], situation: Situation) -> list[PlannedRow]:
    """What will happen to each row, in the order of the file."""
    known = _Known(situation)
    return [_planned(number, row, situation, known) for number, row in enumerate(rows)]


def _planned(number: int, row: dict[str, Any], situation: Situation, known: "_Known") -> PlannedRow:
    site_id = situation.site_id
    if site_id is None:
        site_id = situation.site_ids.get(row.get("admin_unit_code") or "")
    is_person = row["kind"] == "person"
    alike = known.register.alike(row) if is_person else []
    action = Action.ADD
    if any(isinstance(value, str) and len(value) > LONGEST for value in row.values()) or (
        len(row.get("full_name") or "") > 200
    ):
        action = Action.TOO_LONG
    elif site_id is None:
        action = Action.NO_SITE
    elif "duplicate" in row["flags"]:
        action = Action.DUPLICATE
    elif _is_listed(alike) if is_person else known.has_slot(row, site_id):
        action = Action.PRESENT
    group = group_name(row.get("group"))
    planned = PlannedRow(row, action, site_id, group, list(row["flags"]), number, alike, action)
    decision = situation.decisions.get(number)
    if decision in planned.choices:
        planned.decision = decision
        planned.action = _DECIDED[decision]
    if is_person:
        known.register.add(_of_row(row, number))
    return planned


_DECIDED = {Decision.TAKE: Action.ADD, Decision.LEAVE: Action.LEFT_OUT, Decision.SAME: Action.SAME}


def _is_listed(alike: list[Likeness]) -> bool:
    return any(one.is_certain and one.other.source is Source.LIST for one in alike)


def _of_row(row: dict[str, Any], number: int) -> KnownGuest:
    """An earlier row of the file, for those that come after it."""
    place = f"{row['sheet']}, {row['row']}" if "sheet" in row else ""
    words = row["full_name"], row["organization"], contacts_of(row), row.get("position")
    return KnownGuest(*words, Source.FILE, place, number)


class _Known:
    """The list as it stands, and the rows read so far."""

    def __init__(self, situation: Situation) -> None:
        self.register = Register(situation.guests)
        self.slots = {_slot_key(slot.site_id, slot.label, slot.organization) for slot in situation.slots}

    def has_slot(self, row: dict[str, Any], site_id: int) -> bool:
        return _slot_key(site_id, row["label"], row["organization"]) in self.slots


def _slot_key(site_id: int, label: str, organization: str | None) -> tuple[int, str, str]:
    return site_id, text.same_words(label), text.same_words(organization or "")
