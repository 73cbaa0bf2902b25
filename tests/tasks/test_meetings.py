"""Meetings of agencies: who was there, who was not and why, and what becomes of the conclusions."""

from datetime import date

import pytest

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import StaleEdit
from eventsvc.tasks import meeting_operations as operations
from eventsvc.tasks import meeting_queries as queries
from eventsvc.tasks.duty_models import Presence
from eventsvc.tasks.meeting_operations import Details, Mark
from eventsvc.tasks.models import DeadlineKind, TaskKind
from eventsvc.tasks.queries import tasks_of
from tests import factories
from tests.queries import counted
from tests.tasks import reporting

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DETAILS = Details(
    held_on=date(2021, 12, 15),
    place="tại trụ sở UBND tỉnh",
    chair="Nguyễn Văn Mẫu",
    chair_position="Phó Chủ tịch UBND tỉnh",
    subject="nghe báo cáo tiến độ triển khai",
    conclusions="Hoàn thành danh mục thiết bị.\n\nTrình khung pháp lý.",
)


@pytest.fixture
def event(organizer):
    return factories.event(by=organizer)


@pytest.fixture
def meeting(event):
    made = operations.add_meeting(event, DETAILS, by=None)
    operations.expect(made, ["Sở Nội vụ", "Sở Tài chính", "Sở Y tế"], by=None)
    return made


def home(event):
    return f"/events/{event.slug}/meetings"


def names(meeting):
    return [row.name for row in queries.attendances(meeting)]


def test_a_briefing_expects_those_who_owe_its_report_and_there_is_one_for_each(signed_in, event):
    duty = reporting.duty(event)
    period = reporting.reports(duty)[0].period
    form = signed_in.get(f"{home(event)}/new?period={period.id}").form()
    assert form.fields["held_on"] == period.due_on.isoformat()

    signed_in.submit(form, {"chair": "Nguyễn Văn Mẫu"})

    (made,) = db.session.scalars(queries.meetings_of(event)).all()
    assert names(made) == list(reporting.NAMES)
    assert "Họp giao ban" in made.subject
    with pytest.raises(operations.PeriodTaken):
        operations.add_meeting(event, DETAILS, period=made.period, by=None)
    assert (
        signed_in.get(f"/events/{event.slug}/duties/{duty.id}/periods/{period.id}").text.count(
            "Nhập họp giao ban"
        )
        == 0
    )


def test_who_is_absent_is_told_with_the_reason(signed_in, event, meeting):
    rows = queries.attendances(meeting)
    form = signed_in.get(f"{home(event)}/{meeting.id}").form("/attendance")

    page = signed_in.submit(
        form,
        {
            f"presence-{rows[0].id}": "absent",
            f"presence-{rows[1].id}": "present",
            f"who-{rows[1].id}": "Bà Lê Thị Nga",
            f"presence-{rows[2].id}": "excused",
            f"reason-{rows[2].id}": "Chống dịch",
        },
    )

    db.session.expire_all()
    found = [(row.presence, row.represented_by, row.reason) for row in queries.attendances(meeting)]
    assert found == [
        (Presence.ABSENT, None, None),
        (Presence.PRESENT, "Bà Lê Thị Nga", None),
        (Presence.EXCUSED, None, "Chống dịch"),
    ]
    assert "Sở Y tế – Chống dịch" in page.text
    assert "2 đơn vị vắng" in signed_in.get(home(event)).text


def test_of_two_who_mark_at_once_the_second_decides(signed_in, event, meeting):
    row = queries.attendances(meeting)[0]
    stale = meeting.version
    operations.mark(meeting, [Mark(row.id, Presence.PRESENT)], version=stale, by=None)

    with pytest.raises(StaleEdit):
        operations.mark(meeting, [Mark(row.id, Presence.ABSENT)], version=stale, by=None)
    page = signed_in.post(
        f"{home(event)}/{meeting.id}/attendance",
        {"edition": str(stale), f"presence-{row.id}": "absent"},
        status=409,
    )

    chosen = page.html.xpath(f"//select[@name='presence-{row.id}']/option[@selected]/@value")
    assert chosen == ["absent"]
    db.session.expire_all()
    assert queries.attendances(meeting)[0].presence is Presence.PRESENT


def test_a_collective_line_stands_for_all_and_nobody_is_on_the_list_twice(event, meeting):
    before = names(meeting)

    added = operations.expect(meeting, ["UBND các huyện, thị xã, thành phố", "Sở Nội vụ"], by=None)

    assert added == 13 and len(names(meeting)) == len(before) + 13
    assert operations.expect(meeting, ["UBND các huyện, thị xã, thành phố"], by=None) == 0


def test_an_agency_is_taken_off_and_the_others_are_counted_anew(signed_in, event, meeting):
    second = queries.attendances(meeting)[1]
    path = f"{home(event)}/{meeting.id}/agencies/{second.id}/remove"

    signed_in.post(path)
    signed_in.post(path, status=404)

    assert [(row.number, row.name) for row in queries.attendances(meeting)] == [
        (1, "Sở Nội vụ"),
        (2, "Sở Y tế"),
    ]


def test_a_conclusion_becomes_a_task_once(signed_in, event, meeting):
    page = f"{home(event)}/{meeting.id}"
    form = signed_in.get(page).form("/conclusions/2/task")

    assert signed_in.submit(form, {"agency": " "}, status=422).errors
    signed_in.submit(form, {"agency": "Sở Tư pháp", "deadline": "2099-01-20"})
    again = signed_in.submit(form, {"agency": "Sở Tư pháp"})
    assert again.flashes == ["Kết luận này đã là nhiệm vụ."]
    signed_in.post(f"{page}/conclusions/9/task", {"agency": "Sở Tư pháp"}, status=404)

    (task,) = tasks_of(event, TaskKind.DIRECTIVE)
    assert (task.text, task.agency, task.deadline_kind) == (
        "Trình khung pháp lý.",
        "Sở Tư pháp",
        DeadlineKind.INCLUSIVE,
    )
    assert [line.task for line in queries.conclusions(meeting)] == [None, task]


def test_a_meeting_is_edited_and_removed_its_tasks_stay(signed_in, event, meeting):
    operations.make_task(meeting, 1, agency="Sở Tài chính", by=None)
    page = f"{home(event)}/{meeting.id}"

    refused = signed_in.submit(signed_in.get(f"{page}/edit").form(), {"held_on": ""}, status=422)
    signed_in.submit(signed_in.get(f"{page}/edit").form(), {"place": "Phòng họp số 2"})
    assert refused.errors and "Phòng họp số 2" in signed_in.get(page).text
    signed_in.submit(signed_in.get(page).form("/remove"))

    assert db.session.scalars(queries.meetings_of(event)).all() == []
    assert len(tasks_of(event, TaskKind.DIRECTIVE)) == 1


def test_a_meeting_of_another_event_and_a_period_of_another_event_are_not_there(signed_in, event):
    other = factories.event(title="Sự kiện khác")
    theirs = operations.add_meeting(other, DETAILS, by=None)
    period = reporting.reports(reporting.duty(other))[0].period

    signed_in.get(f"{home(event)}/{theirs.id}", status=404)
    form = signed_in.get(f"{home(event)}/new?period={period.id}").form()
    assert form.fields.get("period", "") == ""
    with pytest.raises(operations.Invalid):
        operations.add_meeting(event, DETAILS, period=period, by=None)


def test_the_list_and_the_page_cost_the_same_for_three_and_thirty(signed_in, event, meeting):
    def look():
        signed_in.get(home(event))
        signed_in.get(f"{home(event)}/{meeting.id}")

    look()
    with counted() as few:
        look()
    for number in range(10):
        more = operations.add_meeting(event, Details(held_on=clock.today(), subject=f"Họp {number}"), by=None)
        operations.expect(more, ["Sở Nội vụ"], by=None)
    operations.expect(meeting, [f"Trung tâm mẫu {n}" for n in range(27)], by=None)
    with counted() as many:
        look()

    assert many.number == few.number
