"""Travel times as pasted from a spreadsheet: a table with names along two sides, or a line for each pair. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_MINUTES = re.compile(r"(\d{1,4})\s*(?:phút|ph|p|'|minutes?|min)?", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2})\s*(?:giờ|h|g)\s*(\d{1,2})?\s*(?:phút|ph|p)?", re.IGNORECASE)
_COLUMNS = re.compile(r"\t|;")
NOTHING = frozenset({"", "-", "–", "x", "0"})


class Pasted(NamedTuple):
    """What was understood: minutes by pair, the lower id first; and the words of what was not."""

    minutes: dict[tuple[int, int], int]
    unread: list[str]


def minutes_of(words: str) -> int | None:
    """Minutes as people write them: 45, 45 phút, 1h30, 1 giờ 30."""
    words = words.strip()
    if found := _MINUTES.fullmatch(words):
        return int(found[1])
    if found := _HOURS.fullmatch(words):
        return int(found[1]) * 60 + int(found[2] or 0)
    return None


def read(pasted: str, find: Callable[[str], int | None], most: int) -> Pasted:
    """Minutes between units; `find` knows the id of a unit by its name."""
    rows = [[cell.strip() for cell in _COLUMNS.split(line)] for line in pasted.splitlines() if line.strip()]
    minutes: dict[tuple[int, int], int] = {}
    unread: list[str] = []
    for first, second, words in _pairs(rows):
        one, other, value = find(first), find(second), minutes_of(words)
        if one is None or other is None:
            unread.append(first if one is None else second)
        elif value is None or value > most:
            unread.append(f"{first} – {second}: {words}")
        elif one != other:
            minutes[min(one, other), max(one, other)] = value
    return Pasted(minutes, list(dict.fromkeys(unread)))


def _pairs(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """Of a table: every cell that says something, but the diagonal. Of lines: the pair and its minutes."""
    if rows and not rows[0][0] and len(rows[0]) > 2:
        head = rows[0]
        for row in rows[1:]:
            for name, words in zip(head[1:], row[1:], strict=False):
                if name and words.lower() not in NOTHING:
                    yield row[0], name, words
        return
    for row in rows:
        if len(row) >= 3:
            yield row[0], row[1], row[2]
        else:
            yield " ".join(row), "", ""
