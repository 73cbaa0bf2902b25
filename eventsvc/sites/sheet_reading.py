"""Which cells of a spreadsheet say what about which site. Pure: tables go in, rows with named cells come out."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from eventsvc.sites.sheet_columns import by_heading
from eventsvc.spreadsheets.tables import Table
from eventsvc.text import fold

KEYS = ("code", "name")
_LOOKED_AT = 40
"""In so many rows from the top the heading is looked for: titles and letterheads stand above it."""
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_COUNTING = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?$")
_PHONE = ("dien thoai", "sdt", "so dt", "di dong", "dt")
_EMAIL = ("email", "e mail", "thu dien tu", "gmail")
_NAMES = ("ho va ten", "ho ten", "ten")
_OFFICE = ("chuc vu", "chuc danh")
_PEOPLE = {
    "technician": ("ky thuat", "cntt"),
    "host": ("chu tri", "lanh dao"),
    "contact": ("dau moi", "phu trach", "lien he"),
}
_NUMBERING = {"tt", "stt", "so tt", "so thu tu"}
_TOTAL = re.compile(r"(?:tong cong|tong so|cong)\b")
_DISTRICT = re.compile(r"(?:huyen|thi xa|thanh pho|tp|tx|quan|dia ban)\b")
_NUMERAL = re.compile(r"^\s*(?:[IVXLC]+|[A-Z]|\d{1,2})\s*[.)/:-]\s*")


@dataclass
class SheetRow:
    """A row that speaks of a site. `district` is the heading it stands under, `unsaved` the columns with a formula
    whose result the file does not hold."""

    sheet: str
    number: int
    cells: dict[str, str]
    district: str = ""
    unsaved: list[str] = field(default_factory=list)


@dataclass
class SheetFile:
    """`columns` are those that were found, by name; `unknown` the titles of the others. `hidden` are sheets and
    `without` sheets without a table, neither of which is read."""

    rows: list[SheetRow] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """Everything, for `restored` later."""
        return asdict(self)


def restored(stored: dict[str, Any]) -> SheetFile:
    return SheetFile(**(stored | {"rows": [SheetRow(**row) for row in stored["rows"]]}))


def read(tables: Iterable[Table], *, without: Iterable[str] = ()) -> SheetFile:
    """The rows of every sheet that has a heading with the code or the name of a site and one column more. `without`
    are columns that are not to be read."""
    found, left_out = SheetFile(), set(without)
    for table in tables:
        if table.is_hidden:
            found.hidden.append(table.name)
        elif (heading := _heading(table)) is None:
            if any(any(row) for row in table.cells):
                found.without.append(table.name)
        else:
            last, titles = heading
            columns, unknown = _columns(titles)
            columns = {place: name for place, name in columns.items() if name not in left_out}
            found.columns += [name for name in columns.values() if name not in found.columns]
            found.unknown += [title for title in unknown if title not in found.unknown]
            found.rows += _rows(table, last, columns)
    return found


def _heading(table: Table) -> tuple[int, list[str]] | None:
    """The number of the last row of the heading, and its titles; the row that knows the most columns is it."""
    best: tuple[int, int, list[str]] | None = None
    for number in range(1, min(len(table.cells), _LOOKED_AT) + 1):
        top = _words(table, number)
        for last, titles in ((number, top), (number + 1, _both(top, _words(table, number + 1)))):
            names = set(_columns(titles)[0].values()) if titles else set()
            if len(names) > 1 and names & set(KEYS) and (best is None or len(names) > best[0]):
                best = len(names), last, titles
    return best[1:] if best else None


def _words(table: Table, number: int) -> list[str]:
    return [cell.replace("\n", " ") for cell in table.cells[number - 1]] if number <= len(table.cells) else []


def _both(top: list[str], below: list[str]) -> list[str]:
    """Titles over two rows: "Đầu mối" above "Họ và tên" and "Điện thoại"; nothing when the lower row is none."""
    known = [cell for cell in below if fold(cell) in {*_NAMES, *_PHONE, *_EMAIL, *_OFFICE, "so dien thoai"}]
    if not known or len(known) != sum(map(bool, below)):
        return []
    titles, above = [], ""
    for place in range(max(len(top), len(below))):
        upper = top[place] if place < len(top) else ""
        lower = below[place] if place < len(below) else ""
        above = upper or above
        titles.append(f"{above} {lower}".strip() if lower else upper)
    return titles


def _columns(titles: list[str]) -> tuple[dict[int, str], list[str]]:
    """The columns by their places, counted from 0, and the titles of those that mean nothing here."""
    columns: dict[int, str] = {}
    unknown: list[str] = []
    person = "contact"
    for place, title in enumerate(titles):
        words = fold(_IN_BRACKETS.sub(" ", title)) or fold(title)
        if not words or words in _NUMBERING:
            continue
        name = _meaning(words, person)
        if name is None or name in columns.values():
            unknown.append(title)
            continue
        columns[place] = name
        if name.endswith("_name") and name.partition("_")[0] in _PEOPLE:
            person = name.partition("_")[0]
    return columns, unknown


def _meaning(words: str, person: str) -> str | None:
    """What stands under a heading; one that says only "telephone" belongs to the person to the left of it."""
    if known := by_heading().get(words):
        return known
    if len(words.split()) > 9:
        return None
    named = next((who for who, signs in _PEOPLE.items() if _has(words, signs)), None)
    who = named or person
    names_somebody = _has(words, _NAMES)
    if _has(words, _EMAIL) and not names_somebody:
        return "contact_email" if who == "contact" else None
    if _has(words, _PHONE) and not names_somebody:
        return f"{who}_phone"
    if _has(words, _OFFICE) and not names_somebody:
        return "host_position" if who == "host" else None
    if named or words in ("ho va ten", "ho ten"):
        return f"{who}_name"
    return None


def _has(words: str, signs: Iterable[str]) -> bool:
    return any(f" {sign} " in f" {words} " for sign in signs)


def _rows(table: Table, last: int, columns: dict[int, str]) -> Iterable[SheetRow]:
    unsaved = {(row, column) for row, column in table.without_value}
    district = ""
    for number, cells in enumerate(table.cells[last:], last + 1):
        filled = [cell for cell in cells if cell]
        named = {name: cells[place] for place, name in columns.items() if place < len(cells) and cells[place]}
        lost = [name for place, name in columns.items() if (number, place + 1) in unsaved]
        if not filled and not lost:
            continue
        if heading := _district(filled):
            district = heading
            continue
        if _says_nothing(filled, named) and not lost:
            continue
        yield SheetRow(table.name, number, named, district, lost)


def _district(filled: list[str]) -> str:
    """The district that a row names which holds nothing else: "I. Huyện Bình Sơn"."""
    if not filled or len(filled) > 2 or (len(filled) == 2 and not _COUNTING.match(filled[0].rstrip(". "))
                                          and not re.fullmatch(r"[IVXLC]+\.?", filled[0])):  # fmt: skip
        return ""
    words = _NUMERAL.sub("", filled[-1])
    return words if _DISTRICT.match(fold(words)) and "," not in words else ""


def _says_nothing(filled: list[str], named: dict[str, str]) -> bool:
    """A row that counts the columns, adds up, or stands below the table with words of its own."""
    if len(filled) >= 3 and all(_COUNTING.match(cell) for cell in filled):
        return True
    words = fold(named.get("name") or (filled[0] if filled else ""))
    return bool(_TOTAL.match(words)) or not named
