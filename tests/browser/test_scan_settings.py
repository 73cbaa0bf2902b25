"""How a phone at the door is prepared, set and given back, in a real browser."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc.db import db
from eventsvc.visitors.models import Tally
from tests.browser import scan_pages
from tests.browser.phones import shoot
from tests.browser.scan_pages import SENSES, TABLET, WITHOUT_NETWORK, answer, press, stored, type_code


@pytest.fixture
def ceremony(app):
    return scan_pages.Ceremony()


@pytest.fixture
def door(ceremony, new_visitor):
    return scan_pages.door(ceremony, new_visitor)


def test_a_phone_is_given_back_only_when_nothing_waits(ceremony, door, complaints):
    complaints.expect(*WITHOUT_NETWORK)
    code, page = ceremony.code(ceremony.minh), door()
    page.context.set_offline(True)
    type_code(page, code)
    expect(answer(page)).to_contain_text("Mời vào")

    press(page, "Cài đặt")
    press(page, "Ngừng dùng điện thoại này")
    press(page, "Ngừng dùng và xóa")
    expect(page.locator("#forget-error")).to_have_text("Còn 1 lượt chưa gửi. Hãy chờ đến khi gửi hết.")
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_have_text("Đã gửi hết")
    press(page, "Ngừng dùng điện thoại này")
    press(page, "Ngừng dùng và xóa")

    expect(page.get_by_role("heading", name="Điện thoại này chưa được đăng ký")).to_be_visible()
    assert [scan[2] for scan in stored()] == ["admitted"]


def test_the_phone_is_prepared_step_by_step_until_everything_has_its_tick(door):
    page = door()

    press(page, "Chuẩn bị ngoại tuyến")

    ready = "Đã sẵn sàng. Máy này làm việc được khi ngoại tuyến."
    expect(page.locator("#verdict")).to_have_text(ready, timeout=60_000)
    expect(page.locator(".checks__one--open")).to_have_count(0)
    for step in ("Trang quét đã lưu trong máy", "Danh sách khách đã có trong máy", "Đồng hồ đúng giờ"):
        expect(page.locator("#checks")).to_contain_text(step)
    expect(page.locator("#install-note")).to_contain_text("Thêm vào màn hình chính")
    page.evaluate(OFFER)
    press(page, "Đưa lên màn hình chính")
    assert page.evaluate("window.prompted") is True


OFFER = """
const offer = new Event("beforeinstallprompt");
offer.prompt = () => { window.prompted = true; };
dispatchEvent(offer);
"""


def test_a_clock_that_is_wrong_is_said_in_minutes(door):
    page = door(script="const now = Date.now; Date.now = () => now() - 7 * 60000;")

    expect(page.locator("#state-line")).to_contain_text("Đồng hồ của máy chậm 7 phút")


def test_an_address_without_https_says_what_it_costs(ceremony, door):
    page = door(is_listed=False, script="Object.defineProperty(window, 'isSecureContext', { value: false });")

    expect(page.locator("#insecure")).to_contain_text("Hãy mở trang này bằng https")
    expect(page.get_by_role("button", name="Bật camera")).to_be_hidden()
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")


def test_the_language_changes_without_network_and_is_remembered(ceremony, door, complaints):
    complaints.expect(*WITHOUT_NETWORK)
    page = door()

    page.context.set_offline(True)
    press(page, "English")
    expect(answer(page)).to_contain_text("Ready to scan")
    expect(page.get_by_label("Code on the pass")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#open-settings")).to_have_attribute("aria-label", "Settings")
    page.context.set_offline(False)
    page.reload()

    expect(answer(page)).to_contain_text("Ready to scan")
    press(page, "Tiếng Việt")
    expect(answer(page)).to_contain_text("Sẵn sàng quét")


def test_sound_and_tremble_are_switched_off_and_stay_so(ceremony, door):
    page = door(script=SENSES)
    press(page, "Cài đặt")
    page.get_by_label("Âm thanh").uncheck()
    page.get_by_label("Rung").uncheck()
    press(page, "Đóng")

    page.reload()
    expect(answer(page)).to_contain_text("Sẵn sàng quét")
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")

    assert page.evaluate("[window.heard, window.felt]") == [0, 0]


def test_the_screen_is_kept_on_and_asked_for_again_when_the_page_comes_back(door):
    page = door(script=SENSES)
    press(page, "Cài đặt")
    expect(page.locator("#awake")).to_have_text("Màn hình luôn sáng khi trang này đang mở.")
    assert page.evaluate("window.locks") == 1

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert page.evaluate("window.locks") == 2
    expect(page.locator("#awake")).to_have_text("Màn hình luôn sáng khi trang này đang mở.")


def test_people_are_counted_by_a_tap_only_where_it_is_switched_on(door):
    page = door()
    expect(page.get_by_role("button", name="Đếm thêm một người")).to_be_hidden()
    press(page, "Cài đặt")
    page.get_by_label("Đếm tay (mở cửa đón khách)").check()
    press(page, "Đóng")

    for _tap in range(3):
        press(page, "Đếm thêm một người")
    press(page, "Bớt một người")
    expect(page.locator("#tally-count")).to_have_text("Đã đếm tay hôm nay: 2 người")
    page.reload()

    expect(page.locator("#tally-count")).to_have_text("Đã đếm tay hôm nay: 2 người")
    expect(page.locator("#waiting")).to_have_text("Đã gửi hết")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.sum(Tally.people))) == 2


def test_a_kiosk_has_nothing_to_press_and_is_left_only_with_its_pin(ceremony, door):
    page = door(**TABLET)
    press(page, "Cài đặt")
    page.get_by_label("Mã PIN, 4–8 chữ số").fill("12")
    press(page, "Bắt đầu tự quét")
    expect(page.locator("#kiosk-error")).to_have_text("Mã PIN gồm từ 4 đến 8 chữ số.")
    page.get_by_label("Mã PIN, 4–8 chữ số").fill("2580")
    press(page, "Bắt đầu tự quét")

    expect(answer(page)).to_contain_text("Xin mời đưa mã trên giấy mời vào trước camera")
    page.reload()
    expect(page.get_by_role("button", name="Dành cho cán bộ")).to_be_visible()
    for hidden in ("Cài đặt", "Tìm theo tên", "Khách vãng lai", "Chuẩn bị ngoại tuyến", "Ra", "Chi tiết"):
        expect(page.get_by_role("button", name=hidden, exact=True)).to_have_count(0)
    shoot(page, ceremony.code(ceremony.tam))
    expect(answer(page)).to_contain_text("Xin mời quý khách gặp cán bộ đón tiếp")
    expect(page.locator("#admit")).to_be_hidden()

    press(page, "Dành cho cán bộ")
    page.get_by_label("Mã PIN", exact=True).fill("0000")
    press(page, "Thoát chế độ tự quét")
    expect(page.locator("#leave-error")).to_have_text("Mã PIN không đúng.")
    page.get_by_label("Mã PIN", exact=True).fill("2580")
    press(page, "Thoát chế độ tự quét")
    expect(page.get_by_role("button", name="Cài đặt")).to_be_visible()
