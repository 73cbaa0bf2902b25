"""Whom to ask: from names, from slots, from the collective lines of a plan; pressing twice adds nothing."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import StaleEdit
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroupOrganization, Slot
from eventsvc.nominations import gathering_operations as gathering
from eventsvc.nominations import operations, queries
from eventsvc.nominations.gathering_operations import Spread
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import Contact, Request
from eventsvc.organizations import queries as organizations
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from tests import factories
from tests.nominations.asking import asked, link, ready_event
from tests.queries import counted

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def _names() -> list[str]:
    return list(
        db.session.scalars(sa.select(OrganizationInvitation.name).order_by(OrganizationInvitation.id))
    )


def test_asking_twice_makes_one_invitation_with_one_slot(app):
    event = ready_event()
    request = Request(factories.site_of(event, "main"), "Đại diện lãnh đạo Sở", seats=2)

    first = operations.ask_organization(event, name="Sở Nội vụ", request=request, by=None)
    again = operations.ask_organization(event, name="SỞ NỘI VỤ ", request=request, by=None)

    assert first.id == again.id
    assert [(slot.label, slot.seats) for slot in again.slots] == [("Đại diện lãnh đạo Sở", 2)]


@SQLITE
def test_communes_of_nearly_the_same_name_are_two_organizations(app):
    event = ready_event()

    asked(event, "UBND xã Bình Thanh, huyện Bình Sơn")
    asked(event, "UBND xã Bình Thạnh, huyện Bình Sơn")

    assert len(_names()) == 2


@SQLITE
def test_a_line_of_all_communes_gives_each_of_the_173_one_slot_at_its_own_site(app):
    event = ready_event()
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    group = factories.group(event, "Lãnh đạo UBND các xã, phường, thị trấn.", level=SiteLevel.COMMUNE)

    first = gathering.spread_group(group, spread=Spread.COMMUNES, seats=1, by=None)
    again = gathering.spread_group(group, spread=Spread.COMMUNES, seats=1, by=None)

    assert (first.slots, first.organizations, again.slots, again.organizations) == (173, 173, 0, 0)
    slots = db.session.scalars(sa.select(Slot)).all()
    assert {slot.site.level for slot in slots} == {SiteLevel.COMMUNE}
    assert all(slot.site.organization_id == slot.organization_id for slot in slots)
    assert "Lãnh đạo UBND xã Bình Thạnh, huyện Bình Sơn" in {slot.label for slot in slots}
    assert not [slot for slot in slots if "Lý Sơn" in slot.label]  # the island district has no communes


@SQLITE
def test_where_communes_have_no_sites_they_sit_with_their_district_else_in_the_main_hall(app):
    event = ready_event()
    group = factories.group(event, "Lãnh đạo UBND các xã", level=SiteLevel.MAIN)
    gathering.spread_group(group, spread=Spread.COMMUNES, seats=1, by=None)
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    other = factories.group(event, "Chủ tịch UBND các xã", level=SiteLevel.DISTRICT)
    gathering.spread_group(other, spread=Spread.COMMUNES, seats=1, by=None)

    rows = db.session.scalars(sa.select(Slot)).all()

    assert {slot.site.code for slot in rows if slot.group_id == group.id} == {"main"}
    assert {slot.site.level for slot in rows if slot.group_id == other.id} == {SiteLevel.DISTRICT}
    assert len(_names()) == 173  # one invitation for both slots of each


@SQLITE
def test_organizations_that_a_line_names_are_asked_one_by_one(app):
    event = ready_event()
    group = factories.group(event, "Các sở, ban, ngành")
    for number, name in enumerate(("Sở Nội vụ", "Sở Y tế", "Các doanh nghiệp viễn thông"), 1):
        group.organizations.append(GuestGroupOrganization(number=number, name=name, listed=True))
    db.session.commit()

    outcome = gathering.spread_group(group, spread=Spread.LISTED, seats=2, by=None)

    assert (outcome.slots, outcome.left) == (2, ["Các doanh nghiệp viễn thông"])
    assert _names() == ["Sở Nội vụ", "Sở Y tế"]


@SQLITE
def test_slots_however_they_came_are_gathered_under_one_invitation_each(app):
    event = ready_event()
    hall = factories.site_of(event, "main")
    guests.add_slot(
        hall, label="Đại diện lãnh đạo Sở Nội vụ", organization_name="Sở Nội vụ", seats=1, by=None
    )
    guests.add_slot(hall, label="02 chuyên viên", organization_name="Sở nội vụ", seats=2, by=None)
    guests.add_slot(hall, label="Đại diện Thường trực Tỉnh ủy", by=None)
    guests.add_slot(hall, label="Lãnh đạo UBND các xã, phường", by=None)

    first = gathering.gather_slots(event, by=None)
    again = gathering.gather_slots(event, by=None)

    assert (first.slots, first.organizations, first.left) == (3, 2, ["Lãnh đạo UBND các xã, phường"])
    assert (again.slots, again.organizations) == (0, 0)
    by_name = {each.name: each for each in queries.asked_in(event)}
    assert [slot.seats for slot in by_name["Sở Nội vụ"].slots] == [1, 2]
    assert queries.quota(by_name["Sở Nội vụ"].slots) == 3


def test_another_contact_gets_another_link_and_the_old_one_dies(app, client):
    event = ready_event()
    invitation = asked(event)
    old, version = link(invitation), invitation.version

    operations.edit_invitation(
        invitation, contact=Contact("Ông Đỗ Văn Bình", None, None, "binh@so.example.vn"),
        due_on=None, note=None, version=version, by=None,
    )  # fmt: skip

    assert client.get(old, status=404).heading
    assert client.get(link(invitation)).heading
    with pytest.raises(StaleEdit):
        operations.edit_invitation(
            invitation, contact=Contact(), due_on=None, note=None, version=version, by=None
        )


@SQLITE
def test_a_corrected_title_of_the_contact_keeps_the_link(app):
    invitation = asked(ready_event())
    before = invitation.token_hash

    contact = Contact("Bà Lê Thị Nga", "Phó Chánh Văn phòng", "+84501234567", invitation.email)
    operations.edit_invitation(invitation, contact=contact, due_on=None, note=None, by=None)

    assert invitation.token_hash == before


@SQLITE
def test_the_list_costs_the_same_for_one_and_for_many(app, signed_in):
    event = ready_event()
    asked(event, "Sở Nội vụ")
    url = f"/events/{event.slug}/organizations"
    signed_in.get(url)
    with counted() as one:
        signed_in.get(url)
    for number in range(40):
        asked(event, f"Hội số {number}")

    with counted() as many:
        page = signed_in.get(url)

    assert len(page.rows()) == 41
    assert many.number == one.number


@SQLITE
def test_an_organization_is_found_without_diacritics_and_added_from_the_list(app, signed_in):
    event = ready_event()
    url = f"/events/{event.slug}/organizations/new"

    page = signed_in.get(f"{url}?q=binh+son")
    choice = next(each for each in page.links() if "organization=" in each)
    form = signed_in.get(choice).form()
    hall = factories.site_of(event, "main")
    signed_in.submit(form, {"site": str(hall.id), "seats": "3", "email": "ubnd@binhson.example.vn"})

    (row,) = queries.asked_in(event)
    unit = organizations.find("UBND huyện Bình Sơn", on=event.units_as_of, province_code="51")
    assert (row.name, row.organization_id, row.slots[0].seats) == ("UBND huyện Bình Sơn", unit.id, 3)


@SQLITE
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "Sở Nội vụ\x07"),
        ("name", "x" * 301),
        ("email", "a@so.example.vn, b@so.example.vn"),
        ("email", "a@so.example.vn\r\nBcc: x@y.example.vn"),
        ("contact_phone", "không có"),
        ("seats", "-1"),
        ("due_on", "31/02/2026"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(app, signed_in, field, typed):
    event = ready_event()
    hall = factories.site_of(event, "main")
    values = {"name": "Sở Nội vụ", "site": str(hall.id), field: typed}

    page = signed_in.post(f"/events/{event.slug}/organizations/new", values, status=422)

    assert page.errors
    assert queries.asked_in(event) == []


@SQLITE
def test_a_domain_in_letters_of_its_own_is_written_to_in_the_letters_of_mail(app):
    invitation = asked(ready_event(), email="vanphong@sở-nội-vụ.example.vn")

    assert invitation.email == "vanphong@xn--s-ni-v-5n8bub8c.example.vn"
