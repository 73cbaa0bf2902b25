"""The state of the sites at one moment: where each stands, what it has missed, how many people are there.

Pure: lines go in, sums and orders come out. Every sum is taken over the lines themselves, so that whatever way the
sites are divided, the parts make the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from eventsvc.halls.models import ServiceKind
from eventsvc.sites.models import Milestone, SiteLevel, SiteStatus
from eventsvc.sites.readiness_models import Gate
from eventsvc.sites.report_models import FaultKind, FaultState


class Standing(StrEnum):
    """How a site shows on the board: a fault before what is late, and that before its status."""

    FAULT = "fault"
    LATE = "late"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    TESTED = "tested"
    READY = "ready"
    CONNECTED = "connected"
    CLOSED = "closed"


URGENT = (Standing.FAULT, Standing.LATE)


class Source(StrEnum):
    """Where the number of people at a site comes from."""

    REPORTED = "reported"
    ON_BEHALF = "on_behalf"
    SCANNED = "scanned"
    NONE = "none"


MUCH = 0.1
"""A head-count and the scans that are further apart than this part of the greater one are pointed out."""


class Missed(NamedTuple):
    """A gate the site has not passed, and when it should have."""

    gate: Gate
    at: datetime


class OpenFault(NamedTuple):
    id: int
    kind: FaultKind
    state: FaultState
    since: datetime
    owner: str | None


class LastStep(NamedTuple):
    milestone: Milestone
    is_undone: bool
    at: datetime
    by_name: str | None
    is_on_behalf: bool


class HeadCount(NamedTuple):
    """The newest head-count of a site. `spoke_with`: the province entered it after speaking with this person."""

    people: int
    at: datetime
    parts: tuple[tuple[str, int], ...]
    by_name: str | None
    spoke_with: str | None


class Line(NamedTuple):
    """One site. `checked_in` people were let in here by name, each counted where they first went in; `others` of them
    are none whom this site expected: they came without an invitation, or are on the list of another site."""

    code: str
    name: str
    level: SiteLevel
    district_code: str | None
    district: str | None
    cluster: str | None
    status: SiteStatus
    missed: tuple[Missed, ...] = ()
    faults: tuple[OpenFault, ...] = ()
    last_step: LastStep | None = None
    reported: HeadCount | None = None
    checked_in: int = 0
    last_scan_at: datetime | None = None
    expected: int = 0
    others: int = 0
    contact_name: str | None = None
    contact_phone: str | None = None

    @property
    def standing(self) -> Standing:
        if self.status is not SiteStatus.FAULT and self.missed:
            return Standing.LATE
        return Standing(self.status.value)

    @property
    def is_urgent(self) -> bool:
        return self.status is SiteStatus.FAULT or bool(self.missed)

    @property
    def came(self) -> int:
        """How many of those expected here are in."""
        return self.checked_in - self.others

    @property
    def people(self) -> int:
        """The greater of the two: whoever was let in by name is there for certain, a count by hand may know more."""
        return max(self.reported.people if self.reported else 0, self.checked_in)

    @property
    def source(self) -> Source:
        if self.reported is None or self.checked_in > self.reported.people:
            return Source.SCANNED if self.checked_in else Source.NONE
        return Source.ON_BEHALF if self.reported.spoke_with else Source.REPORTED

    @property
    def people_at(self) -> datetime | None:
        """As of when the number is known."""
        if self.source is Source.SCANNED:
            return self.last_scan_at
        return self.reported.at if self.reported else None

    @property
    def moments(self) -> list[datetime]:
        """When what is known about the site was reported."""
        known = [self.reported.at if self.reported else None, self.last_scan_at]
        known += [self.last_step.at if self.last_step else None, *(fault.since for fault in self.faults)]
        return [moment for moment in known if moment]

    @property
    def differs(self) -> bool:
        """Whether head-count and scans, both there, are so far apart that somebody should ask."""
        if self.reported is None or not self.checked_in:
            return False
        return abs(self.reported.people - self.checked_in) > MUCH * self.people


class LateService(NamedTuple):
    """A service of a hall that reports a problem (no gate), or has not passed a gate in time."""

    site_code: str
    site: str
    kind: ServiceKind
    detail: str | None
    agency: str | None
    gate: Gate | None
    at: datetime
    on_duty_name: str | None
    on_duty_phone: str | None
    problem: str | None


class Division(StrEnum):
    """What the lines of a sum have in common."""

    ALL = "all"
    LEVEL = "level"
    MAIN = "main"
    DISTRICT = "district"
    PROVINCE = "province"
    """Communes that lie under no district."""
    OTHER = "other"
    CLUSTER = "cluster"
    NO_CLUSTER = "no_cluster"


@dataclass(frozen=True)
class Tally:
    """The sums of some lines. `code` names what they share, to filter by; `name` is empty where words will do."""

    division: Division
    lines: tuple[Line, ...]
    code: str = ""
    name: str = ""

    @property
    def sites(self) -> int:
        return len(self.lines)

    @cached_property
    def people(self) -> int:
        return sum(line.people for line in self.lines)

    @cached_property
    def reported(self) -> int:
        return sum(line.reported.people for line in self.lines if line.reported)

    @cached_property
    def reporting(self) -> int:
        """Sites with a head-count."""
        return sum(line.reported is not None for line in self.lines)

    @cached_property
    def checked_in(self) -> int:
        return sum(line.checked_in for line in self.lines)

    @cached_property
    def expected(self) -> int:
        return sum(line.expected for line in self.lines)

    @cached_property
    def came(self) -> int:
        """How many of those expected are in, each at the site that expected them."""
        return sum(line.came for line in self.lines)

    @cached_property
    def others(self) -> int:
        return sum(line.others for line in self.lines)

    @cached_property
    def differing(self) -> int:
        return sum(line.differs for line in self.lines)

    @cached_property
    def standings(self) -> dict[Standing, int]:
        """How many sites show as what; every standing is there."""
        found = dict.fromkeys(Standing, 0)
        for line in self.lines:
            found[line.standing] += 1
        return found

    @cached_property
    def statuses(self) -> dict[SiteStatus, int]:
        found = dict.fromkeys(SiteStatus, 0)
        for line in self.lines:
            found[line.status] += 1
        return found

    @cached_property
    def late(self) -> int:
        return sum(bool(line.missed) for line in self.lines)

    @cached_property
    def faulty(self) -> int:
        return sum(line.status is SiteStatus.FAULT for line in self.lines)

    @cached_property
    def urgent(self) -> list[Line]:
        """The sites that need somebody now, the worst first."""
        return red_first(line for line in self.lines if line.is_urgent)

    @cached_property
    def kinds(self) -> list[tuple[str, int]]:
        """How many people of each kind the sites have reported, in the order of the kinds."""
        found: dict[str, int] = {}
        for line in self.lines:
            for name, people in line.reported.parts if line.reported else ():
                found[name] = found.get(name, 0) + people
        return list(found.items())

    @cached_property
    def evidence(self) -> "Evidence":
        return _evidence(self.lines)


class Evidence(NamedTuple):
    """What a number of people rests on: how many sites with people there are by each source, as of when, how many
    have said that nobody is there, and how many have said nothing. The five numbers of sites make all of them."""

    people: int
    reported: int
    on_behalf: int
    scanned: int
    nobody: int
    silent: int
    reported_at: datetime | None
    scanned_at: datetime | None

    @property
    def places(self) -> int:
        """Sites with people."""
        return self.reported + self.on_behalf + self.scanned


@dataclass(frozen=True)
class SiteBoard:
    """Every site of an event at one sitting and moment, the main hall first. `starts_at` is when the sitting does;
    `services` are those of the halls that somebody must see to, problems first."""

    sitting_number: int | None
    starts_at: datetime | None
    as_of: datetime
    lines: tuple[Line, ...]
    province_code: str | None = None
    services: tuple[LateService, ...] = ()

    @cached_property
    def all(self) -> Tally:
        return Tally(Division.ALL, self.lines)

    @cached_property
    def latest(self) -> datetime | None:
        """When the newest of what it shows was reported."""
        return max((moment for line in self.lines for moment in line.moments), default=None)

    @cached_property
    def by_level(self) -> list[Tally]:
        return [
            Tally(Division.LEVEL, tuple(lines), level.value)
            for level in SiteLevel
            if (lines := [line for line in self.lines if line.level is level])
        ]

    @cached_property
    def by_district(self) -> list[Tally]:
        """The main hall, each district with its own site and its communes, communes under no district, other halls."""
        groups: dict[tuple[Division, str], list[Line]] = {}
        for line in self.lines:
            groups.setdefault(self.place_of(line), []).append(line)
        order = list(Division)
        return [
            Tally(division, tuple(lines), code, _name_of(division, lines))
            for (division, code), lines in sorted(groups.items(), key=lambda each: order.index(each[0][0]))
        ]

    @cached_property
    def by_cluster(self) -> list[Tally]:
        """Each cluster in the order in which it is met, then the sites of none; nothing where there are no clusters."""
        groups: dict[str, list[Line]] = {}
        for line in self.lines:
            groups.setdefault(line.cluster or "", []).append(line)
        alone = groups.pop("", [])
        if not groups:
            return []
        found = [Tally(Division.CLUSTER, tuple(lines), name, name) for name, lines in groups.items()]
        return found + ([Tally(Division.NO_CLUSTER, tuple(alone))] if alone else [])

    def place_of(self, line: Line) -> tuple[Division, str]:
        """Under what a site is summed up, and the code of that."""
        if line.level is SiteLevel.MAIN:
            return Division.MAIN, line.code
        if line.level is SiteLevel.DISTRICT:
            return Division.DISTRICT, line.code
        if line.level is SiteLevel.OTHER:
            return Division.OTHER, ""
        if line.district_code is None or line.district_code == self.province_code:
            return Division.PROVINCE, ""
        return Division.DISTRICT, line.district_code


def red_first(lines: Iterable[Line]) -> list[Line]:
    """Faults, the oldest first; then who has missed the most, the longest; then the others as they came."""

    def worse(line: Line) -> tuple[int, float, int, float]:
        since = min((fault.since.timestamp() for fault in line.faults), default=0.0)
        overdue = line.missed[0].at.timestamp() if line.missed else 0.0
        is_faulty = line.status is SiteStatus.FAULT
        return (0 if is_faulty else 1, since if is_faulty else 0.0, -len(line.missed), overdue)

    return sorted(lines, key=worse)


def _name_of(division: Division, lines: Sequence[Line]) -> str:
    if division is Division.DISTRICT:
        own = next((line.name for line in lines if line.level is SiteLevel.DISTRICT), None)
        return own or lines[0].district or ""
    return lines[0].name if division is Division.MAIN else ""


def _evidence(lines: Sequence[Line]) -> Evidence:
    full = [line for line in lines if line.people]
    by_source = {source: [line for line in full if line.source is source] for source in Source}
    told = by_source[Source.REPORTED] + by_source[Source.ON_BEHALF]
    silent = sum(line.source is Source.NONE for line in lines)
    return Evidence(
        people=sum(line.people for line in full),
        reported=len(by_source[Source.REPORTED]),
        on_behalf=len(by_source[Source.ON_BEHALF]),
        scanned=len(by_source[Source.SCANNED]),
        nobody=len(lines) - len(full) - silent,
        silent=silent,
        reported_at=max((line.people_at for line in told if line.people_at), default=None),
        scanned_at=max(
            (line.people_at for line in by_source[Source.SCANNED] if line.people_at), default=None
        ),
    )
