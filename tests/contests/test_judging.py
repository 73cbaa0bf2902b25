"""The jury: whom nobody judges, which points there are, what is missing, what counts."""

from decimal import Decimal

import pytest

from eventsvc import secrets
from eventsvc.contests import judge_operations, jury_rules, round_operations, round_queries, score_queries
from eventsvc.contests.judge_operations import NotOnTheJury, OwnEntry, WrongPoints
from eventsvc.contests.models import Entry, Judge
from eventsvc.contests.round_operations import NotComplete, RoundClosed
from eventsvc.errors import NotFound
from tests.contests import staging
from tests.databases import ON_SQLITE


def judge(contest, name="Trần Thị Giám Khảo", **details):
    return judge_operations.add_judge(contest, name=name, by=None, **details)


def give(round_, judge, entry, *points):
    criteria = round_.contest.criteria
    given = [None if each is None else Decimal(str(each)) for each in points]
    by_criterion = {criterion.id: each for criterion, each in zip(criteria, given, strict=True)}
    judge_operations.give_points(round_, judge, entry, by_criterion)


def test_a_jury_ranks_by_the_mean_of_shares_and_names_what_is_missing(app):
    contest = staging.contest(entries=3)
    a, b, c = staging.entries_of(contest)
    one, two = judge(contest), judge(contest, "Lê Văn Giám Khảo")
    round_ = staging.round_(contest)

    give(round_, one, a, 10, 30)
    give(round_, two, a, 5, 15)
    give(round_, one, b, 9, 27)
    give(round_, two, b, 9, None)
    standing = round_queries.standing(round_)

    assert standing.points == {a.id: Decimal("75.00"), b.id: Decimal("90.00"), c.id: None}
    assert standing.places == {a.id: 2, b.id: 1, c.id: None}
    assert standing.missing == {b.id: 1, c.id: 2}
    with pytest.raises(NotComplete):
        round_operations.close_round(round_, by=None)
    give(round_, two, b, 4, 12)
    give(round_, one, c, 0, 0)
    give(round_, two, c, 0.5, "1.5")
    round_operations.close_round(round_, by=None)
    assert {row.entry_id: row.place for row in round_queries.places_of(round_)} == {a.id: 1, b.id: 2, c.id: 3}
    with pytest.raises(RoundClosed):
        give(round_, one, c, 10, 30)
    with pytest.raises(RoundClosed):
        judge_operations.declare_tie(one, c, reason=None, by=one)


@pytest.mark.parametrize(
    ("judge_of", "entry_of", "is_own"),
    [
        ("Trường THCS Mẫu", "THCS Mẫu, huyện Mẫu", True),
        ("Trường Trung học cơ sở Mẫu", "trường thcs mẫu - xã Một", True),
        ("TH Mẫu", "Trường Tiểu học Mẫu xã Một", True),
        ("Trường THCS Mẫu", "Trường THPT Mẫu", False),
        ("Trường THCS Mẫu Một", "Trường THCS Mẫu Hai", False),
        ("Trường THCS Thị trấn Một", "Trường THCS Thị trấn Hai", False),
        ("Phòng Giáo dục huyện Một", "Phòng Giáo dục huyện Hai", False),
        ("UBND xã Một", "UBND xã Hai", False),
        (None, None, False),
    ],
)
def test_a_school_is_the_same_however_it_is_written(judge_of, entry_of, is_own):
    own = jury_rules.is_own(Judge(organization_name=judge_of), Entry(organization_name=entry_of))
    assert own is is_own


def test_nobody_judges_their_own_organization_or_somebody_they_know(app):
    contest = staging.contest()
    pupil = staging.entry(contest, organization_name="trường thpt  MẪU")
    known, health = staging.entry(contest), staging.entry(contest, organization_name="Đội Y tế")
    teacher = judge(contest, organization_name="Trường THPT Mẫu")
    doctor = judge(contest, organization_name="Sở Y tế")
    with_row(health, doctor.organization_id)
    round_ = staging.round_(contest)

    with pytest.raises(OwnEntry):
        give(round_, teacher, pupil, 10, 30)
    with pytest.raises(OwnEntry):
        give(round_, doctor, health, 10, 30)
    give(round_, teacher, known, 10, 30)
    judge_operations.declare_tie(teacher, known, reason="Học trò cũ", by=teacher)
    with pytest.raises(OwnEntry):
        give(round_, teacher, known, 10, 30)

    rows = {row.entry.id: row for row in score_queries.rows_for(teacher, round_)}
    assert {entry: row.may_judge for entry, row in rows.items()} == {
        pupil.id: False,
        known.id: False,
        health.id: True,
    }
    assert rows[known.id].given == {}
    assert round_queries.standing(round_).missing == {pupil.id: 1, known.id: 1, health.id: 1}
    judge_operations.take_tie_back(teacher, known, by=None)
    give(round_, teacher, known, 1, 3)


@staging.atomic()
def with_row(entry, organization_id):
    assert organization_id is not None
    entry.organization_id = organization_id


@ON_SQLITE
@pytest.mark.parametrize("points", ["-0.5", "10.5", "0.25", "1000"])
def test_points_go_from_nought_to_the_most_by_halves(app, points):
    contest = staging.contest(entries=1)
    round_ = staging.round_(contest)

    with pytest.raises(WrongPoints):
        give(round_, judge(contest), staging.entries_of(contest)[0], points, 30)


@ON_SQLITE
def test_what_is_not_in_the_round_is_not_judged(app):
    contest = staging.contest(entries=1)
    first = staging.entries_of(contest)[0]
    round_ = staging.round_(contest)
    late, member = staging.entry(contest), judge(contest)
    stranger = staging.entry(staging.contest(contest.event, name="Ảnh đẹp"))

    for entry in (late, stranger):
        with pytest.raises(NotFound):
            give(round_, member, entry, 1, 1)
    with pytest.raises(NotFound):
        judge_operations.give_points(round_, member, first, {0: Decimal(1)})
    staging.withdraw(first)
    with pytest.raises(NotFound):
        give(round_, member, first, 1, 1)


@ON_SQLITE
def test_a_new_link_kills_the_old_one_and_whoever_is_off_the_jury_does_not_count(app):
    contest = staging.contest(entries=1)
    entry = staging.entries_of(contest)[0]
    one, two = judge(contest), judge(contest, "Lê Văn Giám Khảo")
    round_ = staging.round_(contest)
    give(round_, one, entry, 10, 30)
    give(round_, two, entry, 0, 0)
    old = secrets.unseal(two.token_sealed)

    judge_operations.revoke(two, by=None)
    assert round_queries.standing(round_).points == {entry.id: Decimal("100.00")}
    with pytest.raises(NotOnTheJury):
        give(round_, two, entry, 1, 1)
    judge_operations.new_link(two, by=None)
    assert score_queries.judge_by_token(old) is None
    assert score_queries.judge_by_token(secrets.unseal(two.token_sealed)) is two
    assert round_queries.standing(round_).points == {entry.id: Decimal("50.00")}
