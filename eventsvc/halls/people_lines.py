"""People for one shift out of pasted lines: "Lê Thị Hòa; 0501 000 001; Tỉnh đoàn". Pure."""

import re
from typing import NamedTuple

from flask_babel import gettext as _

from eventsvc import contacts
from eventsvc.text import clean, fold, same_words

MOST_LINES = 200
LONGEST_NAME, LONGEST_AGENCY = 200, 300
_DIVIDERS = re.compile(r"[;\t|]")
_NUMBERING = re.compile(r"^\s*(?:\d{1,3}\s*[.):/-]\s*|\d{1,3}\s*[;\t|]\s*|[-+*•]\s*)")
_HEADINGS = ("ho va ten", "ho ten", "stt", "tt")


class Line(NamedTuple):
    """Somebody named in a line."""

    name: str
    phone: str | None
    agency: str | None


class Lines(NamedTuple):
    """The people, and a sentence for each line at which something is wrong."""

    people: list[Line]
    complaints: list[str]


def read(pasted: str) -> Lines:
    """One person a line: the name, then telephone and agency in any order. Numbering and a row of headings are left
    out; nobody is taken from a line with a complaint."""
    found = Lines([], [])
    seen: dict[tuple[str, str | None], int] = {}
    for number, typed in enumerate(pasted.splitlines(), start=1):
        words = _NUMBERING.sub("", typed).strip()
        if not words or fold(words).startswith(_HEADINGS):
            continue
        try:
            line = _line(words)
            key = (same_words(line.name), line.phone)
            if key in seen:
                raise ValueError(_("the same person as in line %(number)s", number=seen[key]))
        except ValueError as complaint:
            found.complaints.append(_("Line %(number)s: %(why)s.", number=number, why=str(complaint)))
            continue
        seen[key] = number
        found.people.append(line)
    return found


def _line(words: str) -> Line:
    """ValueError says what is wrong."""
    pieces = _DIVIDERS.split(words)
    if len(pieces) == 1:
        pieces = words.split(", ")
    pieces = [piece for piece in map(clean, pieces) if piece]
    name, rest = (pieces[0], pieces[1:]) if pieces else ("", [])
    if not re.search(r"[^\W\d_]{2,}", name):
        raise ValueError(_("there is no name"))
    if len(name) > LONGEST_NAME:
        raise ValueError(_("the name is too long"))
    phones = [piece for piece in rest if _is_number(piece)]
    agency = ", ".join(piece for piece in rest if piece not in phones)
    if len(agency) > LONGEST_AGENCY:
        raise ValueError(_("the name of the agency is too long"))
    return Line(name, _phone(phones), agency or None)


def _is_number(piece: str) -> bool:
    """More digits than letters: meant as a telephone number."""
    return sum(map(str.isdigit, piece)) > sum(map(str.isalpha, piece))


def _phone(pieces: list[str]) -> str | None:
    if not pieces:
        return None
    numbers = contacts.phone_numbers(" ; ".join(pieces)[:200])
    if not numbers:
        raise ValueError(_("“%(words)s” is no telephone number", words=pieces[0][:40]))
    if len(numbers) > 1:
        raise ValueError(_("give one telephone number only"))
    return numbers[0]
