"""What a door must have a day and an hour before the event, as rules and as a page."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import bundle_queries, device_operations, device_queries, door_readiness, operations
from eventsvc.checkins.device_operations import Told
from eventsvc.checkins.door_readiness import DeviceLook, Lack, Missed, Phase
from eventsvc.checkins.models import Device
from eventsvc.db import atomic, db
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient
from tests.queries import counted

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
READY = DeviceLook(
    id=1,
    name="Cửa 1",
    site_id=1,
    seen_at=NOW - timedelta(minutes=10),
    told_at=NOW - timedelta(minutes=10),
    has_list=True,
    is_current=True,
    list_at=NOW - timedelta(hours=3),
    could_know=True,
    clock_offset=timedelta(minutes=-2),
    battery=30,
    is_charging=False,
    waiting=0,
)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (24.01, Phase.EARLIER),
        (24, Phase.DAY),
        (1.01, Phase.DAY),
        (1, Phase.HOUR),
        (-1.99, Phase.HOUR),
        (-2, Phase.OVER),
    ],
)
def test_what_is_asked_depends_on_how_near_the_start_is(hours, expected):
    starts_at = NOW + timedelta(hours=hours)

    assert door_readiness.phase(starts_at, starts_at + timedelta(hours=2), NOW) is expected


def test_an_event_without_a_time_asks_nothing_and_one_without_an_end_asks_for_half_a_day():
    assert door_readiness.phase(None, None, NOW) is Phase.NO_TIME
    assert door_readiness.phase(NOW - timedelta(hours=11), None, NOW) is Phase.HOUR
    assert door_readiness.phase(NOW - timedelta(hours=12), None, NOW) is Phase.OVER


LACKING = [
    ({}, []),
    ({"seen_at": NOW - timedelta(minutes=10, seconds=1)}, [Lack.NOT_SEEN]),
    ({"seen_at": None}, [Lack.NOT_SEEN]),
    ({"has_list": False, "is_current": None}, [Lack.NO_LIST]),
    ({"is_current": False}, [Lack.OLD_LIST]),
    ({"is_current": False, "list_at": None}, [Lack.OLD_LIST]),
    ({"is_current": False, "list_at": NOW - timedelta(minutes=10)}, []),
    ({"is_current": False, "could_know": False}, []),
    ({"waiting": 1}, [Lack.QUEUE]),
    ({"clock_offset": timedelta(minutes=2, seconds=1)}, [Lack.CLOCK]),
    ({"clock_offset": timedelta(minutes=-2, seconds=-1)}, [Lack.CLOCK]),
    ({"clock_offset": None}, []),
    ({"battery": 29}, [Lack.BATTERY]),
    ({"battery": 29, "is_charging": True}, []),
    ({"battery": 0, "is_charging": None}, [Lack.BATTERY]),
    ({"battery": None}, []),
    ({"battery": 5, "told_at": NOW - timedelta(hours=2)}, []),
    (
        {
            "seen_at": None,
            "is_current": False,
            "waiting": 3,
            "clock_offset": timedelta(hours=1),
            "battery": 2,
        },
        [Lack.NOT_SEEN, Lack.OLD_LIST, Lack.QUEUE, Lack.CLOCK, Lack.BATTERY],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), LACKING)
def test_an_hour_before_each_line_is_checked_at_its_edge(changes, expected):
    look = READY._replace(**changes)

    assert door_readiness.lacks(look, NOW) == expected
    assert door_readiness.missed([look], Phase.HOUR, NOW) == [Missed(lack, look) for lack in expected]


def test_a_day_before_one_device_with_a_list_is_enough():
    bare = READY._replace(has_list=False, is_current=None, seen_at=None, battery=1)

    assert door_readiness.missed([], Phase.DAY, NOW) == [Missed(Lack.NO_DEVICE)]
    assert door_readiness.missed([bare], Phase.DAY, NOW) == [Missed(Lack.NO_LIST)]
    assert door_readiness.missed([bare, READY], Phase.DAY, NOW) == []


@pytest.mark.parametrize("phase", [Phase.NO_TIME, Phase.EARLIER, Phase.OVER])
def test_too_early_and_too_late_nothing_is_missing(phase):
    assert door_readiness.missed([], phase, NOW) == []


# --- With devices and their sites --------------------------------------------------------------------------


def starts_in(hall, **ahead):
    with atomic():
        hall.sitting.starts_at = clock.now() + timedelta(**ahead)
        hall.sitting.ends_at = hall.sitting.starts_at + timedelta(hours=2)


def tell(device, **told):
    """The device tells that all is well, but for what is given."""
    kept = db.session.get(Device, device.id)
    words = {
        "device_clock": clock.now(),
        "waiting": 0,
        "bundle": bundle_queries.version(kept),
        "bundle_at": clock.now(),
        "battery": 80,
        "is_charging": False,
    }
    device_operations.tell(kept, Told(**{**words, **told}))


def standing(hall):
    return {
        one.site.code: [miss.lack for miss in one.missed]
        for one in device_queries.door_readiness(hall.event, clock.now())
    }


def test_a_day_before_each_site_with_guests_needs_a_device_with_a_list(hall):
    starts_in(hall, hours=23)
    factories.site(hall.event, name="Không có khách")

    assert standing(hall) == {"main": [Lack.NO_DEVICE], hall.school.code: [Lack.NO_DEVICE]}

    tell(hall.device())
    hall.device(hall.school)
    assert standing(hall) == {hall.school.code: [Lack.NO_LIST], "main": []}


def test_an_hour_before_a_device_that_holds_yesterdays_list_is_found(hall):
    starts_in(hall, minutes=50)
    hall.code(hall.minh), hall.code(hall.tam)
    here, there = hall.device(), hall.device(hall.school)
    for device in (here, there):
        tell(device, bundle_at=clock.now() - timedelta(hours=20))
    assert standing(hall) == {"main": [], hall.school.code: []}

    with atomic():
        hall.tam.seat = "C-09"

    assert standing(hall) == {hall.school.code: [Lack.OLD_LIST], "main": []}


def test_a_new_pass_somewhere_blames_no_door_before_it_could_have_heard_of_it(hall):
    starts_in(hall, minutes=50)
    device = hall.device(hall.school)
    taken = clock.now() - timedelta(hours=20)
    tell(device, bundle_at=taken)
    old = db.session.get(Device, device.id).bundle

    hall.code(hall.minh)
    unaware = standing(hall)[hall.school.code]
    tell(device, bundle=old, bundle_at=taken)

    assert unaware == []
    assert standing(hall)[hall.school.code] == [Lack.OLD_LIST]


def test_numbers_that_have_not_arrived_count_as_a_queue_whatever_the_device_says(hall):
    starts_in(hall, minutes=50)
    device = hall.device()
    operations.record_scans(device, [scan(hall.code(hall.minh), seq=3)], device_clock=clock.now())
    tell(device, waiting=0)

    assert standing(hall)["main"] == [Lack.QUEUE]


def test_a_device_that_was_shut_out_and_a_site_that_closed_count_no_more(hall):
    starts_in(hall, minutes=50)
    device = hall.device()
    tell(device)
    operations.revoke_device(db.session.get(Device, device.id), by=None)
    with atomic():
        hall.school.closed_at = clock.now()

    assert standing(hall) == {"main": [Lack.NO_DEVICE]}


def test_before_and_after_nothing_is_missing(hall):
    starts_in(hall, days=3)
    assert standing(hall) == {"main": [], hall.school.code: []}
    starts_in(hall, hours=-2)
    assert standing(hall) == {"main": [], hall.school.code: []}


def test_a_hundred_sites_cost_what_two_cost(hall):
    starts_in(hall, minutes=50)
    tell(hall.device()), tell(hall.device(hall.school))
    db.session.rollback()
    with counted() as few:
        standing(hall)
    for number in range(8):
        site = factories.site(hall.event, name=f"Xã {number}")
        hall.code(factories.guest(site))
        hall.device(site)
    for device in db.session.scalars(sa.select(Device)).all():
        tell(device)
    db.session.rollback()

    with counted() as many:
        found = standing(hall)

    assert len(found) == 10 and not any(found.values())
    assert many.number <= few.number
    assert many.number <= 14


# --- The page ----------------------------------------------------------------------------------------------


def page_of(hall, client, query=""):
    return client.get(f"/events/{hall.event.slug}/devices/readiness{query}")


def test_what_is_missing_stands_first_with_its_words_and_one_tap_to_the_site(hall, signed_in):
    starts_in(hall, minutes=50)
    with atomic():
        hall.school.contact_phone = "+84500000001"
    tell(hall.device(name="Cửa 1"))
    tell(hall.device(hall.school, name="Cổng"), battery=12, device_clock=clock.now() - timedelta(minutes=47))

    page = page_of(hall, signed_in)

    assert [(row[0], row[2], row[3]) for row in page.rows()] == [
        ("Trường Đại học Phạm Văn Đồng", "Cổng", "đồng hồ chậm 47 phút pin 12 %"),
        (hall.main.name, "Cửa 1", "sẵn sàng"),
    ]
    assert page.html.xpath("//a[@href='tel:+84500000001']")
    assert "Số liệu lúc" in page.text


def test_before_the_day_the_page_says_what_will_be_checked_and_when(hall, signed_in):
    with atomic():
        hall.sitting.starts_at = datetime(2027, 3, 10, 1, 0, tzinfo=UTC)
        hall.sitting.ends_at = datetime(2027, 3, 10, 3, 0, tzinfo=UTC)

    page = page_of(hall, signed_in)

    assert "08:00 09/03/2027" in page.text and "07:00 10/03/2027" in page.text
    assert [row[3] for row in page.rows()] == ["chưa kiểm tra", "chưa kiểm tra"]


def test_a_coordinator_sees_the_own_door_only_and_a_head_of_doors_no_telephone(app, hall):
    starts_in(hall, hours=20)
    with atomic():
        hall.school.contact_phone = "+84500000001"
    pages = {}
    for role in (Role.COORDINATOR, Role.SUPERVISOR):
        user = factories.user(f"{role}@quangngai.example.vn")
        accounts.grant(user, role, event_id=hall.event.id, site_id=hall.school.id)
        pages[role] = page_of(hall, PageClient(app).sign_in(user))

    names = [[row[0] for row in page.rows()] for page in pages.values()]
    assert names == [["Trường Đại học Phạm Văn Đồng"]] * 2
    assert "tel:+84500000001" in pages[Role.COORDINATOR].links()
    assert not any(link.startswith("tel:") for link in pages[Role.SUPERVISOR].links())
    assert "0500 000" not in pages[Role.SUPERVISOR].text


def test_the_page_shows_one_district(hall, signed_in):
    starts_in(hall, hours=20)
    commune = factories.site(hall.event, name="Xã Bình Thạnh")
    with atomic():
        commune.parent_code, commune.parent_name = "524", "Huyện Bình Sơn"
    factories.guest(commune)

    assert [row[0].split()[:3] for row in page_of(hall, signed_in, "?within=524").rows()] == [
        ["Xã", "Bình", "Thạnh"]
    ]
    assert "Địa bàn này chưa có điểm cầu" in page_of(hall, signed_in, "?within=999").text
