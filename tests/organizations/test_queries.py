from datetime import date

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.organizations import operations, queries
from eventsvc.organizations.models import FIRST_SNAPSHOT, Level, Organization, OrganizationAlias
from eventsvc.organizations.queries import UnknownProvince

JULY_2023 = date(2023, 7, 15)
AUGUST_2024 = date(2024, 8, 15)
TODAY = date(2026, 11, 22)
QUANG_NGAI, DONG_NAI = "51", "75"


def names(organizations):
    return [organization.name for organization in organizations]


@pytest.mark.parametrize(
    ("province", "on", "districts", "communes"),
    [
        (QUANG_NGAI, JULY_2023, 13, 173),
        (QUANG_NGAI, date(2024, 12, 31), 13, 173),
        (QUANG_NGAI, date(2025, 1, 1), 13, 170),
        (QUANG_NGAI, date(2025, 6, 30), 13, 170),
        (QUANG_NGAI, date(2025, 7, 1), 0, 96),
        (QUANG_NGAI, TODAY, 0, 96),
        (DONG_NAI, AUGUST_2024, 11, 170),
        (DONG_NAI, date(2024, 11, 1), 11, 159),
        (DONG_NAI, date(2025, 7, 1), 0, 95),
        (DONG_NAI, TODAY, 0, 95),
    ],
)
def test_a_province_has_the_units_of_the_day(app, province, on, districts, communes):
    counts = {level: len(queries.units(province, level, on)) for level in Level}

    assert counts == {Level.PROVINCE: 1, Level.DISTRICT: districts, Level.COMMUNE: communes}


def test_ly_son_has_no_commune_in_2023(app):
    counts = {
        unit.name: len(queries.children(unit.code, JULY_2023)) for unit in queries.children("51", JULY_2023)
    }

    assert counts == {
        "Thành phố Quảng Ngãi": 23,
        "Huyện Bình Sơn": 22,
        "Huyện Trà Bồng": 16,
        "Huyện Sơn Tịnh": 11,
        "Huyện Tư Nghĩa": 14,
        "Huyện Sơn Hà": 14,
        "Huyện Sơn Tây": 9,
        "Huyện Minh Long": 5,
        "Huyện Nghĩa Hành": 12,
        "Huyện Mộ Đức": 13,
        "Thị xã Đức Phổ": 15,
        "Huyện Ba Tơ": 19,
        "Huyện Lý Sơn": 0,
    }


def test_a_code_names_another_unit_after_a_merger(app):
    rows = db.session.scalars(
        sa.select(Organization).where(Organization.code == "21262").order_by(Organization.valid_from)
    ).all()

    assert [(row.name, row.valid_from) for row in rows][:2] == [
        ("Xã Nghĩa An", FIRST_SNAPSHOT),
        ("Xã An Phú", date(2025, 1, 1)),
    ]


def test_every_unit_knows_its_province(app):
    without = db.session.scalars(
        sa.select(Organization.name).where(
            Organization.level.is_not(None), Organization.province_code.is_(None)
        )
    ).all()
    commune = queries.find("Xã Bình Thạnh", on=JULY_2023)

    assert without == []
    assert commune.province_code == QUANG_NGAI
    assert queries.parent(commune, JULY_2023).name == "Huyện Bình Sơn"
    assert queries.parent(queries.units(QUANG_NGAI, Level.COMMUNE, TODAY)[0], TODAY).name == "Tỉnh Quảng Ngãi"
    assert queries.parent(queries.units(QUANG_NGAI, Level.PROVINCE, TODAY)[0], TODAY) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Sở Thông tin và Truyền thông", "Sở Thông tin và Truyền thông"),
        ("sở thông tin và truyền thông ", "Sở Thông tin và Truyền thông"),
        ("Sở Công thương", "Sở Công Thương"),
        ("Sở Văn hoá, Thể thao và Du lịch", "Sở Văn hóa, Thể thao và Du lịch"),
        ("VNPT Quảng Ngãi", "Viễn thông Quảng Ngãi"),
        ("Viễn thông Quảng Ngãi (VNPT)", "Viễn thông Quảng Ngãi"),
        ("Tập đoàn BCVT Việt Nam", "Tập đoàn Bưu chính Viễn thông Việt Nam"),
        ("Tập đoàn VNPT", "Tập đoàn Bưu chính Viễn thông Việt Nam"),
        ("Đoàn TNCS HCM tỉnh", "Tỉnh đoàn Quảng Ngãi"),
        ("Tỉnh đoàn", "Tỉnh đoàn Quảng Ngãi"),
        ("Liên hiệp các Hội Khoa học - Kỹ thuật tỉnh", "Liên hiệp các Hội Khoa học và Kỹ thuật tỉnh"),
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        ("Ủy ban Nhân dân tỉnh Quảng Ngãi", "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        ("UBND huyện Bình Sơn", "Huyện Bình Sơn"),
        ("Uỷ ban nhân dân thị xã Đức Phổ", "Thị xã Đức Phổ"),
        ("TX Đức Phổ", "Thị xã Đức Phổ"),
        ("UBND TP. Quảng Ngãi", "Thành phố Quảng Ngãi"),
        ("UBND các huyện, thị xã, thành phố", "UBND các huyện, thị xã, thành phố"),
        ("Các sở, ban ngành", "Các sở, ban, ngành"),
        ("Xã Bình Thạnh", "Xã Bình Thạnh"),
        ("Xã Bình Thanh", "Xã Bình Thanh"),
    ],
)
def test_one_organization_has_many_names(app, name, found):
    assert queries.find(name, on=JULY_2023, province_code=QUANG_NGAI).name == found


@pytest.mark.parametrize(
    "name",
    [
        "xa binh thanh",  # folded names are for search
        "Phường Nguyễn Nghiêm",  # two of them
        "Sở Thông tin",
        "Ban Chỉ đạo lễ hội",
        "UBND",
        "",
        "…",
    ],
)
def test_a_name_that_is_nobodys_or_several_peoples_finds_no_one(app, name):
    assert queries.find(name, on=JULY_2023, province_code=QUANG_NGAI) is None


def test_a_name_of_two_provinces_needs_its_province(app):
    assert queries.find("UBND tỉnh", on=JULY_2023) is None
    assert (
        queries.find("UBND tỉnh", on=JULY_2023, province_code=DONG_NAI).name
        == "Ủy ban nhân dân tỉnh Đồng Nai"
    )


def test_an_organization_is_found_only_while_it_lived(app):
    name = "Sở Thông tin và Truyền thông"

    assert queries.find(name, on=date(2025, 2, 28), province_code=QUANG_NGAI).name == name
    assert queries.find(name, on=date(2025, 3, 1), province_code=QUANG_NGAI) is None
    assert queries.find("UBND huyện Bình Sơn", on=TODAY) is None


def test_the_host_is_the_peoples_committee_of_the_province(app):
    assert queries.host_for(QUANG_NGAI, JULY_2023).name == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert queries.host_for(QUANG_NGAI, JULY_2023) is queries.host_for(QUANG_NGAI, TODAY)
    assert queries.host_for(DONG_NAI, AUGUST_2024).name == "Ủy ban nhân dân tỉnh Đồng Nai"
    assert queries.host_for(DONG_NAI, TODAY).name == "Ủy ban nhân dân thành phố Đồng Nai"
    with pytest.raises(UnknownProvince):
        queries.host_for("99", TODAY)
    with pytest.raises(UnknownProvince):
        queries.host_for("62", TODAY)


def test_search_without_diacritics_returns_every_match(app):
    assert names(queries.search("binh thanh", on=JULY_2023)) == ["Xã Bình Thanh", "Xã Bình Thạnh"]
    assert names(queries.search("Bình Thạnh", on=JULY_2023)) == ["Xã Bình Thạnh", "Xã Bình Thanh"]
    assert names(queries.search("BINH  THANH", on=JULY_2023)) == ["Xã Bình Thanh", "Xã Bình Thạnh"]
    assert names(queries.search("nguyen nghiem", on=JULY_2023)) == ["Phường Nguyễn Nghiêm"] * 2
    assert names(queries.search("vnpt quang ngai", on=JULY_2023)) == ["Viễn thông Quảng Ngãi"]
    assert queries.search("%", on=JULY_2023) == []
    assert queries.search("", on=JULY_2023) == []
    assert len(queries.search("xa", on=JULY_2023, limit=7)) == 7


def test_loading_again_changes_nothing_and_keeps_added_aliases(app):
    one = queries.find("Sở Tài chính", on=JULY_2023, province_code=QUANG_NGAI)
    counts = [
        db.session.scalar(sa.select(sa.func.count()).select_from(t))
        for t in (Organization, OrganizationAlias)
    ]

    changed = operations.load_units(), operations.load_agencies()

    assert changed == (0, 0)
    assert counts == [
        db.session.scalar(sa.select(sa.func.count()).select_from(t))
        for t in (Organization, OrganizationAlias)
    ]
    assert one.name == "Sở Tài chính"


def test_loading_puts_a_changed_row_right(app):
    db.session.execute(sa.update(Organization).where(Organization.code == "535").values(name="Huyện Ba Tơi"))
    db.session.commit()

    assert operations.load_units() == 1
    assert [unit.name for unit in queries.units(QUANG_NGAI, Level.DISTRICT, JULY_2023)].count(
        "Huyện Ba Tơi"
    ) == 0
