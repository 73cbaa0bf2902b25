"""Whoever takes personal data out shows again who they are: a browser left alone takes nothing out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations
from eventsvc.accounts.models import SignIn, SignInLink
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.visitors import operations as visitors
from tests import factories

PASSWORD = "một câu chỉ riêng mình biết"


@pytest.fixture
def event(app):
    event = factories.data_notice(factories.approved_event())
    main = factories.main_site(event)
    visitors.make_open_doors(event, site=main, sitting=event.sittings[0], title="Triển lãm", by=None)
    return event


def _left_alone() -> None:
    """Twenty minutes go by in front of the browser."""
    db.session.execute(sa.update(SignIn).values(created_at=clock.now() - timedelta(minutes=20)))
    db.session.commit()


def _exports() -> int:
    taken = ("attendance.exported", "visits.exported", "sites.exported")
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.action.in_(taken)))


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("attendance", "/attendance/export.xlsx?sitting=1"),
        ("attendance", "/attendance/export.csv?sitting=1"),
        ("open-doors/1", "/export.xlsx"),
        ("sites", "/sites/export.xlsx"),
    ],
)
def test_an_export_asks_for_the_password_again_and_only_then_goes_out(
    client, organizer, signed_in, event, place, form
):
    operations.set_password(organizer, PASSWORD, keep=db.session.scalar(sa.select(SignIn)), by=organizer)
    asked_from = signed_in.get(f"/events/{event.slug}/{place}")
    _left_alone()

    asked = signed_in.submit(asked_from.form(form))

    assert asked.heading == "Xác nhận người sử dụng" and _exports() == 0
    wrong = signed_in.submit(asked.form(), {"password": "sai mật khẩu"}, status=422)
    assert "Mật khẩu không đúng" in wrong.text and _exports() == 0

    back = signed_in.submit(wrong.form(), {"password": PASSWORD})
    assert back.url.startswith(f"/events/{event.slug}/{place}")
    file = signed_in.submit(signed_in.get(back.url).form(form), follow=False)
    assert file.status == 200 and "attachment" in file.response.headers["Content-Disposition"]
    assert _exports() == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.ended_at.is_not(None))) == 1


def test_who_has_no_password_gets_a_link_and_sets_none_meanwhile(signed_in, organizer):
    account = signed_in.get("/account")
    _left_alone()

    asked = signed_in.submit(account.form(), {"password": PASSWORD})

    assert asked.heading == "Xác nhận người sử dụng"
    db.session.refresh(organizer)
    assert organizer.password_hash is None
    sent = signed_in.submit(asked.form("/confirm/link?next=/account"))
    assert "Liên kết đăng nhập mới" in sent.text
    assert db.session.scalar(sa.select(sa.func.count()).where(SignInLink.requested_at.is_not(None))) == 1


def test_the_eleventh_wrong_password_is_one_too_many(signed_in, organizer):
    operations.set_password(organizer, PASSWORD, keep=db.session.scalar(sa.select(SignIn)), by=organizer)
    form = signed_in.get("/account/confirm").form("/account/confirm")
    for _try in range(10):
        signed_in.submit(form, {"password": "sai mật khẩu"}, status=422)

    refused = signed_in.submit(form, {"password": PASSWORD}, status=429)

    assert int(refused.response.headers["Retry-After"]) > 0


def test_the_page_leads_nowhere_else_and_is_for_those_who_are_signed_in(client, organizer):
    assert client.get("/account/confirm", follow=True).heading == "Đăng nhập"
    browser = client.sign_in(organizer)
    operations.set_password(organizer, PASSWORD, keep=db.session.scalar(sa.select(SignIn)), by=organizer)
    form = browser.get("/account/confirm?next=//evil.example").form()

    assert browser.submit(form, {"password": PASSWORD}, status=302, follow=False).response.location == "/"
