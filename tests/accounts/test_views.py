"""Coming in: by password, by link; the own account; what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock
from eventsvc.accounts import operations
from eventsvc.accounts.models import SignIn, SignInLink
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from tests import factories
from tests.pages import PageClient

PASSWORD = "một câu chỉ riêng mình biết"


@pytest.fixture
def user(organizer):
    operations.set_password(organizer, PASSWORD, by=organizer)
    return organizer


def test_signing_in_with_the_password_leads_to_the_page_that_was_asked_for(client, user):
    page = client.get("/account", follow=True)
    assert page.heading == "Đăng nhập"

    page = client.submit(page.form("next=/account"), {"email": user.email.upper(), "password": PASSWORD})

    assert (page.url, page.heading) == ("/account", "Tài khoản")
    assert user.email in page.text and "Ban Tổ chức" in page.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "\t//evil.example"]
)
def test_signing_in_never_leads_to_another_site(client, user, target):
    form = client.get("/sign-in").form("/sign-in")
    form.set("action", f"/sign-in?next={target}")

    page = client.submit(form, {"email": user.email, "password": PASSWORD}, status=302, follow=False)

    assert page.response.location == "/"


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("", PASSWORD, "Hãy nhập địa chỉ"),
        ("khong-phai-thu", PASSWORD, "không phải là địa chỉ thư"),
        ("a\x00b@quangngai.example.vn", PASSWORD, "ký tự không lưu được"),
        ("ai-do@quangngai.example.vn", "sai", "không đúng"),
        ("EMAIL", "sai mật khẩu", "không đúng"),
        ("EMAIL", "x" * 300, "quá dài"),
        ("EMAIL", "", "Hãy nhập mật khẩu"),
    ],
)
def test_a_wrong_sign_in_says_so_and_keeps_the_address(client, user, email, password, sentence):
    typed = user.email if email == "EMAIL" else email

    page = client.submit(
        client.get("/sign-in").form("/sign-in"), {"email": typed, "password": password}, status=422
    )

    assert [error for error in page.errors if sentence in error], page.errors
    assert page.form("/sign-in").fields["email"] == typed.replace("\x00", "")
    assert page.form("/sign-in").fields["password"] in (None, "")


def test_ten_wrong_passwords_close_the_door_for_a_while_even_for_the_right_one(client, user):
    for _ in range(10):
        client.post("/sign-in", {"email": user.email, "password": "sai mật khẩu"}, status=422)

    page = client.post("/sign-in", {"email": user.email, "password": PASSWORD}, status=429)

    assert 0 < int(page.response.headers["Retry-After"]) <= 300
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        page = client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    assert page.url == "/events"


def test_a_link_is_spent_by_the_button_and_not_by_looking(client, user):
    token = operations.make_link(user)
    for _ in range(2):
        page = client.get(f"/sign-in/{token}")
    assert user.email in page.text

    assert client.submit(page.form()).url == "/events"
    assert "không còn hiệu lực" in client.get(f"/sign-in/{token}", status=410).text
    client.post(f"/sign-in/{token}", status=410)


@pytest.mark.parametrize("token", ["", "nothing-of-the-kind", "x" * 3000, "%C3%A9"])
def test_a_token_nobody_made_opens_nothing(client, user, token):
    assert client.http.get(f"/sign-in/{token}").status_code in (404, 410, 308)


def test_a_link_by_mail_is_asked_for_without_telling_who_is_known(client, user):
    answers = []
    for email in (user.email, "la@quangngai.example.vn"):
        page = client.submit(client.get("/sign-in").form("/sign-in/link"), {"email": email})
        answers.append(page.text)

    assert answers[0] == answers[1]
    assert [link.user_id for link in db.session.scalars(sa.select(SignInLink)) if link.requested_at] == [
        user.id
    ]


def test_a_request_without_an_address_is_told_beside_its_field(client):
    page = client.submit(client.get("/sign-in").form("/sign-in/link"), {"email": ""}, status=422)

    assert len(page.errors) == 1
    page = client.submit(client.get("/sign-in").form("/sign-in/link"), {"email": "không có"}, status=422)
    assert page.form("/sign-in/link").fields["email"] == "không có"


def test_links_cannot_be_asked_for_without_end(client, user):
    statuses = {client.http.post("/sign-in/link", data={"csrf_token": client.csrf(), "email": user.email}).status_code
                for _ in range(12)}  # fmt: skip

    assert 429 in statuses


def test_a_new_password_keeps_this_browser_and_ends_the_others(app, client, user):
    other = PageClient(app).sign_in(user)
    client.sign_in(user)

    page = client.submit(client.get("/account").form("/account"), {"password": "một câu khác hẳn"})

    assert "Đã đặt mật khẩu" in page.text or page.flashes
    assert client.get("/account").status == 200
    other.get("/account", status=302)
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.ended_at.is_not(None))) >= 1


@pytest.mark.parametrize("password", ["", "ngắn", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused(signed_in, password):
    page = signed_in.submit(signed_in.get("/account").form("/account"), {"password": password}, status=422)

    assert len(page.errors) == 1


def test_signing_out_ends_the_session_for_good(signed_in):
    cookie = signed_in.http.get_cookie("session").value
    signed_in.post("/sign-out")
    signed_in.http.set_cookie("session", cookie)

    signed_in.get("/account", status=302)


def test_an_admin_lands_on_the_own_account_and_sees_no_events(client):
    admin = factories.user()
    operations.grant(admin, Role.ADMIN)
    client.sign_in(admin)

    assert client.get("/", follow=True).heading == "Tài khoản"
    client.get("/events", status=404)


def test_an_idle_browser_is_signed_out_after_half_an_hour(app, client, organizer):
    start = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    with time_machine.travel(start) as traveller:
        client.sign_in(organizer)
        traveller.shift(timedelta(minutes=29))
        assert client.get("/account").status == 200
        traveller.shift(timedelta(minutes=31))
        client.get("/account", status=302)
