"""Sums of returns: districts add up to the province, whatever the structure; days, charts and the map. Pure."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.movements import guidance_chart, guidance_days, guidance_map, guidance_rollup
from eventsvc.movements.guidance_days import Span
from eventsvc.movements.guidance_map import Unit
from eventsvc.movements.guidance_rollup import Line, Sums, Wanted
from eventsvc.organizations.models import Level
from eventsvc.tasks.returns import HANDED_IN, ReturnState

DUE = date(2023, 8, 15)
TODAY = date(2023, 8, 20)
DISTRICTS = range(1, 14)
STRUCTURES = {"2023": list(DISTRICTS), "2025": [None]}

members = st.none() | st.integers(0, 500)
moments = st.datetimes(datetime(2023, 8, 1), datetime(2023, 8, 31), timezones=st.just(UTC))


def lines(structure):
    """Returns of communes under some of the districts; no commune is ever under the thirteenth, the island."""
    above = [code for code in STRUCTURES[structure] if code != 13]
    one = st.builds(
        Line,
        id=st.integers(1, 10**6),
        name=st.text(max_size=5),
        code=st.none(),
        level=st.just(Level.COMMUNE),
        state=st.sampled_from(ReturnState),
        submitted_at=st.none() | moments,
        members=members,
        reached=members,
        residents=st.integers(0, 5000),
        above=st.sampled_from(above),
    )
    return st.lists(one, max_size=60)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_districts_add_up_to_the_leaves_in_both_structures(structure):
    @given(lines(structure))
    def check(found):
        districts = guidance_rollup.by_above(found, DUE, TODAY)
        whole = guidance_rollup.total(found, DUE, TODAY)

        assert Sums(*(sum(column) for column in zip(Sums(), *districts.values(), strict=True))) == whole
        counted = [line for line in found if line.state in HANDED_IN]
        assert whole.residents == sum(line.residents for line in counted)
        assert whole.members == sum(line.members or 0 for line in counted)
        assert whole.expected == len(found) == whole.handed_in + whole.missing
        assert 13 not in districts
        for wanted, number in {
            Wanted.MISSING: whole.missing,
            Wanted.LATE: whole.late,
            Wanted.HANDED_IN: whole.handed_in,
            Wanted.APPROVED: whole.approved,
        }.items():
            assert len(guidance_rollup.chosen(found, wanted=wanted, due=DUE, today=TODAY)) == number

    check()


@pytest.mark.parametrize(
    ("submitted_at", "late"),
    [
        (datetime(2023, 8, 15, 16, 59, tzinfo=UTC), False),  # 23:59 of the last day in Vietnam
        (datetime(2023, 8, 15, 17, 0, tzinfo=UTC), True),
    ],
)
def test_the_last_day_counts_as_a_whole(submitted_at, late):
    assert guidance_rollup.is_late(ReturnState.SUBMITTED, submitted_at, DUE, TODAY) is late


def test_what_is_owed_is_late_only_after_the_last_day():
    assert guidance_rollup.is_late(ReturnState.MISSING, None, DUE, DUE) is False
    assert guidance_rollup.is_late(ReturnState.RETURNED, None, DUE, TODAY) is True
    assert guidance_rollup.is_late(ReturnState.MISSING, None, None, TODAY) is False


def test_rates_of_nobody_are_unknown():
    assert Sums().rate(7) is None
    assert Sums(members=2, residents=7).rate(7) == 50.0
    assert Sums(members=2, residents=7).rate(None) is None
    assert Sums(reached=1, counted_members=3).reached_rate == 33.3


def test_seven_days_begin_with_the_ceremony():
    span = guidance_days.span(date(2023, 7, 20), 7, DUE)

    assert span == Span(date(2023, 7, 20), date(2023, 7, 26))
    assert len(span.days) == 7
    assert guidance_days.span(None, 7, DUE) is None
    assert guidance_days.span(date(2023, 8, 10), None, DUE).last == DUE
    moved = guidance_days.days_to_show(span, [date(2023, 7, 18)])
    assert moved[0] == date(2023, 7, 18) and len(moved) == 8


@given(st.lists(st.tuples(st.just("1/7"), st.integers(0, 10**6)), max_size=62))
def test_bars_stand_side_by_side_within_the_drawing(numbers):
    chart = guidance_chart.columns(numbers)

    assert [bar.number for bar in chart.bars] == [number for _words, number in numbers]
    for bar in chart.bars:
        assert bar.x >= 0 and bar.x + bar.width <= chart.width + 1
        assert bar.y >= 0 and abs(bar.y + bar.height - chart.ground) <= 0.2
    for left, right in zip(chart.bars, chart.bars[1:], strict=False):
        assert left.x + left.width <= right.x


def unit(code, rate=None):
    return Unit(code, f"UBND {code}", f"Bình {code}", rate, 0, 0, 0)


@pytest.mark.parametrize("province", ["51", "75", None])
def test_every_unit_has_a_tile_of_its_own(province):
    units = {code: unit(code) for code in ("522", "524", "535", "999")}
    drawn = guidance_map.drawing(units, province, date(2023, 7, 15))

    assert {tile.unit.code for tile in drawn.tiles} == set(units)
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(units)


@pytest.mark.parametrize(
    ("rate", "step"), [(None, None), (0.0, 3), (49.9, 3), (50.0, 2), (75.0, 1), (100.0, 0), (140.0, 0)]
)
def test_colours_go_by_steps(rate, step):
    assert guidance_map.step(rate) == step
