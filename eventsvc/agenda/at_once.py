"""Two things at once in an agenda: the same person, name, bridge or place. Pure.

Two items are at the same time when both have a start and an end and share at least a minute: one that begins
when the other ends does not, and what begins or ends at no known time is at the same time as nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from eventsvc.agenda.clash_kinds import Clash, Code, clash
from eventsvc.agenda.names import name_key
from eventsvc.agenda.timing import Part, minutes_between
from eventsvc.sites.models import MAIN
from eventsvc.text import fold

MOST_OF_A_KIND = 300
"""Enough to act on; an agenda with everything at eight o'clock has as many pairs as it has items squared."""


class Held(NamedTuple):
    """An item and the time it takes, at its place in the whole programme."""

    start: datetime
    end: datetime
    place: int
    item: Any


class _Pair(NamedTuple):
    """Two items at the same time, the one that stands first in the programme first."""

    first: Held
    second: Held

    @property
    def shared(self) -> tuple[datetime, datetime]:
        return max(self.first.start, self.second.start), min(self.first.end, self.second.end)


def overlaps(parts: Iterable[Part]) -> Iterator[Clash]:
    for part in parts:
        for before, slot in zip(part.slots, part.slots[1:], strict=False):
            if slot.overlap:
                yield clash(Code.OVERLAP, (before.item, slot.item), minutes=slot.overlap, at=slot.start)


def same_people(held: Iterable[Held]) -> Iterator[Clash]:
    """A person known to the house, who speaks or has a place in a ritual, in two items at the same time."""
    at: dict[int, list[Held]] = {}
    names: dict[int, str] = {}
    for each in held:
        for person_id, words in _people(each.item):
            if not at.get(person_id) or at[person_id][-1] is not each:
                at.setdefault(person_id, []).append(each)
            names.setdefault(person_id, words)
    for person_id, times in at.items():
        for pair in _at_once(times):
            yield _two_at_once(Code.SAME_PERSON, pair, who=names[person_id])


def same_names(held: Iterable[Held]) -> Iterator[Clash]:
    """The same name in two items at the same time, where the house knows in one of them at most who it is."""
    at: dict[str, list[tuple[Held, int | None]]] = {}
    names: dict[str, str] = {}
    for each in held:
        for person_id, words in _names(each.item):
            key = name_key(words)
            if key and all(other[0] is not each for other in at.get(key, ())[-1:]):
                at.setdefault(key, []).append((each, person_id))
                names.setdefault(key, words)
    for key, bearers in at.items():
        known = {each.place: person_id for each, person_id in bearers}
        for pair in _at_once([each for each, _id in bearers]):
            if known[pair.first.place] is None or known[pair.second.place] is None:
                yield _two_at_once(Code.SAME_NAME, pair, who=names[key])


def same_sites(held: Iterable[Held]) -> Iterator[Clash]:
    """A bridge has one line: it cannot speak in two items. The main hall has several places (`same_places`)."""
    at: dict[int, list[Held]] = {}
    for each in held:
        if each.item.site_id is not None and each.item.site.code != MAIN:
            at.setdefault(each.item.site_id, []).append(each)
    for times in at.values():
        for pair in _at_once(times):
            yield _two_at_once(Code.SAME_SITE, pair, who=pair.first.item.site.name)


def same_places(parts: Sequence[Part], hall: Any) -> Iterator[Clash]:
    """Two strands, or the stages of two sittings, in one place at the same time; one clash for the two of them."""
    by_place: dict[str, list[_Use]] = {}
    for number, part in enumerate(parts):
        uses = _uses(part, number)
        for words in _place_words(part, hall):
            by_place.setdefault(words, []).extend(uses)
    seen = set()
    for uses in by_place.values():
        going: list[_Use] = []
        for use in sorted(uses, key=lambda use: (use.start, use.part)):
            going = [other for other in going if other.end > use.start]
            for other in going:
                pair = (min(use.part, other.part), max(use.part, other.part))
                if pair not in seen and _are_apart(parts, use, other):
                    seen.add(pair)
                    yield _in_one_place(parts, other, use, hall)
            going.append(use)


def _two_at_once(code: Code, pair: _Pair, **values: Any) -> Clash:
    start, end = pair.shared
    minutes = minutes_between(start, end)
    return clash(code, (pair.first.item, pair.second.item), start=start, end=end, minutes=minutes, **values)


def _at_once(times: Sequence[Held]) -> Iterator[_Pair]:
    """The pairs among these that are at the same time: a sweep along the clock, as long as what it finds."""
    if len(times) < 2:
        return
    going: list[Held] = []
    found = 0
    for each in sorted(times, key=lambda each: (each.start, each.place)):
        going = [other for other in going if other.end > each.start]
        for other in going:
            yield _Pair(other, each) if other.place < each.place else _Pair(each, other)
            found += 1
            if found == MOST_OF_A_KIND:
                return
        going.append(each)


def _people(item: Any) -> Iterator[tuple[int, str]]:
    return ((person_id, words) for person_id, words in _names(item) if person_id is not None)


def _names(item: Any) -> Iterator[tuple[int | None, str]]:
    """Who is in an item, with the words for them; an organization may well be in two places."""
    if item.person_id is not None:
        yield item.person_id, item.person.full_name
    elif item.speaker and item.organization_id is None:
        yield None, item.speaker
    if item.ritual is not None:
        for row in item.ritual.participants:
            if row.person_id is not None or row.text != row.organization_name:
                yield row.person_id, row.text


class _Use(NamedTuple):
    """A place in use by a part of the programme: for one of its items, or for a sitting none of whose have a time."""

    start: datetime
    end: datetime
    part: int
    item: Any


def _uses(part: Part, number: int) -> list[_Use]:
    uses = [_Use(slot.start, slot.end, number, slot.item) for slot in part.slots if slot.start and slot.end]
    sitting = part.sitting
    if not uses and part.strand is None and sitting.starts_at and sitting.ends_at:
        return [_Use(sitting.starts_at, sitting.ends_at, number, None)]
    return uses


def _are_apart(parts: Sequence[Part], use: _Use, other: _Use) -> bool:
    """Whether they are of two parts that need the place each for itself: a strand may well use a stage on which
    nothing is planned."""
    if use.item is None or other.item is None:
        return parts[use.part].sitting is not parts[other.part].sitting
    return use.part != other.part


def _in_one_place(parts: Sequence[Part], use: _Use, other: _Use, hall: Any) -> Clash:
    first, second = (use, other) if use.part < other.part else (other, use)
    one, two = parts[first.part], parts[second.part]
    start, end = max(use.start, other.start), min(use.end, other.end)
    return clash(
        Code.SAME_PLACE,
        [each.item for each in (first, second) if each.item is not None],
        where=_place(one) or _place(two) or hall.name,
        start=start,
        end=end,
        minutes=minutes_between(start, end),
        sitting=one.sitting,
        strand=one.strand,
        other_sitting=two.sitting,
        other_strand=two.strand,
    )


def _place(part: Part) -> str | None:
    return part.strand.place if part.strand is not None else part.sitting.place


def _place_words(part: Part, hall: Any) -> frozenset[str]:
    """The folded words that say where it is; those of the main hall go for each other."""
    words = {fold(_place(part) or "")} - {""}
    of_hall = {fold(name or "") for name in (hall.name, hall.hall, hall.place)} - {""} if hall else set()
    if words & of_hall or (not words and part.strand is None):
        return frozenset(words | of_hall)
    return frozenset(words)
