"""Whose name stands at the head of a paper, and what stands above it."""

import pytest

from eventsvc.organizations.letterhead import Letterhead, letterhead

COMMITTEE = "Ủy ban nhân dân tỉnh Quảng Ngãi"


@pytest.mark.parametrize(
    ("name", "superior", "issuer"),
    [
        ("Ủy ban nhân dân tỉnh Quảng Ngãi", [], ["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"]),
        ("Uỷ ban nhân dân thành phố Đồng Nai", [], ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ ĐỒNG NAI"]),
        ("UBND huyện Lý Sơn", [], ["ỦY BAN NHÂN DÂN", "HUYỆN LÝ SƠN"]),
        ("Sở Thông tin và Truyền thông", ["UBND TỈNH QUẢNG NGÃI"], ["SỞ THÔNG TIN VÀ TRUYỀN THÔNG"]),
        ("Văn phòng UBND tỉnh", ["UBND TỈNH QUẢNG NGÃI"], ["VĂN PHÒNG"]),
        ("Thanh tra tỉnh", ["UBND TỈNH QUẢNG NGÃI"], ["THANH TRA TỈNH"]),
        ("VNPT Quảng Ngãi", [], ["VNPT QUẢNG NGÃI"]),
        ("Tỉnh đoàn Quảng Ngãi", [], ["TỈNH ĐOÀN QUẢNG NGÃI"]),
        ("  Hội   Nông dân tỉnh ", [], ["HỘI NÔNG DÂN TỈNH"]),
        ("Ủy ban nhân dân", [], ["ỦY BAN NHÂN DÂN"]),
    ],
)
def test_the_lines_follow_from_the_name(name, superior, issuer):
    assert letterhead(name, COMMITTEE) == Letterhead(superior, issuer)


def test_without_a_committee_a_department_stands_alone():
    assert letterhead("Sở Thông tin và Truyền thông") == Letterhead([], ["SỞ THÔNG TIN VÀ TRUYỀN THÔNG"])


@pytest.mark.parametrize(
    "name", ["Tỉnh ủy Quảng Ngãi", "Tỉnh uỷ Quảng Ngãi", "Ban Tuyên giáo Tỉnh ủy", "Đảng ủy Khối"]
)
def test_a_party_body_has_the_head_of_the_party(name):
    assert letterhead(name, COMMITTEE).is_party
