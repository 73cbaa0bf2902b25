"""A site closes with a signed count, once, whatever arrives afterwards."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import closing_operations, closing_queries, operations
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.closing_operations import ClosedAlready, Signature
from eventsvc.checkins.closings import Doubt
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.sites.report_models import HeadCount
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient
from tests.queries import counted

HEAD = Signature("Nguyễn Văn Bảy", "Chủ tịch UBND xã")
PRESSES = 4


def send(device, *batch):
    return operations.record_scans(device, list(batch), device_clock=clock.now())


def close(hall, site=None, *, named=0, people=None, signed=HEAD):
    people = named if people is None else people
    return closing_operations.close(
        site or hall.main, hall.sitting, named=named, people=people, signed=signed, by=None
    )


@atomic()
def report(hall, site, people):
    db.session.add(HeadCount(site=site, sitting=hall.sitting, people=people, actor_kind="system"))


def count(hall, site=None):
    return closing_queries.count_of(site or hall.main, hall.sitting)


def test_the_greater_of_head_count_and_entries_by_name_is_proposed(hall):
    send(hall.device(), scan(hall.code(hall.minh)), scan(hall.code(hall.hoa)))
    assert (count(hall).named, count(hall).people, count(hall).expected) == (2, 2, 2)

    report(hall, hall.main, 45)

    assert (count(hall).named, count(hall).people) == (2, 45)


def test_what_was_signed_stays_and_what_arrives_later_is_stored_and_shown(hall):
    device = hall.device()
    send(device, scan(hall.code(hall.minh), minutes_ago=20))
    closing = close(hall, named=1, people=42)

    [answer] = send(device, scan(hall.code(hall.hoa), minutes_ago=10))

    assert answer["status"] == "stored"
    assert (closing.named, closing.people, count(hall).named, count(hall).later) == (1, 42, 2, 1)


def test_an_entry_undone_after_signing_is_a_difference_too(hall):
    head = hall.device(profile=Profile.SUPERVISOR)
    entry = scan(hall.code(hall.minh), minutes_ago=5)
    send(head, entry)
    close(hall, named=1)

    send(head, scan(None, kind="annul", annuls=entry["scan_id"], reason="Nhầm"))

    assert count(hall).later == -1


def test_nobody_signs_figures_they_have_not_seen(hall):
    send(hall.device(), scan(hall.code(hall.minh)))

    with pytest.raises(StaleEdit):
        close(hall, named=0, people=0)
    with pytest.raises(Invalid) as fewer:
        close(hall, named=1, people=0)

    assert fewer.value.field == "people"
    assert closing_queries.standing(hall.sitting) == {}


def test_of_several_who_press_at_once_one_signature_stands(app, hall):
    main, sitting = hall.main, hall.sitting
    site_id, sitting_id = main.id, sitting.id
    db.session.commit()
    together = Barrier(PRESSES)

    def press(number):
        with app.app_context():
            site, its = db.session.get(type(main), site_id), db.session.get(type(sitting), sitting_id)
            together.wait()
            try:
                closing_operations.close(
                    site, its, named=0, people=number, signed=Signature(f"Người ký {number}"), by=None
                )
            except ClosedAlready:
                return "late"
            return f"Người ký {number}"

    with ThreadPoolExecutor(PRESSES) as people:
        answers = list(people.map(press, range(PRESSES)))

    [signed] = [answer for answer in answers if answer != "late"]
    assert [row.signed_name for row in db.session.scalars(sa.select(SiteClosing))] == [signed]


def test_the_database_itself_lets_one_count_stand(hall):
    close(hall)

    with pytest.raises(sa.exc.IntegrityError), atomic():
        db.session.add(
            SiteClosing(
                event_id=hall.event.id,
                site_id=hall.main.id,
                sitting_id=hall.sitting.id,
                named=0,
                people=0,
                signed_name="B",
                actor_kind="system",
            )
        )


def test_opened_again_with_a_reason_it_can_be_signed_anew(hall):
    first = close(hall, people=3)
    with pytest.raises(Invalid):
        closing_operations.reopen(first, reason=" ", by=None)

    closing_operations.reopen(first, reason="Đếm lại", by=None)
    closing_operations.reopen(first, reason="Lần nữa", by=None)
    second = close(hall, people=4)

    assert first.reopen_reason == "Đếm lại"
    assert closing_queries.standing(hall.sitting) == {hall.main.id: second}
    assert closing_queries.history(hall.main, hall.sitting) == [second, first]
    actions = db.session.scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.action.startswith("site_closing"))
        .order_by(AuditEntry.id)
    )
    assert list(actions) == ["site_closing.signed", "site_closing.reopened", "site_closing.signed"]


def test_scans_on_devices_and_open_cases_warn_and_do_not_forbid(hall):
    here, there = hall.device(), hall.device(hall.school)
    code = hall.code(hall.minh)
    send(here, scan(code, seq=1, minutes_ago=9), scan("no such code", seq=4))
    send(there, scan(code, seq=1, site=hall.school.code, minutes_ago=5))

    main, school = count(hall), count(hall, hall.school)

    assert (main.waiting, main.cases, school.waiting, school.cases) == (2, 1, 0, 1)
    assert main.doubts(has_begun=True) == [Doubt.WAITING, Doubt.CASES]
    assert school.doubts(has_begun=False) == [Doubt.NOT_BEGUN, Doubt.CASES, Doubt.SILENT]
    assert close(hall, named=1).named == 1


def test_many_sites_are_signed_at_once_but_none_whose_figures_have_changed(hall):
    third = factories.site(hall.event, "Nhà văn hóa xã")
    seen = {one.site.id: one.seen for one in closing_queries.counts(hall.event, hall.sitting)}
    send(hall.device(), scan(hall.code(hall.minh)))
    close(hall, third)

    made, left = closing_operations.close_several(hall.event, hall.sitting, seen, signed=HEAD, by=None)

    assert [closing.site_id for closing in made] == [hall.school.id]
    assert {site.id for site in left} == {hall.main.id, third.id}


def test_the_list_costs_the_same_for_two_sites_and_for_thirty(hall):
    send(hall.device(), scan(hall.code(hall.minh)))
    with counted() as few:
        closing_queries.counts(hall.event, hall.sitting)

    for number in range(28):
        site = factories.site(hall.event, f"Xã {number}")
        report(hall, site, number)
        close(hall, site, people=number)

    with counted() as many:
        assert len(closing_queries.counts(hall.event, hall.sitting)) == 30
    assert many.number <= few.number + 1  # the parts of head-counts, once there are any


def at(hall, path=""):
    return f"/events/{hall.event.slug}/checkins/closings{path}"


def test_a_count_is_signed_printed_and_opened_again_on_the_page_of_its_site(hall, signed_in):
    send(hall.device(), scan(hall.code(hall.minh)))
    page = signed_in.get(at(hall, f"/{hall.main.code}?sitting=1"))
    assert "Đề xuất: 1, số lớn hơn" in page.text
    close_form = f"/{hall.main.code}?sitting=1"
    refused = signed_in.submit(page.form(close_form), {"people": "0"}, status=422)
    assert refused.errors == ["Vui lòng nhập họ và tên người chốt số liệu."]
    send(hall.device(), scan(hall.code(hall.hoa)))

    typed = {"people": "42", "signed_name": HEAD.name, "signed_position": HEAD.position}
    shown_again = signed_in.submit(page.form(close_form), typed, status=409)
    signed = signed_in.submit(shown_again.form(close_form))
    paper = signed_in.submit(signed.form("/paper?sitting=1"))
    refused = signed_in.submit(signed.form("/reopen?sitting=1"), {"reason": "  "}, status=422)
    assert refused.errors == ["Vui lòng nêu lý do mở lại số liệu của điểm cầu."]
    opened = signed_in.submit(signed.form("/reopen?sitting=1"), {"reason": "Đếm lại"})

    assert "đã thay đổi từ 1 thành 2" in shown_again.text
    assert signed.flashes == [f"Đã chốt số liệu của {hall.main.name}."]
    assert "Nguyễn Văn Bảy, Chủ tịch UBND xã" in signed.text
    assert paper.response.mimetype == "application/pdf" and paper.response.data.startswith(b"%PDF")
    assert opened.flashes == [f"Đã mở lại số liệu của {hall.main.name}."] and "Đếm lại" in opened.text


def test_the_list_tells_who_has_signed_and_what_came_later(hall, signed_in):
    send(hall.device(), scan(hall.code(hall.minh), seq=1, minutes_ago=9))
    close(hall, named=1, people=42)
    send(hall.device(), scan(hall.code(hall.hoa), seq=1, minutes_ago=5))

    main, school = signed_in.get(at(hall)).rows()
    only_open = signed_in.get(at(hall, "?which=open")).rows()

    assert main[:7] == [hall.main.name, "2", "2", "–", "0", "0", "0"]
    assert "đã chốt: 42 người Nguyễn Văn Bảy, Chủ tịch UBND xã" in main[7]
    assert "Chốt 1, sau đó đến thêm 1 lượt từ máy ngoại tuyến" in main[7]
    assert school[7] == "chưa chốt" and only_open == [school]


def test_the_ticked_sites_are_signed_together(hall, signed_in):
    report(hall, hall.main, 12)
    page = signed_in.get(at(hall, "/several"))
    form = page.form()
    ticked = page.html.xpath("//input[@name='site'][@checked]/@value")

    done = signed_in.submit(form, {"signed_name": HEAD.name, "site": ticked[:1] or [str(hall.main.id)]})

    assert done.flashes == ["Đã chốt số liệu của 1 điểm cầu."]
    assert closing_queries.standing(hall.sitting)[hall.main.id].people == 12


def test_a_coordinator_signs_for_the_own_site_alone(app, hall):
    user = factories.user("truong@quangngai.example.vn")
    accounts.grant(user, Role.COORDINATOR, event_id=hall.event.id, site_id=hall.school.id)
    coordinator = PageClient(app).sign_in(user)
    seen = {f"seen_{hall.main.id}": "0-0", f"seen_{hall.school.id}": "0-0"}

    assert [row[0] for row in coordinator.get(at(hall)).rows()] == [hall.school.name]
    coordinator.get(at(hall, f"/{hall.main.code}"), status=404)
    both = {"site": [str(hall.main.id), str(hall.school.id)], "signed_name": "Trần Văn Tư", **seen}
    coordinator.post(at(hall, "/several"), both)

    assert set(closing_queries.standing(hall.sitting)) == {hall.school.id}
