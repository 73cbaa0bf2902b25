"""Who came and who did not: sums that agree whatever way they are divided, organizations absent as a whole, files."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import absence_operations
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.absence_operations import Mark
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.organizations.models import Organization, OrganizationKind
from eventsvc.people.models import Person
from eventsvc.reports.attendance import Attendance, Excuse, Figures, Line, Presence, Site, total
from eventsvc.reports.attendance_queries import attendance
from eventsvc.sites.models import SiteLevel
from eventsvc.spreadsheets import writing
from tests import factories
from tests.checkins.conftest import hall, scan  # noqa: F401  (fixture)
from tests.pages import PageClient
from tests.queries import counted

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LEVELS = list(SiteLevel)

sites = [Site(n, str(n), f"Điểm cầu {n}", LEVELS[n % 4], f"Huyện {n % 3}") for n in range(6)]
excuses = st.none() | st.builds(Excuse, st.booleans(), st.just("Đi công tác"), st.booleans())


@st.composite
def guest_lines(draw):
    site = draw(st.sampled_from(sites))
    entered = draw(st.none() | st.sampled_from(sites))
    return Line(
        guest_id=draw(st.integers(1, 10**6)),
        site_id=site.id,
        level=site.level,
        district=site.district,
        organization=draw(st.sampled_from(["", "o1", "nsở y tế"])),
        group_id=draw(st.none() | st.integers(1, 3)),
        entered_site_id=entered.id if entered else None,
        entered_at=NOW if entered else None,
        is_walk_in=draw(st.booleans()),
        is_substitute=draw(st.booleans()),
        is_replaced=draw(st.booleans()),
        excuse=draw(excuses),
    )


@given(st.lists(guest_lines(), max_size=40))
def test_every_way_to_divide_the_guests_makes_the_same_whole(lines):
    groups = [(number, f"Nhóm {number}") for number in (1, 2, 3)]
    found = Attendance(1, NOW, tuple(lines), sites=sites, groups=groups)
    divisions = [found.by_site, found.by_level, found.by_district, found.by_group, found.by_organization]

    assert [sum((row.figures for row in rows), Figures()) for rows in divisions] == [found.all] * 5
    whole = found.all
    assert whole.invited == whole.present + whole.excused + whole.unexcused + whole.not_called
    assert whole.invited == sum(len(found.only(presence)) for presence in Presence)
    walked_past = sum(line.is_walk_in and not line.is_in for line in lines)
    assert len(lines) == whole.invited + whole.walk_ins + whole.replaced + walked_past
    assert whole.substitutes <= whole.present and whole.elsewhere <= whole.present


@pytest.mark.parametrize(
    ("line", "presence"),
    [
        ({}, Presence.NOT_CALLED),
        ({"excuse": Excuse(True, "Ốm")}, Presence.EXCUSED),
        ({"excuse": Excuse(False, "")}, Presence.UNEXCUSED),
        ({"entered_at": NOW, "entered_site_id": 1}, Presence.IN),
        ({"entered_at": NOW, "entered_site_id": 1, "excuse": Excuse(True, "Ốm")}, Presence.IN),
    ],
)
def test_whoever_is_in_is_in_whatever_was_written_down(line, presence):
    one = Line(1, 1, SiteLevel.MAIN, "", "", None, **line)

    assert one.presence is presence
    assert one.is_overtaken == (presence is Presence.IN and one.excuse is not None)


def send(device, *batch):
    return checkins.record_scans(device, list(batch), device_clock=clock.now())


@atomic()
def an_organization(name):
    code = f"so-{factories.number()}-{clock.now().timestamp()}"  # organizations outlive a test
    row = Organization(code=code, name=name, folded=name.lower(), kind=OrganizationKind.AGENCY)
    db.session.add(row)
    return row


@atomic()
def of(guest, organization, name=None):
    person = db.session.get(Person, guest.person_id)
    person.organization_id = organization.id if organization else None
    person.organization_name = name or (organization.name if organization else None)


def at(hall, path=""):  # noqa: F811
    return f"/events/{hall.event.slug}/attendance{path}"


def organizations(hall):  # noqa: F811
    return {one.name: one for one in attendance(hall.event, hall.sitting).by_organization}


def test_guests_are_summed_up_by_what_the_scans_say(hall):  # noqa: F811
    head = hall.device(profile=Profile.SUPERVISOR)
    send(head, scan(hall.code(hall.minh)))
    send(head, scan(None, name="Trần Vãng Lai", organization="Báo Quảng Ngãi", reason="Khách mời thêm"))
    absence_operations.mark(hall.sitting, [Mark("Ốm", guest_id=hall.hoa.id)], is_excused=True, by=None)

    found = attendance(hall.event, hall.sitting)

    assert found.all == Figures(invited=3, present=1, excused=1, not_called=1, walk_ins=1)
    assert [(row.name, row.figures.invited, row.figures.present) for row in found.by_site] == [
        (hall.main.name, 2, 1), (hall.school.name, 1, 0),
    ]  # fmt: skip
    assert [round(row.figures.percent or 0) for row in found.by_site] == [50, 0]
    assert attendance(hall.event, None).all == found.all


def test_a_whole_organization_is_absent_until_one_of_it_comes_late(hall):  # noqa: F811
    health = an_organization("Sở Nội vụ")
    of(hall.minh, health)
    of(hall.tam, None, "Sở Nội Vụ")
    of(hall.hoa, None, "UBND xã Bình Minh")
    assert [one.name for one in attendance(hall.event, hall.sitting).absent_organizations] == [
        "Sở Nội vụ", "UBND xã Bình Minh",
    ]  # fmt: skip
    excused = [Mark("Họp Chính phủ", organization_id=health.id)]
    assert absence_operations.mark(hall.sitting, excused, is_excused=True, by=None) == 1
    assert organizations(hall)["Sở Nội vụ"].figures == Figures(invited=2, excused=2)

    send(hall.device(hall.school), scan(hall.code(hall.tam), site=hall.school.code))

    late = organizations(hall)["Sở Nội vụ"]
    assert (late.is_absent, late.is_overtaken, late.figures) == (
        False, True, Figures(invited=2, present=1, excused=1),
    )  # fmt: skip


def test_an_absence_may_be_changed_and_taken_back_and_an_excuse_has_a_reason(hall):  # noqa: F811
    mark = Mark("Ốm", guest_id=hall.minh.id)
    with pytest.raises(Invalid) as refusal:
        absence_operations.mark(hall.sitting, [mark, Mark(guest_id=hall.hoa.id)], is_excused=True, by=None)
    assert refusal.value.field == "reason"

    absence_operations.mark(hall.sitting, [mark], is_excused=True, by=None)
    absence_operations.mark(hall.sitting, [mark._replace(reason="")], is_excused=False, by=None)
    assert attendance(hall.event, hall.sitting).all.unexcused == 1
    foreign = Mark("Ốm", guest_id=10**6)
    assert absence_operations.mark(hall.sitting, [foreign], is_excused=True, by=None) == 0

    assert absence_operations.withdraw(hall.sitting, [mark], by=None) == 1
    assert attendance(hall.event, hall.sitting).all.not_called == 3


def test_the_statements_do_not_grow_with_guests_and_sites(hall):  # noqa: F811
    attendance(hall.event, hall.sitting)  # loads event and sitting
    with counted() as few:
        attendance(hall.event, hall.sitting)
    for number in range(12):
        site = factories.site(hall.event, f"Xã {number}")
        for each in range(3):
            of(factories.guest(site, full_name=f"Đại biểu {number} {each}"), None, f"Ủy ban xã {number}")

    assert attendance(hall.event, hall.sitting).all.invited == 39
    with counted() as many:
        attendance(hall.event, hall.sitting)
    assert many.number == few.number


def test_the_organizer_excuses_those_ticked_and_search_finds_them(hall, signed_in):  # noqa: F811
    page = signed_in.get(at(hall, "/people?sitting=1&q=tran+thi"))
    [row] = page.rows()
    assert row[0] == "Bà Trần Thị Hoa" and row[4] == "Chưa điểm danh"
    form = page.form("&page=1")
    ticked = {"guest": [str(hall.hoa.id)], "act": "excused"}

    refused = signed_in.post(at(hall, "/people?sitting=1&q=tran+thi"), ticked, status=422)
    done = signed_in.post(at(hall, "/people?sitting=1&presence=excused"), {**ticked, "reason": "Đi công tác"})

    assert form.method == "POST"
    assert "không phải tất cả đều đã có lý do" in refused.text
    assert refused.html.xpath("//input[@name='guest'][@checked]/@value") == [str(hall.hoa.id)]
    assert done.flashes == ["Đã ghi 1 trường hợp vắng mặt."]
    [told] = [row[4] for row in done.rows()]
    assert told.startswith("Vắng có lý doĐi công tác") and "ghi nhận" in told


@pytest.mark.parametrize("act", ["excused", "unexcused", "withdraw"])
def test_a_note_of_somebody_else_is_not_written_over_unseen(hall, signed_in, act):  # noqa: F811
    shown = at(hall, "/people?sitting=1&presence=excused")
    mark = Mark("Ốm", guest_id=hall.hoa.id)
    absence_operations.mark(hall.sitting, [mark], is_excused=True, by=None)
    page = signed_in.get(shown)
    form = {
        "guest": [str(hall.hoa.id)],
        "seen": page.html.xpath("//input[@name='seen']/@value"),
        "act": act,
        "reason": "Bận",
    }
    absence_operations.mark(
        hall.sitting, [mark._replace(reason="Đi công tác nước ngoài")], is_excused=True, by=None
    )

    late = signed_in.post(shown, form, status=409)

    assert "Người khác vừa ghi nhận" in late.text and "Đi công tác nước ngoài" in late.text
    assert late.html.xpath("//input[@name='guest'][@checked]/@value") == [str(hall.hoa.id)]
    again = {**form, "seen": late.html.xpath("//input[@name='seen']/@value")}
    signed_in.post(shown, again)
    [left] = [
        line.excuse for line in attendance(hall.event, hall.sitting).lines if line.guest_id == hall.hoa.id
    ]
    assert (left and left.reason) == (None if act == "withdraw" else "Bận")


def test_a_note_that_came_meanwhile_about_an_organization_is_seen_first(hall, signed_in):  # noqa: F811
    office = an_organization("Sở Nội vụ")
    of(hall.minh, office)
    page = signed_in.get(at(hall, "/organizations?sitting=1"))
    form = {
        "organization": page.html.xpath("//input[@name='organization']/@value"),
        "seen": page.html.xpath("//input[@name='seen']/@value"),
        "act": "unexcused",
    }
    absence_operations.mark(hall.sitting, [Mark("Họp", organization_id=office.id)], is_excused=True, by=None)

    signed_in.post(at(hall, "/organizations?sitting=1"), form, status=409)


def test_the_same_note_pressed_twice_is_noted_once(hall):  # noqa: F811
    mark = Mark("Ốm", guest_id=hall.hoa.id, seen=0)

    for _press in range(2):
        assert absence_operations.mark(hall.sitting, [mark], is_excused=True, by=None) == 1


def test_organizations_are_excused_several_at_once_known_by_name_only_too(hall, signed_in):  # noqa: F811
    of(hall.minh, an_organization("Sở Nội vụ"))
    of(hall.tam, None, "UBND xã Bình Minh")
    page = signed_in.get(at(hall, "/organizations?sitting=1"))
    keys = page.html.xpath("//input[@name='organization']/@value")

    ticked = {"organization": keys, "act": "excused", "reason": "Họp Chính phủ"}
    done = signed_in.post(at(hall, "/organizations?sitting=1"), ticked)

    assert [row[0] for row in page.rows()] == ["Sở Nội vụ", "UBND xã Bình Minh"]
    assert [row[4] for row in done.rows()] == ["Vắng có lý do"] * 2
    assert attendance(hall.event, hall.sitting).all == Figures(invited=3, excused=2, not_called=1)


def test_a_viewer_sees_sums_and_no_name(app, hall):  # noqa: F811
    user = factories.user("xem@quangngai.example.vn")
    accounts.grant(user, Role.VIEWER, event_id=hall.event.id)
    of(hall.minh, an_organization("Sở Nội vụ"))
    viewer = PageClient(app).sign_in(user)

    pages = [viewer.get(at(hall)), viewer.get(at(hall, "/organizations"))]

    assert "Sở Nội vụ vắng" in pages[0].text
    assert not any(name in page.text for page in pages for name in ("Minh", "Hoa", "Tám"))
    viewer.get(at(hall, "/people"), status=404)
    viewer.post(at(hall, "/export.xlsx"), status=404)


def test_a_coordinator_knows_and_marks_the_people_of_the_own_site(app, hall):  # noqa: F811
    user = factories.user("truong@quangngai.example.vn")
    accounts.grant(user, Role.COORDINATOR, event_id=hall.event.id, site_id=hall.school.id)
    coordinator = PageClient(app).sign_in(user)

    assert [row[0] for row in coordinator.get(at(hall, "/people")).rows()] == ["Ông Lê Văn Tám"]
    both = {"guest": [str(hall.minh.id), str(hall.tam.id)], "act": "unexcused"}
    coordinator.post(at(hall, "/people?sitting=1"), both)
    coordinator.post(at(hall, "/organizations?sitting=1"), {"act": "unexcused"}, status=404)

    assert attendance(hall.event, hall.sitting).all.unexcused == 1
    assert (
        f"do {user.name or 'truong'} ghi nhận"
        in coordinator.get(at(hall, "/people?sitting=1&presence=unexcused")).text
    )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
def test_whoever_looks_after_one_site_prints_and_takes_no_file_out(app, hall, role):  # noqa: F811
    user = factories.user("truong@quangngai.example.vn")
    accounts.grant(user, role, event_id=hall.event.id, site_id=hall.school.id)
    head = PageClient(app).sign_in(user)

    page = head.get(at(hall)).response.text

    assert "/export." not in page and f"/events/{hall.event.slug}/checkins/paper" in page
    for path in ("/export.xlsx", "/export.csv"):
        head.post(at(hall, path), status=404)


def test_reasons_are_for_those_who_edit_and_have_guests_of_the_organization(app, hall, signed_in):  # noqa: F811
    ours, theirs = an_organization("Sở Nội vụ"), an_organization("Sở Y tế")
    of(hall.tam, ours), of(hall.minh, theirs)
    marks = [Mark("Họp Chính phủ", organization_id=ours.id), Mark("Ốm nặng", organization_id=theirs.id)]
    absence_operations.mark(hall.sitting, marks, is_excused=True, by=None)
    heads = {}
    for role in (Role.COORDINATOR, Role.SUPERVISOR):
        user = factories.user(f"{role.value}@quangngai.example.vn")
        accounts.grant(user, role, event_id=hall.event.id, site_id=hall.school.id)
        heads[role] = PageClient(app).sign_in(user)

    def told(client):
        text = client.get(at(hall, "/organizations?sitting=1")).text
        assert "Sở Nội vụ" in text and "Sở Y tế" in text
        return [reason for reason in ("Họp Chính phủ", "Ốm nặng") if reason in text]

    assert told(signed_in) == ["Họp Chính phủ", "Ốm nặng"]
    assert told(heads[Role.COORDINATOR]) == ["Họp Chính phủ"]
    assert told(heads[Role.SUPERVISOR]) == []


def test_the_workbook_holds_sums_and_lists_and_is_written_down(hall, signed_in):  # noqa: F811
    send(hall.device(), scan(hall.code(hall.minh)))
    of(hall.hoa, None, "=HYPERLINK(1)")

    answer = signed_in.post(at(hall, "/export.xlsx?sitting=1")).response

    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert book.sheet_names == [
        "Tổng hợp", "Theo điểm cầu", "Theo cơ quan", "Danh sách có mặt", "Danh sách vắng", "Lượt quét",
    ]  # fmt: skip
    present, absent = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[3:5])
    assert [row[2] for row in present[1:]] == ["Nguyễn Văn Minh"]
    assert [(row[2], row[4]) for row in absent[1:]] == [("Trần Thị Hoa", "=HYPERLINK(1)"), ("Lê Văn Tám", "")]
    assert book.get_sheet_by_name("Tổng hợp").to_python()[1][:3] == ["Tất cả", 3.0, 1.0]
    assert len(book.get_sheet_by_name("Lượt quét").to_python()) == 2
    assert f"diem-danh-{hall.event.slug}-phien-1.xlsx" in answer.headers["Content-Disposition"]
    [entry] = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "attendance.exported"))
    assert (entry.details["what"], entry.details["rows"], entry.details["scans"]) == ("xlsx", 3, 1)


def test_csv_opens_in_a_spreadsheet_and_calculates_nothing(hall, signed_in):  # noqa: F811
    send(hall.device(), scan(hall.code(hall.minh)))
    of(hall.hoa, None, "=HYPERLINK(1)")

    sent = signed_in.post(at(hall, "/export.csv?sitting=1")).response
    people = sent.data
    scans = signed_in.post(at(hall, "/export.csv?sitting=0"), {"what": "scans"}).response.data

    assert sent.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert people.startswith(b"\xef\xbb\xbf")
    assert len(people.decode("utf-8-sig").splitlines()) == 4 and ",'=HYPERLINK(1)," in people.decode()
    assert "Nguyễn Văn Minh" in scans.decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize("typed", ["=1+1", "+84", "-1", "@a", "\t=1", "  =1", "%x", "|a"])
def test_nothing_typed_becomes_a_formula(typed):
    assert writing.harmless(typed) == f"'{typed}"


def test_the_sum_of_nobody_is_nought():
    assert (total([]), total([]).percent) == (Figures(), None)
