"""A spreadsheet of sites as a file: one row a site. Pure: values go in, bytes come out."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from eventsvc.sites.sheet_columns import NO, YES, Column

SHEET = "Điểm cầu"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(columns: Sequence[Column], lines: Iterable[Mapping[str, Any]]) -> bytes:
    """The file: the heading stays in sight, every column can be filtered. No cell is a formula or a link, whatever
    somebody has typed; codes and telephone numbers are text and keep their zeros."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(
        packed,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(SHEET)
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True, "border": 1}
    head = base | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#F4F0E6"}
    heading = book.add_format(head)
    fixed_heading = book.add_format(head | {"italic": True, "font_color": "#545D69"})
    as_text = book.add_format(base | {"num_format": "@"})
    as_number = book.add_format(base)
    fixed = book.add_format(base | {"font_color": "#545D69", "num_format": "@"})
    for place, column in enumerate(columns):
        style = heading if column.is_editable else fixed_heading
        sheet.write_string(0, place, column.heading, style)
        sheet.set_column(place, place, column.width)
    last = 0
    for last, line in enumerate(lines, start=1):
        for place, column in enumerate(columns):
            value = line.get(column.name)
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(last, place, value, as_number if column.is_editable else fixed)
            else:
                style = as_text if column.is_editable or column.kind == "key" else fixed
                sheet.write_string(last, place, "" if value is None else str(value), style)
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, _frozen(columns))
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    _offer_words(sheet, columns, last)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return packed.getvalue()


def _frozen(columns: Sequence[Column]) -> int:
    """How many columns stay in sight: up to the name of the site."""
    return next((place + 1 for place, column in enumerate(columns) if column.name == "name"), 0)


def _offer_words(sheet: Any, columns: Sequence[Column], last: int) -> None:
    for place, column in enumerate(columns):
        if column.kind == "yes_no" and last:
            sheet.data_validation(1, place, last, place, {"validate": "list", "source": [YES, NO]})
