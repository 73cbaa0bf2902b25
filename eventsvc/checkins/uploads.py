"""One upload: what a door sent, placed in time and space with what may be read before the doors' turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from eventsvc.accounts.permissions import PERMISSIONS, Permission
from eventsvc.checkins import items as reading
from eventsvc.checkins import lookups, rules
from eventsvc.checkins.items import Count, Item, Unreadable
from eventsvc.checkins.lookups import Door, Known, KnownGuest, KnownPass, KnownSitting, Named
from eventsvc.checkins.models import Flag, Outcome, ScanKind
from eventsvc.checkins.models import ScanMode as Mode


@dataclass(frozen=True, slots=True)
class Answer:
    """What one item is told; `answers.py` words it."""

    scan_id: str | None
    status: str
    outcome: Outcome | None = None
    standing: Outcome | None = None
    flags: Sequence[Flag | str] = ()
    site_id: int | None = None
    guest: KnownGuest | None = None
    doors: rules.Doors = rules.Doors(None, None)
    first: rules.Seen | None = None


class Place(NamedTuple):
    """Where and when an item belongs, before anybody is asked for."""

    effective: rules.EffectiveTime
    at: datetime
    sitting: Any
    site_id: int | None
    acts_here: bool


@dataclass(eq=False)
class Upload:
    """What one door sent, with what may be read before the doors' turn: hours, sites, passes, guests."""

    door: Door
    items: Sequence[Item | Unreadable]
    arrival: datetime
    device_clock: datetime | None
    known: Known | None = None
    sittings: list[KnownSitting] = field(default_factory=list)
    site_ids: dict[str, int] = field(default_factory=dict)
    passes: dict[str, KnownPass] = field(default_factory=dict)
    guests: dict[int, KnownGuest] = field(default_factory=dict)
    jumped: set[str] = field(default_factory=set)
    sites: dict[int, tuple[str, str]] = field(default_factory=dict)
    devices: dict[int, str] = field(default_factory=dict)
    former: list[tuple[int | None, datetime]] = field(default_factory=list)
    answers: list[Answer] | None = None
    counter: Count | None = None
    """Where the device's counter stood when it sent this."""
    wait_seconds: int | None = None
    """Set instead of answers when the device tries too many unknown codes."""

    def __post_init__(self) -> None:
        self.jumped = reading.after_a_jump(self.readable, self.offset)
        self.take(self.known or lookups.read_ahead(self.door, _named([self])))

    def take(self, known: Known) -> None:
        """Code and name of the sites, and the name of the device, are kept for the words of the answer."""
        door, self.known = self.door, known
        self.sittings, self.passes, self.guests = known.sittings, known.passes, known.guests
        self.site_ids = {code: site_id for code, (site_id, _name) in known.sites.items()}
        self.sites = {site_id: (code, name) for code, (site_id, name) in known.sites.items()}
        if door.site_code is not None and door.site_id is not None:
            self.site_ids[door.site_code] = door.site_id
            if door.site_name is not None:
                self.sites[door.site_id] = (door.site_code, door.site_name)
            if door.device_id is not None and self.site_ids.keys() & self.foreign_codes:
                self.former = lookups.former_places(door.device_id)
        if door.device_id is not None and door.name is not None:
            self.devices[door.device_id] = door.name

    @property
    def readable(self) -> Iterator[Item]:
        return (item for item in self.items if isinstance(item, Item))

    @property
    def foreign_codes(self) -> set[str]:
        return {item.site for item in self.readable if item.site is not None} - {self.door.site_code or ""}

    @property
    def offset(self) -> timedelta:
        return timedelta() if self.device_clock is None else self.arrival - self.device_clock

    @property
    def offset_ms(self) -> int | None:
        return None if self.device_clock is None else self.offset // timedelta(milliseconds=1)

    def place(self, item: Item) -> Place:
        earliest = self.door.event_created_at
        if item.issued_at is not None and item.issued_at <= self.arrival:
            earliest = max(earliest, item.issued_at)
        effective = rules.effective_time(
            item.scanned_at,
            self.offset,
            earliest=earliest,
            arrival=self.arrival,
            age=None if self.counter is None else self.counter.since(item),
            is_steady=rules.is_steady(item.offset, self.offset),
        )
        suspect = effective.is_suspect or not item.has_zone or item.scan_id in self.jumped
        at = self.arrival if item.mode is Mode.ONLINE else effective.at
        sitting = next((one for one in self.sittings if one.number == item.sitting), None)
        site_id = self.door.site_id if item.site is None else self.site_ids.get(item.site)
        acts_here = site_id is not None and (
            self.door.site_id in (None, site_id)
            or rules.stood_at(self.former, site_id, item.issued_at or effective.at)
        )
        if sitting is None:
            hours = {one.id: one.hours[site_id] for one in self.sittings if site_id in one.hours}
            sitting = rules.sitting_at(self.sittings, at, hours)
        return Place(effective._replace(is_suspect=suspect), at, sitting, site_id, acts_here)

    def doors_of(self, sitting_id: int | None, site_id: int | None) -> rules.Doors:
        """The hours of the sitting at the site, within those of the device."""
        sitting = next((one for one in self.sittings if one.id == sitting_id), None)
        hours = rules.doors(sitting, sitting.hours.get(site_id or 0)) if sitting else rules.Doors(None, None)
        return hours.within(self.door.hours)


class Unheard(Exception):
    """No device that may scan holds the token."""


@dataclass(eq=False)
class Sent:
    """What came from a door that is known, or from whoever holds a token; it becomes an upload when it is heard."""

    door: Door | None
    token_hash: str | None
    items: Sequence[Item | Unreadable]
    arrival: datetime
    device_clock: datetime | None
    counter: Count | None = None
    upload: Upload | None = None
    failure: Exception | None = None
    is_done: bool = False

    def becomes(self, door: Door, known: Known | None = None) -> None:
        self.upload = Upload(door, self.items, self.arrival, self.device_clock, known, counter=self.counter)


def hear(together: Sequence[Sent]) -> list[Upload]:
    """The uploads, with what may be known before the doors' turn: one statement for all who hold tokens. Whoever may
    not scan has failed.
    """
    strangers = [one for one in together if one.door is None]
    if strangers:
        found = lookups.read_ahead_of_tokens(_named(strangers))
        for one in strangers:
            door, role = found.door(one.token_hash or "", one.arrival) or (None, None)
            if door is None or role is None or Permission.SCAN not in PERMISSIONS[role]:
                one.failure = Unheard()
            else:
                one.becomes(door, found.known[door.event_id])
    for one in together:
        if one.door is not None:
            one.becomes(one.door)
    return [one.upload for one in together if one.upload is not None]


def _named(together: Sequence[Sent | Upload]) -> Named:
    sent = [item for one in together for item in one.items if isinstance(item, Item)]
    return Named(
        codes={item.code for item in sent if item.code and item.is_code},
        site_codes={item.site for item in sent if item.site},
        guest_ids={item.guest_id for item in sent if item.guest_id is not None},
        about={item.annuls for item in sent if item.annuls and item.kind is ScanKind.ANNUL},
        tokens={one.token_hash for one in together if isinstance(one, Sent) and one.token_hash},
    )
