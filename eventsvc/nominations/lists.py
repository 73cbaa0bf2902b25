"""People out of lines that somebody has pasted: "Nguyễn Văn An; Phó Giám đốc; 0912 345 678; an@so.example.vn". Pure."""

import re
from dataclasses import dataclass, field
from typing import Any

from eventsvc import contacts
from eventsvc.guests import names, positions
from eventsvc.people.operations import Details
from eventsvc.text import clean, fold

LONGEST_PASTE = 40_000
MOST_PEOPLE = 300
_DIVIDERS = re.compile(r"\t|;|\||,(?=\s)|\s[-–—]\s")
_NUMBERING = re.compile(r"^\s*(?:\d{1,3}\s*[.):/-]?\s+|\d{1,3}[.):]\s*|[-+*•]\s*)")
_PHONE = re.compile(r"\+?\d[\d .()\-]{6,}\d")
_HEADINGS = ("ho va ten", "ho ten", "tt", "stt", "danh sach", "tong so", "tong cong")


@dataclass
class ReadList:
    """The people of a list, and the rows in which no name was found."""

    people: list[Details] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_lines(pasted: str, organization_name: str) -> ReadList:
    """One person a line, whatever the order of position, telephone and e-mail after the name."""
    found = ReadList()
    for line in pasted[:LONGEST_PASTE].splitlines():
        words = clean(line.replace("\t", " ; "))
        if not words or _is_heading(words):
            continue
        person = read_line(words, organization_name)
        if person is None:
            found.unread.append(words[:120])
        else:
            found.people.append(person)
    return found


def read_line(line: str, organization_name: str) -> Details | None:
    """The person of one line; None when it names nobody."""
    pieces = [clean(piece) for piece in _DIVIDERS.split(_NUMBERING.sub("", line)) if clean(piece)]
    words, phones, emails = [], [], []
    for piece in pieces:
        if "@" in piece:
            emails += contacts.read_emails(piece[:500]).addresses
            piece = clean(re.sub(r"\S+@\S+", " ", piece))
        if found := _PHONE.search(piece):
            phones += contacts.phone_numbers(piece[:500])
            piece = clean(piece.replace(found[0], " "))
        if re.search(r"[^\W\d_]{2,}", piece):
            words.append(piece)
    if not words:
        return None
    person = _person(words[0])
    if person is None:
        return None
    position = ", ".join(filter(None, (person.position, *words[1:])))
    return Details(
        full_name=person.full,
        honorific=person.honorific,
        position=positions.expand(position)[:500] or None,
        organization_name=organization_name,
        emails=tuple(dict.fromkeys(emails)),
        phones=tuple(dict.fromkeys(phones)),
    )


def from_rows(rows: list[dict[str, Any]], organization_name: str) -> ReadList:
    """The people of a spreadsheet that the importer of guests has read; its slots name nobody yet."""
    found = ReadList()
    for row in rows:
        if row["kind"] == "person" and len(row["full_name"]) <= 200:
            found.people.append(
                Details(
                    full_name=row["full_name"],
                    honorific=row["honorific"],
                    position=(row["position"] or "")[:500] or None,
                    organization_name=(row["organization"] or "")[:500] or organization_name,
                    emails=tuple(row["emails"]),
                    phones=tuple(row["phones"]),
                )
            )
        else:
            found.unread.append(clean(row.get("label") or row.get("full_name") or "")[:120])
    return found


def _person(words: str) -> names.Name | None:
    """The name at the head of a line, typed in small letters too."""
    if words.islower():
        words = words.title()
    people = names.read_names(words[:300], supported=True)
    return people[0] if len(people) == 1 else None


def _is_heading(line: str) -> bool:
    folded = fold(line)
    return folded.startswith(_HEADINGS) and not re.search(r"\d{6,}|@", line)
