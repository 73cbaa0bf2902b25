"""A release read back: its items as values with the attributes of rows, laid on the sittings as they are now. Pure.

`freeze` adds to the values of an agenda (agenda/snapshot.py) what reading them later needs: the sittings, the names
of sites and people, and when each item began and ended at the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

from eventsvc.agenda import timing
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.snapshot import ITEMS, RITUALS, STRANDS, Row, Values
from eventsvc.agenda.timing import Part
from eventsvc.events.models import TimeState

SITTINGS, SITES, PEOPLE, TIMES, SINCE, CANCELLED = (
    "sittings", "sites", "people", "times", "since", "cancelled"
)  # fmt: skip

Version = dict[str, dict[str, Any]]
"""The values of an agenda with the sittings, names and times around them."""


class ReleasedSite(NamedTuple):
    code: str
    name: str


class ReleasedPerson(NamedTuple):
    id: int
    honorific: str | None
    full_name: str

    @property
    def name_with_honorific(self) -> str:
        return f"{self.honorific} {self.full_name}" if self.honorific else self.full_name


class ReleasedStrand(NamedTuple):
    number: int
    name: str
    place: str | None

    @property
    def id(self) -> int:
        """Within a release a strand is its number."""
        return self.number


@dataclass(frozen=True, slots=True)
class ReleasedParticipant:
    role: RitualRole
    number: int
    text: str
    position: str | None
    stands_at: str | None
    cue: str | None
    organization_name: str | None
    organization_id: int | None
    person_id: int | None
    person: ReleasedPerson | None


@dataclass(frozen=True, slots=True)
class ReleasedRitual:
    key: str
    title: str
    subject: str | None
    copies: int | None
    setting: str | None
    expected_pressers: int | None
    expected_signatories: int | None
    expected_witnesses: int | None
    participants: tuple[ReleasedParticipant, ...]


@dataclass(frozen=True, slots=True)
class ReleasedItem:
    """An item as it was made known: the attributes of an AgendaItem that pages use, without a row behind it.

    `since` is the number of the release in which it last changed.
    """

    key: str
    cue: str | None
    number: int
    kind: ItemKind
    title: str
    duration_minutes: int | None
    pinned_at: time | None
    is_public: bool
    speaker: str | None
    position: str | None
    person_id: int | None
    person: ReleasedPerson | None
    organization_id: int | None
    site: ReleasedSite | None
    strand: ReleasedStrand | None
    sitting_id: int
    mc_line: str | None
    sound_note: str | None
    light_note: str | None
    screen_note: str | None
    line_note: str | None
    reception_note: str | None
    note: str | None
    ritual: ReleasedRitual | None
    since: int

    @property
    def strand_id(self) -> int | None:
        return self.strand.id if self.strand else None


class FrozenSitting(NamedTuple):
    """A sitting as a release found it: what timing needs of one, for showing the release as it was."""

    id: int
    number: int
    title: str | None
    place: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    buffer_minutes: int
    time_state: TimeState
    cancelled_at: datetime | None = None


def freeze(
    values: Values,
    parts: Sequence[Part],
    sittings: Iterable[Any],
    sites: Mapping[str, str],
    people: Mapping[int, tuple[str | None, str]],
) -> Version:
    """The agenda with what reading it later needs. `parts` is the same agenda laid out, `people` are honorific and
    full name by id."""
    return {
        **values,
        SITTINGS: {str(sitting.number): _sitting(sitting) for sitting in sittings},
        SITES: dict(sites),
        PEOPLE: {str(person_id): list(names) for person_id, names in people.items()},
        TIMES: times(parts),
    }


def times(parts: Iterable[Part]) -> dict[str, list[str | None]]:
    """When each item begins and ends, as words that can be stored."""
    return {slot.item.key: [words(slot.start), words(slot.end)] for part in parts for slot in part.slots}


def words(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def moment(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def lay(version: Version, sittings: Sequence[Any]) -> list[Part]:
    """The items of a version on these sittings. Those of a sitting that is no longer there are left out."""
    ids = {sitting.number: sitting.id for sitting in sittings}
    strands = [
        ReleasedStrand(int(number), row["name"], row.get("place"))
        for number, row in sorted(version.get(STRANDS, {}).items(), key=lambda pair: int(pair[0]))
    ]
    by_number = {strand.number: strand for strand in strands}
    rituals = {row.get("item"): (key, row) for key, row in version.get(RITUALS, {}).items()}
    items = [
        _item(version, key, row, ids[row["sitting"]], by_number.get(row.get("strand")), rituals.get(key))
        for key, row in version.get(ITEMS, {}).items()
        if row["sitting"] in ids
    ]
    return timing.programme(sittings, strands, items)


def as_it_was(version: Version) -> list[Part]:
    """The items of a version on the sittings as they were then."""
    return lay(version, sittings_of(version))


def sittings_of(version: Version) -> list[FrozenSitting]:
    rows = sorted(version.get(SITTINGS, {}).items(), key=lambda pair: int(pair[0]))
    return [
        FrozenSitting(
            id=int(number),
            number=int(number),
            title=row.get("title"),
            place=row.get("place"),
            starts_at=moment(row.get("starts_at")),
            ends_at=moment(row.get("ends_at")),
            buffer_minutes=row.get("buffer_minutes") or 0,
            time_state=TimeState(row.get("time_state") or TimeState.OPEN),
            cancelled_at=moment(row.get("cancelled_at")),
        )
        for number, row in rows
    ]


def retimed(version: Version, sittings: Sequence[Any]) -> Version:
    """The same version as it stands on these sittings."""
    return {
        **version,
        SITTINGS: {str(sitting.number): _sitting(sitting) for sitting in sittings},
        TIMES: times(lay(version, sittings)),
    }


def _sitting(sitting: Any) -> Row:
    return {
        "title": sitting.title,
        "place": sitting.place,
        "starts_at": words(sitting.starts_at),
        "ends_at": words(sitting.ends_at),
        "buffer_minutes": sitting.buffer_minutes,
        "time_state": sitting.time_state.value,
        "cancelled_at": words(sitting.cancelled_at),
    }


def _item(
    version: Version,
    key: str,
    row: Row,
    sitting_id: int,
    strand: ReleasedStrand | None,
    ritual: tuple[str, Row] | None,
) -> ReleasedItem:
    code, pinned_at = row.get("site"), row.get("pinned_at")
    return ReleasedItem(
        key=key,
        sitting_id=sitting_id,
        strand=strand,
        number=row["number"],
        kind=ItemKind(row["kind"]),
        pinned_at=time.fromisoformat(pinned_at) if pinned_at else None,
        is_public=bool(row.get("is_public", True)),
        title=row["title"],
        site=ReleasedSite(code, version.get(SITES, {}).get(code, code)) if code else None,
        person=_person(version, row.get("person_id")),
        ritual=_ritual(version, *ritual) if ritual else None,
        since=version.get(SINCE, {}).get(key, 1),
        **{name: row.get(name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    "cue", "duration_minutes", "speaker", "position", "person_id", "organization_id", "mc_line", "sound_note",
    "light_note", "screen_note", "line_note", "reception_note", "note",
)  # fmt: skip
_RITUAL = (
    "subject", "copies", "setting", "expected_pressers", "expected_signatories", "expected_witnesses"
)  # fmt: skip
_PARTICIPANT = (
    "number", "text", "position", "stands_at", "cue", "organization_name", "organization_id", "person_id"
)  # fmt: skip


def _ritual(version: Version, key: str, row: Row) -> ReleasedRitual:
    return ReleasedRitual(
        key=key,
        title=row["title"],
        participants=tuple(
            ReleasedParticipant(
                role=RitualRole(one["role"]),
                person=_person(version, one.get("person_id")),
                **{name: one.get(name) for name in _PARTICIPANT},
            )
            for one in row.get("participants", ())
        ),
        **{name: row.get(name) for name in _RITUAL},
    )


def _person(version: Version, person_id: int | None) -> ReleasedPerson | None:
    known = version.get(PEOPLE, {}).get(str(person_id))
    return ReleasedPerson(person_id, *known) if person_id is not None and known else None
