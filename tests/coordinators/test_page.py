"""The coordinator's page, by the site's link and nothing else."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.announcements import operations as announcements
from eventsvc.announcements import queries as announced
from eventsvc.announcements.models import Audience
from eventsvc.coordinators import operations as coordinators
from eventsvc.coordinators import queries
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.events import operations as events
from eventsvc.invitations import operations as invitations
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests.models import LinkTestKind, TestResult
from eventsvc.sites import fault_operations, link_operations, link_queries, operations, report_queries
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.sites.report_models import FaultKind, FaultState
from eventsvc.sites.reporter import of_site
from eventsvc.stage import operations as stage
from eventsvc.stage.presses import Press
from tests import factories


@pytest.fixture
def event(app):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def site(event):
    site = factories.site_of(event, "536")
    link_operations.make_links(event, [site], by=None)
    return site


@pytest.fixture
def link(site):
    return "/s/" + link_queries.link_of(site).rpartition("/")[2]


def test_a_coordinator_goes_through_the_steps_and_takes_one_back(site, link, client):
    page = client.get(link)
    assert page.heading == site.name

    for milestone in ("confirmed", "technician_present", "ready", "connected"):
        page = client.post(f"{link}/steps", {"reach": milestone})
    assert site.status is SiteStatus.CONNECTED
    html = page.response.text
    assert 'value="connected"' in html and 'value="confirmed"' not in html
    page = client.post(f"{link}/steps", {"undo": "connected"})

    assert site.status is SiteStatus.READY
    assert [step.actor_kind for step in report_queries.steps_of(site)] == ["site"] * 5
    for what in ("closed", "nonsense", "", "x" * 5000):
        client.post(f"{link}/steps", {"reach": what})
    assert site.closed_at is None and site.status is SiteStatus.READY


def test_a_problem_is_reported_followed_and_cleared(site, link, client):
    words = "<script>alert(1)</script> mất tiếng"
    page = client.post(f"{link}/faults", {"kind": "no_sound", "text": words})
    (fault,) = report_queries.faults_of_site(site)

    assert site.status is SiteStatus.FAULT and fault.text == words
    assert words in page.text and "<script>alert" not in page.response.text
    client.post(f"{link}/faults/{fault.id}", {"words": "Đã gọi VNPT"})
    page = client.get(f"{link}/faults/{fault.id}")
    assert "Đã gọi VNPT" in page.text
    client.post(f"{link}/faults/{fault.id}/cleared")
    assert fault.state is FaultState.CLEARED and site.status is SiteStatus.UNCONFIRMED


def test_the_checklist_takes_one_tap_a_line(site, link, client):
    items = report_queries.check_items(site.event)

    client.post(f"{link}/checklist", {"tick": str(items[0].id)})
    client.post(f"{link}/checklist", {"tick": str(items[1].id)})
    client.post(f"{link}/checklist", {"untick": str(items[0].id)})

    assert set(report_queries.checks_of(site)) == {items[1].id}


def test_the_second_of_two_reports_stands_beside_the_first_and_the_newest_counts(site, link, client):
    groups = report_queries.count_groups(site.event)
    numbers = lambda *each: {f"group_{group.id}": n for group, n in zip(groups, each, strict=True)}  # noqa: E731

    client.post(f"{link}/head-count", numbers("3", "20", "100"))
    page = client.post(f"{link}/head-count", numbers("4", "25", "120"))

    assert [count.people for count in report_queries.head_counts_of(site)] == [149, 123]
    assert "149" in page.text and "Lãnh đạo: 4; Đại biểu, cán bộ: 25; Người dân: 120" in page.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_several_sittings_the_one_of_now_is_proposed_and_a_late_number_filed_where_it_belongs(
    event, site, link, client, organizer, time_machine
):
    morning = event.sittings[0]
    assert not client.get(link).html.xpath("//select[@name='sitting']")
    evening, called_off = (events.add_sitting(event, title=title, by=None) for title in ("Buổi tối", "Đêm"))
    events.propose_time(
        evening,
        starts_at=morning.starts_at + timedelta(hours=10),
        ends_at=morning.starts_at + timedelta(hours=12),
        by=None,
    )
    events.cancel_sitting(called_off, by=None)
    numbers = {f"group_{group.id}": "5" for group in report_queries.count_groups(event)}
    time_machine.move_to(evening.starts_at)
    on_behalf = f"/events/{event.slug}/sites/{site.code}/report"
    client.sign_in(organizer)
    client.post(on_behalf, {"spoke_with": "Anh Bách"})

    for address in (link, on_behalf):
        page = client.get(address)
        offered = page.html.xpath("//select[@name='sitting']/option")
        assert [option.get("value") for option in offered] == [str(morning.id), str(evening.id)]
        assert [option.get("value") for option in offered if option.get("selected") is not None] == [
            str(evening.id)
        ]
        client.post(f"{address}/head-count", {**numbers, "sitting": str(evening.id)})
        late = client.post(f"{address}/head-count", {**numbers, "sitting": str(morning.id)})
        assert "Đã ghi nhận cho “Phiên 1, " in late.text
        client.post(f"{address}/head-count", numbers)
        client.post(f"{address}/head-count", {**numbers, "sitting": str(called_off.id)}, status=422)

    filed = [count.sitting_id for count in reversed(report_queries.head_counts_of(site))]
    assert filed == [evening.id, morning.id, evening.id] * 2


@pytest.mark.parametrize("typed", ["-1", str(10**9), "mười", "", "1.5", "١٢", "9" * 400])
def test_an_impossible_head_count_is_told_beside_its_field(site, link, client, typed):
    first, *others = report_queries.count_groups(site.event)
    values = {f"group_{group.id}": "7" for group in others} | {f"group_{first.id}": typed}

    page = client.post(f"{link}/head-count", values, status=422)

    assert page.errors and page.html.xpath(f"//input[@name='group_{others[0].id}']/@value") == ["7"]
    assert report_queries.head_counts_of(site) == []


def test_data_are_saved_and_a_second_pair_of_hands_sees_the_first(site, link, client):
    form = client.get(f"{link}/data").form("/data")
    mine = client.get(f"{link}/data").form("/data")
    client.submit(form, {"contact_name": "Bà Nguyễn Thị Hoa", "contact_phone": "050 123 4567"})
    assert (site.contact_name, site.contact_phone) == ("Bà Nguyễn Thị Hoa", "+84501234567")

    page = client.submit(mine, {"contact_name": "Ông Lê Văn Tám"}, status=409)

    assert "Bà Nguyễn Thị Hoa" in page.text and site.contact_name == "Bà Nguyễn Thị Hoa"
    client.submit(page.form("/data"))
    assert site.contact_name == "Ông Lê Văn Tám"


def test_a_step_by_somebody_else_does_not_spoil_the_form_of_data(site, link, client):
    form = client.get(f"{link}/data").form("/data")
    client.post(f"{link}/steps", {"reach": "ready"})

    client.submit(form, {"technician_name": "Anh Trí"})

    assert site.technician_name == "Anh Trí" and site.status is SiteStatus.READY


def test_a_site_names_people_without_their_numbers_and_takes_back_its_own_only(site, link, client):
    guest = factories.guest(site, "Trần Văn Khách", phones=["+84501999999"])
    client.post(
        f"{link}/delegates", {"full_name": "Đinh Thị Ya Lan", "honorific": "Bà", "phones": "0501888888"}
    )
    page = client.get(f"{link}/delegates")
    (own,) = [each.own for each in queries.delegates_of(site) if each.own]

    assert own.guest.person.full_name == "Đinh Thị Ya Lan" and own.guest.person.phones == []
    assert "Trần Văn Khách" in page.text and "501999999" not in page.response.text.replace(" ", "")
    client.get(f"{link}/delegates/{own.id + 1}", status=404)
    assert [form.get("action") for form in page.html.forms if "removed" in form.get("action", "")] == [
        f"{link}/delegates/{own.id}/removed"
    ]
    client.submit(
        client.get(f"{link}/delegates/{own.id}").form(), {"position": "Trưởng thôn", "honorific": "Bà"}
    )
    assert own.guest.person.position == "Trưởng thôn"
    client.post(f"{link}/delegates/{own.id}/removed")
    assert [each.guest.id for each in queries.delegates_of(site)] == [guest.id]


def test_a_link_tells_nothing_of_the_guests_of_other_sites(site, link, client):
    other = factories.site_of(site.event, "535")
    factories.guest(other, "Đinh Thị Ya Lan", organization_name="Ban chỉ huy quân sự")

    page = client.post(
        f"{link}/delegates", {"full_name": "Đinh thị ya  lan", "organization_name": "Ban chỉ huy quân sự"}
    )
    again = client.post(
        f"{link}/delegates", {"full_name": "Đinh Thị Ya Lan", "organization_name": "Ban chỉ huy quân sự"},
        status=422,
    )  # fmt: skip

    assert len(queries.delegates_of(site)) == 1 and again.errors
    assert other.name not in page.text and other.name not in again.text


def test_an_invited_delegate_is_the_organizers_to_change(site, link, client):
    factories.data_notice(site.event)
    client.post(f"{link}/delegates", {"full_name": "Đinh Thị Ya Lan"})
    own = queries.delegates_of(site)[0].own
    invitations.invite(site.event, site=site, by=None)

    client.post(f"{link}/delegates/{own.id}", {"full_name": "Người khác", "version": "1"}, status=422)
    client.post(f"{link}/delegates/{own.id}/removed")

    assert own.guest.person.full_name == "Đinh Thị Ya Lan" and len(queries.delegates_of(site)) == 1


def test_the_result_of_a_test_is_reported_with_what_went_wrong(site, link, client):
    begins = clock.now() + timedelta(minutes=20)
    test = link_tests.make_link_test(
        site.event, kind=LinkTestKind.LINK_TEST, title="Kết nối thử lần 1", starts_at=begins,
        ends_at=begins + timedelta(hours=1), sites=[site], by=None,
    )  # fmt: skip
    invited = test.invited[0]
    client.post(f"{link}/tests/{invited.id}/accepted")
    client.post(f"{link}/tests/{invited.id}/failed", {"kind": "", "text": ""}, status=422)
    client.post(f"{link}/tests/{invited.id}/failed", {"kind": "no_picture", "text": "Không lên hình"})
    assert (invited.result, site.status) == (TestResult.FAILED, SiteStatus.FAULT)

    client.post(f"{link}/faults/{report_queries.faults_of_site(site)[0].id}/cleared")
    client.post(f"{link}/tests/{invited.id}/passed")

    assert (invited.result, site.status) == (TestResult.PASSED, SiteStatus.TESTED)


def test_a_step_is_left_to_the_tests_of_its_own_kind_and_only_until_they_are_passed(site, link, client):
    begins = clock.now() + timedelta(minutes=20)
    test = link_tests.make_link_test(
        site.event, kind=LinkTestKind.LINK_TEST, title="Kết nối thử lần 1", starts_at=begins,
        ends_at=begins + timedelta(hours=1), sites=[site], by=None,
    )  # fmt: skip

    def offered():
        return set(client.get(link).html.xpath("//*[@id='steps']//input[@name='reach']/@value"))

    assert "rehearsed" in offered() and "tested" not in offered()
    client.post(f"{link}/tests/{test.invited[0].id}/passed")
    assert site.tested_at is not None
    client.post(f"{link}/steps", {"undo": "tested"})

    assert "tested" in offered()


def test_what_only_the_day_can_tell_is_offered_from_twelve_hours_before_the_start_on(
    site, link, client, monkeypatch
):
    def offered():
        page = client.get(link)
        return set(page.html.xpath("//*[@id='steps']//input[@name='reach']/@value")), page.text

    before, of_the_day = site.event.starts_at - timedelta(hours=12), {"technician_present", "connected"}
    monkeypatch.setattr(clock, "now", lambda: before - timedelta(minutes=1))
    steps, words = offered()
    assert not of_the_day & steps and "ready" in steps
    assert words.count("báo trong ngày tổ chức") == 2

    monkeypatch.setattr(clock, "now", lambda: before)

    assert of_the_day <= offered()[0]


def test_announcements_stand_on_the_page_until_they_are_read(site, link, client):
    for text, is_urgent in (("Mở máy <b>trước</b> 7 giờ", True), ("Kiểm tra micro", False)):
        announcements.announce(
            site.event, text=text, audience=Audience.CHOSEN, sites=[site], is_urgent=is_urgent, by=None
        )
    page = client.get(link)
    urgent, _other = announced.for_site(site)
    assert "Mở máy <b>trước</b> 7 giờ" in page.text and "Thông báo khẩn" in page.text
    assert urgent.shown_at is None and site.link_opened_at is None, (
        "a program that looks at links has not read"
    )

    (live,) = page.html.xpath("//@data-live")
    late = announcements.announce(site.event, text="Đến sau", audience=Audience.CHOSEN, sites=[site], by=None)
    tag = client.http.get(live).headers["ETag"]
    db.session.rollback()
    assert urgent.shown_at is not None and site.link_opened_at is not None
    unseen = next(each for each in announced.for_site(site) if each.announcement_id == late.id)
    assert unseen.shown_at is None, "the page that is open says only that there is one more"
    assert client.http.get(live, headers={"If-None-Match": tag}).status_code == 304
    client.post(f"{link}/announcements/{urgent.id}/read")

    assert urgent.read_at is not None and urgent.read_by_name == site.name
    assert client.http.get(f"{link}/now", headers={"If-None-Match": tag}).status_code == 200


def test_the_page_says_when_the_site_is_on(site, link, client, monkeypatch):
    event = site.event
    factories.item(event, "Khai mạc", 10)
    factories.item(event, "Phát biểu của điểm cầu", 5, site=site)
    starts_at = event.starts_at
    monkeypatch.setattr(clock, "now", lambda: starts_at - timedelta(minutes=20))

    assert "Điểm cầu lên hình sau khoảng 30 phút." in client.get(link).text
    stage.press(event.sittings[0], Press.START, revision=0, by=None)
    assert "Điểm cầu lên hình sau khoảng 10 phút." in client.get(link).text
    stage.press(event.sittings[0], Press.NEXT, revision=1, by=None)

    assert "Điểm cầu đang lên hình." in client.http.get(f"{link}/now").text
    programme = client.get(f"{link}/programme")
    assert programme.html.xpath("//*[contains(@class,'programme-line--own')]//strong/text()") == [
        "Phát biểu của điểm cầu"
    ]


def test_what_is_due_and_what_was_missed_stand_at_the_top(site, link, client, monkeypatch):
    day = clock.local(site.event.starts_at).date() - timedelta(days=3)
    five = clock.from_local(datetime.combine(day, time(17, 0)))
    words = f"Kết nối thử trước 17:00 ngày {day:%d}/{day.month}"
    monkeypatch.setattr(clock, "now", lambda: five - timedelta(minutes=1))
    client.post(f"{link}/steps", {"reach": "confirmed"})
    assert f"Việc tiếp theo: {words}" in client.get(link).text

    monkeypatch.setattr(clock, "now", lambda: five)

    assert f"Quá hạn: {words}" in client.get(link).text


# --- The link ------------------------------------------------------------------------------------------------


def test_a_link_opens_its_own_site_and_nothing_else(event, site, link, client):
    other = factories.site_of(event, "535")
    fault = fault_operations.raise_fault(other, FaultKind.POWER, "Mất điện", of_site(other))
    delegate = coordinators.add_delegate(other, coordinators.Named("Người Nơi Khác"), of_site(other))
    announcements.announce(event, text="Riêng", audience=Audience.CHOSEN, sites=[other], by=None)
    (receipt,) = announced.for_site(other)
    for address in (
        f"faults/{fault.id}",
        f"faults/{fault.id}/cleared",
        f"delegates/{delegate.id}",
        f"delegates/{delegate.id}/removed",
        f"announcements/{receipt.id}/read",
        "tests/1/passed",
        "faults/999999999999999999999",
    ):
        page = client.post(f"{link}/{address}", {"full_name": "X"}, status=404)
        assert "Mất điện" not in page.text and "Nơi Khác" not in page.text
    assert fault.state is FaultState.OPEN and receipt.read_at is None


@pytest.mark.parametrize("spoil", ["altered", "longer", "revoked", "renewed", "unknown"])
def test_a_link_that_is_not_the_present_one_tells_nothing(site, link, client, spoil):
    bad = {
        "altered": link[:-1] + ("A" if link[-1] != "A" else "B"),
        "longer": link + "x" * 300,
        "unknown": "/s/nothing",
    }
    if spoil == "revoked":
        link_operations.revoke_link(site, by=None)
    elif spoil == "renewed":
        link_operations.renew_link(site, by=None)
    address = bad.get(spoil, link)

    for part in ("", "/now", "/data", "/photo.jpg", "/programme"):
        page = client.get(f"{address}{part}", status=404)
        assert site.name not in page.text and site.event.title not in page.text
    client.post(f"{address}/steps", {"reach": "confirmed"}, status=404)
    assert site.status is SiteStatus.UNCONFIRMED


def test_an_expired_link_says_calmly_that_it_is_over(site, link, client, monkeypatch):
    until = link_queries.expires_at(site.event)
    monkeypatch.setattr(clock, "now", lambda: until + timedelta(seconds=1))

    page = client.get(link, status=410)
    client.post(f"{link}/steps", {"reach": "confirmed"}, status=410)

    assert page.heading == "Trang đã đóng" and site.name not in page.text
    assert site.status is SiteStatus.UNCONFIRMED


def test_a_cancelled_event_takes_no_more_reports(site, link, client):
    events.cancel_event(site.event, by=None)

    page = client.post(f"{link}/steps", {"reach": "confirmed"})

    assert "Chương trình đã hủy" in page.text and site.status is SiteStatus.UNCONFIRMED


def test_a_new_coordinator_gets_a_new_link_and_the_old_one_dies(site, link, client):
    form = client.get(f"{link}/hand-over").form()
    page = client.submit(form, {"name": "Ông Võ Mới", "email": "moi@xa.example.vn"})

    assert page.heading == "Đã bàn giao trang của điểm cầu" and "moi@xa.example.vn" in page.text
    client.get(link, status=404)
    (letter,) = db.session.scalars(sa.select(Delivery))
    new = link_queries.link_of(site)
    assert (letter.recipient, letter.kind) == ("moi@xa.example.vn", "site_link")
    assert new.rpartition("/")[2] not in letter.text_body and site.link_sent_at is not None
    assert client.get("/s/" + new.rpartition("/")[2]).heading == site.name


def test_nothing_odd_that_is_typed_breaks_the_page(site, link, client):
    for words in ("a\x00b", "<img src=x onerror=alert(1)>", "\u202egnirts", "{%7*7%}", "Đ" * 3000):
        for part, fields in (
            ("faults", {"kind": "other", "text": words}),
            ("delegates", {"full_name": words}),
            ("data", {"contact_name": words, "version": words, "seen": words}),
            ("checklist", {"tick": words}),
            ("steps", {"reach": words, "undo": words}),
            ("hand-over", {"name": "", "phone": words, "email": words}),
        ):
            answer = client.http.post(f"{link}/{part}", data={"csrf_token": client.csrf(), **fields})
            assert answer.status_code in {302, 409, 422}, (part, answer.status_code)
    page = client.get(link)
    assert not page.html.xpath("//img[@onerror]") and "\x00" not in page.response.text
