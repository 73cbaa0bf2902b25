"""What strangers type into a public page: kept, escaped or refused; never a second recipient, never an error page."""

import email
from email import policy

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.deliveries import handover
from eventsvc.deliveries.models import Delivery
from eventsvc.visitors.models import Visit, VisitState
from tests.visitors.conftest import token

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

FORGED = "=?utf-8?q?=0d=0aBcc:_ke.gian=40xem.example.vn?="


@pytest.mark.parametrize(
    "name",
    [
        "Trần\r\nBcc: ke.gian@xem.example.vn",
        f"Trần {FORGED}",
        "Trần\u2028Bcc: ke.gian@xem.example.vn",
        "Trần ((rsvp_link)) [[secret:link]] [[secret:pass_code]]",
        "<script>alert(1)</script> Trần",
    ],
)
def test_a_name_stays_a_name_on_the_page_and_in_the_letter(client, fair, name):
    form = client.get(fair.address).form()
    said = {"full_name": name, "email": "a@xem.example.vn", "agrees": "y", "organization": name}
    shown = client.submit(form, said)

    visit = db.session.scalars(sa.select(Visit)).one()
    assert "<script>" not in shown.response.text.replace('<script src="', "")
    [letter] = db.session.scalars(sa.select(Delivery)).all()
    message = email.message_from_bytes(handover.as_message(letter).as_bytes(), policy=policy.default)
    assert message["Bcc"] is None and message["Cc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["a@xem.example.vn"]
    text = message.get_body(("plain",)).get_content()
    assert text.count(token(visit)) == 1, "what looks like a marker in a name is filled with nothing"
    html = message.get_body(("html",)).get_content()
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "x" * 10_000),
        ("full_name", "Trần\x00Thị"),
        ("full_name", "12345 --- !!!"),
        ("phone", "0" * 5000),
        ("email", "a@xem.example.vn, ke.gian@xem.example.vn"),
        ("email", "a@xem.example.vn\r\nBcc: b@xem.example.vn"),
        ("organization", "x" * 10_000),
    ],
)
def test_what_cannot_be_is_refused_with_everything_typed_and_nothing_kept(client, fair, field, value):
    form = client.get(fair.address).form()
    said = {"full_name": "Trần Thị Xem", "phone": "0503 000 111", "email": "", "agrees": "y"} | {field: value}

    page = client.submit(form, said, status=422)

    assert page.errors and db.session.scalar(sa.select(sa.func.count(Visit.id))) == 0


def test_a_link_scanner_that_looks_at_every_address_of_a_letter_changes_nothing(client, fair):
    visit = fair.register(email="a@xem.example.vn")
    page = f"/visit/{token(visit)}"
    for method in ("GET", "HEAD"):
        assert client.http.open(page, method=method).status_code == 200
        assert client.http.open(f"{page}/cancel", method=method).status_code == 405
        assert client.http.open(f"{page}/visit.ics", method=method).status_code == 200

    db.session.refresh(visit)
    assert visit.state is VisitState.REGISTERED


def test_a_title_that_would_be_a_header_is_refused_where_it_is_typed(signed_in, fair):
    page = signed_in.get(f"/events/{fair.event.slug}/open-doors/{fair.doors.number}/edit")

    refused = signed_in.submit(page.form(), {"title": f"Triển lãm {FORGED}"}, status=422)

    assert refused.errors == ["Tên phải là một dòng chữ thông thường."]
    db.session.refresh(fair.doors)
    assert fair.doors.title == "Triển lãm sản phẩm số"
