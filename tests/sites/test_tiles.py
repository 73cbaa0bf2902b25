"""The tile map: every shipped unit has its square, and the whole looks like the province."""

import csv
import math
from collections import Counter
from datetime import date

import pytest

from eventsvc.organizations import lists
from eventsvc.sites import tiles

# Province, day, how many lie right under it, how many under those.
LAID = [
    ("51", date(2023, 7, 15), 13, 173),
    ("62", date(2023, 7, 15), 10, 102),
    ("70", date(2024, 8, 15), 11, 111),
    ("75", date(2024, 8, 15), 11, 170),
    ("51", date(2025, 7, 1), 96, 0),
    ("75", date(2025, 7, 1), 95, 0),
    ("75", date(2026, 4, 30), 95, 0),
]
THREE_TIERS = [(province, on) for province, on, _, communes in LAID if communes]
TWO_TIERS = [(province, on) for province, on, _, communes in LAID if not communes]


def shipped(on: date) -> list[dict[str, str]]:
    """The rows of the shipped list in force on a day."""
    with (lists.DATA / "admin_units.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    day = on.isoformat()
    return [row for row in rows if row["valid_from"] <= day and day <= (row["valid_to"] or "9999")]


def under(code: str, on: date) -> dict[str, str]:
    """Names of the units right below another, by code."""
    return {row["code"]: row["name"] for row in shipped(on) if row["parent_code"] == code}


def by_name(code: str, on: date, block: tiles.Grid | tiles.Block) -> dict[str, tiles.Cell]:
    return {name: block.place(unit) for unit, name in under(code, on).items()}


def filled(block: tiles.Grid | tiles.Block, codes) -> set[tiles.Cell]:
    """The cells of these units: as many as there are units, all inside the block."""
    cells = [block.place(code) for code in codes]
    assert None not in cells
    assert [cell for cell, times in Counter(cells).items() if times > 1] == []
    assert all(0 <= column < block.columns and 0 <= row < block.rows for column, row in cells)
    return set(cells)


@pytest.mark.parametrize(("province", "on", "units", "communes"), LAID)
def test_every_shipped_unit_has_one_cell_of_its_own(province, on, units, communes):
    grid = tiles.grid(province, on)

    top = under(province, on)
    below = {code: under(code, on) for code in top}

    assert (len(top), sum(map(len, below.values()))) == (units, communes)
    assert set(grid.units.cells) == set(top)
    assert set(grid.blocks) == {code for code, names in below.items() if names}
    filled(grid, top)
    for code, block in grid.blocks.items():
        assert set(block.cells) == set(below[code])
        filled(block, below[code])


def test_the_file_holds_each_unit_once_under_its_name_of_that_day():
    with (tiles._DATA).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    listed = Counter(
        (row["province"], row["as_of"], row["code"], row["name"], row["parent_code"]) for row in rows
    )

    expected = set()
    for province, on, _, _ in LAID:
        for code, name in under(province, on).items():
            expected.add((province, on.isoformat(), code, name, province))
            expected |= {(province, on.isoformat(), c, n, code) for c, n in under(code, on).items()}
    assert listed == Counter(expected)


@pytest.mark.parametrize(("province", "on"), THREE_TIERS)
def test_the_blocks_are_compact_and_fit_one_screen_side_by_side(province, on):
    grid = tiles.grid(province, on)

    for block in grid.blocks.values():
        side = math.ceil(math.sqrt(len(block.cells))) + 1
        assert block.columns <= side and block.rows <= side
        assert {column for column, _ in block.cells.values()} == set(range(block.columns))
        assert {row for _, row in block.cells.values()} == set(range(block.rows))

    at = {code: grid.place(code) for code in under(province, on)}
    shapes = [(at[code], block) for code, block in grid.blocks.items()]
    wide = sum(max((b.columns for (c, _), b in shapes if c == n), default=1) for n in range(grid.columns))
    high = sum(max((b.rows for (_, r), b in shapes if r == n), default=1) for n in range(grid.rows))
    assert grid.columns <= 5 and grid.rows <= 4
    assert (
        wide <= 24 and high <= 20
    )  # on 1920 × 1080 with a line for each name: 80 × 45 pixels and more a tile


@pytest.mark.parametrize(("province", "on"), TWO_TIERS)
def test_the_two_tier_grids_are_one_body_without_holes(province, on):
    grid = tiles.grid(province, on)
    cells = filled(grid, under(province, on))

    assert grid.columns <= 16 and grid.rows <= 12
    island = {grid.place("21548")} - {None}
    body = cells - island
    assert spread_from(next(iter(body)), body) == body
    around = {(c, r) for c in range(-1, grid.columns + 1) for r in range(-1, grid.rows + 1)}
    assert spread_from((-1, -1), around - body) == around - body, "every empty cell opens to the outside"


def spread_from(start: tiles.Cell, cells: set[tiles.Cell]) -> set[tiles.Cell]:
    """The cells reached from one of them, side by side."""
    seen, edge = {start}, [start]
    while edge:
        column, row = edge.pop()
        for step in ((column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)):
            if step in cells and step not in seen:
                seen.add(step)
                edge.append(step)
    return seen


def test_the_thirteen_districts_look_like_quang_ngai():
    on = date(2023, 7, 15)
    grid = tiles.grid("51", on)
    at = by_name("51", on, grid)

    island = at.pop("Huyện Lý Sơn")
    assert all(island[0] > column for column, _ in at.values()) and island[1] == 0
    assert grid.block("536") is None
    assert right_above(at, "Huyện Bình Sơn", "Huyện Sơn Tịnh")
    assert right_above(at, "Huyện Sơn Tịnh", "Huyện Tư Nghĩa")
    assert right_above(at, "Thành phố Quảng Ngãi", "Huyện Mộ Đức")
    assert right_above(at, "Huyện Mộ Đức", "Thị xã Đức Phổ")
    assert right_beside(at, "Huyện Sơn Tây", "Huyện Sơn Hà")
    assert right_beside(at, "Huyện Sơn Tịnh", "Thành phố Quảng Ngãi")
    south = max(row for _, row in at.values())
    east = max(column for column, _ in at.values())
    assert at["Thị xã Đức Phổ"] == (east, south)
    assert at["Huyện Ba Tơ"][1] == south and at["Huyện Ba Tơ"][0] < at["Thị xã Đức Phổ"][0]
    assert at["Huyện Trà Bồng"][1] == 0 and at["Huyện Trà Bồng"][0] < at["Huyện Bình Sơn"][0]


def test_the_eleven_districts_look_like_dong_nai():
    on = date(2024, 8, 15)
    at = by_name("75", on, tiles.grid("75", on))

    assert at["Huyện Tân Phú"] == (3, 0)
    assert right_above(at, "Huyện Tân Phú", "Huyện Định Quán")
    assert at["Huyện Nhơn Trạch"] == (0, 3)
    assert right_beside(at, "Huyện Nhơn Trạch", "Huyện Long Thành")
    assert right_beside(at, "Thành phố Biên Hòa", "Huyện Trảng Bom")
    assert right_above(at, "Huyện Vĩnh Cửu", "Huyện Trảng Bom")
    assert right_above(at, "Thành phố Long Khánh", "Huyện Cẩm Mỹ")
    assert right_beside(at, "Thành phố Long Khánh", "Huyện Xuân Lộc")


def test_communes_stand_in_their_block_as_on_the_map():
    grid = tiles.grid("51", date(2023, 7, 15))
    binh_son = by_name("524", date(2023, 7, 15), grid.block("524"))
    duc_pho = by_name("534", date(2023, 7, 15), grid.block("534"))
    city = by_name("522", date(2023, 7, 15), grid.block("522"))

    assert binh_son["Xã Bình Thuận"] == (4, 0) and binh_son["Xã Bình Châu"] == (4, 4)
    assert binh_son["Xã Bình Mỹ"] == (0, 4)
    assert duc_pho["Xã Phổ Châu"] == (
        max(c for c, _ in duc_pho.values()),
        max(r for _, r in duc_pho.values()),
    )
    assert duc_pho["Xã Phổ An"][1] == 0
    assert city["Xã Tịnh Kỳ"] == (5, 0)
    assert city["Xã Nghĩa An"][0] == 5 and right_beside(city, "Xã Nghĩa Phú", "Xã Nghĩa An")
    north = [row for name, (_, row) in city.items() if "Tịnh" in name or name == "Phường Trương Quang Trọng"]
    south = [row for name, (_, row) in city.items() if "Nghĩa" in name or name == "Phường Trần Phú"]
    assert max(north) < min(south), "the river Trà Khúc lies between"


def test_the_ninety_six_look_like_quang_ngai_of_today():
    on = date(2025, 7, 1)
    at = by_name("51", on, tiles.grid("51", on))

    island = at.pop("Đặc khu Lý Sơn")
    assert all(island[0] > column for column, _ in at.values()) and island[1] == 0
    coast = ["Xã Vạn Tường", "Xã Tịnh Khê", "Xã An Phú", "Xã Mỏ Cày", "Phường Đức Phổ", "Phường Sa Huỳnh"]
    assert [at[name][1] for name in coast] == sorted({at[name][1] for name in coast})
    for name in coast[1:]:
        assert all(column <= at[name][0] for column, row in at.values() if row == at[name][1]), name
    assert right_above(at, "Xã Khánh Cường", "Phường Sa Huỳnh")
    assert right_beside(at, "Phường Nghĩa Lộ", "Phường Cẩm Thành")
    assert right_above(at, "Phường Kon Tum", "Phường Đăk Bla")
    assert at["Xã Bờ Y"][0] == 0, "the border gate is in the west"
    assert at["Xã Ia Tơi"][1] == max(row for _, row in at.values())


def test_the_ninety_five_look_like_dong_nai_of_today():
    on = date(2026, 4, 30)
    at = by_name("75", on, tiles.grid("75", on))

    assert at["Xã Lộc Thạnh"] == (0, 0) and at["Xã Bù Gia Mập"][1] == 0
    assert right_beside(at, "Phường Biên Hòa", "Phường Trấn Biên")
    assert right_beside(at, "Phường Phước Bình", "Phường Phước Long")
    assert right_above(at, "Phường An Lộc", "Phường Bình Long")
    assert at["Xã Đại Phước"][1] == at["Phường Nhơn Trạch"][1] == max(row for _, row in at.values())
    assert at["Phường Tân Phú"][0] > at["Phường Biên Hòa"][0]
    assert tiles.grid("75", on).units == tiles.grid("75", date(2025, 7, 1)).units, (
        "the same units by other names"
    )


def right_above(at, north, south) -> bool:
    return at[south] == (at[north][0], at[north][1] + 1)


def right_beside(at, west, east) -> bool:
    return at[east] == (at[west][0] + 1, at[west][1])


@pytest.mark.parametrize(
    ("province", "on", "as_of"),
    [
        ("51", date(2022, 4, 14), date(2023, 7, 15)),
        ("51", date(2025, 6, 30), date(2023, 7, 15)),
        ("51", date(2025, 7, 1), date(2025, 7, 1)),
        ("75", date(2026, 4, 29), date(2025, 7, 1)),
        ("75", date(2026, 11, 22), date(2026, 4, 30)),
        ("62", date(2025, 6, 30), date(2023, 7, 15)),
    ],
)
def test_the_grid_is_the_one_in_force_on_the_day(province, on, as_of):
    assert tiles.grid(province, on) is tiles._grids()[province, as_of]


@pytest.mark.parametrize(
    ("province", "on"), [("01", date(2025, 7, 1)), ("62", date(2025, 7, 1)), ("", date(2023, 7, 15))]
)
def test_a_province_that_was_not_laid_has_no_grid(province, on):
    assert tiles.grid(province, on) is None


@pytest.mark.parametrize("day", ["2020-06-01", "2024-11-01", "2025-01-01", "2025-06-30", "2026-11-22"])
@pytest.mark.parametrize("province", ["51", "75"])
def test_with_all_places_whoever_was_there_on_a_day_between(province, day):
    on = date.fromisoformat(day)
    top = under(province, on)
    units = [(code, province) for code in top] + [(c, code) for code in top for c in under(code, on)]

    grid = tiles.grid(province, on).with_all(units)

    filled(grid, top)
    for code in top:
        if communes := under(code, on):
            filled(grid.block(code), communes)


def test_an_unknown_unit_comes_last_and_moves_nobody():
    laid = tiles.grid("51", date(2023, 7, 15))

    grid = laid.with_all(
        [
            ("524", "51"),
            ("21040", "524"),
            ("new-commune", "524"),
            ("on-isle", "536"),
            ("x", None),
            ("y", "gone"),
        ]
    )

    assert laid.block("536") is None and laid.block("524").place("new-commune") is None
    assert {code: grid.place(code) for code in laid.units.cells} == laid.units.cells
    assert grid.block("524").cells == {**laid.block("524").cells, "new-commune": (0, 5)}
    assert grid.block("536").cells == {"on-isle": (0, 0)}
    assert (grid.place("x"), grid.place("y")) == ((4, 3), (0, 4))


def test_with_all_arranges_a_province_that_was_not_laid():
    districts = [(f"d{number}", "01") for number in range(5)]
    communes = [(f"c{number}", "d0") for number in range(10)]

    grid = tiles.Grid().with_all([*communes, *districts])

    assert (grid.columns, grid.rows) == (3, 2)
    assert [grid.place(code) for code, _ in districts] == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]
    assert (grid.block("d0").columns, grid.block("d0").rows) == (4, 3)
    filled(grid.block("d0"), [code for code, _ in communes])


def test_units_that_name_each_other_as_parent_are_not_lost():
    grid = tiles.Grid().with_all([("a", "b"), ("b", "a"), ("c", "c")])

    filled(grid, ["a", "b", "c"])
