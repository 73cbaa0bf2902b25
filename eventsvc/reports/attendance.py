"""Who came and who did not, summed up. Pure: lines go in, sums come out.

Every guest is one line and stands in exactly one part of every division: the site that expects them, its level, their
organization, their group. So whatever way the lines are divided, the parts make the whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from eventsvc.sites.models import SiteLevel


class Presence(StrEnum):
    """Whether somebody is in is read from the scans alone; why they are not, from what was written down."""

    IN = "in"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    NOT_CALLED = "not_called"


class Excuse(NamedTuple):
    """What was written down: `reason` may be empty where it is no excuse. `of_organization`: it speaks of all of it.
    `at` and `by_id`: when, and the id of the user who did."""

    is_excused: bool
    reason: str
    of_organization: bool = False
    at: datetime | None = None
    by_id: int | None = None
    stamp: int = 0


class Line(NamedTuple):
    """One guest at a sitting. `entered_site_id` and `entered_at`: where and when they went in first. `is_replaced`: the
    invitation was taken back or passed on, nobody expects them any more. `proposed`: why they said they would not
    come."""

    guest_id: int
    site_id: int
    level: SiteLevel
    district: str
    organization: str
    group_id: int | None
    entered_site_id: int | None = None
    entered_at: datetime | None = None
    is_walk_in: bool = False
    is_substitute: bool = False
    is_replaced: bool = False
    excuse: Excuse | None = None
    proposed: str | None = None

    @property
    def is_in(self) -> bool:
        return self.entered_at is not None

    @property
    def is_invited(self) -> bool:
        """Expected by name: what `invitations.queries.is_expected` says of everybody."""
        return not self.is_walk_in and not self.is_replaced

    @property
    def presence(self) -> Presence:
        if self.is_in:
            return Presence.IN
        if self.excuse is None:
            return Presence.NOT_CALLED
        return Presence.EXCUSED if self.excuse.is_excused else Presence.UNEXCUSED

    @property
    def is_overtaken(self) -> bool:
        """Written down as absent, and came after all."""
        return self.is_in and self.excuse is not None and not self.excuse.of_organization


class Figures(NamedTuple):
    """`invited` = `present` + `excused` + `unexcused` + `not_called`. Of those present, `substitutes` go in somebody's
    place and `elsewhere` went in at another site than expected. Apart from all of these: `walk_ins` came without an
    invitation that stands, `replaced` are not expected any more and stayed away."""

    invited: int = 0
    present: int = 0
    substitutes: int = 0
    elsewhere: int = 0
    excused: int = 0
    unexcused: int = 0
    not_called: int = 0
    walk_ins: int = 0
    replaced: int = 0

    @property
    def absent(self) -> int:
        return self.excused + self.unexcused

    @property
    def percent(self) -> float | None:
        """Of those invited, how many came; None where nobody was."""
        return 100 * self.present / self.invited if self.invited else None

    def __add__(self, other: "Figures") -> "Figures":  # type: ignore[override]
        return Figures(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def figures_of(line: Line) -> Figures:
    """What one line adds to every sum it stands in."""
    if line.is_walk_in or (line.is_replaced and line.is_in):
        return Figures(walk_ins=int(line.is_in))
    if line.is_replaced:
        return Figures(replaced=1)
    presence = line.presence
    return Figures(
        invited=1,
        present=int(presence is Presence.IN),
        substitutes=int(line.is_in and line.is_substitute),
        elsewhere=int(line.is_in and line.entered_site_id != line.site_id),
        excused=int(presence is Presence.EXCUSED),
        unexcused=int(presence is Presence.UNEXCUSED),
        not_called=int(presence is Presence.NOT_CALLED),
    )


def total(lines: Iterable[Line]) -> Figures:
    found = [0] * len(Figures._fields)
    for line in lines:
        for place, number in enumerate(figures_of(line)):
            found[place] += number
    return Figures(*found)


@dataclass(frozen=True)
class Row:
    """One part of a division. `key` names it in addresses."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Organization:
    """An organization with its guests. `id` is None where it is known by name only; `seats`: places nobody was named
    for; `excuse`: what was written down about all of it, `proposed`: why it declined."""

    key: str
    id: int | None
    name: str
    figures: Figures
    seats: int = 0
    excuse: Excuse | None = None
    proposed: str | None = None
    absence_id: int | None = None

    @property
    def is_absent(self) -> bool:
        """ "Sở Nội vụ vắng": it was asked, and nobody of it came."""
        return not self.figures.present and bool(self.figures.invited or self.seats)

    @property
    def is_settled(self) -> bool:
        """Of every one of its guests it is written down why they are not there."""
        return self.is_absent and bool(self.figures.invited) and not self.figures.not_called

    @property
    def is_overtaken(self) -> bool:
        return self.excuse is not None and not self.is_absent


class Site(NamedTuple):
    """Of a site, what the sums name."""

    id: int
    code: str
    name: str
    level: SiteLevel
    district: str


@dataclass(frozen=True)
class Attendance:
    """Everybody on the guest list of an event, at one sitting or (`sitting_number` None) at any of them.

    `sites`, `groups` and `named` give the divisions their names and order; `seats`, `excuses` and `declined` say what
    is known of an organization by its key. `reported`: how many people sites say are in their halls; counted by hand,
    in none of the sums.
    """

    sitting_number: int | None
    as_of: datetime
    lines: tuple[Line, ...]
    sites: Sequence[Site] = ()
    groups: Sequence[tuple[int, str]] = ()
    named: Mapping[str, tuple[int | None, str]] | None = None
    seats: Mapping[str, int] | None = None
    excuses: Mapping[str, tuple[int, Excuse]] | None = None
    declined: Mapping[str, str] | None = None
    reported: Mapping[int, int] | None = None

    @cached_property
    def all(self) -> Figures:
        return total(self.lines)

    @cached_property
    def by_site(self) -> list[Row]:
        """Every site in its order, with those it expects."""
        parts = self._divided(lambda line: line.site_id)
        return [Row(site.code, site.name, parts.get(site.id, Figures())) for site in self.sites]

    @cached_property
    def by_level(self) -> list[Row]:
        parts = self._divided(lambda line: line.level)
        return [Row(level.value, level.value, parts[level]) for level in SiteLevel if level in parts]

    @cached_property
    def by_district(self) -> list[Row]:
        """Each district with its own site and its communes; under no name the main hall and what lies in none."""
        parts = self._divided(lambda line: line.district)
        return [
            Row(name, name, parts[name])
            for name in dict.fromkeys(s.district for s in self.sites)
            if name in parts
        ]

    @cached_property
    def by_group(self) -> list[Row]:
        """Each group of "thành phần mời", then those of none."""
        parts = self._divided(lambda line: line.group_id)
        rows = [Row(str(key), name, parts[key]) for key, name in self.groups if key in parts]
        return rows + ([Row("", "", parts[None])] if None in parts else [])

    @cached_property
    def by_organization(self) -> list[Organization]:
        """Each organization, those absent as a whole first, the largest before the smaller; under no name whoever
        belongs to none."""
        parts = self._divided(lambda line: line.organization)
        found = [self._organization(key, parts.get(key, Figures())) for key in {*parts, *(self.seats or {})}]
        return sorted(found, key=lambda one: (not one.is_absent, -one.figures.invited, -one.seats, one.name))

    @cached_property
    def absent_organizations(self) -> list[Organization]:
        return [one for one in self.by_organization if one.key and one.is_absent]

    def only(self, presence: Presence) -> list[Line]:
        """The invited of whom this is so."""
        return [line for line in self.lines if line.is_invited and line.presence is presence]

    def _organization(self, key: str, figures: Figures) -> Organization:
        its_id, name = (self.named or {}).get(key, (None, ""))
        absence_id, excuse = (self.excuses or {}).get(key, (None, None))
        return Organization(
            key,
            its_id,
            name,
            figures,
            (self.seats or {}).get(key, 0),
            excuse,
            (self.declined or {}).get(key),
            absence_id,
        )

    def _divided(self, key: Callable[[Line], object]) -> dict[object, Figures]:
        groups: dict[object, list[Line]] = {}
        for line in self.lines:
            groups.setdefault(key(line), []).append(line)
        return {part: total(lines) for part, lines in groups.items()}
