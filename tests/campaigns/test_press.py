"""The badge of a journalist: given with the approval, read at every door, dead as soon as that is decided."""

import pytest
import sqlalchemy as sa

from eventsvc import secrets
from eventsvc.campaigns import accreditation_messages, accreditation_queries, activity_printing, stall_queries
from eventsvc.campaigns import accreditation_operations as press
from eventsvc.campaigns import stall_operations as stalls
from eventsvc.campaigns.communication_models import AccreditationState
from eventsvc.campaigns.finding import is_contact
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.events import operations as events
from tests import factories
from tests.campaigns.test_activities import event, journalist, noticed, space  # noqa: F401
from tests.databases import ON_SQLITE

APPROVED, REFUSED = AccreditationState.APPROVED, AccreditationState.REFUSED


@pytest.fixture
def by(app):
    return factories.user()


def decide(one, state, by, **more):
    return press.decide(one.event, {one.id: one.version}, state, by=by, **more)


@ON_SQLITE
def test_a_press_badge_is_valid_until_it_is_withdrawn_or_refused(event, by, client):  # noqa: F811
    noticed(event)
    one, other = journalist(event), journalist(event, name="Trần Thị Ảnh")
    assert one.token_sealed is None
    decide(one, APPROVED, by)
    decide(other, APPROVED, by)
    token, second = (secrets.unseal(each.token_sealed) for each in (one, other))

    page = client.get(f"/press-badge/{token}")
    assert "Thẻ báo chí còn hiệu lực" in page.text and "Lê Văn Báo" in page.text
    assert "0501" not in page.text and "baodongnai" not in page.text and "Trần Thị Ảnh" not in page.text
    assert client.get(f"/press-badge/{token}/code.svg").response.data.startswith(b"<svg")

    press.withdraw(one, version=one.version, by=by)
    decide(other, REFUSED, by, remark="Nhầm")

    for dead in (token, second):
        assert "không còn hiệu lực" in client.get(f"/press-badge/{dead}").text
        assert not client.get(f"/press-badge/{dead}").html.xpath("//main//img")
    client.get("/press-badge/x", status=404)
    decide(other, APPROVED, by)
    assert "Thẻ báo chí còn hiệu lực" in client.get(f"/press-badge/{second}").text
    decide(one, APPROVED, by)  # a lost badge: withdrawn and given anew
    client.get(f"/press-badge/{token}", status=404)
    assert "Thẻ báo chí còn hiệu lực" in client.get(f"/press-badge/{secrets.unseal(one.token_sealed)}").text
    events.cancel_event(event, by=None)
    assert "không còn hiệu lực" in client.get(f"/press-badge/{second}").text


def test_the_letter_and_the_printed_badge_lead_to_it_and_the_outbox_keeps_no_secret(event, by):  # noqa: F811
    noticed(event)
    one = journalist(event)
    decide(one, APPROVED, by)
    token = secrets.unseal(one.token_sealed)

    letter = db.session.scalars(sa.select(Delivery)).one()
    assert "/press-badge/[[secret:link]]" in letter.text_body and token not in letter.text_body
    assert secrets.unseal(letter.secrets["link"]) == token
    links = {one.id: accreditation_messages.card_link(token)}
    (badge,) = activity_printing.press_badges(event, [one], links)["badges"]
    assert badge["qr"].startswith("<svg")
    press.withdraw(one, by=by)
    with pytest.raises(press.outbox.Overtaken):
        press.require_standing(letter)


def test_contacts_are_found_by_those_who_may_read_them(event, by):  # noqa: F811
    one = journalist(event, by=by)
    stall = stalls.add_stall(
        space(event, by), code="A1", owner="Hộ A", contact_name="Bà Tư",
        contact_phone="+84501000077", contact_email="hoa@example.vn", by=by,
    )  # fmt: skip
    for q in ("0501 000 009", "pv@", "bao@baodongnai"):
        found = accreditation_queries.accreditations_of(event, q=q, contacts=True)
        assert (found == [one]) == (q != "pv@")
        assert accreditation_queries.accreditations_of(event, q=q) == []
    for q in ("0501.000.077", "HOA@EXAMPLE", "bà tư"):
        assert stall_queries.stalls_of(event, q=q, contacts=True) == [stall]
        assert stall_queries.stalls_of(event, q=q) == []
    assert not is_contact("05", "+84501000077", None) and not is_contact(" ", None, None)
