"""Agenda arithmetic, by a table."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.agenda.timing import CannotStretch, Fit, fit, lay_out, shifted, stretched
from eventsvc.clock import local

EIGHT = datetime(2022, 4, 14, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    duration_minutes: int | None
    pinned_at: time | None = None


@dataclass(frozen=True)
class Sitting:
    starts_at: datetime | None
    ends_at: datetime | None
    buffer_minutes: int = 0


def at(minutes):
    return None if minutes is None else EIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ([], []),
        ([10], [(0, 10)]),
        ([10, 5, 30], [(0, 10), (10, 15), (15, 45)]),
        ([None], [(0, None)]),
        ([10, None, 5], [(0, 10), (10, None), (None, None)]),
        ([None, 10], [(0, None), (None, None)]),
        ([1440], [(0, 1440)]),
    ],
)
def test_linked_items_follow_each_other_until_a_duration_is_missing(durations, expected):
    slots = lay_out(EIGHT, [Item(minutes) for minutes in durations])

    assert [(slot.start, slot.end) for slot in slots] == [(at(start), at(end)) for start, end in expected]


def test_nothing_is_known_before_the_sitting_has_a_start():
    items = [Item(10), Item(20, time(9, 0))]

    assert [(slot.start, slot.end) for slot in lay_out(None, items)] == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("pin", "start", "gap", "overlap"),
    [("08:10", 10, 0, 0), ("08:25", 25, 15, 0), ("08:04", 4, 0, 6), ("07:30", -30, 0, 40)],
)
def test_a_pinned_item_holds_and_says_what_it_leaves_or_cuts(pin, start, gap, overlap):
    slots = lay_out(EIGHT, [Item(10), Item(5, time.fromisoformat(pin)), Item(5)])

    assert (slots[1].start, slots[1].gap, slots[1].overlap) == (at(start), gap, overlap)
    assert slots[2].start == at(start + 5)


def test_doors_may_open_before_the_sitting():
    slots = lay_out(EIGHT, [Item(30, time(7, 30)), Item(10)])

    assert [(slot.start, slot.gap, slot.overlap) for slot in slots] == [(at(-30), 0, 0), (at(0), 0, 0)]


@pytest.mark.parametrize(
    ("durations", "planned", "buffer", "expected", "is_too_long"),
    [
        ([], 90, 0, Fit(0, 0, 90, -90), False),
        ([30, 60], 90, 0, Fit(90, 0, 90, 0), False),
        ([30, 61], 90, 0, Fit(91, 0, 90, 1), True),
        ([30, None], 20, 0, Fit(30, 1, 20, 10), True),
        ([30, None], None, 0, Fit(30, 1, None, None), False),
        ([30, 55], 90, 10, Fit(85, 0, 90, -5, 10), False),
    ],
)
def test_fit_compares_the_items_with_the_sitting(durations, planned, buffer, expected, is_too_long):
    sitting = Sitting(EIGHT, at(planned), buffer)

    result = fit(sitting, lay_out(EIGHT, [Item(minutes) for minutes in durations]))

    assert (result, result.is_too_long) == (expected, is_too_long)
    assert result.buffer_used == (5 if buffer else 0)


# --- Whatever the agenda ------------------------------------------------------------------------------------

PINS = st.one_of(st.none(), st.none(), st.integers(0, 16 * 60 - 1).map(lambda m: time(6 + m // 60, m % 60)))
AGENDAS = st.lists(st.builds(Item, st.one_of(st.none(), st.integers(1, 90)), PINS), max_size=12)
TIMED = st.lists(st.builds(Item, st.integers(1, 90), PINS), min_size=1, max_size=12)
LINKED = st.lists(st.builds(Item, st.integers(1, 600)), min_size=1, max_size=20)


def walk(slots):
    """When each slot could begin, by walking the clock minute by minute of what came before."""
    moment = EIGHT
    for slot in slots:
        yield moment
        moment = slot.end


@given(AGENDAS)
def test_pins_hold_and_what_is_linked_begins_when_the_one_before_it_ends(items):
    slots = lay_out(EIGHT, items)

    assert [slot.item for slot in slots] == items
    for slot, before in zip(slots, walk(slots), strict=True):
        if slot.item.pinned_at is not None:
            assert local(slot.start).time() == slot.item.pinned_at
            assert local(slot.start).date() == local(EIGHT).date()
        else:
            assert slot.start == before
        if slot.start is None or slot.item.duration_minutes is None:
            assert slot.end is None
        else:
            assert slot.end - slot.start == timedelta(minutes=slot.item.duration_minutes)


@given(AGENDAS)
def test_gaps_and_overlaps_stand_at_pins_alone_and_are_the_difference(items):
    slots = lay_out(EIGHT, items)

    for place, (slot, before) in enumerate(zip(slots, walk(slots), strict=True)):
        if slot.item.pinned_at is None or before is None:
            assert (slot.gap, slot.overlap) == (0, 0)
        else:
            apart = int((slot.start - before).total_seconds() // 60)
            assert slot.gap == max(0, apart)
            assert slot.overlap == (max(0, -apart) if place else 0)
        assert not (slot.gap and slot.overlap)


@given(AGENDAS, st.one_of(st.none(), st.integers(1, 900)), st.integers(0, 60))
def test_sums_agree(items, planned, buffer):
    slots = lay_out(EIGHT, items)
    result = fit(Sitting(EIGHT, at(planned), buffer), slots)

    assert result.minutes == sum(item.duration_minutes or 0 for item in items)
    assert result.untimed == sum(item.duration_minutes is None for item in items)
    ends = [slot.end for slot in slots if slot.end is not None]
    if planned is None:
        assert (result.planned, result.over, result.buffer_used) == (None, None, 0)
    else:
        end = max(ends) if ends else at(result.minutes)
        assert at(planned) + timedelta(minutes=result.over) == end
        assert result.is_too_long == (end > at(planned))
        free = (at(planned) - end).total_seconds() / 60
        assert result.buffer_used == (0 if free >= buffer else buffer if free <= 0 else buffer - free)


@given(LINKED)
def test_without_pins_and_holes_the_sum_is_the_whole(items):
    slots = lay_out(EIGHT, items)

    assert slots[-1].end - EIGHT == timedelta(minutes=fit(Sitting(EIGHT, at(1)), slots).minutes)


@given(TIMED, st.data())
def test_what_is_shifted_there_and_back_is_where_it_was(items, data):
    slots = lay_out(EIGHT, items)
    first = data.draw(st.integers(0, len(items) - 1))
    starts = [(local(slot.start).hour * 60 + local(slot.start).minute) for slot in slots[first:]]
    if max(starts) >= 24 * 60 or any(slot.start - EIGHT > timedelta(hours=14) for slot in slots):
        return  # over midnight the clock says another day
    minutes = data.draw(st.integers(-min(starts), 24 * 60 - 1 - max(starts)))

    there = lay_out(EIGHT, pinned(items, shifted(slots, first, minutes)))
    back = lay_out(EIGHT, pinned([slot.item for slot in there], shifted(there, first, -minutes)))

    by = timedelta(minutes=minutes)
    assert [slot.start for slot in there[first:]] == [slot.start + by for slot in slots[first:]]
    assert [slot.start for slot in there[:first]] == [slot.start for slot in slots[:first]]
    assert [(slot.start, slot.end) for slot in back] == [(slot.start, slot.end) for slot in slots]


def pinned(items, pins):
    """The items with these pins set."""
    of = {id(item): at for item, at in pins}
    return [Item(item.duration_minutes, of.get(id(item), item.pinned_at)) for item in items]


@given(LINKED, st.integers(1, 1400), st.integers(0, 60))
def test_stretched_items_fill_the_time_up_to_the_buffer_in_proportion(items, planned, buffer):
    slots = lay_out(EIGHT, items)
    minutes, total = planned - buffer, sum(item.duration_minutes for item in items)
    if minutes < len(items):
        with pytest.raises(CannotStretch) as problem:
            stretched(EIGHT, at(planned), slots, buffer=buffer)
        assert (problem.value.minutes, problem.value.count) == (minutes, len(items))
        return

    new = durations(items, stretched(EIGHT, at(planned), slots, buffer=buffer))

    assert sum(new) == minutes
    assert min(new) >= 1
    assert new == durations(items, stretched(EIGHT, at(planned), lay_out(EIGHT, items), buffer=buffer))
    exact = [item.duration_minutes * minutes / total for item in items]
    if min(exact) >= 1:
        assert all(abs(share - made) < 1 for share, made in zip(exact, new, strict=True))
    if total == minutes:
        assert new == [item.duration_minutes for item in items]
    longer = sorted(zip((item.duration_minutes for item in items), new, strict=True))
    assert all(b[1] >= a[1] - 1 for a, b in zip(longer, longer[1:], strict=False))


@pytest.mark.parametrize(
    ("parts", "minutes", "expected"),
    [
        ([10, 20, 30], 120, [20, 40, 60]),
        ([1, 3], 4, [1, 3]),
        ([10, 10, 10], 100, [34, 33, 33]),
        ([1, 1, 100], 12, [1, 1, 10]),
        ([1, 1, 1], 3, [1, 1, 1]),
        ([5, 90], 10, [1, 9]),
    ],
)
def test_minutes_are_shared_out_in_proportion(parts, minutes, expected):
    items = [Item(part) for part in parts]

    assert durations(items, stretched(EIGHT, at(minutes), lay_out(EIGHT, items))) == expected


def test_no_item_is_stretched_beyond_a_day():
    items = [Item(1), Item(1400)]

    with pytest.raises(CannotStretch):
        stretched(EIGHT, at(2000), lay_out(EIGHT, items))


def durations(items, changed):
    of = {id(item): minutes for item, minutes in changed}
    return [of.get(id(item), item.duration_minutes) for item in items]


@given(TIMED, st.integers(1, 1400), st.integers(0, 60))
def test_stretching_holds_every_pin_and_leaves_neither_gap_nor_overlap_between_them(items, planned, buffer):
    slots = lay_out(EIGHT, items)
    try:
        changed = stretched(EIGHT, at(planned), slots, buffer=buffer)
    except CannotStretch:
        return
    new = [
        Item(minutes, item.pinned_at) for item, minutes in zip(items, durations(items, changed), strict=True)
    ]
    after = lay_out(EIGHT, new)

    assert [slot.start for slot in after if slot.item.pinned_at] == [
        slot.start for slot in slots if slot.item.pinned_at
    ]
    assert [(slot.gap, slot.overlap) for slot in after[1:]] == [(0, 0)] * (len(after) - 1)
    assert after[-1].end == at(planned - buffer)
    assert fit(Sitting(EIGHT, at(planned), buffer), after).over == -buffer
    assert stretched(EIGHT, at(planned), after, buffer=buffer) == []


@given(st.permutations(range(8)), st.integers(0, 7), st.integers(0, 7))
def test_an_item_moved_there_and_back_stands_where_it_stood(order, place, to):
    items = [Item(5 + number) for number in order]
    moved = list(items)
    item = moved.pop(place)
    moved.insert(to, item)
    back = list(moved)
    back.insert(place, back.pop(to))

    assert lay_out(EIGHT, back) == lay_out(EIGHT, items)
    assert lay_out(EIGHT, moved)[-1].end == lay_out(EIGHT, items)[-1].end
