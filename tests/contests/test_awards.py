"""Awards: proposed, given, published, and written into the agenda of the finale unless somebody wrote there."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.contests import (
    award_operations,
    award_queries,
    operations,
    ranking,
    ranking_queries,
    round_operations,
)
from eventsvc.contests.award_operations import AwardGiven, Line, NoWinner, WrittenByHand
from eventsvc.contests.models import RoundKind
from eventsvc.contests.ranking import Prize
from eventsvc.errors import Invalid, StaleEdit
from tests import factories
from tests.contests import staging
from tests.contests.test_rounds import sold
from tests.databases import ON_SQLITE

LINES = [
    Line("Nhất", "Bằng khen", 10_000_000, "Lãnh đạo UBND tỉnh"),
    Line("Nhì", None, 5_000_000, "Lãnh đạo Sở"),
    Line("Khuyến khích", None, None, "Lãnh đạo Sở"),
    Line("Khuyến khích", None, None, "Lãnh đạo Sở"),
]


def ranked(entries=4):
    contest = staging.contest(entries=entries)
    round_ = staging.round_(contest, RoundKind.LIVESTREAM)
    for hour, entry in enumerate(staging.entries_of(contest)):
        sold(round_, entry, 100 - hour, hour=hour)
    round_operations.close_round(round_, by=None)
    award_operations.set_awards(contest, LINES, by=None)
    return contest


def give(contest, *entries):
    awards = award_queries.awards_of(contest)
    winners = {award.id: entry and entry.id for award, entry in zip(awards, entries, strict=False)}
    award_operations.give_awards(contest, winners, by=None)


def test_the_ranking_proposes_the_organizer_confirms_and_all_may_know(app):
    contest = ranked()
    awards = award_queries.awards_of(contest)
    places = ranking_queries.final(contest).places

    proposed = ranking.proposal(places, [Prize(award.id, award.name) for award in awards])
    with pytest.raises(NoWinner):
        award_operations.publish_results(contest, by=None)
    award_operations.give_awards(contest, proposed.winners, by=None)
    award_operations.publish_results(contest, by=None)

    assert [award.entry.number for award in award_queries.awards_of(contest)] == [1, 2, 3, 4]
    assert contest.results_published_at is not None
    with pytest.raises(round_operations.NextHasBegun):
        round_operations.reopen_round(contest.rounds[0], by=None)
    award_operations.take_results_back(contest, by=None)
    round_operations.reopen_round(contest.rounds[0], by=None)


def test_the_awards_flow_into_the_finale_from_the_last_prize_to_the_first(app):
    contest = ranked()
    _finale, item = staging.finale(contest.event)
    a, b, c, d = staging.entries_of(contest)
    give(contest, a, b, c, d)

    award_operations.hand_over_at(contest, item, by=None)

    assert item.mc_line.split("\n") == [
        "Trao giải cuộc thi “Livestream bán hàng OCOP”:",
        "Kính mời Lãnh đạo Sở lên trao giải.",
        "Giải Khuyến khích: Đội 3 với tác phẩm “Tác phẩm 3”; Đội 4 với tác phẩm “Tác phẩm 4”.",
        "Giải Nhì: Đội 2 với tác phẩm “Tác phẩm 2”.",
        "Kính mời Lãnh đạo UBND tỉnh lên trao giải.",
        "Giải Nhất: Đội 1 với tác phẩm “Tác phẩm 1”.",
    ]
    assert item.screen_note.split("\n")[-4:] == [
        "Giải Nhì (5.000.000 đồng)",
        "Đội 2 – Tác phẩm 2",
        "Giải Nhất (Bằng khen, 10.000.000 đồng)",
        "Đội 1 – Tác phẩm 1",
    ]
    assert "Thí Sinh" not in item.mc_line + item.screen_note

    give(contest, b, a)
    assert "Giải Nhất: Đội 2" in item.mc_line
    agenda.edit_item(item, {"mc_line": "Xin mời quý vị!"}, by=None)
    give(contest, a, b)
    assert item.mc_line == "Xin mời quý vị!"
    with pytest.raises(WrittenByHand):
        award_operations.hand_over_at(contest, item, by=None)
    award_operations.hand_over_at(contest, item, overwrite=True, by=None)
    assert "Giải Nhất: Đội 1" in item.mc_line
    award_operations.hand_over_at(contest, None, by=None)
    assert (item.mc_line, item.screen_note) == (None, None)


@ON_SQLITE
def test_the_list_is_a_workbook_a_paper_and_nothing_is_published_while_the_vote_counts(app, signed_in):
    contest = ranked()
    a, b, c, d = staging.entries_of(contest)
    give(contest, a, b, c, d)
    staging.withdraw(d)
    now = clock.now()
    hours = {"vote_opens_at": now - timedelta(hours=1), "vote_closes_at": now + timedelta(hours=1)}
    operations.edit_contest(contest, {"vote_weight": 30, **hours}, by=None)
    here = f"/events/{contest.event.slug}/contests/{contest.id}/awards"

    with pytest.raises(NoWinner, match="Bình chọn của công chúng"):
        award_operations.publish_results(contest, by=None)
    packed = zipfile.ZipFile(BytesIO(signed_in.get(f"{here}/list.docx").response.data))
    words = packed.read("word/document.xml").decode()
    assert "Nguyễn Văn Thí Sinh 1" in words and "10.000.000 đồng" in words and "15.000.000 đồng" in words
    assert "Thí Sinh 4" not in words and "03 giải thưởng" in words
    assert signed_in.get(f"{here}/list.pdf").response.data.startswith(b"%PDF")


@ON_SQLITE
def test_two_contests_share_an_item_and_one_of_another_campaign_is_refused(app):
    contest = ranked()
    _finale, item = staging.finale(contest.event)
    a, *_others = staging.entries_of(contest)
    give(contest, a)
    second = staging.contest(contest.event, name="Ảnh đẹp", entries=1)
    award_operations.set_awards(second, [Line("Giải Nhất")], by=None)
    give(second, staging.entries_of(second)[0])

    award_operations.hand_over_at(contest, item, by=None)
    award_operations.hand_over_at(second, item, by=None)

    assert item.mc_line.count("Trao giải cuộc thi") == 2
    assert "Giải Giải" not in item.mc_line
    speech = factories.item(item.event, "Phát biểu")
    _elsewhere, foreign = staging.finale(staging.campaign())
    for wrong in (speech, foreign):
        with pytest.raises(Invalid):
            award_operations.hand_over_at(contest, wrong, by=None)


@ON_SQLITE
def test_what_cannot_be_given_is_refused(app):
    contest = ranked()
    a, b, *_others = staging.entries_of(contest)
    stranger = staging.entry(staging.contest(contest.event, name="Ảnh đẹp"))

    for winners in ((a, a), (stranger,)):
        with pytest.raises(Invalid):
            give(contest, *winners)
    give(contest, a, b, None, None)
    with pytest.raises(AwardGiven):
        award_operations.set_awards(contest, LINES[:1], by=None)
    award_operations.set_awards(contest, LINES[:2], by=None)
    with pytest.raises(Invalid):
        award_operations.set_awards(contest, [Line("Nhất", amount=-1), LINES[1]], by=None)
    version = contest.version
    award_operations.set_awards(contest, [Line("Vàng"), Line("Bạc")], version=version, by=None)
    with pytest.raises(StaleEdit):
        award_operations.set_awards(contest, LINES, version=version, by=None)
    second = staging.round_(contest, name="Chung kết")
    with pytest.raises(NoWinner):  # a round is open
        award_operations.publish_results(contest, by=None)
    round_operations.empty_round(second, by=None)
    round_operations.remove_round(second, by=None)
    staging.withdraw(b)
    with pytest.raises(NoWinner):  # a winner has withdrawn
        award_operations.publish_results(contest, by=None)
