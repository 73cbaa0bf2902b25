"""The desk by keyboard alone: type, arrow, Enter, the next guest; a hand scanner; a network that fails."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from eventsvc import clock, secrets
from eventsvc.checkins import operations, queries
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories
from tests.browser.phones import shoot
from tests.checkins.conftest import Hall, scan


@pytest.fixture
def hall(app) -> Hall:
    event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30))
    with atomic():
        event.created_at = clock.now() - timedelta(days=3)
    main, school = factories.main_site(event), factories.site(event)
    people = (
        (main, "Nguyễn Văn Minh", "Ông", "Giám đốc", "Sở Y tế"),
        (main, "Trần Thị Hoa", "Bà", "Chủ tịch UBND xã", "UBND xã Đức Nhuận"),
        (school, "Lê Văn Tám", "Ông", "Hiệu trưởng", "Trường Đại học Phạm Văn Đồng"),
        (main, "Nguyễn Văn An", "Ông", "Phó Giám đốc", "Sở Tư pháp"),
        (main, "Nguyễn Thị Ánh", "Bà", "Chuyên viên", "Sở Nội vụ"),
    )
    minh, hoa, tam, *_others = [
        factories.guest(
            site, full_name=name, honorific=honorific, position=position, organization_name=office
        )
        for site, name, honorific, position, office in people
    ]
    with atomic():
        minh.seat, minh.attention = "A12", "Đi xe lăn, cần người đón"
    return Hall(event, event.sittings[0], main, school, minh, hoa, tam)


@pytest.fixture
def desk(hall, page: Page, sign_in) -> Page:
    sign_in(page, factories.organizer())
    page.goto(f"/events/{hall.event.slug}/checkins")
    expect(page.get_by_label("Tìm khách theo tên hoặc quét mã")).to_be_focused()
    return page


def counted(hall) -> int:
    db.session.rollback()
    return sum(queries.head_counts(hall.event, hall.sitting).values())


def test_type_arrow_enter_and_the_search_waits_for_the_next_guest(hall, desk, axe):
    box, answer = desk.get_by_label("Tìm khách theo tên hoặc quét mã"), desk.locator("#answer")

    desk.keyboard.type("nguyen van")
    expect(desk.locator("tr.hit")).to_have_count(2)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("button", name="Điểm danh Nguyễn Văn Minh")).to_be_focused()
    axe(desk)
    desk.keyboard.press("Enter")

    expect(answer).to_contain_text("Ông Nguyễn Văn Minh")
    expect(answer).to_contain_text("Ghế A12")
    expect(answer.locator(".desk-answer--ok")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(desk.locator("#found")).to_contain_text("Khách đã vào")
    expect(desk.locator("#figures")).to_contain_text("1/5")
    axe(desk)

    desk.keyboard.type("hoa tran")
    expect(desk.locator("tr.hit")).to_have_text([re.compile("Trần Thị Hoa")])
    desk.keyboard.press("Enter")  # chooses the only one
    desk.keyboard.press("Enter")
    expect(answer).to_contain_text("Bà Trần Thị Hoa")
    assert counted(hall) == 2


def test_another_site_asks_for_a_reason_beside_the_list_and_an_entry_is_undone_there(hall, desk, axe):
    answer = desk.locator("#answer")
    desk.keyboard.type("tam")
    desk.get_by_role("button", name="Điểm danh Lê Văn Tám").click()

    expect(answer.locator(".desk-answer--warn")).to_contain_text("Thuộc điểm cầu khác")
    reason = answer.get_by_label("Lý do cho vào tại đây")
    expect(reason).to_be_focused()
    axe(desk)
    desk.keyboard.type("Đi cùng đoàn")
    desk.keyboard.press("Enter")
    expect(answer.locator(".desk-answer--ok")).to_contain_text("Lê Văn Tám")
    assert counted(hall) == 1

    answer.get_by_text("Hủy lượt vào").first.click()
    answer.get_by_label("Lý do", exact=True).fill("Quét nhầm người")
    answer.get_by_role("button", name="Hủy lượt vào").click()
    expect(answer.locator(".desk-answer--info")).to_contain_text("Đã hủy")
    assert counted(hall) == 0


def test_a_hand_scanner_checks_in_wherever_the_focus_is(hall, desk):
    code = secrets.unseal(invitations.issue_pass(hall.minh).code_sealed)
    answer = desk.locator("#answer")

    shoot(desk, code)

    expect(answer.locator(".desk-answer--ok")).to_contain_text("Nguyễn Văn Minh")
    expect(desk.locator("#q")).to_have_value("")
    assert counted(hall) == 1
    assert code not in desk.url


def test_without_an_answer_of_the_server_the_desk_says_that_nothing_is_recorded(hall, desk, complaints):
    complaints.expect("net::ERR")
    desk.keyboard.type("minh")
    expect(desk.locator("tr.hit")).to_have_text([re.compile("Nguyễn Văn Minh")])
    desk.context.set_offline(True)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#answer")).to_contain_text("Chưa ghi nhận")
    desk.context.set_offline(False)

    desk.get_by_role("button", name="Điểm danh Nguyễn Văn Minh").click()

    expect(desk.locator("#answer .desk-answer--ok")).to_contain_text("Nguyễn Văn Minh")
    assert counted(hall) == 1


def test_the_desk_the_walk_in_and_the_review_on_a_telephone_in_both_colours(hall, sign_in, new_visitor, axe):
    code = secrets.unseal(invitations.issue_pass(hall.minh).code_sealed)
    device = hall.device(name="Cửa chính")
    first = scan(code, minutes_ago=20)
    operations.record_scans(device, [first])
    operations.record_scans(
        hall.device(hall.school, name="Cửa trường"), [scan(code, site=hall.school.code, minutes_ago=10)]
    )
    operations.record_scans(device, [{**first, "reason": "khác"}])
    organizer = factories.organizer()
    start = f"/events/{hall.event.slug}/checkins"
    for width, colours in ((390, "light"), (1280, "dark")):
        page = new_visitor(viewport={"width": width, "height": 844}, color_scheme=colours).new_page()
        sign_in(page, organizer)
        for path in ("", "?q=nguyen", "/walk-in", "/cases", "/quarantine", f"/guests/{hall.minh.id}"):
            page.goto(start + path)
            expect(page.locator("h1")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            axe(page)
        page.goto(start)
        box = page.locator("#q").bounding_box()
        assert box["y"] + box["height"] + page.evaluate("scrollY") <= 844  # no scrolling to search
