"""The units of a province as a map of tiles, each with its rate: colour in steps, and the figure as text. Pure."""

import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from eventsvc.sites import tiles
from eventsvc.sites.tiles import Block

WIDTH, HEIGHT, GAP = 116, 64, 6
LETTERS = 10
STEPS = (100.0, 75.0, 50.0, 0.0)
"""From these rates on a tile has the colour of its step, the first the best."""


class Unit(NamedTuple):
    """What a tile tells of. No `rate`: nothing was handed in, or there is nobody to count."""

    code: str
    name: str
    short: str
    rate: float | None
    residents: int
    handed_in: int
    expected: int


class Tile(NamedTuple):
    x: int
    y: int
    words: tuple[str, ...]
    unit: Unit
    step: int | None


class Map(NamedTuple):
    width: int
    height: int
    tiles: list[Tile]
    tile_width: int = WIDTH
    tile_height: int = HEIGHT


def drawing(units: Mapping[str, Unit], province: str | None, on: date) -> Map:
    """Every unit once: where the hand-laid map of the province has it, else in rows."""
    laid = tiles.grid(province or "", on)
    cells = {code: cell for code, cell in laid.units.cells.items() if code in units} if laid else {}
    if not cells:
        wide = max(1, math.ceil(math.sqrt(1.4 * len(units))))
        cells = {code: (place % wide, place // wide) for place, code in enumerate(units)}
    block = Block(cells).with_all(units)
    drawn = [
        Tile(column * (WIDTH + GAP), row * (HEIGHT + GAP), _words(unit.short), unit, step(unit.rate))
        for code, unit in units.items()
        for column, row in [block.cells[code]]
    ]
    return Map(
        max(block.columns * (WIDTH + GAP) - GAP, WIDTH), max(block.rows * (HEIGHT + GAP) - GAP, HEIGHT), drawn
    )


def step(rate: float | None) -> int | None:
    """0 the best, 3 the poorest, None while nothing is known."""
    return None if rate is None else next(place for place, least in enumerate(STEPS) if rate >= least)


def _words(name: str) -> tuple[str, ...]:
    """At most two rows of a name."""
    rows: list[str] = []
    for word in name.split():
        if rows and len(rows[-1]) + 1 + len(word) <= LETTERS:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    if len(rows) > 2:
        rows = [rows[0], f"{rows[1][: LETTERS - 1].rstrip()}…"]
    return tuple(row if len(row) <= LETTERS + 2 else f"{row[:LETTERS]}…" for row in rows)
