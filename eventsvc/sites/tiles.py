"""Where each unit stands on the tile map of its province: one square each, at about its place on the real map.

The grids were laid by hand and are kept as data beside this module. A column grows eastwards and a row southwards,
both from 0; what stands on no land (a corner, the sea) is a cell without a unit.
"""

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

TWO_TIERS_SINCE = date(2025, 7, 1)
"""The day the districts ended: a grid laid for one side of it says nothing about the other."""

_DATA = Path(__file__).parent / "data" / "tile_grid.csv"

Cell = tuple[int, int]
"""Column and row."""


@dataclass(frozen=True)
class Block:
    """Units on cells of their own; no two share one."""

    cells: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        return max((column for column, _ in self.cells.values()), default=-1) + 1

    @property
    def rows(self) -> int:
        return max((row for _, row in self.cells.values()), default=-1) + 1

    def place(self, code: str) -> Cell | None:
        """Column and row of a unit; None when it does not stand here."""
        return self.cells.get(code)

    def with_all(self, codes: Iterable[str]) -> "Block":
        """The same with a cell for each of `codes`: a unit that had none comes after the last one, in their order."""
        missing = [code for code in dict.fromkeys(codes) if code not in self.cells]
        if not missing:
            return self
        width = self.columns or math.ceil(math.sqrt(len(missing)))
        last = max((row * width + column for column, row in self.cells.values()), default=-1)
        free = enumerate(missing, start=last + 1)
        return Block({**self.cells, **{code: (number % width, number // width) for number, code in free}})


@dataclass(frozen=True)
class Grid:
    """A province: what lies right under it, and for each district a block of its communes, counted from 0 again."""

    units: Block = field(default_factory=Block)
    blocks: Mapping[str, Block] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        return self.units.columns

    @property
    def rows(self) -> int:
        return self.units.rows

    def place(self, code: str) -> Cell | None:
        """Column and row of a district or, in two tiers, of a commune; None for what stands in a block."""
        return self.units.place(code)

    def block(self, code: str) -> Block | None:
        """The communes of a district; None when none lies under it, or there is no such district."""
        return self.blocks.get(code)

    def with_all(self, units: Iterable[tuple[str, str | None]]) -> "Grid":
        """The same with a place for each of `units`, given as code and code of the unit above.

        Nobody is left out, and who had a place keeps it: a unit under one that stands on the grid itself joins its
        block, any other stands on the grid itself. New ones come last, in their order. `Grid().with_all(…)` arranges
        a province that was not laid.
        """
        given = dict(units)
        known = {*self.units.cells, *given}
        top = {*self.units.cells, *(code for code, above in given.items() if above not in known)}
        settled = {code for block in self.blocks.values() for code in block.cells}
        under: dict[str | None, list[str]] = {}
        for code, above in given.items():
            if code not in settled:
                under.setdefault(above if above in top and code not in top else None, []).append(code)
        laid = self.units.with_all(under.pop(None, ()))
        grown = {above: self.blocks.get(above, Block()).with_all(codes) for above, codes in under.items()}
        return Grid(laid, {**self.blocks, **grown})


def grid(province_code: str, on: date) -> Grid | None:
    """The grid of a province as it was built up on that day; None for a province that was not laid.

    The one in force, or the first of its time when none is that old. A unit that came within that time has no place
    yet: `with_all` finds one.
    """
    laid = [
        day
        for province, day in _grids()
        if province == province_code and (day >= TWO_TIERS_SINCE) == (on >= TWO_TIERS_SINCE)
    ]
    if not laid:
        return None
    return _grids()[province_code, max((day for day in laid if day <= on), default=min(laid))]


@lru_cache(maxsize=1)
def _grids() -> dict[tuple[str, date], Grid]:
    """Every grid of the file, by province and the day it shows; read once."""
    cells: dict[tuple[str, date], dict[str, dict[str, Cell]]] = {}
    with _DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            places = cells.setdefault((row["province"], date.fromisoformat(row["as_of"])), {})
            places.setdefault(row["parent_code"], {})[row["code"]] = (int(row["column"]), int(row["row"]))
    return {
        (province, day): Grid(
            Block(places.pop(province)), {code: Block(communes) for code, communes in places.items()}
        )
        for (province, day), places in cells.items()
    }
