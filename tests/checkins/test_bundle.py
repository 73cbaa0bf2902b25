"""What a device gets for the time without network, and who gets nothing."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import bundle_queries, device_queries, operations
from eventsvc.checkins.models import Device, Profile, Scan
from eventsvc.db import atomic, db
from eventsvc.invitations import pass_operations
from eventsvc.invitations.models import Pass
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted


@pytest.fixture
def ask(app):
    """Ask as a device: the answer, whatever it is."""
    http = app.test_client()

    def asking(path, token=None, body=None, **kwargs):
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **kwargs.pop("headers", {})}
        with app.app_context():
            method = "GET" if body is None else "POST"
            sent = {} if body is None else {"json": body}
            answer = http.open(f"/api/v1/devices/me/{path}", method=method, headers=headers, **sent, **kwargs)
        db.session.rollback()
        return answer

    return asking


def error(answer):
    return answer.status_code, answer.get_json()["error"]["code"]


def read(sealed: str, secret: str, hall, info: bytes):
    """What a phone does: nothing but the secret and the event's slug."""
    raw = b64decode(sealed)
    key = HKDF(SHA256(), 32, hall.event.slug.encode(), info).derive(secret.encode())
    return json.loads(AESGCM(key).decrypt(raw[:12], raw[12:], None))


def digest(code: str) -> str:
    return secrets.digest(secrets.normal_code(code))


def prefixes(packed: str) -> list[str]:
    raw = b64decode(packed)
    return [raw[at : at + 5].hex() for at in range(0, len(raw), 5)]


def test_a_device_reads_a_person_with_their_code_and_with_nothing_else(hall, ask):
    with atomic():
        hall.minh.seat, hall.minh.attention = "A-01", "Mời lên hàng ghế đầu"
    code, other = hall.code(hall.minh), hall.code(hall.hoa)

    answer = ask("bundle", hall.device().secret)

    body = answer.get_json()
    assert set(body["guests"]) == {digest(code), digest(other)}
    assert read(body["guests"][digest(code)], code, hall, b"eventsvc list") == {
        "guest": hall.minh.id,
        "honorific": "Ông",
        "name": "Nguyễn Văn Minh",
        "position": "Giám đốc",
        "organization": "Sở Y tế",
        "seat": "A-01",
        "note": "Mời lên hàng ghế đầu",
        "rank": None,
    }
    with pytest.raises(InvalidTag):
        read(body["guests"][digest(code)], other, hall, b"eventsvc list")


def test_whoever_finds_the_phone_reads_nobody(hall, ask):
    with atomic():
        hall.minh.seat, hall.minh.attention = "A-01", "Mời lên hàng ghế đầu"
    codes = [hall.code(hall.minh), hall.code(hall.tam)]

    raw = ask("bundle", hall.device(profile=Profile.SEARCH).secret).data.decode("unicode_escape")
    raw += ask("bundle", hall.device().secret).get_data(as_text=True)

    planted = ["Minh", "Nguyễn", "Giám đốc", "Sở Y tế", "A-01", "ghế đầu", "nguyen", "Tám", *codes]
    assert [word for word in planted if word in raw] == []


def test_the_list_says_where_when_and_what_for(hall, ask):
    hall.code(hall.minh)
    device = hall.device(name="Cửa 1")

    body = ask("bundle", device.secret).get_json()

    sitting = hall.sitting
    iso = lambda moment: moment.isoformat()  # noqa: E731
    assert {
        name: body[name] for name in ("event", "site", "device", "sittings", "prefix_bits", "wipe_at")
    } == {
        "event": {"slug": hall.event.slug, "title": hall.event.title, "cancelled_at": None},
        "site": {"code": "main", "name": hall.main.name},
        "device": {"name": "Cửa 1", "profile": "scan", "opens_at": None, "closes_at": None},
        "sittings": [
            {
                "number": 1,
                "title": sitting.title,
                "starts_at": iso(sitting.starts_at),
                "ends_at": iso(sitting.ends_at),
                "cancelled_at": None,
                "opens_at": iso(sitting.starts_at - timedelta(hours=2)),
                "closes_at": iso(sitting.ends_at + timedelta(hours=2)),
            }
        ],
        "prefix_bits": 40,
        "wipe_at": iso(sitting.ends_at + timedelta(hours=24)),
    }
    assert abs(body["issued_at"] / 1000 - clock.now().timestamp()) < 60
    assert "search" not in body


def test_codes_of_other_sites_are_known_by_their_beginnings_only(hall, ask):
    own, elsewhere = hall.code(hall.minh), hall.code(hall.tam)
    secret = hall.device().secret

    body = ask("bundle", secret).get_json()

    assert prefixes(body["elsewhere"]) == [digest(elsewhere)[:10]]
    assert prefixes(body["revoked"]) == []
    assert list(body["guests"]) == [digest(own)]
    assert digest(elsewhere) not in json.dumps(body)


def test_a_replaced_code_is_revoked_everywhere_and_the_new_one_opens(hall, ask):
    here, there = hall.device().secret, hall.device(hall.school).secret
    old = hall.code(hall.minh)
    pass_operations.revoke_pass(hall.minh, by=None)
    new = hall.code(hall.minh)

    own, foreign = ask("bundle", here).get_json(), ask("bundle", there).get_json()

    assert old != new
    assert list(own["guests"]) == [digest(new)]
    assert prefixes(own["revoked"]) == prefixes(foreign["revoked"]) == [digest(old)[:10]]
    assert prefixes(foreign["elsewhere"]) == [digest(new)[:10]]


def test_beginnings_are_sorted_so_that_a_phone_can_halve_them(hall, ask):
    codes = [hall.code(factories.guest(hall.main)) for _n in range(20)]

    body = ask("bundle", hall.device(hall.school).secret).get_json()

    assert prefixes(body["elsewhere"]) == sorted(digest(code)[:10] for code in codes)


def test_a_device_of_every_site_gets_everybody_and_nobody_is_elsewhere(hall, ask):
    codes = [hall.code(guest) for guest in (hall.minh, hall.hoa, hall.tam)]
    _row, token = operations.create_enrolment(hall.event, site=None, name="Lưu động", by=None)
    _device, secret = operations.enrol(token)

    body = ask("bundle", secret).get_json()

    assert set(body["guests"]) == {digest(code) for code in codes}
    assert (body["site"], body["elsewhere"]) == (None, "")
    assert [site["name"] for site in body["sites"]] == sorted(site["name"] for site in body["sites"])
    assert {site["code"] for site in body["sites"]} == {hall.main.code, hall.school.code}


def test_only_a_device_that_searches_gets_names_and_reads_them_with_its_own_token(hall, ask):
    hall.code(hall.minh)
    searches, other = hall.device(profile=Profile.SEARCH), hall.device(profile=Profile.SUPERVISOR)

    sealed = ask("bundle", searches.secret).get_json()["search"]

    people = read(sealed, searches.secret, hall, b"eventsvc search")
    assert [(one["guest"], one["name"], one["folded"].split()[:3]) for one in people] == [
        (hall.minh.id, "Nguyễn Văn Minh", ["nguyen", "van", "minh"]),
        (hall.hoa.id, "Trần Thị Hoa", ["tran", "thi", "hoa"]),  # without a pass: found by name
    ]
    with pytest.raises(InvalidTag):
        read(sealed, other.secret, hall, b"eventsvc search")


def test_names_to_search_through_are_given_out_a_day_before_the_doors_open(hall, ask):
    device = hall.device(profile=Profile.SEARCH)
    with atomic():
        hall.sitting.starts_at = clock.now() + timedelta(hours=27)
        hall.sitting.ends_at = clock.now() + timedelta(hours=29)
    early = ask("bundle", device.secret).get_json()
    with atomic():
        hall.sitting.starts_at = clock.now() + timedelta(hours=25)

    assert "search" not in early
    assert "search" in ask("bundle", device.secret).get_json()


def test_an_unchanged_list_is_not_sent_again(hall, ask):
    hall.code(hall.minh)
    secret = hall.device().secret
    first = ask("bundle", secret)
    kept = {"If-None-Match": first.headers["ETag"]}

    again, same = ask("bundle", secret), ask("bundle", secret, headers=kept)

    assert first.headers["ETag"] == f'"{first.get_json()["version"]}"'
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    told = [{**one.get_json(), "issued_at": 0} for one in (first, again)]
    assert told[0] == told[1]


CHANGES = {
    "a seat": lambda hall: setattr(hall.minh, "seat", "B-02"),
    "a name": lambda hall: setattr(hall.minh.person, "full_name", "Nguyễn Văn Minh Anh"),
    "the event is cancelled": lambda hall: setattr(hall.event, "cancelled_at", clock.now()),
    "a sitting moves": lambda hall: setattr(
        hall.sitting, "starts_at", hall.sitting.starts_at - timedelta(hours=1)
    ),
    "a pass is revoked elsewhere": lambda hall: setattr(hall.pass_of(hall.tam), "revoked_at", clock.now()),
    "somebody comes from elsewhere": lambda hall: setattr(hall.tam, "site", hall.main),
    "the hours of the device": lambda hall: setattr(
        db.session.scalar(sa.select(Device)), "opens_at", clock.now()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_list_says_changes_its_name(hall, ask, change):
    hall.code(hall.minh), hall.code(hall.tam)
    secret = hall.device().secret
    before = ask("bundle", secret).headers["ETag"]

    with atomic():
        CHANGES[change](hall)

    after = ask("bundle", secret, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


def test_what_the_list_does_not_say_leaves_its_name(hall, ask):
    hall.code(hall.minh)
    secret = hall.device().secret
    before = ask("bundle", secret).get_json()

    with atomic():
        hall.minh.note = "Ghi chú nội bộ"
    factories.guest(hall.main, full_name="Khách Vãng Lai")  # no pass: only those who search must know
    ask("status", secret, {"waiting": 3})

    assert ask("bundle", secret).get_json()["version"] == before["version"]


def test_the_name_of_a_list_costs_the_same_for_one_guest_and_many_and_opens_no_code(hall, monkeypatch):
    device = hall.device()
    hall.code(hall.minh)
    db.session.rollback()
    with counted() as few:
        bundle_queries.version(db.session.get(Device, device.id))
    for _n in range(10):
        hall.code(factories.guest(hall.main))
    db.session.rollback()
    monkeypatch.setattr(secrets, "unseal", lambda sealed: pytest.fail("opened a code"))

    with counted() as many:
        bundle_queries.version(db.session.get(Device, device.id))

    assert many.number == few.number


def test_the_ciphertexts_of_a_hall_are_made_once_for_all_its_doors(hall, ask, monkeypatch):
    hall.code(hall.minh)
    first = ask("bundle", hall.device().secret).get_json()
    opened = []
    monkeypatch.setattr(secrets, "unseal", lambda sealed: opened.append(sealed))

    second = ask("bundle", hall.device().secret).get_json()

    assert second["guests"] == first["guests"]
    assert opened == []


def test_reading_the_list_and_searching_change_no_row(hall, ask):
    device = hall.device(profile=Profile.SEARCH)
    hall.code(hall.minh)
    tables = (Device.__table__, Scan.__table__, AuditEntry.__table__, Pass.__table__)
    before = [db.session.execute(sa.select(table)).all() for table in tables]
    db.session.rollback()

    ask("bundle", device.secret), ask("guests?q=minh", device.secret)

    assert [db.session.execute(sa.select(table)).all() for table in tables] == before


# --- Who gets nothing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["bundle", "guests?q=minh", "status"])
def test_whoever_is_no_device_gets_nothing(hall, ask, path):
    body = {} if path == "status" else None
    _row, viewer = accounts.create_token(Role.VIEWER, event_id=hall.event.id)
    revoked = hall.device(profile=Profile.SEARCH)
    operations.revoke_device(db.session.get(Device, revoked.id), by=None)

    assert error(ask(path, None, body)) == (401, "unknown_device")
    assert error(ask(path, "x" * 22, body)) == (401, "unknown_device")
    assert error(ask(path, viewer, body)) == (404, "not_found")
    assert error(ask(path, revoked.secret, body)) == (401, "device_revoked")


def test_a_token_that_has_lapsed_gets_no_list(hall, ask):
    device = hall.device()
    with atomic():
        db.session.get(Device, device.id).token.expires_at = clock.now() - timedelta(seconds=1)

    assert error(ask("bundle", device.secret)) == (401, "device_revoked")


@pytest.mark.parametrize("path", ["bundle?site={}", "guests?q=minh&site={}"])
def test_asking_for_the_list_of_another_site_is_refused_and_logged(hall, ask, path):
    device = hall.device(profile=Profile.SEARCH)

    answer = ask(path.format(hall.school.code), device.secret)

    assert error(answer) == (404, "not_found")
    assert hall.school.name not in answer.get_data(as_text=True)
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()))
    assert (entry.action, entry.actor_kind, entry.actor_id) == ("device.asked_elsewhere", "device", device.id)
    assert (entry.event_id, entry.details) == (hall.event.id, {"site_id": hall.school.id})
    assert ask(path.format("main"), device.secret).status_code == 200


def test_a_token_made_by_command_reads_its_list_before_it_is_a_device(hall, ask):
    hall.code(hall.minh)
    _row, token = accounts.create_token(Role.DOOR, event_id=hall.event.id, site_id=hall.main.id)

    body = ask("bundle", token).get_json()

    assert len(body["guests"]) == 1
    assert db.session.scalar(sa.select(sa.func.count(Device.id))) == 0
    assert ask("status", token, {"waiting": 0}).status_code == 200
    assert db.session.scalar(sa.select(Device.waiting)) == 0


def test_a_day_after_the_end_the_list_is_gone_and_scans_are_still_taken(hall, ask):
    device, code = hall.device(profile=Profile.SEARCH), hall.code(hall.minh)
    with atomic():
        hall.event.created_at = clock.now() - timedelta(days=9)
        hall.sitting.starts_at = clock.now() - timedelta(hours=27)
        hall.sitting.ends_at = clock.now() - timedelta(hours=24, seconds=1)

    told = ask("status", device.secret, {"waiting": 1})
    [result] = operations.record_scans(device, [scan(code, minutes_ago=60 * 26)])

    assert error(ask("bundle", device.secret)) == (410, "event_over")
    assert error(ask("guests?q=minh", device.secret)) == (410, "event_over")
    assert told.get_json()["bundle"] is None
    assert result["status"] == "stored"


# --- What a device tells ------------------------------------------------------------------------------------


def test_a_device_tells_how_it_is_and_learns_the_time_and_its_list(hall, ask):
    device = hall.device()
    version = ask("bundle", device.secret).get_json()["version"]
    at = clock.now() - timedelta(minutes=5)
    told = {
        "device_clock": clock.now().isoformat(),
        "waiting": 12,
        "bundle": version,
        "bundle_at": at.isoformat(),
        "battery": 34,
        "charging": False,
    }

    answer = ask("status", device.secret, told).get_json()

    assert set(answer) == {"server_time", "store_epoch", "bundle", "opens_at", "closes_at", "wipe_at"}
    assert answer["bundle"] == version
    assert answer["store_epoch"] == device_queries.store_epoch()
    kept = db.session.get(Device, device.id)
    assert (kept.waiting, kept.bundle, kept.battery, kept.is_charging) == (12, version, 34, False)
    assert abs(kept.bundle_at - at) < timedelta(seconds=10)
    assert 0 <= kept.clock_offset_ms < 10_000
    assert kept.told_at == kept.seen_at and clock.now() - kept.told_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("device_clock", "bundle_at", "minutes"),
    [(-47, -57, 10), (47, 37, 10), (0, 5, 0), (-10_000_000, 0, 0)],
)
def test_the_age_of_a_list_is_measured_by_the_clock_of_the_server(
    hall, ask, device_clock, bundle_at, minutes
):
    device, now = hall.device(), clock.now()
    told = {
        "device_clock": (now + timedelta(minutes=device_clock)).isoformat(),
        "bundle": "0123456789abcdef",
        "bundle_at": (now + timedelta(minutes=bundle_at)).isoformat(),
    }

    ask("status", device.secret, told)

    kept = db.session.get(Device, device.id)
    assert abs(kept.bundle_at - (now - timedelta(minutes=minutes))) < timedelta(seconds=30)
    assert abs(kept.clock_offset_ms + device_clock * 60_000) < 30_000


def test_whoever_asks_without_end_is_told_to_wait(hall, ask):
    device, other = hall.device(), hall.device()
    for _n in range(30):
        ask("bundle", device.secret)

    answer = ask("bundle", device.secret)

    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert ask("bundle", other.secret).status_code == 200


NONSENSE = [
    {},
    {
        "device_clock": "24:61",
        "waiting": -1,
        "battery": 101,
        "charging": "yes",
        "bundle": 7,
        "bundle_at": "x",
    },
    {"device_clock": 10**30, "waiting": 10**30, "battery": "full", "bundle": "x" * 65, "bundle_at": 10**30},
    {"device_clock": "+275760-09-13T00:00:00Z", "waiting": True, "battery": None, "bundle": "\x00"},
    {"bundle_at": -1, "waiting": [], "battery": {}, "charging": 1},
]


@pytest.mark.parametrize("told", NONSENSE)
def test_what_cannot_be_read_counts_as_not_said(hall, ask, told):
    device = hall.device()

    answer = ask("status", device.secret, told)

    kept = db.session.get(Device, device.id)
    assert answer.status_code == 200
    assert [kept.waiting, kept.bundle, kept.bundle_at, kept.battery, kept.is_charging] == [None] * 5
    assert kept.clock_offset_ms is None and kept.told_at is not None


def test_a_status_that_is_no_object_is_refused(hall, ask):
    assert error(ask("status", hall.device().secret, [])) == (400, "bad_request")


# --- People by name -----------------------------------------------------------------------------------------


def test_a_door_finds_its_own_people_first_and_of_others_only_where_they_belong(hall, ask):
    with atomic():
        hall.minh.seat, hall.tam.seat = "A-01", "C-09"
    device = hall.device(profile=Profile.SEARCH)
    operations.record_scans(device, [scan(hall.code(hall.minh))], device_clock=clock.now())

    items = ask("guests?q=van", device.secret).get_json()["items"]

    assert items == [
        {
            "guest": hall.minh.id,
            "honorific": "Ông",
            "name": "Nguyễn Văn Minh",
            "position": "Giám đốc",
            "organization": "Sở Y tế",
            "seat": "A-01",
            "site": {"code": "main", "name": hall.main.name},
            "is_in": True,
        },
        {
            "guest": hall.tam.id,
            "honorific": "Ông",
            "name": "Lê Văn Tám",
            "position": None,
            "organization": None,
            "seat": None,
            "site": {"code": hall.school.code, "name": hall.school.name},
            "is_in": False,
        },
    ]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("minh", ["Nguyễn Văn Minh"]),
        ("Ngu Mi", ["Nguyễn Văn Minh"]),
        ("so y te", ["Nguyễn Văn Minh"]),
        ("m", []),
        ("", []),
        ("%%", []),
        ("không ai", []),
    ],
)
def test_names_are_found_without_diacritics_and_never_all_of_them(hall, ask, q, names):
    answer = ask("guests", hall.device(profile=Profile.SUPERVISOR).secret, query_string={"q": q})

    assert [item["name"] for item in answer.get_json()["items"]] == names


def test_at_most_twenty_people_are_found_in_as_many_statements_as_one(hall, ask):
    device = hall.device(profile=Profile.SEARCH)
    with counted() as few:
        ask("guests?q=minh", device.secret)
    for number in range(25):
        factories.guest(hall.main, full_name=f"Đinh Công Tráng {number}")

    with counted() as many:
        items = ask("guests?q=dinh", device.secret).get_json()["items"]

    assert len(items) == 20
    assert many.number == few.number


def test_a_device_that_only_scans_finds_nobody(hall, ask):
    assert error(ask("guests?q=minh", hall.device().secret)) == (404, "not_found")


def test_outside_of_its_hours_a_device_finds_nobody(hall, ask):
    device = hall.device(profile=Profile.SEARCH)
    with atomic():
        device.opens_at = clock.now() + timedelta(minutes=10)

    assert error(ask("guests?q=minh", device.secret)) == (403, "outside_hours")


def test_the_description_names_what_devices_are_told(hall, ask, app):
    hall.code(hall.minh)
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    schemas = described["components"]["schemas"]
    device = hall.device(profile=Profile.SEARCH)

    bundle = ask("bundle", device.secret).get_json()
    status = ask("status", device.secret, {}).get_json()
    [item] = ask("guests?q=minh", device.secret).get_json()["items"]

    assert set(bundle) | {"sites"} == set(schemas["Bundle"]["properties"])  # of a device of every site
    assert set(status) == set(schemas["DeviceStatusAnswer"]["properties"])
    assert set(item) == set(schemas["DoorGuest"]["properties"])


def test_after_its_hours_the_list_of_a_device_names_nobody_and_still_knows_its_codes(hall, ask):
    device, code = hall.device(profile=Profile.SEARCH), hall.code(hall.minh)
    before = ask("bundle", device.secret).get_json()
    with atomic():
        device.closes_at = clock.now() - timedelta(minutes=1)

    after = ask("bundle", device.secret).get_json()

    assert "search" in before and "search" not in after
    assert after["version"] != before["version"]
    assert after["guests"].keys() == before["guests"].keys() == {digest(code)}
    known = {"honorific", "name", "position", "organization", "seat", "note", "rank"}
    told = read(after["guests"][digest(code)], code, hall, b"eventsvc list")
    assert {key: value for key, value in told.items() if value} == {"guest": hall.minh.id}
    assert read(before["guests"][digest(code)], code, hall, b"eventsvc list")["name"] == "Nguyễn Văn Minh"
    assert told.keys() == {"guest", *known}


def test_a_device_whose_hours_go_on_has_its_names_again(hall, ask):
    device = hall.device(profile=Profile.SEARCH)
    before = ask("bundle", device.secret).get_json()["version"]
    with atomic():
        device.closes_at = clock.now() + timedelta(hours=1)
    later = ask("bundle", device.secret).get_json()

    assert "search" in later and later["version"] != before
