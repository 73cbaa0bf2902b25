"""From points, votes, sales and prizes to places. Pure; every rule that an entrant may ask about stands here.

* A jury: each judge's total over the criteria counts as a share of a hundred of the most that could be given; an entry
  has the mean of the judges' totals. A judge who has not given all points for an entry does not count for it: what is
  missing is named and never taken for nought.
* The public: the entry with the most votes has a hundred, the others their share of that.
* Both: the vote weighs as many hundredths as the contest says, the jury the rest.
* A livestream: by revenue, then by orders, then by viewers.
* Who is equal shares a place ("đồng hạng"); as many places after it stay empty. Chance decides nothing.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, TypeVar

HUNDREDTH = Decimal("0.01")
FULL = Decimal(100)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Points:
    """Of one judge for one entry by one criterion."""

    judge: int
    entry: int
    criterion: int
    points: Decimal


class Judged(NamedTuple):
    """`mean` is the mean of the judges' totals as a share of a hundred, none when no judge has given all points;
    `missing` are the judges who have not."""

    mean: Decimal | None
    totals: Mapping[int, Decimal]
    missing: frozenset[int]


def judged(
    points: Iterable[Points], *, most: Mapping[int, int], expected: Mapping[int, Collection[int]]
) -> dict[int, Judged]:
    """What the jury says of every entry in `expected`, which names the judges of each; `most` are the most points by
    criterion. Points of others, and by criteria that are not there, do not count."""
    given: dict[tuple[int, int], dict[int, Decimal]] = {}
    for each in points:
        if each.criterion in most and each.judge in expected.get(each.entry, ()):
            given.setdefault((each.entry, each.judge), {})[each.criterion] = each.points
    highest = Decimal(sum(most.values()))
    found = {}
    for entry, judges in expected.items():
        totals = {
            judge: sum(given[entry, judge].values(), Decimal(0)) * FULL / highest
            for judge in sorted(judges)
            if most and len(given.get((entry, judge), ())) == len(most)
        }
        mean = rounded(sum(totals.values(), Decimal(0)) / len(totals)) if totals else None
        found[entry] = Judged(mean, totals, frozenset(judges) - totals.keys())
    return found


def vote_shares(votes: Mapping[int, int]) -> dict[int, Decimal]:
    """Of a hundred, by entry: the most votes are a hundred; without any vote everybody has nought."""
    most = max(votes.values(), default=0)
    return {
        entry: rounded(Decimal(count) * FULL / most) if most else Decimal(0) for entry, count in votes.items()
    }


def weighted(jury: Decimal | None, vote: Decimal, weight: int) -> Decimal | None:
    """The points of an entry when the vote weighs `weight` hundredths and the jury the rest. An entry that the jury has
    not judged has none, unless only the vote counts."""
    if weight >= 100:
        return rounded(vote)
    if jury is None:
        return None
    return rounded((jury * (100 - weight) + vote * weight) / FULL)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def places(merits: Mapping[Key, Any]) -> dict[Key, int | None]:
    """The place of each by merit, the greatest first; equal merits share a place, none has no place."""
    ordered = sorted((merit for merit in merits.values() if merit is not None), reverse=True)
    first: dict[Any, int] = {}
    for place, merit in enumerate(ordered, start=1):
        first.setdefault(merit, place)
    return {key: None if merit is None else first[merit] for key, merit in merits.items()}


class Cut(NamedTuple):
    """Who goes on for certain; and when several are equal at the cut, who they are and how many of them go on."""

    certain: frozenset[int]
    tied: frozenset[int] = frozenset()
    free: int = 0


def cut(placed: Mapping[int, int | None], advancing: int | None) -> Cut:
    """Who goes on of those with a place; without a number nobody does, for it is the last round."""
    if not advancing:
        return Cut(frozenset())
    by_place: dict[int, set[int]] = {}
    for entry, place in placed.items():
        if place is not None:
            by_place.setdefault(place, set()).add(entry)
    certain: set[int] = set()
    for _place, equal in sorted(by_place.items()):
        free = advancing - len(certain)
        if len(equal) > free:
            return Cut(frozenset(certain), frozenset(equal), free) if free else Cut(frozenset(certain))
        certain |= equal
    return Cut(frozenset(certain))


def livestream_merit(
    revenue: int | None, orders: int | None, viewers: int | None
) -> tuple[int, int, int] | None:
    """By revenue, then orders, then viewers; none while any of them is not known."""
    if revenue is None or orders is None or viewers is None:
        return None
    return revenue, orders, viewers


class Prize(NamedTuple):
    """One award: its id, and its name; those of one name are worth the same."""

    id: int
    name: str


class Proposal(NamedTuple):
    """`winners` by award. `undecided` are entries that are equal where the prizes are not, or more than the prizes
    that are left: the awards that they may get stay empty until the organizer decides."""

    winners: Mapping[int, int]
    undecided: frozenset[int]


def proposal(placed: Mapping[int, int | None], prizes: Sequence[Prize]) -> Proposal:
    """The prizes in their order to the entries in order of their places. Nobody gets two, and where several are equal
    they must all get a prize of one name: else nobody of them is proposed, nor anybody after them for these prizes."""
    by_place: dict[int, list[int]] = {}
    for entry, place in sorted(placed.items()):
        if place is not None:
            by_place.setdefault(place, []).append(entry)
    winners: dict[int, int] = {}
    undecided: set[int] = set()
    at = 0
    for _place, equal in sorted(by_place.items()):
        offered = prizes[at : at + len(equal)]
        if not offered:
            break
        if len(offered) == len(equal) and len({prize.name for prize in offered}) == 1:
            winners.update((prize.id, entry) for prize, entry in zip(offered, equal, strict=True))
        else:
            undecided.update(equal)
        at += len(offered)
    return Proposal(winners, frozenset(undecided))
