"""Lists on paper: printed under a number, entered afterwards; nobody is counted twice, and the written time decides."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import (
    operations,
    paper_operations,
    paper_queries,
    paper_views,
    queries,
    verification_queries,
)
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.checkins.models import Outcome, Scan, ScanMode
from eventsvc.checkins.paper_operations import Tick, WalkIn
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.guests import operations as guests
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.queries import invitation_for
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted


@pytest.fixture
def sheet(hall) -> PaperSheet:
    [made] = paper_operations.print_sheets(hall.event, hall.sitting, [hall.main], blank_lines=3, by=None)
    return made


def _ago(minutes: float):
    return clock.now() - timedelta(minutes=minutes)


def test_a_sheet_names_the_people_of_the_site_by_given_name(hall, sheet):
    assert sheet.number == 1
    assert [line.guest.person.full_name for line in paper_queries.lines_of(sheet)] == [
        "Trần Thị Hoa",
        "Nguyễn Văn Minh",
    ]


def test_sheets_are_numbered_on_and_a_long_list_is_several(hall, sheet, monkeypatch):
    monkeypatch.setattr(paper_operations, "MOST_ON_A_SHEET", 2)
    factories.guest(hall.main, full_name="Bùi Văn An")

    made = paper_operations.print_sheets(hall.event, hall.sitting, [hall.main, hall.school], by=None)

    assert [(each.number, each.site_id, len(each.guest_ids)) for each in made] == [
        (2, hall.main.id, 2), (3, hall.main.id, 1), (4, hall.school.id, 1)
    ]  # fmt: skip


def test_entering_a_sheet_twice_counts_nobody_twice(hall, sheet, organizer):
    at = _ago(20)
    first = paper_operations.enter(
        sheet, [Tick(hall.minh.id, at)], [WalkIn(1, "Khách Lạ", "Sở Xây dựng", at)], by=organizer
    )

    again = paper_operations.enter(
        sheet,
        [Tick(hall.minh.id, _ago(5)), Tick(hall.hoa.id, at)],
        [WalkIn(1, "Khách Khác", None, at)],
        by=organizer,
    )

    assert (first.recorded, first.walk_ins, first.were_in, first.refused) == (2, 1, 0, [])
    assert (again.recorded, again.walk_ins, again.were_in, again.refused) == (1, 0, 0, [])
    scans = db.session.scalars(sa.select(Scan).order_by(Scan.id)).all()
    assert {(each.mode, each.reason, each.effective_at) for each in scans} == {
        (ScanMode.MANUAL, "Tờ số 1", at)
    }
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 3}
    walked = db.session.scalars(sa.select(Guest).where(Guest.is_walk_in)).one()
    assert (walked.person.full_name, walked.note) == ("Khách Lạ", "Tờ số 1")
    assert sheet.entered_by_id == organizer.id
    assert verification_queries.breaches(hall.event) == []


def test_a_line_that_was_undone_is_entered_again_however_often(signed_in, hall, sheet, organizer):
    """And at the time on paper, when the doors have long closed and no desk lets anybody in."""
    ticks, walk_ins = [Tick(hall.minh.id, _ago(20))], [WalkIn(1, "Khách Lạ", None, _ago(20))]
    paper_operations.enter(sheet, ticks, walk_ins, by=organizer)
    walked = paper_queries.walk_ins_of(sheet, 3)[1].guest
    for _turn in range(2):
        for guest in (hall.minh, walked):
            operations.annul_entries(guest, hall.sitting, by=organizer, reason="Nhập nhầm dòng")
        minh = next(line for line in paper_queries.lines_of(sheet) if line.guest_id == hall.minh.id)
        assert (minh.scan, minh.was_undone, minh.may_be_ticked) == (None, True, True)
        assert paper_queries.walk_ins_of(sheet, 3) == {}
        page = signed_in.get(f"/events/{hall.event.slug}/checkins/paper/1")
        assert "đã nhập từ tờ này rồi bị hủy: đánh dấu để nhập lại" in page.text
        with atomic():
            hall.sitting.doors_open_at, hall.sitting.doors_close_at = _ago(60), _ago(10)
        again = paper_operations.enter(sheet, ticks, walk_ins, by=organizer)
        twice = paper_operations.enter(sheet, ticks, walk_ins, by=organizer)
        assert (again.recorded, twice.recorded, twice.were_in) == (2, 0, 0)
        walked = paper_queries.walk_ins_of(sheet, 3)[1].guest

    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}
    assert verification_queries.breaches(hall.event) == []


def test_two_people_who_enter_one_sheet_at_once_count_everybody_once(app, hall, sheet, organizer):
    at, number, guest_ids = _ago(20), sheet.number, [hall.minh.id, hall.hoa.id]
    by, event_id = organizer.id, hall.event.id
    db.session.commit()
    together = Barrier(2)

    def enter(_person):
        with app.app_context():
            event = db.session.get(Event, event_id)
            own = paper_queries.sheet_or_404(event, number)
            together.wait()
            ticks = [Tick(guest_id, at) for guest_id in guest_ids]
            walk_in = WalkIn(1, "Khách Lạ", None, at)
            return paper_operations.enter(own, ticks, [walk_in], by=db.session.get(User, by)).recorded

    with ThreadPoolExecutor(2) as people:
        recorded = list(people.map(enter, range(2)))

    assert sorted(recorded) == [0, 3]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 3
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 3}


def test_whoever_a_device_saw_is_in_since_the_earlier_of_the_two(hall, sheet, organizer):
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh))])
    at = _ago(30)

    entered = paper_operations.enter(sheet, [Tick(hall.minh.id, at)], by=organizer)

    assert (entered.recorded, entered.were_in) == (0, 1)
    assert queries.entries_by_guest([hall.minh.id], hall.sitting)[hall.minh.id].effective_at == at
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_the_doors_are_judged_by_the_written_time(hall, sheet, organizer):
    """Entered long after the doors have closed, and written before they opened."""
    with atomic():
        hall.sitting.doors_open_at, hall.sitting.doors_close_at = _ago(60), _ago(10)

    entered = paper_operations.enter(
        sheet, [Tick(hall.minh.id, _ago(30)), Tick(hall.hoa.id, _ago(90))], by=organizer
    )

    assert entered.recorded == 1
    assert entered.refused == [(hall.hoa.id, Outcome.NOT_YET)]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_a_time_that_has_not_come_is_refused(hall, sheet, organizer):
    with pytest.raises(Invalid):
        paper_operations.enter(sheet, [Tick(hall.minh.id, clock.now() + timedelta(hours=1))], by=organizer)
    assert db.session.scalars(sa.select(Scan)).all() == []


def test_lines_tell_what_has_changed_since_they_were_printed(hall, sheet, organizer):
    guests.remove_guest(hall.hoa, by=None)
    factories.data_notice(hall.event)
    invitations.invite(hall.event, by=None)
    invitations.revoke_invitation(invitation_for(hall.minh), by=None)

    gone, revoked = paper_queries.lines_of(sheet)
    entered = paper_operations.enter(
        sheet, [Tick(gone.guest_id, _ago(1)), Tick(revoked.guest_id, clock.now())], by=organizer
    )

    assert (gone.guest, gone.may_be_ticked) == (None, False)
    assert (revoked.guest.id, revoked.is_revoked) == (hall.minh.id, True)
    assert entered.refused == [(hall.minh.id, Outcome.REVOKED)]


def test_the_pages_print_and_enter_a_sheet(signed_in, hall):
    address = f"/events/{hall.event.slug}/checkins/paper"
    form = signed_in.get(address).form()
    form.fields["site"], form.fields["blank_lines"] = str(hall.main.id), "2"
    ready = signed_in.submit(form)
    assert "Danh sách đã sẵn sàng để in" in ready.text

    answer = signed_in.submit(ready.form("/file")).response

    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert "Bà Trần Thị Hoa" in text and "Lê Văn Tám" not in text and "Trang 1 / 1" in text
    assert re.search(r"Tờ số\s*1\b", text) and "K2" in text and "K3" not in text
    page = signed_in.get(f"{address}?number=1", follow=True)
    assert page.heading == "Tờ số 1"
    form, at = page.form("/paper/1"), clock.local(_ago(15))
    done = signed_in.submit(
        form,
        {
            "at": at.strftime("%Y-%m-%dT%H:%M"), f"came_{hall.minh.id}": "y", f"came_{hall.hoa.id}": "y",
            f"time_{hall.hoa.id}": at.strftime("%Hh%M"), "name_k2": "Đỗ Văn Lạ", "organization_k2": "Báo Quảng Ngãi",
        },
    )  # fmt: skip

    assert done.flashes == ["Đã ghi nhận 3 người."]
    assert "đã nhập" in done.text and "Đỗ Văn Lạ" in done.text
    assert f"came_{hall.minh.id}" not in done.response.text
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 3}
    made = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("paper%"))).all()
    assert sorted(made) == ["paper_sheet.entered", "paper_sheets.made", "paper_sheets.printed"]


def test_a_slip_is_told_beside_its_line_and_nothing_is_stored(signed_in, hall, sheet):
    address = f"/events/{hall.event.slug}/checkins/paper/1"
    form = signed_in.get(address).form("/paper/1")

    page = signed_in.submit(form, {f"came_{hall.minh.id}": "y", f"time_{hall.minh.id}": "25:00"}, status=422)

    assert page.errors == ["Đây không phải là giờ hợp lệ. Ví dụ: 08:00."]
    assert page.form("/paper/1").fields[f"came_{hall.minh.id}"] == "y"
    assert db.session.scalars(sa.select(Scan)).all() == []
    signed_in.get(f"/events/{hall.event.slug}/checkins/paper/99", status=404)


def test_a_sheet_costs_the_same_for_many_lines(hall, sheet):
    paper_queries.lines_of(sheet)
    with counted() as few:
        paper_queries.lines_of(sheet)
    for number in range(20):
        factories.guest(hall.main, full_name=f"Đại biểu {number}")
    [longer] = paper_operations.print_sheets(hall.event, hall.sitting, [hall.main], by=None)
    longer.event.id, longer.sitting.starts_at  # noqa: B018  (loaded)
    with counted() as many:
        lines = paper_queries.lines_of(longer)

    assert len(lines) == 22
    assert many.number == few.number


def test_many_sheets_are_files_of_a_bearable_length_and_none_is_torn():
    sheets = [
        PaperSheet(number=number, guest_ids=list(range(20)), blank_lines=10) for number in range(1, 188)
    ]

    files = paper_views._together(
        [*sheets, PaperSheet(number=188, guest_ids=list(range(2000)), blank_lines=0)]
    )

    assert [(each.first, each.last, each.people) for each in files] == [
        (1, 37, 740), (38, 74, 740), (75, 111, 740), (112, 148, 740), (149, 185, 740), (186, 187, 40),
        (188, 188, 2000),
    ]  # fmt: skip
