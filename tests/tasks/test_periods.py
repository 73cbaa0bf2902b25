"""The turns of a duty by the calendar, and their periods: each made once, whatever the downtime."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.organizations.models import Organization
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks import period_operations
from eventsvc.tasks.duty_forms import read_day
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport, Rhythm
from eventsvc.tasks.duty_operations import Details
from eventsvc.tasks.periods import Pattern, due_days, turns
from eventsvc.tasks.returns import ReturnState
from tests import factories
from tests.tasks import reporting
from tests.tasks.reporting import NAMES

MONDAY = date(2021, 12, 27)
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


# --- Pure ---------------------------------------------------------------------------------------------------


def weekly(starts_on=MONDAY, ends_on=date(2022, 1, 17), weekday=0):
    return Pattern(Rhythm.WEEKLY, starts_on, ends_on, weekday=weekday)


def monthly(month_day, starts_on=date(2024, 1, 1), ends_on=date(2024, 4, 30)):
    return Pattern(Rhythm.MONTHLY, starts_on, ends_on, month_day=month_day)


def test_mondays_from_the_27th_of_december_2021():
    found = due_days(weekly(), date(2000, 1, 1), date(2099, 1, 1))

    assert found == [MONDAY, date(2022, 1, 3), date(2022, 1, 10), date(2022, 1, 17)]


@pytest.mark.parametrize(
    ("month_day", "wanted"),
    [
        (15, [(1, 15), (2, 15), (3, 15), (4, 15)]),
        (31, [(1, 31), (2, 29), (3, 31), (4, 30)]),
        (30, [(1, 30), (2, 29), (3, 30), (4, 30)]),
        (None, [(1, 31), (2, 29), (3, 31), (4, 30)]),
    ],
)
def test_a_month_that_is_shorter_is_due_on_its_last_day(month_day, wanted):
    found = due_days(monthly(month_day), date(2024, 1, 1), date(2024, 12, 31))

    assert [(day.month, day.day) for day in found] == wanted


def test_february_of_a_year_that_is_no_leap_year():
    pattern = monthly(29, date(2023, 2, 1), date(2023, 2, 28))

    assert due_days(pattern, date(2023, 1, 1), date(2023, 12, 31)) == [date(2023, 2, 28)]


def test_days_are_due_once_in_order_and_within_the_duty():
    days = [date(2022, 12, 15), date(2022, 11, 30), date(2022, 11, 30), date(2023, 1, 1)]
    pattern = Pattern(Rhythm.BY_DATE, date(2022, 3, 10), date(2022, 12, 31), days=days)

    assert due_days(pattern, date(2022, 1, 1), date(2023, 12, 31)) == [date(2022, 11, 30), date(2022, 12, 15)]


def test_what_is_asked_for_by_hand_comes_by_itself_never():
    assert due_days(Pattern(Rhythm.AD_HOC, MONDAY, date(2030, 1, 1)), MONDAY, date(2030, 1, 1)) == []


def test_a_turn_begins_on_the_day_after_the_one_before_was_due():
    found = turns(weekly(), date(2022, 1, 4))

    assert [(turn.starts_on, turn.due_on) for turn in found] == [
        (date(2021, 12, 21), MONDAY),
        (date(2021, 12, 28), date(2022, 1, 3)),
        (date(2022, 1, 4), date(2022, 1, 10)),
    ]


def test_the_first_month_begins_after_the_day_of_the_month_before():
    found = turns(monthly(None, date(2024, 3, 1)), date(2024, 3, 1))

    assert [(turn.starts_on, turn.due_on) for turn in found] == [(date(2024, 3, 1), date(2024, 3, 31))]


@given(DAYS, DAYS, DAYS, DAYS, st.integers(0, 6))
def test_every_weekly_day_lies_in_the_window_on_its_weekday_and_none_is_left_out(
    start, end, first, last, weekday
):
    found = due_days(Pattern(Rhythm.WEEKLY, start, end, weekday=weekday), first, last)

    low, high = max(start, first), min(end, last)
    wanted = [low + timedelta(days=n) for n in range(max((high - low).days + 1, 0))]
    assert found == [day for day in wanted if day.weekday() == weekday]


@given(DAYS, DAYS, DAYS, DAYS, st.none() | st.integers(1, 31))
def test_every_month_of_the_window_has_its_day_once(start, end, first, last, month_day):
    found = due_days(Pattern(Rhythm.MONTHLY, start, end, month_day=month_day), first, last)

    low, high = max(start, first), min(end, last)
    whole = [low + timedelta(days=n) for n in range(max((high - low).days + 1, 0))]
    is_last = lambda day: (day + timedelta(days=1)).month != day.month  # noqa: E731
    assert found == [
        day
        for day in whole
        if (is_last(day) and (month_day is None or day.day <= month_day))
        or (month_day is not None and day.day == month_day)
    ]


@given(
    DAYS,
    st.integers(0, 400),
    st.integers(-30, 500),
    st.sampled_from(["weekly", "monthly", "by_date"]),
    st.data(),
)
def test_turns_follow_each_other_without_a_gap_or_a_day_twice(start, length, ahead, rhythm, data):
    end = start + timedelta(days=length)
    days = data.draw(st.lists(st.dates(start, end), max_size=8)) if rhythm == "by_date" else []
    pattern = Pattern(Rhythm(rhythm), start, end, weekday=2, month_day=31, days=days)
    today = start + timedelta(days=ahead)

    found = turns(pattern, today)

    assert [turn.due_on for turn in found] == due_days(pattern, start, end)[: len(found)]
    assert all(turn.starts_on <= min(turn.due_on, today) for turn in found)
    assert all(
        later.starts_on == turn.due_on + timedelta(days=1)
        for turn, later in zip(found, found[1:], strict=False)
    )
    beyond = turns(pattern, date(2100, 1, 1))[len(found) :]
    assert all(turn.starts_on > today for turn in beyond)


def test_days_are_read_as_people_write_them():
    wanted = date(2026, 11, 30)

    assert [read_day(words) for words in ("30/11/2026", " 30.11.2026", "30-11-2026", "2026-11-30")] == [
        wanted
    ] * 4
    assert [read_day(words) for words in ("31/11/2026", "30/11", "mai", "30/11/26")] == [None] * 4


# --- Made by the job ----------------------------------------------------------------------------------------


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def make(*today):
    return [period_operations.make_periods(day) for day in today]


def later(weeks=0, days=0):
    return clock.today() + timedelta(weeks=weeks, days=days)


def test_a_duty_has_its_period_at_once_with_a_report_for_each_who_has_it(event):
    made = reporting.duty(event)

    assert reporting.days(made) == [clock.today()]
    assert [(row.asked.name, row.state) for row in reporting.reports(made)] == [
        (name, ReturnState.MISSING) for name in reporting.NAMES
    ]


def test_the_periods_of_weeks_without_a_worker_are_made_by_the_next_run_and_once(event):
    made = reporting.duty(event)

    counts = make(later(weeks=4), later(weeks=4), later(weeks=1))

    # Four weeks ahead the fourth is due today, and the fifth begins tomorrow.
    assert counts == [12, 0, 0]
    assert reporting.days(made) == [later(weeks=n) for n in range(5)]
    assert len(reporting.reports(made)) == 15


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.integers(-10, 120), min_size=1, max_size=6), weeks=st.integers(0, 12))
def test_periods_exactly_once_for_any_pattern_of_downtime(app, runs, weeks):
    event = factories.event(by=factories.organizer())
    made = reporting.duty(event, reporting.weekly(weeks=weeks))
    for days in [*runs, max(runs), *runs]:
        period_operations.make_periods(later(days=days))

    seen = max([0, *runs])
    begun = [later(weeks=n) for n in range(weeks + 1) if 7 * (n - 1) < seen or n == 0]
    assert reporting.days(made) == begun
    pairs = [(row.period.due_on, row.asked.name) for row in reporting.reports(made)]
    assert pairs == [(day, name) for day in begun for name in reporting.NAMES]


def test_two_workers_at_once_make_each_period_once(app, event):
    made = reporting.duty(event)
    duty_id, db_today, errors = made.id, later(weeks=6), []
    start = threading.Barrier(4)

    def work():
        with app.app_context():
            try:
                start.wait()
                period_operations.make_periods(db_today)
            except Exception as error:  # said below
                errors.append(repr(error))
            finally:
                db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    db.session.expire_all()
    made = db.session.get(Duty, duty_id)
    assert errors == []
    assert reporting.days(made) == [later(weeks=n) for n in range(7)]
    assert len(reporting.reports(made)) == 21


def test_periods_before_the_duty_was_entered_are_not_tracked_and_owed_by_nobody(event):
    made = reporting.duty(event, reporting.weekly(later(weeks=-3), weeks=5))

    rows = db.session.execute(
        sa.select(Period.due_on, Period.is_tracked).where(Period.duty_id == made.id).order_by(Period.due_on)
    ).all()
    assert rows == [(later(weeks=n), n == 0) for n in (-3, -2, -1, 0)]
    assert {row.period.due_on for row in reporting.reports(made)} == {later()}


def test_a_duty_of_a_plan_that_names_no_end_makes_no_periods_until_it_has_one(event):
    today = clock.today()
    silent = Details(text="Báo cáo", rhythm=Rhythm.WEEKLY, starts_on=today, weekday=today.weekday())
    made = reporting.duty(event, silent, is_from_plan=True)
    assert make(later(weeks=9)) == [0]

    duties.edit_duty(made, reporting.weekly(), by=None)

    assert reporting.days(made) == [later()]


def test_who_joins_later_owes_from_its_first_day_and_who_leaves_owes_nothing_after_its_last(event):
    made = reporting.duty(event, names=NAMES[:2])
    make(later(weeks=1))
    duties.add_reporters(made, ["Ban Quản lý Mẫu"], since=later(weeks=1), by=None)
    (finance,) = [row for row in made.reporters if row.asked.name == "Sở Tài chính"]
    duties.leave(finance, until=later(days=6), by=None)
    make(later(weeks=2))

    owed = [(row.period.due_on, row.asked.name) for row in reporting.reports(made)]
    assert sorted(owed) == sorted(
        [
            (later(), "Sở Nội vụ"),
            (later(), "Sở Tài chính"),
            (later(weeks=1), "Sở Nội vụ"),
            (later(weeks=1), "Ban Quản lý Mẫu"),
            (later(weeks=2), "Sở Nội vụ"),
            (later(weeks=2), "Ban Quản lý Mẫu"),
        ]
    )


def test_an_agency_merged_away_gets_no_new_periods(event):
    made = reporting.duty(event)
    (agency,) = [row.asked for row in made.reporters if row.asked.name == "Ban Quản lý Mẫu"]
    with atomic():
        agency.organization = Organization(
            code="test-ban",
            name="Ban Quản lý Mẫu",
            folded="ban quan ly mau",
            kind="agency",
            valid_from=date(2020, 1, 1),
            valid_to=later(days=3),
            province_code="51",
            source="test",
        )

    make(later(weeks=1))

    names = [row.asked.name for row in reporting.reports(made) if row.period.due_on == later(weeks=1)]
    assert names == ["Sở Nội vụ", "Sở Tài chính"]


def test_a_stopped_duty_and_a_cancelled_event_make_no_more(event):
    made = reporting.duty(event)
    other = reporting.duty(event)
    duties.stop_duty(made, by=None)
    assert make(later(weeks=1)) == [3]

    events.cancel_event(event, by=None)

    assert make(later(weeks=5)) == [0]
    assert (reporting.days(made), reporting.days(other)) == ([], [later(), later(weeks=1)])


def test_another_weekday_makes_the_period_that_nobody_has_answered_anew(event):
    made = reporting.duty(event)
    next_day = reporting.weekly(later(), weekday=(later().weekday() + 1) % 7)

    duties.edit_duty(made, next_day, by=None)

    assert reporting.days(made) == [later(days=1)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PeriodReport)) == 3
