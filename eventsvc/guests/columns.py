"""Which row is the table's heading and what its columns hold."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from eventsvc.text import fold

_NUMBERING = re.compile(r"\(?(\d{1,2}|[a-z])\)?(\s*=.*)?$")

_VOCABULARY = Path(__file__).parent / "data" / "headings.csv"
_TELLING = (
    ("ho va ten", "full_name"),
    ("ho ten", "full_name"),
    ("thu dien tu", "emails"),
    ("email", "emails"),
    ("dien thoai", "phones"),
    ("sdt", "phones"),
    ("chuc vu", "position"),
    ("chuc danh", "position"),
    ("don vi", "organization"),
    ("co quan", "organization"),
)
_PERSON = {"full_name", "family_middle", "given"}
# Several columns may hold these; the cells of those that are read are read together.
_MANY = {"phones", "emails", "note", "birth", "national_id", "gender", "address", "other"}


@dataclass
class Layout:
    """The heading: its rows, and for every column that is read what it holds."""

    rows: list[int]
    columns: dict[int, str]
    titles: dict[int, str] = field(default_factory=dict)

    def of(self, key: str) -> list[int]:
        return [column for column, held in self.columns.items() if held == key]

    @property
    def unread(self) -> list[str]:
        return [title for column, title in self.titles.items() if column not in self.columns]


def letter(column: int) -> str:
    """The name a spreadsheet program gives the column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(row: list[str]) -> str | None:
    """None, or a mark of how sure it is that the row is a heading: "table" or, with two words only, "small"."""
    keys = {key for cell in row if (key := meaning(cell))}
    if not keys & (_PERSON | {"organization", "position", "position_organization"}):
        return None
    named = bool(keys & _PERSON)
    if len(keys) >= 3:
        return "table"
    return "small" if len(keys) == 2 and named else None


@cache
def meaning(cell: str) -> str | None:
    """What a column under this heading holds, or None when the words are no known heading."""
    if not cell or len(cell) > 60 or "@" in cell or cell[-1].isdigit():
        return None
    words = fold(cell)
    exact, begins = _vocabulary()
    if words in exact:
        return exact[words]
    if _has(words, "chuc vu", "chuc danh") and _has(words, "don vi", "co quan", "noi cong tac"):
        return "full_name" if _has(words, "ho va ten", "ho ten") else "position_organization"
    if _has(words, "dien thoai", "sdt", "so dt", "dt") and _has(words, "email", "e mail", "thu dien tu"):
        return "contacts"
    parts = words.split()
    beginnings = (" ".join(parts[:count]) for count in range(min(len(parts), 6), 0, -1))
    return next((begins[beginning] for beginning in beginnings if beginning in begins), None) or _within(
        words
    )


def _within(words: str) -> str | None:
    """A heading that begins with other words: "Giữ chức vụ", "Tên và số điện thoại"."""
    if len(words.split()) > 6:
        return None
    return next((key for part, key in _TELLING if _has(words, part)), None)


def _has(words: str, *parts: str) -> bool:
    return any(f" {part} " in f" {words} " for part in parts)


@cache
def _vocabulary() -> tuple[dict[str, str], dict[str, str]]:
    """Known headings without diacritics → what they mean: those that must be whole, those that may go on."""
    with _VOCABULARY.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    exact, begins = (
        {row["words"]: row["meaning"] for row in rows if row["match"] == match}
        for match in ("exact", "begins")
    )
    return exact, begins


def read_layout(number: int, row: list[str], below: list[str], merges: list[tuple]) -> Layout:
    """The layout of the heading in this row, with its second row when the heading has two."""
    titles = {column: cell for column, cell in enumerate(row, 1) if cell}
    rows = [number]
    if _continues(number, row, below, merges):
        rows.append(number + 1)
        titles = _two_rows(number, titles, below, merges)
    return Layout(rows, _columns(titles), titles)


def is_numbering(row: list[str]) -> bool:
    """A row under the heading that only counts the columns: (1) (2) (3), or A B 1 2."""
    filled = [fold(cell) for cell in row if cell]
    if len(filled) < 3 or not all(_NUMBERING.match(cell) for cell in filled):
        return False
    numbers = [int(cell) for cell in filled if cell.isdigit()]
    return (
        len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 3
    )


def _continues(number: int, row: list[str], below: list[str], merges: list[tuple]) -> bool:
    """Whether the next row is the heading's second, under titles that span columns or are empty."""
    filled = {column: cell for column, cell in enumerate(below, 1) if cell}
    if not filled or {"tt", "full_name"} & set(map(meaning, below)) or is_numbering(below):
        return False
    spanned = {
        column
        for top, left, bottom, right in merges
        if top <= number <= bottom and bottom == number and right > left
        for column in range(left, right + 1)
    }
    tall = {
        column
        for top, left, bottom, right in merges
        if top <= number < bottom
        for column in range(left, right + 1)
    }
    if filled.keys() & tall:
        return False
    under = all(column in spanned or not (row[column - 1] if column <= len(row) else "") for column in filled)
    known = sum(
        1 for cell in filled.values() if meaning(cell) or fold(cell) in ("nam", "nu", "ca nhan", "co quan")
    )
    return (bool(spanned & filled.keys()) or bool(tall)) and (under or known == len(filled)) and known > 0


def _two_rows(number: int, titles: dict[int, str], below: list[str], merges: list[tuple]) -> dict[int, str]:
    over = dict(titles)
    for top, left, bottom, right in merges:
        if top <= number <= bottom and right > left and left in titles:
            over |= dict.fromkeys(range(left, right + 1), titles[left])
    joined = dict(over)
    last = ""
    for column, cell in enumerate(below, 1):
        last = over.get(column, last)
        if cell:
            joined[column] = f"{last} – {cell}" if last else cell
    return joined


def _columns(titles: dict[int, str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for column, title in sorted(titles.items()):
        key = _meaning_of_both(title)
        if key and (key in _MANY or key not in columns.values()):
            columns[column] = key
    if "given" in columns.values() and "family_middle" not in columns.values():
        _lone_given(columns)
    if "family_middle" in columns.values() and "given" not in columns.values():
        column = next(column for column, key in columns.items() if key == "family_middle")
        _beside(columns, titles, column)
    return columns


def _meaning_of_both(title: str) -> str | None:
    """The lower title decides (Họ và tên – Tên), the upper where the lower alone says nothing (Năm sinh – Nam)."""
    upper, divided, lower = title.partition(" – ")
    if not divided:
        return meaning(title)
    above, beneath = meaning(upper), meaning(lower)
    if above in ("birth", "phones", "emails") and beneath in ("gender", "organization", "other", None):
        return above
    return beneath or meaning(f"{upper} {lower}") or above


def _lone_given(columns: dict[int, str]) -> None:
    """A single column headed "Tên" holds whole names."""
    column = next(column for column, key in columns.items() if key == "given")
    if "full_name" in columns.values():
        del columns[column]
    else:
        columns[column] = "full_name"


def _beside(columns: dict[int, str], titles: dict[int, str], column: int) -> None:
    """ "Họ và đệm" alone, or over two columns of which the right one has no title of its own."""
    if column + 1 not in titles:
        columns[column + 1] = "given"
    elif "full_name" not in columns.values():
        columns[column] = "full_name"
