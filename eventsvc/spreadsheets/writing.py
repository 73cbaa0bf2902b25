"""Tables as files: a workbook of several sheets, and CSV that spreadsheets open rightly. Pure: no cell is a formula."""

import csv as delimited
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import NamedTuple

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PLAIN = {
    "in_memory": True,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cell = str | int | float | Decimal | date | None


class Sheet(NamedTuple):
    """`columns` are headings with their widths."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """One file; numbers are numbers, days are days, everything else is text, whatever somebody has typed."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(packed, _PLAIN)
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "border": 1}
    heading = book.add_format(
        base | {"bold": True, "align": "center", "bg_color": "#F4F0E6", "text_wrap": True}
    )
    as_text, as_number = (
        book.add_format(base | {"num_format": "@"}),
        book.add_format(base | {"num_format": "#,##0"}),
    )
    as_day = book.add_format(base | {"num_format": "dd/mm/yyyy"})
    as_part = book.add_format(base | {"num_format": "0.0"})
    as_quantity = book.add_format(base | {"num_format": "#,##0.0#"})
    for one in sheets:
        sheet = book.add_worksheet(one.title[:31])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(one.rows), 1), len(one.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, (words, width) in enumerate(one.columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, words, heading)
        for number, row in enumerate(one.rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, float):
                    sheet.write_number(number, place, value, as_part)
                elif isinstance(value, Decimal):
                    sheet.write_number(number, place, float(value), as_quantity)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, as_day)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value, as_number)
                else:
                    sheet.write_string(number, place, (value or "")[:32000], as_text)
    book.close()
    return packed.getvalue()


def csv(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines in parts, UTF-8 behind a byte order mark; what a spreadsheet would calculate gets an apostrophe."""
    out = StringIO()
    write = delimited.writer(out, lineterminator="\r\n")
    out.write(BOM)
    for number, row in enumerate(rows, start=1):
        write.writerow([harmless(value) for value in row])
        if number % 500 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_DANGEROUS) else value
