"""Proposals out of pasted lines, one a line. Pure."""

from typing import NamedTuple

from eventsvc.commendations.models import NomineeKind
from eventsvc.text import clean, fold, nfc

MOST_LINES = 300
_KINDS = {
    "tap the": NomineeKind.COLLECTIVE,
    "ca nhan": NomineeKind.INDIVIDUAL,
    "kenh": NomineeKind.CHANNEL,
    "kenh truyen thong": NomineeKind.CHANNEL,
    "kenh truyen thong cong dong": NomineeKind.CHANNEL,
}


class Proposal(NamedTuple):
    """Who is proposed, and for what."""

    kind: NomineeKind
    name: str
    achievement: str
    form: str
    position: str | None = None
    organization_name: str | None = None


class Read(NamedTuple):
    proposals: list[Proposal]
    unread: list[int]
    """The numbers of the lines, counted from 1, that say too little or too much."""


def read(pasted: str, kind: NomineeKind, form: str) -> Read:
    """One proposal a line: "Nguyễn Văn An; Phó Giám đốc; Sở Y tế; thành tích" of a person, "Sở Y tế; thành tích" of a
    collective or a channel. A line may say its kind first ("Tập thể; …"), and the honour last, where it is another."""
    proposals, unread = [], []
    for number, line in enumerate(nfc(pasted).splitlines(), start=1):
        if not line.strip():
            continue
        found = _proposal(_cells(line), kind, form)
        if found is None:
            unread.append(number)
        else:
            proposals.append(found)
    return Read(proposals, unread)


def _cells(line: str) -> list[str]:
    mark = next((each for each in "\t;|" if each in line), "\t")
    cells = [clean(cell) for cell in line.split(mark)]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > 1 and cells[0].rstrip(".)").isdecimal():
        del cells[0]
    return cells


def _proposal(cells: list[str], kind: NomineeKind, form: str) -> Proposal | None:
    if cells and fold(cells[0]) in _KINDS:
        kind = _KINDS[fold(cells[0])]
        cells = cells[1:]
    needed = 4 if kind is NomineeKind.INDIVIDUAL else 2
    if len(cells) not in (needed, needed + 1) or not cells[0] or not cells[needed - 1]:
        return None
    if len(cells) > needed:
        form = cells[needed]
    if len(cells[0]) > 300 or len(form) > 200 or any(len(cell) > 300 for cell in cells[1 : needed - 1]):
        return None
    if kind is NomineeKind.INDIVIDUAL:
        name, position, organization, achievement = cells[:4]
        return Proposal(kind, name, achievement, form, position or None, organization or None)
    return Proposal(kind, cells[0], cells[1], form)
