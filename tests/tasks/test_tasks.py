from datetime import date

import pytest

from eventsvc.db import db
from eventsvc.errors import StaleEdit
from eventsvc.tasks import assignment_operations, operations, queries
from eventsvc.tasks.deadlines import Pressure, last_day, pressure
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task
from eventsvc.tasks.operations import Details
from tests import factories
from tests.queries import counted

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

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


def test_tasks_are_listed_with_their_deadline_in_words(event, signed_in):
    task(event, "Cử đại biểu.", agency="Tỉnh đoàn Quảng Ngãi")
    task(
        event,
        "Báo cáo.",
        deadline=DAY,
        deadline_kind=DeadlineKind.INCLUSIVE,
        report_to="UBND tỉnh",
        report_via="Sở Nội vụ",
        key="IV.6.3",
    )
    task(event, "Tổng hợp.", deadline=date(2099, 12, 15), deadline_kind=DeadlineKind.EXCLUSIVE,
         role=AssigneeRole.LEAD, role_label="Cơ quan chủ trì", coordinating=["Sở Nội vụ"])  # fmt: skip

    page = signed_in.get(f"/events/{event.slug}/tasks?sort=due")

    assert [(row[0], row[2], row[3]) for row in page.rows()] == [
        ("IV.6.3", "Sở Thông tin và Truyền thôngThực hiện", "chậm nhất ngày 15/08/2023Đã quá hạn"),
        ("3", "Sở Thông tin và Truyền thôngCơ quan chủ trìSở Nội vụPhối hợp",
         "trước ngày 15/12/2099ngày cuối cùng 14/12/2099Còn thời hạn"),
        ("1", "Tỉnh đoàn Quảng NgãiThực hiện", "–"),
    ]  # fmt: skip
    assert "Báo cáo UBND tỉnh (qua Sở Nội vụ)" in page.rows()[0][1]
    found = signed_in.get(f"/events/{event.slug}/tasks?q=tinh+doan")
    assert [row[0] for row in found.rows()] == ["1"]
    late = signed_in.get(f"/events/{event.slug}/tasks?pressure=past")
    assert [row[0] for row in late.rows()] == ["IV.6.3"]


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
    form = signed_in.get(f"{url}/{made.id}/edit").form()
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


@ONCE
@pytest.mark.parametrize(
    ("typed", "last", "words"),
    [
        ({"deadline_kind": "exclusive", "deadline": "2023-08-15"}, date(2023, 8, 14), "trước ngày 15/08/2023"),
        ({"deadline_kind": "month", "month": "2", "year": "2022"}, date(2022, 2, 28), "trong tháng 2/2022"),
        ({"deadline_kind": "month_range", "month": "3", "until_month": "4", "year": "2022"}, date(2022, 4, 30),
         "từ tháng 3 đến tháng 4 năm 2022"),
        ({"deadline_kind": "quarter", "month": "8", "year": "2022"}, date(2022, 9, 30), "Quý III năm 2022"),
        ({"deadline_kind": "month_start", "month": "9", "year": "2022"}, date(2022, 9, 10), "đầu tháng 9/2022"),
        ({"deadline_kind": "month_end", "month": "9", "year": "2022"}, date(2022, 9, 30), "cuối tháng 9/2022"),
        ({"deadline_kind": "days", "offset_days": "-3", "anchor": "opening"}, date(2023, 6, 28),
         "trước ngày khai mạc 3 ngày"),
        ({"deadline_kind": "external", "deadline_text": "Theo Thông báo của tỉnh"}, None, "Theo Thông báo của tỉnh"),
        ({"deadline_kind": "ongoing"}, None, "thường xuyên"),
    ],
)  # fmt: skip
def test_every_meaning_of_a_deadline_is_typed_and_told(event, signed_in, typed, last, words):
    url = f"/events/{event.slug}/tasks"
    values = {"text": "Việc", "agency": "Sở Y tế", **typed}
    form = signed_in.get(f"{url}/new").form()

    preview = signed_in.post(f"{url}/new", dict(form.form_values()) | values | {"preview": "1"}, follow=False)
    signed_in.submit(form, values)

    assert queries.tasks_of(event)[0].text == "Việc"
    shown = signed_in.get(f"{url}/{queries.tasks_of(event)[0].id}").text
    assert words in shown
    said = f"ngày cuối cùng còn trong hạn là {last:%d/%m/%Y}" if last else "chưa biết ngày cuối cùng"
    assert said in preview.text


@ONCE
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"deadline_kind": "month_range", "month": "4", "until_month": "3", "year": "2022"},
         "Các tháng kết thúc trước khi bắt đầu."),
        ({"deadline_kind": "quarter", "month": "4"}, "Hãy nhập năm."),
        ({"deadline_kind": "working_days", "offset_days": "3"}, "Hãy nhập số ngày và mốc bắt đầu tính."),
        ({"agency": ""}, "Hãy nhập cơ quan, đơn vị."),
        ({"text": "a" * 10_001}, "Tối đa 10000 ký tự; hiện có 10001."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(event, signed_in, typed, error):
    form = signed_in.get(f"/events/{event.slug}/tasks/new").form()

    page = signed_in.submit(form, {"text": "Việc", "agency": "Sở Y tế", **typed}, status=422)

    assert page.errors == [error]
    assert queries.tasks_of(event) == []


@ONCE
def test_a_task_never_waits_for_itself_however_far_round(event, organizer):
    first, second, third = (task(event, f"Việc {number}") for number in range(3))
    operations.add_dependency(first, second, by=organizer)
    operations.add_dependency(second, third, by=organizer)

    for needed in (first, third):
        with pytest.raises(operations.NeedsItself):
            operations.add_dependency(needed, first, by=organizer)
    assert [row.id for row in queries.needs(first)] == [second.id]
    assert [row.id for row in queries.needed_by(third)] == [second.id]


@ONCE
def test_a_plan_item_shows_how_late_the_event_came(event, organizer, signed_in):
    launch = factories.event(short_title="Lễ khai trương", window_text="10-15/4/2022", by=organizer)
    made = task(
        event,
        "Khai trương Trung tâm.",
        deadline_kind=DeadlineKind.QUARTER,
        window_start=date(2022, 1, 1),
        window_end=date(2022, 3, 31),
        more={"achieved_by_event_id": launch.id},
    )

    page = signed_in.get(f"/events/{event.slug}/tasks/{made.id}")

    assert "chậm 10 ngày so với Quý I năm 2022" in page.text
    assert "Lễ khai trương, 10/04/2022" in page.text


@ONCE
def test_a_list_of_tasks_costs_the_same_for_many(event, signed_in, organizer):
    task(event)
    assignment_operations.expand_all(event, queries.tasks_of(event), by=organizer)
    with counted() as few:
        signed_in.get(f"/events/{event.slug}/tasks")
    for number in range(40):
        task(event, f"Việc {number}", coordinating=["Sở Y tế", "Sở Nội vụ"])
    assignment_operations.expand_all(event, queries.tasks_of(event), by=organizer)
    with counted() as many:
        signed_in.get(f"/events/{event.slug}/tasks")

    assert many.number == few.number


def test_two_tasks_cannot_have_one_number_of_the_plan(event, signed_in):
    task(event, key="IV.1.1")
    form = signed_in.get(f"/events/{event.slug}/tasks/new").form()

    page = signed_in.submit(form, {"text": "Khác", "agency": "Sở Y tế", "key": "IV.1.1"}, status=422)

    assert page.errors == ["Một nhiệm vụ khác đã mang số này."]


def test_two_people_editing_a_task_see_each_other(event, signed_in):
    made = task(event)
    form = signed_in.get(f"/events/{event.slug}/tasks/{made.id}/edit").form()
    operations.edit_task(made, Details(text="Của người khác", agency="Sở Y tế"), by=None)

    page = signed_in.submit(form, {"text": "Của tôi"}, status=409)

    assert "Của người khác" in page.text
    assert page.form().fields["text"].strip() == "Của tôi"


def test_a_task_of_another_event_is_nowhere(event, signed_in, organizer):
    made = task(factories.event(by=organizer))

    signed_in.get(f"/events/{event.slug}/tasks/{made.id}", status=404)
    signed_in.post(f"/events/{event.slug}/tasks/{made.id}/remove", status=404)
