"""The order of honour among seats: near before far, inside out, right before left. Pure.

Right and left are those of whoever sits there. In the hall people look at the stage, so their right is that of a
plan with the stage at its top; the presidium sits on the stage and looks at the hall, so its right is the left of
that plan. Seats are counted from the left of the plan everywhere: what stands on the chair is what the plan shows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventsvc.seating.models import BlockKind, SeatBlock


class Seat(NamedTuple):
    """A chair: its block, its row counted from the stage, its number counted from the left of the plan."""

    block_id: int
    row: int
    number: int


@dataclass(frozen=True)
class Block:
    """The shape of a block of seats; `closed` are (row, number) of chairs that nobody gets."""

    id: int
    rows: int
    seats_per_row: int
    offset: int = 0
    kind: BlockKind = BlockKind.ROWS
    number: int = 1
    closed: frozenset[tuple[int, int]] = frozenset()

    @property
    def seats(self) -> list[Seat]:
        """The open seats, row by row."""
        return [
            Seat(self.id, row, number)
            for row in range(1, self.rows + 1)
            for number in range(1, self.seats_per_row + 1)
            if (row, number) not in self.closed
        ]


def shape(block: SeatBlock) -> Block:
    closed = frozenset(read_closed(block.closed))
    return Block(block.id, block.rows, block.seats_per_row, block.offset, block.kind, block.number, closed)


def read_closed(words: Iterable[str]) -> Iterable[tuple[int, int]]:
    """ "3-5" is the fifth chair of the third row."""
    for word in words:
        row, _dash, number = word.partition("-")
        yield int(row), int(number)


def in_block(block: Block) -> list[Seat]:
    """The seats of one block, the highest first: the middle of the first row before everything else."""
    return sorted(block.seats, key=lambda seat: (seat.row, *_from_the_middle(_across_block(block, seat))))


def across(blocks: Sequence[Block]) -> list[Seat]:
    """Every open seat of a hall once, the highest first.

    The presidium stands before the hall, and places held back for press and staff after it. In the hall a nearer row
    goes before a farther one, whichever block it is in; blocks on the same side are farther the later they are counted.
    """
    standing = sorted(blocks, key=lambda block: (block.number, block.id))
    before = [block for block in standing if block.kind is BlockKind.PRESIDIUM]
    hall = [block for block in standing if block.kind is BlockKind.ROWS]
    behind = [block for block in standing if block.kind is BlockKind.RESERVED]
    edges, depths = _edges(hall), _depths(hall)
    order = {
        seat: (depths[block.id] + seat.row, *_from_the_middle(_across_hall(block, seat, edges)))
        for block in hall
        for seat in block.seats
    }
    return [
        *(seat for block in before for seat in in_block(block)),
        *sorted(order, key=lambda seat: (order[seat], seat)),
        *(seat for block in behind for seat in in_block(block)),
    ]


def first_free(order: Sequence[Seat], taken: Collection[Seat], after: Collection[Seat]) -> Seat | None:
    """The highest free seat below all those of higher standing (`after`); else the lowest free one above them."""
    places = {seat: place for place, seat in enumerate(order)}
    last = max((places[seat] for seat in after if seat in places), default=-1)
    below = next((seat for seat in order[last + 1 :] if seat not in taken), None)
    return below or next((seat for seat in reversed(order[: last + 1]) if seat not in taken), None)


def _from_the_middle(across: int) -> tuple[int, bool]:
    """Inside out; of two that are as far from the middle, the right one first."""
    return abs(across), across < 0


def _across_block(block: Block, seat: Seat) -> int:
    """Half seats from the middle of the block to the right of whoever sits there."""
    right = 2 * seat.number - (block.seats_per_row + 1)
    return -right if block.kind is BlockKind.PRESIDIUM else right


def _across_hall(block: Block, seat: Seat, edges: dict[int, int]) -> int:
    """Half seats from the middle of the hall to the right."""
    if block.offset == 0:
        return _across_block(block, seat)
    if block.offset > 0:
        return edges[block.offset] + 2 * seat.number - 1
    return -(edges[block.offset] + 2 * (block.seats_per_row - seat.number) + 1)


def _edges(hall: Sequence[Block]) -> dict[int, int]:
    """How far from the middle of the hall the blocks beside the middle begin, in half seats."""
    widths: dict[int, int] = {}
    for block in hall:
        widths[block.offset] = max(widths.get(block.offset, 0), block.seats_per_row)
    edges = {}
    for side in (1, -1):
        edge = widths.get(0, 0)
        for offset in sorted((each for each in widths if each * side > 0), key=abs):
            edges[offset] = edge
            edge += 2 * widths[offset]
    return edges


def _depths(hall: Sequence[Block]) -> dict[int, int]:
    """How many rows stand before a block on its own side."""
    depths, rows = {}, dict[int, int]()
    for block in hall:
        depths[block.id] = rows.get(block.offset, 0)
        rows[block.offset] = depths[block.id] + block.rows
    return depths
