"""Agendas as plain values, for the pure modules: items, sittings, strands and rituals without a database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from eventsvc.agenda import timing
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.events.models import TimeState

EIGHT = datetime(2022, 4, 14, 1, 0, tzinfo=UTC)
"""Eight o'clock in Vietnam."""

_numbers = count(1)


def at(minutes: int | None) -> datetime | None:
    """So many minutes after eight."""
    return None if minutes is None else EIGHT + timedelta(minutes=minutes)


def pin(words: str) -> time:
    return time.fromisoformat(words)


@dataclass(frozen=True)
class Someone:
    full_name: str


@dataclass(frozen=True)
class Hall:
    name: str
    code: str = "522"
    hall: str | None = None

    @property
    def place(self) -> str:
        return self.hall or self.name


@dataclass(eq=False)
class Sitting:
    starts_at: datetime | None = EIGHT
    ends_at: datetime | None = EIGHT + timedelta(minutes=120)
    buffer_minutes: int = 0
    id: int = field(default_factory=lambda: next(_numbers))
    number: int = 1
    title: str | None = None
    place: str | None = None
    time_state: TimeState = TimeState.APPROVED
    cancelled_at: datetime | None = None


@dataclass(eq=False)
class Strand:
    name: str = "Không gian"
    place: str | None = None
    id: int = field(default_factory=lambda: next(_numbers))


@dataclass(eq=False)
class Place:
    role: RitualRole
    text: str
    person_id: int | None = None
    organization_name: str | None = None


@dataclass(eq=False)
class Ritual:
    title: str = "Nhấn nút"
    participants: list[Place] = field(default_factory=list)
    agenda_item: Any = None
    expected_pressers: int | None = None
    expected_signatories: int | None = None
    expected_witnesses: int | None = None


@dataclass(eq=False)
class Item:
    title: str = "Mục"
    duration_minutes: int | None = 10
    pinned_at: time | None = None
    kind: ItemKind = ItemKind.OTHER
    speaker: str | None = None
    person_id: int | None = None
    person: Someone | None = None
    organization_id: int | None = None
    site_id: int | None = None
    site: Hall | None = None
    ritual: Ritual | None = None
    sitting_id: int = 0
    strand_id: int | None = None
    number: int = 0
    key: str = field(default_factory=lambda: f"k{next(_numbers)}")


def stage(sitting: Sitting, *items: Item, strand: Strand | None = None) -> timing.Part:
    """What a sitting has on its stage, or in a strand beside it."""
    for number, item in enumerate(items, 1):
        item.sitting_id, item.number = sitting.id, number
        item.strand_id = strand.id if strand else None
        if item.ritual is not None:
            item.ritual.agenda_item = item
    slots = timing.lay_out(sitting.starts_at, items)
    return timing.Part(sitting, strand, slots, timing.fit(sitting, slots))


def person(item: Item, person_id: int, name: str = "Nguyễn Văn Mẫu") -> Item:
    item.person_id, item.person, item.speaker = person_id, Someone(name), f"Ông {name}"
    return item


def bridge(item: Item, site_id: int, **details: Any) -> Item:
    item.site_id, item.site = site_id, Hall(f"Điểm cầu {site_id}", **details)
    return item
