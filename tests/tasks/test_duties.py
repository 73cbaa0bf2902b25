"""The pages of duties: entered, expanded to agencies, seen as a matrix, asked for by hand, stopped."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import User
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.tasks import duty_operations as operations
from eventsvc.tasks import duty_queries as queries
from eventsvc.tasks import nudge_operations, period_operations
from eventsvc.tasks.duty_models import Duty, Rhythm
from eventsvc.tasks.duty_operations import Details
from tests import factories
from tests.queries import counted
from tests.tasks import reporting

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(organizer):
    return factories.event(by=organizer)


def home(event):
    return f"/events/{event.slug}/duties"


def typed(**changes):
    today = clock.today()
    values = {
        "text": "Báo cáo tiến độ triển khai IOC",
        "report_to": "UBND tỉnh",
        "rhythm": "weekly",
        "weekday": str(today.weekday()),
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(weeks=8)).isoformat(),
        "names": "Sở Nội vụ\nUBND các huyện, thị xã, thành phố",
    }
    return values | changes


def enter(browser, event, **changes):
    status = changes.pop("status", 200)
    form = browser.get(f"{home(event)}/new").form()
    return browser.submit(form, typed(**changes), status=status)


def duties():
    return list(db.session.scalars(sa.select(Duty).order_by(Duty.id)))


def test_a_weekly_duty_of_a_department_and_of_every_district_has_its_first_report_at_once(signed_in, event):
    enter(signed_in, event)

    (made,) = duties()
    assert (made.rhythm, made.weekday, made.ends_on) == (
        Rhythm.WEEKLY,
        clock.today().weekday(),
        clock.today() + timedelta(weeks=8),
    )
    assert len(made.reporters) == 14
    page = signed_in.get(f"{home(event)}/{made.id}")
    assert page.text.count("Chưa nộp") == 14
    assert len(reporting.reports(made)) == 14


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"ends_on": ""}, "có ngày kết thúc"),
        ({"ends_on": "2001-01-01"}, "trước ngày bắt đầu"),
        ({"ends_on": "2099-01-01"}, "mười năm"),
        ({"rhythm": "monthly", "month_day": "32"}, "1 đến 31"),
        ({"rhythm": "monthly", "month_day": "0"}, "1 đến 31"),
        ({"rhythm": "monthly", "month_day": "x"}, "1 đến 31"),
        ({"rhythm": "weekly", "weekday": "7"}, "ngày trong tuần"),
        ({"rhythm": "by_date", "days": ""}, "các ngày"),
        ({"rhythm": "by_date", "days": "31/02/2026"}, "31/02/2026"),
        ({"rhythm": "by_date", "days": "01/01/2001"}, "ngoài thời gian"),
        ({"rhythm": "sometimes"}, "danh sách"),
        ({"starts_on": ""}, "ngày bắt đầu"),
        ({"text": " "}, "nội dung"),
    ],
)
def test_what_makes_no_sense_is_refused_and_what_was_typed_is_kept(signed_in, event, changes, wrong):
    page = enter(signed_in, event, status=422, note="Ghi chú giữ lại", **changes)

    assert any(wrong in error for error in page.errors), page.errors
    assert "Ghi chú giữ lại" in page.text
    assert duties() == []


def test_a_duty_ends_before_the_links_on_which_agencies_report_are_dead(signed_in, event):
    event.data_kept_until = clock.today() + timedelta(weeks=8) - timedelta(days=1)
    db.session.commit()

    refused = enter(signed_in, event, status=422)
    assert [f"{event.data_kept_until:%d/%m/%Y}" in error for error in refused.errors] == [True]
    enter(signed_in, event, ends_on=event.data_kept_until.isoformat())
    (made,) = duties()

    event.data_kept_until -= timedelta(days=7)
    db.session.commit()
    form = signed_in.get(f"{home(event)}/{made.id}/edit").form()
    later = {"ends_on": (made.ends_on + timedelta(days=1)).isoformat()}
    assert len(signed_in.submit(form, later, status=422).errors) == 1
    signed_in.submit(form, {"text": "Báo cáo tuần"})  # what was agreed on before stays, and can be edited
    db.session.expire_all()
    assert made.text == "Báo cáo tuần"


@pytest.mark.parametrize("day", ["", "31"])
def test_a_monthly_duty_on_day_31_or_the_last_day(signed_in, event, day):
    enter(signed_in, event, rhythm="monthly", month_day=day, names="Sở Nội vụ")

    (made,) = duties()
    due = reporting.days(made)[0]
    assert (due + timedelta(days=1)).day == 1
    assert made.month_day == (31 if day else None)


def test_a_duty_without_an_end_says_so_and_gets_one_by_its_form(signed_in, event):
    today = clock.today()
    silent = Details(text="Báo cáo tuần", rhythm=Rhythm.WEEKLY, starts_on=today, weekday=today.weekday())
    made = reporting.duty(event, silent, is_from_plan=True)
    page = signed_in.get(f"{home(event)}/{made.id}")
    assert "chưa có ngày kết thúc" in page.text

    form = signed_in.get(f"{home(event)}/{made.id}/edit").form()
    assert signed_in.submit(form, {}, status=422).errors
    signed_in.submit(form, {"ends_on": (today + timedelta(weeks=2)).isoformat()})

    assert reporting.days(made) == [today]
    with pytest.raises(operations.NoEnd):
        operations.add_duty(event, silent, by=None)


def test_a_report_is_asked_for_now_and_not_twice_for_a_day(signed_in, event):
    today = clock.today()
    details = Details(
        text="Báo cáo đột xuất", rhythm=Rhythm.AD_HOC, starts_on=today, ends_on=today + timedelta(30)
    )
    made = reporting.duty(event, details)
    assert reporting.days(made) == []
    form = signed_in.get(f"{home(event)}/{made.id}/ask").form()
    tomorrow = today + timedelta(days=1)

    for wrong in (today - timedelta(days=1), today + timedelta(days=31)):
        assert signed_in.submit(form, {"due_on": wrong.isoformat()}, status=422).errors
    signed_in.submit(form, {"due_on": tomorrow.isoformat(), "title": "Số liệu bão số 9"})
    assert signed_in.submit(form, {"due_on": tomorrow.isoformat()}, status=422).errors

    assert reporting.days(made) == [tomorrow]
    assert len(reporting.reports(made)) == 3


def test_agencies_are_added_and_leave_by_their_page(signed_in, event):
    made = reporting.duty(event, names=["Sở Nội vụ"])
    page = f"{home(event)}/{made.id}/reporters"
    today = clock.today()

    signed_in.submit(signed_in.get(page).form("/reporters"), {"names": "Sở Tài chính\nSở Nội vụ"})
    first = made.reporters[0]
    yesterday = (today - timedelta(days=1)).isoformat()
    signed_in.submit(signed_in.get(page).form(f"/{first.id}/leave"), {"until": yesterday})

    db.session.expire_all()
    assert [(row.asked.name, row.until) for row in made.reporters] == [
        ("Sở Nội vụ", today - timedelta(days=1)),
        ("Sở Tài chính", None),
    ]
    assert [row.asked.name for row in reporting.reports(made)] == ["Sở Tài chính"]


def test_of_two_people_at_one_duty_the_second_is_shown_what_the_first_saved(signed_in, event):
    made = reporting.duty(event)
    address = f"{home(event)}/{made.id}/edit"
    first, second = signed_in.get(address).form(), signed_in.get(address).form()

    signed_in.submit(first, {"text": "Báo cáo tuần của người thứ nhất"})
    page = signed_in.submit(second, {"text": "Báo cáo tuần của người thứ hai"}, status=409)

    assert "người thứ nhất" in page.text and "người thứ hai" in page.text
    db.session.expire_all()
    assert made.text == "Báo cáo tuần của người thứ nhất"


def test_the_matrix_shows_what_was_handed_in_what_is_late_and_what_is_not_tracked(signed_in, event):
    made = reporting.duty(event, reporting.weekly(clock.today() - timedelta(weeks=2)))
    period_operations.make_periods(clock.today() + timedelta(weeks=9))

    page = signed_in.get(f"{home(event)}/{made.id}")
    earlier = signed_in.get(f"{home(event)}/{made.id}?periods=2")

    assert page.text.count("Chưa nộp") == 3 * 8
    assert earlier.text.count("không theo dõi") == 2 + 3 * 2
    assert [row[0] for row in page.rows()] == list(reporting.NAMES)


def test_a_duty_is_stopped_and_goes_on(signed_in, event):
    made = reporting.duty(event)
    page = f"{home(event)}/{made.id}"

    signed_in.submit(signed_in.get(page).form("/stop"), {})
    assert reporting.days(made) == [] and "đã dừng" in signed_in.get(page).text.lower()
    signed_in.submit(signed_in.get(page).form("/resume"), {})

    assert reporting.days(made) == [clock.today()]


def test_a_duty_of_another_event_is_not_there(signed_in, event):
    other = reporting.duty(factories.event(title="Sự kiện khác"))

    for path in ("", "/edit", "/reporters", "/ask"):
        signed_in.get(f"{home(event)}/{other.id}{path}", status=404)


def test_the_list_and_the_matrix_cost_the_same_for_three_and_for_sixty(client, event):
    viewer = factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    client.sign_in(db.session.get(User, viewer.id))
    one = reporting.duty(event)
    client.get(home(event))
    with counted() as few:
        client.get(home(event))
        client.get(f"{home(event)}/{one.id}")
    for number in range(5):
        reporting.duty(event, names=[f"Đơn vị mẫu {number}.{n}" for n in range(10)])
    operations.add_reporters(one, [f"Trung tâm mẫu {n}" for n in range(40)], by=None)

    with counted() as many:
        client.get(home(event))
        client.get(f"{home(event)}/{one.id}")

    assert many.number == few.number
    assert len(queries.lines(event)) == 6


def test_nobody_is_reminded_under_a_dead_link(event):
    due = clock.today() + timedelta(days=1)
    made = reporting.duty(event, reporting.weekly(due), names=["Sở Nội vụ"])
    reporting.with_address(made.reporters[0].asked)
    moment = clock.from_local(datetime.combine(due, time(9)))

    event.data_kept_until = due - timedelta(days=1)
    db.session.commit()
    assert nudge_operations.nudge_missing(moment) == 0
    event.data_kept_until = due
    db.session.commit()
    assert nudge_operations.nudge_missing(moment) == 1
