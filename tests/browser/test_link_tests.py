"""A link test on the organizer's telephone: made for chosen sites, written to, reported; its fault is cleared."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from eventsvc.db import db
from eventsvc.link_tests.models import InvitedSite, LinkTest, TestResult
from eventsvc.sites.models import Site, SiteStatus
from tests.link_tests import scenes


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def test_a_link_test_is_made_reported_and_its_fault_cleared(app, page: Page, organizer, sign_in, axe):
    event = scenes.ready_event()
    scenes.sites(event)
    sign_in(page, organizer)

    def look() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.goto(f"/events/{event.slug}/link-tests")
    look()
    page.get_by_role("link", name="Lập buổi kết nối thử").first.click()
    page.get_by_label("Thành phần điểm cầu tham gia").select_option("chosen")
    picker = page.get_by_role("combobox", name="Điểm cầu được chọn")
    for typed, name in (("binh son", "Huyện Bình Sơn"), ("ly son", "Huyện Lý Sơn")):
        picker.fill(typed)
        page.locator(".ts-dropdown").get_by_role("option", name=name).click()
    picker.press("Escape")
    look()
    page.get_by_role("button", name="Lập buổi").click()
    page.get_by_role("button", name="Gửi thư cho 1 điểm cầu").click()
    expect(page.get_by_text("Đang gửi thư đến 1 điểm cầu")).to_be_visible()
    look()
    db.session.rollback()
    scenes.bring_near(db.session.scalars(sa.select(LinkTest)).one())
    page.reload()
    look()

    page.get_by_role("link", name=re.compile("Kèm sự cố.*Huyện Lý Sơn")).click()
    page.get_by_label("Kết quả", exact=True).select_option("failed")
    page.get_by_label("Báo sự cố").select_option("no_sound")
    page.get_by_label("Đã trao đổi với (khi nhập thay sau cuộc gọi)").fill("Ông Hải")
    look()
    page.get_by_role("button", name="Lưu kết quả").click()
    page.locator("summary", has_text="Tất cả điểm cầu còn lại đạt").click()
    page.locator(".confirm__panel").get_by_role("button", name="Tất cả điểm cầu còn lại đạt").click()
    expect(page.get_by_text("1 điểm cầu được ghi nhận đạt")).to_be_visible()

    page.goto(f"/events/{event.slug}/faults")
    look()
    page.get_by_role("link", name=re.compile("Mất tiếng.*Huyện Lý Sơn")).click()
    page.get_by_label("Cách khắc phục").fill("Đã thay micro")
    look()
    page.get_by_role("button", name="Ghi nhận đã khắc phục").click()
    expect(page.get_by_text("Đã ghi nhận khắc phục xong sự cố.")).to_be_visible()

    db.session.rollback()
    results = db.session.execute(sa.select(Site.name, InvitedSite.result).join(InvitedSite.site))
    assert dict(results.all()) == {"Huyện Bình Sơn": TestResult.PASSED, "Huyện Lý Sơn": TestResult.FAILED}
    assert scenes.by_code(event, "536").status is SiteStatus.UNCONFIRMED
