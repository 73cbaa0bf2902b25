"""Which clashes there are in an agenda, and what each means for a release. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple


class Level(StrEnum):
    HINT = "hint"
    CONFIRM = "confirm"
    BLOCK = "block"


class Code(StrEnum):
    OVERLAP = "overlap"
    SAME_PERSON = "same_person"
    SAME_SITE = "same_site"
    SAME_PLACE = "same_place"
    TWICE_IN_RITUAL = "twice_in_ritual"

    SAME_NAME = "same_name"
    NAME_TWICE_IN_RITUAL = "name_twice_in_ritual"
    TOO_LONG = "too_long"
    RITUAL_COUNT = "ritual_count"
    TIME_NOT_APPROVED = "time_not_approved"
    EMPTY_STAGE = "empty_stage"
    MATERIAL_NOT_APPROVED = "material_not_approved"

    GAP = "gap"
    BUFFER_USED = "buffer_used"
    NO_DURATION = "no_duration"
    NO_RITUAL = "no_ritual"
    NOBODY_NAMED = "nobody_named"
    OUTSIDE_SITTING = "outside_sitting"
    SITTING_CANCELLED = "sitting_cancelled"


_BLOCKS = frozenset({Code.OVERLAP, Code.SAME_PERSON, Code.SAME_SITE, Code.SAME_PLACE, Code.TWICE_IN_RITUAL})
_CONFIRMS = frozenset(
    {
        Code.SAME_NAME, Code.NAME_TWICE_IN_RITUAL, Code.TOO_LONG, Code.RITUAL_COUNT, Code.TIME_NOT_APPROVED,
        Code.EMPTY_STAGE, Code.MATERIAL_NOT_APPROVED,
    }
)  # fmt: skip
SEVERITY = {Level.BLOCK: 0, Level.CONFIRM: 1, Level.HINT: 2}


class Clash(NamedTuple):
    """Something about the items with these keys, in the order of the programme; none when it is about a sitting or
    a ritual without an item. `values` are what a sentence about it names."""

    level: Level
    code: Code
    keys: tuple[str, ...]
    values: dict[str, Any]


def worst(clashes: Iterable[Clash]) -> Level | None:
    """The level that decides about a release; None when there is nothing to say."""
    return min((each.level for each in clashes), key=SEVERITY.__getitem__, default=None)


def clash(code: Code, items: Iterable[Any], **values: Any) -> Clash:
    """A clash about these items, whose titles are the first of its values."""
    items = list(items)
    level = Level.BLOCK if code in _BLOCKS else Level.CONFIRM if code in _CONFIRMS else Level.HINT
    titles = dict(zip(("first", "second"), (item.title for item in items), strict=False))
    return Clash(level, code, tuple(item.key for item in items), {**titles, **values})
