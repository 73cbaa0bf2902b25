"""The route of a campaign on the organizer's desk: stops are dragged with the mouse and with a finger, or moved by
buttons."""

from datetime import date

import pytest
from playwright.sync_api import expect

from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.db import db
from tests import factories
from tests.campaigns import roadshows


@pytest.fixture
def campaign(app):
    event = roadshows.campaign()
    first, second, finale = roadshows.clusters(event)
    roadshows.stop(first, teams=["Đội văn nghệ tỉnh"], place="Nhà văn hóa huyện")
    roadshows.stop(second, date(2024, 9, 6), teams=["Đội văn nghệ tỉnh"])
    roadshows.stop(finale, None, days=1, capacity=200, name="Lễ tổng kết")
    return event


@pytest.fixture
def page(page, campaign, sign_in):
    sign_in(page, factories.organizer(organization=campaign.host))
    page.goto(f"/events/{campaign.slug}/roadshow")
    return page


def _days(campaign) -> list[date | None]:
    db.session.rollback()
    return [stop.starts_on for cluster in queries.clusters_of(campaign) for stop in cluster.stops]


def _middle(page, selector: str) -> tuple[float, float]:
    place = page.locator(selector).first
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("width", [390, 1280])
def test_the_route_can_be_read_and_used_by_everybody(page, campaign, axe, width):
    page.set_viewport_size({"width": width, "height": 900})
    first = queries.clusters_of(campaign)[0]
    for path in ("roadshow", f"roadshow/clusters/{first.id}", "stop-template/edit", "travel-times"):
        page.goto(f"/events/{campaign.slug}/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_stop_is_dragged_to_another_day_with_the_mouse(page, campaign):
    page.set_viewport_size({"width": 1280, "height": 1400})
    start = _middle(page, "[data-day='2024-09-05'] [data-move]")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0], start[1] + 40)
    page.mouse.move(*_middle(page, "[data-day='2024-09-10']"), steps=4)
    page.mouse.up()

    expect(page.get_by_text("bắt đầu ngày 10/09/2024")).to_be_visible()
    expect(page.locator("[data-day='2024-09-10'] [data-move]")).to_be_visible()
    assert _days(campaign) == [date(2024, 9, 10), date(2024, 9, 6), None]


def test_a_stop_dropped_nowhere_or_given_up_stays_where_it_was(page, campaign):
    page.set_viewport_size({"width": 1280, "height": 1400})
    for give_up in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.move(5, 5)):
        start = _middle(page, "[data-day='2024-09-05'] [data-move]")
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*_middle(page, "[data-day='2024-09-12']"), steps=3)
        expect(page.locator(".is-target")).to_have_count(1)
        give_up()
        expect(page.locator(".is-target")).to_have_count(0)
        page.mouse.up()
    assert _days(campaign) == [date(2024, 9, 5), date(2024, 9, 6), None]


def test_a_finger_drags_a_stop_by_its_grip(new_visitor, campaign, sign_in):
    page = new_visitor(viewport={"width": 1024, "height": 1366}, has_touch=True).new_page()
    sign_in(page, factories.organizer(organization=campaign.host))
    page.goto(f"/events/{campaign.slug}/roadshow")
    page.locator("[data-day='2024-09-05']").scroll_into_view_if_needed()
    start = _middle(page, "[data-day='2024-09-05'] [data-grip]")
    end = _middle(page, "[data-day='2024-09-04']")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    send("touchStart", start)
    send("touchMove", ((start[0] + end[0]) / 2, start[1]))
    send("touchMove", end)
    send("touchEnd")

    expect(page.get_by_text("bắt đầu ngày 04/09/2024")).to_be_visible()
    expect(page.locator("[data-day='2024-09-04'] [data-move]")).to_be_visible()
    assert _days(campaign)[0] == date(2024, 9, 4)


def test_the_buttons_move_a_stop_too(page, campaign):
    page.locator("#stop-1").get_by_role("button", name="Muộn hơn một ngày").click()

    expect(page.get_by_text("bắt đầu ngày 06/09/2024")).to_be_visible()
    assert _days(campaign)[0] == date(2024, 9, 6)
