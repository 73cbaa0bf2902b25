"""Seating as people use it: a hall laid out, seats given by hand, papers with names."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.seating import operations
from eventsvc.seating.models import SeatingPlan
from eventsvc.seating.operations import Layout
from eventsvc.seating.ordering import Seat
from tests import factories
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LONG = "K’ Brel Nguyễn Hoàng Phước Thiện Tôn Nữ Quỳnh Thuỷ Ngọc Diễm"


@pytest.fixture
def event(app):
    return factories.data_notice(factories.approved_event())


@pytest.fixture
def hall(event):
    return factories.main_site(event)


@pytest.fixture
def plan(hall):
    layout = Layout(rows=2, centre=3, left=2, right=2, presidium=3)
    return operations.add_plan(hall, name="Hội trường lớn", layout=layout, by=None)


def at(plan, path=""):
    return f"/events/{plan.event.slug}/seating/{plan.id}{path}"


def said(page):
    return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(page.response.data)).pages]


def test_a_hall_is_laid_out_and_everybody_is_seated_with_two_presses(event, hall, signed_in):
    for number in range(3):
        factories.guest(hall, f"Nguyễn Văn {'ABC'[number]}")
    form = signed_in.get(f"/events/{event.slug}/seating/new").form("seating/new")
    typed = {"site": str(hall.id), "name": "Hội trường lớn", "rows": "1", "centre": "2"}
    page = signed_in.submit(form, typed)

    seated = signed_in.submit(page.form("everybody"))

    assert seated.flashes == [
        "2 người đã có chỗ ngồi. 2 chỗ thay đổi.", "Không còn ghế cho 1 người.",
    ]  # fmt: skip
    assert "1 người dự không còn chỗ ngồi trong hội trường này." in seated.text
    assert seated.html.xpath("//a[contains(@class,'chair--taken')]/@title") == [
        "A-01-01: Ông Nguyễn Văn B", "A-01-02: Ông Nguyễn Văn A",
    ]  # fmt: skip
    assert [row[:1] for row in seated.rows(-1)] == [["Ông Nguyễn Văn C"]]


def test_a_chair_is_given_to_somebody_found_without_diacritics_and_exchanged(plan, hall, signed_in):
    guest, other = factories.guest(hall, "Lê Thị Quýnh"), factories.guest(hall, "Trần Văn Út")
    place = f"{plan.blocks[2].id}-1-2"

    found = signed_in.get(at(plan, f"/seat?at={place}&q=quynh"))
    given = signed_in.submit(found.form("/give"))
    taken = signed_in.get(at(plan, f"/seat?at={place}&q=ut"))
    swapped = signed_in.submit(taken.form("/give"))

    assert given.flashes == ["Lê Thị Quýnh ngồi tại ghế B-01-02."]
    assert swapped.flashes == ["Trần Văn Út ngồi tại ghế B-01-02."]
    db.session.expire_all()
    assert (guest.seat, other.seat) == (None, "B-01-02")


def test_chairs_that_nobody_gets_are_written_as_people_write_them(plan, signed_in):
    block = plan.blocks[2]
    form = signed_in.get(at(plan, f"/blocks/{block.id}")).form()

    refused = signed_in.submit(form, {"closed": "hàng hai"}, status=422)
    signed_in.submit(form, {"closed": "1-1, 1-3..9, 2"})

    assert refused.errors != []
    db.session.expire_all()
    assert block.closed == ["1-1", "1-3", "2-1", "2-2", "2-3"]


def test_the_plan_the_list_and_the_name_plates_bear_every_name_and_are_written_down(plan, hall, signed_in):
    seated, absent = factories.guest(hall, LONG), factories.guest(hall, "Đỗ Văn Vắng")
    factories.guest(hall, "Đỗ Văn Thừa", organization_name="Sở Nội vụ")
    operations.give(plan, Seat(plan.blocks[2].id, 1, 2), seated, by=None)
    operations.give(plan, Seat(plan.blocks[2].id, 1, 1), absent, by=None)
    invitations.invite(plan.event, by=None)
    declined = invitation_queries.invitation_for(absent)
    invitations.answer(declined, Answer.DECLINED, reason="Bận", source=AnswerSource.PAGE)
    page = signed_in.get(at(plan))

    [drawn] = said(signed_in.submit(page.form("plan.pdf")))
    [listed] = said(signed_in.submit(page.form("list.pdf")))
    plates = said(signed_in.submit(signed_in.get(at(plan, "/plates")).form()))

    assert "SƠ ĐỒ CHỖ NGỒI" in drawn and LONG in drawn and "B-01-02" in drawn and "Đỗ Văn Vắng" not in drawn
    assert "B-01-02 Ông " + LONG in listed and "Đỗ Văn Vắng (không dự)" in listed
    assert listed.index("Chưa có chỗ ngồi") < listed.index("Đỗ Văn Thừa")
    assert len(plates) == 1 and plates[0].count("Brel") == 2  # both sides of one plate
    printed = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "seating_plan.printed")
    ).all()
    assert [entry.details for entry in printed] == [
        {"what": "plan", "count": 2}, {"what": "list", "count": 3}, {"what": "plates", "count": 1},
    ]  # fmt: skip


def test_a_plan_costs_the_same_for_one_guest_and_for_many(plan, hall, signed_in):
    def cost():
        with counted() as count:
            signed_in.get(at(plan))
        return count.number

    factories.guest(hall)
    operations.seat_everybody(plan, by=None)
    one = cost()
    for _ in range(16):
        factories.guest(hall)
    operations.seat_everybody(plan, by=None)

    assert cost() == one
    assert db.session.scalar(sa.select(sa.func.count(SeatingPlan.id))) == 1
