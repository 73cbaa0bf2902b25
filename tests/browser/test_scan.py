"""The scanner page in a real browser: camera, native detector, typed code, hand scanner, no network."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc import qr
from eventsvc.checkins import operations
from eventsvc.checkins.models import Profile, Scan
from eventsvc.db import db
from tests.browser import scan_pages
from tests.browser.phones import PHONE, shoot
from tests.browser.scan_pages import answer, type_code


@pytest.fixture
def ceremony(app):
    return scan_pages.Ceremony()


@pytest.fixture
def door(ceremony, new_visitor):
    """A phone enrolled as people do it: open the address of the code, press the button."""

    def enrol(name="Cửa 1", site=None, has_list=True, profile=Profile.SCAN, **options):
        page = new_visitor(**{**PHONE, **options}).new_page()
        if not has_list:
            page.context.route("**/devices/me/bundle", lambda route: route.fulfill(status=403, body="{}"))
        page.goto(f"/scan/enrol/{ceremony.enrolment(name, site, profile)}")
        page.get_by_role("button", name="Dùng điện thoại này").click()
        page.wait_for_url("**/scan")
        expect(page.locator("#answer")).to_contain_text("Sẵn sàng quét")
        return page

    return enrol


def stored():
    db.session.rollback()
    return [(scan.outcome.value, scan.seq) for scan in db.session.scalars(sa.select(Scan).order_by(Scan.id))]


def test_a_pass_before_the_camera_is_green_in_words_and_amber_at_the_next_door(
    ceremony, door, camera, complaints
):
    camera.show(qr.png(ceremony.code(ceremony.minh)))
    first, second = door("Cửa 1"), door("Cửa 2")

    first.get_by_role("button", name="Bật camera").click()
    expect(answer(first)).to_contain_text("Mời vào")
    second.get_by_role("button", name="Bật camera").click()
    expect(answer(second)).to_contain_text("Đã vào rồi")

    for words in ("Ông Nguyễn Văn Minh", "Phó Giám đốc, Sở Thông tin và Truyền thông", "Ghế A12"):
        expect(answer(first)).to_contain_text(words)
    expect(answer(first)).to_have_class("answer answer--green is-new")
    expect(answer(second)).to_have_class("answer answer--amber is-new")
    expect(answer(second)).to_contain_text("Cửa 1")
    expect(first.locator("#waiting")).to_have_text("Đã gửi hết")
    first.wait_for_timeout(4000)  # the pass is still before the camera: it is one scan, not many
    assert stored() == [("admitted", 1), ("repeat", 1)]


def test_a_detector_of_the_browser_is_used_when_it_really_reads_qr(ceremony, new_visitor, camera):
    code = ceremony.code(ceremony.minh)
    page = _with_detector(new_visitor, ceremony, f"async detect() {{ return [{{ rawValue: '{code}' }}] }}")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_role("button", name="Bật camera").click()

    expect(answer(page)).to_contain_text("Mời vào")
    assert not [url for url in asked if "zxing" in url]


def test_a_detector_that_only_claims_to_read_is_replaced(ceremony, new_visitor, camera):
    camera.show(qr.png(ceremony.code(ceremony.minh)))
    page = _with_detector(
        new_visitor, ceremony, "async detect() { throw new DOMException('no', 'NotSupportedError') }"
    )

    page.get_by_role("button", name="Bật camera").click()

    expect(answer(page)).to_contain_text("Mời vào")


def _with_detector(new_visitor, ceremony, method):
    context = new_visitor(**PHONE)
    formats = "static async getSupportedFormats() { return ['qr_code'] }"
    context.add_init_script(f"window.BarcodeDetector = class {{ {formats} {method} }}")
    page = context.new_page()
    page.goto(f"/scan/enrol/{ceremony.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    return page


def test_codes_are_typed_or_come_from_a_hand_scanner_wherever_the_focus_is(ceremony, door):
    page, code = door(), ceremony.code(ceremony.minh)

    type_code(page, f"{code[:9].lower()} {code[9:]}")
    expect(answer(page)).to_contain_text("Mời vào")
    page.get_by_role("button", name="Bật camera").focus()
    shoot(page, "0000000000000000000000000A")
    expect(answer(page)).to_contain_text("Không hợp lệ")
    page.get_by_label("Mã trên thẻ mời").fill(code)
    shoot(page, code)
    expect(answer(page)).to_contain_text("Vừa ghi nhận")

    expect(page.get_by_label("Mã trên thẻ mời")).to_have_value("")
    assert stored() == [("admitted", 1), ("unknown", 2), ("rescan", 3)]


def test_slow_typing_is_not_a_hand_scanner(ceremony, door):
    page = door()

    page.locator("body").press_sequentially("12345678", delay=120)
    page.keyboard.press("Enter")
    type_code(page, ceremony.code(ceremony.minh))

    expect(answer(page)).to_contain_text("Mời vào")
    assert stored() == [("admitted", 1)]


def test_a_guest_of_another_site_is_let_in_with_a_reason(ceremony, door):
    page = door(profile=Profile.SEARCH)

    type_code(page, ceremony.code(ceremony.tam))
    expect(answer(page)).to_contain_text("Thuộc điểm cầu Trường Đại học Phạm Văn Đồng")
    expect(answer(page)).not_to_contain_text("Tám")
    page.get_by_label("Lý do cho vào tại đây").fill("Đi cùng đoàn của tỉnh")
    page.get_by_role("button", name="Cho vào tại đây").click()
    expect(answer(page)).to_contain_text("Ông Lê Văn Tám")

    assert stored() == [("other_site", 1), ("admitted", 2)]
    expect(page.locator("#admit")).to_be_hidden()


def test_the_next_code_typed_as_a_reason_is_a_scan_and_lets_nobody_else_in(ceremony, door):
    page = door(profile=Profile.SEARCH)

    type_code(page, ceremony.code(ceremony.tam))
    expect(answer(page)).to_contain_text("Thuộc điểm cầu Trường Đại học Phạm Văn Đồng")
    page.get_by_label("Lý do cho vào tại đây").fill(ceremony.code(ceremony.minh))
    page.get_by_role("button", name="Cho vào tại đây").click()
    expect(answer(page)).to_contain_text("Mời vào")

    assert stored() == [("other_site", 1), ("admitted", 2)]
    expect(answer(page)).not_to_contain_text("Tám")


def test_without_network_no_light_is_green_and_the_scan_is_sent_when_it_is_back(ceremony, door, complaints):
    complaints.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    page = door(has_list=False)

    page.context.set_offline(True)
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Chưa xác nhận được")
    expect(answer(page)).to_contain_text("Ghi họ tên ra giấy")
    expect(answer(page)).to_have_class("answer answer--amber is-new")
    expect(page.locator("#waiting")).to_have_text("Chưa gửi: 1 lượt")
    assert stored() == []
    page.context.set_offline(False)

    expect(answer(page)).to_contain_text("Mời vào")
    expect(page.locator("#waiting")).to_have_text("Đã gửi hết")
    assert stored() == [("admitted", 1)]


def test_a_scan_that_was_not_sent_survives_closing_the_page(ceremony, door, complaints):
    complaints.expect("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    page = door()
    page.context.set_offline(True)
    type_code(page, ceremony.code(ceremony.minh))
    expect(page.locator("#waiting")).to_have_text("Chưa gửi: 1 lượt")
    page.context.set_offline(False)

    page.close()
    again = page.context.new_page()
    again.goto("/scan")

    expect(again.locator("#waiting")).to_have_text("Đã gửi hết")
    assert stored() == [("admitted", 1)]
    type_code(again, ceremony.code(ceremony.tam))
    expect(answer(again)).to_contain_text("Thuộc điểm cầu")
    assert stored() == [("admitted", 1), ("other_site", 2)]


def test_an_answer_that_got_lost_is_asked_for_again_and_stored_once(ceremony, door, complaints):
    complaints.expect("ERR_FAILED", "Failed to load resource")
    page = door()
    lost = []

    def lose_the_first(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/api/v1/scans", lose_the_first)
    type_code(page, ceremony.code(ceremony.minh))

    expect(answer(page)).to_contain_text("Mời vào")
    assert lost == [200]
    assert stored() == [("admitted", 1)]


def test_a_phone_that_cannot_store_never_shows_green(ceremony, door):
    page = door()
    full = "throw new DOMException('full', 'QuotaExceededError')"
    page.evaluate(f"() => {{ IDBObjectStore.prototype.add = () => {{ {full} }} }}")

    type_code(page, ceremony.code(ceremony.minh))

    expect(answer(page)).to_contain_text("Không ghi nhận được")
    expect(answer(page)).to_contain_text("Hãy dùng giấy")
    expect(answer(page)).to_have_class("answer answer--red is-new")
    assert stored() == []


def test_a_phone_that_was_shut_out_is_told_and_keeps_nothing_from_the_organizer(
    ceremony, door, app, complaints
):
    complaints.expect("status of 401")
    page = door()
    device = db.session.scalar(sa.select(operations.Device))
    operations.revoke_device(device, by=None)

    type_code(page, ceremony.code(ceremony.minh))

    expect(page.locator("#recent")).to_contain_text("Không được tiếp nhận")
    expect(page.locator("#state")).to_contain_text("Điện thoại này đã bị thu hồi")
    expect(answer(page)).to_contain_text("Thiết bị đã bị thu hồi")
    expect(page.locator("#door")).not_to_contain_text("Minh")
    assert stored() == []


def test_a_phone_that_is_not_enrolled_says_what_to_do(page, ceremony, axe):
    page.goto("/scan")

    expect(page.get_by_role("heading", name="Điện thoại này chưa được đăng ký")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_by_everybody(ceremony, door, axe, scheme):
    page = door(color_scheme=scheme, reduced_motion="reduce")
    axe(page)
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")
    axe(page)
    type_code(page, ceremony.code(ceremony.tam))
    expect(answer(page)).to_contain_text("Thuộc điểm cầu")
    axe(page)
    type_code(page, "garbage")
    expect(answer(page)).to_contain_text("Không hợp lệ")
    axe(page)


def test_a_person_who_reads_english_sees_english(ceremony, door):
    page = door()

    page.get_by_role("button", name="English").click()
    expect(answer(page)).to_contain_text("Ready to scan")
    page.get_by_label("Code on the pass").fill(ceremony.code(ceremony.minh))
    page.get_by_role("button", name="Check", exact=True).click()

    expect(answer(page)).to_contain_text("Please enter")
