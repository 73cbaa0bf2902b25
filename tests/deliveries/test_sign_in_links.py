"""A link asked for by mail arrives, once, and opens the door."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from tests import factories


def drain(app) -> None:
    db.session.rollback()
    assert app.test_cli_runner().invoke(args=["deliveries", "work", "--once"]).exit_code == 0


def test_a_link_asked_for_by_mail_arrives_and_signs_in(app, client):
    user = factories.user("sau@quangngai.example.vn")
    accounts.request_link("sau@quangngai.example.vn")

    drain(app)
    drain(app)

    (file,) = Path(app.config["MAIL_FOLDER"]).glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"].addresses[0].addr_spec == user.email
    assert message["Subject"] == "Liên kết đăng nhập của ông/bà"
    text = message.get_body(("plain",)).get_content()
    address = re.search(r"http://localhost(/sign-in/\S+)", text)[1]
    client.submit(client.get(address).form(), status=302, follow=False)
    assert address.rpartition("/")[2] not in str(db.session.execute(sa.select(Delivery.__table__)).all())


def test_nobody_is_written_to_for_an_unknown_address_or_for_a_link_handed_over(app):
    accounts.request_link("ai@quangngai.example.vn")
    accounts.make_link(factories.user(), by=None)

    drain(app)

    assert db.session.scalars(sa.select(Delivery)).all() == []
