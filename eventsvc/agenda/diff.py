"""The complete difference between two versions of an agenda: laid on the one, it gives the other. Pure.

What people read about it is in agenda/changes.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from eventsvc.agenda import snapshot
from eventsvc.agenda.snapshot import NOUNS, Parts, Row, Values


class DoesNotFit(ValueError):
    """A row is not what the difference begins from."""

    def __init__(self, noun: str, key: str) -> None:
        super().__init__(f"{noun} {key}")
        self.noun, self.key = noun, key


class Difference(NamedTuple):
    """The rows that differ, as they were and as they are; None where there is none."""

    was: Parts
    now: Parts

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in self.was.values())

    @property
    def inverse(self) -> "Difference":
        return Difference(self.now, self.was)


def between(old: Mapping[str, Mapping[str, Row]], new: Mapping[str, Mapping[str, Row]]) -> Difference:
    """What differs between two versions in strands, items and rituals."""
    return Difference(*snapshot.changed(_values(old), _values(new)))


def applied(difference: Difference, to: Mapping[str, Mapping[str, Row]]) -> Values:
    """The version that this difference makes of the one that it was taken from. DoesNotFit from any other, as far
    as the rows concerned are others."""
    made = _values(to)
    for noun, rows in difference.was.items():
        for key, row in rows.items():
            if made[noun].get(key) != row:
                raise DoesNotFit(noun, key)
            wanted = difference.now[noun][key]
            if wanted is None:
                made[noun].pop(key, None)
            else:
                made[noun][key] = wanted
    return made


def moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Of the keys that stand in both lists, the fewest that were taken out and put elsewhere; the others stand in
    the order in which they stood."""
    order = {key: place for place, key in enumerate(before)}
    common = [key for key in after if key in order]
    stayed = {common[place] for place in rising([order[key] for key in common])}
    return set(common) - stayed


def rising(numbers: Sequence[int]) -> list[int]:
    """The places of a longest rising run among numbers that are all different, in n log n."""
    tails: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if numbers[tails[middle]] < number else (low, middle)
        before.append(tails[low - 1] if low else -1)
        tails[low : low + 1] = [place]
    run = []
    place = tails[-1] if tails else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


def fields(was: Mapping[str, Any], now: Mapping[str, Any], names: Iterable[str] | None = None) -> set[str]:
    """The names of the values in which two rows differ; a value that one lacks is None there."""
    return {
        name for name in (names if names is not None else {**was, **now}) if was.get(name) != now.get(name)
    }


def in_order(version: Mapping[str, Mapping[str, Row]]) -> dict[tuple[int, int | None], list[str]]:
    """The keys of the items by sitting and strand, as they stand there."""
    places: dict[tuple[int, int | None], list[str]] = {}
    items = version.get(snapshot.ITEMS, {})
    for key in sorted(items, key=lambda key: (items[key]["number"], key)):
        row = items[key]
        places.setdefault((row["sitting"], row.get("strand")), []).append(key)
    return places


def movers(old: Mapping[str, Mapping[str, Row]], new: Mapping[str, Mapping[str, Row]]) -> set[str]:
    """The items that truly stand elsewhere: in another sitting or strand, or taken out of their row and put in
    another place of it. An item that only has one more before it has not moved."""
    before, after = in_order(old), in_order(new)
    home = {key: place for place, keys in before.items() for key in keys}
    found = {key for place, keys in after.items() for key in keys if home.get(key, place) != place}
    for place, keys in after.items():
        found |= moved(before.get(place, []), keys)
    return found


def _values(version: Mapping[str, Mapping[str, Row]]) -> Values:
    return {noun: dict(version.get(noun, {})) for noun in NOUNS}
