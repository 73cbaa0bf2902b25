"""The desk and the devices, used as people use them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import device_queries, operations, queries
from eventsvc.checkins.models import Device, Enrolment, Profile
from eventsvc.db import atomic, db
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient


@pytest.fixture
def coordinator(app, hall):
    """Signed in for the school alone."""
    user = factories.user("hieutruong@quangngai.example.vn")
    accounts.grant(user, Role.COORDINATOR, event_id=hall.event.id, site_id=hall.school.id)
    return PageClient(app).sign_in(user)


def at(hall, path=""):
    return f"/events/{hall.event.slug}/{path}"


def panel(page):
    """What the large answer beside the list says."""
    return " ".join(page.html.get_element_by_id("answer").text_content().split())


def actions():
    return db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_another_site_asks_for_a_reason_and_keeps_what_was_chosen(hall, signed_in):
    form = signed_in.get(at(hall, f"checkins/guests/{hall.tam.id}")).form(f"guests/{hall.tam.id}")

    refused = signed_in.submit(form, {"site": "main"}, status=422)
    page = signed_in.submit(refused.form(f"guests/{hall.tam.id}"), {"reason": "Đi cùng đoàn của tỉnh"})

    assert refused.errors == [
        "Khách thuộc điểm cầu Trường Đại học Phạm Văn Đồng. Vui lòng nêu lý do cho vào tại đây."
    ]
    assert refused.form(f"guests/{hall.tam.id}").fields["site"] == "main"
    assert "Ông Lê Văn Tám" in panel(page)
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_outside_the_hours_nobody_is_let_in(hall, signed_in):
    with atomic():
        hall.sitting.doors_open_at = clock.now() + timedelta(hours=1)

    page = signed_in.submit(
        signed_in.get(at(hall, f"checkins/guests/{hall.minh.id}")).form(f"guests/{hall.minh.id}")
    )

    assert "Hiện không phải giờ mở cửa. Chưa ghi nhận lượt vào." in panel(page)
    assert "Cửa mở từ" in page.text


def test_an_entry_is_undone_with_a_reason_and_stays_in_the_record(hall, signed_in):
    operations.record_scans(
        hall.device(name="Cửa 1"), [scan(hall.code(hall.minh)), scan(hall.code(hall.minh))]
    )
    page = signed_in.get(at(hall, f"checkins/guests/{hall.minh.id}"))

    refused = signed_in.submit(page.form("annul?sitting=1&site=main"), status=422)
    done = signed_in.submit(refused.form("annul?sitting=1&site=main"), {"reason": "Quét nhầm người"})

    assert refused.errors == ["Vui lòng nêu lý do để hồ sơ được rõ ràng."]
    assert done.flashes == ["Đã hủy 2 lượt vào."]
    assert queries.head_counts(hall.event, hall.sitting) == {}
    lines = [" ".join(line.text_content().split()) for line in done.html.find_class("timeline")[0]]
    assert sorted(line.partition(" ")[2].split(" ", 1)[1][:8] for line in lines)[0]
    assert [("Quét nhầm người" in line, "đã hủy lúc" in line) for line in lines] == [
        (False, True), (False, True), (True, False), (True, False)
    ]  # fmt: skip
    assert actions()[-2:] == ["scan.annulled", "scan.annulled"]


def test_a_coordinator_undoes_entries_at_own_sites_alone(app, hall):
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh), minutes_ago=20)])
    elsewhere = scan(
        None, guest=hall.minh.id, site=hall.school.code, minutes_ago=5, mode="manual", reason="Đi công tác"
    )
    operations.record_scans(hall.device(hall.school, profile=Profile.SUPERVISOR), [elsewhere])
    user = factories.user("hoitruong@quangngai.example.vn")
    accounts.grant(user, Role.COORDINATOR, event_id=hall.event.id, site_id=hall.main.id)
    browser = PageClient(app).sign_in(user)
    address = at(hall, f"checkins/guests/{hall.minh.id}/annul")

    done = browser.post(address, {"reason": "Quét nhầm"})
    again = browser.post(address, {"reason": "Quét nhầm"})

    words = f"Khách này còn lượt vào tại {hall.school.name}: chỉ người phụ trách nơi đó được hủy."
    assert (done.flashes, again.flashes) == (["Đã hủy 1 lượt vào.", words], [words])
    assert queries.head_counts(hall.event, hall.sitting) == {hall.school.id: 1}


def test_the_latest_scans_show_refused_ones_too(hall, signed_in):
    operations.record_scans(hall.device(name="Cửa 1"), [scan("garbage"), scan(hall.code(hall.tam))])

    rows = signed_in.get(at(hall, "checkins/scans")).rows()

    assert sorted(row[4] for row in rows) == ["Không hợp lệ trực tuyến", "Thuộc điểm cầu khác trực tuyến"]


def test_an_event_without_scans_or_without_a_sitting_has_pages_too(hall, signed_in):
    for path in ("checkins", "checkins/scans", "checkins/cases", "devices"):
        signed_in.get(at(hall, path))
    with atomic():
        db.session.delete(hall.sitting)

    assert "chưa có phiên" in signed_in.get(at(hall, "checkins")).text
    signed_in.get(at(hall, f"checkins/guests/{hall.minh.id}"), status=302)


def test_a_coordinator_works_at_their_site_and_sees_no_other(hall, coordinator):
    operations.record_scans(hall.device(name="Cửa chính"), [scan(hall.code(hall.minh))])
    elsewhere = hall.device()

    found = coordinator.get(at(hall, "checkins?q=van"))

    assert [row[0] for row in found.rows()] == ["Ông Lê Văn Tám"]
    assert "Minh" not in coordinator.get(at(hall, "checkins")).text
    assert "Minh" not in coordinator.get(at(hall, "checkins/scans")).text
    coordinator.get(at(hall, f"checkins/guests/{hall.minh.id}"), status=404)
    coordinator.post(at(hall, f"checkins/guests/{hall.minh.id}"), {"site": "main"}, status=404)
    coordinator.post(at(hall, f"checkins/guests/{hall.minh.id}/annul"), {"reason": "x"}, status=404)
    coordinator.post(at(hall, f"checkins/guests/{hall.tam.id}"), {"site": "main", "reason": "x"}, status=422)
    coordinator.post(at(hall, f"devices/{elsewhere.id}/revoke"), status=404)
    assert [
        choice for choice in coordinator.get(at(hall, "devices/new")).form().inputs["site"].value_options
    ] == [hall.school.code]
    assert elsewhere.revoked_at is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RECEPTION, Role.STAGE, Role.JURY, Role.ADMIN])
def test_others_find_neither_desk_nor_devices(app, hall, role):
    user = factories.user()
    scope = {} if role is Role.ADMIN else {"event_id": hall.event.id}
    accounts.grant(user, role, **scope)
    browser = PageClient(app).sign_in(user)

    for path in ("checkins", "checkins/scans", "checkins/cases", "devices", "devices/new"):
        browser.get(at(hall, path), status=404)


def test_lists_cost_the_same_for_one_and_for_thirty(hall, signed_in, app):
    def statements(path):
        seen = []
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listen)
        try:
            signed_in.get(at(hall, path))
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", listen)
        return [one for one in seen if one.startswith("SELECT") and "sign_in" not in one]

    paths = ("checkins", "checkins?q=dai", "checkins/scans", "checkins/cases", "devices")
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh))])
    operations.record_scans(hall.device(hall.school), [scan(hall.code(hall.minh), site=hall.school.code)])
    factories.guest(hall.main, full_name="Đại biểu 0")
    statements("checkins")  # the first look reads everything
    few = [len(statements(path)) for path in paths]
    for number in range(1, 30):
        guest = factories.guest(hall.main, full_name=f"Đại biểu {number}")
        operations.record_scans(hall.device(), [scan(hall.code(guest))])
        operations.record_scans(hall.device(hall.school), [scan(hall.code(guest), site=hall.school.code)])

    statements("checkins")  # the first after scans reads those
    assert [len(statements(path)) for path in paths] == few


def test_the_board_costs_six_statements_or_seven(hall):
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh), seq=3)])
    seen = []
    listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
    db.session.commit()
    _ids = hall.event.id, hall.sitting.id

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    rows = queries.board_rows(hall.event, hall.sitting)
    sa.event.remove(db.engine, "before_cursor_execute", listen)

    assert [(row.site.code, row.expected, row.present, row.waiting) for row in rows] == [
        ("main", 2, 1, 2),
        (hall.school.code, 1, 0, 0),
    ]
    assert len(seen) <= 7


# --- Devices ------------------------------------------------------------------------------------------------


def test_a_device_is_enrolled_by_a_card_and_shut_out_by_a_press(hall, signed_in):
    form = signed_in.get(at(hall, "devices/new")).form()
    refused = signed_in.submit(form, {"name": " "}, status=422)
    card = signed_in.submit(
        refused.form(), {"name": "Cửa 1", "site": hall.school.code, "profile": "supervisor"}
    )

    enrolment = db.session.scalar(sa.select(Enrolment))
    qr = signed_in._ask("GET", at(hall, f"devices/enrolments/{enrolment.id}/qr.svg"))
    assert refused.errors == ["Hãy đặt tên cho thiết bị, ví dụ theo cửa nơi thiết bị được đặt."]
    assert (enrolment.site_id, enrolment.profile) == (hall.school.id, Profile.SUPERVISOR)
    assert card.heading == "Cửa 1"
    assert (qr.status_code, qr.mimetype) == (200, "image/svg+xml")
    address = card.html.get_element_by_id("address").text_content()
    assert address.startswith("http://localhost/scan/enrol/")

    token = address.rpartition("/")[2]
    device, _secret = operations.enrol(token)
    assert "Đã có điện thoại dùng mã này" in signed_in.get(card.url).text
    assert signed_in._ask("GET", at(hall, f"devices/enrolments/{enrolment.id}/qr.svg")).status_code == 404
    listed = signed_in.get(at(hall, "devices"))
    page = signed_in.submit(listed.form(f"devices/{device.id}/revoke"))

    assert listed.rows()[0][0] == "Cửa 1 Trưởng cửa: được hủy lượt vào"
    assert page.flashes == ["Đã khóa Cửa 1. Dữ liệu thiết bị này còn gửi sẽ được để riêng."]
    assert "đã khóa" in page.rows()[0][5]
    assert [action for action in actions() if action.startswith(("enrolment", "device"))] == [
        "enrolment.created",
        "device.enrolled",
        "device.revoked",
    ]


def test_opening_the_enrolment_page_changes_nothing(hall, client):
    _row, token = operations.create_enrolment(hall.event, site=hall.main, name="Cửa 1", by=None)

    page = client.get(f"/scan/enrol/{token}")
    client.get(f"/scan/enrol/{token}")

    assert "Cửa 1" in page.text
    assert hall.main.name in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Device)) == 0
    assert device_queries.usable_enrolment(token) is not None


def test_a_code_that_is_used_or_unknown_says_so(hall, client):
    _row, token = operations.create_enrolment(hall.event, site=hall.main, name="Cửa 1", by=None)
    operations.enrol(token)

    assert "không còn dùng được" in client.get(f"/scan/enrol/{token}", status=410).text
    client.get("/scan/enrol/x", status=410)
    client.get(f"/scan/enrol/{'x' * 5000}", status=410)


def test_the_scanner_page_holds_no_data_and_has_both_languages(hall, client):
    page = client.get("/scan")

    assert "Điện thoại này chưa được đăng ký" in page.text
    client.post("/language", {"language": "en", "next": "/scan"})
    assert "This phone is not enrolled yet" in client.get("/scan").text
    csp = page.response.headers["Content-Security-Policy"]
    assert "unsafe" not in csp


def test_only_the_worker_may_run_webassembly(client):
    address = client.get("/scan").html.get_element_by_id("scan").get("data-worker")

    worker = client._ask("GET", address)

    assert worker.status_code == 200
    assert "script-src 'self' 'wasm-unsafe-eval'" in worker.headers["Content-Security-Policy"]


def test_a_device_that_owes_scans_says_how_many(hall, signed_in):
    device = hall.device(name="Cửa 1")
    operations.record_scans(device, [scan(hall.code(hall.minh), seq=4)])

    assert "3 lượt chưa gửi" in signed_in.get(at(hall, "devices")).rows()[0][5]
