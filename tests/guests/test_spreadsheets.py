"""The door for spreadsheets: what is refused and why, every format and encoding, and the child that reads."""

import json
import os
import struct
import sys
import unicodedata
import zlib
from datetime import date, datetime

import pytest

from eventsvc.guests.parsing import parse_file
from eventsvc.spreadsheets import containers, door, legacy, sheets
from eventsvc.spreadsheets.containers import Unreadable
from eventsvc.spreadsheets.door import SpreadsheetError
from eventsvc.spreadsheets.sheets import read_workbook
from tests.guests.workbooks import DATA, ods, sheet, units, xls, xlsx, zipped

ROWS = [
    ["TT", "Họ và tên", "Đơn vị", "Điện thoại"],
    ["1", "Nguyễn Văn Ấn", "Sở Y tế", "0500111001"],
    ["2", "Trần Thị Bình", 'Ban "Một cửa"; tầng 2, nhà B', "0500111002"],
]


def names(parsed) -> list[str]:
    return [row["full_name"] for row in parsed.rows]


def csv_text(delimiter=",", rows=ROWS) -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "\r\n".join(delimiter.join(row) for row in quoted)


# --- Through the child ----------------------------------------------------------------------------------------


def test_a_sample_file_comes_back_from_the_child_as_expected():
    path = DATA / "02_diem_cau_huyen_binh_son_nfd.xlsx"
    expected = json.loads(path.with_suffix("").with_suffix(".expected.json").read_text("utf-8"))

    parsed = parse_file(path.name, path.read_bytes(), units())

    assert parsed.rows == expected["rows"]
    assert parsed.counts == expected["counts"]
    assert parsed.as_dict().keys() == {"file", "sheets", "rows", "skipped_rows", "file_warnings", "counts"}


@pytest.mark.parametrize("known", [None, {"Sở Y tế": "X"}, [("Sở Y tế", "X")]])
def test_units_may_be_pairs_a_mapping_or_nothing(known):
    parsed = parse_file("a.csv", csv_text().encode(), known)

    assert [row.get("admin_unit_code") for row in parsed.rows] == ["X" if known else None, None]


REFUSALS = {
    "nothing": ("a.xlsx", b"", "empty"),
    "blank CSV": ("a.csv", b"\xef\xbb\xbf \r\n", "empty"),
    "a renamed PDF": ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3", "wrong_content"),
    "a renamed PDF as CSV": ("a.csv", b"%PDF-1.7\n%\xe2\xe3", "wrong_content"),
    "a renamed .xlsx": ("a.xls", xlsx(sheet(ROWS)), "wrong_content"),
    "a renamed .xls": ("a.xlsx", xls(ROWS), "wrong_content"),
    "a page of the web": ("a.xls", b"<html><table><tr><td>TT", "wrong_content"),
    "a Word file": ("a.xlsx", zipped({"word/document.xml": "<w/>"}), "wrong_content"),
    "a picture as CSV": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "wrong_content"),
    "noise as CSV": ("a.csv", bytes(range(1, 32)) * 20, "wrong_content"),
    "another ending": ("a.docx", b"PK\x03\x04", "unsupported_type"),
    "no ending": ("danh sach", b"x", "unsupported_type"),
    "half a file": ("a.xlsx", xlsx(sheet(ROWS))[:900], "broken"),
    "a zip of nothing": ("a.xlsx", zipped({"xl/workbook.xml": "<workbook/>"}), "broken"),
    "broken XML": ("a.ods", ods("<table:table-row>"), "broken"),
    "half a container": ("a.xls", xls(ROWS)[:700], "broken"),
    "a password on .xlsx": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "a password on .ods": (
        "a.ods",
        ods("", more={"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}),
        "encrypted",
    ),
    "an endless line": ("a.csv", b"TT,Ho ten\n1," + b"A" * 40_000, "bad_line"),
}


@pytest.mark.parametrize(("name", "data", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_file_that_is_no_list_is_refused_with_the_reason(name, data, code):
    with pytest.raises(SpreadsheetError) as refusal:
        parse_file(name, data)

    assert (refusal.value.code, refusal.value.status, refusal.value.field) == (code, 422, "file")
    assert str(refusal.value).endswith(".")


# --- Bombs -----------------------------------------------------------------------------------------------------


def bomb_with_a_lying_head() -> bytes:
    """A part that says it is 100 bytes and inflates to 30 MB."""
    data = zipped({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 30_000_000})
    real = struct.pack("<I", 30_000_000)
    return data.replace(real, struct.pack("<I", 100))


BOMBS = {
    "one part that shrinks a thousandfold": zipped({"xl/workbook.xml": b"0" * 5_000_000}),
    "a part that lies about its size": bomb_with_a_lying_head(),
    "thousands of parts": zipped({"xl/workbook.xml": "<w/>"} | {f"xl/{n}.xml": "" for n in range(2_001)}),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_a_zip_bomb_is_refused(data):
    with pytest.raises(Unreadable) as refusal:
        read_workbook("a.xlsx", data)

    assert refusal.value.code == "zip_bomb"


def test_parts_that_are_harmless_alone_are_a_bomb_together(monkeypatch):
    monkeypatch.setattr(containers, "MOST_UNPACKED", 3_000)
    data = zipped({"xl/workbook.xml": os.urandom(1_600), "xl/media/a.png": os.urandom(1_600)})

    with pytest.raises(Unreadable) as refusal:
        read_workbook("a.xlsx", data)

    assert refusal.value.code == "zip_bomb"


def test_a_file_over_the_limit_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(containers, "MOST_BYTES", 100)

    with pytest.raises(Unreadable) as refusal:
        read_workbook("a.csv", b"TT,Ho ten\n" * 20)

    assert refusal.value.code == "too_large"


def test_a_word_far_from_the_list_does_not_make_a_billion_cells():
    data = xlsx(sheet(ROWS))
    parts = containers.unpack(data)
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)

    with pytest.raises(SpreadsheetError) as refusal:
        parse_file("a.xlsx", zipped(parts))

    assert refusal.value.code == "too_many_cells"


def test_entities_in_a_part_are_not_expanded():
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    parts = containers.unpack(xlsx(sheet(ROWS)))
    part = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = entities + part.replace(b"</sheetData>", b"&c;</sheetData>")

    try:
        parsed = parse_file("a.xlsx", zipped(parts))
    except SpreadsheetError as refusal:
        assert refusal.code == "broken"
    else:
        assert names(parsed) == ["Nguyễn Văn Ấn", "Trần Thị Bình"]


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)

    for name, data in (("a.xlsx", xlsx(sheet(ROWS))), ("a.csv", csv_text().encode())):
        with pytest.raises(Unreadable) as refusal:
            read_workbook(name, data)
        assert refusal.value.code == "too_many_rows"


def test_rows_that_are_only_formatted_do_not_count():
    parts = containers.unpack(xlsx(sheet(ROWS)))
    styled = b'<row r="900000"><c r="A900000" s="0"/></row></sheetData>'
    part = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", styled)
    parts["xl/worksheets/sheet1.xml"] = part

    assert len(read_workbook("a.xlsx", zipped(parts)).sheets[0].cells) == 3


# --- The child -------------------------------------------------------------------------------------------------


def refusal_of(script: str, monkeypatch) -> str:
    monkeypatch.setattr(door, "_command", lambda module: [sys.executable, "-c", script])
    with pytest.raises(SpreadsheetError) as refusal:
        parse_file("a.csv", csv_text().encode())
    return refusal.value.code


def test_a_child_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(door, "_WALL_SECONDS", 4)
    pid = tmp_path / "pid"
    script = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    assert refusal_of(script, monkeypatch) == "timed_out"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "too_much_memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "timed_out"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
        ("raise SystemExit(3)", "crashed"),
        ("print('no JSON')", "crashed"),
        ("import sys; sys.stdin.close(); raise SystemExit(1)", "crashed"),
    ],
)
def test_a_child_that_dies_is_told_as_a_refusal(script, code, monkeypatch):
    assert refusal_of(script, monkeypatch) == code


def test_the_child_may_not_take_more_memory_than_its_share(monkeypatch):
    script = (
        "import sys; from eventsvc.guests import parse; from eventsvc.spreadsheets import child\n"
        "child.limit(); sys.stdin.buffer.read()\n"
        "parse.read_workbook = lambda name, data: bytearray(600 * 1024 * 1024)\n"
        "import json; print(json.dumps(parse.answer({'file': 'a.csv', 'units': []}, b'')))"
    )

    assert refusal_of(script, monkeypatch) == "too_much_memory"


def test_the_child_cannot_write_files(monkeypatch, tmp_path):
    script = (
        "import json, sys; from eventsvc.spreadsheets import child; child.limit(); sys.stdin.buffer.read()\n"
        f"open({str(tmp_path / 'x')!r}, 'w').write('x')"
    )

    assert refusal_of(script, monkeypatch) == "crashed"
    assert not (tmp_path / "x").exists() or (tmp_path / "x").read_text() == ""


def test_no_secret_reaches_the_child(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "bi-mat-1")
    monkeypatch.setenv("DATABASE_URL", "bi-mat-2")
    script = (
        "import json, os, sys; sys.stdin.buffer.read()\n"
        "print(json.dumps({'parsed': {'file': json.dumps(dict(os.environ))}}))"
    )
    monkeypatch.setattr(door, "_command", lambda module: [sys.executable, "-c", script])

    seen = parse_file("a.csv", b"x").file

    assert "PYTHONPATH" in seen
    assert "bi-mat" not in seen


# --- Formats ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_every_unicode_and_with_every_delimiter(delimiter, encoding):
    cells = read_workbook("a.csv", csv_text(delimiter).encode(encoding)).sheets[0].cells

    assert cells == ROWS


def test_csv_may_name_its_delimiter():
    assert read_workbook("a.csv", ("sep=;\r\n" + csv_text(";")).encode()).sheets[0].cells == ROWS


def test_csv_of_vietnamese_windows():
    def decompose(text):  # the code page has the letters and the five tones apart
        return "".join(
            c
            if c.encode("cp1258", "ignore")
            else unicodedata.normalize("NFC", "".join(unicodedata.normalize("NFD", c)[:-1]))
            + unicodedata.normalize("NFD", c)[-1]
            for c in text
        )

    data = decompose(csv_text()).encode("cp1258", "replace")

    parsed = parse_file("a.csv", data)

    assert names(parsed) == ["Nguyễn Văn Ấn", "Trần Thị Bình"]


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_csv_in_an_old_font(encoding):
    letters, _pattern = legacy._letters(encoding)
    codes = {char: code for code, char in letters.items()}
    codes |= {char.upper(): code for char, code in codes.items() if char.upper() not in codes}
    old = "".join(codes.get(char, char) for char in csv_text()).encode("cp1252")

    parsed = parse_file("a.csv", old)

    assert [name.casefold() for name in names(parsed)] == ["nguyễn văn ấn", "trần thị bình"]
    assert all(encoding in row["flags"] for row in parsed.rows)


def test_an_xls_with_a_tall_cell_and_a_hidden_row():
    rows = [
        ["TT", "Họ và tên", "Đơn vị", "Điện thoại"],
        [1, "Nguyễn Văn Ấn", "Sở Y tế", 500111001],
        [2, "Trần Thị Bình", None, 500111002],
    ]

    parsed = parse_file("danh_sach.xls", xls(rows, hidden_rows=[3], merges=[(2, 3, 3, 3)]))

    assert [(row["full_name"], row["organization"], row["flags"]) for row in parsed.rows] == [
        ("Nguyễn Văn Ấn", "Sở Y tế", ["phone_lost_leading_zero"]),
        ("Trần Thị Bình", "Sở Y tế", ["org_from_merged_cell", "phone_lost_leading_zero", "hidden_row"]),
    ]


def test_an_ods_with_a_tall_cell_hidden_rows_and_a_formula():
    def row(*cells, visibility=""):
        return f"<table:table-row {visibility}>{''.join(cells)}</table:table-row>"

    def cell(words, more=""):
        return (
            f'<table:table-cell office:value-type="string" {more}><text:p>{words}</text:p></table:table-cell>'
        )

    heading = row(*(cell(words) for words in ROWS[0]))
    tall = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    first = row(cell("1"), cell("Nguyễn Văn Ấn"), cell("Sở Y tế", tall), cell("0500111001"))
    second = row(
        cell("2"),
        cell("Trần Thị Bình", 'table:formula="of:=[.B9]"'),
        "<table:covered-table-cell/>",
        cell("0500111002"),
        visibility='table:visibility="collapse"',
    )
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'

    parsed = parse_file("danh_sach.ods", ods(heading + first + second + empty))

    assert [(row["full_name"], row["organization"], row["flags"]) for row in parsed.rows] == [
        ("Nguyễn Văn Ấn", "Sở Y tế", []),
        ("Trần Thị Bình", "Sở Y tế", ["org_from_merged_cell", "from_formula", "hidden_row"]),
    ]


def test_dates_and_numbers_read_as_they_are_shown():
    cells = read_workbook(
        "a.xlsx", xlsx(sheet([[date(2022, 4, 5), 84500111001, 2.5, True, datetime(2022, 4, 5, 8)]]))
    )

    assert cells.sheets[0].cells == [["05/4/2022", "84500111001", "2.5", "TRUE", "05/4/2022 08:00"]]


@pytest.mark.parametrize("cut", range(0, 4000, 97))
def test_no_damage_to_a_file_gets_past_the_door_as_anything_but_a_refusal(cut):
    for name, whole in (
        ("a.xlsx", xlsx(sheet(ROWS))),
        ("a.xls", xls(ROWS)),
        ("a.ods", ods("<table:table-row/>")),
    ):
        place = cut % len(whole)
        damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            read_workbook(name, damaged)
        except Unreadable as refusal:
            assert refusal.code in {
                "broken",
                "wrong_content",
                "encrypted",
                "zip_bomb",
                "too_many_rows",
                "too_many_cells",
                "too_many_columns",
            }


def test_a_part_of_a_zip_is_inflated_by_its_own_end_and_not_by_its_head():
    data = zipped({"xl/workbook.xml": b"<w>" + os.urandom(400).hex().encode() + b"</w>"})

    parts = containers.unpack(data)

    assert zlib.crc32(parts["xl/workbook.xml"]) == zlib.crc32(
        containers.unpack(containers.repack(parts))["xl/workbook.xml"]
    )
