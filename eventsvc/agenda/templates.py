"""Agendas to begin others from: the shipped ones, and the form in which a host keeps its own. Pure.

A template holds what happens, for how long, who in general words, and what stands ready; no person, no site and no
date. A pinned item keeps how long after the start of its sitting it begins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem, ItemKind, RitualRole, Strand
from eventsvc.agenda.timing import LONGEST_MINUTES, minutes_between, on_the_day
from eventsvc.text import clean

SHIPPED = Path(__file__).parent / "data" / "templates.yaml"
MOST_ITEMS = 300
TEXTS = ("speaker", "position", "mc_line", "sound_note", "light_note", "screen_note", "line_note", "reception_note",
         "note")  # fmt: skip
"""What an item says in words, in a template as in an agenda."""


class BrokenTemplate(ValueError):
    """The content is not that of a template."""


@dataclass(frozen=True)
class Place:
    role: str
    text: str
    position: str | None = None
    stands_at: str | None = None
    cue: str | None = None
    organization_name: str | None = None


@dataclass(frozen=True)
class Ritual:
    title: str
    subject: str | None = None
    copies: int | None = None
    setting: str | None = None
    expected_pressers: int | None = None
    expected_signatories: int | None = None
    expected_witnesses: int | None = None
    participants: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class Item:
    """`strand` is the name of what goes on beside the stage, none the stage; `pinned_after` minutes after the start
    of the sitting."""

    kind: str
    title: str
    minutes: int | None = None
    strand: str | None = None
    pinned_after: int | None = None
    cue: str | None = None
    is_public: bool = True
    speaker: str | None = None
    position: str | None = None
    mc_line: str | None = None
    sound_note: str | None = None
    light_note: str | None = None
    screen_note: str | None = None
    line_note: str | None = None
    reception_note: str | None = None
    note: str | None = None
    ritual: Ritual | None = None


@dataclass(frozen=True)
class Beside:
    name: str
    place: str | None = None


@dataclass(frozen=True)
class Content:
    items: list[Item]
    strands: list[Beside] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """How long the stage takes, as far as it is known."""
        return sum(item.minutes or 0 for item in self.items if item.strand is None)

    @property
    def stage(self) -> list[Item]:
        return [item for item in self.items if item.strand is None]

    def beside(self, strand: Beside) -> list[Item]:
        return [item for item in self.items if item.strand == strand.name]

    def as_values(self) -> dict[str, Any]:
        """The content as it is stored: what is empty is left out."""
        return _without_nothing(asdict(self))


@dataclass(frozen=True)
class Template:
    """`key` names it in addresses: a word for a shipped one, the number of the row for a host's own."""

    key: str
    name: str
    content: Content
    purpose: str | None = None
    row_id: int | None = None

    @property
    def is_shipped(self) -> bool:
        return self.row_id is None


@cache
def shipped() -> tuple[Template, ...]:
    """The templates that come with the house, in the order of their file."""
    rows = yaml.safe_load(SHIPPED.read_text("utf-8"))
    return tuple(Template(row["key"], row["name"], parse(row), row["purpose"]) for row in rows)


def parse(values: Any) -> Content:
    """The content of a template from stored values, every one of them checked; BrokenTemplate for anything else."""
    if not isinstance(values, Mapping):
        raise BrokenTemplate("no mapping")
    strands = [_read(Beside, row) for row in _list(values.get("strands"))]
    items = [_item(row) for row in _list(values.get("items"))]
    names = {strand.name for strand in strands}
    if not items or len(items) > MOST_ITEMS or len(names) != len(strands):
        raise BrokenTemplate("no items, too many, or strands of one name")
    if any(item.strand is not None and item.strand not in names for item in items):
        raise BrokenTemplate("an item in a strand that is not there")
    return Content(items, strands)


def of_agenda(
    starts_at: datetime | None,
    items: Iterable[AgendaItem],
    strands: Iterable[Strand],
    words: Mapping[RitualRole, str],
) -> Content:
    """The content of a template made from these items of a sitting, those of its stage and of strands beside it.

    Who speaks is left out but for organizations; who takes part in a ritual keeps position, place and cue. `words`
    stand where nothing else is left of someone.
    """
    items, strands = list(items), list(strands)
    names = {strand.id: strand.name for strand in strands}
    used = {item.strand_id for item in items}
    return Content(
        [_of_item(item, starts_at, names, words) for item in items],
        [Beside(strand.name, strand.place) for strand in strands if strand.id in used],
    )


def _of_item(
    item: AgendaItem, starts_at: datetime | None, names: Mapping[int, str], words: Mapping[RitualRole, str]
) -> Item:
    texts = {name: getattr(item, name) for name in TEXTS}
    if item.person_id is not None or item.organization_id is None:
        texts["speaker"] = None
    after = None
    if item.pinned_at is not None and starts_at is not None:
        after = minutes_between(starts_at, on_the_day(starts_at, item.pinned_at))
    return Item(
        kind=item.kind.value,
        title=item.title,
        minutes=item.duration_minutes,
        strand=names[item.strand_id] if item.strand_id is not None else None,
        pinned_after=after,
        cue=item.cue,
        is_public=item.is_public,
        ritual=_of_ritual(item.ritual, words) if item.ritual is not None else None,
        **texts,
    )


def _of_ritual(ritual: Any, words: Mapping[RitualRole, str]) -> Ritual:
    return Ritual(
        title=ritual.title,
        subject=ritual.subject,
        copies=ritual.copies,
        setting=ritual.setting,
        expected_pressers=ritual.expected_pressers,
        expected_signatories=ritual.expected_signatories,
        expected_witnesses=ritual.expected_witnesses,
        participants=[
            Place(
                role=row.role.value,
                text=row.position or row.organization_name or words[row.role],
                position=row.position,
                stands_at=row.stands_at,
                cue=row.cue,
                organization_name=row.organization_name,
            )
            for row in ritual.participants
        ],
    )


def pinned_at(item: Item, starts_at: datetime | None) -> Any:
    """The time on the clock at which an item of a template is fixed in a sitting; none while that has no start."""
    if item.pinned_after is None or starts_at is None:
        return None
    return clock.local(starts_at + timedelta(minutes=item.pinned_after)).time()


# --- Checking -----------------------------------------------------------------------------------------------


def _item(row: Any) -> Item:
    item = _read(Item, row, ritual=_ritual)
    if item.kind not in set(ItemKind):
        raise BrokenTemplate(f"no kind of item: {item.kind}")
    if item.minutes is not None and not 1 <= item.minutes <= LONGEST_MINUTES:
        raise BrokenTemplate(f"no duration: {item.minutes}")
    if item.pinned_after is not None and abs(item.pinned_after) > LONGEST_MINUTES:
        raise BrokenTemplate(f"no time: {item.pinned_after}")
    return item


def _ritual(row: Any) -> Ritual:
    ritual = _read(Ritual, row, participants=lambda rows: [_read(Place, each) for each in _list(rows)])
    if any(place.role not in set(RitualRole) for place in ritual.participants):
        raise BrokenTemplate("no role in a ritual")
    counts = (ritual.copies, ritual.expected_pressers, ritual.expected_signatories, ritual.expected_witnesses)
    if any(count is not None and not 0 <= count <= 1000 for count in counts) or ritual.copies == 0:
        raise BrokenTemplate("no count")
    return ritual


def _read(noun: Any, row: Any, **within: Any) -> Any:
    """A row of a noun whose values have the types that the noun says, texts cleaned; nothing unknown in it."""
    if not isinstance(row, Mapping):
        raise BrokenTemplate(f"no {noun.__name__}")
    types = get_type_hints(noun)
    values = {}
    for name, value in row.items():
        if name not in types:
            raise BrokenTemplate(f"{noun.__name__} has no {name}")
        if name in within:
            values[name] = within[name](value)
        elif type(value) in (get_args(types[name]) or (types[name],)):
            values[name] = clean(value) if name in {"title", "name", "text"} else value
        else:
            raise BrokenTemplate(f"{noun.__name__}.{name} is {type(value).__name__}")
    needed = {"kind", "title", "name", "role", "text"} & types.keys()
    if any(not values.get(name) for name in needed):
        raise BrokenTemplate(f"{noun.__name__} without {sorted(needed)}")
    return noun(**values)


def _list(rows: Any) -> list[Any]:
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise BrokenTemplate("no list")
    return rows


def _without_nothing(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _without_nothing(value) for name, value in values.items() if value not in (None, [])}
    return [_without_nothing(value) for value in values] if isinstance(values, list) else values
