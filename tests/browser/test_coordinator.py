"""187 sites made, their links sent, five coordinators on telephones; the organizer's list agrees with all of them."""

import re
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Request, expect

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries import handover
from eventsvc.deliveries.models import Delivery
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests.models import LinkTestKind, TestResult
from eventsvc.sites import link_operations, link_queries, operations, report_queries
from eventsvc.sites.models import Site, SiteLevel, SiteStatus
from tests import factories

PHONE = {"width": 390, "height": 844}
BUDGET = 40 * 1024
CURRENT = 20_000
"""Milliseconds within which a board on a busy machine has followed."""
CODES = ("522", "535", "536", "21025", "21028")


def _bridges(event) -> list[Site]:
    return list(
        db.session.scalars(
            sa.select(Site).where(Site.event_id == event.id, Site.code != "main").order_by(Site.id)
        )
    )


def _looks_right(page: Page, axe) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """[...document.querySelectorAll("main button, main a.button, main summary, main input:not([type=hidden])")]
        .filter((each) => each.getClientRects().length && each.getBoundingClientRect().height < 43.5)
        .filter((each) => !["radio", "checkbox"].includes(each.type)).map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert small == []


def _figure(board: Page, words: str) -> Locator:
    """A figure above the board; it keeps itself current, so it is only waited for."""
    return board.locator(".stat", has=board.get_by_text(words, exact=True)).locator(".stat__number")


def _tile(board: Page, site: Site) -> Locator:
    return board.locator(f'.map a.m[href="?site={site.code}#site-{site.code}"]')


def _link_in_letter(site: Site) -> str:
    """The link as it stands in the letter to the contact of the site, the way the letter leaves."""
    delivery = db.session.scalars(sa.select(Delivery).where(Delivery.recipient == site.contact_email)).one()
    [link] = re.findall(r"https?://\S+/s/[\w-]+", handover.as_message(delivery).body)
    return link


def _report(page: Page, link: str, numbers: tuple[int, int, int], axe) -> None:
    """Confirm, tick, count, be ready: no step takes more than three taps."""
    page.goto(link)
    _looks_right(page, axe)
    page.get_by_role("button", name="Xác nhận điểm cầu").click()
    expect(page.get_by_text("Đã ghi nhận: Xác nhận điểm cầu.")).to_be_visible()
    page.get_by_role("button", name="Đạt Kết nối thử lần 1").click()
    expect(page.locator("#tests .state--ok")).to_have_text("đạt")
    for ticked in (1, 2):
        page.locator(".check-line[aria-pressed=false]").first.click()
        expect(page.locator(".check-line[aria-pressed=true]")).to_have_count(ticked)
    for label, number in zip(("Lãnh đạo", "Đại biểu, cán bộ", "Người dân"), numbers, strict=True):
        page.get_by_label(label).fill(str(number))
    page.get_by_role("button", name="Báo số người dự này").click()
    expect(page.locator(".count-now")).to_have_text(str(sum(numbers)))
    page.get_by_role("button", name="Điểm cầu đã sẵn sàng").click()
    expect(page.locator(".desk__state").first).to_contain_text("Sẵn sàng")
    _looks_right(page, axe)


def test_five_of_187_sites_report_and_the_list_agrees(app, page, new_visitor, sign_in, axe):
    event = factories.approved_event()
    factories.main_site(event)
    sign_in(page, factories.organizer())
    here = f"/events/{event.slug}/sites"
    page.goto(here)
    page.get_by_role("button", name=re.compile("186")).click()
    expect(page.get_by_text("Đã tạo 186 điểm cầu.")).to_be_visible()
    db.session.rollback()
    sites = _bridges(event)
    assert len(sites) == 186
    for number, site in enumerate(sites):
        contact = {"contact_name": f"Anh Bách {number}", "contact_email": f"dau.moi{number}@xa.example.vn"}
        operations.edit_site(site, contact, by=None)

    page.goto(f"{here}/links")
    page.locator("summary", has_text="Gửi liên kết").click()
    page.locator("[open] form button", has_text="Gửi liên kết").click()
    expect(page.get_by_text("Đã đưa 186 thư vào hàng đợi gửi.")).to_be_visible()
    axe(page)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 186

    five = [factories.site_of(event, code) for code in CODES]
    begins = clock.now() + timedelta(minutes=5)
    test = link_tests.make_link_test(
        event, kind=LinkTestKind.LINK_TEST, title="Kết nối thử lần 1", starts_at=begins,
        ends_at=begins + timedelta(hours=1), sites=five, by=None,
    )  # fmt: skip
    first, *others = five
    links = [_link_in_letter(first), *(link_queries.link_of(site) for site in others)]
    totals = []
    for number, link in enumerate(links):
        numbers = (number, 10 + number, 100 + number)
        totals.append(sum(numbers))
        _report(new_visitor(viewport=PHONE).new_page(), link, numbers, axe)

    board = page.context.new_page()
    board.goto(f"{here}/board")
    expect(_figure(board, "có sự cố")).to_have_text("0")
    phone = new_visitor(viewport=PHONE).new_page()
    phone.goto(links[0])
    phone.locator("summary", has_text="Có sự cố").click()
    phone.get_by_label("Không có âm thanh").or_(phone.get_by_label("Mất tiếng")).first.check()
    phone.get_by_role("button", name="Báo sự cố này").click()
    expect(phone.locator(".fault-line")).to_be_visible()
    page.goto(f"{here}?status=fault")
    expect(page.locator("tbody").get_by_role("link", name=five[0].name)).to_be_visible()
    expect(_figure(board, "có sự cố")).to_have_text("1", timeout=CURRENT)
    expect(_figure(board, "sẵn sàng")).to_have_text("4")
    expect(_tile(board, first)).to_have_class(re.compile(r"\bm--fault\b"))
    phone.get_by_role("button", name="Đã hoạt động trở lại").click()
    expect(phone.locator(".fault-line--cleared")).to_be_visible()
    expect(_figure(board, "có sự cố")).to_have_text("0", timeout=CURRENT)
    expect(_figure(board, "sẵn sàng")).to_have_text("5")
    expect(_tile(board, first)).to_have_class(re.compile(r"\bm--ready\b"))
    expect(board.locator(".defended")).to_contain_text(f"{sum(totals)} đại biểu tại 5 điểm cầu")
    expect(_figure(board, "đại biểu")).to_have_text(str(sum(totals)))
    _looks_right(phone, axe)

    page.goto(f"{here}?status=ready")
    for site in five:
        expect(page.locator("tbody").get_by_role("link", name=site.name, exact=True)).to_be_visible()
    page.goto(f"{here}/links?link=opened")
    expect(page.locator("tbody tr")).to_have_count(5)
    db.session.rollback()
    assert {site.status for site in five} == {SiteStatus.READY}
    assert {each.result for each in test.invited} == {TestResult.PASSED}
    counts = report_queries.head_counts(event.sittings[0])
    assert [counts[site.id].people for site in five] == totals


def test_every_part_of_the_page_fits_a_telephone_and_the_first_visit_is_light(app, new_visitor, axe):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    for number in range(20):
        factories.item(
            event, f"Nội dung thứ {number} của chương trình", 5, site=site if number == 7 else None
        )
    link_operations.make_links(event, [site], by=None)
    link = link_queries.link_of(site)
    phone = new_visitor(viewport=PHONE).new_page()
    asked: list[Request] = []
    phone.on("requestfinished", lambda request: asked.append(request))
    phone.goto(link, wait_until="networkidle")

    sizes = {each.url: each.sizes()["responseBodySize"] for each in asked if ".woff2" not in each.url}
    assert 0 < sum(sizes.values()) <= BUDGET, sizes
    for part in ("data", "delegates", "programme", "hand-over"):
        phone.goto(f"{link}/{part}")
        _looks_right(phone, axe)
    plain = new_visitor(viewport=PHONE, java_script_enabled=False).new_page()
    plain.goto(link)
    plain.get_by_role("button", name="Xác nhận điểm cầu").click()
    expect(plain.get_by_text("Đã ghi nhận: Xác nhận điểm cầu.")).to_be_visible()
