"""The same person twice in a file: certain when a phone or address agrees, possible when only name and body do."""

from dataclasses import dataclass, field
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
    """The first of every kind met so far, so that a long list costs no more a row than a short one."""

    by_contact: dict[tuple[str, str], Entry] = field(default_factory=dict)
    by_folded_contact: dict[tuple[str, str], Entry] = field(default_factory=dict)
    by_body: dict[tuple[str, str], Entry] = field(default_factory=dict)
    by_body_without_phone: dict[tuple[str, str], Entry] = field(default_factory=dict)


def mark_duplicates(entries: list[Entry]) -> Duplicates:
    """Flag every repeat and say which row it repeats. One name with two different phones is two people."""
    found, seen = Duplicates(), _Seen()
    for entry in entries:
        if entry["kind"] != "person":
            continue
        words, body = same_words(entry["full_name"]), same_words(entry["organization"] or "")
        contacts = [*entry["phones"], *entry["emails"]]
        original = _first(seen.by_contact, words, contacts)
        if original:
            found.exact += 1
            _mark(entry, "duplicate", original)
        elif possible := _possible(seen, entry, words, body, contacts):
            found.possible += 1
            _mark(entry, "possible_duplicate", possible)
        _remember(seen, original or entry, entry, words, body, contacts)
    return found


def _first(known: dict[tuple[str, str], Entry], words: str, contacts: list[str]) -> Entry | None:
    return next((known[words, contact] for contact in contacts if (words, contact) in known), None)


def _possible(seen: _Seen, entry: Entry, words: str, body: str, contacts: list[str]) -> Entry | None:
    """The accents of the name differ but the phone agrees; or name and body agree and a phone is missing."""
    if original := _first(seen.by_folded_contact, fold(entry["full_name"]), contacts):
        return original
    if not body:
        return None
    return (seen.by_body_without_phone if entry["phones"] else seen.by_body).get((words, body))


def _remember(seen: _Seen, original: Entry, entry: Entry, words: str, body: str, contacts: list[str]) -> None:
    """A repeat adds its phones and addresses to what is known of the first."""
    folded = fold(entry["full_name"])
    for contact in contacts:
        seen.by_contact.setdefault((words, contact), original)
        seen.by_folded_contact.setdefault((folded, contact), original)
    if original is entry:
        seen.by_body.setdefault((words, body), entry)
        if not entry["phones"]:
            seen.by_body_without_phone.setdefault((words, body), entry)


def _mark(entry: Entry, flag: str, original: Entry) -> None:
    entry["flags"] = sorted_flags([*entry["flags"], flag])
    entry[f"{flag}_of"] = {"sheet": original["sheet"], "row": original["row"]}
