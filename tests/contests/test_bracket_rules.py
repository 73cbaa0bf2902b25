"""Brackets as values: byes, seeds, who goes on without playing, who came how far."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.contests import brackets
from eventsvc.contests.brackets import Pairing

COUNTS = st.integers(brackets.LEAST, brackets.MOST)


def played(bracket, winner_of):
    """The bracket after every match, won by whom `winner_of` says."""
    bracket, last = dict(bracket), brackets.last_level(bracket)
    for place in sorted(bracket):
        pairing = bracket[place]
        if pairing.winner is None:
            won = winner_of(place, pairing)
            bracket[place] = Pairing(pairing.first, pairing.second, won)
            if after := brackets.next_place(place, last):
                bracket[after] = brackets.put(bracket[after], place[1], won)
    return bracket


def test_five_entries_give_the_first_three_seeds_a_bye():
    drawn = brackets.draw([11, 12, 13, 14, 15])

    assert drawn == {
        (1, 1): Pairing(11, None, 11),
        (1, 2): Pairing(14, 15),
        (1, 3): Pairing(12, None, 12),
        (1, 4): Pairing(13, None, 13),
        (2, 1): Pairing(11, None),
        (2, 2): Pairing(12, 13),
        (3, 1): Pairing(),
    }


@pytest.mark.parametrize("entries", [[], [1], list(range(257)), [1, 1, 2]])
def test_one_more_than_256_and_the_same_entry_twice_are_no_bracket(entries):
    with pytest.raises(ValueError, match="2 to 256"):
        brackets.draw(entries)


@given(COUNTS)
def test_everybody_stands_in_it_once_and_byes_fall_to_the_first_seeds(count):
    drawn = brackets.draw(list(range(1, count + 1)))

    first = [pairing for (level, _number), pairing in drawn.items() if level == 1]
    byes = {pairing.first for pairing in first if pairing.second is None}
    standing = [entry for pairing in first for entry in (pairing.first, pairing.second) if entry is not None]
    assert sorted(standing) == list(range(1, count + 1))
    assert byes == set(range(1, 2 ** brackets.levels(count) - count + 1))
    assert len(drawn) == 2 ** brackets.levels(count) - 1


@given(COUNTS)
def test_when_the_better_seed_always_wins_the_seeds_meet_as_late_as_they_can(count):
    done = played(
        brackets.draw(list(range(1, count + 1))), lambda _place, pairing: min(pairing.first, pairing.second)
    )

    far = brackets.depth(done)
    last = brackets.last_level(done)
    assert far[1] == last + 1
    assert far[2] == last
    assert all(far[seed] >= last - 1 for seed in range(1, min(count, 4) + 1))


@given(COUNTS, st.randoms(use_true_random=False))
def test_whoever_wins_one_is_first_one_second_and_as_many_lost_as_matches_were_played(count, chance):
    done = played(
        brackets.draw(list(range(1, count + 1))),
        lambda _place, pairing: chance.choice([pairing.first, pairing.second]),
    )

    far, last = brackets.depth(done), brackets.last_level(done)
    assert len(far) == count
    assert sorted(far.values(), reverse=True)[:2] == [last + 1, last]
    assert sum(pairing.second is not None for pairing in done.values()) == count - 1
    assert brackets.unplayed(done, None) == []


def test_who_withdraws_lets_the_other_go_on_without_playing():
    drawn = brackets.draw([1, 2, 3, 4])

    assert brackets.without_playing(drawn, (1, 1), set()) is None
    assert brackets.without_playing(drawn, (1, 1), {4}) == 1
    assert brackets.without_playing(drawn, (1, 1), {1}) == 4
    assert brackets.without_playing(drawn, (1, 1), {1, 4}) is None


def test_when_both_withdraw_whoever_wins_the_other_match_goes_on_alone():
    drawn = brackets.draw([1, 2, 3, 4])
    drawn[1, 2] = Pairing(2, 3, 2)
    drawn[2, 1] = brackets.put(drawn[2, 1], 2, 2)

    assert brackets.without_playing(drawn, (2, 1), {1}) is None
    assert brackets.without_playing(drawn, (2, 1), {1, 4}) == 2
    assert brackets.unplayed(drawn, None, {1, 4}) == [(2, 1)]
    assert brackets.unplayed(drawn, None, {1, 2, 3, 4}) == []


def test_a_round_that_two_go_on_from_needs_no_final():
    drawn = brackets.draw([1, 2, 3, 4])
    half = played(drawn, lambda place, pairing: pairing.first if place[0] == 1 else None)
    half[2, 1] = Pairing(half[2, 1].first, half[2, 1].second)

    assert brackets.unplayed(half, 2) == []
    assert brackets.unplayed(half, 3) == []
    assert brackets.unplayed(half, 1) == [(2, 1)]
    assert brackets.unplayed(half, None) == [(2, 1)]
    assert brackets.depth(half) == {1: 2, 2: 2, 3: 1, 4: 1}
