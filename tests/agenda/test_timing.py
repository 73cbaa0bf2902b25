"""Agenda arithmetic, by a table."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from eventsvc.agenda.timing import Fit, fit, lay_out

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
