"""Workbooks as offices send them, made in the test that reads them, and the rows expected of them."""

import csv
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment

from eventsvc.guests.importer import parse
from eventsvc.guests.sheets import read_workbook
from eventsvc.guests.units import Resolver

DATA = Path(__file__).parent / "data"


def units() -> list[tuple[str, str]]:
    """The units of Quảng Ngãi of 15 July 2023."""
    with (DATA / "quang_ngai_2023-07-15.csv").open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["code"]) for row in csv.DictReader(file)]


def sheet(rows, *, name="Danh sách", merges=(), hidden_rows=(), hidden=False, comments=()):
    """`rows` are lists of cells from row 1 on; None is an empty cell."""
    return {
        "name": name,
        "rows": rows,
        "merges": merges,
        "hidden_rows": hidden_rows,
        "hidden": hidden,
        "comments": comments,
    }


def xlsx(*sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for given in sheets:
        page = book.create_sheet()
        page.title = given["name"]
        for number, row in enumerate(given["rows"], 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    cell = page.cell(number, column, value)
                    if isinstance(value, str) and value.startswith("=text:"):
                        cell.value, cell.data_type = value.removeprefix("=text:"), "s"
        for merge in given["merges"]:
            page.merge_cells(merge)
        for row in given["hidden_rows"]:
            page.row_dimensions[row].hidden = True
        for place in given["comments"]:
            page[place].comment = Comment("Xem lại", "Văn thư")
        if given["hidden"]:
            page.sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(*sheets, resolve=None):
    """The sheets through a real .xlsx and the parser, in this process."""
    return parse(read_workbook("danh_sach.xlsx", xlsx(*sheets)), "danh_sach.xlsx", resolve or Resolver())


def people(parsed) -> list[str]:
    return [row["full_name"] or f"[{row['label']}]" for row in parsed.rows]


def skipped(parsed) -> set:
    return {(row["row"], row["reason"]) for row in parsed.skipped_rows}


def person(row, family, middle, given, *flags, **other):
    """An expected row of a person; what is not said is empty."""
    entry = {
        "sheet": "Danh sách",
        "row": row,
        "kind": "person",
        "tt": None,
        "group": None,
        "honorific": None,
        "full_name": " ".join(filter(None, (family, middle, given))),
        "family_name": family,
        "middle_name": middle,
        "given_name": given,
        "position": None,
        "organization": None,
        "phones": [],
        "emails": [],
        "note": None,
        "flags": list(flags),
    }
    return entry | other


def slot(row, label, *flags, **other):
    """An expected row of an organization's places."""
    entry = {
        "sheet": "Danh sách",
        "row": row,
        "kind": "organization_slot",
        "tt": None,
        "group": None,
        "label": label,
        "full_name": None,
        "position": None,
        "organization": None,
        "seats": None,
        "note": None,
        "flags": list(flags),
    }
    return entry | other
