"""What a spreadsheet would change at which site. Pure: rows and sites go in, a plan comes out.

The tones of a name decide where several sites are written alike without them; the district decides between two of
the same name. What cannot be decided is left to people.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from eventsvc.sites import sheet_values
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.sites.sheet_columns import by_name, written
from eventsvc.sites.sheet_reading import SheetFile, SheetRow
from eventsvc.sites.sheet_values import Unreadable
from eventsvc.text import fold, same_words

NEVER_CLEARED = frozenset({"name", "number", "speaks"})
_TYPES = {
    "thanh pho": "thanh pho", "tp": "thanh pho", "thi xa": "thi xa", "tx": "thi xa", "thi tran": "thi tran",
    "tt": "thi tran", "huyen": "huyen", "h": "huyen", "quan": "quan", "q": "quan", "phuong": "phuong", "p": "phuong",
    "xa": "xa", "x": "xa", "dac khu": "dac khu",
}  # fmt: skip
_BEFORE = (
    "diem cau cap huyen", "diem cau cap xa", "diem cau tai", "diem cau", "hoi truong ubnd", "hoi truong",
    "van phong ubnd", "uy ban nhan dan", "tru so ubnd", "ubnd",
)  # fmt: skip
_MAIN = {"main", "diem cau chinh", "diem cau trung tam", "hoi truong chinh", "diem cau tinh", "trung tam"}
_UNIT_CODE = re.compile(r"\d{5}")
"""A commune's; what else stands under "Mã" is a number of somebody's own."""
_PLACE_BEHIND = re.compile(r"\s*(?:[,;(]|\s[-–—]\s)\s*")


class Misfit(StrEnum):
    """Why a row changes nothing."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    REPEATED = "repeated"
    CONTRADICTION = "contradiction"
    """Its code is one site's and its name another's."""
    NAMELESS = "nameless"


class Change(NamedTuple):
    column: str
    old: str
    new: str
    value: Any


@dataclass(frozen=True)
class SiteChange:
    """What a row would change at a site."""

    site: Site
    row: SheetRow
    changes: tuple[Change, ...]

    @property
    def values(self) -> dict[str, Any]:
        return {change.column: change.value for change in self.changes}


@dataclass(frozen=True)
class LooseRow:
    """A row that fits no site, or more than one; `index` is its place among the rows of the file."""

    index: int
    row: SheetRow
    misfit: Misfit
    candidates: tuple[Site, ...] = ()

    @property
    def may_be_added(self) -> bool:
        return self.misfit is Misfit.UNKNOWN and bool(self.row.cells.get("name"))


class BadCell(NamedTuple):
    """A cell that is left as it is; `is_partly`: its first value is taken over."""

    row: SheetRow
    column: str
    text: str
    code: str


@dataclass
class SheetPlan:
    changed: list[SiteChange] = field(default_factory=list)
    unchanged: int = 0
    loose: list[LooseRow] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """A mark of what would happen; another when a site has been changed since."""
        said = [(one.site.id, [(c.column, c.old, c.new) for c in one.changes]) for one in self.changed]
        loose = [(one.index, one.misfit.value) for one in self.loose]
        return sha256(repr((said, loose)).encode()).hexdigest()[:32]


def plan(file: SheetFile, sites: Iterable[Site], *, clears: bool) -> SheetPlan:
    """What would happen. `clears`: an empty cell empties what stands at the site."""
    known, found = _Sites(sites), SheetPlan()
    taken: dict[int, SheetRow] = {}
    above: dict[str, str] = {}
    for index, row in enumerate(file.rows):
        candidates, misfit = known.meant(row, row.district or above.get(row.sheet, ""))
        if misfit is None and candidates[0].id in taken:
            misfit = Misfit.REPEATED
        if misfit is not None:
            found.loose.append(LooseRow(index, row, misfit, tuple(candidates)))
            continue
        site = candidates[0]
        taken[site.id] = row
        if site.level is SiteLevel.DISTRICT:
            above[row.sheet] = site.name
        changes = tuple(_changes(site, row, file.columns, clears, found.bad))
        if changes:
            found.changed.append(SiteChange(site, row, changes))
        else:
            found.unchanged += 1
    return found


def values_of(row: SheetRow, columns: Sequence[str]) -> dict[str, Any]:
    """What a row says of a site that is to be made from it; cells that cannot be read are left out."""
    values = {}
    for name in columns:
        column = by_name()[name]
        if column.is_editable and name not in ("name", "number") and row.cells.get(name):
            try:
                values |= sheet_values.read(column, row.cells[name], set(columns)).values
            except Unreadable:
                continue
    return values


def _changes(
    site: Site, row: SheetRow, columns: Sequence[str], clears: bool, bad: list[BadCell]
) -> Iterable[Change]:
    wanted: dict[str, Any] = {}
    for name in columns:
        column, typed = by_name()[name], row.cells.get(name, "")
        if not column.is_editable:
            continue
        if name in row.unsaved:
            bad.append(BadCell(row, name, typed, "formula"))
        elif not typed:
            if clears and name not in NEVER_CLEARED:
                wanted.setdefault(name, None)
        elif not _is_as_it_stands(site, name, typed):
            try:
                read = sheet_values.read(column, typed, set(columns))
            except Unreadable as refusal:
                bad.append(BadCell(row, name, typed, refusal.code))
            else:
                wanted |= read.values
                if read.remark:
                    bad.append(BadCell(row, name, typed, read.remark))
    for name, value in wanted.items():
        if getattr(site, name) != value:
            yield Change(
                name, written(by_name()[name], site), sheet_values.shown(by_name()[name], value), value
            )


def _is_as_it_stands(site: Site, name: str, typed: str) -> bool:
    """Whether the cell says what stands there: spaces do not count, and a name may be written without its tones."""
    stands = written(by_name()[name], site)
    if " ".join(typed.split()) == " ".join(stands.split()):
        return True
    if name != "name":
        return False
    is_plain = fold(typed) == same_words(typed)
    if is_plain:
        return _Name(typed).folded in (_Name(stands).folded, fold(stands))
    return _Name(typed).toned in (_Name(stands).toned, same_words(stands))


class _Name:
    """A name in the parts it is compared by: its kind of unit, and the rest with and without tones."""

    def __init__(self, name: str) -> None:
        plain, toned = fold(name).split(), same_words(name).split()
        if len(plain) != len(toned):
            toned = plain
        for words in _BEFORE:
            size = len(words.split())
            if len(plain) > size and plain[:size] == words.split():
                plain, toned = plain[size:], toned[size:]
                break
        self.kind = ""
        for size in (2, 1):
            kind = _TYPES.get(" ".join(plain[:size]))
            if kind and len(plain) > size:
                self.kind, plain, toned = kind, plain[size:], toned[size:]
                break
        self.folded, self.toned = " ".join(plain), " ".join(toned)


class _Sites:
    """The sites of the event, to be found by code and by name."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._by_code: dict[str, Site] = {}
        self._by_name: dict[str, list[Site]] = defaultdict(list)
        self._names: dict[int, _Name] = {}
        for site in sites:
            self._by_code[site.code.casefold()] = site
            name = self._names[site.id] = _Name(site.name)
            for key in {name.folded, fold(site.name)}:
                self._by_name[key].append(site)

    def meant(self, row: SheetRow, under: str) -> tuple[list[Site], Misfit | None]:
        """The one site that a row is about; or those it could be, and why it is about none. `under` is the district
        whose rows these seem to be."""
        code, name = row.cells.get("code", ""), row.cells.get("name", "")
        if not code and not name:
            return [], Misfit.NAMELESS
        by_code = self._of_code(code) if code else None
        by_name = self._of_name(name, row.cells.get("parent_name", ""), under) if name else []
        if by_code is None:
            if len(by_name) == 1:
                is_another = bool(_UNIT_CODE.fullmatch(code)) and by_name[0].level is not SiteLevel.OTHER
                return by_name, Misfit.CONTRADICTION if is_another else None
            return by_name, Misfit.AMBIGUOUS if by_name else Misfit.UNKNOWN
        if by_name and by_code not in by_name:
            return [by_code, *by_name], Misfit.CONTRADICTION
        return [by_code], None

    def _of_code(self, code: str) -> Site | None:
        code = code.casefold()
        found = self._by_code.get(code)
        if (
            found is None and code.isdigit()
        ):  # a program that counts has taken the zeros away, or somebody added some
            same = [site for key, site in self._by_code.items() if key.lstrip("0") == code.lstrip("0")]
            found = same[0] if len(same) == 1 else None
        return found

    def _of_name(self, typed: str, district: str, under: str) -> list[Site]:
        if fold(typed) in _MAIN and MAIN in self._by_code:
            return [self._by_code[MAIN]]
        found = self._among(typed, district, under)
        if found:
            return found
        head, *behind = _PLACE_BEHIND.split(typed, maxsplit=1)
        if behind and head:
            return self._among(head, district or behind[0].rstrip(") "), under)
        return []

    def _among(self, typed: str, district: str, under: str) -> list[Site]:
        name = _Name(typed)
        found = list(
            {
                site.id: site for key in (fold(typed), name.folded) for site in self._by_name.get(key, ())
            }.values()
        )
        if district:
            found = [site for site in found if self._lies_in(site, district)]
        narrower = (
            lambda site: not name.kind or self._names[site.id].kind == name.kind,
            lambda site: (
                self._names[site.id].toned == name.toned or same_words(site.name) == same_words(typed)
            ),
            lambda site: bool(under) and site.level is SiteLevel.COMMUNE and self._lies_in(site, under),
            lambda site: bool(district) and site.level is SiteLevel.COMMUNE,
        )
        for fits in narrower:
            if len(found) > 1:
                found = [site for site in found if fits(site)] or found
        return found

    def _lies_in(self, site: Site, district: str) -> bool:
        """A site of a commune lies in the district of its unit; of others nothing is known that could speak against."""
        if site.level is not SiteLevel.COMMUNE or not site.parent_name:
            return True
        there, said = _Name(site.parent_name), _Name(district)
        return there.folded == said.folded and (there.toned == said.toned or said.toned == said.folded)
