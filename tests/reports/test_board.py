"""The live board: figures, order of alarm, links of screens."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.operations import record
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.door_readiness import Lack
from eventsvc.checkins.models import CaseKind, Device, ReviewCase
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.guests import rank_operations as ranks
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.reports import board_queries
from eventsvc.reports.board import AlarmKind, Attention, Presence
from eventsvc.reports.board_labels import stale_words
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from eventsvc.visitors.models import Tally
from eventsvc.web import snapshots
from tests import factories
from tests.pages import PageClient
from tests.queries import counted
from tests.reports import live_boards


@pytest.fixture
def event(app):
    """An event whose doors are open: the main hall and thirteen districts."""
    snapshots.forget()
    made = factories.data_notice(factories.approved_event(starts_at=factories.soon(days=1)))
    factories.open_doors(made)
    factories.main_site(made)
    sites.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


def arrive(guest, site, kind="entry"):
    """The guest's pass is scanned at the site by a phone enrolled there."""
    if invitation_queries.live_pass(guest) is None:
        invitations.issue_pass(guest)
    code = secrets.unseal(invitation_queries.live_pass(guest).code_sealed)
    _enrolment, token = checkins.create_enrolment(guest.event, site=site, name="Cửa 1", by=None)
    device, _key = checkins.enrol(token)
    now = clock.now()
    scan = {"scan_id": str(uuid.uuid4()), "seq": 1, "code": code, "site": site.code, "kind": kind,
            "mode": "online", "scanned_at": now.isoformat()}  # fmt: skip
    return checkins.record_scans(device, [scan], device_clock=now)[0]["outcome"]


def test_the_board_counts_people_in_and_expected_at_every_site(event):
    main, district = factories.site_of(event, "main"), factories.site_of(event, "524")
    guests = [factories.guest(main), factories.guest(main), factories.guest(district)]

    assert arrive(guests[0], main) == "admitted"
    assert arrive(guests[2], district) == "admitted"

    board = board_queries.board(event)
    assert (board.present, board.expected, board.started, len(board.tiles)) == (2, 3, 2, 14)
    figures = {tile.code: (tile.present, tile.expected, tile.attention) for tile in board.tiles}
    assert figures["main"] == (1, 2, Attention.FILLING)
    assert figures["524"] == (1, 1, Attention.FULL)
    assert figures["536"] == (0, 0, Attention.NOBODY_EXPECTED)


def test_a_site_where_nobody_is_in_after_the_start_needs_attention(event, time_machine):
    factories.guest(factories.site_of(event, "524"))
    assert board_queries.board(event).urgent == []

    time_machine.move_to(factories.soon(days=1, hour=9))

    assert [tile.code for tile in board_queries.board(event).urgent] == ["524"]


def test_the_board_page_and_its_fragment_show_the_same_figures(signed_in, event):
    main = factories.site_of(event, "main")
    arrive(factories.guest(main), main)

    page = signed_in.get(f"/events/{event.slug}/board")
    fragment = signed_in.http.get(f"/events/{event.slug}/board/fragment")

    assert "1/1 đại biểu đã có mặt" in page.text
    assert fragment.headers["ETag"]
    again = signed_in.http.get(
        f"/events/{event.slug}/board/fragment", headers={"If-None-Match": fragment.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_screen_link_shows_the_board_until_it_is_revoked(signed_in, client, event):
    screens = signed_in.submit(signed_in.get(f"/events/{event.slug}/screens").form("/screens"))
    link = next(url for url in screens.links() if "/board/" in url and "/events/" not in url)
    path = link.removeprefix("http://localhost")
    signed_in.http.delete_cookie("session")

    assert client.get(path).heading == "Lễ phát động"
    assert client.http.get(f"{path}/fragment").status_code == 200

    signed_in.sign_in(factories.organizer())
    signed_in.submit(signed_in.get(f"/events/{event.slug}/screens").form("/revoke"))
    client.get(path, status=404)
    client.get(f"{path}/fragment", status=404)


def test_another_kind_of_token_opens_no_screen(client, event):
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)

    client.get(f"/board/{token}", status=404)


def test_the_board_costs_the_same_for_one_site_and_many(event):
    board_queries.board(event)
    with counted() as few:
        board_queries.board(event)
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    board_queries.board(event)
    with counted() as many:
        assert len(board_queries.board(event).tiles) == 187

    assert many.number == few.number


# --- What the devices tell ----------------------------------------------------------------------------------


def device_at(site, **told):
    _enrolment, token = checkins.create_enrolment(site.event, site=site, name="Điện thoại anh Tư", by=None)
    device, _key = checkins.enrol(token)
    with atomic():
        device.seen_at = clock.now()
        for name, value in told.items():
            setattr(device, name, value)
    return device


def alarms(event):
    return [(alarm.kind, alarm.code, alarm.number) for alarm in board_queries.board(event).alarms]


def test_a_site_whose_devices_are_silent_says_since_when(event):
    main, district = factories.site_of(event, "main"), factories.site_of(event, "524")
    arrive(factories.guest(district), district)
    since = clock.now() - timedelta(minutes=20)
    with atomic():
        db.session.execute(sa.update(Device).values(seen_at=since))
    device_at(main)

    shown = board_queries.board(event)

    assert [(tile.code, tile.post.silent_since) for tile in shown.stale] == [("524", since)]
    assert (shown.stale_people, AlarmKind.SILENT in [alarm.kind for alarm in shown.alarms]) == (1, True)
    assert "1 điểm cầu chưa cập nhật từ" in stale_words(shown)


def test_one_device_that_is_heard_of_keeps_its_site_up_to_date(event):
    main = factories.site_of(event, "main")
    device_at(main, seen_at=clock.now() - timedelta(minutes=20))
    device_at(main)

    assert board_queries.board(event).stale == []


def test_nobody_misses_a_device_whose_doors_are_not_open(event):
    main = factories.site_of(event, "main")
    long_ago = clock.now() - timedelta(hours=2)
    device_at(main, seen_at=long_ago, closes_at=clock.now() - timedelta(minutes=1))
    device_at(factories.site_of(event, "524"), seen_at=long_ago, revoked_at=long_ago)

    assert board_queries.board(event).stale == []


def test_scans_on_devices_are_what_it_told_less_what_has_come_since(event):
    main = factories.site_of(event, "main")
    device = device_at(main, waiting=5, told_at=clock.now() - timedelta(minutes=1))
    code = secrets.unseal(invitations.issue_pass(factories.guest(main)).code_sealed)
    scan = {"scan_id": str(uuid.uuid4()), "seq": 1, "code": code, "site": "main", "kind": "entry",
            "mode": "offline", "scanned_at": clock.now().isoformat()}  # fmt: skip

    assert board_queries.board(event).waiting == 5
    checkins.record_scans(device, [scan], device_clock=clock.now())
    assert (AlarmKind.WAITING, "main", 4) in alarms(event)
    with atomic():
        device.waiting = 0
    assert board_queries.board(event).waiting == 0
    checkins.record_scans(device, [scan | {"scan_id": str(uuid.uuid4()), "seq": 4}], device_clock=clock.now())
    assert board_queries.board(event).waiting == 2


def test_each_device_with_scans_left_is_told_by_name_to_those_who_see_to_devices(app, signed_in, event):
    main, now = factories.site_of(event, "main"), clock.now()
    names = ["Cửa trái", "Cửa phải"]
    for waiting, name in enumerate(names, start=2):
        device_at(main, name=name, waiting=waiting, told_at=now)
    viewer = factories.user("xem@quangngai.example.vn")
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)

    assert {each for each in alarms(event) if each[0] is AlarmKind.WAITING} == {
        (AlarmKind.WAITING, "main", 2), (AlarmKind.WAITING, "main", 3),
    }  # fmt: skip
    address = f"/events/{event.slug}/board"
    assert all(f"({name})" in signed_in.get(address).text for name in names)
    assert not any(f"({name})" in PageClient(app).sign_in(viewer).get(address).text for name in names)


def test_a_clock_that_is_off_a_flood_and_what_was_set_aside_are_told(event):
    main = factories.site_of(event, "main")
    device = device_at(main, clock_offset_ms=-47 * 60_000)
    with atomic():
        record(device, "device.flooding", device, event=event)
    checkins.record_scans(device, [{"scan_id": "nonsense"}], device_clock=None)

    assert alarms(event) == [
        (AlarmKind.FLOOD, "main", 1), (AlarmKind.CLOCK, "main", 47), (AlarmKind.QUARANTINE, None, 1),
    ]  # fmt: skip


def test_doors_without_a_device_are_told_a_day_before(event, time_machine):
    factories.guest(factories.site_of(event, "524"))

    time_machine.move_to(event.sittings[0].starts_at - timedelta(hours=23))
    [alarm] = board_queries.board(event).alarms
    assert (alarm.kind, alarm.code, alarm.lack) == (AlarmKind.UNREADY, "524", Lack.NO_DEVICE)

    time_machine.move_to(event.sittings[0].starts_at - timedelta(hours=25))
    assert alarms(event) == []


def test_a_site_that_has_signed_its_count_is_not_missed(event):
    main = factories.site_of(event, "main")
    factories.guest(main)
    device_at(main, seen_at=clock.now() - timedelta(minutes=20))
    with atomic():
        db.session.add(
            SiteClosing(event_id=event.id, site_id=main.id, sitting_id=event.sittings[0].id, named=0, people=7,
                        signed_name="Lê Thị Ký", actor_kind="user")
        )  # fmt: skip

    shown = board_queries.board(event)

    assert (shown.stale, shown.tiles[0].attention, shown.tiles[0].signed) == ([], Attention.CLOSED, 7)


def test_a_case_without_a_site_is_counted_and_told(event):
    main = factories.site_of(event, "main")
    with atomic():
        db.session.add(
            ReviewCase(event_id=event.id, kind=CaseKind.SEQ_FORK, subject="1", scan_id=str(uuid.uuid4()))
        )

    shown = board_queries.board(event)
    assert (shown.cases, alarms(event)) == (1, [(AlarmKind.CASE, None, 1)])
    assert next(tile for tile in shown.tiles if tile.code == main.code).cases == 0


def test_exits_tell_who_is_inside_and_taps_stand_beside(event):
    main = factories.site_of(event, "main")
    guest = factories.guest(main)
    arrive(guest, main)
    assert board_queries.board(event).inside is None
    with atomic():
        db.session.add(
            Tally(tally_id=str(uuid.uuid4()), event_id=event.id, site_id=main.id, sitting_id=event.sittings[0].id,
                  people=40, counted_at=clock.now(), actor_kind="device")
        )  # fmt: skip
    arrive(guest, main, kind="exit")

    shown = board_queries.board(event)

    assert (shown.present, shown.inside, shown.tallied, shown.all.people) == (1, 0, 40, 1)


# --- Names are for those who may know them ------------------------------------------------------------------


@pytest.fixture
def stage(event):
    """Two who speak and are guests of two sites, one in words only; the first has come in."""
    main, district = factories.site_of(event, "main"), factories.site_of(event, "524")
    minh = factories.guest(main, full_name="Nguyễn Văn Khiêm", honorific="Ông", position="Giám đốc")
    hoa = factories.guest(district, full_name="Trần Thị Hoài", honorific="Bà", position="Chủ tịch")
    rank = ranks.add_rank(event, name="Cao", rules=ranks.RankRules(announces_arrival=True), by=None)
    with atomic():
        minh.own_rank = rank
    speech, talk = factories.item(event, "Khai mạc"), factories.item(event, "Tham luận")
    factories.item(event, "Văn nghệ", speaker="Đoàn nghệ thuật")
    with atomic():
        speech.person, talk.person = minh.person, hoa.person
    arrive(minh, main)
    return event


def test_who_of_the_stage_is_missing_and_who_cannot_be_followed(stage):
    parts = [(part.title, part.name, part.presence) for part in board_queries.board(stage).parts]

    assert parts == [
        ("Khai mạc", "Ông Nguyễn Văn Khiêm", Presence.IN),
        ("Tham luận", "Bà Trần Thị Hoài", Presence.MISSING),
        ("Văn nghệ", "Đoàn nghệ thuật", Presence.UNTRACKED),
    ]
    begins = [part.begins_at for part in board_queries.board(stage).parts]
    assert begins == sorted(begins) and begins[0] == stage.sittings[0].starts_at


def signed_in_as(app, event, role, site=None):
    user = factories.user()
    accounts.grant(user, role, event_id=event.id, site_id=site.id if site else None)
    return PageClient(app).sign_in(user)


def test_names_are_for_those_who_read_the_guest_list_of_their_sites(app, stage, client):
    device_at(factories.site_of(stage, "main"), clock_offset_ms=47 * 60_000)
    _row, token = accounts.create_token(Role.VIEWER, event_id=stage.id, shown_again=True)
    at = f"/events/{stage.slug}/board"
    pages = {
        "organizer": signed_in_as(app, stage, Role.OWNER).get(at).text,
        "main hall": signed_in_as(app, stage, Role.COORDINATOR, factories.site_of(stage, "main"))
        .get(at)
        .text,
        "district": signed_in_as(app, stage, Role.COORDINATOR, factories.site_of(stage, "524")).get(at).text,
        "viewer": signed_in_as(app, stage, Role.VIEWER).get(at).text,
        "wall": client.get(f"/board/{token}").text,
        "wall again": client.http.get(f"/board/{token}/fragment").text,
    }
    _row, bearer = accounts.create_token(Role.ORGANIZER, event_id=stage.id)
    api = client.http.get(f"/api/v1{at}", headers={"Authorization": f"Bearer {bearer}"}).text

    seen = {
        who: {name for name in ("Khiêm", "Hoài", "anh Tư") if name in text} for who, text in pages.items()
    }
    assert seen == {
        "organizer": {
            "Khiêm",
            "Hoài",
            "anh Tư",
        },  # who came in last, who is missing, the device they look for
        "main hall": {"Khiêm", "anh Tư"},
        "district": {"Hoài", "anh Tư"},
        "viewer": set(),  # a device is for those who see to devices
        "wall": set(),
        "wall again": set(),
    }
    assert all("1/2 trên sân khấu chưa đến" in text for who, text in pages.items() if who != "wall again")
    assert not any(name in api for name in ("Khiêm", "Hoài", "anh Tư"))


def test_alarms_lead_only_those_further_who_may_go_there(app, event):
    device_at(factories.site_of(event, "main"), clock_offset_ms=47 * 60_000)
    at = f"/events/{event.slug}"

    assert f"{at}/devices" in signed_in_as(app, event, Role.OWNER).get(f"{at}/board").links()
    viewer = signed_in_as(app, event, Role.VIEWER).get(f"{at}/board")
    assert "lệch 47 phút" in viewer.text and f"{at}/devices" not in viewer.links()


# --- One answer for all -------------------------------------------------------------------------------------


def test_a_wall_that_asks_again_costs_one_statement(client, event):
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
    first = client.http.get(f"/board/{token}/fragment")

    with counted() as asked:
        again = client.http.get(f"/board/{token}/fragment", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data, asked.number) == (304, b"", 1)
    assert again.headers["Board-As-Of"] == first.headers["Board-As-Of"]


def test_a_page_that_is_opened_shows_what_was_scanned_just_before(signed_in, event):
    main = factories.site_of(event, "main")
    guests = [factories.guest(main), factories.guest(main)]
    at = f"/events/{event.slug}/board"
    arrive(guests[0], main)
    assert "1/2 đại biểu đã có mặt" in signed_in.get(at).text

    arrive(guests[1], main)

    assert "2/2 đại biểu đã có mặt" in signed_in.get(at).text


def test_another_sitting_is_chosen_by_its_number(signed_in, event):
    main = factories.site_of(event, "main")
    arrive(factories.guest(main), main)
    second, start = events.add_sitting(event, by=None), factories.soon(days=2)
    events.propose_time(second, starts_at=start, ends_at=start + timedelta(hours=2), by=None)

    first_page = signed_in.get(f"/events/{event.slug}/board")
    other = signed_in.get(f"/events/{event.slug}/board?sitting={second.number}")

    assert "1/1 đại biểu đã có mặt" in first_page.text and "0/1 đại biểu đã có mặt" in other.text
    assert f"/events/{event.slug}/board?sitting={second.number}" in first_page.links()


def test_a_district_shows_its_own_sites(signed_in, event):
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    page = signed_in.get(f"/events/{event.slug}/board?within=524")

    names = {"Bình Trung", "Phổ Thạnh"}
    assert {name for name in names if f'tile__name">{name}<' in page.response.text} == {"Bình Trung"}


def test_the_api_tells_the_same_figures(client, event):
    main = factories.site_of(event, "main")
    arrive(factories.guest(main), main)
    factories.guest(main)
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id)

    told = client.http.get(
        f"/api/v1/events/{event.slug}/board", headers={"Authorization": f"Bearer {token}"}
    ).json

    totals = {name: told["totals"][name] for name in ("expected", "present", "people", "inside", "tallied")}
    assert totals == {"expected": 2, "present": 1, "people": 1, "inside": None, "tallied": 0}
    site = next(site for site in told["sites"] if site["code"] == "main")
    assert (site["present"], site["source"], site["attention"]) == (1, "scanned", "filling")
    assert sum(flow["people"] for flow in told["arrivals"]) == 1


def test_a_hundred_times_the_people_cost_the_same_number_of_statements(event):
    live_boards.fill(event, people=20, scans=15)
    board_queries.board(event)
    with counted() as few:
        few_shown = board_queries.board(event)
    live_boards.fill(event, people=500, scans=700)
    board_queries.board(event)
    with counted() as many:
        many_shown = board_queries.board(event)

    assert (few_shown.present, many_shown.present) == (15, 515)
    assert many_shown.curve.people == 515
    assert sum(tile.present for tile in many_shown.tiles) == 515
    assert many.number == few.number <= 40
