"""Who may judge whom, and which points can be given. Pure."""

import re
from decimal import Decimal, InvalidOperation

from eventsvc.contests.models import Entry, Judge
from eventsvc.text import fold

HALF = Decimal("0.5")


# Kinds of schools as they are shortened, the longer first.
SCHOOLS = (
    ("thcs va thpt", "trung hoc co so va trung hoc pho thong"),
    ("th va thcs", "tieu hoc va trung hoc co so"),
    ("thcs", "trung hoc co so"),
    ("thpt", "trung hoc pho thong"),
    ("ptdtnt", "pho thong dan toc noi tru"),
    ("th", "tieu hoc"),
    ("mn", "mam non"),
    ("mg", "mau giao"),
)
_KINDS = tuple(long for _short, long in SCHOOLS)
_PLACES = re.compile(r" (?:huyen|xa|phuong|thi tran|thi xa|thanh pho|tp|tinh|quan) ")
_TAIL = re.compile(r"\s*(?:[,;(]|\s[–-]\s).*", re.DOTALL)


def is_own(judge: Judge, entry: Entry) -> bool:
    """Whether the entry comes from the judge's own organization: the same row, or the same words however written; or
    from the judge's own address or telephone, be it the entrant's or the guardian's."""
    if judge.organization_id is not None and judge.organization_id == entry.organization_id:
        return True
    if judge.email and judge.email in {entry.email, entry.guardian_email}:
        return True
    if judge.phone and judge.phone in {entry.phone, entry.guardian_phone}:
        return True
    return bool(_names(judge) & _names(entry))


def _names(one: Judge | Entry) -> set[str]:
    names = {one.organization_name or ""}
    if one.organization is not None:
        names.add(one.organization.name)
    return ({fold(name) for name in names} | {_school(name) for name in names}) - {""}


def _school(name: str) -> str:
    """A school without the word school, its kind written out, and without the place that stands behind its name:
    "THCS Mẫu, huyện Mẫu" is "Trường Trung học cơ sở Mẫu". Empty for what is no school."""
    words = fold(_TAIL.sub("", name)).removeprefix("truong ")
    for short, long in SCHOOLS:
        if f"{words} ".startswith(f"{short} "):
            words = long + words[len(short) :]
            break
    kind = next((each for each in _KINDS if words.startswith(f"{each} ")), None)
    if kind is None:
        return ""
    own = words[len(kind) :]
    place = _PLACES.search(own, 1)
    return kind + (own[: place.start()] if place else own)


def points_typed(typed: str) -> Decimal | None:
    """Points as people write them, with a comma or a point; None for what is no number."""
    words = typed.strip().replace(",", ".")
    if len(words) > 8 or not words.replace(".", "", 1).isdigit() or not words.isascii():
        return None
    try:
        return Decimal(words)
    except InvalidOperation:
        return None


def can_be_given(points: Decimal, most: int) -> bool:
    """From nought to the most, by halves."""
    return 0 <= points <= most and points % HALF == 0
