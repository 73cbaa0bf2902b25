"""People out of pasted lines, and names out of the lines of a plan."""

import pytest

from eventsvc.nominations import lists, names
from eventsvc.organizations.models import Level, Organization, OrganizationKind


def _read(pasted):
    read = lists.read_lines(pasted, "Sở Nội vụ")
    return [
        (each.honorific, each.full_name, each.position, list(each.phones), list(each.emails))
        for each in read.people
    ], read.unread


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Nguyễn Văn An", (None, "Nguyễn Văn An", None, [], [])),
        (
            "1. Bà Trần Thị Bích; Phó Giám đốc; 0501 234 567; Bich@so.example.vn",
            ("Bà", "Trần Thị Bích", "Phó Giám đốc", ["+84501234567"], ["bich@so.example.vn"]),
        ),
        (
            "Ông Lê Văn Cường\tGiám đốc\t0501.234.568",
            ("Ông", "Lê Văn Cường", "Giám đốc", ["+84501234568"], []),
        ),
        (
            "đinh thị ya lan, trưởng phòng, lan@so.example.vn",
            (None, "Đinh Thị Ya Lan", "trưởng phòng", [], ["lan@so.example.vn"]),
        ),
        (
            "NGUYỄN HỮU ĐẠT | 0501234569 | Chuyên viên",
            (None, "Nguyễn Hữu Đạt", "Chuyên viên", ["+84501234569"], []),
        ),
    ],
)
def test_a_line_is_read_whatever_the_order_after_the_name(line, person):
    assert _read(line) == ([person], [])


def test_headings_numbers_and_lines_without_a_name_are_told_apart():
    pasted = "Họ và tên; Chức vụ; Điện thoại\n\n- Phạm Thị Dung; Chuyên viên\nSở Nội vụ\n0501 234 567\n"

    assert _read(pasted) == (
        [(None, "Phạm Thị Dung", "Chuyên viên", [], [])],
        ["Sở Nội vụ", "0501 234 567"],
    )


def test_a_megabyte_is_read_no_further_than_people_type():
    read = lists.read_lines("x\x00\x07 " * 350_000, "Sở Nội vụ")

    assert read.people == []


@pytest.mark.parametrize(
    ("words", "is_many"),
    [
        ("Lãnh đạo UBND các xã, phường, thị trấn", True),
        ("Các sở, ban, ngành", True),
        ("Đại diện các doanh nghiệp", True),
        ("Đại diện Thường trực Tỉnh ủy", False),
        ("UBND xã Các Sơn", False),
    ],
)
def test_lines_that_mean_many_are_known(words, is_many):
    assert names.is_collective(words) is is_many


def test_a_commune_is_called_with_its_district_and_the_line_is_said_of_it():
    commune = Organization(name="Xã Bình Thạnh", kind=OrganizationKind.UNIT, level=Level.COMMUNE)
    district = Organization(name="Huyện Bình Sơn", kind=OrganizationKind.UNIT, level=Level.DISTRICT)
    name = names.called(commune, district)

    assert name == "UBND xã Bình Thạnh, huyện Bình Sơn"
    assert names.one_of("Lãnh đạo UBND các xã, phường, thị trấn.", name) == f"Lãnh đạo {name}"
    assert names.one_of("Các sở, ban, ngành", "Sở Y tế") == "Đại diện Sở Y tế"
