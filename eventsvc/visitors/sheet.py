"""The list of visitors as a spreadsheet. Pure: values go in, bytes come out."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(title: str, columns: Sequence[tuple[str, int]], lines: Iterable[Sequence[str]]) -> bytes:
    """The file; `columns` are headings and widths. No cell is a formula or a link, whatever somebody has typed."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(packed, _PLAIN)
    sheet = book.add_worksheet(title)
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True, "border": 1}
    heading = book.add_format(base | {"bold": True, "align": "center", "bg_color": "#F4F0E6"})
    as_text = book.add_format(base | {"num_format": "@"})
    for place, (words, width) in enumerate(columns):
        sheet.write_string(0, place, words, heading)
        sheet.set_column(place, place, width)
    last = 0
    for last, line in enumerate(lines, start=1):
        for place, value in enumerate(line):
            sheet.write_string(last, place, value, as_text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return packed.getvalue()
