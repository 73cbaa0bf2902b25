"""The list of sites as it is used: 187 in three presses, many changed at once, one called from a telephone."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from eventsvc.db import db
from eventsvc.sites import operations, queries
from eventsvc.sites.models import Site
from tests import factories

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def organizer(app):
    return factories.organizer()


@pytest.fixture
def event(app, organizer):
    return factories.approved_event(by=organizer)


def test_187_sites_are_made_in_three_presses(page: Page, sign_in, organizer, event, axe):
    sign_in(page, organizer)
    page.goto(f"/events/{event.slug}/sites")

    page.get_by_role("button", name="Tạo toàn bộ 186 điểm cầu").click()
    expect(page.get_by_text("Đã tạo 186 điểm cầu.")).to_be_visible()
    page.get_by_role("link", name="Thêm điểm cầu chính").click()
    page.get_by_label("Tên điểm cầu").fill("Trung tâm IOC tỉnh")
    page.get_by_role("button", name="Tạo điểm cầu").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Trung tâm IOC tỉnh")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Site.id))) == 187
    axe(page)


def test_ticked_sites_are_changed_together(page: Page, sign_in, organizer, event, axe):
    operations.add_all_sites(event, by=None)
    sign_in(page, organizer)
    page.goto(f"/events/{event.slug}/sites?level=district")
    axe(page)

    page.get_by_label("Chọn tất cả trên trang").check()
    page.get_by_label("Chọn Huyện Lý Sơn").uncheck()
    page.get_by_role("button", name="Sửa các điểm cầu đã chọn").click()
    expect(page.get_by_text("Đã chọn 12 điểm cầu")).to_be_visible()
    page.get_by_label("Cụm điểm cầu", exact=False).first.fill("Cụm đất liền")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("row", name="Cụm điểm cầu Cụm đất liền 12")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Sửa 12 điểm cầu").click()

    expect(page.get_by_text("Đã thay đổi 12 điểm cầu")).to_be_visible()
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Site.id)).where(Site.cluster == "Cụm đất liền")) == 12


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_the_late_site_is_one_tap_from_its_telephone(
    new_visitor, sign_in, organizer, event, axe, colour_scheme
):
    operations.add_all_sites(event, by=None)
    site = queries.site_by_code(event, "536")
    operations.edit_site(site, {"contact_name": "Bà Đảo", "contact_phone": "+84501000536"}, by=None)
    page = new_visitor(viewport=PHONE, color_scheme=colour_scheme).new_page()
    sign_in(page, organizer)

    page.goto(f"/events/{event.slug}/sites")
    page.get_by_label("Tìm theo tên hoặc mã").fill("ly son")
    page.get_by_role("button", name="Tìm kiếm").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_load_state("load")

    call = page.get_by_role("link", name="0501 000 536")
    expect(call).to_have_attribute("href", "tel:+84501000536")
    assert call.bounding_box()["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    axe(page)
    page.get_by_role("link", name="Huyện Lý Sơn").click()
    expect(page.get_by_role("heading", name="Mức sẵn sàng của điểm cầu")).to_be_visible()
    axe(page)
