"""The ways to record somebody on the page at the door, in a real browser."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc.checkins import queries
from eventsvc.checkins.models import Profile, Scan
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.guests.models import Guest
from tests.browser import scan_pages
from tests.browser.phones import shoot
from tests.browser.scan_pages import WITHOUT_NETWORK, answer, press, stored, type_code


@pytest.fixture
def ceremony(app):
    return scan_pages.Ceremony()


@pytest.fixture
def door(ceremony, new_visitor):
    return scan_pages.door(ceremony, new_visitor)


def test_exits_are_recorded_until_somebody_turns_back_to_entries(ceremony, door):
    page, code = door(), ceremony.code(ceremony.minh)
    type_code(page, code)
    expect(answer(page)).to_contain_text("Mời vào")

    press(page, "Ra")
    expect(answer(page)).to_contain_text("Đang ghi lượt ra")
    expect(page.locator("#leaving")).to_have_text("Đang ghi lượt RA")
    type_code(page, code)
    expect(answer(page)).to_contain_text("Đã ghi nhận lượt ra")
    expect(page.locator("#way-out")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#leaving")).to_be_visible()
    press(page, "Vào")
    expect(page.locator("#leaving")).to_be_hidden()
    type_code(page, code)
    expect(answer(page)).to_contain_text("Mời vào")

    assert [scan[0] for scan in stored()] == ["entry", "exit", "entry"]


def test_people_are_found_without_tone_marks_and_recorded_by_hand(ceremony, door):
    page = door(profile=Profile.SEARCH)

    press(page, "Tìm theo tên")
    page.keyboard.type("nguyen van mi")
    expect(page.locator("#people li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(answer(page)).to_contain_text("Mời vào")
    expect(answer(page)).to_contain_text("Ông Nguyễn Văn Minh")
    assert stored() == [("entry", "manual", "admitted", None)]


def test_a_guest_of_another_site_found_by_name_needs_a_reason(ceremony, door):
    page = door(profile=Profile.SEARCH)

    press(page, "Tìm theo tên")
    page.get_by_label("Họ tên, có thể gõ không dấu").fill("le van tam")
    expect(page.locator("#people li")).to_contain_text("Thuộc điểm cầu Trường Đại học Phạm Văn Đồng")
    press(page, "Ghi lượt vào: Lê Văn Tám")
    press(page, "Cho vào tại đây")
    expect(page.locator(".people__why .error")).to_have_text("Hãy nêu lý do.")
    page.get_by_label("Lý do cho vào tại đây").last.fill("Đi cùng đoàn của tỉnh")
    press(page, "Cho vào tại đây")

    expect(answer(page)).to_contain_text("Mời vào")
    assert stored() == [("entry", "manual", "admitted", "Đi cùng đoàn của tỉnh")]


def test_without_network_people_of_the_site_are_found_in_the_list_of_the_phone(ceremony, door, complaints):
    complaints.expect(*WITHOUT_NETWORK)
    page = door(profile=Profile.SEARCH)

    page.context.set_offline(True)
    press(page, "Tìm theo tên")
    page.keyboard.type("minh")
    expect(page.locator("#search-said")).to_contain_text("chỉ tìm được khách của điểm cầu này")
    press(page, "Ghi lượt vào: Nguyễn Văn Minh")

    expect(answer(page)).to_contain_text("Mời vào")
    expect(answer(page)).to_contain_text("Xác định khi ngoại tuyến")
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_have_text("Đã gửi hết")
    assert stored() == [("entry", "manual", "admitted", None)]


def test_somebody_without_a_letter_is_recorded_with_name_agency_and_host(ceremony, door):
    page = door(profile=Profile.SEARCH)

    press(page, "Khách vãng lai")
    press(page, "Ghi nhận khách")
    expect(page.locator("#walk-in-error")).to_have_text("Hãy nhập họ tên.")
    page.get_by_label("Họ và tên").fill("Trần Thị Hoa")
    page.get_by_label("Cơ quan, đơn vị").fill("Báo Quảng Ngãi")
    press(page, "Ghi nhận khách")
    expect(page.locator("#walk-in-error")).to_have_text("Hãy ghi rõ là khách của ai, hoặc lý do đến.")
    page.get_by_label("Khách của ai, hoặc lý do đến").fill("Khách của Văn phòng UBND tỉnh")
    press(page, "Ghi nhận khách")

    expect(answer(page)).to_contain_text("Mời vào")
    expect(answer(page)).to_contain_text("Trần Thị Hoa")
    assert stored() == [("entry", "manual", "admitted", "Khách của Văn phòng UBND tỉnh")]
    guest = db.session.scalar(sa.select(Guest).where(Guest.is_walk_in))
    assert (guest.person.full_name, guest.site_id) == ("Trần Thị Hoa", ceremony.main.id)


def test_a_phone_that_only_scans_offers_neither_names_nor_undoing(ceremony, door):
    page = door(profile=Profile.SCAN)

    type_code(page, ceremony.code(ceremony.minh))
    expect(page.locator("#recent")).to_contain_text("Ông Nguyễn Văn Minh – Mời vào")

    for name in ("Tìm theo tên", "Khách vãng lai", "Hủy lượt này"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_a_head_of_the_door_undoes_an_entry_with_a_reason(ceremony, door):
    page = door()
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")

    page.get_by_role("button", name="Hủy lượt này").click()
    press(page, "Hủy lượt vào")
    expect(page.locator("#undo-error")).to_have_text("Hãy nêu lý do.")
    page.get_by_label("Lý do hủy").fill("Quét nhầm thẻ")
    press(page, "Hủy lượt vào")

    expect(answer(page)).to_contain_text("Lượt vào không còn được tính")
    expect(page.locator("#recent .latest--blue")).to_have_count(2)
    assert [(kind, outcome, reason) for kind, _mode, outcome, reason in stored()] == [
        ("entry", "admitted", None),
        ("annul", "annulled", "Quét nhầm thẻ"),
    ]
    assert queries.head_counts(ceremony.event, ceremony.event.sittings[0]) == {}


def test_the_sitting_is_chosen_where_there_are_several(ceremony, door):
    with atomic():
        afternoon = events.add_sitting(ceremony.event, title="Phiên chiều", by=None)
    page = door()

    expect(page.get_by_label("Phiên", exact=True)).to_be_visible()
    page.get_by_label("Phiên", exact=True).select_option(str(afternoon.number))
    type_code(page, ceremony.code(ceremony.minh))
    expect(page.locator("#recent li")).to_have_count(1)

    db.session.rollback()
    assert db.session.scalar(sa.select(Scan.sitting_id)) == afternoon.id


def test_a_phone_of_every_site_says_where_it_stands_before_it_lets_anybody_in(ceremony, door):
    page, code = door(site=None), ceremony.code(ceremony.tam)

    type_code(page, code)
    expect(answer(page)).to_contain_text("Điểm cầu nào?")
    page.get_by_label("Điểm cầu", exact=True).select_option("Trường Đại học Phạm Văn Đồng")
    type_code(page, code)

    expect(answer(page)).to_contain_text("Ông Lê Văn Tám")
    assert stored() == [("entry", "online", "admitted", None)]


def test_a_hand_scanner_closes_the_sheet_and_one_that_a_keyboard_program_mangled_is_told(ceremony, door):
    page = door()
    press(page, "Khách vãng lai")

    shoot(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#walk-in-name")).to_have_value("")
    page.evaluate(MANGLED)
    expect(answer(page)).to_contain_text("Chuyển bộ gõ sang tiếng Anh rồi quét lại")

    assert len(stored()) == 1


MANGLED = """
for (const [key, code] of [..."7H3KD"].map((one) => [one, `Key${one}`]).concat(
  [["Backspace", "Backspace"], ["Đ", ""]], [..."9Q2W4T"].map((one) => [one, `Key${one}`]), [["Enter", "Enter"]],
)) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
"""


def test_an_input_method_that_hides_the_letters_does_not_hide_the_keys(ceremony, door):
    page = door()
    code = ceremony.code(ceremony.minh)
    keys = [{"key": "Process", "code": f"Digit{one}" if one.isdigit() else f"Key{one}"} for one in code] + [
        {"key": "Process", "code": "Enter"}
    ]

    page.evaluate(
        """(keys) => { for (const one of keys) document.body.dispatchEvent(
             new KeyboardEvent("keydown", { ...one, bubbles: true, cancelable: true })); }""",
        keys,
    )

    expect(answer(page)).to_contain_text("Mời vào")
