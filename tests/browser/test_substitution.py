"""Naming a substitute on a phone: the mail's button leads to one short page; the head of a rank waits for an answer."""

import pytest
from playwright.sync_api import expect

from eventsvc.db import atomic, db
from eventsvc.guests import rank_operations as ranks
from eventsvc.invitations import substitution_queries
from tests import factories
from tests.invitations import scenes

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def invitation(app):
    return scenes.invited(
        full_name="Trần Văn Trưởng", position="Chủ tịch", organization_name="UBND xã Bình Thạnh"
    )


def fill(page) -> None:
    page.get_by_label("Họ và tên").fill("Lê Thị Thay")
    page.get_by_label("Chức vụ").fill("Phó Chủ tịch")
    page.get_by_label("Thư điện tử").fill("le.thay@quangngai.example.vn")


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_invitee_names_a_substitute_on_a_phone(new_visitor, axe, invitation, complaints):
    complaints.expect("410 (GONE)")
    page = new_visitor(viewport=PHONE).new_page()
    page.goto(scenes.link(invitation))
    page.get_by_role("link", name="Cử người đi thay").click()
    expect(page.get_by_label("Họ và tên")).to_be_visible()
    axe(page)
    assert fits(page)

    fill(page)
    page.get_by_role("button", name="Gửi").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Đã có người đi thay Ông/Bà")
    expect(page.get_by_text("Lê Thị Thay đi thay và đã được mời.")).to_be_visible()
    axe(page)
    assert fits(page)
    db.session.rollback()
    assert invitation.revoked_at is not None


def test_a_head_waits_for_the_organizers_who_agree_on_their_list(new_visitor, sign_in, axe, invitation):
    event, organizer = invitation.event, factories.organizer()
    rank = ranks.use_usual_ranks(event, by=None)[0]
    with atomic():
        invitation.guest.own_rank = rank
    page, desk = new_visitor(viewport=PHONE).new_page(), new_visitor().new_page()
    page.goto(f"{scenes.link(invitation)}/substitute")
    fill(page)
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Ông/Bà đã cử Lê Thị Thay")).to_be_visible()
    axe(page)

    sign_in(desk, organizer)
    desk.goto(f"/events/{event.slug}/substitutions")
    axe(desk)
    desk.locator("summary", has_text="Đồng ý Lê Thị Thay").click()
    desk.get_by_role("button", name="Đồng ý Lê Thị Thay").click()

    expect(desk.get_by_text("Lê Thị Thay đi thay và đã được mời.")).to_be_visible()
    desk.goto(f"/events/{event.slug}/ranks")
    axe(desk)
    db.session.rollback()
    places = substitution_queries.for_guests([invitation.guest_id])[invitation.guest_id]
    assert places.replaced_by.person.full_name == "Lê Thị Thay"
