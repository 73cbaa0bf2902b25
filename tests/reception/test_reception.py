"""Reception: delegations with their people, who receives them, what reception may see and print."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.reception import encounters, operations, queries
from eventsvc.reception.models import Delegation, DelegationMember
from eventsvc.reception.operations import AlreadyTravelling
from tests import factories
from tests.pages import PageClient
from tests.queries import counted


@pytest.fixture
def event(app):
    return factories.data_notice(factories.approved_event())


@pytest.fixture
def hall(event):
    return factories.main_site(event)


def delegation(hall, name="Đoàn Bộ Thông tin và Truyền thông", **details):
    return operations.add_delegation(hall.event, {"name": name, "site_id": hall.id, **details}, by=None)


def at(event, path=""):
    return f"/events/{event.slug}/reception{path}"


def names(group):
    db.session.expire_all()
    return [member.guest.person.full_name for member in group.members]


# --- Who is in it -------------------------------------------------------------------------------------------


def test_all_people_of_an_organization_join_at_once_but_for_those_who_travel_otherwise(hall):
    group, other = delegation(hall), delegation(hall, "Đoàn Tập đoàn")
    an, binh, _cuong = (
        factories.guest(hall, name, organization_name="Bộ Thông tin và Truyền thông")
        for name in ("Đỗ Văn An", "Đỗ Văn Bình", "Đỗ Văn Cường")
    )
    factories.guest(hall, "Lê Văn Dũng", organization_name="Bộ Nội vụ")
    operations.add_member(other, binh, by=None)

    joined = operations.add_organization(group, "Bộ Thông tin và Truyền thông", by=None)

    assert joined == 2 and names(group) == ["Đỗ Văn An", "Đỗ Văn Cường"]
    assert group.head.id == an.id
    with pytest.raises(AlreadyTravelling, match="Đoàn Tập đoàn"):
        operations.add_member(group, binh, by=None)


def test_joining_twice_is_once_and_who_leaves_leads_no_more(hall):
    group, guest = delegation(hall), factories.guest(hall, "Đỗ Văn An")
    for _ in range(2):
        operations.add_member(group, guest, by=None)
    assert names(group) == ["Đỗ Văn An"] and group.head_id == guest.id

    operations.remove_member(group, guest, by=None)

    assert names(group) == [] and group.head_id is None


def test_a_guest_of_another_site_cannot_join(hall):
    with pytest.raises(Invalid):
        operations.add_member(delegation(hall), factories.guest(factories.site(hall.event)), by=None)


def test_a_delegation_that_is_removed_leaves_its_people_on_the_list(hall):
    group, guest = delegation(hall), factories.guest(hall)
    operations.add_member(group, guest, by=None)

    operations.remove_delegation(group, by=None)

    assert db.session.scalar(sa.select(sa.func.count(DelegationMember.id))) == 0
    assert db.session.get(type(guest), guest.id) is not None


def test_a_greeter_in_two_places_is_pointed_out(hall):
    start = hall.event.starts_at
    for name, minutes, greeter, point in (
        ("A", -60, "Chị Thuý", "Sân bay"), ("B", -60, "Chị Thuý", "Sân bay"), ("C", -40, "chị  thúy", "Khách sạn"),
        ("D", 20, "Chị Thuý", "Khách sạn"), ("E", -60, "Anh Toàn", "Sân bay"), ("F", None, "Anh Toàn", None),
    ):  # fmt: skip
        moment = start + timedelta(minutes=minutes) if minutes is not None else None
        delegation(hall, name, arrives_at=moment, greeter_name=greeter, arrival_point=point)

    found = encounters.clashes(queries.delegations_of(hall.event))

    assert [(clash.first.name, clash.second.name) for clash in found] == [("B", "C")]


# --- The pages ----------------------------------------------------------------------------------------------


def test_a_delegation_is_entered_filled_by_typing_without_diacritics_and_printed(event, hall, signed_in):
    factories.guest(hall, "Nguyễn Thị Quýnh", position="Thứ trưởng", organization_name="Bộ Nội vụ")
    form = signed_in.get(at(event, "/new")).form("reception/new")
    typed = {
        "name": "Đoàn Bộ Nội vụ", "site": str(hall.id), "arrives_at": "2026-07-15T06:30", "plate": "80A-000.01",
        "arrival_point": "Sân bay Chu Lai", "greeter_name": "Chị Thuý", "greeter_phone": "0503 000 001",
    }  # fmt: skip
    signed_in.submit(form, typed)
    group = db.session.scalars(sa.select(Delegation)).one()

    found = signed_in.get(at(event, f"/{group.id}?q=quynh"))
    page = signed_in.submit(found.html.xpath("//form[.//input[@name='guest']]")[0])

    assert page.flashes == ["Đã thêm Nguyễn Thị Quýnh vào đoàn."]
    listed = signed_in.get(at(event))
    assert listed.rows()[0][:4] == [
        "06:30 15/07/2026", "Đoàn Bộ Nội vụTrưởng đoàn: Ông Nguyễn Thị Quýnh", "1",
        "Sân bay Chu LaiTrung tâm IOC tỉnh",
    ]  # fmt: skip
    assert "tel:+84503000001" in listed.links()
    paper = signed_in.submit(listed.form("reception/list.pdf"))
    said = " ".join(PdfReader(BytesIO(paper.response.data)).pages[0].extract_text().split())
    for words in (
        "06h30",
        "Đoàn Bộ Nội vụ",
        "Ông Nguyễn Thị Quýnh",
        "80A-000.01",
        "0503 000 001",
        "Chị Thuý",
    ):
        assert words in said
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "reception.printed")).one()
    assert entry.details == {"count": 1}


def test_the_list_is_narrowed_to_an_hour_and_a_greeter(event, hall, signed_in):
    start = factories.soon(hour=6)
    delegation(hall, "Đoàn sớm", arrives_at=start, greeter_name="Chị Thuý")
    delegation(hall, "Đoàn muộn", arrives_at=start + timedelta(hours=2), greeter_name="Chị Thuý")
    delegation(hall, "Đoàn khác", arrives_at=start + timedelta(minutes=59), greeter_name="Anh Toàn")
    hours = signed_in.get(at(event)).html.xpath("//select[@name='hour']/option/@value")

    of_hour = signed_in.get(at(event, f"?hour={hours[1]}"))
    of_both = signed_in.get(at(event, f"?hour={hours[1]}&greeter=chi+thuy"))

    assert [row[1] for row in of_hour.rows()] == ["Đoàn sớm", "Đoàn khác"]
    assert [row[1] for row in of_both.rows()] == ["Đoàn sớm"]


def test_reception_sees_delegations_but_no_contact_data_of_guests_and_changes_nothing(app, event, hall):
    group = delegation(hall, greeter_phone="+84503000001")
    guest = factories.guest(hall, "Đỗ Văn An", emails=["an@quangngai.example.vn"], phones=["+84501234567"])
    operations.add_member(group, guest, by=None)
    user = factories.user()
    accounts.grant(user, Role.RECEPTION, event_id=event.id)
    browser = PageClient(app).sign_in(user)

    listed, page = browser.get(at(event)), browser.get(at(event, f"/{group.id}"))

    assert "Đỗ Văn An" in page.text and "Đỗ Văn An" in listed.text
    for shown in (listed.response.text, page.response.text):
        assert "an@quangngai" not in shown and "501234567" not in shown and "0501 234 567" not in shown
    assert not page.html.xpath("//main//form[@method='post']")
    browser.get(at(event, f"/{group.id}/edit"), status=404)
    browser.get(f"/events/{event.slug}/guests", status=404)


def test_the_list_costs_the_same_for_one_delegation_and_for_many(event, hall):
    def cost():
        db.session.expire_all()
        with counted() as count:
            for each in queries.delegations_of(event):
                assert each.head.person.full_name and each.members[0].guest.person.full_name
        return count.number

    for number in range(20):
        operations.add_member(delegation(hall, f"Đoàn {number}"), factories.guest(hall), by=None)
        if number == 0:
            one = cost()

    assert cost() == one
