"""187 organizations name 2,000 people: three by their own hands on a phone, the others as fast as forms can be sent."""

import re
from collections import Counter

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.guests.models import Guest
from eventsvc.nominations import gathering_operations as gathering
from eventsvc.nominations import operations, queries
from eventsvc.nominations.gathering_operations import Spread
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.nominations.operations import Contact, Request
from eventsvc.people.models import Person
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from tests import factories
from tests.pages import PageClient

PHONE = {"width": 390, "height": 844}
FAMILIES, GIVEN = ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đinh"), ("An", "Bích", "Cường", "Dung", "Đạt", "Ẩn")


def people_of(number: int) -> list[tuple[str, str]]:
    """Ten or eleven people with numbers of their own: 2,000 for 187 organizations."""
    return [
        (
            f"{FAMILIES[(number + place) % 6]} {'Thị' if place % 2 else 'Văn'} {GIVEN[number % 6]}",
            f"050{number:03d}{place:04d}",
        )
        for place in range(11 if number < 130 else 10)
    ]


def _ready():
    """The province of 2023: one hall, 13 districts, 173 communes, and the office of the province."""
    event = factories.data_notice(factories.approved_event())
    hall = factories.main_site(event)
    for level, spread in ((SiteLevel.DISTRICT, Spread.DISTRICTS), (SiteLevel.COMMUNE, Spread.COMMUNES)):
        sites.add_sites(event, level, by=None)
        group = factories.group(event, "Lãnh đạo UBND các đơn vị", level=level)
        gathering.spread_group(group, spread=spread, seats=11, by=None)
    operations.ask_organization(
        event, name="Văn phòng UBND tỉnh", request=Request(hall, seats=11), by=None,
        contact=Contact("Bà Lê Thị Nga", "Chánh Văn phòng", None, "vp@quangngai.example.vn"),
    )  # fmt: skip
    rows = db.session.scalars(sa.select(OrganizationInvitation).order_by(OrganizationInvitation.id)).all()
    return event, [f"/o/{secrets.unseal(row.token_sealed)}" for row in rows]


def _name_by_hand(page: Page, link: str, people: list[tuple[str, str]], axe) -> None:
    """Receipt, one person by the fields, the others as a pasted list; a double press, a reload."""
    page.goto(link)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Đã nhận giấy mời").click()
    expect(page.get_by_role("button", name="Đã nhận giấy mời")).to_have_count(0)
    (first, phone), *others = people
    page.get_by_label("Họ và tên").fill(first)
    page.get_by_label("Điện thoại").fill(phone)
    page.get_by_role("button", name="Cử đại biểu này").dblclick()
    expect(page.get_by_text("đã cử 1/11 người")).to_be_visible()
    page.locator("summary", has_text="Gửi danh sách").click()
    lines = "\n".join(f"{name}; Chuyên viên; {phone}" for name, phone in others)
    page.get_by_label("Mỗi người một dòng").fill(lines)
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_text(f"đã cử {len(people)}/11 người")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"đã cử {len(people)}/11 người")).to_be_visible()
    axe(page)


def test_187_organizations_name_2000_people_and_nobody_twice(app, new_visitor, axe, sign_in):
    event, links = _ready()
    assert len(links) == 187

    for number in (0, 60, 186):
        _name_by_hand(new_visitor(viewport=PHONE).new_page(), links[number], people_of(number), axe)
    client = PageClient(app)
    fields = {"csrf_token": client.csrf()}
    for number, link in enumerate(links):
        if number in (0, 60, 186):
            continue
        lines = "\n".join(f"{name}; Chuyên viên; {phone}" for name, phone in people_of(number))
        with app.app_context():
            answer = client.http.post(f"{link}/list", data={**fields, "pasted": lines})
        assert answer.status_code == 302, answer.text[:500]

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 2000
    states = Counter(db.session.scalars(sa.select(Nomination.state)))
    assert states == {NominationState.ACCEPTED: 2000}
    phones = [person.phone for person in db.session.scalars(sa.select(Person))]
    assert len(phones) == len(set(phones)) == 2000
    lines = queries.lines(event, queries.asked_in(event))
    tally = queries.tally(lines)
    assert (tally.organizations, tally.named, tally.seats, tally.waiting) == (187, 2000, 187 * 11, 0)
    assert {(line.facts.named) for line in lines} == {10, 11}
    page = new_visitor().new_page()
    sign_in(page, factories.organizer())
    page.goto(f"/events/{event.slug}/organizations")
    expect(page.get_by_text(re.compile(r"2\.000\s*/2\.057"))).to_be_visible()
