"""The sites as a map of tiles, in the units of a drawing: each at about its place in the province. Pure.

Two drawings: every site a tile with its name, or, for thousands, every site a dot in the block of its district.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from eventsvc.reports.site_board import Division, Line, SiteBoard, Standing
from eventsvc.sites import tiles
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.tiles import Block, Grid

MOST_TILES = 600
"""With more sites than this each is a dot: nobody reads three thousand names."""


WIDE = 1.8
"""How many times as wide as high a picture is."""


class Shape(NamedTuple):
    """How large a tile is drawn, how high the head of a district, how far things stand apart, and how many letters
    of how many lines a tile holds."""

    width: int
    height: int
    head: int
    gap: int
    between: int
    letters: int
    rows: int


PAGE = Shape(width=104, height=72, head=38, gap=5, between=18, letters=7, rows=3)
WALL = Shape(width=104, height=53, head=38, gap=5, between=18, letters=7, rows=2)
DOT = Shape(width=18, height=18, head=34, gap=4, between=24, letters=0, rows=0)


class Tile(NamedTuple):
    """One site. `is_head`: that of a district, which is as wide as its block. `is_small`: a long name, set small."""

    x: int
    y: int
    width: int
    words: tuple[str, ...]
    line: Line
    is_head: bool = False
    is_small: bool = False


class Heading(NamedTuple):
    """The name over a block; `code` filters by it. `urgent` sites of `sites` need somebody."""

    x: int
    y: int
    width: int
    name: str
    code: str
    sites: int
    urgent: int


class Dots(NamedTuple):
    """All sites of one standing as one path."""

    standing: Standing
    path: str


class TileMap(NamedTuple):
    width: int
    height: int
    shape: Shape
    tiles: list[Tile]
    headings: list[Heading]
    dots: list[Dots]


def tile_map(board: SiteBoard, units_as_of: date, shape: Shape = PAGE) -> TileMap:
    """Every site of the board, once. A province that was not laid is arranged in rows, by district."""
    if len(board.lines) > MOST_TILES:
        return _drawing(board, _grid(board, units_as_of), DOT)
    return _drawing(board, _grid(board, units_as_of), shape)


def _grid(board: SiteBoard, units_as_of: date) -> Grid:
    units: dict[str, str | None] = {}
    for line in board.lines:
        division, code = board.place_of(line)
        if line.level is SiteLevel.COMMUNE and division is Division.DISTRICT:
            units.setdefault(code, None)
            units[line.code] = code
        elif line.level in (SiteLevel.DISTRICT, SiteLevel.COMMUNE):
            units[line.code] = None
    laid = tiles.grid(board.province_code or "", units_as_of)
    is_here = laid is not None and any(laid.place(code) for code in units)
    return (laid if laid and is_here else _rows(units)).with_all(units.items())


def _rows(units: Mapping[str, str | None]) -> Grid:
    """What was not laid, in rows that make a picture as wide as a screen."""
    top = [code for code, above in units.items() if above is None]
    width = math.ceil(math.sqrt(WIDE * len(top)))
    return Grid(Block({code: (place % width, place // width) for place, code in enumerate(top)}))


class _Place(NamedTuple):
    x: int
    y: int
    width: int


def _drawing(board: SiteBoard, grid: Grid, shape: Shape) -> TileMap:
    lines = {line.code: line for line in board.lines}
    apart = [line for line in board.lines if line.level in (SiteLevel.MAIN, SiteLevel.OTHER)]
    blocks = {code: block for code in grid.units.cells if (block := _used(grid, code, lines))}
    places = _blocks(grid, blocks, lines, shape) if blocks else _cells(grid.units, lines, shape)
    width = max(
        [*(place.x + place.width for place in places.values()), *_strip_width(apart, shape)], default=0
    )
    strip = _strip(apart, width, shape)
    top = _height_of(strip, places, shape)
    drawn, headings = list(strip), []
    for code, place in places.items():
        line, y = lines.get(code), place.y + top
        is_head = code in blocks or (bool(blocks) and code in grid.units.cells)
        if line is not None:
            drawn.append(_tile(place._replace(y=y), line, shape, is_head))
        if code in blocks:
            headings.append(_heading(board, code, place, y))
    height = max([tile.y + (shape.head if tile.is_head else shape.height) for tile in drawn], default=0)
    if shape is DOT:
        return TileMap(width, height, shape, [], headings, _dots(drawn, shape))
    named = [heading for heading in headings if heading.code not in lines]
    return TileMap(width, height, shape, drawn, named, [])


def _used(grid: Grid, code: str, lines: dict[str, Line]) -> Block | None:
    """The block of a district, if a site of one of its communes is there."""
    block = grid.block(code)
    return block if block is not None and any(commune in lines for commune in block.cells) else None


def _cells(block: Block, lines: dict[str, Line], shape: Shape, x: int = 0, y: int = 0) -> dict[str, _Place]:
    return {
        code: _Place(
            x + column * (shape.width + shape.gap), y + row * (shape.height + shape.gap), shape.width
        )
        for code, (column, row) in block.cells.items()
        if code in lines
    }


def _blocks(grid: Grid, blocks: dict[str, Block], lines: dict[str, Line], shape: Shape) -> dict[str, _Place]:
    """Districts side by side: a column of them is as wide as its widest block, a row as high as its highest."""
    units = {code: cell for code, cell in grid.units.cells.items() if code in blocks or code in lines}
    widths, heights = [0] * grid.columns, [0] * grid.rows
    for code, (column, row) in units.items():
        block = blocks.get(code, Block())
        widths[column] = max(widths[column], _extent(_columns(block, shape), shape.width, shape.gap))
        heights[row] = max(heights[row], shape.head + block.rows * (shape.height + shape.gap))
    found: dict[str, _Place] = {}
    for code, (column, row) in sorted(units.items(), key=lambda unit: (unit[1][1], unit[1][0])):
        block = blocks.get(code, Block())
        x = sum(width + shape.between for width in widths[:column] if width)
        y = sum(height + shape.between for height in heights[:row] if height)
        found[code] = _Place(x, y, _extent(_columns(block, shape), shape.width, shape.gap))
        found.update(_cells(block, lines, shape, x, y + shape.head + shape.gap))
    return found


def _columns(block: Block, shape: Shape) -> int:
    """A block is wide enough for the name of its district."""
    return max(block.columns, 12 if shape is DOT else 2)


def _extent(number: int, size: int, gap: int) -> int:
    return number * (size + gap) - gap


def _strip_width(apart: Sequence[Line], shape: Shape) -> list[int]:
    return [_extent(min(len(apart), 4) * 2, shape.width, shape.gap)] if apart else []


def _strip(apart: Sequence[Line], width: int, shape: Shape) -> list[Tile]:
    """The main hall and the halls of no unit in rows of their own above the map, two tiles wide each."""
    wide = _extent(2, shape.width, shape.gap)
    number = max(1, (width + shape.gap) // (wide + shape.gap))
    return [
        _tile(
            _Place(
                (place % number) * (wide + shape.gap), (place // number) * (shape.height + shape.gap), wide
            ),
            line,
            shape,
        )
        for place, line in enumerate(apart)
    ]


def _height_of(strip: Sequence[Tile], places: Mapping[str, _Place], shape: Shape) -> int:
    """How far the map begins below the strip: not at all where the province leaves that corner free."""
    if not strip:
        return 0
    right = max(tile.x + tile.width for tile in strip) + shape.between
    bottom = strip[-1].y + shape.height + shape.between
    is_free = not any(place.x < right and place.y < bottom for place in places.values())
    return 0 if is_free else bottom


def _heading(board: SiteBoard, code: str, place: _Place, y: int) -> Heading:
    tally = next(tally for tally in board.by_district if tally.code == code)
    return Heading(place.x, y, place.width, tally.name, code, tally.sites, len(tally.urgent))


def _dots(drawn: Sequence[Tile], shape: Shape) -> list[Dots]:
    paths: dict[Standing, list[str]] = {}
    for tile in drawn:
        if not tile.is_head:
            square = f"M{tile.x} {tile.y}h{tile.width}v{shape.height}h-{tile.width}z"
            paths.setdefault(tile.line.standing, []).append(square)
    return [Dots(standing, "".join(paths[standing])) for standing in Standing if standing in paths]


_TYPES = ("Thành phố ", "Thị xã ", "Thị trấn ", "Phường ", "Huyện ", "Đặc khu ", "Tỉnh ", "Xã ")


def short_name(name: str) -> str:
    """A unit's name without its type: "Xã Bình Thạnh" is "Bình Thạnh"; but "Phường 1" stays."""
    for words in _TYPES:
        bare = name.removeprefix(words)
        if bare != name and not bare.isdigit():
            return bare
    return name


def _tile(place: _Place, line: Line, shape: Shape, is_head: bool = False) -> Tile:
    if shape is DOT:
        return Tile(*place, (), line, is_head)
    name, letters = short_name(line.name), shape.letters * place.width // shape.width
    rows = 1 if is_head else shape.rows
    words = wrapped(name, letters, rows)
    is_small = " ".join(words) != name
    if is_small and not is_head:
        words = wrapped(name, letters + letters // 4 + 1, rows + 1)
    return Tile(*place, words, line, is_head, is_small)


def wrapped(name: str, letters: int, rows: int) -> tuple[str, ...]:
    """The name in at most so many rows of about so many letters; what does not fit ends in an ellipsis."""
    found: list[str] = []
    for word in name.split():
        if found and len(found[-1]) + 1 + len(word) <= letters:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > rows:
        found = found[:rows]
        found[-1] = f"{found[-1][: letters - 1].rstrip()}…"
    return tuple(word if len(word) <= letters else f"{word[: letters - 1]}…" for word in found)
