"""One upload: what a door sent, placed in time and space with what may be read before the doors' turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from eventsvc.checkins import items as reading
from eventsvc.checkins import lookups, rules
from eventsvc.checkins.items import Item, Unreadable
from eventsvc.checkins.lookups import Door, KnownGuest, KnownPass, KnownSitting
from eventsvc.checkins.models import Flag, Outcome
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
    """What one door sent, with what may be read before the doors' turn: hours, sites, passes."""

    door: Door
    items: Sequence[Item | Unreadable]
    arrival: datetime
    device_clock: datetime | None
    sittings: list[KnownSitting] = field(default_factory=list)
    site_ids: dict[str, int] = field(default_factory=dict)
    passes: dict[str, KnownPass] = field(default_factory=dict)
    jumped: set[str] = field(default_factory=set)
    answers: list[Answer] | None = None
    failure: Exception | None = None
    is_done: bool = False
    wait_seconds: int | None = None
    """Set instead of answers when the device tries too many unknown codes."""

    def __post_init__(self) -> None:
        door = self.door
        foreign = {item.site for item in self.readable if item.site and item.site != door.site_code}
        self.site_ids = lookups.site_ids(door.event_id, foreign)
        if door.site_code is not None and door.site_id is not None:
            self.site_ids[door.site_code] = door.site_id
        self.sittings = lookups.sittings_of(door.event_id, set(self.site_ids.values()))
        self.passes = lookups.passes({item.code for item in self.readable if item.code and item.is_code})
        self.jumped = reading.after_a_jump(self.readable)

    @property
    def readable(self) -> Iterator[Item]:
        return (item for item in self.items if isinstance(item, Item))

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
            item.scanned_at, self.offset, earliest=earliest, arrival=self.arrival
        )
        suspect = effective.is_suspect or not item.has_zone or item.scan_id in self.jumped
        at = self.arrival if item.mode is Mode.ONLINE else effective.at
        sitting = next((one for one in self.sittings if one.number == item.sitting), None)
        site_id = self.door.site_id if item.site is None else self.site_ids.get(item.site)
        acts_here = site_id is not None and self.door.site_id in (None, site_id)
        if sitting is None:
            hours = {one.id: one.hours[site_id] for one in self.sittings if site_id in one.hours}
            sitting = rules.sitting_at(self.sittings, at, hours)
        return Place(effective._replace(is_suspect=suspect), at, sitting, site_id, acts_here)

    def doors_of(self, sitting_id: int | None, site_id: int | None) -> rules.Doors:
        """The hours of the sitting at the site, within those of the device."""
        sitting = next((one for one in self.sittings if one.id == sitting_id), None)
        hours = rules.doors(sitting, sitting.hours.get(site_id or 0)) if sitting else rules.Doors(None, None)
        return hours.within(self.door.hours)
