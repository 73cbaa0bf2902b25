import pytest
import sqlalchemy as sa

from eventsvc.db import db
from tests import factories


def test_the_tree_shows_a_province_as_it_was(signed_in):
    page = signed_in.get("/organizations?on=2023-07-15&province=51")

    assert "13 đơn vị cấp huyện, 173 đơn vị cấp xã" in page.text
    assert len(page.html.xpath("//details/ul/li")) == 173
    assert "526" not in page.html.xpath("//details/summary/span[1]/text()")
    ly_son = page.html.xpath("//details[contains(., 'Huyện Lý Sơn')]")
    assert "Không có đơn vị cấp xã." in ly_son[0].text_content()


def test_today_communes_stand_directly_under_the_province(signed_in):
    page = signed_in.get("/organizations?on=2026-11-22&province=51")

    assert "96 đơn vị cấp xã" in page.text
    assert "cấp huyện" not in page.text.split("96 đơn vị cấp xã")[1][:40]
    assert len(page.html.xpath("//ul[1]/li/span[contains(@class,'clock')]")) == 96


def test_search_without_diacritics_finds_every_match(signed_in):
    page = signed_in.get("/organizations?q=binh+thanh&on=2023-07-15")

    assert [row[:3] for row in page.rows()] == [
        ["Xã Bình Thanh (đến ngày 30/06/2025)", "Cấp xã", "Huyện Bình Sơn"],
        ["Xã Bình Thạnh (đến ngày 30/06/2025)", "Cấp xã", "Huyện Bình Sơn"],
    ]


@pytest.mark.parametrize(
    "query",
    ["?q=%25", "?q=khong+co+ai", "?on=2023-13-45", "?on=abc", "?on=0001-01-01", "?on=9999-12-31", "?province=99",
     "?q=" + "x" * 5000, "?province=62&on=2026-01-01"],
)  # fmt: skip
def test_odd_questions_get_a_page(signed_in, query):
    signed_in.get(f"/organizations{query}")


def test_a_day_that_is_none_is_said_so(signed_in):
    page = signed_in.get("/organizations?on=2023-02-30")

    assert len(page.errors) == 1


def test_187_rows_cost_as_many_queries_as_97(signed_in):
    def cost(day):
        statements = []

        def count(*args):
            statements.append(args[2])

        sa.event.listen(db.engine, "before_cursor_execute", count)
        signed_in.get(f"/organizations?on={day}&province=51")
        sa.event.remove(db.engine, "before_cursor_execute", count)
        return len([s for s in statements if "organization" in s])

    assert cost("2023-07-15") == cost("2026-01-01")


def test_only_people_who_work_on_events_see_it(app, client):
    client.get("/organizations", status=302)
    client.sign_in(factories.user())
    client.get("/organizations", status=404)


def test_the_command_loads_the_lists(app):
    result = app.test_cli_runner().invoke(args=["organizations", "load"])

    assert (result.exit_code, result.stdout) == (0, "0 units and 0 agencies new or changed\n")
