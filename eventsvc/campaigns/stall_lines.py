"""Stalls pasted as lines: "mã | chủ gian hàng | sản phẩm". Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from eventsvc import text

MOST_LINES = 300
LONGEST_CODE, LONGEST_OWNER, LONGEST_GOODS = 20, 300, 2000


class StallLine(NamedTuple):
    number: int
    code: str
    owner: str
    goods: str | None


class Complaint(NamedTuple):
    """What is wrong with a line: "incomplete", "too_long" or "twice"."""

    number: int
    why: str


def code_key(code: str) -> str:
    """Two codes are the same when a sign could not tell them apart: case and spaces do not count."""
    return "".join(text.clean(code).casefold().split())


def parse(lines: Iterable[str], taken: Iterable[str] = ()) -> tuple[list[StallLine], list[Complaint]]:
    """The stalls that the lines name, and what is wrong with the others; `taken` are codes that stand already. A tab
    parts the columns as well, as a spreadsheet copies them."""
    known = {code_key(code) for code in taken}
    found: list[StallLine] = []
    wrong: list[Complaint] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip(" |\t"):
            continue
        cells = [text.clean(cell) for cell in line.replace("\t", "|").split("|", 2)]
        code, owner, goods = (*cells, "", "")[:3]
        if not code or not owner:
            wrong.append(Complaint(number, "incomplete"))
        elif len(code) > LONGEST_CODE or len(owner) > LONGEST_OWNER or len(goods) > LONGEST_GOODS:
            wrong.append(Complaint(number, "too_long"))
        elif code_key(code) in known:
            wrong.append(Complaint(number, "twice"))
        else:
            known.add(code_key(code))
            found.append(StallLine(number, code, owner, goods or None))
    return found, wrong
