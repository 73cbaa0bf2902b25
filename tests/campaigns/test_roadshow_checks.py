"""What is wrong with a route, on values alone; and travel times as they are pasted."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.campaigns import travel
from eventsvc.campaigns.route import Group, Halt, Place, Route, Wrong, checks, tet
from eventsvc.campaigns.route_words import _SENTENCES
from eventsvc.campaigns.strip import weeks

DAY = date(2024, 9, 5)  # a Thursday
A, B = Place(1, "Huyện Định Quán", "736", True), Place(2, "Huyện Trảng Bom", "737", True)
C = Place(3, "Huyện Tân Phú", "734")
PROVINCE = {"736": "Huyện Định Quán", "737": "Huyện Trảng Bom", "734": "Huyện Tân Phú"}
GROUPS = [Group(1, "Cụm 1", [A, C], days=2), Group(2, "Cụm 2", [B], days=2)]


def halt(number: int, group: int, **details) -> Halt:
    values = {"unit_id": group, "starts_on": DAY, "opens": time(8), "closes": time(11)} | details
    return Halt(number, f"Điểm {number}", group, **values)


def wrong(*halts: Halt, groups=GROUPS, **details) -> list[Wrong]:
    route = Route(groups, halts, PROVINCE, **details)
    return [finding.wrong for finding in checks(route)]


def test_a_route_as_it_should_be_has_nothing_wrong():
    assert wrong(halt(1, 1, teams=["Đội A"]), halt(2, 2, teams=["Đội B"])) == []


def test_every_finding_has_its_sentence():
    assert set(_SENTENCES) == set(Wrong)


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ([Group(1, "Cụm 1", [A, C]), Group(2, "Cụm 2", [B, C])], [Wrong.UNIT_TWICE]),
        ([Group(1, "Cụm 1", [A]), Group(2, "Cụm 2", [B])], [Wrong.UNIT_MISSING]),
        ([Group(1, "Cụm 1", [A, C, Place(4, "Huyện Ba Tơ", "531")]), GROUPS[1]], [Wrong.UNIT_FOREIGN]),
        ([Group(1, "Cụm 1", [A, C, Place(4, "Huyện Nọ")]), GROUPS[1]], [Wrong.UNIT_UNKNOWN]),
        ([Group(1, "Cụm 1", [A._replace(is_host=False), C]), GROUPS[1]], [Wrong.NO_HOST]),
        ([*GROUPS, Group(3, "Tổng kết", is_finale=True)], [Wrong.NO_STOP]),
    ],
)
def test_every_unit_is_in_exactly_one_cluster_and_each_has_a_host(groups, found):
    teams = [halt(1, 1, teams=["A"]), halt(2, 2, teams=["B"])]
    assert wrong(*teams, groups=groups) == found


@pytest.mark.parametrize(
    ("details", "found"),
    [
        ({"starts_on": None}, [Wrong.NO_DAY]),
        ({"starts_on": date(2024, 9, 2)}, [Wrong.ON_HOLIDAY]),
        ({"starts_on": date(2024, 9, 7)}, [Wrong.ON_WEEKEND]),
        ({"starts_on": date(2024, 2, 10)}, [Wrong.ON_TET, Wrong.OUTSIDE_WINDOW]),
        ({"starts_on": date(2024, 10, 10), "days": 2}, [Wrong.OUTSIDE_WINDOW]),
        ({"days": 3}, [Wrong.OUTSIDE_CLUSTER, Wrong.ON_WEEKEND]),
    ],
)
def test_the_days_of_a_stop(details, found):
    window = (date(2024, 8, 1), date(2024, 10, 10))
    other = halt(2, 2, teams=["B"], starts_on=date(2024, 8, 20))
    assert wrong(halt(1, 1, teams=["A"], **details), other, window=window) == found


def test_the_calendar_that_was_put_right_counts():
    overrides = {DAY: (False, "Nghỉ bù Tết Nguyên đán"), date(2024, 9, 2): (True, "Làm bù")}
    assert tet(DAY, overrides) == "Nghỉ bù Tết Nguyên đán"
    other = halt(2, 2, teams=["B"], starts_on=date(2024, 8, 20))
    assert wrong(halt(1, 1, teams=["A"]), other, overrides=overrides) == [Wrong.ON_TET]
    worked = halt(1, 1, teams=["A"], starts_on=date(2024, 9, 2))
    assert wrong(worked, other, overrides=overrides) == []


def test_new_years_day_is_no_tet():
    assert tet(date(2024, 1, 1)) is None
    assert tet(date(2024, 2, 8)) == "29 Tết"
    assert tet(date(2024, 2, 9)) == "Giao thừa Tết Nguyên Đán"


@pytest.mark.parametrize(
    ("opens", "minutes", "found"),
    [
        (time(10), {}, [Wrong.TEAM_TWICE]),
        (time(11, 30), {(1, 2): 31}, [Wrong.TEAM_LATE]),
        (time(11, 30), {(1, 2): 30}, []),
        (time(11, 30), {}, [Wrong.TRAVEL_UNKNOWN]),
        (time(17), {}, []),
    ],
)
def test_a_team_needs_the_time_to_get_from_one_stop_to_the_other(opens, minutes, found):
    second = halt(2, 2, opens=opens, closes=time(20), teams=["đội văn nghệ"])
    assert wrong(halt(1, 1, teams=["Đội văn nghệ"]), second, minutes=minutes) == found


def test_stops_without_hours_take_the_whole_day():
    first = halt(1, 1, teams=["A"], opens=None, closes=None)
    assert wrong(first, halt(2, 2, teams=["A"], opens=time(20), closes=time(21))) == [Wrong.TEAM_TWICE]
    assert wrong(first, halt(2, 2, teams=["A"], starts_on=DAY + timedelta(days=1))) == []


def test_two_clusters_on_the_same_days_need_teams_of_their_own():
    assert wrong(halt(1, 1), halt(2, 2, teams=["B"])) == [Wrong.NO_TEAMS]


days = st.integers(0, 6).map(lambda n: DAY + timedelta(days=n))
hours = st.tuples(st.integers(0, 11), st.integers(1, 12)).map(lambda t: (time(t[0]), time(t[0] + t[1])))


@given(days, hours, st.integers(1, 3), days, hours, st.integers(1, 3), st.integers(0, 300))
def test_a_team_is_late_exactly_when_some_pair_of_days_leaves_less_than_the_drive(
    day, hour, length, other_day, other_hour, other_length, drive
):
    first = halt(1, 1, starts_on=day, days=length, opens=hour[0], closes=hour[1], teams=["A"])
    second = halt(
        2, 2, starts_on=other_day, days=other_length, opens=other_hour[0], closes=other_hour[1], teams=["A"]
    )

    found = wrong(first, second, minutes={(1, 2): drive})

    gaps = [
        max((c - b).total_seconds(), (a - d).total_seconds()) / 60
        for a, b in map(first.hours, first.all_days)
        for c, d in map(second.hours, second.all_days)
    ]
    assert (Wrong.TEAM_TWICE in found) == (min(gaps) < 0)
    assert (Wrong.TEAM_LATE in found) == (0 <= min(gaps) < drive)


def test_the_strip_holds_every_day_of_the_campaign_once_in_whole_weeks():
    window = (date(2024, 8, 1), date(2024, 10, 10))
    rows = weeks(window, [halt(7, 1, days=2), halt(8, 2, starts_on=None)])

    days = [each for week in rows for each in week]
    assert (days[0].day, days[-1].day, len(rows)) == (date(2024, 7, 29), date(2024, 10, 13), 11)
    assert [each.day for each in days] == [days[0].day + timedelta(days=n) for n in range(77)]
    assert [each.day for each in days if not each.is_inside] == [
        *(date(2024, 7, n) for n in (29, 30, 31)), *(date(2024, 10, n) for n in (11, 12, 13))
    ]  # fmt: skip
    assert [(each.day.day, list(each.starting), list(each.going_on)) for each in days[38:40]] == [
        (5, [7], []), (6, [], [7])
    ]  # fmt: skip
    assert [(each.day.day, each.off) for each in days if each.off] == [(2, "Quốc khánh"), (3, "Quốc khánh")]


def test_there_is_no_strip_while_no_day_is_known():
    assert weeks((None, None), [halt(1, 1, starts_on=None)]) == []


IDS = {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("pasted", "minutes", "unread"),
    [
        ("\tA\tB\tC\nA\t\t30\t1h15\nB\t30\t\t45 phút", {(1, 2): 30, (1, 3): 75, (2, 3): 45}, []),
        ("B\tA\t20\nC;A;1 giờ", {(1, 2): 20, (1, 3): 60}, []),
        ("A\tX\t20", {}, ["X"]),
        ("A\tB\t-1\nA\tC\t2000", {}, ["A – B: -1", "A – C: 2000"]),
        ("nothing", {}, ["nothing"]),
    ],
)
def test_travel_times_are_read_from_a_table_or_from_lines(pasted, minutes, unread):
    assert travel.read(pasted, lambda name: IDS.get(name.lower()), 1440) == (minutes, unread)


@given(st.text(alphabet="AB\t;\n0123456789hp -", max_size=60))
def test_nothing_that_is_pasted_breaks_the_reading(pasted):
    found = travel.read(pasted, lambda name: IDS.get(name.lower()), 1440)
    assert all(first < second and 0 <= value <= 1440 for (first, second), value in found.minutes.items())
