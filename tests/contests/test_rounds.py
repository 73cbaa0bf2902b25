"""Rounds: filled, closed with who goes on, opened again; brackets and livestream slots in them."""

from datetime import timedelta

import pytest

from eventsvc.contests import (
    livestream_operations,
    match_operations,
    round_operations,
    round_queries,
)
from eventsvc.contests.livestream_operations import SlotTaken
from eventsvc.contests.match_operations import AlreadyUsed, NotReady, SomebodyMustWin
from eventsvc.contests.models import RoundKind
from eventsvc.contests.round_operations import (
    NextHasBegun,
    NotComplete,
    RoundBegun,
    RoundClosed,
    TieAtTheCut,
)
from eventsvc.errors import Invalid, StaleEdit
from tests import factories
from tests.contests import staging
from tests.databases import ON_SQLITE


def sold(round_, entry, revenue, *, hour=0, orders=1, viewers=1, channel="Kênh Mẫu"):
    start = factories.soon() + timedelta(hours=hour)
    slot = livestream_operations.save_slot(
        round_, entry.id, starts_at=start, ends_at=start + timedelta(minutes=60), channel=channel, by=None
    )
    livestream_operations.save_sales(slot, viewers=viewers, orders=orders, revenue=revenue, by=None)
    return slot


def goes_on(round_):
    return [row.entry.number for row in round_queries.places_of(round_) if row.goes_on]


def placed(round_):
    return {row.entry.number: row.place for row in round_queries.places_of(round_)}


def test_a_round_fixes_places_and_the_next_one_takes_who_went_on(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    first = staging.round_(contest, RoundKind.LIVESTREAM, advancing=2)
    for hour, (entry, revenue) in enumerate([(a, 5), (b, 9), (c, 1)]):
        sold(first, entry, revenue, hour=hour)

    second = round_operations.add_round(contest, name="Chung kết", kind=RoundKind.BRACKET, by=None)
    with pytest.raises(NotComplete):
        round_operations.take_entries(second, by=None)
    round_operations.close_round(first, by=None)
    taken = (round_operations.take_entries(second, by=None), round_operations.take_entries(second, by=None))

    assert placed(first) == {1: 2, 2: 1, 3: 3}
    assert goes_on(first) == [1, 2]
    assert taken == (2, 0)
    assert [row.entry.number for row in round_queries.places_of(second)] == [1, 2]
    with pytest.raises(NextHasBegun):
        round_operations.reopen_round(first, by=None)
    with pytest.raises(RoundClosed):
        sold(first, a, 100)
    round_operations.empty_round(second, by=None)
    round_operations.reopen_round(first, by=None)
    assert placed(first) == {1: None, 2: None, 3: None}


@ON_SQLITE
def test_equals_at_the_cut_wait_for_the_organizer(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    first = staging.round_(contest, RoundKind.LIVESTREAM, advancing=2)
    for hour, (entry, revenue) in enumerate([(a, 9), (b, 5), (c, 5)]):
        sold(first, entry, revenue, hour=hour)

    for chosen in ([], [a.id], [b.id, c.id]):
        with pytest.raises(TieAtTheCut):
            round_operations.close_round(first, chosen=chosen, by=None)
    round_operations.close_round(first, chosen=[c.id], by=None)

    assert placed(first) == {1: 1, 2: 2, 3: 2}
    assert goes_on(first) == [1, 3]


@ON_SQLITE
def test_a_withdrawn_entry_holds_nobody_up_and_has_no_place(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    first = staging.round_(contest, RoundKind.LIVESTREAM, advancing=2)
    sold(first, a, 5)
    sold(first, b, 9, hour=1)
    with pytest.raises(NotComplete):
        round_operations.close_round(first, by=None)

    staging.withdraw(c)
    round_operations.close_round(first, by=None)
    second = round_operations.add_round(contest, name="Chung kết", kind=RoundKind.JURY, by=None)
    staging.withdraw(b)

    assert placed(first) == {1: 2, 2: 1, 3: None}
    assert round_operations.take_entries(second, by=None) == 1


@ON_SQLITE
def test_a_round_may_be_closed_without_what_is_missing_but_that_is_said(app):
    contest = staging.contest(entries=2)
    a, _b = staging.entries_of(contest)
    first = staging.round_(contest, RoundKind.LIVESTREAM)
    sold(first, a, 5)

    round_operations.close_round(first, although_missing=True, by=None)

    assert placed(first) == {1: 1, 2: None}


@ON_SQLITE
def test_what_has_begun_stays_what_it_is(app):
    contest = staging.contest(entries=2)
    a, _b = staging.entries_of(contest)
    first = staging.round_(contest, RoundKind.LIVESTREAM)
    sold(first, a, 5)

    with pytest.raises(RoundBegun):
        round_operations.edit_round(first, {"kind": RoundKind.JURY}, by=None)
    with pytest.raises(RoundBegun):
        round_operations.empty_round(first, by=None)
    with pytest.raises(RoundBegun):
        round_operations.remove_round(first, by=None)
    with pytest.raises(Invalid):
        round_operations.edit_round(first, {"advancing": 0}, by=None)
    version = first.version
    round_operations.edit_round(first, {"name": "Vòng một"}, version=version, by=None)
    with pytest.raises(StaleEdit):
        round_operations.edit_round(first, {"name": "Vòng hai"}, version=version, by=None)


# --- Brackets ----------------------------------------------------------------------------------------------------


def decide(round_, level, number, first, second):
    match = round_queries.match_at(round_, level, number)
    match_operations.save_result(match, first_score=first, second_score=second, by=None)


def test_a_bracket_is_drawn_played_put_right_and_ranked(app):
    contest = staging.contest(entries=4)
    a, b, c, d = staging.entries_of(contest)
    round_ = staging.round_(contest, RoundKind.BRACKET)

    match_operations.draw_bracket(round_, [a.id, b.id, c.id, d.id], by=None)
    with pytest.raises(RoundBegun):
        match_operations.draw_bracket(round_, [a.id, b.id, c.id, d.id], by=None)
    with pytest.raises(NotReady):
        decide(round_, 2, 1, 1, 0)
    with pytest.raises(SomebodyMustWin):
        decide(round_, 1, 1, 2, 2)
    decide(round_, 1, 1, 0, 3)  # a against d
    decide(round_, 1, 1, 3, 0)  # put right: the final has not been played
    with pytest.raises(RoundBegun):
        match_operations.take_draw_back(round_, by=None)
    with pytest.raises(NotComplete):
        round_operations.close_round(round_, by=None)
    decide(round_, 1, 2, 1, 0)
    decide(round_, 2, 1, 0, 1)  # a against b
    with pytest.raises(AlreadyUsed):
        decide(round_, 1, 1, 0, 3)
    match_operations.clear_result(round_queries.match_at(round_, 2, 1), by=None)
    decide(round_, 1, 1, 4, 0)  # the same winner by another score
    decide(round_, 2, 1, 0, 1)
    round_operations.close_round(round_, by=None)

    assert placed(round_) == {1: 2, 2: 1, 3: 3, 4: 3}
    with pytest.raises(RoundClosed):
        decide(round_, 2, 1, 5, 1)


@ON_SQLITE
def test_who_withdraws_from_a_bracket_lets_the_other_go_on(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    round_ = staging.round_(contest, RoundKind.BRACKET)
    match_operations.draw_bracket(round_, [a.id, b.id, c.id], by=None)
    semi = round_queries.match_at(round_, 1, 2)
    with pytest.raises(NotReady):
        match_operations.go_on_without_playing(semi, by=None)

    staging.withdraw(b)
    match_operations.go_on_without_playing(semi, by=None)
    decide(round_, 2, 1, 2, 1)
    round_operations.close_round(round_, by=None)

    assert placed(round_) == {1: 1, 2: None, 3: 2}


@ON_SQLITE
def test_the_order_of_a_draw_names_everybody_once(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    other = staging.entry(staging.contest(contest.event, name="Ảnh đẹp"))
    round_ = staging.round_(contest, RoundKind.BRACKET)

    for seeds in ([a.id, b.id], [a.id, b.id, b.id], [a.id, b.id, other.id]):
        with pytest.raises(Invalid):
            match_operations.draw_bracket(round_, seeds, by=None)
    match_operations.draw_bracket(round_, [c.id, b.id, a.id], by=None)
    match_operations.take_draw_back(round_, by=None)

    assert round_queries.bracket_of(round_) == {}


# --- Livestreams -------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_one_channel_shows_one_entry_at_a_time_in_all_contests_of_the_campaign(app):
    contest = staging.contest(entries=2)
    a, b = staging.entries_of(contest)
    round_ = staging.round_(contest, RoundKind.LIVESTREAM)
    other = staging.contest(contest.event, name="Ảnh đẹp", entries=1)
    elsewhere = staging.round_(other, RoundKind.LIVESTREAM)
    start = factories.soon()
    hour = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    livestream_operations.save_slot(round_, a.id, **hour, channel="Kênh Một", by=None)

    with pytest.raises(SlotTaken):
        livestream_operations.save_slot(round_, b.id, **hour, channel=" kênh một", by=None)
    with pytest.raises(SlotTaken):
        livestream_operations.save_slot(
            elsewhere, staging.entries_of(other)[0].id, **hour, channel="KÊNH MỘT", by=None
        )
    with pytest.raises(Invalid):
        livestream_operations.save_slot(round_, b.id, starts_at=start, ends_at=start, by=None)
    livestream_operations.save_slot(round_, b.id, **hour, channel="Kênh Hai", by=None)
    later = {"starts_at": start + timedelta(hours=1), "ends_at": start + timedelta(hours=2)}
    livestream_operations.save_slot(round_, b.id, **later, channel="Kênh Một", by=None)

    assert [slot.entry.number for slot in round_queries.slots_of(round_)] == [1, 2]
    assert [slot.entry.number for slot in round_queries.public_slots(contest)] == [1, 2]


@ON_SQLITE
@pytest.mark.parametrize("wrong", [{"viewers": -1}, {"orders": -1}, {"revenue": -1}, {"revenue": 10**16}])
def test_figures_that_cannot_be_are_refused(app, wrong):
    contest = staging.contest(entries=1)
    round_ = staging.round_(contest, RoundKind.LIVESTREAM)
    slot = sold(round_, staging.entries_of(contest)[0], 5)

    with pytest.raises(Invalid):
        livestream_operations.save_sales(slot, **{"viewers": 1, "orders": 1, "revenue": 1, **wrong}, by=None)
