"""Workbooks as offices send them, made in the test that reads them, and the rows expected of them."""

import csv
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment

from eventsvc.guests.importer import parse
from eventsvc.guests.units import Resolver
from eventsvc.spreadsheets.sheets import read_workbook

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


# --- .xls and .ods, of which no library writes what the tests need ---------------------------------------------


def xls(rows, *, name="Danh sách", hidden_rows=(), merges=()) -> bytes:
    """An Excel 97 file of one sheet. Merges are (top, left, bottom, right), counted from 1."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6)
    sheet_records = record(0x0809, begin)
    for number, row in enumerate(rows):
        flags = 0x20 if number + 1 in hidden_rows else 0
        sheet_records += record(0x0208, struct.pack("<HHHHHHI", number, 0, len(row), 255, 0, 0, flags))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, str):
                words = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                sheet_records += record(0x0204, place + words)
            elif value is not None:
                sheet_records += record(0x0203, place + struct.pack("<d", value))
    areas = b"".join(struct.pack("<HHHH", t - 1, b - 1, left - 1, r - 1) for t, left, b, r in merges)
    sheet_records += record(0x00E5, struct.pack("<H", len(merges)) + areas) + record(0x000A, b"")
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6)) + record(0x0042, b"\xb0\x04")
    length = len(head) + 4 + 6 + len(title) + 4
    head += record(0x0085, struct.pack("<IBB", length, 0, 0) + title) + record(0x000A, b"")
    return _container("Workbook", head + sheet_records)


def _container(stream_name: str, stream: bytes) -> bytes:
    """The old Office container with one stream: table in sector 0, directory in 1, stream from 2."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    links = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(links)}I", *links).ljust(512, b"\xff")
    assert len(table) == 512

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        words = name.encode("utf-16-le") + b"\0\0"
        head = words.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(words), kind, 1, 2**32 - 1, 2**32 - 1, child
        )
        return head + bytes(36) + struct.pack("<III", first, size, 0)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream_name, 2, 2**32 - 1, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    return head + table + directory.ljust(512, b"\0") + stream


def ods(content_rows: str, *, name="Danh sách", more: dict[str, str] | None = None) -> bytes:
    """An OpenDocument file whose one table has these rows of XML."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{content_rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"}
    return zipped(parts | (more or {}))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
