"""The agenda builder in a real browser: plans rebuilt by hand, rows dragged, keys alone, two people at once."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from eventsvc.agenda import operations as agenda
from eventsvc.agenda import queries
from eventsvc.agenda.models import RitualRole
from eventsvc.db import db
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from tests import factories

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)

IOC_LAUNCH = [
    ("opening", "Tuyên bố lý do và giới thiệu đại biểu.", None),
    ("clip", "Chiếu clip giới thiệu về quá trình xây dựng IOC Quảng Ngãi.", None),
    ("speech", "Phát biểu của Lãnh đạo UBND tỉnh Quảng Ngãi.", "Lãnh đạo UBND tỉnh Quảng Ngãi"),
    (
        "speech",
        "Phát biểu của Lãnh đạo Tập đoàn Bưu chính Viễn thông Việt Nam.",
        "Lãnh đạo Tập đoàn Bưu chính Viễn thông Việt Nam",
    ),
    ("demo", "Giới thiệu, trình diễn thực tế IOC Quảng Ngãi.", None),
    ("button_ceremony", "Nghi lễ khai trương IOC Quảng Ngãi.", None),
    (
        "adoption",
        "Thông qua chương trình hợp tác xây dựng Chiến lược chuyển đổi số tỉnh Quảng Ngãi đến năm 2025, định "
        "hướng đến năm 2030.",
        None,
    ),
    ("signing", "Nghi lễ Ký kết hợp tác.", None),
    ("closing", "Kết thúc chương trình.", None),
]
IOC_RITUALS = {
    6: (
        "Thành phần đại biểu mời tham gia thực hiện Nghi lễ bấm nút khai trương",
        {"Số người nhấn nút": "7"},
        [
            ("presser", "Đại diện Thường trực Tỉnh ủy.", "Thường trực Tỉnh ủy"),
            ("presser", "Đại diện Lãnh đạo HĐND tỉnh.", "HĐND tỉnh"),
            ("presser", "Đại diện Lãnh đạo UBND tỉnh.", "UBND tỉnh"),
            ("presser", "Đại diện Lãnh đạo Tập đoàn BCVT Việt Nam.", "Tập đoàn BCVT Việt Nam"),
            ("presser", "Đại diện Lãnh đạo Văn phòng UBND tỉnh.", "Văn phòng UBND tỉnh"),
            ("presser", "Đại diện Lãnh đạo Sở Thông tin và Truyền thông.", "Sở Thông tin và Truyền thông"),
            ("presser", "Đại diện Lãnh đạo VNPT Quảng Ngãi.", "VNPT Quảng Ngãi"),
        ],
    ),
    8: (
        "Thành phần đại biểu thực hiện Nghi lễ ký kết hợp tác",
        {"Số người ký": "2", "Số người chứng kiến": "3"},
        [
            ("signatory", "Đại diện Lãnh đạo UBND tỉnh.", "UBND tỉnh"),
            ("signatory", "Đại diện Lãnh đạo Tập đoàn BCVT Việt Nam.", "Tập đoàn BCVT Việt Nam"),
            ("witness", "Đại diện Lãnh đạo Văn phòng UBND tỉnh.", "Văn phòng UBND tỉnh"),
            ("witness", "Đại diện Lãnh đạo Sở Thông tin và Truyền thông.", "Sở Thông tin và Truyền thông"),
            ("witness", "Đại diện Lãnh đạo VNPT Quảng Ngãi.", "VNPT Quảng Ngãi"),
        ],
    ),
}
MOVEMENT = [
    ("opening", "Tuyên bố lý do và giới thiệu đại biểu.", None),
    ("adoption", "Thông qua Chương trình Lễ phát động phong trào.", None),
    (
        "speech",
        "Lãnh đạo UBND tỉnh phát biểu phát động Phong trào chuyển đổi số trên địa bàn tỉnh.",
        "Lãnh đạo UBND tỉnh",
    ),
    (
        "button_ceremony",
        "Nghi lễ phát động phong trào: Mời Lãnh đạo UBND tỉnh, Lãnh đạo Ban Chỉ đạo chuyển đổi số tỉnh Quảng "
        "Ngãi thực hiện nhân nút chính thức phát động phong trào.",
        None,
    ),
    ("closing", "Kết thúc Lễ phát động phong trào.", None),
]
MOVEMENT_RITUALS = {
    4: (
        "Nghi lễ phát động phong trào",
        {},
        [
            ("presser", "Lãnh đạo UBND tỉnh", "UBND tỉnh"),
            (
                "presser",
                "Lãnh đạo Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi",
                "Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi",
            ),
        ],
    )
}
NATIONAL_DAY = [
    ("performance", "Chương trình nghệ thuật chào mừng.", None),
    ("opening", "Tuyên bố lý do, giới thiệu đại biểu.", None),
    (
        "speech",
        "Bài phát biểu chào mừng và phát động chuyển đổi số trong chính quyền và nhân dân tỉnh Đồng Nai.",
        None,
    ),
    ("demo", "Giới thiệu một số sản phẩm, giải pháp truyền thông, công nghệ.", None),
    ("clip", "Phóng sự báo cáo kết quả các hoạt động hưởng ứng chuyển đổi số năm 2024.", None),
    ("award", "Công bố kết quả và trao giải các cuộc thi.", None),
    (
        "recognition",
        "Vinh danh các tập thể, cá nhân có thành tích xuất sắc trong các hoạt động chuyển đổi số năm 2024 trên địa "
        "bàn tỉnh Đồng Nai; tác giả, nhóm tác giả, các kênh truyền thông cộng đồng tiêu biểu tích cực lan tỏa hình "
        "ảnh Đồng Nai trên nền tảng số năm 2024.",
        None,
    ),
    (
        "performance",
        "Chương trình nghệ thuật: “Nhịp sống số - Chuyển đổi xanh vì mục tiêu phát triển bền vững”.",
        None,
    ),
    ("closing", "Bế mạc.", None),
]


@pytest.fixture
def event(app):
    return factories.approved_event(starts_at=EIGHT, minutes=120, by=factories.organizer("a@tinh.example.vn"))


@pytest.fixture
def builder(event, new_visitor, sign_in):
    """builder(): a page of an organizer's own browser with the agenda open."""
    number = iter(range(9))

    def open_it(**options) -> Page:
        page = new_visitor(**options).new_page()
        sign_in(page, factories.organizer(f"nguoi-lap-{next(number)}@tinh.example.vn"))
        page.goto(f"/events/{event.slug}/agenda")
        return page

    return open_it


def row(page: Page, number: int, place: str = "1-0") -> Locator:
    return page.locator(f"#rows-{place} .run__row[data-number='{number}']")


def clocks(page: Page, place: str = "1-0") -> Locator:
    return page.locator(f"#rows-{place} .clock")


def expect_titles(page: Page, titles: list[str], place: str = "1-0") -> None:
    fields = page.locator(f"#rows-{place} textarea")
    expect(fields).to_have_count(len(titles))
    for field, title in zip(fields.all(), titles, strict=True):
        expect(field).to_have_value(title)


def settled(page: Page) -> None:
    """Nothing is on its way, and what was typed, open or in focus stands again in the tables that were exchanged."""
    expect(page.locator("#agenda")).not_to_have_class(re.compile("is-waiting"))


def add(page: Page, kind: str, title: str, minutes: str = "", place: str = "1-0") -> None:
    page.locator(f"#add-kind-{place}").select_option(kind)
    page.locator(f"#add-minutes-{place}").fill(minutes)
    page.locator(f"#add-title-{place}").fill(title)
    count = page.locator(f"#rows-{place} .run__row").count()
    page.locator(f"#add-{place}").click()
    expect(page.locator(f"#rows-{place} .run__row")).to_have_count(count + 1)
    settled(page)


def open_editor(page: Page, number: int) -> Locator:
    return open_editor_of(page, row(page, number))


def open_editor_of(page: Page, line: Locator) -> Locator:
    line.locator("[data-open]").click()
    editor = page.locator(".run__editor")
    expect(editor.locator(".editor__form")).to_be_visible()
    expect(editor.locator("textarea").first).to_be_focused()
    return editor


def stored(event) -> list:
    db.session.rollback()
    return [(slot.item.kind, slot.item.title, slot.item.speaker) for slot in queries.draft(event)[0].slots]


@pytest.mark.parametrize(
    ("items", "rituals"), [(IOC_LAUNCH, IOC_RITUALS), (MOVEMENT, MOVEMENT_RITUALS), (NATIONAL_DAY, {})]
)
def test_a_plan_is_rebuilt_by_hand(builder, event, items, rituals):
    page = builder()
    for kind, title, speaker in items:
        add(page, kind, title)
        if speaker:
            editor = open_editor(page, page.locator("#rows-1-0 .run__row").count())
            editor.get_by_label("Người hoặc cơ quan thực hiện").fill(speaker)
            editor.get_by_role("button", name="Lưu", exact=True).click()
            expect(editor).to_have_count(0)
    for number, (title, expected, people) in rituals.items():
        editor = open_editor(page, number)
        editor.get_by_label("Tên nghi lễ").fill(title)
        editor.get_by_role("button", name="Thêm nghi lễ").click()
        form = editor.locator(".ritual")
        expect(form).to_be_visible()
        for label, count in expected.items():
            form.get_by_label(label).fill(count)
        for place, (role, words, organization) in enumerate(people):
            if place >= form.locator(".ritual__row").count():
                form.get_by_role("button", name="Thêm một dòng").click()
                expect(form.locator(".ritual__row")).to_have_count(place + 1)
                settled(page)
            line = form.locator(".ritual__row").nth(place)
            line.locator("select").select_option(role)
            line.locator("[name$='-text']").fill(words)
            line.locator("[name$='-organization_name']").fill(organization)
        form.get_by_role("button", name="Lưu nghi lễ").click()
        expect(row(page, number).locator(".run__marks")).to_contain_text(f"Nghi lễ: {len(people)}")
        settled(page)
        editor.get_by_role("link", name="Đóng").click()
        expect(editor).to_have_count(0)

    assert stored(event) == items
    assert [
        (
            ritual.agenda_item.number,
            ritual.title,
            [(p.role.value, p.text, p.organization_name) for p in ritual.participants],
        )
        for ritual in event.rituals
    ] == [(number, title, people) for number, (title, _expected, people) in rituals.items()]


def test_times_follow_what_is_typed_in_the_rows_without_a_new_page(builder, event):
    for title in ("Khai mạc", "Phát biểu", "Bế mạc"):
        factories.item(event, title, minutes=10)
    page = builder()
    page.evaluate("document.body.dataset.same = 'page'")

    minutes = row(page, 1).get_by_label("Số phút")
    minutes.fill("25")
    minutes.press("Tab")
    expect(row(page, 3).locator(".clock")).to_have_text("08:35 – 08:45")
    settled(page)
    assert page.evaluate("document.activeElement.name") == "title"

    row(page, 2).get_by_label("Bắt đầu đúng giờ").fill("9h")
    row(page, 2).get_by_label("Bắt đầu đúng giờ").press("Enter")
    expect(row(page, 2).locator(".run__marks")).to_contain_text("Trống 35 phút")
    expect(clocks(page)).to_have_text(["08:00 – 08:25", "09:00 – 09:10", "09:10 – 09:20"])
    settled(page)

    row(page, 3).locator("textarea").fill("Bế mạc và chụp ảnh")
    row(page, 3).locator("textarea").press("Enter")
    expect(row(page, 3).locator("textarea")).to_have_js_property("defaultValue", "Bế mạc và chụp ảnh")
    assert stored(event)[2][1] == "Bế mạc và chụp ảnh"
    assert page.evaluate("document.body.dataset.same") == "page"


def test_the_bridge_that_speaks_is_found_among_many_without_diacritics(builder, event):
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    factories.item(event, "Phát biểu hưởng ứng")
    page = builder()
    editor = open_editor(page, 1)

    editor.locator(".ts-control").click()
    page.keyboard.type("nghia lam")
    expect(editor.locator(".ts-dropdown .option.active")).to_have_text("Xã Nghĩa Lâm")
    page.keyboard.press("Enter")
    expect(editor.locator(".ts-control .item")).to_contain_text("Xã Nghĩa Lâm")
    editor.get_by_role("button", name="Lưu").first.click()

    expect(row(page, 1).locator(".run__site")).to_have_text("Xã Nghĩa Lâm")


def test_what_cannot_be_is_said_in_the_row_and_kept(builder, event, complaints):
    complaints.expect("status of 422", "htmx")
    factories.item(event, "Khai mạc", minutes=10)
    page = builder()

    row(page, 1).get_by_label("Số phút").fill("mười")
    row(page, 1).get_by_label("Số phút").press("Enter")

    expect(page.locator(".run__said")).to_contain_text("từ 1 đến 1440")
    expect(row(page, 1).get_by_label("Số phút")).to_have_value("mười")
    expect(row(page, 1).get_by_label("Số phút")).to_be_focused()


def test_rows_are_dragged_within_a_table_and_to_a_strand(builder, event):
    for title in "abc":
        factories.item(event, title, minutes=10)
    agenda.add_strand(event, name="Không gian triển lãm", by=None)
    page = builder(viewport={"width": 1280, "height": 1400})

    first = page.locator("#rows-1-0 .run__row.is-dragged:first-child")
    drag(page, row(page, 3), row(page, 1), above=True, lands=first)
    expect(page.locator("#agenda-said")).to_contain_text("“c” nay là mục số 1, lúc 08:00")
    expect_titles(page, ["c", "a", "b"])
    settled(page)

    drag(page, row(page, 2), page.locator("#rows-1-1"), lands=page.locator("#rows-1-1 .run__row.is-dragged"))
    expect(page.locator("#agenda-said")).to_contain_text("“a” nay là mục số 1")
    expect_titles(page, ["c", "b"])
    expect_titles(page, ["a"], "1-1")
    expect(clocks(page)).to_have_text(["08:00 – 08:10", "08:10 – 08:20"])
    db.session.rollback()
    assert [(item.title, item.number) for item in event.agenda_items if item.strand] == [("a", 1)]


def drag(page: Page, what: Locator, to: Locator, *, above: bool = False, lands: Locator) -> None:
    """Carry a row onto another one, or into an empty table; it is let go when the page shows it there."""
    grip, there = what.locator(".run__grip").bounding_box(), to.bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    end = there["y"] + (4 if above else there["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y + 8, steps=3)
    page.mouse.move(x + 30, end, steps=15)
    page.mouse.move(x + 30, end + 1, steps=2)
    expect(lands).to_have_count(1)
    page.mouse.up()


def test_an_agenda_is_built_and_put_in_order_by_keys_alone(builder, event):
    page = builder()
    page.locator("#add-title-1-0").focus()
    for title, minutes in (("Khai mạc", "5"), ("Bế mạc", "5"), ("Phát biểu", "20")):
        count = page.locator("#rows-1-0 .run__row").count()
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type(minutes)
        page.keyboard.press("Enter")
        expect(page.locator("#rows-1-0 .run__row")).to_have_count(count + 1)
        expect(page.locator("#add-title-1-0")).to_be_focused()

    row(page, 3).locator(".run__open").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#agenda-said")).to_have_text("“Phát biểu” nay là mục số 2, lúc 08:05.")
    expect(row(page, 2).locator("textarea")).to_have_value("Phát biểu")
    settled(page)
    expect(row(page, 2).locator(".run__open")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.locator(".run__editor textarea").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".run__editor")).to_have_count(0)
    expect(row(page, 2).locator(".run__open")).to_be_focused()

    page.keyboard.press("ArrowDown")
    expect(row(page, 3).locator(".run__open")).to_be_focused()
    row(page, 3).locator("[id^='u']").focus()
    page.keyboard.press("Enter")
    expect(row(page, 2).locator("textarea")).to_have_value("Bế mạc")
    settled(page)
    expect(row(page, 2).locator("[id^='u']")).to_be_focused()

    page.keyboard.press("Control+z")
    expect(row(page, 2).locator("textarea")).to_have_value("Phát biểu")
    assert [title for _kind, title, _who in stored(event)] == ["Khai mạc", "Phát biểu", "Bế mạc"]


def test_a_long_page_stays_where_it_is_when_rows_are_edited_and_moved(builder, event):
    for number in range(40):
        factories.item(event, f"Tham luận {number}", minutes=2)
    page = builder(reduced_motion="reduce")
    row(page, 20).locator(".run__open").focus()
    before = page.evaluate("window.scrollY")
    assert before > 500

    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#agenda-said")).to_contain_text("nay là mục số 21")
    settled(page)
    expect(row(page, 21).locator(".run__open")).to_be_focused()
    expect(row(page, 21).locator(".run__open")).to_be_in_viewport()
    assert page.evaluate("window.scrollY") == before

    row(page, 21).get_by_label("Số phút").fill("3")
    row(page, 21).get_by_label("Số phút").press("Tab")
    expect(page.locator("#agenda-said")).to_contain_text("Đã lưu")
    settled(page)
    assert page.evaluate("window.scrollY") == before


def test_two_people_in_one_item_see_both_texts(builder, event, complaints):
    complaints.expect("status of 409", "htmx")
    factories.item(event, "Phát biểu", minutes=10)
    first, second = builder(), builder()
    editor = open_editor(second, 1)
    editor.locator("textarea").first.fill("Phát biểu chỉ đạo")

    row(first, 1).locator("textarea").fill("Phát biểu khai mạc")
    row(first, 1).locator("textarea").press("Enter")
    expect(first.locator("#agenda-said")).to_contain_text("Đã lưu")
    editor.get_by_role("button", name="Lưu", exact=True).click()

    expect(editor.locator(".note")).to_contain_text("Phát biểu khai mạc")
    expect(editor.locator(".note")).to_contain_text("Phát biểu chỉ đạo")
    settled(second)
    expect(editor.locator("textarea").first).to_have_value("Phát biểu chỉ đạo")
    assert stored(event)[0][1] == "Phát biểu khai mạc"
    editor.get_by_role("button", name="Lưu", exact=True).click()
    expect(editor).to_have_count(0)
    assert stored(event)[0][1] == "Phát biểu chỉ đạo"

    row(first, 1).locator("textarea").fill("Phát biểu bế mạc")  # the row of the first is stale now
    row(first, 1).locator("textarea").press("Enter")
    expect(first.locator(".run__said")).to_contain_text("Phát biểu chỉ đạo")
    expect(row(first, 1).locator("textarea")).to_have_value("Phát biểu bế mạc")
    settled(first)
    first.get_by_role("button", name="Lưu nội dung tôi nhập").click()
    expect(first.locator(".run__said")).to_have_count(0)
    assert stored(event)[0][1] == "Phát biểu bế mạc"


def test_a_clash_is_marked_in_both_tables_and_goes_from_both(builder, event):
    for title, speaker in (("Khai mạc", "Bà Trần Thị Bình"), ("Bế mạc", None)):
        factories.item(event, title, minutes=10, speaker=speaker)
    strand = agenda.add_strand(event, name="Không gian triển lãm", by=None)
    factories.item(event, "Hướng dẫn", minutes=10, strand=strand)
    page = builder()

    editor = open_editor_of(page, row(page, 1, "1-1"))
    editor.get_by_label("Người hoặc cơ quan thực hiện").fill("Bà Trần Thị Bình")
    editor.get_by_role("button", name="Lưu", exact=True).click()
    expect(row(page, 1, "1-1").locator(".run__marks")).to_contain_text("Trùng tên cùng lúc")
    expect(row(page, 1).locator(".run__marks")).to_contain_text("Trùng tên cùng lúc")
    settled(page)
    expect(editor).to_have_count(0)

    editor = open_editor_of(page, row(page, 1, "1-1"))
    editor.get_by_label("Người hoặc cơ quan thực hiện").fill("Ông Lê Văn Cường")
    editor.get_by_role("button", name="Lưu", exact=True).click()
    expect(row(page, 1).locator(".run__marks")).not_to_contain_text("Trùng tên")


def test_what_somebody_saved_while_one_typed_in_the_same_field_is_shown(builder, event, complaints):
    complaints.expect("status of 409", "htmx")
    items = [factories.item(event, title, minutes=10) for title in ("Khai mạc", "Phát biểu", "Bế mạc")]
    page = builder()
    row(page, 3).locator("textarea").fill("Bế mạc và chụp ảnh")
    agenda.edit_item(items[2], {"title": "Bế mạc, cảm ơn"}, by=None)

    page.evaluate("""() => {
        const minutes = document.querySelector("#rows-1-0 [data-number='1'] [name=duration_minutes]");
        minutes.value = "15";
        minutes.form.requestSubmit();
    }""")
    expect(row(page, 2).locator(".clock")).to_have_text("08:15 – 08:25")
    settled(page)
    row(page, 3).locator("textarea").press("Enter")

    expect(page.locator(".run__said")).to_contain_text("Bế mạc, cảm ơn")
    expect(row(page, 3).locator("textarea")).to_have_value("Bế mạc và chụp ảnh")
    assert stored(event)[2][1] == "Bế mạc, cảm ơn"


def test_a_confirmation_in_the_last_row_of_a_table_is_seen_whole(builder, event):
    factories.item(event, "Khai mạc", minutes=10)
    agenda.release(event, note="", confirmed=True, by=None)
    page = builder()
    page.goto(f"/events/{event.slug}/agenda/releases")

    page.locator(".row-actions summary").click()
    button = page.locator(".confirm__panel button")
    expect(button).to_be_in_viewport()
    assert button.evaluate("""(button) => {
        const { x, y, width, height } = button.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2)?.closest("button") === button;
    }""")


def test_a_row_that_someone_else_moved_is_shown_where_it_is(builder, event, complaints):
    complaints.expect("status of 409", "htmx")
    for title in "abc":
        item = factories.item(event, title, minutes=10)
    page = builder()
    agenda.place_item(item, number=1, by=None)

    row(page, 3).locator("[id^='u']").click()

    expect(page.locator("#agenda-notice")).to_contain_text("Người khác vừa chuyển")
    expect_titles(page, ["c", "a", "b"])


def test_everything_works_without_script(builder, event):
    page = builder(java_script_enabled=False)
    for number, title, minutes in ((1, "Khai mạc", "10"), (2, "Bế mạc", "5")):
        page.locator("#add-title-1-0").fill(title)
        page.locator("#add-minutes-1-0").fill(minutes)
        page.locator("#add-1-0").click()
        expect(page.locator("#rows-1-0 .run__row")).to_have_count(number)
    row(page, 2).locator("[id^='u']").click()
    expect(row(page, 1).locator("textarea")).to_have_value("Bế mạc")
    row(page, 1).get_by_label("Số phút").fill("15")
    row(page, 1).get_by_role("button", name="Lưu").click()

    expect(clocks(page)).to_have_text(["08:00 – 08:15", "08:15 – 08:25"])
    row(page, 1).locator("[data-open]").click()
    page.get_by_label("Lời dẫn MC").fill("Kính thưa quý vị đại biểu")
    page.get_by_role("button", name="Lưu", exact=True).first.click()
    expect(page.get_by_text("Đã lưu. Giờ của các mục sau")).to_be_visible()
    db.session.rollback()
    assert [item.mc_line for item in event.agenda_items] == ["Kính thưa quý vị đại biểu", None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_breach_of_the_accessibility_rules(builder, event, axe, scheme):
    for number in range(3):
        item = factories.item(event, f"Mục {number} " + "dài " * 60, minutes=50, speaker="Lãnh đạo UBND tỉnh")
    ritual = agenda.add_ritual(event, title="Ký kết", agenda_item=item, by=None)
    people = [agenda.Place(RitualRole.SIGNATORY, "Đại diện UBND tỉnh")]
    agenda.edit_ritual(ritual, {"expected_signatories": 2}, participants=people, by=None)
    agenda.add_strand(event, name="Không gian triển lãm", by=None)
    page = builder(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    open_editor(page, 3)

    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
