"""Agenda arithmetic, by a table."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from eventsvc.agenda.timing import Fit, clock_times, fit

EIGHT = datetime(2022, 4, 14, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    duration_minutes: int | None


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
def test_clock_times_follow_until_a_duration_is_missing(durations, expected):
    items = [Item(minutes) for minutes in durations]

    times = clock_times(EIGHT, items)

    assert times == [(item, at(start), at(end)) for item, (start, end) in zip(items, expected, strict=True)]


def test_nothing_is_known_before_the_sitting_has_a_start():
    items = [Item(10), Item(20)]

    assert clock_times(None, items) == [(items[0], None, None), (items[1], None, None)]


@pytest.mark.parametrize(
    ("durations", "planned", "expected", "over", "is_too_long"),
    [
        ([], 90, Fit(0, 0, 90), -90, False),
        ([30, 60], 90, Fit(90, 0, 90), 0, False),
        ([30, 61], 90, Fit(91, 0, 90), 1, True),
        ([30, None], 20, Fit(30, 1, 20), 10, True),
        ([30, None], None, Fit(30, 1, None), None, False),
    ],
)
def test_fit_compares_the_items_with_the_sitting(durations, planned, expected, over, is_too_long):
    result = fit(EIGHT, at(planned), [Item(minutes) for minutes in durations])

    assert (result, result.over, result.is_too_long) == (expected, over, is_too_long)
