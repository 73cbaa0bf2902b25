"""A show in a real browser: what an operator presses is seen with the next answer; keys, hold, words."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from eventsvc import clock, secrets
from eventsvc.db import atomic
from eventsvc.stage import operations, queries
from eventsvc.stage.presses import Press
from tests import factories

WALL = {"viewport": {"width": 1920, "height": 1080}}
PHONE = {"viewport": {"width": 390, "height": 844}}


class Ceremony:
    def __init__(self):
        self.user = factories.organizer()
        self.event = factories.approved_event(starts_at=clock.now() - timedelta(minutes=5))
        self.sitting = self.event.sittings[0]
        self.school = factories.site(self.event, name="Trường Phổ thông Ba Tơ")
        self.items = [
            factories.item(self.event, title, minutes)
            for title, minutes in (("Khai mạc", 5), ("Phát biểu", 10), ("Bấm nút", 5), ("Bế mạc", 5))
        ]
        with atomic():
            for number, item in enumerate(self.items, 1):
                item.cue, item.mc_line, item.sound_note = (
                    f"{number:02}",
                    f"Lời dẫn {number}",
                    f"Micro {number}",
                )
            self.items[1].speaker, self.items[1].position = "Bà Đinh Thị Nháp", "Bí thư Huyện đoàn"
            self.items[1].site_id = self.school.id
        link = operations.make_link(self.event, name="Màn hình", by=self.user)
        self.link = f"/stage/{secrets.unseal(link.token_sealed)}"
        self.page = f"/events/{self.event.slug}/stage"

    def press(self, what: Press, key: str | None = None):
        run = queries.runs_of(self.event).get(self.sitting.id)
        operations.press(self.sitting, what, revision=run.revision if run else 0, key=key, by=self.user)


@pytest.fixture
def ceremony(app):
    return Ceremony()


@pytest.fixture
def operator(ceremony, page, sign_in) -> Page:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, ceremony.user)
    page.goto(ceremony.page)
    return page


@pytest.fixture
def wall(ceremony, new_visitor) -> Page:
    """Somebody who has the link and no account."""
    page = new_visitor(**WALL).new_page()
    page.goto(ceremony.link)
    expect(page.get_by_text("Chưa bắt đầu")).to_be_visible()
    return page


def button(page: Page, name: str):
    return page.locator("form[data-run]").get_by_role("button", name=name)


def test_what_the_operator_presses_is_on_the_stage(operator, wall):
    title = operator.locator(".run__title")
    button(operator, "Bắt đầu chương trình").click()
    expect(title).to_have_text("01 Khai mạc")
    expect(wall.get_by_role("heading", name="01 Khai mạc")).to_be_visible()

    button(operator, "Mục tiếp theo").click()
    expect(title).to_have_text("02 Phát biểu")
    expect(wall.get_by_role("heading", name="02 Phát biểu")).to_be_visible()
    expect(wall.get_by_text("Bà Đinh Thị Nháp, Bí thư Huyện đoàn")).to_be_visible()
    expect(wall.get_by_text("Điểm cầu: Trường Phổ thông Ba Tơ")).to_be_visible()
    expect(wall.get_by_text("Lời dẫn 2")).to_be_visible()
    expect(operator.locator(".stage--preview").get_by_role("heading", name="02 Phát biểu")).to_be_visible()

    button(operator, "Lùi lại").click()
    expect(wall.get_by_role("heading", name="01 Khai mạc")).to_be_visible()


def test_a_stage_asks_every_second(ceremony, new_visitor):
    """By the browser's own clock: what is pressed is seen within two seconds, however slow this machine is."""
    page = new_visitor(**WALL).new_page()
    page.clock.install(time=clock.now())
    page.goto(ceremony.link)
    expect(page.get_by_text("Chưa bắt đầu")).to_be_visible()
    for _time in range(3):
        with page.expect_response("**/fragment/*"):
            page.clock.run_for(1_000)


def hold_the_first_answer(page: Page) -> Callable[[], None]:
    """The first press is done by the server at once; the page hears of it when what is returned here is called."""
    presses, answers, is_let_go = [], [], []

    def answer(route: Route) -> None:
        presses.append(route)
        if len(presses) > 1:
            return route.continue_()
        answers.append(route.fetch())
        if is_let_go:
            route.fulfill(response=answers[0])

    def let_go() -> None:
        is_let_go.append(True)
        if answers:
            presses[0].fulfill(response=answers[0])

    page.route("**/press", answer)
    return let_go


def test_what_is_pressed_on_what_the_page_shows_counts_though_the_answer_before_is_late(operator):
    """The page asks every second, so it may show what a press did before that press is answered."""
    let_go = hold_the_first_answer(operator)
    title = operator.locator(".run__title")
    button(operator, "Bắt đầu chương trình").click()
    expect(title).to_have_text("01 Khai mạc")
    button(operator, "Mục tiếp theo").click()
    let_go()

    expect(title).to_have_text("02 Phát biểu")


def test_what_is_pressed_twice_before_anything_shows_is_pressed_once(operator):
    operator.route("**/fragment", lambda route: route.abort())
    operator.reload()
    pressed = []
    operator.on("request", lambda request: pressed.append(request.url) if request.method == "POST" else None)
    let_go = hold_the_first_answer(operator)
    title = operator.locator(".run__title")
    button(operator, "Bắt đầu chương trình").dblclick()
    let_go()

    expect(title).to_have_text("01 Khai mạc")
    button(operator, "Mục tiếp theo").click()
    expect(title).to_have_text("02 Phát biểu")
    assert len(pressed) == 2


def test_the_show_is_run_by_keyboard_alone(operator):
    operator.keyboard.press("Space")
    title = operator.locator(".run__title")
    expect(title).to_have_text("01 Khai mạc")
    operator.keyboard.press("ArrowRight")
    expect(title).to_have_text("02 Phát biểu")
    figure = operator.locator(".run__time [data-countdown]")
    expect(figure).to_have_text(re.compile(r"^(10:00|9:\d\d)$"))
    for _time in range(3):
        operator.keyboard.press("+")  # faster than the answers: no minute is lost
    expect(figure).to_have_text(re.compile(r"^12:\d\d$"))
    operator.keyboard.press("-")
    operator.keyboard.press("-")
    expect(figure).to_have_text(re.compile(r"^10:\d\d$"))
    hold = operator.locator("#press-hold")
    operator.keyboard.press("h")
    expect(hold).to_have_text("Tiếp tục")
    operator.keyboard.press("h")
    expect(hold).to_have_text("Tạm dừng")
    for _time in range(8):  # hold twice, the five minutes, and the step to the second item
        before = operator.locator("input[name=revision]").input_value()
        operator.keyboard.press("ArrowLeft")
        expect(operator.locator("input[name=revision]")).not_to_have_value(before)
    expect(title).to_have_text("01 Khai mạc")

    operator.get_by_label("Lời nhắn tới sân khấu").last.press("h")
    expect(operator.get_by_label("Lời nhắn tới sân khấu").last).to_have_value("h")
    expect(hold).to_have_text("Tạm dừng")  # a letter that is typed is no shortcut
    operator.get_by_label("Phím tắt").uncheck()
    operator.locator("h1").click()
    sent = []
    operator.on("request", lambda request: sent.append(request.method))
    operator.keyboard.press("ArrowRight")
    with operator.expect_request("**/fragment"):
        pass
    assert "POST" not in sent
    expect(title).to_have_text("01 Khai mạc")


def test_the_focus_stays_on_the_button_that_was_pressed(operator):
    button(operator, "Bắt đầu chương trình").click()
    later = button(operator, "+ 1 phút")
    later.focus()
    operator.keyboard.press("Enter")

    expect(operator.locator(".run__time [data-countdown]")).to_have_text(re.compile(r"^(6:00|5:\d\d)$"))
    expect(later).to_be_focused()


def test_a_hold_and_a_message_reach_the_stage(ceremony, operator, wall):
    button(operator, "Bắt đầu chương trình").click()
    expect(wall.locator(".stage__left")).to_be_visible()
    operator.locator("#press-hold").click()
    expect(wall.get_by_text("Tạm dừng")).to_be_visible()
    stopped = wall.locator(".stage__left").inner_text()
    for _second in range(2):
        time = wall.locator("[data-clock]").inner_text()
        expect(wall.locator("[data-clock]")).not_to_have_text(time)
    assert wall.locator(".stage__left").inner_text() == stopped

    words = operator.get_by_role("textbox", name="Lời nhắn tới sân khấu")
    words.fill("Chờ điểm cầu Ba Tơ")
    operator.get_by_role("button", name="Gửi tới sân khấu").click()
    expect(words).to_have_value("")
    expect(wall.get_by_role("status").get_by_text("Chờ điểm cầu Ba Tơ")).to_be_visible()

    button(operator, "Xóa lời nhắn").click()
    expect(button(operator, "Xóa lời nhắn")).to_have_count(0)
    expect(wall.get_by_text("Chờ điểm cầu Ba Tơ")).to_have_count(0)
    operator.locator("#press-hold").click()
    expect(wall.get_by_text("Tạm dừng")).to_have_count(0)


def test_the_time_left_and_the_delay_are_said_in_words(ceremony, wall):
    start = clock.now()
    ceremony.press(Press.START)
    with atomic():
        run = queries.runs_of(ceremony.event)[ceremony.sitting.id]
        run.cues[0].started_at = run.started_at = start - timedelta(minutes=7, seconds=30)

    expect(wall.locator(".stage__left-words")).to_have_text("quá 2 phút")
    expect(wall.locator(".stage__left")).to_have_text(re.compile(r"^\+2:\d\d$"))
    expect(wall.locator(".stage__now .stage__pace")).to_have_text(
        re.compile("đúng giờ|chậm \\d+ phút|sớm \\d+ phút")
    )


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1024, 768)])
def test_nothing_overlaps_on_a_wall_with_much_to_say(ceremony, new_visitor, size):
    with atomic():
        ceremony.items[0].title = "Thông qua Chương trình Lễ phát động phong trào chuyển đổi số. " * 3
        ceremony.items[0].speaker = "Bà Đinh Thị Nháp, thay mặt Ban Chỉ đạo chuyển đổi số tỉnh"
        ceremony.items[0].position = "Phó Chủ tịch Ủy ban nhân dân tỉnh, Phó Trưởng Ban Thường trực"
        ceremony.items[0].mc_line = "Ban Tổ chức xin trân trọng thông qua chương trình của buổi lễ. " * 6
        ceremony.items[1].title = "Lãnh đạo UBND tỉnh phát biểu phát động Phong trào chuyển đổi số. " * 3
    ceremony.press(Press.START)
    operations.say(ceremony.sitting, "Còn hai phút, đề nghị kết thúc đúng giờ. " * 4, by=ceremony.user)
    page = new_visitor(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(ceremony.link)
    expect(page.locator("[data-stage-region]")).to_have_attribute("data-fit", re.compile("[1-6]"))
    # The fonts are there, and the page, which fits five times a second by its own clock, has fitted them.
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 400)))")

    now = page.locator(".stage__now")
    assert now.evaluate("node => node.scrollHeight - node.clientHeight") <= 1
    over = """() => document.querySelector(".stage__bridge").getBoundingClientRect().bottom
        - document.querySelector(".stage__mc").getBoundingClientRect().top"""
    assert page.evaluate(over) <= 0
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]


def test_the_second_of_two_operators_is_told(ceremony, operator, new_visitor, sign_in):
    other = new_visitor().new_page()
    sign_in(other, ceremony.user)
    other.goto(ceremony.page)
    button(operator, "Bắt đầu chương trình").click()
    expect(operator.locator(".run__title")).to_have_text("01 Khai mạc")
    operator.context.route("**/fragment", lambda route: route.abort())
    operator.reload()
    button(other, "Mục tiếp theo").click()
    expect(other.locator(".run__title")).to_have_text("02 Phát biểu")

    button(operator, "Mục tiếp theo").click()

    expect(operator.get_by_role("alert").filter(has_text="Người khác vừa bấm trước đó")).to_be_visible()
    expect(operator.locator(".run__title")).to_have_text("02 Phát biểu")


@pytest.fixture(autouse=True)
def refusals(complaints):
    """A press that comes second is answered by 409, and a lost connection is one: the browser says so aloud."""
    complaints.expect("409", "ERR_FAILED", "ERR_INTERNET_DISCONNECTED")


def test_a_lost_connection_is_said_and_forgotten(ceremony, wall):
    stale = wall.locator("[data-stage-stale]")
    expect(stale).to_be_hidden()
    wall.context.set_offline(True)
    expect(stale).to_have_text(re.compile(r"Mất kết nối từ \d\d:\d\d:\d\d"))
    shown = wall.locator("[data-clock]").inner_text()
    expect(wall.locator("[data-clock]")).not_to_have_text(shown)

    wall.context.set_offline(False)
    expect(stale).to_be_hidden()


def test_a_device_with_a_wrong_clock_shows_the_right_time(ceremony, new_visitor):
    ceremony.press(Press.START)
    page = new_visitor(**PHONE).new_page()
    page.clock.install(time=clock.now() - timedelta(days=3, hours=5))
    page.goto(ceremony.link)
    page.clock.run_for(1_500)

    until = clock.now() + timedelta(seconds=20)
    while page.locator("[data-clock]").inner_text() not in around(clock.now()):
        assert clock.now() < until, page.locator("[data-clock]").inner_text()
        page.wait_for_timeout(100)
    expect(page.locator(".stage__left")).to_have_text(re.compile(r"^4:\d\d$|^5:00$"))


def around(moment: datetime) -> set[str]:
    """What a clock on the stage may show then."""
    return {clock.local(moment + timedelta(seconds=n)).strftime("%H:%M:%S") for n in range(-3, 4)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_every_view_is_clean(ceremony, new_visitor, sign_in, axe, scheme, width):
    ceremony.press(Press.START)
    ceremony.press(Press.SKIP, ceremony.items[3].key)
    operations.say(ceremony.sitting, "Còn năm phút", by=ceremony.user)
    page = new_visitor(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    sign_in(page, ceremony.user)
    for path in (
        ceremony.link,
        f"{ceremony.link}/mc",
        f"{ceremony.link}/technician",
        ceremony.page,
        f"{ceremony.page}/links",
    ):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{path} is wider than {width}"
        )


def test_the_operator_works_without_javascript(ceremony, new_visitor, sign_in):
    page = new_visitor(java_script_enabled=False).new_page()
    sign_in(page, ceremony.user)
    page.goto(ceremony.page)
    button(page, "Bắt đầu chương trình").click()
    expect(page.locator(".run__title")).to_have_text("01 Khai mạc")
    button(page, "Mục tiếp theo").click()

    expect(page.locator(".run__title")).to_have_text("02 Phát biểu")
