"""The live board on a wall and on a phone, and reception's page of arrivals, as people see them."""

import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import operations as checkins
from eventsvc.db import atomic, db
from eventsvc.guests import rank_operations as ranks
from eventsvc.invitations import operations as invitations
from eventsvc.sites import operations as sites
from tests import factories
from tests.reports import live_boards

WALL, DESK, PHONE = (
    {"width": 1920, "height": 1080},
    {"width": 1280, "height": 800},
    {"width": 390, "height": 844},
)


@pytest.fixture
def event(app):
    """Doors are open at 187 sites; people are coming in."""
    made = factories.approved_event(starts_at=clock.now() + timedelta(minutes=20))
    factories.main_site(made)
    sites.add_all_sites(made, by=None)
    live_boards.fill(made, people=900, scans=600)
    return made


@pytest.fixture
def leader(event):
    """Somebody whose arrival is announced."""
    guest = factories.guest(
        factories.site_of(event, "main"),
        full_name="Đặng Văn Khuê",
        honorific="Ông",
        position="Bí thư Tỉnh ủy",
    )
    rank = ranks.add_rank(event, name="Lãnh đạo", rules=ranks.RankRules(announces_arrival=True), by=None)
    with atomic():
        guest.own_rank, guest.seat = rank, "A1"
    return guest


def arrive(guest):
    code = secrets.unseal(invitations.issue_pass(guest).code_sealed)
    _enrolment, token = checkins.create_enrolment(guest.event, site=guest.site, name="Cửa chính", by=None)
    device, _key = checkins.enrol(token)
    now = clock.now()
    scan = {"scan_id": str(uuid.uuid4()), "seq": 1, "code": code, "site": guest.site.code, "kind": "entry",
            "mode": "online", "scanned_at": now.isoformat()}  # fmt: skip
    assert checkins.record_scans(device, [scan], device_clock=now)[0]["outcome"] == "admitted"


def fits(page):
    """Nothing stands out at the right."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_wall_holds_every_site_without_scrolling_and_follows_who_comes_in(event, leader, page, axe):
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
    page.set_viewport_size(WALL)
    page.goto(f"/board/{token}")
    expect(page.locator(".tile:not(.legend .tile)")).to_have_count(187)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    below = "one => one.getBoundingClientRect().bottom <= innerHeight"
    assert page.evaluate(f"[...document.querySelectorAll('.tile, .live__curve, .legend')].every({below})")
    assert (
        page.locator(".board__totals .stat__number").first.evaluate(
            "node => parseFloat(getComputedStyle(node).fontSize)"
        )
        >= 80
    )  # read at ten metres
    axe(page)

    arrive(leader)

    expect(page.locator(".board__totals .stat").first).to_contain_text("601/901")
    expect(page.locator("body")).not_to_contain_text("Khuê")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_board_reads_well_on_a_desk_and_on_a_phone(event, leader, new_visitor, sign_in, axe, scheme):
    arrive(leader)
    page = new_visitor(color_scheme=scheme).new_page()
    sign_in(page, factories.organizer())
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(f"/events/{event.slug}/board")
        expect(page.locator(".live__arrival")).to_contain_text("Ông Đặng Văn Khuê, Bí thư Tỉnh ủy")
        expect(page.get_by_role("img", name="người vào trong khoảng")).to_be_visible()
        assert fits(page)
        axe(page)


def test_reception_is_told_once_and_greets_without_leaving_the_page(event, leader, new_visitor, sign_in, axe):
    reception = factories.user("letan@quangngai.example.vn", name="Phạm Thị Lễ")
    accounts.grant(reception, Role.RECEPTION, event_id=event.id)
    first, second = (new_visitor(viewport=PHONE).new_page() for _phone in range(2))
    for page in (first, second):
        sign_in(page, reception)
        page.goto(f"/events/{event.slug}/arrivals")
        expect(page.locator("main")).to_contain_text("Không có khách nào đang chờ đón.")
    first.get_by_role("button", name="Đang bật chuông").click()
    expect(first.get_by_role("button", name="Đã tắt chuông")).to_have_attribute("aria-pressed", "false")

    arrive(leader)

    for page in (first, second):
        expect(page.get_by_role("heading", name="Ông Đặng Văn Khuê")).to_be_visible()
        expect(page.locator("[data-arrivals-told]")).to_have_text("Ông Đặng Văn Khuê đã đến")
        assert fits(page)
        axe(page)
    first.reload()
    expect(first.get_by_role("button", name="Đã tắt chuông")).to_be_visible()  # the choice is remembered
    expect(first.get_by_role("heading", name="Ông Đặng Văn Khuê")).to_be_visible()
    expect(first.locator("html")).not_to_have_attribute("data-rung", "1")  # and so is who was told of

    second.get_by_role("button", name="Đã đón").click()

    expect(second.locator(".flashes")).to_contain_text("Đã ghi nhận: đã đón Ông Đặng Văn Khuê.")
    for page in (first, second):
        expect(page.locator(".coming-list--done")).to_contain_text("Phạm Thị Lễ đón")
    expect(second.locator("html")).to_have_attribute("data-rung", "1")
    db.session.rollback()
