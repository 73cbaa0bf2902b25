"""Single elimination for any number of entries from 2 to 256: who meets whom, who goes on, who came how far. Pure.

An entry is known by its id. Level 1 is played first; the last level is the final. The winner of a match goes to the
match of the next level whose number is half of this one's, rounded up: first there when the number was odd.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST, MOST = 2, 256

Place = tuple[int, int]
"""Level and number of a match."""


@dataclass(frozen=True)
class Pairing:
    """A match as it stands: who has come to it, and who has won it."""

    first: int | None = None
    second: int | None = None
    winner: int | None = None

    @property
    def loser(self) -> int | None:
        if self.winner is None:
            return None
        return self.second if self.winner == self.first else self.first


Bracket = Mapping[Place, Pairing]


def levels(count: int) -> int:
    """How many levels so many entries need: 2 need one, 3 and 4 two, 256 eight."""
    return max(count - 1, 1).bit_length()


def seeding(size: int) -> list[int]:
    """The seeds 1 … size in the order of the first level's places: 1 and 2 can only meet in the final, 1 to 4 only in
    the semi-finals. `size` is a power of two."""
    order = [1]
    while len(order) < size:
        total = len(order) * 2 + 1
        order = [seed for each in order for seed in (each, total - each)]
    return order


def draw(entries: Sequence[int]) -> dict[Place, Pairing]:
    """The whole bracket for these entries, the first being the first seed. The places that are left over are byes, and
    they fall to the first seeds, who stand in the second level at once."""
    if not LEAST <= len(entries) <= MOST or len(set(entries)) != len(entries):
        raise ValueError("a bracket is for 2 to 256 different entries")
    last = levels(len(entries))
    by_seed = dict(enumerate(entries, start=1))
    order = seeding(2**last)
    bracket = {
        (level, number): Pairing()
        for level in range(1, last + 1)
        for number in range(1, 2 ** (last - level) + 1)
    }
    for number in range(1, len(order) // 2 + 1):
        first, second = by_seed.get(order[2 * number - 2]), by_seed.get(order[2 * number - 1])
        if first is None:
            first, second = second, None
        won = first if second is None else None
        bracket[1, number] = Pairing(first, second, won)
        if won is not None:
            after = next_place((1, number), last)
            if after is not None:
                bracket[after] = put(bracket[after], number, won)
    return bracket


def next_place(place: Place, last: int) -> Place | None:
    """Where the winner of a match goes; nowhere after the final."""
    level, number = place
    return None if level == last else (level + 1, (number + 1) // 2)


def put(pairing: Pairing, from_number: int, entry: int | None) -> Pairing:
    """The pairing with the winner of match `from_number` of the level before in its place."""
    if from_number % 2:
        return Pairing(entry, pairing.second, pairing.winner)
    return Pairing(pairing.first, entry, pairing.winner)


def last_level(bracket: Bracket) -> int:
    return max((level for level, _number in bracket), default=0)


def may_come(bracket: Bracket, place: Place, withdrawn: Collection[int]) -> bool:
    """Whether somebody can still come out of a match: its winner if they have not withdrawn, or whoever plays in it."""
    pairing = bracket[place]
    if pairing.winner is not None:
        return pairing.winner not in withdrawn
    return any(_side_may_come(bracket, place, side, withdrawn) for side in (0, 1))


def _side_may_come(bracket: Bracket, place: Place, side: int, withdrawn: Collection[int]) -> bool:
    pairing, (level, number) = bracket[place], place
    entry = pairing.second if side else pairing.first
    if entry is not None:
        return entry not in withdrawn
    return level > 1 and may_come(bracket, (level - 1, 2 * number - 1 + side), withdrawn)


def without_playing(bracket: Bracket, place: Place, withdrawn: Collection[int]) -> int | None:
    """Who goes on because nobody comes to play against them: the one who is there when the other has withdrawn, or
    when nobody can come out of the match before any more."""
    pairing = bracket[place]
    if pairing.winner is not None:
        return None
    first, second = (_side_may_come(bracket, place, side, withdrawn) for side in (0, 1))
    if first and not second:
        return pairing.first
    if second and not first:
        return pairing.second
    return None


def is_undecided(bracket: Bracket, place: Place, withdrawn: Collection[int] = ()) -> bool:
    """Whether a match still has to be played, or somebody in it to go on without playing."""
    return bracket[place].winner is None and may_come(bracket, place, withdrawn)


def depth(bracket: Bracket, withdrawn: Collection[int] = ()) -> dict[int, int]:
    """How far each entry came: the level at which it lost, or one more than the level that it won last.

    The winner of the final has one more than the last level. Those who lost at the same level came equally far.
    """
    found: dict[int, int] = {}
    for (level, _number), pairing in sorted(bracket.items()):
        for entry in (pairing.first, pairing.second):
            if entry is not None:
                found[entry] = level + 1 if entry == pairing.winner else level
    return {entry: far for entry, far in found.items() if entry not in withdrawn}


def unplayed(bracket: Bracket, goes_on: int | None, withdrawn: Collection[int] = ()) -> list[Place]:
    """The matches that must be decided before the round can be closed, when `goes_on` entries go on: all of them, or
    those of the levels until no more are left than go on."""
    last = last_level(bracket)
    needed = last
    if goes_on is not None:
        needed = min(level for level in range(1, last + 1) if level == last or 2 ** (last - level) <= goes_on)
    return [
        place for place in sorted(bracket) if place[0] <= needed and is_undecided(bracket, place, withdrawn)
    ]


def as_bracket(rows: Iterable[tuple[int, int, int | None, int | None, int | None]]) -> dict[Place, Pairing]:
    """The bracket out of rows of level, number, first, second and winner."""
    return {(level, number): Pairing(first, second, winner) for level, number, first, second, winner in rows}
