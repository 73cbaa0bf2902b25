"""Bring a list of rows to what a plan says, keeping the rows that others point at: each is known by its key."""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from eventsvc.rows import assign

Columns = dict[str, Any]


def matched(
    standing: Sequence[Any], wanted: Sequence[Columns], *, key: str, names: Sequence[Any] | None = None
) -> tuple[list[tuple[Any | None, Columns]], list[Any]]:
    """Pair each wanted entry with the row of the same key, else with the row in the same place that is left;
    and the rows that nothing is wanted of. `names`: what the rows are called where that is not in their column."""
    names = [getattr(row, key) for row in standing] if names is None else names
    free = dict(reversed(list(zip(names, standing, strict=True))))
    paired = [free.pop(columns[key], None) for columns in wanted]
    taken = {id(row) for row in paired if row is not None}
    for place, row in enumerate(standing):
        if id(row) not in taken and place < len(paired) and paired[place] is None:
            paired[place] = row
            taken.add(id(row))
    surplus = [row for row in standing if id(row) not in taken]
    return list(zip(paired, wanted, strict=True)), surplus


def by_key(
    standing: Sequence[Any],
    wanted: Sequence[Columns],
    *,
    key: str,
    make: Callable[[Columns], Any],
    remove: Callable[[Any], Any],
) -> list[Any]:
    """Rows that others point at: one with the same key is the same, wherever it stands. In the wanted order."""
    pairs, surplus = matched(standing, wanted, key=key)
    for row in surplus:
        remove(row)
    placed = []
    for row, columns in pairs:
        if row is None:
            row = make(columns)
        else:
            assign(row, columns)
        placed.append(row)
    return placed


def day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def clock_time(value: str | None) -> time | None:
    return time.fromisoformat(value) if value else None
