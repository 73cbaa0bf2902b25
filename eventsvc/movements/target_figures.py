"""What figures add up to, and whether a goal is reached. Pure.

A share is the sum of the parts over the sum of the wholes, never a mean of percentages.
"""

from collections.abc import Hashable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from eventsvc.movements.models import Comparator

Key = TypeVar("Key", bound=Hashable)

HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


class Figure(NamedTuple):
    """A count, or the part of a whole (`total`); `number` organizations stand behind it."""

    value: Decimal
    total: Decimal | None = None
    number: int = 1

    @property
    def shown(self) -> Decimal | None:
        """What is compared with the goal: the count, or the percentage; None for a share of nothing."""
        if self.total is None:
            return self.value
        if not self.total:
            return None
        return (self.value * HUNDRED / self.total).quantize(_CENT, ROUND_HALF_UP)


class RollUp(NamedTuple):
    """The figure over all, and that of each district."""

    whole: Figure | None
    parts: Mapping[object, Figure]


def is_share(unit: str | None) -> bool:
    """Whether figures in this unit are percentages of something."""
    return (unit or "").strip().casefold() in ("%", "phần trăm")


def added(figures: Iterable[Figure]) -> Figure | None:
    """The sum; None of nothing."""
    found: Figure | None = None
    for one in figures:
        if found is None:
            found = one
        else:
            total = None if found.total is None or one.total is None else found.total + one.total
            found = Figure(found.value + one.value, total, found.number + one.number)
    return found


def roll_up(leaves: Iterable[tuple[Key, Figure]]) -> RollUp:
    """The leaves, each under the unit it belongs to, added up for each unit and over all."""
    under: dict[Key, list[Figure]] = {}
    for key, figure in leaves:
        under.setdefault(key, []).append(figure)
    parts = {key: total for key, figures in under.items() if (total := added(figures)) is not None}
    return RollUp(added(parts.values()), parts)


def reached(comparator: Comparator, goal: Decimal, figure: Figure | None) -> bool | None:
    """Whether the goal is reached: "tối thiểu" counts the value itself, "trên" does not. None while there is no figure.

    A share is compared before it is rounded.
    """
    if figure is None or figure.total == 0:
        return None
    is_part = figure.total is not None
    left, right = (figure.value * HUNDRED, goal * figure.total) if is_part else (figure.value, goal)  # type: ignore[operator]
    if comparator is Comparator.MINIMUM:
        return left >= right
    return left > right if comparator is Comparator.MORE_THAN else left == right
