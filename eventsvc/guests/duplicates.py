"""The same person twice in a file: certain when a phone or address agrees, possible when only name and body do."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from eventsvc.guests.entries import sorted_flags
from eventsvc.text import fold, same_words

Entry = dict[str, Any]


@dataclass
class Duplicates:
    exact: int = 0
    possible: int = 0


@dataclass
class _Seen:
    entry: Entry
    words: str
    organization: str
    contacts: set[str]


def mark_duplicates(entries: list[Entry]) -> Duplicates:
    """Flag every repeat and say which row it repeats. One name with two different phones is two people."""
    found = Duplicates()
    seen: dict[str, list[_Seen]] = defaultdict(list)
    for entry in entries:
        if entry["kind"] != "person":
            continue
        this = _Seen(
            entry,
            same_words(entry["full_name"]),
            same_words(entry["organization"] or ""),
            {*entry["phones"], *entry["emails"]},
        )
        namesakes = seen[fold(entry["full_name"])]
        if original := next((one for one in namesakes if _certain(one, this)), None):
            found.exact += 1
            original.contacts |= this.contacts
            _mark(entry, "duplicate", original.entry)
            continue
        if original := next((one for one in namesakes if _possible(one, this)), None):
            found.possible += 1
            _mark(entry, "possible_duplicate", original.entry)
        namesakes.append(this)
    return found


def _certain(one: _Seen, other: _Seen) -> bool:
    return one.words == other.words and bool(one.contacts & other.contacts)


def _possible(one: _Seen, other: _Seen) -> bool:
    if one.contacts & other.contacts:  # the accents of the name differ: a slip, or not
        return True
    same_body = bool(one.organization) and one.organization == other.organization
    return one.words == other.words and same_body and not (one.entry["phones"] and other.entry["phones"])


def _mark(entry: Entry, flag: str, original: Entry) -> None:
    entry["flags"] = sorted_flags([*entry["flags"], flag])
    entry[f"{flag}_of"] = {"sheet": original["sheet"], "row": original["row"]}
