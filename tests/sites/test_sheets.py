"""Lists of sites as districts and communes really send them: headings, names, numbers. Pure: no app, no database."""

import unicodedata

import pytest

from eventsvc.sites import sheet_columns, sheet_matching, sheet_reading, sheet_values
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.sites.sheet_matching import Misfit
from eventsvc.spreadsheets.tables import Table

SITES = [
    (MAIN, "Hội trường tỉnh", SiteLevel.MAIN, None),
    ("524", "Huyện Bình Sơn", SiteLevel.DISTRICT, None),
    ("527", "Huyện Sơn Tịnh", SiteLevel.DISTRICT, None),
    ("21040", "Xã Bình Thạnh", SiteLevel.COMMUNE, "Huyện Bình Sơn"),
    ("21043", "Xã Bình Thanh", SiteLevel.COMMUNE, "Huyện Bình Sơn"),
    ("21046", "Thị trấn Châu Ổ", SiteLevel.COMMUNE, "Huyện Bình Sơn"),
    ("21049", "Xã Tịnh Hòa", SiteLevel.COMMUNE, "Huyện Sơn Tịnh"),
    ("21010", "Phường Nguyễn Nghiêm", SiteLevel.COMMUNE, "Thành phố Quảng Ngãi"),
    ("21439", "Phường Nguyễn Nghiêm", SiteLevel.COMMUNE, "Thị xã Đức Phổ"),
    ("truong", "Trường Đại học", SiteLevel.OTHER, None),
]


@pytest.fixture
def sites():
    return [
        Site(id=number, code=code, name=name, level=level, parent_name=parent, speaks=False, number=number)
        for number, (code, name, level, parent) in enumerate(SITES, start=1)
    ]


def table(*rows, name="DS"):
    return Table(name, [[cell or "" for cell in row] for row in rows])


def planned(sites, *rows, clears=False):
    file = sheet_reading.read([table(*rows)])
    return sheet_matching.plan(file, sites, clears=clears)


def met(sites, name, district=""):
    """The code of the site that a row is about, or why there is none."""
    found = planned(sites, ["Điểm cầu", "Huyện", "Hội trường"], [name, district, "Phòng 1"])
    return found.changed[0].site.code if found.changed else found.loose[0].misfit


@pytest.mark.parametrize(
    ("name", "district", "expected"),
    [
        ("Xã Bình Thạnh", "", "21040"),
        ("xã  Bình Thanh", "", "21043"),
        ("X. Bình Thạnh", "", "21040"),
        ("UBND xã Bình Thạnh", "", "21040"),
        ("Điểm cầu xã Bình Thạnh", "", "21040"),
        (unicodedata.normalize("NFD", "Bình Thạnh"), "", "21040"),
        ("BÌNH THẠNH", "", "21040"),
        ("Binh Thanh", "", Misfit.AMBIGUOUS),
        ("Chau O", "", "21046"),
        ("TT Châu Ổ", "H. Bình Sơn", "21046"),
        ("Tịnh Hoà", "", "21049"),
        ("Nguyễn Nghiêm", "", Misfit.AMBIGUOUS),
        ("Nguyễn Nghiêm", "TX Đức Phổ", "21439"),
        ("Phường Nguyễn Nghiêm", "TP. Quảng Ngãi", "21010"),
        ("Phường Nguyễn Nghiêm, thị xã Đức Phổ", "", "21439"),
        ("P. Nguyễn Nghiêm (TP Quảng Ngãi)", "", "21010"),
        ("Bình Thạnh", "Huyện Sơn Tịnh", Misfit.UNKNOWN),
        ("Huyện Bình Sơn", "", "524"),
        ("H.Sơn Tịnh", "", "527"),
        ("Trường Đại học", "", "truong"),
        ("Điểm cầu chính", "", MAIN),
        ("Trường Cao đẳng", "", Misfit.UNKNOWN),
    ],
)
def test_a_name_finds_its_site_when_there_is_one_and_only_one(sites, name, district, expected):
    assert met(sites, name, district) == expected


def test_a_heading_of_a_district_decides_between_two_of_the_same_name(sites):
    found = planned(
        sites,
        ["TT", "Xã, phường", "Đầu mối"],
        ["I", "Thành phố Quảng Ngãi", ""],
        ["1", "Nguyễn Nghiêm", "Bà A"],
        ["II", "Thị xã Đức Phổ", ""],
        ["2", "Nguyễn Nghiêm", "Ông B"],
        ["", "Tổng cộng", "2"],
    )

    assert [(one.site.code, one.values) for one in found.changed] == [
        ("21010", {"contact_name": "Bà A"}),
        ("21439", {"contact_name": "Ông B"}),
    ]
    assert found.loose == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [["Mã điểm cầu", "Đầu mối", "SĐT", "Cán bộ kỹ thuật", "SĐT"]],
            ["code", "contact_name", "contact_phone", "technician_name", "technician_phone"],
        ),
        (
            [["STT", "Tên đơn vị", "Người phụ trách", "Số điện thoại", "Email", "Phòng họp", "Màu"]],
            ["name", "contact_name", "contact_phone", "contact_email", "hall"],
        ),
        (
            [
                ["TT", "Điểm cầu", "Đầu mối", "", "Phụ trách kỹ thuật", "", "Ghi chú"],
                ["", "", "Họ và tên", "Điện thoại", "Họ và tên", "Điện thoại", ""],
            ],
            ["name", "contact_name", "contact_phone", "technician_name", "technician_phone", "note"],
        ),
        (
            [["Đơn vị", "Chủ trì", "Chức vụ", "Điện thoại", "Họ tên, SĐT cán bộ đầu mối"]],
            ["name", "host_name", "host_position", "host_phone", "contact_name"],
        ),
        ([["Điểm cầu (ghi rõ tên)", "Hội trường\n(địa điểm)"]], ["name", "hall"]),
    ],
)
def test_headings_are_found_among_titles_whatever_they_are_called(rows, expected):
    above = [["UBND TỈNH"], [], ["DANH SÁCH ĐẦU MỐI ĐIỂM CẦU"], ["Điểm cầu", ""]]

    read = sheet_reading.read([table(*above, *rows, ["1"] * 7)])

    assert read.columns == expected


def test_every_heading_of_the_exported_file_means_its_column():
    headings = [column.heading for column in sheet_columns.columns()]

    read = sheet_reading.read([table(headings)])

    assert read.columns == [column.name for column in sheet_columns.columns()]
    assert read.unknown == []


def test_no_heading_means_two_columns():
    said = [words for column in sheet_columns.columns() for words in column.also]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize(
    ("column", "typed", "value", "remark"),
    [
        ("contact_phone", "0502.551.234", "+84502551234", ""),
        ("contact_phone", "502551234", "+84502551234", ""),
        ("contact_phone", "0502551234; 0502551235", "+84502551234", "phones"),
        ("contact_email", " Le.An@Example.VN ", "le.an@example.vn", ""),
        ("contact_email", "a@example.vn; b@example.vn", "a@example.vn", "emails"),
        ("capacity", "1.200 chỗ", 1200, ""),
        ("capacity", "120.0", 120, ""),
        ("speaks", "Có", True, ""),
        ("speaks", "không", False, ""),
        ("meeting_url", "https://hop.example.vn/1", "https://hop.example.vn/1", ""),
    ],
)
def test_a_cell_is_read_as_people_mean_it(column, typed, value, remark):
    read = sheet_values.read(sheet_columns.by_name()[column], typed, {column})

    assert (read.values, read.remark) == ({column: value}, remark)


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("contact_phone", "liên hệ sau", "phone"),
        ("contact_phone", "12345", "phone"),
        ("contact_email", "le.an", "email"),
        ("capacity", "khoảng trăm", "number"),
        ("capacity", "0", "number"),
        ("capacity", "9" * 30, "number"),
        ("number", "-1", "number"),
        ("speaks", "có thể", "yes_no"),
        ("map_url", "javascript:alert(1)", "link"),
        ("note", "x" * 2001, "too_long"),
        ("hall", "#REF!", "error"),
    ],
)
def test_a_cell_that_means_nothing_is_left_as_it_is_and_told(sites, column, typed, code):
    heading = sheet_columns.by_name()[column].heading

    found = planned(sites, ["Mã điểm cầu", heading], ["524", typed])

    assert found.changed == []
    assert [(one.row.number, one.column, one.code) for one in found.bad] == [(2, column, code)]


def test_a_telephone_number_beside_a_name_is_taken_over_when_it_has_no_column(sites):
    found = planned(sites, ["Mã điểm cầu", "Đầu mối"], ["524", "Lê Văn Ân - ĐT: 0502 551 234"])

    assert found.changed[0].values == {"contact_name": "Lê Văn Ân", "contact_phone": "+84502551234"}


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("524", "Huyện Sơn Tịnh", Misfit.CONTRADICTION),
        ("26050", "Xã Bình Thạnh", Misfit.CONTRADICTION),
        ("26050", "", Misfit.UNKNOWN),
        ("0524", "", "524"),
        ("ĐC-07", "Xã Bình Thạnh", "21040"),
        ("7", "Xã Bình Thạnh", "21040"),
        ("", "", Misfit.NAMELESS),
    ],
)
def test_a_code_and_a_name_must_not_contradict_each_other(sites, code, name, expected):
    found = planned(sites, ["Mã điểm cầu", "Điểm cầu", "Hội trường"], [code, name, "Phòng 1"])

    assert (found.changed[0].site.code if found.changed else found.loose[0].misfit) == expected


def test_the_second_row_of_a_site_changes_nothing(sites):
    found = planned(sites, ["Điểm cầu", "Hội trường"], ["Bình Thạnh", "A"], ["Xã Bình Thạnh", "B"])

    assert [one.values for one in found.changed] == [{"hall": "A"}]
    assert [one.misfit for one in found.loose] == [Misfit.REPEATED]


def test_a_name_written_without_tones_renames_nothing_and_a_new_one_does(sites):
    def names(name):
        changed = planned(sites, ["Mã điểm cầu", "Điểm cầu"], ["21040", name]).changed
        return [one.values for one in changed]

    assert names("binh thanh") == names("Bình Thạnh") == names("Xã Bình Thạnh") == []
    assert names("Xã Bình Thạnh Mới") == [{"name": "Xã Bình Thạnh Mới"}]


def test_a_formula_whose_result_was_never_saved_is_told():
    rows = [["Mã điểm cầu", "Hội trường", "Số chỗ"], ["524", "A", ""]]
    unsaved = Table("DS", rows, without_value=[[2, 3]])
    district = Site(id=1, code="524", name="Huyện Bình Sơn", level=SiteLevel.DISTRICT, capacity=9)

    found = sheet_matching.plan(sheet_reading.read([unsaved]), [district], clears=True)

    assert found.changed[0].values == {"hall": "A"}
    assert [(one.column, one.code) for one in found.bad] == [("capacity", "formula")]


def test_hidden_sheets_and_sheets_without_a_list_are_named():
    tables = [
        Table("Ẩn", is_hidden=True),
        table(["Ghi chú chung"], name="Bìa"),
        table(["Điểm cầu", "Cụm"], ["A", "1"]),
    ]

    read = sheet_reading.read(tables)

    assert (read.hidden, read.without, len(read.rows)) == (["Ẩn"], ["Bìa"], 1)
    assert sheet_reading.restored(read.stored()) == read
