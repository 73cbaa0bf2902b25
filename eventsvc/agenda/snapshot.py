"""An agenda as plain values: what a release freezes, what two versions are told apart by, what undoes an edit. Pure.

`values` gives, by noun and key, every value of strands, items and rituals that an organizer can edit. It can be
stored as JSON and holds words, numbers and codes, never a row: a sitting is its number, a strand its number, a
site its code; people and organizations known to the house are kept by id beside the words that are shown.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from eventsvc.agenda.models import AgendaItem, Ritual, RitualParticipant, Strand

Row = dict[str, Any]
Values = dict[str, dict[str, Row]]
Parts = dict[str, dict[str, Row | None]]
"""Some rows of some nouns; None for one that is not there."""

STRANDS, ITEMS, RITUALS = NOUNS = ("strands", "items", "rituals")

PLACE = ("sitting", "strand", "number")
ITEM = (
    "cue", "title", "duration_minutes", "is_public", "speaker", "position", "person_id", "organization_id",
    "mc_line", "sound_note", "light_note", "screen_note", "line_note", "reception_note", "note", "printed_start",
    "cite",
)  # fmt: skip
"""The columns of an item that are kept as they are; kind, pinned_at, site and its place are written as words."""
RITUAL = (
    "number", "title", "title_cite", "subject", "subject_cite", "copies", "setting", "expected_pressers",
    "expected_signatories", "expected_witnesses",
)  # fmt: skip
PARTICIPANT = (
    "number", "text", "position", "stands_at", "cue", "organization_name", "organization_id", "person_id"
)  # fmt: skip


def values(
    sittings: Mapping[int, int],
    strands: Iterable[Strand],
    items: Iterable[AgendaItem],
    rituals: Iterable[Ritual],
    codes: Mapping[int, str],
) -> Values:
    """The agenda as values. `sittings` gives the number of a sitting by its id, `codes` the code of a site."""
    strands, items = list(strands), list(items)
    numbers = {strand.id: strand.number for strand in strands}
    keys = {item.id: item.key for item in items}
    return {
        STRANDS: {str(strand.number): {"name": strand.name, "place": strand.place} for strand in strands},
        ITEMS: {item.key: _item(item, sittings, numbers, codes) for item in items},
        RITUALS: {ritual.key: _ritual(ritual, keys) for ritual in rituals},
    }


def changed(before: Values, after: Values) -> tuple[Parts, Parts]:
    """The rows that differ, as they were and as they are; both empty when nothing does."""
    was: Parts = {}
    now: Parts = {}
    for noun in NOUNS:
        old, new = before.get(noun, {}), after.get(noun, {})
        for key in {**old, **new}:
            if old.get(key) != new.get(key):
                was.setdefault(noun, {})[key] = old.get(key)
                now.setdefault(noun, {})[key] = new.get(key)
    return was, now


def seal(whole: Values) -> str:
    """A word for exactly these values: another draft has another."""
    words = json.dumps({noun: whole.get(noun, {}) for noun in NOUNS}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def only(whole: Values, parts: Parts) -> Parts:
    """Of an agenda, the rows that `parts` speaks of."""
    return {noun: {key: whole.get(noun, {}).get(key) for key in rows} for noun, rows in parts.items()}


def clock_words(pinned_at: time | None) -> str | None:
    return pinned_at.strftime("%H:%M") if pinned_at else None


def _item(
    item: AgendaItem, sittings: Mapping[int, int], strands: Mapping[int, int], codes: Mapping[int, str]
) -> Row:
    return {
        "sitting": sittings[item.sitting_id],
        "strand": strands[item.strand_id] if item.strand_id is not None else None,
        "number": item.number,
        "kind": item.kind.value,
        "pinned_at": clock_words(item.pinned_at),
        "site": codes[item.site_id] if item.site_id is not None else None,
        **{name: getattr(item, name) for name in ITEM},
    }


def _ritual(ritual: Ritual, keys: Mapping[int, str]) -> Row:
    return {
        "item": keys.get(ritual.agenda_item_id) if ritual.agenda_item_id is not None else None,
        **{name: getattr(ritual, name) for name in RITUAL},
        "participants": [_participant(row) for row in ritual.participants],
    }


def _participant(row: RitualParticipant) -> Row:
    return {"role": row.role.value, **{name: getattr(row, name) for name in PARTICIPANT}}
