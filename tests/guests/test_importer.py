"""Guests out of messy lists: the two sample files exactly, and each kind of mess again in other layouts."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc.guests import labels
from eventsvc.guests.entries import FLAGS
from eventsvc.guests.importer import parse
from eventsvc.guests.units import Resolver
from eventsvc.spreadsheets import legacy
from eventsvc.spreadsheets.sheets import Sheet, Workbook, read_workbook
from eventsvc.text import fold, name_key
from tests.guests.workbooks import DATA, people, person, read, sheet, skipped, slot, units

SAMPLES = sorted(DATA.glob("*.xlsx"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_file_gives_exactly_the_expected_rows(path):
    expected = json.loads(path.with_suffix("").with_suffix(".expected.json").read_text("utf-8"))

    parsed = parse(read_workbook(path.name, path.read_bytes()), path.name, Resolver(units())).as_dict()

    def place(rows):
        return {(row["sheet"], row["row"], row["reason"], row.get("group")) for row in rows}

    assert parsed["file"] == expected["file"]
    assert parsed["sheets"] == expected["sheets"]
    assert parsed["rows"] == expected["rows"]
    assert place(parsed["skipped_rows"]) == place(expected["skipped_rows"])
    assert len(parsed["file_warnings"]) >= len(expected["file_warnings"])
    assert parsed["counts"] == expected["counts"]


def test_sample_people_sort_and_are_found_as_expected():
    path = DATA / "02_diem_cau_huyen_binh_son_nfd.xlsx"
    expected = json.loads(path.with_suffix("").with_suffix(".expected.json").read_text("utf-8"))

    rows = parse(read_workbook(path.name, path.read_bytes()), path.name, Resolver(units())).rows

    names = {row["full_name"] for row in rows}
    assert sorted(names, key=name_key) == expected["expected_sort_by_given_name"]
    found = {row["organization"] for row in rows if "binh thanh" in fold(row["organization"])}
    assert found == set(expected["search_checks"]["binh thanh"])
    assert {row["given_name"] for row in rows if fold(row["given_name"]) == "an"} == {"Ân", "Ấn", "Ẩn"}


# --- 1 and 2: where the table begins and what its headings say ------------------------------------------------


def test_table_in_column_c_under_a_letterhead_with_two_heading_rows_and_numbered_columns():
    parsed = read(
        sheet(
            [
                [None, "UBND TỈNH QUẢNG NGÃI", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                [None, "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", None, None, None, "Độc lập - Tự do - Hạnh phúc"],
                [],
                [None, None, "DANH SÁCH ĐẠI BIỂU"],
                [None, None, "(Kèm theo Công văn số 12/STTTT-VP)"],
                [],
                [
                    None,
                    None,
                    "Số TT",
                    "Họ tên đại biểu",
                    "Năm sinh",
                    None,
                    "Chức danh",
                    "Nơi công tác",
                    "Điện thoại",
                ],
                [None, None, None, None, "Nam", "Nữ", None, None, "Di động", "Cơ quan"],
                [None, None, "(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
                [
                    None,
                    None,
                    1,
                    "Nguyễn Văn An",
                    1975,
                    None,
                    "Trưởng phòng",
                    "Sở Y tế",
                    "0500 111 001",
                    "0255.3822.001",
                ],
                [None, None, 2, "Trần Thị Bình", None, 1980, "PGĐ", "Sở Y tế", 500111002, None],
            ],
            merges=["C4:J4", "C5:J5", "E7:F7", "I7:J7", "C7:C8", "D7:D8", "G7:G8", "H7:H8"],
        )
    )

    assert parsed.sheets == [
        {
            "name": "Danh sách",
            "header_row": 7,
            "columns": {
                "C": "tt",
                "D": "full_name",
                "E": "birth",
                "F": "birth",
                "G": "position",
                "H": "organization",
                "I": "phones",
                "J": "phones",
            },
        }
    ]
    assert parsed.rows == [
        person(
            10,
            "Nguyễn",
            "Văn",
            "An",
            "multiple_phones",
            "landline",
            tt="1",
            position="Trưởng phòng",
            organization="Sở Y tế",
            phones=["+84500111001", "+842553822001"],
        ),
        person(
            11,
            "Trần",
            "Thị",
            "Bình",
            "phone_lost_leading_zero",
            "position_abbreviation",
            tt="2",
            position="Phó Giám đốc",
            position_raw="PGĐ",
            organization="Sở Y tế",
            phones=["+84500111002"],
        ),
    ]
    assert skipped(parsed) == {
        (1, "title"),
        (2, "title"),
        (3, "blank"),
        (4, "title"),
        (5, "title"),
        (6, "blank"),
        (7, "header"),
        (8, "header"),
        (9, "header"),
    }


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        (["Stt", "Họ tên", "Chức danh", "Cơ quan", "ĐT (Zalo)", "Thư điện tử", "Ghi chú"], None),
        (["TT", "HỌ VÀ TÊN", "CHỨC VỤ", "ĐƠN VỊ CÔNG TÁC", "SỐ ĐIỆN THOẠI", "E-MAIL", "GHI CHÚ"], None),
        (
            ["S.TT", "Đại biểu", "Chức vụ hiện nay", "Nơi công tác", "SĐT", "Địa chỉ email", "Ghi chú khác"],
            None,
        ),
        (
            [
                "No",
                "Họ và tên đại biểu",
                "Chức vụ/chức danh",
                "Tên cơ quan, đơn vị",
                "ĐTDĐ",
                "Mail",
                "Chú thích",
            ],
            None,
        ),
    ],
)
def test_headings_are_known_under_many_names(headings, keys):
    parsed = read(
        sheet(
            [
                headings,
                [1, "Lê Văn Cao", "Giám đốc", "Sở Công Thương", "0500111003", "lvcao@sct.example.vn", "MC"],
            ]
        )
    )

    assert list(parsed.sheets[0]["columns"].values()) == [
        "tt",
        "full_name",
        "position",
        "organization",
        "phones",
        "emails",
        "note",
    ]
    assert parsed.rows == [
        person(
            2,
            "Lê",
            "Văn",
            "Cao",
            tt="1",
            position="Giám đốc",
            organization="Sở Công Thương",
            phones=["+84500111003"],
            emails=["lvcao@sct.example.vn"],
            note="MC",
        )
    ]


def test_one_column_for_post_and_body_and_one_for_phone_and_mail():
    parsed = read(
        sheet(
            [
                ["Họ và tên", "Chức vụ, đơn vị công tác", "Điện thoại/Email"],
                ["Ông Phạm Văn Dũng", "Phó Chủ tịch UBND huyện Ba Tơ", "0500111004, pvdung@bato.example.vn"],
                ["Bà Võ Thị Em", "Giám đốc, Sở Nội vụ", "0500.111.005"],
                ["Đinh Văn Gia", "Chánh Văn phòng\nUBND huyện Sơn Hà", "dvgia@sonha.example.vn"],
            ]
        )
    )

    assert parsed.rows == [
        person(
            2,
            "Phạm",
            "Văn",
            "Dũng",
            honorific="Ông",
            position="Phó Chủ tịch",
            organization="UBND huyện Ba Tơ",
            phones=["+84500111004"],
            emails=["pvdung@bato.example.vn"],
        ),
        person(
            3,
            "Võ",
            "Thị",
            "Em",
            honorific="Bà",
            position="Giám đốc",
            organization="Sở Nội vụ",
            phones=["+84500111005"],
        ),
        person(
            4,
            "Đinh",
            "Văn",
            "Gia",
            position="Chánh Văn phòng",
            organization="UBND huyện Sơn Hà",
            emails=["dvgia@sonha.example.vn"],
        ),
    ]


def test_columns_with_personal_data_nobody_asked_for_are_left_and_told():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Giới tính", "Số CCCD", "Đơn vị", "Mã cán bộ"],
                [1, "Nguyễn Văn An", "Nam", "003075000001", "Sở Y tế", "X1"],
            ]
        )
    )

    assert parsed.rows == [person(2, "Nguyễn", "Văn", "An", tt="1", organization="Sở Y tế")]
    assert [(w["code"], w["columns"]) for w in parsed.warnings] == [
        ("unread_columns", ["Giới tính", "Số CCCD", "Mã cán bộ"])
    ]
    assert "003075000001" not in json.dumps(parsed.as_dict(), ensure_ascii=False)


# --- 3: groups -----------------------------------------------------------------------------------------------


def test_groups_numbered_in_their_own_cell_restart_the_numbers_and_repeat_the_heading():
    parsed = read(
        sheet(
            [
                ["STT", "Họ và tên", "Chức vụ", "Đơn vị"],
                ["I", "Lãnh đạo tỉnh", None, "02 người"],
                [1, "Nguyễn Văn An", "Chủ tịch", "UBND tỉnh"],
                [2, "Trần Thị Bình", "Phó Chủ tịch", "HĐND tỉnh"],
                [None, "Cộng nhóm I: 2"],
                ["II.", "Các sở, ban, ngành"],
                ["STT", "Họ và tên", "Chức vụ", "Đơn vị"],
                ["1.", "Lê Văn Cao", "Giám đốc", "Sở Y tế"],
                ["B", "KHỐI HUYỆN"],
                [1, "Đoàn Thị Dung", "Phó Chủ tịch", "UBND huyện Ba Tơ"],
                ["Tổng cộng: 4 đại biểu"],
            ]
        )
    )

    assert parsed.rows == [
        person(
            3,
            "Nguyễn",
            "Văn",
            "An",
            tt="1",
            group="I. Lãnh đạo tỉnh",
            position="Chủ tịch",
            organization="UBND tỉnh",
        ),
        person(
            4,
            "Trần",
            "Thị",
            "Bình",
            tt="2",
            group="I. Lãnh đạo tỉnh",
            position="Phó Chủ tịch",
            organization="HĐND tỉnh",
        ),
        person(
            8,
            "Lê",
            "Văn",
            "Cao",
            tt="1.",
            group="II. Các sở, ban, ngành",
            position="Giám đốc",
            organization="Sở Y tế",
        ),
        person(
            10,
            "Đoàn",
            "Thị",
            "Dung",
            tt="1",
            group="B. KHỐI HUYỆN",
            position="Phó Chủ tịch",
            organization="UBND huyện Ba Tơ",
        ),
    ]
    assert skipped(parsed) == {
        (1, "header"),
        (2, "group"),
        (5, "footer_total"),
        (6, "group"),
        (7, "header"),
        (9, "group"),
        (11, "footer_total"),
    }
    assert parsed.warnings == []


def test_body_as_a_group_names_the_body_of_its_people_when_there_is_no_column_for_it():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Chức vụ"],
                ["1. Sở Y tế", None, None],
                [1, "Nguyễn Văn An", "Giám đốc"],
                ["2. Khách mời", None, None],
                [1, "Trần Thị Bình", "Nhà báo"],
            ],
            merges=["A2:C2", "A4:C4"],
        )
    )

    assert parsed.rows == [
        person(
            3,
            "Nguyễn",
            "Văn",
            "An",
            "org_from_group",
            tt="1",
            group="1. Sở Y tế",
            position="Giám đốc",
            organization="Sở Y tế",
        ),
        person(5, "Trần", "Thị", "Bình", tt="1", group="2. Khách mời", position="Nhà báo"),
    ]


def test_a_second_table_below_may_have_other_columns():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Chức vụ", "Đơn vị"],
                [1, "Nguyễn Văn An", "Giám đốc", "Sở Y tế"],
                [],
                [None, "NGƯỜI LẬP BIỂU"],
                [None, "Cao Thị Vân"],
                ["DANH SÁCH BỔ SUNG"],
                ["TT", "Đơn vị", "Họ và tên", "Điện thoại"],
                [1, "Sở Nội vụ", "Trần Thị Bình", "0500111006"],
            ]
        )
    )

    assert parsed.rows == [
        person(2, "Nguyễn", "Văn", "An", tt="1", position="Giám đốc", organization="Sở Y tế"),
        person(8, "Trần", "Thị", "Bình", tt="1", organization="Sở Nội vụ", phones=["+84500111006"]),
    ]
    assert skipped(parsed) == {
        (1, "header"),
        (3, "blank"),
        (4, "footer"),
        (5, "footer_signature"),
        (6, "footer"),
        (7, "header"),
    }


# --- 4: places of organizations --------------------------------------------------------------------------------


def test_bodies_posts_and_numbers_are_places_and_not_people():
    parsed = read(
        sheet(
            [
                ["TT", "Thành phần mời", "Chức vụ", "Đơn vị", "Ghi chú"],
                [1, "Đại diện lãnh đạo", None, "Sở Y tế", "02 người"],
                [2, "02 người", None, "Tỉnh đoàn", None],
                [3, "Đại diện lãnh đạo Sở Tài chính: 03 đại biểu", None, None, None],
                [4, "Đoàn Thanh niên", None, None, None],
                [5, None, "Giám đốc", "Sở Công Thương", None],
                [6, "Đ/c Chủ tịch UBND huyện", None, "UBND huyện Bình Sơn", None],
                [7, "UBND các huyện, thị xã, thành phố", None, None, "mỗi đơn vị 02 đ/c"],
                [8, "Đoàn Thị Lan", None, "Báo Quảng Ngãi", None],
            ]
        ),
        resolve=Resolver(units()),
    )

    assert parsed.rows == [
        slot(2, "Đại diện lãnh đạo", tt="1", organization="Sở Y tế", seats=2, note="02 người"),
        slot(3, "02 người", tt="2", organization="Tỉnh đoàn", seats=2),
        slot(4, "Đại diện lãnh đạo Sở Tài chính: 03 đại biểu", tt="3", organization="Sở Tài chính", seats=3),
        slot(5, "Đoàn Thanh niên", tt="4", organization="Đoàn Thanh niên"),
        slot(6, "Giám đốc Sở Công Thương", tt="5", position="Giám đốc", organization="Sở Công Thương"),
        slot(7, "Đ/c Chủ tịch UBND huyện", tt="6", organization="UBND huyện Bình Sơn", admin_unit_code="524"),
        slot(
            8,
            "UBND các huyện, thị xã, thành phố",
            tt="7",
            organization="UBND các huyện, thị xã, thành phố",
            seats=2,
            note="mỗi đơn vị 02 đ/c",
        ),
        person(9, "Đoàn", "Thị", "Lan", tt="8", organization="Báo Quảng Ngãi"),
    ]


def test_a_list_of_bodies_with_numbers_has_places_only():
    parsed = read(
        sheet(
            [
                ["STT", "Tên đơn vị", "Số lượng", "Ghi chú"],
                [1, "Sở Y tế", 2, None],
                [2, "UBND xã Bình Thạnh", "03", "Hàng ghế B"],
                ["Tổng số", None, 5],
            ]
        ),
        resolve=Resolver(units()),
    )

    assert parsed.rows == [
        slot(2, "Sở Y tế", tt="1", organization="Sở Y tế", seats=2),
        slot(
            3,
            "UBND xã Bình Thạnh",
            tt="2",
            organization="UBND xã Bình Thạnh",
            seats=3,
            note="Hàng ghế B",
            admin_unit_code="21046",
        ),
    ]
    assert skipped(parsed) == {(1, "header"), (4, "footer_total")}
    assert parsed.warnings == []


# --- 5: the same as above ----------------------------------------------------------------------------------------


def test_ditto_marks_and_tall_cells_take_the_value_above():
    parsed = read(
        sheet(
            [
                ["TT", "Đơn vị", "Họ và tên", "Chức vụ", "Ghi chú"],
                [1, "Sở Y tế", "Nguyễn Văn An", "Phó Giám đốc", "Bấm nút"],
                [2, '"', "Trần Thị Bình", "nt", None],
                [3, "- nt -", "Lê Văn Cao", '-"-', "như trên"],
                [4, "Sở Nội vụ", "Phạm Văn Dũng", "Chuyên viên", None],
                [5, None, "Võ Thị Em", None, None],
                [6, None, "Đinh Văn Gia", "Chuyên viên", None],
                [7, "''", "Hồ Thị Hạnh", "Thanh tra", None],
            ],
            merges=["B5:B7", "D5:D6"],
        )
    )

    assert [(row["organization"], row["position"], row["note"], row["flags"]) for row in parsed.rows] == [
        ("Sở Y tế", "Phó Giám đốc", "Bấm nút", []),
        ("Sở Y tế", "Phó Giám đốc", None, ["ditto_org_filled", "ditto_position_filled"]),
        (
            "Sở Y tế",
            "Phó Giám đốc",
            "Bấm nút",
            ["ditto_org_filled", "ditto_position_filled", "ditto_note_filled"],
        ),
        ("Sở Nội vụ", "Chuyên viên", None, []),
        ("Sở Nội vụ", "Chuyên viên", None, ["org_from_merged_cell", "position_from_merged_cell"]),
        ("Sở Nội vụ", "Chuyên viên", None, ["org_from_merged_cell"]),
        ("Sở Nội vụ", "Thanh tra", None, ["ditto_org_filled"]),
    ]


def test_rows_that_only_add_a_phone_belong_to_the_person_above():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Đơn vị", "Điện thoại"],
                [1, "Nguyễn Văn An", "Sở Y tế", "0500111001"],
                [None, None, None, "0500111002"],
                [None, None, None, "0500111003"],
                [2, "Trần Thị Bình", "Sở Y tế", "0500111004"],
            ],
            merges=["B2:B4"],
        )
    )

    assert parsed.rows == [
        person(
            2,
            "Nguyễn",
            "Văn",
            "An",
            "multiple_phones",
            tt="1",
            organization="Sở Y tế",
            phones=["+84500111001", "+84500111002", "+84500111003"],
        ),
        person(5, "Trần", "Thị", "Bình", tt="2", organization="Sở Y tế", phones=["+84500111004"]),
    ]
    assert skipped(parsed) == {(1, "header"), (3, "continuation"), (4, "continuation")}


# --- 6: names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ông  Nguyễn Văn An", {"honorific": "Ông"}),
        ("Bà. Nguyễn Văn An", {"honorific": "Bà"}),
        ("đ/c Nguyễn Văn An", {"honorific": "Đồng chí"}),
        ("ĐỒNG CHÍ NGUYỄN VĂN AN", {"honorific": "Đồng chí", "flags": ["all_caps_name"]}),
        ("Đ/C: Nguyễn\xa0Văn\u200b An", {"honorific": "Đồng chí"}),
        ("ThS. Nguyễn Văn An", {"title": "ThS"}),
        ("Ông PGS.TS Nguyễn Văn An", {"honorific": "Ông", "title": "PGS.TS"}),
        ("Đại tá Nguyễn Văn An", {"title": "Đại tá"}),
        ("nguyễn văn an", {}),
        ("Nguyễn Văn An (Trưởng đoàn)", {"note": "Trưởng đoàn"}),
        (
            "Nguyễn Văn An (PGĐ)",
            {"position": "Phó Giám đốc", "position_raw": "PGĐ", "flags": ["position_abbreviation"]},
        ),
        ("Nguyễn Văn An, Giám đốc", {"position": "Giám đốc"}),
        ("Nguyễn Văn An - ĐT 0500.111.001", {"phones": ["+84500111001"]}),
        ("- Nguyễn Văn An", {}),
        ("Nguyễn Văn\nAn", {}),
    ],
)
def test_a_name_is_freed_of_what_stands_around_it(cell, expected):
    parsed = read(sheet([["TT", "Họ và tên", "Chức vụ", "Đơn vị"], [1, cell, None, "Sở Y tế"]]))

    assert parsed.rows == [person(2, "Nguyễn", "Văn", "An", tt="1", organization="Sở Y tế") | expected]


@pytest.mark.parametrize(
    ("cell", "parts", "flags"),
    [
        ("ÐẶNG VŨ", ("Đặng", None, "Vũ"), ["all_caps_name", "no_middle_name"]),
        ("Y Bhăm Niê", ("Y", "Bhăm", "Niê"), []),
        ("K’ Brel", ("K’", None, "Brel"), ["no_middle_name"]),
        ("Siu H'Nia", ("Siu", None, "H'Nia"), ["no_middle_name"]),
        ("Đ/c Lan", (None, None, "Lan"), []),
        ("Đinh Thị Ya Lan", ("Đinh", "Thị Ya", "Lan"), []),
    ],
)
def test_names_of_every_people_of_the_province(cell, parts, flags):
    parsed = read(sheet([["TT", "Họ và tên", "Chức vụ", "Đơn vị"], [1, cell, "Già làng", None]]))

    row = parsed.rows[0]
    assert row["kind"] == "person"
    assert (row["family_name"], row["middle_name"], row["given_name"]) == parts
    assert row["flags"] == flags


# --- 7 and 8: contacts ------------------------------------------------------------------------------------------


def test_phones_and_addresses_of_every_make():
    rows = [
        (
            "0500.111.001 (Zalo)",
            "a@x.example.vn.",
            ["+84500111001"],
            ["a@x.example.vn"],
            ["email_trailing_dot"],
        ),
        ("O500 111 OO2", "A@X.Example.VN ", ["+84500111002"], ["a@x.example.vn"], []),
        (500111003, "chưa có", ["+84500111003"], [], ["phone_lost_leading_zero", "email_not_parsable"]),
        (
            "+84 500 111 004",
            "a@x.example.vn; b@x.example.vn",
            ["+84500111004"],
            ["a@x.example.vn", "b@x.example.vn"],
            ["multiple_emails"],
        ),
        ("CQ: 0255.3822.123", "-", ["+842553822123"], [], ["landline"]),
        ("0500111", "a@x", [], [], ["phone_not_parsable", "email_not_parsable"]),
        ("0500.111.005\n0500.111.006", None, ["+84500111005", "+84500111006"], [], ["multiple_phones"]),
        ("b@x.example.vn", None, [], ["b@x.example.vn"], []),
        ("không", "không có", [], [], ["email_not_parsable"]),
    ]
    parsed = read(
        sheet(
            [["TT", "Họ và tên", "Đơn vị", "Số ĐT", "E-mail"]]
            + [[n, f"Nguyễn Văn {chr(64 + n)}n", "Sở Y tế", row[0], row[1]] for n, row in enumerate(rows, 1)]
        )
    )

    assert [(row["phones"], row["emails"], row["flags"]) for row in parsed.rows] == [row[2:] for row in rows]


# --- 9: duplicates ----------------------------------------------------------------------------------------------


def test_a_phone_makes_a_repeat_certain_and_a_different_phone_makes_two_people():
    heading = ["TT", "Họ và tên", "Đơn vị", "Điện thoại", "Email"]
    parsed = read(
        sheet(
            [
                heading,
                [1, "Nguyễn Văn Hoà", "Sở Y tế", "0500111001", None],
                [2, "NGUYỄN VĂN HÒA", "Sở Y tế", "0500.111.001", None],
                [3, "Nguyễn Văn Hòa", "Sở Y tế", "0500111009", None],
                [4, "Trần Thị Bình", "Sở Nội vụ", None, "ttbinh@snv.example.vn"],
                [5, "Trần Thị Bình", "Sở Nội vụ", None, None],
                [6, "Trần Thị Bình", "Sở Xây dựng", None, None],
            ]
        ),
        sheet(
            [heading, [1, "Bà Trần Thị Bình", "Văn phòng", "0500111002", "TTBinh@snv.example.vn"]],
            name="Bổ sung",
        ),
    )

    marks = {
        (row["sheet"], row["row"]): (row.get("duplicate_of") or row.get("possible_duplicate_of") or {}).get(
            "row"
        )
        for row in parsed.rows
    }
    assert marks == {
        ("Danh sách", 2): None,
        ("Danh sách", 3): 2,
        ("Danh sách", 4): None,
        ("Danh sách", 5): None,
        ("Danh sách", 6): 5,
        ("Danh sách", 7): None,
        ("Bổ sung", 2): 5,
    }
    assert [row["flags"] for row in parsed.rows] == [
        [],
        ["all_caps_name", "duplicate"],
        [],
        [],
        ["possible_duplicate"],
        [],
        ["duplicate"],
    ]
    assert parsed.counts == {
        "persons": 7,
        "organization_slots": 0,
        "skipped_rows": 2,
        "exact_duplicates": 2,
        "possible_duplicates": 1,
        "unique_persons": 5,
    }


# --- 10: several people in a row ------------------------------------------------------------------------------


def test_lines_of_a_cell_are_people_parallel_to_the_lines_beside():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điện thoại", "Email"],
                [
                    1,
                    "1. Ông Nguyễn Văn An\n2. Bà Trần Thị Bình\n3. Lê Văn Cao",
                    "Giám đốc\nPhó Giám đốc\nCV",
                    "Sở Y tế",
                    "0500111001\n0500111002\n0500111003",
                    "an@syt.example.vn; cao@syt.example.vn",
                ],
                [2, "Phạm Văn Dũng; Võ Thị Em", "GĐ và PGĐ", "Sở Nội vụ", "0500111004", None],
                [3, "Ông Đinh Văn Gia và 02 cán bộ", "Trưởng phòng", "Sở Y tế", None, None],
            ]
        )
    )

    flags = ["several_people_in_one_row", "email_owner_unclear"]
    assert parsed.rows == [
        person(
            2,
            "Nguyễn",
            "Văn",
            "An",
            "several_people_in_one_row",
            "multiple_emails",
            "email_owner_unclear",
            tt="1",
            honorific="Ông",
            position="Giám đốc",
            organization="Sở Y tế",
            phones=["+84500111001"],
            emails=["an@syt.example.vn", "cao@syt.example.vn"],
        ),
        person(
            2,
            "Trần",
            "Thị",
            "Bình",
            *flags,
            tt="1",
            honorific="Bà",
            position="Phó Giám đốc",
            organization="Sở Y tế",
            phones=["+84500111002"],
        ),
        person(
            2,
            "Lê",
            "Văn",
            "Cao",
            *flags,
            tt="1",
            position="Chuyên viên",
            position_raw="CV",
            organization="Sở Y tế",
            phones=["+84500111003"],
        ),
        person(
            3,
            "Phạm",
            "Văn",
            "Dũng",
            "two_people_in_one_row",
            "phone_owner_unclear",
            tt="2",
            position="Giám đốc",
            position_raw="GĐ",
            organization="Sở Nội vụ",
            phones=["+84500111004"],
        ),
        person(
            3,
            "Võ",
            "Thị",
            "Em",
            "two_people_in_one_row",
            "phone_owner_unclear",
            tt="2",
            position="Phó Giám đốc",
            position_raw="PGĐ",
            organization="Sở Nội vụ",
        ),
        person(
            4, "Đinh", "Văn", "Gia", tt="3", honorific="Ông", position="Trưởng phòng", organization="Sở Y tế"
        ),
        slot(4, "02 cán bộ", tt="3", position="Trưởng phòng", organization="Sở Y tế", seats=2),
    ]


# --- 11: old letters, hidden parts ---------------------------------------------------------------------------


def in_old_letters(text: str, encoding: str) -> str:
    letters, _pattern = legacy._letters(encoding)
    old = {
        char: code for code, char in letters.items() if code.islower() or not char.islower() or len(code) == 1
    }
    return "".join(old.get(char) or old.get(char.lower(), char) for char in text)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_a_list_in_an_old_font_is_read_in_unicode(encoding):
    rows = [
        ["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Ghi chú"],
        ["I. Lãnh đạo tỉnh"],
        [1, "Nguyễn Hữu Phước", "Phó Chủ tịch", "Văn phòng Đoàn đại biểu", "Chủ trì"],
        [2, "Trương Thị Ngọc Hà", "Trưởng phòng", "Sở Giáo dục và Đào tạo", None],
        [3, "Đặng Vũ", "Giám đốc", "Sở Y tế", "Vắng"],
    ]
    old = [[in_old_letters(c, encoding) if isinstance(c, str) else c for c in row] for row in rows]

    parsed = read(sheet(old, name=in_old_letters("Đại biểu", encoding)))

    assert [(row["sheet"], row["group"]) for row in parsed.rows] == [("Đại biểu", "I. Lãnh đạo tỉnh")] * 3
    assert [(row["full_name"], row["position"], row["organization"], row["note"]) for row in parsed.rows] == [
        tuple(row[1:]) for row in rows[2:]
    ]
    assert [row["flags"] for row in parsed.rows] == [
        [encoding],
        [encoding],
        [encoding, "no_middle_name", "absent"],
    ]
    assert {"code": "legacy_encoding", "sheet": "Đại biểu", "encoding": encoding.upper()} in parsed.warnings


def test_one_name_in_an_old_font_does_not_harm_the_others():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Đơn vị"],
                [1, "Hà Lâm", "Sở Y tế"],
                [2, in_old_letters("Nguyễn Văn Phước", "tcvn3"), "Sở Nội vụ"],
                [3, "Lê Ánh Tâm", "Ban Quản lý"],
            ]
        )
    )

    assert people(parsed) == ["Hà Lâm", "Nguyễn Văn Phước", "Lê Ánh Tâm"]
    assert [row["flags"] for row in parsed.rows] == [["no_middle_name"], ["tcvn3"], []]


def test_decomposed_names_hidden_rows_hidden_sheets_and_comments():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Đơn vị"],
                [1, unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ"), "Sở Y tế"],
                [2, "Trần Thị Bình", "Sở Y tế"],
            ],
            hidden_rows=[3],
            comments=["B2"],
        ),
        sheet([["TT", "Họ và tên", "Đơn vị"], [1, "Nguyễn Văn Cũ", "Sở Y tế"]], name="Bản nháp", hidden=True),
        sheet([["Liên hệ: Văn phòng"], [], ["ĐT 0255.3822.123"]], name="Ghi chú"),
        sheet([], name="Sheet3"),
    )

    assert parsed.rows == [
        person(2, "Nguyễn", "Thị", "Thuỷ", "nfd", tt="1", organization="Sở Y tế"),
        person(3, "Trần", "Thị", "Bình", "hidden_row", tt="2", organization="Sở Y tế"),
    ]
    assert [(row["sheet"], row["row"], row["reason"]) for row in parsed.skipped_rows] == [
        ("Danh sách", 1, "header"),
        ("Bản nháp", "*", "hidden_sheet"),
        ("Ghi chú", 1, "no_table_on_sheet"),
        ("Ghi chú", 3, "no_table_on_sheet"),
    ]
    assert {warning["code"] for warning in parsed.warnings} == {
        "comments",
        "hidden_row",
        "hidden_sheet",
        "no_table_on_sheet",
    }
    assert all(parsed.file_warnings)


# --- 12: footers, replies, formulas -----------------------------------------------------------------------------


def test_nothing_below_the_list_is_imported():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Ghi chú"],
                [1, "Nguyễn Văn An", "Giám đốc", "Sở Y tế", "Xác nhận tham dự"],
                [2, "Đại diện lãnh đạo", None, "Sở Nội vụ", None],
                ["Tổng cộng", "=COUNTA(B2:B3)", None, None, "02"],
                [],
                [None, None, None, "Quảng Ngãi, ngày 05 tháng 4 năm 2022"],
                [None, "NGƯỜI LẬP", None, "TL. CHỦ TỊCH"],
                [None, None, None, "CHÁNH VĂN PHÒNG"],
                [],
                [None, "Cao Thị Vân", None, "Lê Minh Tú"],
                ["Nơi nhận:"],
                ["- Như trên;"],
                ["- Lưu: VT, KGVX."],
            ]
        )
    )

    assert people(parsed) == ["Nguyễn Văn An", "[Đại diện lãnh đạo]"]
    assert skipped(parsed) == {
        (1, "header"),
        (4, "footer_total"),
        (5, "blank"),
        (6, "footer"),
        (7, "footer"),
        (8, "footer"),
        (10, "footer_signature"),
        (11, "footer"),
        (12, "footer"),
        (13, "footer"),
    }
    assert parsed.warnings == []


def test_replies_are_told_and_are_no_names():
    parsed = read(
        sheet(
            [
                ["TT", "Đơn vị", "Họ và tên", "Chức vụ", "Ghi chú"],
                [1, "Sở Y tế", "Chưa cử", None, None],
                [2, "Sở Nội vụ", "Vắng", None, "Bận họp"],
                [3, "Sở Tài chính", "Nguyễn Văn An", "Giám đốc", "Xin vắng"],
                [4, "Sở Xây dựng", "Trần Thị Bình (đi thay đ/c Lê Văn Cao)", "Phó Giám đốc", None],
                [5, "Sở Công Thương", "Phạm Văn Dũng", "Trưởng phòng", "Dự thay Giám đốc"],
                [6, "Sở Tư pháp", "...", None, None],
            ]
        )
    )

    assert parsed.rows == [
        slot(2, "Sở Y tế", "not_nominated", tt="1", organization="Sở Y tế", note="Chưa cử"),
        slot(3, "Sở Nội vụ", "absent", tt="2", organization="Sở Nội vụ", note="Bận họp; Vắng"),
        person(
            4,
            "Nguyễn",
            "Văn",
            "An",
            "absent",
            tt="3",
            position="Giám đốc",
            organization="Sở Tài chính",
            note="Xin vắng",
        ),
        person(
            5,
            "Trần",
            "Thị",
            "Bình",
            "substitute",
            tt="4",
            position="Phó Giám đốc",
            organization="Sở Xây dựng",
            note="đi thay đ/c Lê Văn Cao",
        ),
        person(
            6,
            "Phạm",
            "Văn",
            "Dũng",
            "substitute",
            tt="5",
            position="Trưởng phòng",
            organization="Sở Công Thương",
            note="Dự thay Giám đốc",
        ),
        slot(7, "Sở Tư pháp", tt="6", organization="Sở Tư pháp"),
    ]


def test_formulas_are_never_names():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Chức vụ", "Đơn vị"],
                [1, '=HYPERLINK("http://example.vn","x")', "Giám đốc", "Sở Y tế"],
                [2, "=text:=cmd|' /C calc'!A0", None, None],
                [3, "Nguyễn Văn An", "=text:=1+1", "Sở Y tế"],
                [None, "=COUNTA(B2:B4)"],
            ]
        )
    )

    assert parsed.rows == [
        slot(
            2,
            "Giám đốc Sở Y tế",
            "formula_without_value",
            tt="1",
            position="Giám đốc",
            organization="Sở Y tế",
        ),
        person(4, "Nguyễn", "Văn", "An", "formula_without_value", tt="3", organization="Sở Y tế"),
    ]
    assert skipped(parsed) == {(1, "header"), (3, "no_name"), (5, "formula")}
    assert "cmd" not in json.dumps(parsed.as_dict())


def test_a_total_that_fits_no_way_of_counting_is_told():
    parsed = read(
        sheet(
            [
                ["TT", "Họ và tên", "Đơn vị"],
                [1, "Nguyễn Văn An", "Sở Y tế"],
                [2, "Đại diện: 02 người", "Sở Nội vụ"],
                [None, "Tổng số: 9 đại biểu"],
            ]
        )
    )

    assert parsed.warnings == [
        {
            "code": "total_differs",
            "sheet": "Danh sách",
            "row": 4,
            "printed": 9,
            "persons": 1,
            "unique": 1,
            "slots": 1,
            "seats": 2,
            "unstated": 0,
        }
    ]


# --- Whole lists in one glance --------------------------------------------------------------------------------


def glance(parsed):
    """Row, who, post, body, note: enough to see a list read right."""
    return [
        (
            row["row"],
            row["full_name"] or f"[{row['label']}]",
            row["position"],
            row["organization"],
            row["note"],
        )
        for row in parsed.rows
    ]


def test_a_commune_list_without_numbers_whose_answers_have_a_column():
    parsed = read(
        sheet(
            [
                [None, "PHÒNG VH-TT HUYỆN BÌNH SƠN"],
                [None, "DANH SÁCH ĐẠI BIỂU DỰ LỄ PHÁT ĐỘNG TẠI ĐIỂM CẦU CẤP XÃ"],
                [None, "(Đính kèm Báo cáo số 05/BC-VHTT)"],
                [None, "Địa phương", "Họ và", "Tên", "Giữ chức vụ", "Di động", "Thư ĐT", "Xác nhận"],
                [None, "Xã Bình Thạnh", "Nguyễn Thị", "Hoà", "CT UBND", "0500.222.001", None, "Có mặt"],
                [None, None, "Trần Văn", "Bảy", "PCT UBND", "0500222002", None, "vắng"],
                [None, "TT Châu Ổ", "LÊ VĂN", "TÁM", "BT Đảng ủy", "500222003.0", None, "Đi thay Chủ tịch"],
                [None, "TT Châu Ổ", "Chưa cử"],
                [None, "Tổng: 4 người"],
            ],
            merges=["B5:B6", "B1:H1", "B2:H2", "B3:H3"],
        ),
        resolve=Resolver(units()),
    )

    assert glance(parsed) == [
        (5, "Nguyễn Thị Hoà", "Chủ tịch UBND", "Xã Bình Thạnh", "Có mặt"),
        (6, "Trần Văn Bảy", "Phó Chủ tịch UBND", "Xã Bình Thạnh", "vắng"),
        (7, "Lê Văn Tám", "Bí thư Đảng ủy", "TT Châu Ổ", "Đi thay Chủ tịch"),
        (8, "[TT Châu Ổ]", None, "TT Châu Ổ", "Chưa cử"),
    ]
    assert [row["admin_unit_code"] for row in parsed.rows] == ["21046", "21046", "21040", "21040"]
    assert [row["flags"] for row in parsed.rows] == [
        ["position_abbreviation"],
        ["org_from_merged_cell", "position_abbreviation", "absent"],
        ["all_caps_name", "phone_lost_leading_zero", "position_abbreviation", "substitute"],
        ["not_nominated"],
    ]
    assert parsed.warnings == []


def test_a_list_of_a_steering_committee_with_posts_in_brackets_and_seats_in_a_column():
    parsed = read(
        sheet(
            [
                ["DANH SÁCH KHÁCH MỜI"],
                [
                    "Số\nTT",
                    "Họ, tên và\nchức danh",
                    "Cơ quan/đơn vị",
                    "Điện thoại liên hệ",
                    "Hòm thư",
                    "Số lượng",
                ],
                ["A", "KHỐI ĐẢNG", None, None, None, "=SUM(F4:F6)"],
                [1, "Đ/c Nguyễn Văn Bảy, Phó Bí thư Thường trực", "Tỉnh ủy", "0500 222 004", None, 1],
                [2, "Đại diện Ban Tuyên giáo", "-nt-", None, None, 2],
                ["B", "KHỐI CHÍNH QUYỀN"],
                [1, "Chủ tịch, các Phó Chủ tịch UBND tỉnh", "UBND tỉnh", None, None, 4],
                [
                    2,
                    "Ông Hồ Văn Chín (GĐ) và Bà Lê Thị Mười (PGĐ)",
                    "Sở Y tế",
                    "0500222005/0500222006",
                    None,
                    2,
                ],
                [None, "Tổng cộng", None, None, None, 9],
                ["Ghi chú: đề nghị có mặt trước 15 phút"],
                [None, None, None, "Quảng Ngãi, ngày 10/7/2023"],
                [None, None, None, "TM. BAN TỔ CHỨC"],
                [None, None, None, "(Đã ký)"],
                [None, None, None, "TS. Nguyễn Văn Cử"],
            ]
        )
    )

    assert glance(parsed) == [
        (4, "Nguyễn Văn Bảy", "Phó Bí thư Thường trực", "Tỉnh ủy", None),
        (5, "[Đại diện Ban Tuyên giáo]", None, "Tỉnh ủy", None),
        (7, "[Chủ tịch, các Phó Chủ tịch UBND tỉnh]", None, "UBND tỉnh", None),
        (8, "Hồ Văn Chín", "Giám đốc", "Sở Y tế", None),
        (8, "Lê Thị Mười", "Phó Giám đốc", "Sở Y tế", None),
    ]
    assert [row["group"] for row in parsed.rows] == ["A. KHỐI ĐẢNG"] * 2 + ["B. KHỐI CHÍNH QUYỀN"] * 3
    assert [row.get("seats") for row in parsed.rows] == [None, 2, 4, None, None]
    assert skipped(parsed) == {
        (1, "title"),
        (2, "header"),
        (3, "group"),
        (6, "group"),
        (9, "footer_total"),
        (10, "footer"),
        (11, "footer"),
        (12, "footer"),
        (13, "footer"),
        (14, "footer_signature"),
    }


# --- Units ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organization", "code"),
    [
        ("UBND xã Bình Thạnh", "21046"),
        ("UBND xã Bình Thanh", "21091"),
        ("UBND XÃ BÌNH THẠNH", "21046"),
        ("Ủy ban nhân dân xã Bình Thạnh", "21046"),
        ("Xã Bình Thạnh", "21046"),
        ("UBND huyện Bình Sơn", "524"),
        ("UBND huyện Bình Sơn, tỉnh Quảng Ngãi", "524"),
        ("UBND TP. Quảng Ngãi", "522"),
        ("UBND thành phố Quảng Ngãi", "522"),
        ("UBND TX Đức Phổ", "534"),
        ("UBND TT. Châu Ổ", "21040"),
        ("UBND xã Bình Hoà", "21079"),
        ("UBND xã Bình Hòa", "21079"),
        ("UBND phường Nguyễn Nghiêm", None),
        ("UBND xa Binh Thanh", None),
        ("UBND tỉnh", None),
        ("Huyện ủy Bình Sơn", None),
        ("Sở Y tế", None),
        ("Bình Sơn", None),
        ("", None),
        (None, None),
    ],
)
def test_a_unit_is_found_by_exact_accents_when_it_is_the_only_one(organization, code):
    assert Resolver(units())(organization) == code


def test_every_flag_has_words_for_people():
    assert set(FLAGS) <= set(labels.FLAGS)


# --- Every row is accounted for ---------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điện thoại", "Email", "Ghi chú", "Tên", "Họ và đệm",
            "1", "2", "I", "II.", "A", "I. Lãnh đạo tỉnh", "Nguyễn Văn An", "Ông Trần B và Bà Lê C", "Sở Y tế",
            "nt", '"', "-", "0500111001", "500111001", "a@x.example.vn", "Tổng số: 3", "NGƯỜI LẬP BIỂU",
            "Quảng Ngãi, ngày 05 tháng 4 năm 2022", "Vắng", "Chưa cử", "02 người", "=1+1", "#REF!", "Đại diện",
            "Nguyễn Văn An\nTrần Thị Bình", "Giám đốc\nPhó Giám đốc", "NguyÔn V¨n Ph­íc", "  ",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip
GRIDS = st.lists(st.lists(CELLS, max_size=8), max_size=14)
MERGES = st.lists(
    st.tuples(st.integers(1, 14), st.integers(1, 8), st.integers(0, 3), st.integers(0, 4)).map(
        lambda m: (m[0], m[1], m[0] + m[2], m[1] + m[3])
    ),
    max_size=4,
)


def looks_empty(cell: str) -> bool:
    """Whether a cell holds nothing but spaces, controls and format characters."""
    return all(unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for character in cell)


@given(GRIDS, MERGES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_row_with_words_is_a_guest_or_has_a_reason(grid, merges, heading):
    cells = [[cell or "" for cell in row] for row in grid]
    if heading:
        cells.insert(0, ["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điện thoại", "Email", "Ghi chú"])

    parsed = parse(Workbook([Sheet("S", cells, merges=merges)]), "f.xlsx", Resolver(units()))

    written = {number for number, row in enumerate(cells, 1) if any(cell.strip() for cell in row)}
    guests = {row["row"] for row in parsed.rows}
    left_out = [row["row"] for row in parsed.skipped_rows]
    assert len(left_out) == len(set(left_out))
    assert not guests & set(left_out)
    invisible = {n for n in written if all(looks_empty(cell) for cell in cells[n - 1])}
    assert written - invisible <= guests | set(left_out)
    assert json.loads(json.dumps(parsed.as_dict())) == parsed.as_dict()


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_in_any_cell_breaks_the_reading(words):
    row = [words] * 7
    cells = [["TT", "Họ và tên", "Chức vụ", "Đơn vị", "Điện thoại", "Email", "Ghi chú"], row]

    parsed = parse(Workbook([Sheet("S", cells)]), "f.xlsx", Resolver(units()))

    assert len(parsed.rows) + len(parsed.skipped_rows) >= 1
