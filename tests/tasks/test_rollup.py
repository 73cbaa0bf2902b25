"""The roll-up sheet of a period: agencies in order, what they said, and who said nothing."""

from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest

from eventsvc.tasks import report_operations, rollup, rollup_queries
from eventsvc.tasks.returns import ReturnState
from eventsvc.tasks.rollup import Line, Sheet
from tests import factories
from tests.tasks import reporting

EVIL = '=HYPERLINK("http://x")'


def line(agency="Sở Nội vụ", **changes):
    values = {
        "is_unchanged": False,
        "done": "Đã làm.\nĐang làm.",
        "planned": EVIL,
        "proposals": "",
        "obstacles": ["Thiếu máy. Đề xuất: cấp máy"],
        "file": "",
        "is_late": False,
        "state": ReturnState.SUBMITTED,
    }
    return Line(agency, **values | changes)


def sheet(lines, missing=(), **changes):
    values = {
        "superior": [],
        "issuer": ["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"],
        "is_party": False,
        "subject": "Tiến độ triển khai IOC",
        "title": "",
        "event": "Kết luận",
        "report_to": "UBND tỉnh",
        "starts_on": date(2021, 12, 21),
        "due_on": date(2021, 12, 27),
        "today": date(2021, 12, 28),
        "total": len(lines) + len(missing),
        "unchanged": 0,
        "late": 0,
    }
    return Sheet(**values | changes, lines=lines, missing=missing)


def words_of(packed):
    file = docx.Document(BytesIO(packed))
    return [paragraph.text for paragraph in file.paragraphs if paragraph.text], file.tables


def test_the_document_says_who_reported_what_in_order_and_who_did_not():
    made = sheet(
        [line(), line("Sở Y tế", is_unchanged=True, is_late=True, obstacles=[])],
        ["Sở Tài chính", "Sở Xây dựng"],
    )

    paragraphs, tables = words_of(rollup.as_docx(made))

    assert paragraphs[:3] == [
        "TỔNG HỢP BÁO CÁO",
        "Tiến độ triển khai IOC",
        "(Kỳ báo cáo từ ngày 21/12/2021 đến ngày 27/12/2021)",
    ]
    assert paragraphs[-1] == "Chưa báo cáo: Sở Tài chính; Sở Xây dựng."
    rows = [[cell.text for cell in row.cells] for row in tables[1].rows]
    assert rows[0] == [words for words, _width in rollup.COLUMNS]
    assert rows[1:] == [
        ["1", "Sở Nội vụ", "Đã làm.\nĐang làm.", EVIL, "", "- Thiếu máy. Đề xuất: cấp máy"],
        ["2", "Sở Y tế (nộp muộn)", "Không có phát sinh.", EVIL, "", ""],
    ]


def test_the_workbook_holds_text_and_never_a_formula():
    made = sheet([line()], ["=1+1"])

    book = openpyxl.load_workbook(BytesIO(rollup.as_workbook(made)))

    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    assert {EVIL, "=1+1"} <= {cell.value for cell in cells}
    assert book.sheetnames == ["Tổng hợp", "Chưa báo cáo"]


@pytest.mark.parametrize(
    ("lines", "missing", "wanted"),
    [
        ([], [], "Kỳ này không có cơ quan, đơn vị nào phải báo cáo."),
        ([line()], [], "Tất cả các cơ quan, đơn vị đã báo cáo."),
        ([line()], ["Sở Y tế"], "Chưa báo cáo: Sở Y tế."),
    ],
)
def test_who_has_not_reported(lines, missing, wanted):
    assert sheet(lines, missing).not_reported == wanted


def test_an_empty_sheet_and_signs_that_no_file_can_hold_break_nothing():
    odd = line(done="a\x00b\x0bc\ud800", agency="Sở\x07 Nội vụ")

    _words, tables = words_of(rollup.as_docx(sheet([odd])))

    assert [cell.text for cell in tables[1].rows[1].cells][1:3] == ["Sở Nội vụ", "abc"]
    assert rollup.as_workbook(sheet([odd])) and rollup.as_docx(sheet([])) and rollup.as_workbook(sheet([]))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_sheet_of_a_period_equals_its_reports(signed_in, organizer):
    event = factories.event(by=organizer)
    duty = reporting.duty(event)
    first, second, third = reporting.reports(duty)
    report_operations.submit(second, {"done": "Đã phân bổ kinh phí."}, by=second.asked)
    report_operations.report_no_change(third, by=third.asked)
    stem = f"/events/{event.slug}/duties/{duty.id}/periods/{first.period_id}/roll-up"

    made = rollup_queries.sheet(event, first.period)

    assert [(each.agency, each.cells[0]) for each in made.lines] == [
        (second.asked.name, "Đã phân bổ kinh phí."),
        (third.asked.name, "Không có phát sinh."),
    ]
    assert made.missing == [first.asked.name]
    assert made.summary == "Đã báo cáo: 2/3 cơ quan, đơn vị (không có phát sinh: 1)."
    page = signed_in.get(stem)
    assert f"Chưa báo cáo: {first.asked.name}." in page.text
    _words, tables = words_of(signed_in.get(f"{stem}.docx").response.data)
    assert len(tables[1].rows) == 3
    assert (
        openpyxl.load_workbook(BytesIO(signed_in.get(f"{stem}.xlsx").response.data)).sheetnames[0]
        == "Tổng hợp"
    )
