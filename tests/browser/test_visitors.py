"""Visitors on their phones, people who count at the desk, lists on paper: readable for everybody, light and dark."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from eventsvc import clock, secrets
from eventsvc.checkins import paper_operations
from eventsvc.db import atomic, db
from eventsvc.visitors import operations, queries
from eventsvc.visitors.operations import Registrant
from tests import factories


@pytest.fixture
def fair(app):
    """An hour after the doors have opened: one place is left."""
    event = factories.data_notice(factories.approved_event(starts_at=clock.now() - timedelta(minutes=30)))
    with atomic():
        event.created_at = clock.now() - timedelta(days=3)
    main = factories.main_site(event)
    for name, position in (("Nguyễn Văn Minh", "Giám đốc"), ("Trần Thị Hoa", "Chủ tịch UBND xã")):
        factories.guest(main, full_name=name, honorific="Bà", position=position, organization_name="Sở Y tế")
    fair = operations.make_open_doors(
        event, site=main, sitting=event.sittings[0], title="Triển lãm sản phẩm chuyển đổi số",
        text="Hai mươi gian hàng của doanh nghiệp công nghệ trong tỉnh.\nTrẻ em đi cùng người lớn không cần đăng ký.",
        capacity=2, by=None,
    )  # fmt: skip
    operations.register(fair, Registrant("Phạm Thị Xem", "Trường THPT Trần Quốc Tuấn", "+84503000001", None))
    paper_operations.print_sheets(event, event.sittings[0], [main], blank_lines=3, by=None)
    return fair


def _shot(page, name):
    folder = os.environ.get("VIS_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_hold_their_width(page, fair, sign_in, axe, width, scheme):
    waiting = [
        operations.register(fair, Registrant(f"Người Chờ {n}", None, f"+8450300001{n}")) for n in (1, 2)
    ]
    own = [f"/visit/{secrets.unseal(visit.token_sealed)}" for visit in waiting]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, factories.organizer())
    base = f"/events/{fair.event.slug}"
    doors = f"{base}/open-doors"

    for path in (
        f"/p/{fair.event.slug}/visit/1", *own, doors, f"{doors}/new", f"{doors}/1", f"{doors}/1/edit",
        f"{doors}/1/count", f"{doors}/1/visits/1/cancel", f"{base}/checkins/paper", f"{base}/checkins/paper/1",
        f"{base}/checkins/paper?first=1&last=1",
    ):  # fmt: skip
        page.goto(path)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{path} is wider than {width} px"
        _shot(page, f"{width}{path}".replace("/", "_"))


def test_a_visitor_registers_on_a_phone_and_gives_the_place_up_again(page, fair, complaints):
    complaints.expect("422")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/p/{fair.event.slug}/visit/1")
    page.get_by_label("Họ và tên").fill("Đỗ Thị Thăm")
    page.get_by_label("Số điện thoại").fill("0503 000 222")
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    expect(page.get_by_text("Chỉ có thể giữ chỗ khi quý vị đồng ý.").first).to_be_visible()
    page.get_by_label("Tôi đồng ý cho sử dụng dữ liệu").check()
    page.get_by_role("button", name="Đăng ký", exact=True).click()

    expect(page.get_by_text("Quý vị đã có chỗ")).to_be_visible()
    picture = page.get_by_alt_text("Mã QR điểm danh")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_text("Tôi không đến được: hủy đăng ký").first.click()
    page.locator(".confirm__panel button").click()
    expect(page.get_by_text("Đăng ký này đã bị hủy")).to_be_visible()


def test_taps_at_the_desk_and_a_sheet_with_every_line_ticked(page, fair, sign_in):
    sign_in(page, factories.organizer())
    base = f"/events/{fair.event.slug}"
    page.goto(f"{base}/open-doors/1/count")
    page.get_by_role("button", name="+5 người").click()
    expect(page.locator(".tapping__number strong")).to_have_text("5")
    page.get_by_role("button", name="−1").click()
    expect(page.locator(".tapping__number strong")).to_have_text("4")

    page.goto(f"{base}/checkins/paper")
    page.get_by_label("Số của tờ").fill("1")
    page.get_by_role("button", name="Mở tờ").click()
    page.get_by_label("Chọn tất cả các dòng").check()
    page.get_by_role("button", name="Nhập tờ này").click()

    expect(page.get_by_text("Đã ghi nhận 3 người.")).to_be_visible()
    db.session.rollback()
    assert queries.registered(fair).came == 1
