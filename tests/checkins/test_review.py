"""Cases and what was put aside: shown in words with both doors, settled with a note, bounded to own sites."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import (
    operations,
    quarantine_queries,
    queries,
    review_operations,
    review_queries,
    verification_queries,
)
from eventsvc.checkins.models import CaseKind, Profile, QuarantinedScan, Resolution, ReviewCase, Scan
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from eventsvc.people import operations as people
from eventsvc.people.operations import Details
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient
from tests.queries import counted


def at(hall, path):
    return f"/events/{hall.event.slug}/checkins/{path}"


def coordinator_of(app, hall, site, role=Role.COORDINATOR):
    user = factories.user(f"{site.code}@quangngai.example.vn")
    accounts.grant(user, role, event_id=hall.event.id, site_id=site.id)
    return PageClient(app).sign_in(user)


def at_two_sites(hall, guest):
    """In at the main hall, seen again at the school."""
    code = hall.code(guest)
    operations.record_scans(hall.device(name="Cửa chính"), [scan(code, minutes_ago=20)])
    operations.record_scans(
        hall.device(hall.school, name="Cửa trường"), [scan(code, site=hall.school.code, minutes_ago=10)]
    )
    return db.session.scalar(
        sa.select(ReviewCase).where(ReviewCase.guest_id == guest.id, ReviewCase.kind == CaseKind.CROSS_SITE)
    )


def in_conflict(hall, device=None):
    device = device or hall.device(name="Cửa 1")
    first = scan(hall.code(hall.minh))
    operations.record_scans(device, [first])
    operations.record_scans(device, [{**first, "code": hall.code(hall.hoa), "seq": first["seq"]}])
    return db.session.scalar(sa.select(QuarantinedScan))


def case_of(kind):
    return db.session.scalar(sa.select(ReviewCase).where(ReviewCase.kind == kind))


def panels(page):
    return [" ".join(node.text_content().split()) for node in page.html.xpath("//article")]


# --- Cases ----------------------------------------------------------------------------------------------------


def test_a_case_shows_both_doors_side_by_side_and_is_kept_with_a_note(hall, signed_in, organizer):
    case = at_two_sites(hall, hall.minh)
    page = signed_in.get(at(hall, "cases"))
    refused = signed_in.submit(page.form(f"cases/{case.id}"), status=422)
    done = signed_in.submit(refused.form(f"cases/{case.id}"), {"note": "Đã gọi điện: đi đúng một nơi."})

    sides = [" ".join(node.text_content().split()) for node in page.html.find_class("side")]
    assert [(hall.main.name in side, "Cửa chính, ngoại tuyến Đã vào" in side) for side in sides] == [
        (True, True), (False, False),
    ]  # fmt: skip
    assert f"{hall.school.name} Cửa trường, ngoại tuyến Đã vào ở điểm cầu khác" in sides[1]
    assert "Mỗi người chỉ được tính một lần" in page.text
    assert refused.errors == ["Vui lòng ghi kết quả xác minh."]
    assert done.flashes == ["Đã kết luận trường hợp."]
    db.session.refresh(case)
    assert (case.resolution, case.settlement, case.settled_by_id) == (
        Resolution.STANDS, "Đã gọi điện: đi đúng một nơi.", organizer.id,
    )  # fmt: skip
    assert "giữ nguyên" in done.text and organizer.name in done.text
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_an_entry_that_was_a_mistake_is_undone_with_the_note_as_its_reason(hall, signed_in):
    case = at_two_sites(hall, hall.minh)
    wrong = db.session.scalar(sa.select(Scan.scan_id).where(Scan.site_id == hall.main.id))
    form = signed_in.get(at(hall, "cases")).form(f"cases/{case.id}")

    signed_in.post(form.get("action"), {"mistake": str(uuid4()), "note": "x"}, status=404)
    done = signed_in.post(form.get("action"), {"mistake": wrong, "note": "Quét hộ người khác"})
    late = signed_in.post(form.get("action"), {"mistake": wrong, "note": "Lần nữa"}, status=404)

    db.session.refresh(case)
    undoing = db.session.scalar(sa.select(Scan).where(Scan.annuls == wrong))
    assert done.flashes == ["Đã hủy lượt vào và kết luận trường hợp."]
    assert (case.resolution, case.settlement) == (Resolution.ANNULLED, "Quét hộ người khác")
    assert (undoing.reason, undoing.actor_kind) == ("Quét hộ người khác", "user")
    assert late.status == 404
    assert db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-2:] == [
        "case.settled", "scan.annulled",
    ]  # fmt: skip
    assert (
        not verification_queries.findings(hall.event) if hasattr(verification_queries, "findings") else True
    )


def test_whoever_is_second_undoes_nothing(hall, organizer):
    case = at_two_sites(hall, hall.minh)
    wrong = db.session.scalar(sa.select(Scan).where(Scan.site_id == hall.main.id))
    assert review_operations.keep([case], by=organizer, note="Đúng cả hai") == 1

    with pytest.raises(review_operations.AlreadySettled):
        review_operations.annul(case, wrong, by=organizer, note="Nhầm")

    assert review_operations.keep([case], by=organizer, note="Lần nữa") == 0
    assert db.session.scalar(sa.select(ReviewCase.settlement)) == "Đúng cả hai"
    assert db.session.scalar(sa.select(Scan.id).where(Scan.annuls.is_not(None))) is None


def test_several_of_one_kind_are_kept_at_once(hall, signed_in):
    cases = [at_two_sites(hall, guest) for guest in (hall.minh, hall.hoa)]
    form = signed_in.get(at(hall, "cases")).form("checkins/cases")
    nothing = signed_in.submit(form)
    ids = [str(case.id) for case in cases]
    refused = signed_in.post(at(hall, "cases"), {"kind": "cross_site", "case": ids}, status=422)
    other = signed_in.post(at(hall, "cases"), {"kind": "seq_fork", "case": ids, "note": "x"})
    done = signed_in.post(at(hall, "cases"), {"kind": "cross_site", "case": ids, "note": "Đã xác minh"})

    assert nothing.flashes == other.flashes == ["Vui lòng chọn những mục đã xem trước."]
    assert refused.errors == ["Vui lòng ghi kết quả xác minh."]
    assert len(refused.html.xpath("//input[@name='case'][@checked]")) == 2
    assert done.flashes == ["Đã kết luận 2 trường hợp."]
    assert review_queries.open_numbers(hall.event) == (0, 0)


def test_a_case_at_two_sites_is_shown_to_both_coordinators_without_a_telephone_number(app, hall, signed_in):
    with_phone = Details(full_name="Nguyễn Văn Minh", phones=["+84501234567"])
    people.edit_person(hall.minh.person, with_phone, by=None)
    third = factories.site(hall.event, name="Trường Chính trị")
    case = at_two_sites(hall, hall.minh)
    main, school = (coordinator_of(app, hall, site) for site in (hall.main, hall.school))
    stranger = coordinator_of(app, hall, third)

    for browser in (main, school):
        [shown] = panels(browser.get(at(hall, "cases")))
        assert "Nguyễn Văn Minh" in shown and "Cửa chính" in shown and "Cửa trường" in shown
        assert "501 234 567" not in shown and "501234567" not in shown.replace(" ", "")
    assert panels(stranger.get(at(hall, "cases"))) == []
    stranger.post(at(hall, f"cases/{case.id}"), {"note": "x"}, status=404)
    assert [
        review_queries.open_numbers(hall.event, frozenset({site.id})).cases
        for site in (hall.main, hall.school, third)
    ] == [1, 1, 0]


def test_a_coordinator_undoes_the_entry_at_their_own_site_alone(app, hall):
    case = at_two_sites(hall, hall.minh)
    by_site = {one.site_id: one.scan_id for one in db.session.scalars(sa.select(Scan))}
    main, school = (coordinator_of(app, hall, site) for site in (hall.main, hall.school))

    school.post(at(hall, f"cases/{case.id}"), {"note": "x", "mistake": by_site[hall.main.id]}, status=404)
    done = main.post(at(hall, f"cases/{case.id}"), {"note": "Nhầm", "mistake": by_site[hall.main.id]})

    assert done.flashes == ["Đã hủy lượt vào và kết luận trường hợp."]


def test_a_revoked_pass_let_in_says_when_it_was_revoked(hall, signed_in):
    code = hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)
    operations.record_scans(hall.device(name="Cửa 1"), [scan(code, mode="offline", decision="admitted")])

    [shown] = panels(signed_in.get(at(hall, "cases")))

    assert "Mã bị thu hồi lúc" in shown
    assert "Vào bằng mã đã thu hồi" in shown
    assert case_of(CaseKind.ADMITTED_REVOKED).guest_id == hall.minh.id


def test_copies_of_a_device_and_a_jumping_clock_lead_to_the_device(hall, signed_in):
    device = hall.device(name="Cửa 7")
    operations.record_scans(device, [scan(hall.code(hall.minh), seq=1), scan(hall.code(hall.hoa), seq=1)])
    moment = clock.now() - timedelta(minutes=30)
    jumping = hall.device(name="Cửa 8")
    operations.record_scans(jumping, [
        scan(hall.code(hall.minh), seq=1, boot_id="b", mono_ms=1000, scanned_at=moment.isoformat()),
        scan(hall.code(hall.hoa), seq=2, boot_id="b", mono_ms=61000,
             scanned_at=(moment + timedelta(minutes=13)).isoformat()),
    ])  # fmt: skip

    page = signed_in.get(at(hall, "cases"))
    shown = panels(page)

    assert ["Cửa 7" in shown[0], "Khóa thiết bị này" in shown[0]] == [True, True]
    assert "lệch nhau 12,0 phút" in shown[1] and "Cửa 8" in shown[1]
    assert len(page.html.xpath("(//article)[1]//li[contains(@class,'side')]")) == 2
    assert len(page.html.xpath("(//article)[2]//li[contains(@class,'side')]")) == 2
    signed_in.submit(page.form(f"devices/{device.id}/revoke"))
    assert "Thiết bị này đã bị khóa từ" in panels(signed_in.get(at(hall, "cases")))[0]


# --- Quarantine -----------------------------------------------------------------------------------------------


def test_a_conflict_stands_beside_the_scan_that_is_stored(hall, signed_in, organizer):
    row = in_conflict(hall)
    page = signed_in.get(at(hall, "quarantine"))
    refused = signed_in.submit(page.form("quarantine"), {"scan": [str(row.id)]}, status=422)
    done = signed_in.submit(refused.form("quarantine"), {"note": "Máy bị sao chép"})

    sides = [" ".join(node.text_content().split()) for node in page.html.find_class("side")]
    assert sides[0].startswith("Đã lưu và được tính Thẻ vào cửamột mã khác")
    assert sides[1].startswith("Để riêng, không được tính Thẻ vào cửamột mã")
    assert [node.text_content().strip() for node in page.html.find_class("is-differing")] == [
        "một mã khác",
        "một mã",
    ]
    assert hall.code(hall.hoa) not in page.response.text
    assert row.body["code_hash"] not in page.response.text
    assert refused.errors == ["Vui lòng ghi kết quả xác minh."]
    assert done.flashes == ["Đã kết luận 1 lượt quét để riêng."]
    db.session.refresh(row)
    assert (row.settlement, row.settled_by_id) == ("Máy bị sao chép", organizer.id)
    assert (
        db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()[-1]
        == "quarantine.settled"
    )


def test_what_was_put_aside_says_why_in_words(hall, signed_in):
    device = hall.device(name="Cửa 1")
    operations.record_scans(device, [
        "garbage", scan(None), scan(hall.code(hall.minh), scanned_at="24:61"),
        scan(None, guest=hall.minh.id), scan(None, kind="annul", annuls=str(uuid4())),
    ])  # fmt: skip
    operations.revoke_device(device, by=None)
    operations.record_scans(device, [scan(hall.code(hall.minh))])
    boss = hall.device(profile=Profile.SUPERVISOR)
    operations.record_scans(boss, [scan(None, kind="annul", annuls=str(uuid4()))])

    text = signed_in.get(at(hall, "quarantine")).text

    for words in (
        "Dữ liệu nhận được không phải là một lượt quét.",
        "Lượt quét không nêu mã và cũng không nêu người nào.",
        "Có phần của lượt quét không đọc được.",
        "Thiết bị không có quyền làm việc này.",
        "Thiết bị đã bị khóa khi dữ liệu này được gửi đến.",
        "Yêu cầu hủy lượt vào mà không nêu lý do.",
    ):
        assert words in text


def test_quarantine_is_bounded_to_the_sites_of_its_devices(app, hall):
    row = in_conflict(hall)
    school = coordinator_of(app, hall, hall.school)
    main = coordinator_of(app, hall, hall.main)

    assert panels(school.get(at(hall, "quarantine"))) == []
    page = school.post(at(hall, "quarantine"), {"scan": str(row.id), "note": "x"})
    assert page.flashes == ["Vui lòng chọn những mục đã xem trước."]
    assert len(panels(main.get(at(hall, "quarantine")))) == 1
    assert review_queries.open_numbers(hall.event, frozenset({hall.school.id})) == (0, 0)
    assert review_queries.open_numbers(hall.event, frozenset({hall.main.id})) == (0, 1)


def revoked_with(hall, *guests, minutes_ago=20, name="Cửa 9"):
    """A revoked phone that still delivers; the rows put aside, in the order of the guests."""
    device = hall.device(name=name)
    operations.revoke_device(device, by=None)
    scans = [scan(hall.code(guest), minutes_ago=minutes_ago) for guest in guests]
    operations.record_scans(device, scans)
    rows = {row.scan_id: row for row in db.session.scalars(sa.select(QuarantinedScan))}
    return [rows[each["scan_id"]] for each in scans]


def test_what_a_revoked_device_sent_says_whose_it_is_and_lets_them_in_at_that_time(
    hall, signed_in, organizer
):
    operations.record_scans(hall.device(), [scan(hall.code(hall.hoa), minutes_ago=5)])
    rows = revoked_with(hall, hall.minh, hall.hoa)
    page = signed_in.get(at(hall, "quarantine"))

    shown = panels(page)
    assert "Nguyễn Văn Minh, Giám đốc" in shown[0] and "chưa vào" in shown[0]
    assert "Trần Thị Hoa" in shown[1] and "đã vào lúc" in shown[1]
    ids = [str(row.id) for row in rows]
    done = signed_in.post(at(hall, "quarantine"), {"scan": ids, "enter": "1"})
    again = signed_in.post(at(hall, "quarantine"), {"scan": ids, "enter": "1"})

    assert done.flashes == ["Đã cho 1 người vào theo giờ quét. 1 người đã vào trước đó."]
    assert again.flashes == ["Vui lòng chọn những mục đã xem trước."]
    entries = queries.entries_by_guest([hall.minh.id, hall.hoa.id], hall.sitting)
    assert entries[hall.minh.id].scan_id == quarantine_queries.scan_id_of(rows[0])
    assert entries[hall.minh.id].reason == f"Lượt quét để riêng số {rows[0].id}"
    assert abs(entries[hall.minh.id].effective_at - (clock.now() - timedelta(minutes=20))) < timedelta(
        minutes=1
    )
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}
    assert {row.settled_by_id for row in rows} == {organizer.id}
    assert {row.settlement for row in rows} == {"Cho vào theo giờ quét."}
    assert review_queries.open_numbers(hall.event) == (0, 0)
    assert verification_queries.breaches(hall.event) == []


def test_pressing_twice_enters_nobody_twice_and_a_refusal_leaves_the_line(hall, organizer):
    [row, other] = revoked_with(hall, hall.minh, hall.hoa)
    review_operations.enter_aside(hall.event, [row], by=organizer)
    with atomic():
        row.settled_at = None
    again = review_operations.enter_aside(hall.event, [row], by=organizer)
    with atomic():
        hall.event.cancelled_at = clock.now() - timedelta(hours=1)
    refused = review_operations.enter_aside(hall.event, [other], by=organizer, note="x")

    assert (again.entered, again.were_in, again.left) == (1, 0, 0)
    assert (refused.entered, refused.left, other.settled_at) == (0, 1, None)
    assert len(db.session.scalars(sa.select(Scan.id).where(Scan.guest_id == hall.minh.id)).all()) == 1


def test_whose_it_is_stays_within_reach_and_nobody_is_let_in_elsewhere(app, hall):
    [own, other] = revoked_with(hall, hall.minh, hall.tam)
    browser = coordinator_of(app, hall, hall.main)
    shown = panels(browser.get(at(hall, "quarantine")))
    done = browser.post(at(hall, "quarantine"), {"scan": [str(own.id), str(other.id)], "enter": "1"})

    assert "Nguyễn Văn Minh" in shown[0]
    assert "Lê Văn Tám" not in shown[1] and f"Khách dự tại {hall.school.name}" in shown[1]
    assert done.flashes == [
        "Đã cho 1 người vào theo giờ quét.", "Còn 1 lượt quét chưa cho vào được, cần xem từng lượt.",
    ]  # fmt: skip
    db.session.refresh(other)
    assert other.settled_at is None


def test_letting_in_many_costs_no_more_than_their_lines_in_the_audit_log(hall, organizer):
    def cost(rows):
        hall.event.id, organizer.id  # noqa: B018  (loaded)
        with counted() as count:
            review_operations.enter_aside(hall.event, rows, by=organizer)
        return count.number - 2 * len(rows)

    few = cost(revoked_with(hall, hall.minh, hall.hoa))
    guests = [factories.guest(hall.main, full_name=f"Đại biểu {number}") for number in range(12)]

    assert cost(revoked_with(hall, *guests, name="Cửa 10")) <= few


def test_both_lists_cost_the_same_for_two_and_for_many(hall, signed_in):
    def cost(path):
        address = at(hall, path)
        with counted() as count:
            signed_in.get(address)
        return count.number

    for guest in (hall.minh, hall.hoa):
        at_two_sites(hall, guest)
    in_conflict(hall)
    revoked_with(hall, hall.minh)
    few = [cost("cases"), cost("quarantine")]
    for number in range(12):
        guest = factories.guest(hall.main, full_name=f"Trương Đại {number}")
        at_two_sites(hall, guest)
        device = hall.device()
        first = scan(hall.code(guest))
        operations.record_scans(device, [first])
        operations.record_scans(device, [{**first, "reason": "khác"}])
        revoked_with(hall, guest)

    assert [cost("cases"), cost("quarantine")] == few
