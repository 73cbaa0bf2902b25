"""Whose name stands at the head of a paper (Decree 30/2020/NĐ-CP, Appendix I, II.2; for the Party, Guidance
36-HD/VPTW of 2018). Pure: it takes names and returns lines."""

import re
from typing import NamedTuple

from eventsvc.text import clean

_COMMITTEE = re.compile(r"(ubnd|[uủ][yỷ] ban nhân dân)\s+(?=\w)", re.IGNORECASE)
_OF_THE_COMMITTEE = re.compile(
    r"(sở|thanh tra|văn phòng ubnd|văn phòng [uủ][yỷ] ban|ban dân tộc|ban quản lý)\b", re.IGNORECASE
)
_OFFICE = re.compile(r"(văn phòng)\s+(?:ubnd|[uủ][yỷ] ban nhân dân)\b", re.IGNORECASE)
_PARTY = re.compile(
    r"(tỉnh [uủ][yỷ]|thành [uủ][yỷ]|huyện [uủ][yỷ]|thị [uủ][yỷ]|đảng [uủ][yỷ]|chi bộ|văn phòng tỉnh [uủ][yỷ]"
    r"|ban tuyên giáo|ban tổ chức tỉnh [uủ][yỷ]|ban dân vận|ban nội chính)\b",
    re.IGNORECASE,
)


class Letterhead(NamedTuple):
    """`superior` is printed plain, `issuer` bold below it, both in capitals; a Party body has a head of its own."""

    superior: list[str]
    issuer: list[str]
    is_party: bool = False


def letterhead(name: str, committee: str | None = None) -> Letterhead:
    """The lines for an organization of this name; `committee` is the People's Committee of its province, printed
    above the departments that belong to it.

    A People's Committee has no superior to print, so both of its lines are its own.
    """
    name = clean(name)
    if found := _COMMITTEE.match(name):
        return Letterhead([], ["ỦY BAN NHÂN DÂN", name[found.end() :].upper()])
    if _PARTY.match(name):
        return Letterhead([], [name.upper()], is_party=True)
    above = []
    if committee and _OF_THE_COMMITTEE.match(name):
        above = [_COMMITTEE.sub("UBND ", clean(committee)).upper()]
        if found := _OFFICE.match(name):
            name = found[1]
    return Letterhead(above, [name.upper()])
