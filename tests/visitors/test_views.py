"""The public page, a visitor's own page, and the list for organizers."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from eventsvc import clock, ical
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.visitors import operations, queries
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from tests import factories
from tests.pages import PageClient
from tests.queries import counted
from tests.visitors.conftest import token

ANSWERS = {"full_name": "Phạm Thị Xem", "phone": "0503 000 111", "agrees": "y"}


def test_a_visitor_registers_and_finds_the_pass_on_the_own_page(client, fair):
    page = client.get(fair.address)
    assert page.heading == "Triển lãm sản phẩm số"
    assert "Còn 2 chỗ." in page.text and "Luật số 91/2025/QH15" in page.text

    own = client.post(fair.address, {**ANSWERS, "organization": "Trường Chuyên"})

    [visit] = db.session.scalars(sa.select(Visit))
    assert own.url == f"/visit/{token(visit)}"
    assert (visit.phone, visit.organization) == ("+84503000111", "Trường Chuyên")
    assert "Quý vị đã có chỗ" in own.text
    assert client.http.get(f"{own.url}/pass.svg").mimetype == "image/svg+xml"
    assert client.http.get(f"{own.url}/pass.png").data[:4] == b"\x89PNG"
    [entry] = ical.read(client.http.get(f"{own.url}/visit.ics").data)
    assert entry.summary.startswith("Triển lãm sản phẩm số")
    assert client.post(fair.address, ANSWERS).url == own.url


def test_what_one_registers_tells_nobody_whether_an_address_is_known(client, fair):
    """A stranger who types the telephone of another gets a place of their own, and not a word about the other's."""
    other = fair.register("Người Thật", phone="+84503000111")

    page = client.post(fair.address, ANSWERS)

    assert "Người Thật" not in page.text and page.url != f"/visit/{token(other)}"


def test_the_form_keeps_what_was_typed_and_says_what_is_missing(client, fair):
    page = client.post(fair.address, {"full_name": "Phạm Thị Xem", "agrees": "y"}, status=422)

    assert page.errors == ["Đề nghị nhập số điện thoại hoặc địa chỉ thư điện tử."]
    assert page.form().fields["full_name"] == "Phạm Thị Xem"
    unwilling = client.post(fair.address, {"full_name": "A", "phone": "0503000111"}, status=422)
    assert unwilling.errors == ["Chỉ có thể giữ chỗ khi quý vị đồng ý."]
    assert db.session.scalars(sa.select(Visit)).all() == []


def test_a_full_fair_offers_the_queue_and_the_queue_moves(client, fair):
    first, _second = fair.register(), fair.register()
    assert "Đăng ký vào danh sách chờ" in client.get(fair.address).text
    own = client.post(fair.address, ANSWERS)
    assert "vị trí số 1 trong danh sách chờ" in own.text
    assert client.http.get(f"{own.url}/pass.svg").status_code == 404

    client.post(f"/visit/{token(first)}/cancel")

    assert "Quý vị đã có chỗ" in client.get(own.url).text
    assert "Đăng ký này đã bị hủy" in client.get(f"/visit/{token(first)}").text


def test_closed_pages_say_so_kindly(client, fair):
    visit = fair.register()
    operations.stop(fair.doors, by=None)
    assert "Đã đóng đăng ký" in client.get(fair.address).text
    client.post(fair.address, ANSWERS, status=422)

    events.cancel_event(fair.event, by=None)

    assert "Hoạt động này không diễn ra" in client.get(fair.address).text
    own = client.get(f"/visit/{token(visit)}")
    assert "Hoạt động này không diễn ra" in own.text and "pass.svg" not in own.response.text


def test_links_that_never_were(client, fair):
    client.get("/visit/khong-co", status=404)
    client.get(f"/p/{fair.event.slug}/visit/99", status=404)
    client.get("/p/khong-co/visit/1", status=404)


def test_an_organizer_makes_edits_stops_and_opens_again(signed_in, fair):
    page = signed_in.get(f"/events/{fair.event.slug}/open-doors/new")
    form = page.form()
    form.fields["title"], form.fields["capacity"] = "Ngày hội số", "30"
    shown = signed_in.submit(form)
    made = db.session.scalars(sa.select(OpenDoors).order_by(OpenDoors.number.desc())).first()
    assert (made.number, made.capacity, made.site_id) == (2, 30, fair.main.id)
    assert "Ngày hội số" in shown.heading

    edit = signed_in.get(f"{shown.url}/edit").form()
    edit.fields["capacity"] = ""
    signed_in.submit(edit)
    stopped = signed_in.submit(signed_in.get(shown.url).form("/stop"))
    assert "Đã dừng nhận đăng ký" in stopped.text
    opened = signed_in.submit(stopped.form("/open-again"))
    assert "Đang nhận đăng ký" in opened.text
    db.session.refresh(made)
    assert made.capacity is None


def test_the_list_finds_visitors_and_cancels_for_one_with_a_reason(signed_in, fair):
    fair.register("Nguyễn Đức Thắng", phone="+84503000777")
    visit = fair.register("Trần Thị Bình")
    address = f"/events/{fair.event.slug}/open-doors/{fair.doors.number}"
    assert [row[0] for row in signed_in.get(f"{address}?q=duc thang").rows()] == ["Nguyễn Đức Thắng"]
    assert [row[0] for row in signed_in.get(f"{address}?q=0503000777").rows()] == ["Nguyễn Đức Thắng"]

    ask = signed_in.get(f"{address}/visits/{visit.id}/cancel").form()
    signed_in.submit(ask, status=422)
    ask.fields["reason"] = "Trùng đăng ký"
    signed_in.submit(ask)

    db.session.refresh(visit)
    assert visit.state is VisitState.CANCELLED


def test_the_export_is_no_formula_and_is_written_down(signed_in, fair):
    fair.register("=cmd|' /C calc'!A0", phone="+84503000777")

    answer = signed_in.http.post(
        f"/events/{fair.event.slug}/open-doors/{fair.doors.number}/export.xlsx",
        data={"csrf_token": signed_in.csrf()} if hasattr(signed_in, "csrf") else {},
    )

    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert [cell.value for cell in sheet[2]][:2] == ["1", "=cmd|' /C calc'!A0"]
    assert sheet["B2"].data_type == "s"
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "visits.exported")).one()
    assert entry.details == {"count": 1, "contacts": True}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
def test_whoever_looks_after_one_site_prints_lists_and_takes_no_file_out(app, fair, role):
    user = factories.user("truong@quangngai.example.vn")
    accounts.grant(user, role, event_id=fair.event.id, site_id=fair.main.id)
    head = PageClient(app).sign_in(user)
    here = f"/events/{fair.event.slug}/open-doors/{fair.doors.number}"

    page = head.get(here).response.text

    assert "export.xlsx" not in page and f"/events/{fair.event.slug}/checkins/paper" in page
    head.post(f"{here}/export.xlsx", status=404)


@pytest.mark.parametrize("page", ["", "/1"])
def test_lists_cost_the_same_for_many(signed_in, fair, page):
    address = f"/events/{fair.event.slug}/open-doors{page}"
    operations.edit_open_doors(fair.doors, {"capacity": None}, by=None)
    fair.register()
    signed_in.get(address)
    with counted() as few:
        signed_in.get(address)
    for number in range(6):
        fair.register()
        operations.make_open_doors(
            fair.event, site=fair.main, sitting=fair.sitting, title=f"Gian {number}", by=None
        )
    with counted() as many:
        signed_in.get(address)

    assert many.number == few.number
    assert queries.registered(fair.doors).registered == 7


def test_the_public_programme_links_to_what_takes_registrations_with_the_places_left(client, fair):
    programme = f"/p/{fair.event.slug}"

    def shown() -> str:
        page = client.get(programme)
        return page.text if fair.address in page.links() else ""

    assert "Còn 2 chỗ." in shown()
    fair.register()
    assert "Còn 1 chỗ." in shown()
    fair.register()
    assert "Quý vị có thể đăng ký chờ." in shown()
    operations.edit_open_doors(fair.doors, {"capacity": None}, by=None)
    assert "Không giới hạn số người tham quan." in shown()
    operations.edit_open_doors(fair.doors, {"opens_at": clock.now() + timedelta(minutes=5)}, by=None)
    assert "Nhận đăng ký từ" in shown()
    operations.stop(fair.doors, by=None)
    assert fair.address not in client.get(programme).links()
