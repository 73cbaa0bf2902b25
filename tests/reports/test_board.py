"""The live board: figures, order of alarm, links of screens."""

import uuid

import pytest

from eventsvc import clock, secrets
from eventsvc.checkins import operations as checkins
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.reports import board_queries
from eventsvc.reports.board import Attention
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from eventsvc.web import snapshots
from tests import factories
from tests.queries import counted


@pytest.fixture
def event(app):
    """An event whose doors are open: the main hall and thirteen districts."""
    snapshots.forget()
    made = factories.data_notice(factories.approved_event(starts_at=factories.soon(days=1)))
    factories.open_doors(made)
    factories.main_site(made)
    sites.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


def arrive(guest, site):
    """The guest's pass is scanned at the site by a phone enrolled there."""
    invitations.issue_pass(guest)
    code = secrets.unseal(invitation_queries.live_pass(guest).code_sealed)
    _enrolment, token = checkins.create_enrolment(guest.event, site=site, name="Cửa 1", by=None)
    device, _key = checkins.enrol(token)
    now = clock.now()
    scan = {"scan_id": str(uuid.uuid4()), "seq": 1, "code": code, "site": site.code, "kind": "entry",
            "mode": "online", "scanned_at": now.isoformat()}  # fmt: skip
    return checkins.record_scans(device, [scan], device_clock=now)[0]["outcome"]


def test_the_board_counts_people_in_and_expected_at_every_site(event):
    main, district = factories.site_of(event, "main"), factories.site_of(event, "524")
    guests = [factories.guest(main), factories.guest(main), factories.guest(district)]

    assert arrive(guests[0], main) == "admitted"
    assert arrive(guests[2], district) == "admitted"

    board = board_queries.board(event)
    assert (board.present, board.expected, board.started, len(board.tiles)) == (2, 3, 2, 14)
    figures = {tile.code: (tile.present, tile.expected, tile.attention) for tile in board.tiles}
    assert figures["main"] == (1, 2, Attention.FILLING)
    assert figures["524"] == (1, 1, Attention.FULL)
    assert figures["536"] == (0, 0, Attention.NOBODY_EXPECTED)


def test_a_site_where_nobody_is_in_after_the_start_needs_attention(event, time_machine):
    factories.guest(factories.site_of(event, "524"))
    assert board_queries.board(event).urgent == []

    time_machine.move_to(factories.soon(days=1, hour=9))

    assert [tile.code for tile in board_queries.board(event).urgent] == ["524"]


def test_the_board_page_and_its_fragment_show_the_same_figures(signed_in, event):
    main = factories.site_of(event, "main")
    arrive(factories.guest(main), main)

    page = signed_in.get(f"/events/{event.slug}/board")
    fragment = signed_in.http.get(f"/events/{event.slug}/board/fragment")

    assert "1/1 người có mặt" in page.text
    assert fragment.headers["ETag"]
    again = signed_in.http.get(
        f"/events/{event.slug}/board/fragment", headers={"If-None-Match": fragment.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_screen_link_shows_the_board_until_it_is_revoked(signed_in, client, event):
    screens = signed_in.submit(signed_in.get(f"/events/{event.slug}/screens").form("/screens"))
    link = next(url for url in screens.links() if "/board/" in url and "/events/" not in url)
    path = link.removeprefix("http://localhost")
    signed_in.http.delete_cookie("session")

    assert client.get(path).heading == "Lễ phát động"
    assert client.http.get(f"{path}/fragment").status_code == 200

    signed_in.sign_in(factories.organizer())
    signed_in.submit(signed_in.get(f"/events/{event.slug}/screens").form("/revoke"))
    client.get(path, status=404)
    client.get(f"{path}/fragment", status=404)


def test_another_kind_of_token_opens_no_screen(client, event):
    from eventsvc.accounts import operations as accounts
    from eventsvc.accounts.permissions import Role

    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)

    client.get(f"/board/{token}", status=404)


def test_the_board_costs_the_same_for_one_site_and_many(event):
    board_queries.board(event)
    with counted() as few:
        board_queries.board(event)
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    board_queries.board(event)
    with counted() as many:
        assert len(board_queries.board(event).tiles) == 187

    assert many.number == few.number
