"""What the page at the door answers, in a real browser: every light, also a wrong one, readable for everybody."""

import re

import pytest
from playwright.sync_api import expect

from eventsvc import clock
from tests.browser import scan_pages
from tests.browser.phones import PHONE
from tests.browser.scan_pages import SENSES, TABLET, WITHOUT_NETWORK, answer, press, type_code


@pytest.fixture
def ceremony(app):
    return scan_pages.Ceremony()


@pytest.fixture
def door(ceremony, new_visitor):
    return scan_pages.door(ceremony, new_visitor)


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


def _reply(request, result):
    scan_id = request.post_data_json["scans"][0]["scan_id"]
    whole = {"status": "stored", "flags": [], **result, "scan_id": scan_id}
    return {"server_time": clock.now().isoformat(), "store_epoch": "", "results": [whole]}


def _ends_with(words):
    return re.compile(re.escape(words) + "$")


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
