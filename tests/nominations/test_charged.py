"""An organization that is only charged with tasks: found where its contact and link are, never among the invited."""

import pytest

from eventsvc.errors import NotFound
from eventsvc.nominations import queries
from eventsvc.nominations.operations import Request, ask_organization, charge_organizations
from tests import factories
from tests.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def charged(app):
    event = factories.event()
    return charge_organizations(event, [("Sở Y tế", None)], by=factories.user())[0]


def test_it_is_not_among_the_invited(charged):
    assert queries.asked_in(charged.event) == []
    with pytest.raises(NotFound):
        queries.asked_of(charged.event, charged.id)


def test_its_contact_is_entered_and_its_link_is_shown_and_renewed(charged, client):
    client.sign_in(factories.organizer())
    page = f"/events/{charged.event.slug}/organizations/{charged.id}"

    shown = client.submit(
        client.get(f"{page}/edit").form(), {"contact_name": "Bà Hai", "email": "van.thu@soyte.example.vn"}
    )

    assert "van.thu@soyte.example.vn" in shown.text and "/o/" in shown.text
    assert "Lấy lại giấy mời" not in shown.text
    former = charged.token_hash
    client.submit(shown.form("/link"))
    assert charged.token_hash != former


def test_whoever_is_invited_later_keeps_the_link(charged):

    site = (
        factories.main_site(charged.event)
        if hasattr(factories, "main_site")
        else factories.site(charged.event)
    )
    ask_organization(charged.event, name="Sở Y tế", request=Request(site, seats=1), by=None)

    assert queries.asked_of(charged.event, charged.id).is_invited
