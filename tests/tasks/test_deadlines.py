"""What a printed deadline means, on any day."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from eventsvc import text
from eventsvc.db import atomic, db
from eventsvc.events.workdays import (
    add_working_days,
    is_working,
    next_working_day,
    working_days_between,
)
from eventsvc.tasks import deadline_queries, deadlines
from eventsvc.tasks.deadlines import Anchors, Pressure
from eventsvc.tasks.models import Anchor, DeadlineKind, Task, TaskState
from tests import factories

DAYS = st.dates(date(2021, 1, 1), date(2027, 11, 30))
COUNTS = st.integers(1, 30)


def task(**columns) -> Task:
    return Task(**{"state": TaskState.OPEN, **columns})


@given(DAYS)
def test_no_later_than_includes_the_day_and_before_does_not(day):
    included = deadlines.last_day(task(deadline_kind=DeadlineKind.INCLUSIVE, deadline=day))
    excluded = deadlines.last_day(task(deadline_kind=DeadlineKind.EXCLUSIVE, deadline=day))

    assert (included, excluded) == (day, day - timedelta(days=1))


@given(st.integers(2021, 2027), st.integers(1, 12))
def test_a_stretch_of_a_month_or_quarter_is_what_its_printed_words_are_read_as(year, month):
    quarter = ("I", "II", "III", "IV")[(month - 1) // 3]
    said = {
        DeadlineKind.MONTH: f"Tháng {month}/{year}",
        DeadlineKind.MONTH_START: f"đầu tháng {month}/{year}",
        DeadlineKind.MONTH_END: f"cuối tháng {month}/{year}",
        DeadlineKind.QUARTER: f"Quý {quarter} năm {year}",
    }

    for kind, words in said.items():
        assert tuple(deadlines.window_of(kind, year, month)) == text.parse_window(words), words


def test_months_in_a_row_end_with_the_last_and_never_before_the_first():
    assert deadlines.window_of(DeadlineKind.MONTH_RANGE, 2022, 3, 4) == (date(2022, 3, 1), date(2022, 4, 30))
    with pytest.raises(ValueError):
        deadlines.window_of(DeadlineKind.MONTH_RANGE, 2022, 4, 3)


@given(DAYS, COUNTS)
def test_working_days_are_counted_from_the_day_after_and_end_on_one(day, count):
    end = add_working_days(day, count)

    assert is_working(end) and end > day
    assert working_days_between(day, end) == count


@given(DAYS, COUNTS)
def test_counting_back_undoes_counting_on_from_a_working_day(day, count):
    start = next_working_day(day)

    assert add_working_days(add_working_days(start, count), -count) == start


def test_three_working_days_over_tet_leave_the_days_off_out():
    # Tết Nhâm Dần: off from Monday 31 January to Friday 4 February 2022.
    assert add_working_days(date(2022, 1, 28), 3) == date(2022, 2, 9)


def test_what_organizers_put_right_stands_above_the_package():
    worked_back, off = date(2026, 1, 10), date(2026, 3, 4)
    put_right = {worked_back: (True, "Làm bù"), off: (False, "Nghỉ đột xuất")}

    assert is_working(worked_back, put_right) and not is_working(worked_back)
    assert not is_working(off, put_right) and is_working(off)
    assert add_working_days(date(2026, 3, 3), 1, put_right) == date(2026, 3, 5)


def test_a_relative_deadline_moves_with_its_anchor():
    before_opening = task(deadline_kind=DeadlineKind.WORKING_DAYS, offset_days=-3, anchor=Anchor.OPENING)

    assert deadlines.last_day(before_opening, Anchors(date(2022, 4, 14))) == date(2022, 4, 8)  # 11/4 was off
    assert deadlines.last_day(before_opening, Anchors(date(2022, 4, 15))) == date(2022, 4, 12)
    assert deadlines.last_day(before_opening, Anchors()) is None


@pytest.mark.parametrize("kind", [DeadlineKind.ONGOING, DeadlineKind.EXTERNAL])
def test_what_goes_on_all_the_time_or_waits_for_others_is_never_late(kind):
    assert deadlines.pressure(deadlines.last_day(task(deadline_kind=kind)), date(2030, 1, 1)) is Pressure.NONE


def test_more_time_leaves_the_first_deadline_to_be_seen():
    extended = task(
        deadline_kind=DeadlineKind.INCLUSIVE, deadline=date(2022, 3, 31), extended_to=date(2022, 4, 15)
    )

    assert deadlines.last_day(extended) == date(2022, 4, 15)
    assert deadlines.first_deadline(extended) == date(2022, 3, 31)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 4, 1), Pressure.AHEAD),
        (date(2022, 4, 8), Pressure.SOON),
        (date(2022, 4, 15), Pressure.SOON),
        (date(2022, 4, 16), Pressure.PAST),
    ],
)
def test_colours_are_made_from_days(today, expected):
    assert deadlines.pressure(date(2022, 4, 15), today) is expected
    assert deadlines.pressure(date(2022, 4, 15), today, TaskState.DONE) is Pressure.NONE


def test_the_database_and_the_rules_come_to_the_same_day(app):
    event = factories.event()
    opening = deadline_queries.anchors(event).opening or date(2026, 11, 26)
    rows = [
        {"deadline_kind": kind, "offset_days": offset, "anchor": anchor}
        for kind in deadlines.RELATIVE
        for offset in (-5, 3)
        for anchor in (Anchor.OPENING, Anchor.CLOSING, Anchor.OBSTACLE)
    ] + [
        {"deadline_kind": DeadlineKind.INCLUSIVE, "deadline": opening, "last_day": opening},
        {"deadline_kind": DeadlineKind.ONGOING},
        {
            "deadline_kind": DeadlineKind.DAYS,
            "offset_days": 3,
            "anchor": Anchor.OPENING,
            "extended_to": date(2027, 1, 4),
        },
    ]
    with atomic():
        db.session.add_all(Task(event=event, number=n, text="Việc", **row) for n, row in enumerate(rows, 1))

    due = deadline_queries.due_day(event)
    found = db.session.execute(
        sa.select(Task, due).where(Task.event_id == event.id).order_by(due, Task.number)
    ).all()

    fixed = deadline_queries.anchors(event)
    assert len(found) == len(rows)
    assert all(day == deadlines.last_day(row, fixed) for row, day in found)
