"""A plan as it is drawn, on a page and on paper: columns of blocks from the left, rows from the stage. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eventsvc.seating import ordering
from eventsvc.seating.models import BlockKind, SeatBlock
from eventsvc.seating.ordering import Seat
from eventsvc.seating.sitting import Sitting, label


@dataclass(frozen=True)
class Chair:
    """A place in a row: `sitting` is whoever has it, `is_closed` when nobody gets it."""

    seat: Seat
    label: str
    is_closed: bool
    sitting: Sitting | None

    @property
    def state(self) -> str:
        """The word that says how the chair is drawn."""
        if self.is_closed:
            return "closed"
        if self.sitting is None:
            return "free"
        if not self.sitting.comes:
            return "absent"
        if self.sitting.guest.seat_needs_review:
            return "settle"
        return "fixed" if self.sitting.assignment.is_fixed else "taken"


@dataclass(frozen=True)
class DrawnBlock:
    block: SeatBlock
    rows: list[tuple[int, list[Chair]]]


@dataclass
class Hall:
    """The presidium on the stage, the columns of the hall from left to right, the places held back behind."""

    stage: list[DrawnBlock] = field(default_factory=list)
    columns: list[list[DrawnBlock]] = field(default_factory=list)
    behind: list[DrawnBlock] = field(default_factory=list)

    @property
    def blocks(self) -> list[DrawnBlock]:
        return [*self.stage, *(block for column in self.columns for block in column), *self.behind]

    @property
    def left(self) -> int:
        """The free seats that are given by protocol: in the rows of the hall, and in blocks kept for a group."""
        given_out = (b for b in self.blocks if b.block.kind is BlockKind.ROWS or b.block.group_id is not None)
        chairs = (chair for one in given_out for _row, row in one.rows for chair in row)
        return sum(1 for chair in chairs if chair.state == "free")


def hall(blocks: Sequence[SeatBlock], sittings: Iterable[Sitting]) -> Hall:
    """The plan with everybody who has a seat in it."""
    held = {sitting.seat: sitting for sitting in sittings}
    drawn = Hall()
    columns: dict[int, list[DrawnBlock]] = {}
    for block in sorted(blocks, key=lambda each: (each.number, each.id)):
        one = DrawnBlock(block, _rows(block, held))
        if block.kind is BlockKind.PRESIDIUM:
            drawn.stage.append(one)
        elif block.kind is BlockKind.RESERVED:
            drawn.behind.append(one)
        else:
            columns.setdefault(block.offset, []).append(one)
    drawn.columns = [columns[offset] for offset in sorted(columns)]
    return drawn


def _rows(block: SeatBlock, held: dict[Seat, Sitting]) -> list[tuple[int, list[Chair]]]:
    closed = set(ordering.read_closed(block.closed))
    return [
        (row, [_chair(block, Seat(block.id, row, number), closed, held) for number in _numbers(block)])
        for row in range(1, block.rows + 1)
    ]


def _numbers(block: SeatBlock) -> range:
    return range(1, block.seats_per_row + 1)


def _chair(block: SeatBlock, seat: Seat, closed: set[tuple[int, int]], held: dict[Seat, Sitting]) -> Chair:
    return Chair(seat, label(block, seat), (seat.row, seat.number) in closed, held.get(seat))
