"""Plan 004 from its file to the results report: the organizer at a desk, everybody else by a link, on a telephone."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from eventsvc import clock, secrets
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.campaigns.activity_models import Activity
from eventsvc.contests import entry_operations, judge_operations
from eventsvc.contests.entry_operations import Entered
from eventsvc.contests.models import Contest, EntrantKind, Entry, Judge, Round
from eventsvc.contests.operations import set_criteria
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.nominations.models import OrganizationInvitation
from tests import factories
from tests.plans import DATA

PHONE = {"width": 390, "height": 844}
PLAN = DATA / "004_dx_day_dong_nai_2024.yaml"
CHILD, OTHERS = "Lê Bé Mẫu", 10


class Desk:
    """A page and how its buttons are pressed: every press waits for the page that it leads to."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def fill(self, **values: str) -> None:
        """Fields by their ids; "lines-0-text" is lines_0_text."""
        for name, value in values.items():
            self.page.locator(f"#{name.replace('__', '-')}").fill(value)

    def press(self, action: str = "", button: str = "button") -> None:
        """The button of the form that posts to an address with this ending; asked once more, it is sure. Without an
        address, the form of the page itself."""
        where = f"form[action$='{action}']" if action else "form:not([action])"
        self.click(f"main {where} {button}")

    def click(self, selector: str) -> None:
        wanted = self.page.locator(selector).last
        if not wanted.is_visible():
            wanted.locator("xpath=ancestor::details[not(@open)]").last.locator("> summary").click()
        with self.page.expect_navigation():
            wanted.click()
        expect(self.page.locator(".error-summary, .flashes .note--err")).to_have_count(0)


@pytest.fixture
def organizer(app):
    return factories.organizer(organization=factories.another_host())


@pytest.fixture
def desk(organizer, page, sign_in):
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, organizer)
    return Desk(page)


@pytest.fixture
def telephone(new_visitor):
    def at(path: str) -> Desk:
        desk = Desk(new_visitor(viewport=PHONE).new_page())
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        return desk

    return at


def test_plan_004_runs_from_its_file_to_the_results_report(desk, telephone, organizer, axe):
    campaign, finale = _load(desk, axe)
    stop = _route(desk, campaign, axe)
    _contest(desk, telephone, campaign, organizer, axe)
    _awards(desk, telephone, campaign, finale)
    _money(desk, telephone, campaign)
    _honours(desk, telephone, campaign, finale)
    _communication(desk, telephone, campaign)
    _fair(desk, campaign, stop)
    _standing(desk, campaign, axe)
    _report(desk, campaign, axe)


def _load(desk: Desk, axe) -> tuple[Event, Event]:
    """Sự kiện → Từ tệp kế hoạch: looked at, then made."""
    page = desk.open("/events/new")
    desk.click("main a[href$='/plans/new']")
    page.set_input_files("#file", PLAN)
    desk.press("/plans/new")
    expect(page.locator("main")).to_contain_text("Đơn vị trong các cụm")
    axe(page)
    desk.press("/plans")

    db.session.rollback()
    slug = re.search(r"/events/([^/]+)/roadshow$", page.url)[1]
    campaign = event_by_slug(slug)
    (finale,) = db.session.scalars(sa.select(Event).where(Event.part_of_id == campaign.id))
    page = desk.open(f"/events/{slug}/campaign")
    expect(page.get_by_role("heading", level=1)).to_have_text("CHUYỂN ĐỔI SỐ - CHUYỂN ĐỔI XANH")
    return campaign, finale


def _route(desk: Desk, campaign: Event, axe) -> Event:
    """Two clusters with eleven districts, each once; days for both stops, then their events by one press."""
    page = desk.open(f"/events/{campaign.slug}/roadshow")
    axe(page)
    expect(page.locator("section.route")).to_have_count(3)
    units = page.locator(".route__units li").all_inner_texts()
    assert len(set(units)) == len(units) == 11
    first, second = page.locator("article.route__stop").all()[:2]
    for stop, day in ((first, "2024-09-05"), (second, "2024-09-12")):
        stop.locator("input[type=date]").fill(day)
        with page.expect_navigation():
            stop.locator(".route__move button").click()
    desk.press("/roadshow/events")
    expect(page.locator("article.route__stop .route__text a")).to_have_count(3)

    db.session.rollback()
    made = db.session.scalars(
        sa.select(Event).where(Event.part_of_id == campaign.id).order_by(Event.id)
    ).all()
    assert [part.window_start for part in made[1:]] == [date(2024, 9, 5), date(2024, 9, 12)]
    return made[1]


def _contest(desk: Desk, telephone, campaign: Event, organizer, axe) -> None:
    """Published by the organizer; entered by a child, agreed to by the guardian, judged by link."""
    contest = _drawing(campaign)
    base = f"/events/{campaign.slug}/contests"
    page = desk.open(f"{base}/{contest.id}/edit")
    page.locator("#is_public").check()
    now = clock.local(clock.now())
    desk.fill(
        opens_at=f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}",
        closes_at=f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    )
    desk.press()
    db.session.rollback()
    set_criteria(contest, [("Ý tưởng", 10), ("Kỹ thuật", 10)], by=organizer)

    child = telephone(f"/c/{contest.slug}")
    child.click("main a[href$='/enter']")
    expect(child.page.locator("#data")).to_contain_text("tiếp nhận và chấm bài dự thi")
    child.page.locator("#kind").select_option("person")
    child.fill(
        name=CHILD, born_on="2016-05-14", organization="Trường Tiểu học Quyết Thắng", guardian_name="Trần Thị Mẹ",
        guardian_email="me@dongnai.example.vn", title="Ước mơ xanh",
    )  # fmt: skip
    child.page.locator("#agrees").check()
    child.press()
    db.session.rollback()
    (entry,) = db.session.scalars(sa.select(Entry).where(Entry.contest_id == contest.id))
    assert child.page.url.endswith(f"/e/{secrets.unseal(entry.token_sealed)}")
    guardian = telephone(f"/g/{secrets.unseal(entry.guardian_token_sealed)}")
    expect(guardian.page.locator("main")).to_contain_text("Ước mơ xanh")
    axe(guardian.page)
    guardian.page.locator("#agrees").check()
    guardian.press("/agree")
    db.session.rollback()
    for number in range(1, OTHERS + 1):
        entered = Entered(
            f"Bức tranh {number}", EntrantKind.PERSON, f"Người Vẽ {number}", born_on=date(1995, 1, number),
            email=f"ve{number}@dongnai.example.vn",
        )  # fmt: skip
        entry_operations.enter(contest, entered, brought=[], by=organizer)

    page = desk.open(f"{base}/{contest.id}/entries")
    waiting = page.locator("input[name=entry]")
    for place in range(waiting.count()):
        waiting.nth(place).check()
    desk.press("/decide", "button[value=accept]")
    desk.open(f"{base}/{contest.id}/rounds")
    desk.fill(name="Vòng chung khảo")
    page.locator("#kind").select_option("jury")
    desk.press("/rounds")
    desk.open(f"{base}/{contest.id}/rounds/1")
    desk.press("/take")
    desk.open(f"{base}/{contest.id}/jury")
    desk.fill(name="Nguyễn Văn Khảo", organization_name="Trường Đại học Lạc Hồng")
    desk.press("/jury")
    _judged(telephone, contest)
    desk.open(f"{base}/{contest.id}/rounds/1")
    desk.press("/close")


def _drawing(campaign: Event) -> Contest:
    return db.session.scalars(
        sa.select(Contest)
        .join(Contest.activity)
        .where(Contest.event_id == campaign.id, Activity.key == "3.5")
    ).one()


def _judged(telephone, contest: Contest) -> None:
    """The child's picture in the browser, with the most points; the others as fast as points can be given."""
    db.session.rollback()
    judge = db.session.scalars(sa.select(Judge).where(Judge.contest_id == contest.id)).one()
    jury = telephone(f"/j/{secrets.unseal(judge.token_sealed)}")
    jury.click("main a:has-text('Ước mơ xanh')")
    for field in jury.page.locator("main form input[id^=c][inputmode=decimal]").all():
        field.fill("9,5")
    jury.press()
    db.session.rollback()
    round_ = db.session.scalars(sa.select(Round).where(Round.contest_id == contest.id)).one()
    entries = db.session.scalars(
        sa.select(Entry).where(Entry.contest_id == contest.id, Entry.number > 1)
    ).all()
    for place, entry in enumerate(entries):
        points = {criterion.id: Decimal(18 - place) / 2 for criterion in contest.criteria}
        judge_operations.give_points(round_, judge, entry, points)


def _awards(desk: Desk, telephone, campaign: Event, finale: Event) -> None:
    """The list of prizes, the winners that the ranking proposes, into the agenda of the finale, to everybody."""
    contest = _drawing(campaign)
    page = desk.open(f"/events/{campaign.slug}/contests/{contest.id}/awards")
    desk.fill(lines="Nhất | Bằng khen | 10.000.000 | Lãnh đạo UBND tỉnh\nNhì | Giấy khen | 5.000.000")
    desk.press("/list")
    desk.press("/give")
    item = _item(finale, ItemKind.AWARD)
    page.locator("#item").select_option(str(item.id))
    desk.press("/agenda")
    desk.press("/publish")

    page = desk.open(f"/events/{finale.slug}/agenda/items/{item.id}")
    expect(page.locator("main")).to_contain_text("Lãnh đạo UBND tỉnh")
    results = telephone(f"/c/{contest.slug}/results").page
    expect(results.locator("main")).to_contain_text("Ước mơ xanh")
    assert CHILD not in results.content()


def _item(finale: Event, kind: ItemKind) -> AgendaItem:
    return db.session.scalars(
        sa.select(AgendaItem).where(AgendaItem.event_id == finale.id, AgendaItem.kind == kind)
    ).one()


def _link(campaign: Event, name: str) -> str:
    """The page of an agency; those whom the plan names have it since the plan was loaded."""
    db.session.rollback()
    asked = db.session.scalars(
        sa.select(OrganizationInvitation).where(
            OrganizationInvitation.event_id == campaign.id, OrganizationInvitation.name == name
        )
    ).one()
    return f"/o/{secrets.unseal(asked.token_sealed)}"


def _money(desk: Desk, telephone, campaign: Event) -> None:
    """An agency hands in its estimate by link; finance approves it by its own."""
    desk.open(f"/events/{campaign.slug}/estimates")
    desk.fill(names="Sở Y tế")
    desk.press("/asked")
    agency = telephone(_link(campaign, "Sở Y tế") + "/estimate")
    agency.fill(
        lines__0__text="Tổ cấp cứu lưu động", lines__0__unit="ngày", lines__0__quantity="4",
        lines__0__unit_price="2.500.000", by_name="Bà Lê Thị Y",
    )  # fmt: skip
    agency.page.locator("#lines-0-source").select_option(index=3)
    agency.press("/lines", "button[value=hand_in]")

    finance = telephone(_link(campaign, "Sở Tài chính") + "/estimates")
    finance.click("main a:has-text('Sở Y tế')")
    finance.press("/approve")
    expect(finance.page.locator("main")).to_contain_text("10.000.000")
    page = desk.open(f"/events/{campaign.slug}/estimates")
    desk.click("main a:has-text('Sở Y tế')")
    expect(page.locator("main form[action$='/settle']")).to_be_visible()


def _honours(desk: Desk, telephone, campaign: Event, finale: Event) -> None:
    """Proposed by link, checked by Sở Nội vụ by link, decided, read out at the finale."""
    youth = telephone(_link(campaign, "Công an tỉnh") + "/commendations")
    youth.fill(
        name="Đội Cảnh sát quản lý hành chính", achievement="Thu thập dữ liệu dân cư tại 11 huyện, thành phố."
    )
    youth.press("/propose")
    checker = telephone(_link(campaign, "Sở Nội vụ") + "/commendations")
    checker.click("main a:has-text('Đội Cảnh sát')")
    checker.press("/check")

    page = desk.open(f"/events/{campaign.slug}/commendations")
    page.locator("input[name=chosen]").check()
    desk.fill(decision_number="3021/QĐ-UBND", decision_date="2024-10-08")
    desk.press("/checked", "button[formaction$='/decided']")
    item = _item(finale, ItemKind.RECOGNITION)
    page.locator("#item").select_option(str(item.id))
    desk.press("/commendations/agenda")
    page = desk.open(f"/events/{finale.slug}/agenda/items/{item.id}")
    expect(page.locator("main")).to_contain_text("Đội Cảnh sát quản lý hành chính")


def _communication(desk: Desk, telephone, campaign: Event) -> None:
    """The agency that the organizer names proves by its link that the work was done."""
    page = desk.open(f"/events/{campaign.slug}/communications")
    desk.click("main a:has-text('Tổ chức chương trình Livestream')")
    desk.click("main a[href$='/edit']")
    desk.fill(owner="Báo Đồng Nai")
    desk.press()
    paper = telephone(_link(campaign, "Báo Đồng Nai") + "/communications")
    paper.click("main a:has-text('Tổ chức chương trình Livestream')")
    paper.fill(
        done_on="2024-10-10", pieces="3", reach="12500", proof_url="https://baodongnai.example.vn/truc-tiep"
    )
    paper.press()

    page = desk.open(f"/events/{campaign.slug}/communications")
    expect(page.locator("main")).to_contain_text("12.500")


def _fair(desk: Desk, campaign: Event, stop: Event) -> None:
    """The fair at a stop: its doors are open to everybody, visitors are counted at the desk; then it has been held."""
    page = desk.open(f"/events/{stop.slug}/open-doors/new")
    desk.fill(title="Hội chợ ẩm thực không dùng tiền mặt")
    desk.press()
    desk.open(f"/events/{stop.slug}/open-doors/1/count")
    for _again in range(2):
        desk.click("main form:has(input[name=people][value='5']) button")
    expect(page.locator(".tapping__number strong")).to_have_text("10")

    desk.open(f"/events/{campaign.slug}/activities")
    desk.click("main a:has-text('Xây dựng không gian văn hóa ẩm thực địa phương')")
    page.locator("#state").select_option("done")
    desk.fill(visitors="10", result="Mười hai gian hàng, thanh toán không dùng tiền mặt.")
    desk.press("/outcome")


def _standing(desk: Desk, campaign: Event, axe) -> None:
    """The page of the campaign tells all of it."""
    page = desk.open(f"/events/{campaign.slug}/campaign")
    for figure in (
        "11/11 đơn vị", "3/3 điểm dừng", "1/19 hoạt động", "1/3 nội dung truyền thông", "1/6 cuộc thi",
        "11 bài dự thi", "1 đề nghị khen thưởng", "1/1 dự toán", "10.000.000 đồng được duyệt",
    ):  # fmt: skip
        expect(page.locator("main")).to_contain_text(_spaced(figure))
    axe(page)


def _spaced(figure: str) -> re.Pattern[str]:
    """A number, its whole and what it counts, with whatever space the page has between them."""
    return re.compile(r"\s*".join(map(re.escape, re.findall(r"[\d.]+|/|[^\W\d]+", figure))))


def _report(desk: Desk, campaign: Event, axe) -> None:
    """Activities, communication, contests and the rest in figures; approved, they stand."""
    page = desk.open(f"/events/{campaign.slug}/results")
    main = page.locator("main")
    figures = (
        "2 điểm dừng đã tổ chức", "10 lượt người đếm tại cửa", "1 hoạt động đã thực hiện", "12.500 lượt tiếp cận",
        "11 bài dự thi được chấp nhận", "2 giải thưởng đã có chủ", "1 được khen thưởng theo quyết định",
        "10.000.000 đồng được duyệt",
    )  # fmt: skip
    for figure in figures:
        expect(main).to_contain_text(_spaced(figure))
    axe(page)
    desk.press("/results/approve", ".confirm__panel button")
    expect(main.locator("form[action$='/results/reopen']")).to_have_count(1)
    for figure in figures:
        expect(main).to_contain_text(_spaced(figure))
    assert CHILD not in page.content()
