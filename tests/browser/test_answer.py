"""Answering on a phone: one tap in the message, one on the page; the invitation fits the screen."""

import re

import pytest
from playwright.sync_api import expect

from eventsvc.db import db
from eventsvc.invitations.models import Answer
from tests.invitations import scenes

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def invitation(app):
    return scenes.invited(
        scenes.ready_event(contact_name="Bà Trần Thị Sáu"), full_name="Nguyễn Văn An", honorific="Ông",
        position="Chủ tịch", organization_name="UBND xã Bình Thạnh",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("button", "answer"), [("Tôi sẽ tham dự", Answer.ACCEPTED), ("Tôi không thể dự", Answer.DECLINED)]
)
def test_two_taps_answer(new_visitor, axe, invitation, button, answer):
    """The first tap is on the button in the message that left, the second on the page it opens."""
    [message] = scenes.send()
    html = next(part.get_content() for part in message.walk() if part.get_content_type() == "text/html")
    context = new_visitor(viewport=PHONE, has_touch=True)
    mail = context.new_page()
    mail.set_content(re.sub(r'<img class="qr"[^>]*>', "", html))

    mail.get_by_role("link", name=button).tap()
    mail.wait_for_url("**/i/**")
    send = mail.get_by_role("button", name="Gửi câu trả lời")
    expect(send).to_be_in_viewport()
    axe(mail)
    send.tap()

    expect(mail.get_by_text("Trân trọng cảm ơn. Câu trả lời đã được ghi nhận.")).to_be_visible()
    db.session.refresh(invitation)
    assert (invitation.answer, len(invitation.answers)) == (answer, 1)


def test_the_invitation_is_one_screen_on_a_phone(new_visitor, axe, invitation):
    page = new_visitor(viewport=PHONE).new_page()
    page.goto(scenes.link(invitation))

    for words in ("Nguyễn Văn An", "08 giờ 00 phút", "52 Hùng Vương"):
        expect(page.get_by_text(words).first).to_be_in_viewport()
    expect(page.get_by_role("button", name="Gửi câu trả lời")).to_be_in_viewport()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
