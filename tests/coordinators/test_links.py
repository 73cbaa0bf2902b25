"""Links made, sent, copied, printed, renewed and taken back."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.coordinators import messages, sending_operations
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.sites import link_operations, link_queries, operations
from eventsvc.sites.models import Site, SiteLevel
from tests import factories
from tests.queries import counted


@pytest.fixture
def event(app):
    event = factories.approved_event()
    factories.main_site(event)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    for number, site in enumerate(_bridges(event)):
        if number:  # the first has nobody's address
            operations.edit_site(
                site,
                {"contact_name": f"Anh Bách {number}", "contact_email": f"diem.cau{number}@huyen.example.vn"},
                by=None,
            )
    return event


def _bridges(event) -> list[Site]:
    return list(
        db.session.scalars(
            sa.select(Site).where(Site.event_id == event.id, Site.code != "main").order_by(Site.id)
        )
    )


def _letters() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def _token(site: Site) -> str:
    return link_queries.link_of(site).rpartition("/")[2]


def test_links_are_sent_once_to_everybody_with_an_address(event, signed_in):
    here = f"/events/{event.slug}/sites/links"
    page = signed_in.get(here)
    assert page.html.xpath("//select[@name='within']")
    page = signed_in.submit(page.form("/links/sent"))
    signed_in.submit(page.form("/links/sent"))

    first, *others = _bridges(event)
    letters = _letters()
    assert sorted(letter.recipient for letter in letters) == sorted(site.contact_email for site in others)
    assert first.name in page.text and first.token_hash and first.link_sent_at is None
    assert all(site.link_sent_at for site in others)
    for letter, site in zip(letters, others, strict=True):
        stored = letter.text_body + letter.html_body + letter.subject
        assert "[[secret:link]]" in stored and _token(site) not in stored


def test_more_than_a_request_can_wait_for_goes_in_turn(event, organizer, monkeypatch):
    monkeypatch.setattr(sending_operations, "MOST_AT_ONCE", 5)
    queued: list[tuple[int, ...]] = []
    monkeypatch.setattr(
        sending_operations.jobs, "enqueue", lambda name, *ids: queued.append(ids) if ids else None
    )
    sites = _bridges(event)

    assert sending_operations.send_soon(event, sites, by=organizer) is None
    assert _letters() == [] and [len(ids) for ids in queued] == [7, 7, 5]
    for ids in [*queued, *queued]:
        sending_operations.send_in_turn(*ids)

    assert len(_letters()) == len(sites) - 1


def test_a_letter_that_has_not_left_is_called_back_with_its_link(event):
    site = _bridges(event)[1]
    sending_operations.send_links(event, [site], by=None)
    link_operations.renew_link(site, by=None)
    (old,) = _letters()

    assert old.state is DeliveryState.CANCELLED
    with pytest.raises(outbox.Overtaken):
        outbox.resend(old, number=1, by=None)
    sending_operations.send_links(event, [site], by=None)
    assert [letter.intent for letter in _letters()] == [f"site_link:{site.id}:1", f"site_link:{site.id}:2"]
    link_operations.revoke_link(site, by=None)
    assert {letter.state for letter in _letters()} == {DeliveryState.CANCELLED}


def test_the_words_to_copy_lead_to_the_page(event, signed_in):
    site = _bridges(event)[1]
    link_operations.make_links(event, [site], by=None)
    page = signed_in.get(f"/events/{event.slug}/sites/{site.code}/link")

    words = page.html.get_element_by_id("link-words").text_content()

    assert link_queries.link_of(site) in words and site.name.lower() in words.lower()
    assert messages.Composer(event).to_copy(site) == words
    signed_in.post(f"/events/{event.slug}/sites/{site.code}/link/renewed")
    assert link_queries.link_of(site) not in words


def test_the_sheet_has_eight_cards_a_page_and_each_its_own_link(event, signed_in):
    sites = _bridges(event)
    link_operations.make_links(event, sites, by=None)

    answer = signed_in.post(f"/events/{event.slug}/sites/links/sheet.pdf")

    pages = [page.extract_text() for page in PdfReader(BytesIO(answer.response.data)).pages]
    letters = ["".join(page.replace("\u200b", "").split()) for page in pages]
    assert len(pages) == -(-len(sites) // 8)
    for number, site in enumerate(sites):
        assert [place for place, page in enumerate(letters) if _token(site) in page] == [number // 8]


def test_a_coordinator_account_reaches_the_links_of_its_own_site_only(event, client):
    mine, other, *_rest = _bridges(event)[1:]
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=mine.id)
    client.sign_in(user)
    here = f"/events/{event.slug}/sites"

    page = client.post(f"{here}/links/sent")
    assert not page.html.xpath("//select[@name='within']") and page.html.xpath("//select[@name='level']")
    client.get(f"{here}/{other.code}/link", status=404)
    client.post(f"{here}/{other.code}/link/renewed", status=404)

    assert mine.name in page.text and other.name not in page.text
    assert [letter.subject_id for letter in _letters()] == [mine.id] and other.token_hash is None


def test_the_list_costs_the_same_for_one_site_and_for_all(event, signed_in):
    here, one = f"/events/{event.slug}/sites/links", _bridges(event)[0].code
    signed_in.get(here)
    with counted() as few:
        signed_in.get(f"{here}?q={one}")
    with counted() as many:
        signed_in.get(here)

    assert few.number == many.number
