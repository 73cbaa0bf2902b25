"""The map of tiles: every site once, none upon another, names that fit."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest

from eventsvc.reports import site_board_map as maps
from eventsvc.reports.site_board import Line, SiteBoard, Standing
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.sites.tiles import grid

THEN, NOW = date(2023, 7, 15), date(2025, 8, 1)


def line(code, name="Xã Mẫu", level=SiteLevel.COMMUNE, district=None, status=SiteStatus.READY):
    return Line(code, name, level, district, f"Huyện {district}" if district else None, None, status)


def board(*lines, province="51"):
    return SiteBoard(1, None, datetime(2023, 7, 14, tzinfo=UTC), lines, province)


def province(code, day):
    """A site for every unit of the grid, the main hall, and one hall of no unit."""
    laid = grid(code, day)
    top = [
        line(each, f"Huyện {each}", SiteLevel.DISTRICT if laid.blocks else SiteLevel.COMMUNE, None)
        for each in laid.units.cells
    ]
    below = [line(each, district=above) for above, block in laid.blocks.items() for each in block.cells]
    apart = [line("main", "Hội trường", SiteLevel.MAIN), line("dai-hoc", "Đại học", SiteLevel.OTHER)]
    return board(*apart, *top, *below, province=code)


@pytest.mark.parametrize("shape", [maps.PAGE, maps.WALL], ids=["page", "wall"])
@pytest.mark.parametrize(
    "code, day, sites", [("51", THEN, 188), ("75", THEN, 183), ("51", NOW, 98), ("99", NOW, 0)]
)
def test_every_site_stands_once_and_none_upon_another(code, day, sites, shape):
    laid = province(code, day) if sites else board(*(line(f"x{n}") for n in range(30)), province=code)

    drawn = maps.tile_map(laid, day, shape)

    assert sorted(tile.line.code for tile in drawn.tiles) == sorted(one.code for one in laid.lines)
    boxes = [
        (tile.x, tile.y, tile.x + tile.width, tile.y + (shape.head if tile.is_head else shape.height))
        for tile in drawn.tiles
    ]
    upon = [
        (a, b)
        for a, b in combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert upon == []
    assert max(box[2] for box in boxes) <= drawn.width and max(box[3] for box in boxes) <= drawn.height


def test_the_wall_takes_the_whole_province_at_a_size_that_shows():
    drawn = maps.tile_map(province("51", THEN), THEN, maps.WALL)

    assert 1.6 < drawn.width / drawn.height < 2.4


def test_a_district_stands_over_its_communes_and_the_island_out_at_sea():
    drawn = {tile.line.code: tile for tile in maps.tile_map(province("51", THEN), THEN).tiles}
    island, communes = drawn["536"], grid("51", THEN).block("524").cells

    assert {code for code, tile in drawn.items() if tile.is_head} == set(grid("51", THEN).units.cells)
    assert all(drawn[code].y > drawn["524"].y for code in communes)
    assert all(drawn["524"].x <= drawn[code].x < drawn["524"].x + drawn["524"].width for code in communes)
    assert all(tile.x + tile.width <= island.x for code, tile in drawn.items() if code != "536")


def test_communes_without_a_site_of_their_district_stand_under_its_name():
    drawn = maps.tile_map(board(line("21040", district="524"), line("21043", district="524")), THEN)

    assert [(heading.code, heading.name, heading.sites) for heading in drawn.headings] == [
        ("524", "Huyện 524", 2)
    ]
    assert len(drawn.tiles) == 2


def test_an_event_without_sites_has_an_empty_map():
    assert maps.tile_map(board(), THEN).tiles == []


def test_thousands_of_sites_are_dots_in_the_blocks_of_their_districts():
    below = [line(f"c{d}-{n}", district=f"d{d}") for d in range(20) for n in range(40)]
    broken = line("c-x", district="d3", status=SiteStatus.FAULT)

    drawn = maps.tile_map(board(*below, broken, province="01"), NOW)

    assert drawn.tiles == [] and len(drawn.headings) == 20
    squares = {dots.standing: dots.path.count("M") for dots in drawn.dots}
    assert squares == {Standing.FAULT: 1, Standing.READY: 800}
    assert [heading.urgent for heading in drawn.headings if heading.urgent] == [1]


@pytest.mark.parametrize(
    "name, short",
    [
        ("Xã Bình Thạnh", "Bình Thạnh"),
        ("Thị trấn La Hà", "La Hà"),
        ("Đặc khu Lý Sơn", "Lý Sơn"),
        ("Phường 1", "Phường 1"),
        ("Trung tâm IOC tỉnh", "Trung tâm IOC tỉnh"),
    ],
)
def test_a_name_is_shortened_by_its_type_alone(name, short):
    assert maps.short_name(name) == short


def test_a_name_is_set_in_rows_and_ends_in_an_ellipsis_where_it_must():
    assert maps.wrapped("Trương Quang Trọng", 8, 3) == ("Trương", "Quang", "Trọng")
    assert maps.wrapped("Ba Tơ", 8, 3) == ("Ba Tơ",)
    assert maps.wrapped("Trương Quang Trọng", 8, 2) == ("Trương", "Quang…")
    assert maps.wrapped("Thừathiênhuế", 8, 2) == ("Thừathi…",)


def test_a_province_whose_units_are_not_of_its_grid_is_packed_in_rows():
    drawn = maps.tile_map(board(*(line(f"x{number}") for number in range(9))), THEN)

    assert {tile.x for tile in drawn.tiles} == {0, 109, 218, 327, 436}
    assert {tile.y for tile in drawn.tiles} == {0, 77}
