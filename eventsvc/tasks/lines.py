"""What a line that names agencies says, before anybody is looked up. Pure.

A plan says "Văn phòng UBND tỉnh, các sở: Tài chính, Nội vụ; UBND các huyện, thị xã, thành phố": parts between
semicolons, each of which names agencies one by one, or many at once.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeVar

from eventsvc.nominations import names
from eventsvc.text import clean, fold

T = TypeVar("T")


class Circle(StrEnum):
    """A circle of agencies that a line speaks of as one."""

    DEPARTMENTS = "departments"
    UNIONS = "unions"
    SCHOOLS = "schools"
    PRESS = "press"
    COMPANIES = "companies"
    DISTRICTS = "districts"
    COMMUNES = "communes"
    LOCALITIES = "localities"
    """Districts; communes where there is no district level."""


_SPOKEN_OF = (
    (Circle.DEPARTMENTS, re.compile(r"\b(?:cac so|tung so|so ban nganh|ban nganh)\b")),
    (Circle.UNIONS, re.compile(r"\b(?:hoi doan the|doan the|cac hoi|to chuc chinh tri xa hoi)\b")),
    (Circle.SCHOOLS, re.compile(r"\bcac truong dai hoc\b|\bcac truong cao dang\b")),
    (Circle.PRESS, re.compile(r"\bcac co quan (?:bao chi|truyen thong)\b")),
    (Circle.COMPANIES, re.compile(r"\bdoanh nghiep (?:cntt|cong nghe thong tin|vien thong)\b")),
    (Circle.DISTRICTS, re.compile(r"\bcap huyen\b|\bcac (?:huyen|thi xa|quan)\b")),
    (Circle.COMMUNES, re.compile(r"\bcap xa\b|\bcac (?:xa|phuong|thi tran)\b")),
    (Circle.LOCALITIES, re.compile(r"\bcac dia phuong\b")),
)
_CALLED = {
    Circle.DEPARTMENTS: re.compile(
        r"^(?:so |van phong (?:ubnd|uy ban nhan dan) |ban |thanh tra |cong an tinh)"
    ),
    Circle.UNIONS: re.compile(
        r"^(?:hoi (?!dong)|tinh doan|thanh doan|lien hiep |lien doan |(?:thuong truc )?uy ban mat tran|doan tncs)"
    ),
    Circle.SCHOOLS: re.compile(r"^truong (?:dai hoc|cao dang)"),
    Circle.PRESS: re.compile(r"^(?:bao |dai (?:phat thanh|truyen hinh|pt)|cong thong tin|tap chi )"),
    Circle.COMPANIES: re.compile(r"^(?:vien thong |vnpt |viettel|mobifone|fpt|vinaphone)"),
}
_PARTY = re.compile(r"\b(?:tinh uy|huyen uy|thanh uy)\b")
_NOBODY = re.compile(r"\b(?:lien quan|khac)\b")
_CONCERNED = re.compile(r"\b(?:co quan|don vi|ca nhan|nganh|dia phuong)\b.*\blien quan\b")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_AND_ALL = re.compile(r"\s+và\s+(?=(?:UBND\s+)?các\s)", re.IGNORECASE)
_LISTED = re.compile(
    r"^(?P<before>.*?)(?:^|,\s*|\s)các\s+sở(?:,\s*ngành)?\s*:\s*(?P<names>.+)$", re.IGNORECASE
)
_MEMBERS = re.compile(r"^(?:(?:các|toàn thể)\s+)?thành viên\s+(?P<body>.+)$", re.IGNORECASE)
_OF_BODY = re.compile(
    r"\b(?:là thành viên|có thành viên tham gia|thành viên)\s+(?P<body>.+?)(?:\s+theo\s.*)?$", re.IGNORECASE
)
_SECTION = re.compile(r"\bmục\s+(?P<section>[IVXLC]+(?:\.\d+)*|\d+(?:\.\w+)*)\b", re.IGNORECASE)
_MOST_TOGETHER = 5


def parts(line: str) -> list[str]:
    """The line without brackets and its full stop, cut at semicolons and before a second "các"."""
    plain = clean(_IN_BRACKETS.sub("", line)).rstrip(" .;:,")
    return [part for piece in plain.split(";") for cut in _AND_ALL.split(piece) if (part := clean(cut))]


def is_collective(part: str) -> bool:
    """Whether a part names many agencies at once."""
    words = fold(part)
    return (
        names.is_collective(part)
        or bool(_MEMBERS.match(part) or _SECTION.search(part) or _LISTED.match(part))
        or bool(_CONCERNED.search(words))
        or any(pattern.search(words) for _circle, pattern in _SPOKEN_OF)
    )


def circles(part: str) -> list[Circle]:
    """The circles a part speaks of; none when it only means those who are concerned ("liên quan")."""
    words = fold(part)
    if _NOBODY.search(words):
        return []
    found = [circle for circle, pattern in _SPOKEN_OF if pattern.search(words)]
    if Circle.DISTRICTS not in found and Circle.COMMUNES not in found and "ubnd cac thanh pho" in words:
        found.append(Circle.DISTRICTS)
    return found


def belongs(name: str, circle: Circle) -> bool:
    """Whether an agency of this name is in the circle; units are told by their level instead."""
    words = fold(name)
    pattern = _CALLED.get(circle)
    return pattern is not None and bool(pattern.match(words)) and not _PARTY.search(words)


def members_of(part: str) -> str | None:
    """The body whose members are meant: "Thành viên Ban Chỉ đạo" is "Ban Chỉ đạo"."""
    found = _MEMBERS.match(part)
    return found["body"] if found and not _NOBODY.search(fold(part)) else None


def only_of(part: str) -> str | None:
    """The body to which a circle is narrowed: "các sở, ban, ngành là thành viên Ban Chỉ đạo" is "Ban Chỉ đạo"."""
    found = _OF_BODY.search(part)
    return found["body"] if found else None


def section_of(part: str) -> str | None:
    """The section whose agencies are meant: "Các đơn vị mục VI" is "VI"."""
    found = _SECTION.search(part)
    return found["section"] if found else None


def listed(part: str) -> tuple[str, str] | None:
    """What stands before "các sở:" and the list after it."""
    found = _LISTED.match(part)
    return (clean(found["before"]).rstrip(" ,"), found["names"]) if found else None


def listed_in(text: str, part: str) -> str | None:
    """The departments that a sentence lists after the words of the line: "Thủ trưởng các Sở, ngành: Tài chính, …"."""
    start = text.casefold().find(f"{part.casefold()}:")
    return text[start + len(part) + 1 :] if start >= 0 else None


def one_by_one(
    words: str, known: Callable[[str], T | None], prefix: str = ""
) -> Iterator[tuple[str, T | None]]:
    """The names in a list, the longest that anybody bears first: "Sở Văn hóa, Thể thao và Du lịch" has a comma.

    With a `prefix` the list says it once for all: "các sở: Tài chính, Nội vụ". What nobody bears comes as it is
    printed.
    """
    pieces = re.split(r"(\s*,\s*|\s+và\s+)", clean(words).rstrip(" ."))
    place = 0
    while place < len(pieces):
        for last in range(min(len(pieces), place + 2 * _MOST_TOGETHER - 1), place, -2):
            name = clean("".join(pieces[place:last]))
            found = (known(f"{prefix} {name}") if prefix else None) or known(name)
            if found is not None:
                yield name, found
                place = last + 1
                break
        else:
            yield clean(pieces[place]), None
            place += 2


def beginning(words: str, known: Callable[[str], T | None]) -> T | None:
    """Whoever the words begin with: "Văn phòng UBND tỉnh chủ động nghiên cứu" begins with an agency."""
    pieces = words.split()
    for length in range(len(pieces), 1, -1):
        if (found := known(" ".join(pieces[:length]))) is not None:
            return found
    return None
