"""The state of the sites as people see it: at the desk, on a phone and on the wall; it follows what is reported."""

import pytest
from playwright.sync_api import Page, expect

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.sites import fault_operations as faults
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import of_site
from tests import factories
from tests.reports import site_boards

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def event(app):
    made = site_boards.whole()
    site_boards.mix(made)
    return made


@pytest.fixture
def wall(event) -> str:
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
    return f"/board/{token}/sites"


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@SCHEMES
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_holds_its_width(page, event, sign_in, axe, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, factories.organizer())

    page.goto(f"/events/{event.slug}/sites/board")

    expect(page.locator(".map a.m")).to_have_count(187)
    assert overflow(page) == 0
    axe(page)


@SCHEMES
def test_the_wall_shows_everything_at_once_and_cuts_nothing(page, event, wall, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 1920, "height": 1080})

    page.goto(wall)

    expect(page.locator(".map .m")).to_have_count(187)
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
        1080,
        1920,
    ]
    inside = page.evaluate(
        """() => [".map", ".map-legend"].map((one) => {
          const box = document.querySelector(one).getBoundingClientRect();
          return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth; })"""
    )
    assert inside == [True, True]
    axe(page)


def test_what_is_reported_shows_without_touching_anything(page, event, sign_in):
    sign_in(page, factories.organizer())
    page.goto(f"/events/{event.slug}/sites/board")
    tile = page.locator(".map a", has_text="Lý Sơn")
    expect(tile).to_have_class("m m--connected m--head")
    tile.focus()

    site = factories.site_of(event, "536")
    faults.raise_fault(site, FaultKind.POWER, None, of_site(site))

    expect(tile).to_have_class("m m--fault m--head")
    expect(tile).to_be_focused()
    tile.press("Enter")
    expect(page.locator("tr#site-536")).to_contain_text("Mất điện")
    expect(page.locator("tr[id^=site-]")).to_have_count(1)
