"""The organizer's pages about invitations on a phone: what is wide scrolls within itself, the page never sideways."""

import pytest
from playwright.sync_api import Page

from eventsvc.db import atomic, db
from eventsvc.guests.models import Rank
from eventsvc.invitations import operations as invitations
from eventsvc.seating import operations as seating
from eventsvc.seating.operations import Layout
from tests import factories

PATHS = ("seating/1", "letters", "invitations/by-hand", "invitations/by-hand?texts=1", "ranks")


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}}


def test_no_page_about_invitations_scrolls_sideways_on_a_phone(app, page: Page, organizer, sign_in, axe):
    event = factories.data_notice(factories.approved_event())
    hall = factories.main_site(event)
    with atomic():
        db.session.add(
            Rank(event_id=event.id, number=1, name="Lãnh đạo Đảng, Nhà nước, bộ, ban, ngành Trung ương")
        )
    for letter in "ABCDEGHIKLMN":
        factories.guest(hall, f"Nguyễn Thị Phương {letter}", emails=[])
    plan = seating.add_plan(
        hall, name="Hội trường lớn", layout=Layout(rows=4, left=14, centre=20, right=14), by=None
    )
    invitations.invite(event, by=None)
    seating.seat_everybody(plan, by=None)
    sign_in(page, organizer)

    widths = {}
    for path in PATHS:
        page.goto(f"/events/{event.slug}/{path}")
        axe(page)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(PATHS, 390)
