from datetime import date

import pytest

from eventsvc.db import db
from eventsvc.errors import StaleEdit
from eventsvc.tasks import operations, queries
from eventsvc.tasks.deadlines import Pressure, last_day, pressure
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task
from eventsvc.tasks.operations import Details
from tests import factories

DAY = date(2023, 8, 15)


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (DeadlineKind.INCLUSIVE, date(2023, 8, 15)),
        (DeadlineKind.EXCLUSIVE, date(2023, 8, 14)),
        (None, date(2023, 8, 15)),
    ],
)
def test_before_a_day_ends_the_day_before(kind, last):
    assert last_day(Task(deadline=DAY, deadline_kind=kind)) == last


@pytest.mark.parametrize(
    ("today", "kind", "wanted"),
    [
        (date(2023, 8, 7), DeadlineKind.INCLUSIVE, Pressure.AHEAD),
        (date(2023, 8, 8), DeadlineKind.INCLUSIVE, Pressure.SOON),
        (date(2023, 8, 15), DeadlineKind.INCLUSIVE, Pressure.SOON),
        (date(2023, 8, 16), DeadlineKind.INCLUSIVE, Pressure.PAST),
        (date(2023, 8, 14), DeadlineKind.EXCLUSIVE, Pressure.SOON),
        (date(2023, 8, 15), DeadlineKind.EXCLUSIVE, Pressure.PAST),
    ],
)
def test_the_last_day_is_still_in_time(today, kind, wanted):
    assert pressure(last_day(Task(deadline=DAY, deadline_kind=kind)), today) is wanted


def test_without_a_deadline_nothing_presses():
    assert pressure(last_day(Task(deadline=None)), DAY) is Pressure.NONE


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def task(event, text="Báo cáo kết quả.", **details):
    details.setdefault("agency", "Sở Thông tin và Truyền thông")
    return operations.add_task(event, Details(text=text, **details), by=None)


def test_a_task_knows_the_organizations_behind_its_names(event):
    made = task(
        event,
        role=AssigneeRole.COORDINATING,
        lead_agency="VNPT Quảng Ngãi",
        coordinating=["UBND huyện Bình Sơn", "Đội văn nghệ xung kích"],
    )

    assert [(row.role, row.name, row.organization and row.organization.name) for row in made.assignees] == [
        (AssigneeRole.COORDINATING, "Sở Thông tin và Truyền thông", "Sở Thông tin và Truyền thông"),
        (AssigneeRole.LEAD, "VNPT Quảng Ngãi", "Viễn thông Quảng Ngãi"),
        (AssigneeRole.COORDINATING, "UBND huyện Bình Sơn", "Huyện Bình Sơn"),
        (AssigneeRole.COORDINATING, "Đội văn nghệ xung kích", None),
    ]


def test_a_stale_task_is_not_overwritten_even_if_only_its_agencies_changed(event):
    made = task(event)
    version = made.version
    operations.edit_task(made, Details(text=made.text, agency="Sở Tài chính"), version=version, by=None)

    with pytest.raises(StaleEdit):
        operations.edit_task(made, Details(text="Khác", agency="Sở Nội vụ"), version=version, by=None)


def test_tasks_are_listed_by_agency_with_their_deadline_in_words(event, signed_in):
    task(event, "Cử đại biểu.", agency="Tỉnh đoàn Quảng Ngãi")
    task(
        event,
        "Báo cáo.",
        deadline=DAY,
        deadline_kind=DeadlineKind.INCLUSIVE,
        report_to="UBND tỉnh",
        key="IV.6.3",
    )
    task(event, "Tổng hợp.", deadline=date(2099, 12, 15), deadline_kind=DeadlineKind.EXCLUSIVE,
         role=AssigneeRole.LEAD, coordinating=["Sở Nội vụ"])  # fmt: skip

    page = signed_in.get(f"/events/{event.slug}/tasks")

    assert page.html.xpath("//h2/text()") == ["Tỉnh đoàn Quảng Ngãi", "Sở Thông tin và Truyền thông"]
    assert [row[:5] for row in page.rows(1)] == [
        ["IV.6.3", "Báo cáo.Báo cáo UBND tỉnh", "Thực hiện", "–", "chậm nhất ngày 15/08/2023Đã quá hạn"],
        ["2", "Tổng hợp.", "Chủ trì", "Sở Nội vụ", "trước ngày 15/12/2099Còn thời hạn"],
    ]


def test_a_task_is_added_changed_and_removed_in_forms(event, signed_in):
    url = f"/events/{event.slug}/tasks"
    form = signed_in.get(f"{url}/new").form()
    refused = signed_in.submit(form, {"agency": "Sở Y tế", "deadline_kind": "inclusive"}, status=422)
    assert refused.errors == ["Hãy nhập nội dung nhiệm vụ."]
    assert refused.form().fields["agency"] == "Sở Y tế"

    refused = signed_in.submit(refused.form(), {"text": "Trực cấp cứu."}, status=422)
    assert refused.errors == ["Hãy nhập ngày hết hạn."]
    signed_in.submit(refused.form(), {"deadline": "2023-08-15", "coordinating": "Công an tỉnh\n\nSở Nội vụ"})

    (made,) = queries.tasks_of(event)
    assert [row.name for row in made.assignees] == ["Sở Y tế", "Công an tỉnh", "Sở Nội vụ"]
    form = signed_in.get(f"{url}/{made.id}").form()
    assert form.fields["coordinating"].strip() == "Công an tỉnh\nSở Nội vụ"
    signed_in.submit(form, {"text": "Trực cấp cứu tại điểm cầu chính.", "coordinating": ""})
    db.session.expire_all()
    assert (made.text, [row.name for row in made.assignees]) == (
        "Trực cấp cứu tại điểm cầu chính.",
        ["Sở Y tế"],
    )

    page = signed_in.post(f"{url}/{made.id}/remove")

    assert "Chưa có nhiệm vụ" in page.text
    assert queries.tasks_of(event) == []


def test_two_tasks_cannot_have_one_number_of_the_plan(event, signed_in):
    task(event, key="IV.1.1")
    form = signed_in.get(f"/events/{event.slug}/tasks/new").form()

    page = signed_in.submit(form, {"text": "Khác", "agency": "Sở Y tế", "key": "IV.1.1"}, status=422)

    assert page.errors == ["Một nhiệm vụ khác đã mang số này."]


def test_two_people_editing_a_task_see_each_other(event, signed_in):
    made = task(event)
    form = signed_in.get(f"/events/{event.slug}/tasks/{made.id}").form()
    operations.edit_task(made, Details(text="Của người khác", agency="Sở Y tế"), by=None)

    page = signed_in.submit(form, {"text": "Của tôi"}, status=409)

    assert "Của người khác" in page.text
    assert page.form().fields["text"].strip() == "Của tôi"


def test_a_task_of_another_event_is_nowhere(event, signed_in, organizer):
    made = task(factories.event(by=organizer))

    signed_in.get(f"/events/{event.slug}/tasks/{made.id}", status=404)
    signed_in.post(f"/events/{event.slug}/tasks/{made.id}/remove", status=404)


def test_a_list_of_tasks_costs_the_same_for_one_and_thirty(event):
    import sqlalchemy as sa

    def cost():
        statements = []

        def count(*args):
            statements.append(args[2])

        db.session.expire_all()
        slug = event.slug
        sa.event.listen(db.engine, "before_cursor_execute", count)
        event_now = event
        queries.by_agency(queries.tasks_of(event_now))
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len(statements), slug

    task(event)
    one = cost()
    for _number in range(29):
        task(event, coordinating=["Sở Nội vụ", "Sở Y tế"])

    assert cost() == one
