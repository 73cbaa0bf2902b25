"""What the live board makes of figures: sums that agree, alarms in order, the drawing of who came in when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventsvc.reports import board_curve
from eventsvc.reports.board import (
    MOST_ALIKE,
    Alarm,
    AlarmKind,
    Attention,
    Board,
    Post,
    Presence,
    Tile,
    attention,
    by_name,
    in_order,
)
from eventsvc.reports.board import Part as Role
from eventsvc.reports.site_board import HeadCount, Line, SiteBoard
from eventsvc.sites.models import SiteLevel, SiteStatus

AT = datetime(2023, 7, 12, 0, 30, tzinfo=UTC)


def line(code="1", **details):
    given = {"name": f"Xã {code}", "level": SiteLevel.COMMUNE, "district_code": "D", "district": "Huyện D"}
    given |= {"cluster": None, "status": SiteStatus.READY, "expected": 10}
    return Line(code=code, **(given | details))


def counted(people):
    return HeadCount(people, AT, (), None, None)


def tile(shown=None, **details):
    given = {"post": Post(), "cases": 0, "inside": None, "tallied": 0, "received_at": None}
    given |= {"attention": Attention.FILLING}
    return Tile(line=shown or line(), **(given | details))


def board(*tiles, **details):
    state = SiteBoard(1, AT, AT, tuple(each.line for each in tiles))
    return Board(None, AT, tuple(tiles), state, **details)


@pytest.mark.parametrize(
    ("shown", "post", "cases", "begun", "says"),
    [
        (line(checked_in=9), Post(silent_since=AT), 1, True, Attention.CASE),
        (line(checked_in=9, status=SiteStatus.FAULT), Post(silent_since=AT), 0, True, Attention.FAULT),
        (line(checked_in=9), Post(silent_since=AT), 0, True, Attention.SILENT),
        (line(checked_in=9), Post(), 0, True, Attention.FULL),
        (line(checked_in=8), Post(), 0, True, Attention.FILLING),
        (line(checked_in=10, others=2), Post(), 0, True, Attention.FILLING),
        (line(reported=counted(3)), Post(), 0, True, Attention.FILLING),
        (line(), Post(), 0, True, Attention.EMPTY),
        (line(), Post(), 0, False, Attention.WAITING),
        (line(expected=0), Post(), 0, True, Attention.NOBODY_EXPECTED),
        (line(expected=0, reported=counted(3)), Post(), 0, True, Attention.FULL),
    ],
)
def test_a_site_says_what_is_worst_first(shown, post, cases, begun, says):
    assert attention(shown, post, cases, begun) is says


def test_a_site_that_has_signed_its_count_is_neither_silent_nor_empty():
    assert attention(line(), Post(silent_since=AT), 0, True, is_closed=True) is Attention.CLOSED
    assert attention(line(), Post(), 1, True, is_closed=True) is Attention.CASE


def test_levels_and_districts_make_the_whole():
    hall = line("main", level=SiteLevel.MAIN, district_code=None, district=None, checked_in=7)
    shown = board(
        tile(hall), tile(line("1", checked_in=4)), tile(line("2", reported=counted(9), checked_in=2))
    )

    for sums in (shown.state.by_level, shown.state.by_district):
        assert sum(tally.checked_in for tally in sums) == shown.present == 13
        assert sum(tally.expected for tally in sums) == shown.expected == 30
        assert sum(tally.people for tally in sums) == shown.all.people == 20
        assert sum(tally.sites for tally in sums) == len(shown.tiles)


def test_those_expected_and_the_others_who_came_stand_apart():
    shown = board(tile(line("1", checked_in=12, others=2)), tile(line("2", checked_in=3)))

    assert (shown.came, shown.expected, shown.others, shown.present) == (13, 20, 2, 15)
    assert [(each.came, each.others) for each in shown.tiles] == [(10, 2), (3, 0)]
    for sums in (shown.state.by_level, shown.state.by_district):
        assert [(tally.came, tally.others) for tally in sums] == [(13, 2)]


def test_taps_stand_beside_and_are_in_no_other_figure():
    without, with_taps = tile(line(checked_in=4)), tile(line(checked_in=4), tallied=50)

    assert (board(with_taps).tallied, board(without).tallied) == (50, 0)
    for figure in ("present", "expected", "started", "inside"):
        assert getattr(board(with_taps), figure) == getattr(board(without), figure)
    assert board(with_taps).all.people == board(without).all.people == 4


def test_the_total_says_how_much_of_it_is_not_of_now():
    early, late = AT - timedelta(minutes=30), AT - timedelta(minutes=9)
    shown = board(
        tile(line("1", checked_in=4)),
        tile(line("2", checked_in=2), post=Post(1, late, late)),
        tile(line("3", reported=counted(8)), post=Post(1, early, early)),
    )

    assert [each.code for each in shown.stale] == ["3", "2"]
    assert (shown.stale_since, shown.stale_people, shown.all.people) == (early, 10, 14)


def test_nobody_is_inside_where_no_exits_are_scanned():
    assert board(tile()).inside is None
    assert board(tile(inside=0), tile(line("2"), inside=3)).inside == 3


def test_what_belongs_to_no_site_counts_too():
    shown = board(tile(cases=1, post=Post(waiting=5)), unplaced_cases=2, unplaced_waiting=7)

    assert (shown.cases, shown.waiting) == (3, 12)


def test_alarms_stand_by_kind_and_in_a_kind_the_oldest_first():
    faults = [
        Alarm(AlarmKind.FAULT, site=f"Xã {n}", code=str(n), since=AT - timedelta(minutes=n)) for n in (1, 2)
    ]
    alarms = in_order([Alarm(AlarmKind.EMPTY, code="9"), *faults, Alarm(AlarmKind.CASE)])

    assert [(alarm.kind.value, alarm.code) for alarm in alarms] == [
        ("case", None), ("fault", "2"), ("fault", "1"), ("empty", "9"),
    ]  # fmt: skip


def test_many_alarms_of_a_kind_are_told_as_one():
    many = [
        Alarm(AlarmKind.WAITING, site=f"Xã {n}", code=str(n), number=3, since=AT - timedelta(minutes=n))
        for n in range(MOST_ALIKE + 1)
    ]

    assert in_order(many[:MOST_ALIKE]) == [many[3], many[2], many[1], many[0]]
    assert in_order(many) == [
        Alarm(AlarmKind.WAITING, number=15, since=AT - timedelta(minutes=4), places=MOST_ALIKE + 1)
    ]


def test_who_is_missing_is_counted_without_those_nobody_can_follow():
    parts = (
        Role("Khai mạc", AT, None, "Ông A", None, Presence.MISSING, site_id=1),
        Role("Khai mạc", AT, None, "Bà B", None, Presence.IN, site_id=2),
        Role("Ký kết", AT, None, "Đại diện", None, Presence.UNTRACKED),
    )
    shown = Board(None, AT, parts=parts)

    assert ([part.name for part in shown.missing], shown.followed) == (["Ông A"], 2)
    assert by_name(parts, None) == list(parts)
    assert [part.name for part in by_name(parts, {2})] == ["Bà B"]


def number(moment):
    return int(moment.timestamp()) // board_curve.STEP


def test_the_drawing_has_a_bar_for_every_five_minutes_and_marks_the_start():
    start = AT + timedelta(minutes=17)
    drawn = board_curve.curve({number(AT): 3, number(AT) + 2: 5}, start)

    assert [(bar.at, bar.people) for bar in drawn.bars] == [
        (AT, 3),
        (AT + timedelta(minutes=5), 0),
        (AT + timedelta(minutes=10), 5),
        (AT + timedelta(minutes=15), 0),
    ]
    assert (drawn.people, drawn.minutes, drawn.busiest.people) == (8, 5, 5)
    assert drawn.start.at == start
    assert drawn.bars[3].x < drawn.start.x < drawn.bars[3].x + drawn.bars[3].width


def test_a_long_time_gets_wider_bars_and_loses_nobody():
    counts = {number(AT) + step: 1 for step in range(200)}
    drawn = board_curve.curve(counts, AT)

    assert len(drawn.bars) <= board_curve.MOST_BARS + 1
    assert (drawn.people, drawn.minutes) == (200, 30)


def test_nothing_is_drawn_before_anybody_has_come_and_a_far_start_is_not_marked():
    assert board_curve.curve({}, AT) is None
    assert board_curve.curve({number(AT): 1}, AT + timedelta(hours=5)).start is None
    assert board_curve.curve({number(AT): 1}, None).start is None


@pytest.mark.parametrize("days", [1, 30, 4000])
def test_scans_of_another_day_do_not_break_the_drawing(days):
    drawn = board_curve.curve({number(AT): 1, number(AT + timedelta(days=days)): 2}, AT)

    assert len(drawn.bars) <= board_curve.MOST_BARS + 2
    assert all(0 <= bar.x <= board_curve.WIDTH and bar.height >= 0 for bar in drawn.bars)


def test_a_tile_knows_when_its_site_was_last_heard_of():
    reported = replace(tile(line(reported=counted(3))), received_at=AT - timedelta(minutes=5))

    assert reported.as_of == AT
    assert tile(post=Post(1, AT, None)).as_of == AT
    assert tile().as_of is None
