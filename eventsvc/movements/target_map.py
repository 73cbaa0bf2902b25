"""The units of a province as tiles, each at about its place, with what it has reached. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from eventsvc.sites import tiles
from eventsvc.sites.tiles import Grid

WIDTH, HEIGHT, GAP, LETTERS = 116, 74, 5, 10


class Cell(NamedTuple):
    """What one unit has: no figure when it has not returned one."""

    code: str
    name: str
    value: Decimal | None
    is_reached: bool | None


class Tile(NamedTuple):
    x: int
    y: int
    lines: tuple[str, ...]
    cell: Cell


class Drawing(NamedTuple):
    width: int
    height: int
    tiles: list[Tile]


def draw(
    cells: Iterable[Cell], province_code: str | None, on: date, names: Mapping[str, str]
) -> Drawing | None:
    """Every unit once; None when fewer than two are there, for that is no map. `names` are short ones by code."""
    by_code = {cell.code: cell for cell in cells}
    if len(by_code) < 2:
        return None
    laid = (tiles.grid(province_code or "", on) or Grid()).with_all((code, None) for code in by_code)
    drawn = [
        Tile(column * (WIDTH + GAP), row * (HEIGHT + GAP), _lines(names[code]), by_code[code])
        for code, (column, row) in laid.units.cells.items()
        if code in by_code
    ]
    if len(drawn) < len(by_code):  # some stand in the block of a district: rows of tiles are drawn instead
        laid = Grid().with_all((code, None) for code in by_code)
        drawn = [
            Tile(column * (WIDTH + GAP), row * (HEIGHT + GAP), _lines(names[code]), by_code[code])
            for code, (column, row) in laid.units.cells.items()
        ]
    width, height = max(tile.x for tile in drawn) + WIDTH, max(tile.y for tile in drawn) + HEIGHT
    return Drawing(width, height, drawn)


def _lines(name: str) -> tuple[str, ...]:
    """A name on two lines at most."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines[:2])
