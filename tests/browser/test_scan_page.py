"""Everything people see and press on the page at the door, in a real browser."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc import clock
from eventsvc.checkins import operations, queries
from eventsvc.checkins.models import Profile, Scan
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.guests.models import Guest
from eventsvc.visitors.models import Tally
from tests.browser.phones import PHONE, shoot
from tests.browser.test_scan import Ceremony, answer, type_code

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
WITHOUT_NETWORK = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch")


@pytest.fixture
def ceremony(app):
    return Ceremony()


@pytest.fixture
def door(ceremony, new_visitor):
    """A phone at the main site with the rights of a head of the door, unless others are named."""

    def enrol(name="Cửa 1", profile=Profile.SUPERVISOR, site=..., script=None, is_listed=True, **options):
        site = ceremony.main if site is ... else site
        _row, token = operations.create_enrolment(
            ceremony.event, site=site, name=name, profile=profile, by=None
        )
        context = new_visitor(**{**PHONE, **options})
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(f"/scan/enrol/{token}")
        page.get_by_role("button", name="Dùng điện thoại này").click()
        page.wait_for_url("**/scan")
        expect(answer(page)).to_contain_text("Sẵn sàng quét")
        if is_listed:
            expect(page.locator("#state")).to_contain_text("Danh sách lúc")
        return page

    return enrol


def stored():
    db.session.rollback()
    rows = db.session.scalars(sa.select(Scan).order_by(Scan.id))
    return [(scan.kind.value, scan.mode.value, scan.outcome.value, scan.reason) for scan in rows]


def press(page, name, **options):
    page.get_by_role("button", name=name, exact=True, **options).click()


# --- Every answer ---------------------------------------------------------------------------------------

WHO = {
    "honorific": "Ông",
    "name": "Nguyễn Văn Minh",
    "position": "Phó Giám đốc",
    "organization": "Sở Nội vụ",
    "seat": "A12",
}
FIRST = {
    "at": "2026-01-01T00:52:00+00:00",
    "site": "main",
    "site_name": "Trung tâm IOC tỉnh",
    "device": "Cửa 2",
}
SITE = {"code": "pvd", "name": "Trường Đại học Phạm Văn Đồng"}
ANSWERS = [
    (
        {
            "outcome": "admitted",
            "guest": {**WHO, "note": "Đại biểu VIP; đã báo vắng"},
            "flags": ["attention", "clock_suspect"],
        },
        "green",
        "check",
        ["Mời vào", "Ông Nguyễn Văn Minh", "Phó Giám đốc, Sở Nội vụ", "Ghế A12"]
        + ["Lưu ý: Đại biểu VIP; đã báo vắng", "Đồng hồ của máy này có thể sai"],
    ),
    (
        {"outcome": "rescan", "guest": WHO, "first": FIRST},
        "green",
        "check",
        ["Vừa ghi nhận", "Đã vào lúc 07:52 01/01, Cửa 2"],
    ),
    (
        {"outcome": "repeat", "guest": WHO, "first": FIRST},
        "amber",
        "history",
        ["Đã vào rồi", "Đã vào lúc 07:52 01/01, Cửa 2", "Ông Nguyễn Văn Minh"],
    ),
    (
        {"outcome": "cross_site", "guest": WHO, "first": FIRST},
        "amber",
        "place",
        ["Đã vào ở điểm cầu khác", "Đã vào tại Trung tâm IOC tỉnh lúc 07:52"],
    ),
    (
        {"outcome": "other_site", "expected_site": SITE},
        "amber",
        "place",
        ["Thuộc điểm cầu khác", "Thuộc điểm cầu Trường Đại học Phạm Văn Đồng"],
    ),
    (
        {"outcome": "not_yet", "doors": {"opens": "2100-01-01T00:30:00+00:00", "closes": None}},
        "amber",
        "clock",
        ["Cửa chưa mở", "Cửa mở lúc 07:30"],
    ),
    (
        {"outcome": "not_yet", "doors": {"opens": None, "closes": "2026-01-01T00:30:00+00:00"}},
        "amber",
        "clock",
        ["Cửa đã đóng", "Cửa đã đóng lúc 07:30 01/01"],
    ),
    ({"outcome": "revoked", "guest": WHO}, "red", "cross", ["Mã đã thu hồi", "gọi trưởng cửa"]),
    ({"outcome": "cancelled"}, "red", "cross", ["Chương trình đã hủy"]),
    ({"outcome": "other_event"}, "red", "cross", ["Mã của chương trình khác"]),
    ({"outcome": "unknown"}, "red", "cross", ["Không hợp lệ"]),
    ({"outcome": "exited", "guest": WHO}, "blue", "signout", ["Đã ghi nhận lượt ra", "Ông Nguyễn Văn Minh"]),
    (
        {"outcome": None, "status": "quarantined"},
        "red",
        "warn",
        ["Không được tiếp nhận", "Ghi họ tên ra giấy"],
    ),
]


def test_every_answer_has_its_colour_its_icon_its_words_its_sound_and_its_tremble(door):
    page = door(script=SENSES)
    said = {}
    page.route("**/api/v1/scans", lambda route: route.fulfill(json=_reply(route.request, said["next"])))

    for number, (result, colour, drawing, words) in enumerate(ANSWERS):
        said["next"] = result
        page.evaluate("window.felt = window.heard = 0")
        type_code(page, f"{number:026}")
        for sentence in words:
            expect(answer(page)).to_contain_text(sentence)
        expect(answer(page)).to_have_class(f"answer answer--{colour} is-new")
        expect(answer(page).locator("use").first).to_have_attribute("href", _ends_with(f"#{drawing}"))
        assert page.evaluate("[window.heard > 0, window.felt > 0]") == [True, True], result


SENSES = """
window.heard = 0; window.felt = 0; window.locks = 0;
navigator.vibrate = () => { window.felt += 1; return true; };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.heard += 1; return start.apply(this, when); };
if (navigator.wakeLock) navigator.wakeLock.request = async () => { window.locks += 1; return new EventTarget(); };
"""


def _reply(request, result):
    scan_id = request.post_data_json["scans"][0]["scan_id"]
    whole = {"status": "stored", "flags": [], **result, "scan_id": scan_id}
    return {"server_time": clock.now().isoformat(), "store_epoch": "", "results": [whole]}


def _ends_with(words):
    return re.compile(re.escape(words) + "$")


# --- Ways to record --------------------------------------------------------------------------------------


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


# --- The line at the top, and what comes late --------------------------------------------------------------


def test_what_waits_is_said_and_shown_and_a_light_that_was_wrong_is_called_out(ceremony, door, complaints):
    complaints.expect(*WITHOUT_NETWORK)
    code = ceremony.code(ceremony.minh)
    page, other = door(), door("Cửa 2")

    page.context.set_offline(True)
    type_code(other, code)
    expect(answer(other)).to_contain_text("Mời vào")
    type_code(page, code)
    expect(answer(page)).to_contain_text("Mời vào")
    expect(page.locator("#state-line")).to_contain_text("Ngoại tuyến – 1 lượt chờ đồng bộ")
    press(page, "Chi tiết")
    expect(page.locator("#queue-list")).to_contain_text("đã hiện: Mời vào")
    expect(page.locator("#queue-list")).not_to_contain_text("Minh")
    page.keyboard.press("Escape")
    type_code(page, "khong phai ma")
    expect(answer(page)).to_contain_text("Không hợp lệ")
    page.context.set_offline(False)

    expect(page.locator("#alarms")).to_contain_text(
        "máy đã hiện “Mời vào”, kết quả đối chiếu là “Đã vào rồi”"
    )
    expect(page.locator("#state-line")).to_contain_text("Trực tuyến")
    expect(answer(page)).to_contain_text("Không hợp lệ")  # the next guest is not interrupted
    expect(page.locator("#recent")).to_contain_text("Ông Nguyễn Văn Minh – Đã vào rồi")
    press(page, "Đã rõ")
    expect(page.locator("#alarms")).to_be_hidden()


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


# --- Settings ---------------------------------------------------------------------------------------------


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


# --- Hand scanners and sheets --------------------------------------------------------------------------------


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


# --- For everybody ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "size"),
    [("light", PHONE), ("dark", PHONE), ("light", TABLET)],
    ids=["light", "dark", "tablet"],
)
def test_every_part_of_the_page_is_readable_and_fits(ceremony, door, axe, complaints, scheme, size):
    complaints.expect(*WITHOUT_NETWORK)
    page = door(color_scheme=scheme, reduced_motion="reduce", **size)

    def looked_at():
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    press(page, "Cài đặt")
    page.get_by_label("Đếm tay (mở cửa đón khách)").check()
    looked_at()
    press(page, "Đóng")
    press(page, "Tìm theo tên")
    page.keyboard.type("le van tam")
    press(page, "Ghi lượt vào: Lê Văn Tám")
    looked_at()
    press(page, "Đóng")
    for sheet in ("Khách vãng lai", "Chuẩn bị ngoại tuyến", "Chi tiết"):
        press(page, sheet)
        looked_at()
        press(page, "Đóng")
    type_code(page, ceremony.code(ceremony.minh))
    expect(answer(page)).to_contain_text("Mời vào")
    looked_at()
    page.context.set_offline(True)
    press(page, "Ra")
    type_code(page, ceremony.code(ceremony.minh))
    expect(page.locator("#state-line")).to_contain_text("Ngoại tuyến")
    looked_at()
    small = page.evaluate(SMALL_TARGETS)
    assert small == []


SMALL_TARGETS = """[...document.querySelectorAll("#scan button, #scan select, #scan input:not([type=checkbox])")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44 - 0.5)
  .map((one) => one.id || one.textContent)"""
