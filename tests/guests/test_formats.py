"""One list, written in every format and with every kind of letters offices use: the same guests each time."""

import csv
import unicodedata
from html import escape
from io import StringIO

import pytest

from eventsvc.guests.parsing import parse_file
from eventsvc.spreadsheets import legacy
from tests.guests.workbooks import ods, sheet, units, xls, xlsx

# As it comes: letterhead, title, groups, ditto marks, places, people in pairs and in lines, footers.
LIST = [
    ["ỦY BAN NHÂN DÂN HUYỆN BÌNH SƠN", None, None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["DANH SÁCH ĐẠI BIỂU DỰ LỄ PHÁT ĐỘNG TẠI ĐIỂM CẦU HUYỆN"],
    ["(Kèm theo Công văn số 12/UBND-VX)"],
    [],
    ["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điện thoại", "E-mail", "Ghi chú"],
    ["I. Lãnh đạo huyện"],
    [1, "Ông Nguyễn Hữu Phước", "Chủ tịch UBND huyện", "UBND xã Bình Thạnh", "0500 111 001",
     "phuoc@binhson.example.vn", "Chủ trì"],
    [2, "Bà Trương Thị Ngọc Ấn", "PCT", "nt", "0500.111.002; 0255 3822 123", "AN@binhson.example.vn.", None],
    [3, "Đặng  Vũ\u00a0Khưởng", "Phó Trưởng phòng", "-nt-", 500111003, None, "Vắng"],
    ["II. Các phòng, ban, đoàn thể"],
    [1, "Đại diện Thường trực Huyện ủy", None, "Huyện ủy", None, None, "02 người"],
    [2, "Ông Võ Văn Quý và bà Lê Thị Ưng", "Trưởng phòng", "Phòng Nội vụ", "0500111004; 0500111005", None, None],
    [3, "Phạm Ngọc Thưởng\nĐinh Thị Hương", "Giám đốc\nKế toán", "Công ty Bưởi, ổi \"Quế Hương\"",
     "0500111006\n0500111007", "a@qh.example.vn\nb@qh.example.vn", None],
    [4, "Ông Nguyễn Hữu Phước", "Chủ tịch", "UBND xã Bình Thạnh", "0500111001", None, "trùng"],
    [5, "Chưa cử", None, "Hội Nông dân", None, None, None],
    ["III. Ủy ban Mặt trận"],
    [1, "ĐỖ THỊ ÁNH NGUYỆT", "Ủy viên Thường trực", "Ủy ban MTTQ Việt Nam huyện", "050O111oo8", "chưa có", None],
    [2, "Ông Ẩn", "Ủy viên", "nt", "+84 500 111 009 (zalo)", None, "Ở xa, đến muộn"],
    [None, "Tổng số: 10 đại biểu"],
    [None, None, None, "Bình Sơn, ngày 10 tháng 7 năm 2023"],
    [None, None, None, "NGƯỜI LẬP BIỂU"],
    [None, None, None, "Trần Thị Mẫu"],
]  # fmt: skip


def words(value) -> str:
    return "" if value is None else str(value)


def as_ods(rows) -> bytes:
    def cell(value) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'

    return ods("".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows))


def as_csv(rows, delimiter=",") -> str:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows([[words(value) for value in row] for row in rows])
    return text.getvalue()


def lettered(rows, change):
    return [[change(value) if isinstance(value, str) else value for value in row] for row in rows]


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def cp1258(text: str) -> bytes:
    """As the code page has them: letters with their hats, tone marks apart."""
    tones = "\u0300\u0301\u0303\u0309\u0323"

    def apart(letter: str) -> str:
        parts = decomposed(letter)
        hatted = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        return (
            letter if letter.encode("cp1258", "ignore") else hatted + "".join(p for p in parts if p in tones)
        )

    return "".join(map(apart, text)).encode("cp1258")


def old(encoding: str):
    """The letters of an old font. TCVN3 has no capitals with a tone: the font shows the small ones as capitals."""
    letters, _pattern = legacy._letters(encoding)
    codes = {char: code for code, char in letters.items()}
    if encoding == "vni":  # of a capital with a small mark and with a large one, the large one
        codes |= {char: code for code, char in letters.items() if code.isupper()}
    return lambda text: "".join(codes.get(c) or codes.get(c.lower(), c) for c in text)


VNI, TCVN3 = old("vni"), old("tcvn3")
WRITTEN = {
    "xls": ("a.xls", lambda: xls(LIST)),
    "ods": ("a.ods", lambda: as_ods(LIST)),
    "csv, UTF-8": ("a.csv", lambda: as_csv(LIST).encode()),
    "csv, UTF-8 with BOM, semicolons": ("a.csv", lambda: as_csv(LIST, ";").encode("utf-8-sig")),
    "csv, UTF-16, tabs": ("a.csv", lambda: as_csv(LIST, "\t").encode("utf-16")),
    "csv, CP1258": ("a.csv", lambda: cp1258(as_csv(LIST))),
    "csv, NFD": ("a.csv", lambda: decomposed(as_csv(LIST)).encode()),
    "csv, VNI": ("a.csv", lambda: VNI(as_csv(LIST)).encode("cp1252")),
    "csv, TCVN3": ("a.csv", lambda: TCVN3(as_csv(LIST)).encode("cp1252")),
    "xlsx, NFD": ("a.xlsx", lambda: xlsx(sheet(lettered(LIST, decomposed)))),
    "xlsx, VNI": ("a.xlsx", lambda: xlsx(sheet(lettered(LIST, VNI)))),
    "xlsx, TCVN3": ("a.xlsx", lambda: xlsx(sheet(lettered(LIST, TCVN3)))),
    "xls, NFD": ("a.xls", lambda: xls(lettered(LIST, decomposed))),
    "xls, VNI": ("a.xls", lambda: xls(lettered(LIST, VNI))),
    "xls, TCVN3": ("a.xls", lambda: xls(lettered(LIST, TCVN3))),
    "ods, NFD": ("a.ods", lambda: as_ods(lettered(LIST, decomposed))),
    "ods, VNI": ("a.ods", lambda: as_ods(lettered(LIST, VNI))),
    "ods, TCVN3": ("a.ods", lambda: as_ods(lettered(LIST, TCVN3))),
}
LETTERS = {"nfd", "vni", "tcvn3"}


def guests(name: str, data: bytes) -> tuple[list[dict], list[tuple], dict]:
    """Rows, rows left out and counts, but for what tells only how the file was written."""
    parsed = parse_file(name, data, units())
    rows = []
    for row in parsed.rows:
        row = {key: value for key, value in row.items() if key != "sheet"}
        row["flags"] = [flag for flag in row["flags"] if flag not in LETTERS]
        if origin := row.get("duplicate_of"):
            row["duplicate_of"] = origin["row"]
        rows.append(row)
    return rows, [(left["row"], left["reason"]) for left in parsed.skipped_rows], parsed.counts


@pytest.fixture(scope="module")
def plain():
    return guests("a.xlsx", xlsx(sheet(LIST)))


def test_the_list_is_read_as_it_is_meant(plain):
    rows, left_out, counts = plain

    assert [(row["row"], row["full_name"] or f"[{row['label']}]", row["organization"]) for row in rows] == [
        (7, "Nguyễn Hữu Phước", "UBND xã Bình Thạnh"),
        (8, "Trương Thị Ngọc Ấn", "UBND xã Bình Thạnh"),
        (9, "Đặng Vũ Khưởng", "UBND xã Bình Thạnh"),
        (11, "[Đại diện Thường trực Huyện ủy]", "Huyện ủy"),
        (12, "Võ Văn Quý", "Phòng Nội vụ"),
        (12, "Lê Thị Ưng", "Phòng Nội vụ"),
        (13, "Phạm Ngọc Thưởng", 'Công ty Bưởi, ổi "Quế Hương"'),
        (13, "Đinh Thị Hương", 'Công ty Bưởi, ổi "Quế Hương"'),
        (14, "Nguyễn Hữu Phước", "UBND xã Bình Thạnh"),
        (15, "[Hội Nông dân]", "Hội Nông dân"),
        (17, "Đỗ Thị Ánh Nguyệt", "Ủy ban MTTQ Việt Nam huyện"),
        (18, "Ẩn", "Ủy ban MTTQ Việt Nam huyện"),
    ]
    assert rows[1]["phones"] == ["+84500111002", "+842553822123"]
    assert rows[1]["emails"] == ["an@binhson.example.vn"]
    assert rows[2]["phones"] == ["+84500111003"] and rows[2]["note"] == "Vắng"
    assert [row["emails"] for row in rows[6:8]] == [["a@qh.example.vn"], ["b@qh.example.vn"]]
    assert rows[8]["duplicate_of"] == 7
    assert (counts["persons"], counts["organization_slots"], counts["unique_persons"]) == (10, 2, 9)
    assert [reason for row, reason in left_out if row >= 19] == [
        "footer_total", "footer", "footer", "footer_signature",
    ]  # fmt: skip


@pytest.mark.parametrize("how", WRITTEN)
def test_the_same_list_gives_the_same_guests(plain, how):
    name, written = WRITTEN[how]

    assert guests(name, written()) == plain
