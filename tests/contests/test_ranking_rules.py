"""From points to places: order does not matter, nobody is judged by what is missing, who is equal shares a place."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from eventsvc.contests import ranking
from eventsvc.contests.ranking import Cut, Points, Prize

POINTS = st.integers(0, 20).map(lambda halves: Decimal(halves) / 2)
SHARES = st.decimals(0, 100, places=2)
MOST = {1: 10, 2: 30}


def points_of(judge, entry, first, second):
    return [Points(judge, entry, 1, Decimal(first)), Points(judge, entry, 2, Decimal(second))]


def test_a_total_is_a_share_of_the_most_and_missing_points_are_named_not_nought():
    given_points = [
        *points_of(1, 7, 10, 30),
        *points_of(2, 7, 5, 15),
        Points(3, 7, 1, Decimal(0)),
        *points_of(1, 8, 4, 12),
        *points_of(9, 8, 0, 0),
    ]

    found = ranking.judged(given_points, most=MOST, expected={7: {1, 2, 3}, 8: {1, 2}, 9: {1}, 10: set()})

    assert found == {
        7: (Decimal("75.00"), {1: Decimal(100), 2: Decimal(50)}, {3}),
        8: (Decimal("40.00"), {1: Decimal(40)}, {2}),
        9: (None, {}, {1}),
        10: (None, {}, set()),
    }


@given(st.permutations([each for judge in (1, 2, 3) for each in points_of(judge, 7, judge, 3 * judge)]))
def test_the_order_of_the_points_changes_nothing(shuffled):
    found = ranking.judged(shuffled, most=MOST, expected={7: {1, 2, 3}})

    assert found[7].mean == Decimal("20.00")


@given(st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 2)), POINTS))
def test_every_share_lies_between_nought_and_a_hundred(table):
    given_points = [Points(*key, points) for key, points in table.items()]

    found = ranking.judged(
        given_points, most={1: 10, 2: 10}, expected={entry: {1, 2, 3} for entry in range(1, 5)}
    )

    assert all(one.mean is None or 0 <= one.mean <= 100 for one in found.values())
    assert all(one.totals.keys() | one.missing == {1, 2, 3} for one in found.values())


@given(SHARES, SHARES, st.integers(0, 100))
def test_the_weights_add_up_and_what_comes_out_lies_between_the_two(jury, vote, weight):
    both = ranking.weighted(jury, vote, weight)

    assert min(jury, vote) <= both <= max(jury, vote)
    assert ranking.weighted(jury, jury, weight) == jury
    assert (ranking.weighted(jury, vote, 0), ranking.weighted(jury, vote, 100)) == (jury, vote)


def test_without_the_jury_there_are_no_points_unless_only_the_vote_counts():
    assert ranking.weighted(None, Decimal(80), 30) is None
    assert ranking.weighted(None, Decimal(80), 100) == 80


def test_votes_count_by_the_most():
    assert ranking.vote_shares({1: 40, 2: 10, 3: 0}) == {1: 100, 2: 25, 3: 0}
    assert ranking.vote_shares({1: 0, 2: 0}) == {1: 0, 2: 0}


def test_equal_merits_share_a_place_and_the_next_ones_stay_empty():
    merits = {"an": 9, "binh": 9, "chi": 7, "dung": None, "em": 5}

    assert ranking.places(merits) == {"an": 1, "binh": 1, "chi": 3, "dung": None, "em": 4}


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 5) | st.none()), st.randoms(use_true_random=False))
def test_a_place_is_one_more_than_the_number_of_better_ones_in_whatever_order(merits, chance):
    shuffled = list(merits.items())
    chance.shuffle(shuffled)

    found = ranking.places(dict(shuffled))

    known = [merit for merit in merits.values() if merit is not None]
    assert found == {
        key: None if merit is None else 1 + sum(other > merit for other in known)
        for key, merit in merits.items()
    }


def test_the_cut_never_decides_between_equals():
    placed = {1: 1, 2: 2, 3: 2, 4: 2, 5: None}

    assert ranking.cut(placed, 1) == Cut(frozenset({1}))
    assert ranking.cut(placed, 2) == Cut(frozenset({1}), frozenset({2, 3, 4}), 1)
    assert ranking.cut(placed, 4) == Cut(frozenset({1, 2, 3, 4}))
    assert ranking.cut(placed, 9) == Cut(frozenset({1, 2, 3, 4}))
    assert ranking.cut(placed, None) == Cut(frozenset())


@given(st.dictionaries(st.integers(1, 40), st.integers(0, 6)), st.integers(1, 40))
def test_as_many_go_on_as_can_and_never_more(merits, advancing):
    found = ranking.cut(ranking.places(merits), advancing)

    assert len(found.certain) + found.free == min(advancing, len(merits))
    assert found.free < len(found.tied) or not found.tied
    assert not found.certain & found.tied


def test_sales_come_before_orders_and_orders_before_viewers():
    merits = {
        "a": ranking.livestream_merit(5_000_000, 10, 300),
        "b": ranking.livestream_merit(5_000_000, 12, 100),
        "c": ranking.livestream_merit(9_000_000, 1, 1),
        "d": ranking.livestream_merit(9_000_000, None, 1),
    }

    assert ranking.places(merits) == {"c": 1, "b": 2, "a": 3, "d": None}


PRIZES = [Prize(1, "Nhất"), Prize(2, "Nhì"), Prize(3, "Nhì"), Prize(4, "Ba"), Prize(5, "Ba")]


def test_prizes_go_down_the_places_and_stop_at_equals_of_unequal_prizes():
    assert ranking.proposal({11: 1, 12: 2, 13: 3, 14: 4, 15: 5, 16: 6}, PRIZES) == (
        {1: 11, 2: 12, 3: 13, 4: 14, 5: 15},
        frozenset(),
    )
    assert ranking.proposal({11: 1, 12: 2, 13: 2, 14: 4, 15: None}, PRIZES) == (
        {1: 11, 2: 12, 3: 13, 4: 14},
        frozenset(),
    )
    assert ranking.proposal({11: 1, 12: 1, 13: 3, 14: 4, 15: 4, 16: 4}, PRIZES) == (
        {3: 13},
        frozenset({11, 12, 14, 15, 16}),
    )


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 4)))
def test_nobody_is_proposed_twice_and_nobody_before_a_better_one(merits):
    placed = ranking.places(merits)

    found = ranking.proposal(placed, PRIZES)

    winners = list(found.winners.values())
    assert len(set(winners)) == len(winners)
    assert not set(winners) & found.undecided
    in_order = [placed[found.winners[prize.id]] for prize in PRIZES if prize.id in found.winners]
    assert in_order == sorted(in_order)
