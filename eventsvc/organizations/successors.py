"""What became of administrative units: the shipped list of mergers, read into plain values."""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import NamedTuple

from eventsvc.organizations.lists import rows_of


class Successor(NamedTuple):
    """A unit in which an older one lives on. `is_same`: it is the same unit, perhaps under another name or type."""

    code: str
    is_same: bool


def successors(code: str, since: date, until: date) -> list[Successor]:
    """In which units of the later day the unit of this code on the earlier day lives on, by code.

    A unit that nothing happened to is its own successor. None: it is known to be gone, and not known where to. Codes
    are used again after mergers, so what happened is followed day by day; nothing is followed back in time.
    """
    here = {code: True}
    if until < since:
        changed = _touched(until, since)
        return [] if code in changed else [Successor(code, True)]
    for day, changes in _changes().items():
        if since < day <= until:
            there: dict[str, bool] = {}
            for old, is_same in here.items():
                for new, stays in changes.get(old, [(old, True)]):
                    if new:
                        there[new] = there.get(new, False) or (is_same and stays)
            here = there
    return [Successor(*pair) for pair in sorted(here.items())]


@cache
def _changes() -> dict[date, dict[str, list[tuple[str, bool]]]]:
    """Day by day: old code to new codes, each with whether it is the same unit."""
    found: dict[date, dict[str, list[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows_of("unit_successors.csv"):
        change = (row["new_code"], row["relation"] == "same")
        found[date.fromisoformat(row["valid_from"])][row["old_code"]].append(change)
    return {day: dict(found[day]) for day in sorted(found)}


def _touched(since: date, until: date) -> set[str]:
    """The codes that something happened to between two days, on either side of it."""
    touched: set[str] = set()
    for day, changes in _changes().items():
        if since < day <= until:
            touched.update(changes)
            touched.update(new for news in changes.values() for new, _stays in news)
    return touched
