"""The order of honour: centre front first, right before left, near before far, inside out."""

from hypothesis import given
from hypothesis import strategies as st

from eventsvc.seating.models import BlockKind
from eventsvc.seating.ordering import Block, Seat, across, first_free, in_block

sizes = st.integers(1, 9)


@st.composite
def halls(draw):
    """A centre block with blocks beside and behind it, some seats of which are closed."""
    shapes = draw(st.lists(st.tuples(sizes, sizes, st.integers(-3, 3)), max_size=6))
    blocks = [Block(1, draw(sizes), draw(sizes), 0, number=1)]
    for number, (rows, seats, offset) in enumerate(shapes, start=2):
        closed = draw(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=3))
        blocks.append(Block(number, rows, seats, offset, number=number, closed=frozenset(closed)))
    return blocks


@given(halls())
def test_every_open_seat_stands_in_the_order_exactly_once(blocks):
    order = across(blocks)

    assert len(order) == len(set(order))
    assert set(order) == {seat for block in blocks for seat in block.seats}


@given(halls())
def test_the_first_is_the_centre_of_the_first_row_of_the_centre_block(blocks):
    first = across(blocks)[0]

    assert (first.block_id, first.row) == (1, 1)
    assert first.number == blocks[0].seats_per_row // 2 + 1


@given(sizes, st.integers(2, 9))
def test_in_a_block_the_right_neighbour_of_the_middle_goes_before_the_left_one(rows, seats):
    order = in_block(Block(1, rows, seats))

    middle = order[0].number
    assert order[0].row == 1
    if seats % 2:
        assert [seat.number for seat in order[1:3]] == [middle + 1, middle - 1]
    else:
        assert order[1].number == middle - 1  # the two of the middle: the right one was first
    assert [seat.row for seat in order] == sorted(seat.row for seat in order)


@given(halls())
def test_a_nearer_row_of_one_side_goes_before_a_farther_one(blocks):
    places = {seat: place for place, seat in enumerate(across(blocks))}

    for block in blocks:
        rows = [[places[seat] for seat in block.seats if seat.row == row] for row in range(1, block.rows + 1)]
        filled = [row for row in rows if row]
        assert all(max(near) < min(far) for near, far in zip(filled, filled[1:], strict=False))


def test_a_hall_of_three_blocks_goes_from_the_middle_to_both_walls_row_by_row():
    left, centre, right = Block(1, 2, 2, -1), Block(2, 2, 3, 0), Block(3, 2, 2, 1)

    order = [f"{'LCR'[seat.block_id - 1]}{seat.row}{seat.number}" for seat in across([left, centre, right])]

    assert order == [
        "C12", "C13", "C11", "R11", "L12", "R12", "L11",
        "C22", "C23", "C21", "R21", "L22", "R22", "L21",
    ]  # fmt: skip


def test_the_right_of_the_presidium_is_the_left_of_the_plan():
    presidium = Block(1, 1, 5, kind=BlockKind.PRESIDIUM)

    assert [seat.number for seat in in_block(presidium)] == [3, 2, 4, 1, 5]


def test_the_presidium_goes_before_the_hall_and_held_back_places_after_it():
    blocks = [
        Block(1, 1, 1, kind=BlockKind.RESERVED), Block(2, 1, 1), Block(3, 1, 1, kind=BlockKind.PRESIDIUM),
    ]  # fmt: skip

    assert [seat.block_id for seat in across(blocks)] == [3, 2, 1]


def test_a_block_behind_another_is_farther_though_its_rows_are_counted_from_one():
    order = across([Block(1, 2, 1, number=1), Block(2, 1, 1, number=2)])

    assert order == [Seat(1, 1, 1), Seat(1, 2, 1), Seat(2, 1, 1)]


def test_a_place_by_own_rank_lies_below_those_of_higher_standing():
    order = in_block(Block(1, 1, 5))  # 3 4 2 5 1
    third, fourth, second, fifth, first = order

    assert first_free(order, {third, second}, {third}) == fourth
    assert first_free(order, {third, fourth, second}, {third, second}) == fifth
    assert first_free(order, {fifth, first, second}, {first}) == fourth  # nothing below: the lowest above
    assert first_free(order, set(order), {third}) is None
