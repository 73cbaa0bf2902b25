import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.tasks import assignment_operations, operations
from eventsvc.tasks.models import Assignment
from eventsvc.tasks.operations import Details
from tests import factories
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def task(event, by, text="Báo cáo kết quả.", **details):
    details.setdefault("agency", "UBND các huyện, thị xã, thành phố")
    return operations.add_task(event, Details(text=text, **details), by=by)


def names():
    return sorted(row.asked.name for row in db.session.scalars(sa.select(Assignment)))


def test_charging_is_shown_before_it_is_done_and_names_can_be_left_out(event, signed_in, organizer):
    made = task(
        event, organizer, agency="Sở Nội vụ", coordinating=["Sở Y tế", "Đội văn nghệ", "các đơn vị liên quan"]
    )
    url = f"/events/{event.slug}/charging?task={made.id}"

    page = signed_in.get(url)
    assert "Không có trong danh mục, giữ nguyên như văn bản: Đội văn nghệ" in page.text
    assert "chưa rõ cơ quan cụ thể" in page.text
    assert names() == []
    signed_in.submit(page.form("/charging"), {"names": ["Sở Nội vụ", "Đội văn nghệ"], "tell": ""})
    assert names() == ["Sở Nội vụ", "Đội văn nghệ"]

    page = signed_in.get(url)
    by_name = page.form(f"/lines/{made.assignees[3].id}")
    signed_in.submit(by_name, {"agencies": "Sở Tài chính\nVPUB"})
    assert names() == ["Sở Nội vụ", "Sở Tài chính", "Văn phòng UBND tỉnh", "Đội văn nghệ"]


def test_all_tasks_are_charged_at_once(event, signed_in, organizer):
    task(event, organizer)
    task(event, organizer, agency="Sở Y tế")

    page = signed_in.get(f"/events/{event.slug}/charging")
    page = signed_in.submit(page.form("/charging"), {"tell": ""})

    assert "Đã giao thêm 14 lượt cơ quan." in page.text
    assert [row[:2] for row in page.rows()][0] == ["Sở Y tế", "1"]
    assert len(names()) == 14


def test_an_agency_merged_away_is_shown_and_passes_its_task_on_in_one_press(event, signed_in, organizer):
    made = task(event, organizer, agency="Sở Thông tin và Truyền thông", coordinating=["UBND huyện Bình Sơn"])
    assignment_operations.expand(made, by=organizer)
    rows = {row.asked.name: row.id for row in db.session.scalars(sa.select(Assignment))}
    base = f"/events/{event.slug}/assignments"

    page = signed_in.get(f"{base}/{rows['Sở Thông tin và Truyền thông']}")
    assert "Cơ quan này đã sáp nhập" in page.text
    page = signed_in.submit(page.form("/pass-on"), {"name": "Sở Khoa học và Công nghệ"})
    assert page.heading == "Sở Khoa học và Công nghệ"
    assert "tiếp nhận từ Sở Thông tin và Truyền thông" in page.text

    page = signed_in.get(f"{base}/{rows['UBND huyện Bình Sơn']}")
    offered = [form for form in page.html.forms if (form.get("action") or "").endswith("/pass-on")]
    assert len(offered) > 1 and "UBND xã" in offered[0].fields["name"]
    signed_in.submit(offered[0])

    index = signed_in.get(base)
    assert {row[0] for row in index.rows()} == {"Sở Khoa học và Công nghệ", offered[0].fields["name"]}


def test_the_spreadsheet_holds_a_row_for_every_agency_and_task(event, signed_in, organizer):
    made = task(event, organizer, text="=1+1", key="IV.1")
    assignment_operations.expand(made, by=organizer)

    answer = signed_in.post(f"/events/{event.slug}/assignments/export.xlsx").response

    from io import BytesIO

    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 14
    assert rows[1][:4] == ["UBND huyện Ba Tơ", "IV.1", "=1+1", "Thực hiện"]


def test_pages_by_agency_cost_the_same_for_one_and_for_hundreds(event, signed_in, organizer):
    made = task(event, organizer, agency="Sở Y tế")
    assignment_operations.expand(made, by=organizer)
    urls = [f"/events/{event.slug}/assignments", f"/events/{event.slug}/tasks/{made.id}"]
    few = []
    for url in urls:
        with counted() as count:
            signed_in.get(url)
        few.append(count.number)
    operations.edit_task(
        made,
        Details(text="Báo cáo", agency="Sở Y tế", coordinating=["UBND các xã, phường, thị trấn"]),
        by=organizer,
    )
    assignment_operations.expand(made, by=organizer)

    for url, number in zip(urls, few, strict=True):
        with counted() as count:
            signed_in.get(url)
        assert count.number <= number, url
