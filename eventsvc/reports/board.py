"""The live board at one moment: every site with its figures, what needs somebody, who of the stage is missing.

Pure: figures go in, sums and orders come out. Every sum is taken over the sites themselves, so that the levels and
the districts make the whole. Plain values, kept between requests.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from eventsvc.agenda.models import RitualRole
from eventsvc.checkins.arrivals import Arrival
from eventsvc.checkins.door_readiness import Lack
from eventsvc.reports.board_curve import Curve
from eventsvc.reports.site_board import Division, Line, SiteBoard, Tally
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.sites.report_models import FaultKind


class Attention(StrEnum):
    """How a site stands on the board; the first that applies."""

    CASE = "case"
    FAULT = "fault"
    SILENT = "silent"
    CLOSED = "closed"
    EMPTY = "empty"
    FILLING = "filling"
    FULL = "full"
    NOBODY_EXPECTED = "nobody_expected"
    WAITING = "waiting"


URGENT = (Attention.CASE, Attention.FAULT, Attention.SILENT, Attention.EMPTY)
NEARLY_EVERYBODY = 0.9


class Held(NamedTuple):
    """The sitting that the board speaks of; `doors_open`: people may come in now."""

    number: int
    title: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    has_begun: bool
    doors_open: bool


class Post(NamedTuple):
    """What the devices of one site have told. `silent_since`: the doors are open and none of them has been heard of
    for a while. `waiting` scans have been made and not yet delivered."""

    devices: int = 0
    heard_at: datetime | None = None
    silent_since: datetime | None = None
    waiting: int = 0


@dataclass(frozen=True)
class Tile:
    """One site: who is expected, how many of them and of others were let in by name, what else is known. `inside` is
    known where exits are scanned; `tallied` people were counted by a tap, and are in none of the other figures."""

    line: Line
    post: Post
    cases: int
    inside: int | None
    tallied: int
    received_at: datetime | None
    attention: Attention
    signed: int | None = None
    """The count that somebody has signed for the site, if it is closed."""

    @property
    def code(self) -> str:
        return self.line.code

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def level(self) -> SiteLevel:
        return self.line.level

    @property
    def district(self) -> str | None:
        return self.line.district

    @property
    def status(self) -> SiteStatus:
        return self.line.status

    @property
    def expected(self) -> int:
        return self.line.expected

    @property
    def present(self) -> int:
        return self.line.checked_in

    @property
    def came(self) -> int:
        """Of those present, the guests whom the site expected; the `others` came beside them."""
        return self.line.came

    @property
    def others(self) -> int:
        return self.line.others

    @property
    def waiting(self) -> int:
        return self.post.waiting

    @property
    def last_scan_at(self) -> datetime | None:
        return self.received_at

    @property
    def as_of(self) -> datetime | None:
        """When this site was last heard of, by whatever way."""
        reported = self.line.reported.at if self.line.reported else None
        known = [self.received_at, self.post.heard_at, reported]
        return max((moment for moment in known if moment), default=None)

    @property
    def is_stale(self) -> bool:
        return self.post.silent_since is not None


def attention(line: Line, post: Post, cases: int, has_begun: bool, *, is_closed: bool = False) -> Attention:
    """The first thing to be said about a site."""
    if cases:
        return Attention.CASE
    if line.status is SiteStatus.FAULT:
        return Attention.FAULT
    if is_closed:
        return Attention.CLOSED
    if post.silent_since is not None:
        return Attention.SILENT
    if not line.expected:
        return Attention.FULL if line.people else Attention.NOBODY_EXPECTED
    if line.came >= NEARLY_EVERYBODY * line.expected:
        return Attention.FULL
    if line.people:
        return Attention.FILLING
    return Attention.EMPTY if has_begun else Attention.WAITING


class AlarmKind(StrEnum):
    """What somebody must see to, the worst first."""

    CASE = "case"
    FAULT = "fault"
    FLOOD = "flood"
    SILENT = "silent"
    WAITING = "waiting"
    CLOCK = "clock"
    QUARANTINE = "quarantine"
    UNREADY = "unready"
    EMPTY = "empty"


class Alarm(NamedTuple):
    """One thing at one site, or the same at several (`places`). No site: of the whole event, or of a device that may
    be anywhere. `device` is the name that staff gave it: for those who see to devices, not for screens."""

    kind: AlarmKind
    site: str | None = None
    code: str | None = None
    number: int = 1
    since: datetime | None = None
    device: str | None = None
    fault: FaultKind | None = None
    lack: Lack | None = None
    places: int = 1


MOST_ALIKE = 4
"""More alarms of one kind than this are told as one: nobody reads the same line a hundred times."""


def in_order(alarms: Iterable[Alarm]) -> list[Alarm]:
    """The worst kind first, in a kind the oldest; many of a kind as one."""
    by_kind: dict[AlarmKind, list[Alarm]] = {kind: [] for kind in AlarmKind}
    for alarm in alarms:
        by_kind[alarm.kind].append(alarm)
    found: list[Alarm] = []
    for kind, alike in by_kind.items():
        if len(alike) > MOST_ALIKE:
            since = [alarm.since for alarm in alike if alarm.since]
            places = len({alarm.code for alarm in alike if alarm.code})
            together = sum(alarm.number for alarm in alike)
            found.append(Alarm(kind, number=together, since=min(since, default=None), places=places))
        else:
            found += sorted(
                alike, key=lambda alarm: (alarm.since is None, alarm.since and alarm.since.timestamp())
            )
    return found


class Presence(StrEnum):
    """Whether somebody who has a part on the stage is there."""

    MISSING = "missing"
    UNTRACKED = "untracked"
    """Named in words only, or on no guest list: no scan will tell."""
    IN = "in"


class Part(NamedTuple):
    """Somebody's part in the programme: who speaks (no `role`), or their place in a ritual."""

    title: str
    begins_at: datetime | None
    role: RitualRole | None
    name: str
    position: str | None
    presence: Presence
    site_id: int | None = None
    guest_id: int | None = None
    came_at: datetime | None = None


@dataclass(frozen=True)
class Board:
    """One sitting at one moment. `present` counts people, each once, wherever they came in."""

    sitting: Held | None
    as_of: datetime
    tiles: tuple[Tile, ...] = ()
    state: SiteBoard | None = None
    alarms: tuple[Alarm, ...] = ()
    parts: tuple[Part, ...] = ()
    curve: Curve | None = None
    arrivals: tuple[Arrival, ...] = ()
    """Those of announced ranks who are in, the latest first."""
    unplaced_cases: int = 0
    """Cases that belong to no site."""
    unplaced_waiting: int = 0
    """Scans on devices that belong to no site."""

    @cached_property
    def expected(self) -> int:
        return sum(tile.expected for tile in self.tiles)

    @cached_property
    def present(self) -> int:
        return sum(tile.present for tile in self.tiles)

    @cached_property
    def came(self) -> int:
        return sum(tile.came for tile in self.tiles)

    @cached_property
    def others(self) -> int:
        return sum(tile.others for tile in self.tiles)

    @cached_property
    def inside(self) -> int | None:
        """None where no exits are scanned."""
        known = [tile.inside for tile in self.tiles if tile.inside is not None]
        return sum(known) if known else None

    @cached_property
    def tallied(self) -> int:
        return sum(tile.tallied for tile in self.tiles)

    @cached_property
    def cases(self) -> int:
        return sum(tile.cases for tile in self.tiles) + self.unplaced_cases

    @cached_property
    def waiting(self) -> int:
        return sum(tile.waiting for tile in self.tiles) + self.unplaced_waiting

    @cached_property
    def started(self) -> int:
        """Sites where people are."""
        return sum(1 for tile in self.tiles if tile.line.people)

    @cached_property
    def stale(self) -> list[Tile]:
        """The sites whose devices are silent, the longest first: their figures are not of now."""
        return sorted(
            (tile for tile in self.tiles if tile.post.silent_since is not None),
            key=lambda tile: tile.post.silent_since.timestamp(),  # type: ignore[union-attr]
        )

    @cached_property
    def stale_since(self) -> datetime | None:
        return self.stale[0].post.silent_since if self.stale else None

    @cached_property
    def stale_people(self) -> int:
        """How many of all the people were told by sites that are silent now."""
        return sum(tile.line.people for tile in self.stale)

    @cached_property
    def all(self) -> Tally:
        return self.state.all if self.state else Tally(Division.ALL, ())

    def count(self, attention: Attention) -> int:
        return sum(1 for tile in self.tiles if tile.attention is attention)

    @cached_property
    def urgent(self) -> list[Tile]:
        """The sites that need somebody now, the worst first."""
        return sorted(
            (tile for tile in self.tiles if tile.attention in URGENT),
            key=lambda tile: (URGENT.index(tile.attention), -tile.expected, tile.name),
        )

    @cached_property
    def missing(self) -> list[Part]:
        return [part for part in self.parts if part.presence is Presence.MISSING]

    @cached_property
    def untracked(self) -> list[Part]:
        return [part for part in self.parts if part.presence is Presence.UNTRACKED]

    @cached_property
    def followed(self) -> int:
        """Parts of people whom a scan will tell of."""
        return len(self.parts) - len(self.untracked)

    def latest_arrival(self, site_ids: Collection[int] | None) -> Arrival | None:
        """Who of an announced rank came in last, of those whom a reader of these sites may know."""
        return next((each for each in self.arrivals if site_ids is None or each.site_id in site_ids), None)

    def tiles_within(self, code: str) -> list[Tile]:
        """The tiles of one district: its own site and its communes; all without a code."""
        if not code or self.state is None:
            return list(self.tiles)
        return [tile for tile in self.tiles if self.state.place_of(tile.line) == (Division.DISTRICT, code)]


def by_name(parts: Sequence[Part], site_ids: Collection[int] | None) -> list[Part]:
    """The parts whose people a reader of these sites may know by name."""
    return [part for part in parts if site_ids is None or (part.site_id and part.site_id in site_ids)]
