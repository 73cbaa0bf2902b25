"""The interface of the doors as the contract words it."""

import json

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import operations
from eventsvc.checkins.models import Device, Enrolment, Profile, QuarantinedScan, Scan
from eventsvc.db import db
from tests.checkins.conftest import scan


@pytest.fixture
def post(app):
    http = app.test_client()

    def send(body, token=None, path="/api/v1/scans", **kwargs):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if isinstance(body, (bytes, str)):
            kwargs = {"data": body, "content_type": "application/json", **kwargs}
        else:
            kwargs = {"json": body, **kwargs}
        with app.app_context():
            answer = http.post(path, headers=headers, **kwargs)
        db.session.rollback()
        return answer

    return send


def upload(*scans):
    return {"device_clock": clock.now().isoformat(), "scans": list(scans)}


def error(answer):
    body = answer.get_json()
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "request_id"}
    assert body["error"]["message"] and body["error"]["request_id"]
    return answer.status_code, body["error"]["code"]


def test_an_upload_is_answered_scan_by_scan(hall, post):
    device = hall.device()
    first, second = scan(hall.code(hall.minh)), scan("garbage")

    answer = post(upload(first, second), device.secret)

    body = answer.get_json()
    assert answer.status_code == 200
    assert set(body) == {"server_time", "store_epoch", "results"}
    assert body["store_epoch"]
    assert [(one["scan_id"], one["status"], one["outcome"]) for one in body["results"]] == [
        (first["scan_id"], "stored", "admitted"),
        (second["scan_id"], "stored", "unknown"),
    ]
    assert post(upload(), device.secret).get_json()["results"] == []


def test_the_epoch_of_the_store_stays_the_same(hall, post):
    epochs = {post(upload(), hall.device().secret).get_json()["store_epoch"] for _device in range(2)}

    assert len(epochs) == 1


def test_a_token_made_by_command_gets_its_device_at_its_first_scan(hall, post):
    _row, token = accounts.create_token(Role.DOOR, event_id=hall.event.id, site_id=hall.main.id)

    first = post(upload(scan(hall.code(hall.minh))), token)
    second = post(upload(scan(None, guest=hall.hoa.id, mode="manual")), token)

    assert first.get_json()["results"][0]["outcome"] == "admitted"
    assert second.get_json()["results"][0]["outcome"] == "admitted"
    [device] = db.session.scalars(sa.select(Device)).all()
    assert (device.site_id, device.event_id, device.profile) == (hall.main.id, hall.event.id, Profile.SEARCH)
    assert device.seen_at is not None


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.OWNER, Role.COORDINATOR, Role.SUPERVISOR])
def test_who_may_annul_by_role_may_annul_by_token(hall, post, role):
    _row, token = accounts.create_token(role, event_id=hall.event.id)
    entry = scan(hall.code(hall.minh))
    undo = scan(None, kind="annul", annuls=entry["scan_id"], reason="Nhầm người")

    results = post(upload(entry, undo), token).get_json()["results"]

    assert [one["outcome"] for one in results] == ["admitted", "annulled"]


def test_nobody_without_a_door_is_heard(hall, post, app):
    _row, viewer = accounts.create_token(Role.VIEWER, event_id=hall.event.id)
    _row, homeless = accounts.create_token(Role.DOOR)

    assert error(post(upload(scan("x")))) == (401, "unknown_device")
    assert error(post(upload(scan("x")), "no-such-token")) == (401, "unknown_device")
    assert error(post(upload(scan("x")), homeless)) == (401, "unknown_device")
    assert error(post(upload(scan("x")), viewer)) == (404, "not_found")
    assert post(upload(scan("x"))).headers["WWW-Authenticate"].startswith("Bearer")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 0


def test_a_revoked_device_is_heard_but_nothing_it_says_counts(hall, post):
    device = hall.device()
    operations.revoke_device(device, by=None)

    answer = post(upload(scan(hall.code(hall.minh))), device.secret)

    assert answer.status_code == 200
    assert [one["status"] for one in answer.get_json()["results"]] == ["quarantined"]
    assert db.session.scalar(sa.select(QuarantinedScan.reason)) == "revoked_device"


def test_an_upload_may_be_as_large_as_the_contract_says_and_no_larger(hall, post):
    token = hall.device().secret
    scans = [scan("garbage") for _scan in range(201)]
    padding = json.dumps(upload(scan("x" * (256 * 1024))))

    assert error(post(upload(*scans), token)) == (413, "batch_too_large")
    assert error(post(padding, token)) == (413, "batch_too_large")
    assert error(post("x" * 2_000_000, token)) == (413, "batch_too_large")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 0
    assert len(post(upload(*scans[:200]), token).get_json()["results"]) == 200


def test_only_what_cannot_be_parsed_at_all_is_refused(hall, post):
    token = hall.device().secret

    for body in (
        "",
        "{",
        "[]",
        '"x"',
        "null",
        "{}",
        '{"scans": {}}',
        '{"scans": null}',
        b"\xff\xfe",
        "[" * 90_000,
    ):
        assert error(post(body, token)) == (400, "bad_request"), body[:20]
    assert error(post("{}", token, content_type="text/plain")) == (415, "unsupported_media_type")
    assert error(post("a=b", token, content_type="application/x-www-form-urlencoded"))[0] == 415


def test_a_monstrous_number_or_depth_in_one_item_does_not_stop_the_next(hall, post):
    good = json.dumps(scan(hall.code(hall.minh)))
    bad = [
        f'{{"seq": {"9" * 50_000}}}',
        f'{{"scan_id": {"[" * 400}{"]" * 400}}}',
        '{"seq": NaN}',
        '{"seq": 1e999}',
    ]

    answer = post(f'{{"scans": [{", ".join(bad)}, {good}]}}', hall.device().secret)

    assert [one["status"] for one in answer.get_json()["results"]] == ["quarantined"] * 4 + ["stored"]


@pytest.mark.parametrize("odd", [7, "", "yesterday", None, [], "+275760-01-01T00:00:00Z"])
def test_a_device_clock_that_says_nothing_is_not_believed(hall, post, odd):
    answer = post({"device_clock": odd, "scans": [scan(hall.code(hall.minh))]}, hall.device().secret)

    assert answer.get_json()["results"][0]["outcome"] == "admitted"
    assert db.session.scalar(sa.select(Scan.clock_offset_ms)) is None


def test_a_flood_is_answered_with_when_to_come_again(hall, post):
    token = hall.device().secret
    for _batch in range(2):
        post(upload(*(scan(f"garbage {n}") for n in range(200))), token)

    answer = post(upload(scan("garbage")), token)

    assert error(answer) == (429, "too_many_unknown_codes")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_the_sentences_come_in_the_language_of_the_caller(app, hall):
    def told(language):
        with app.app_context():
            answer = app.test_client().post("/api/v1/scans", json={}, headers={"Accept-Language": language})
        return answer.get_json()["error"]["message"]

    assert told("vi") == "Hệ thống không nhận biết thiết bị này."
    assert told("en") == "This device is not known here."


# --- Enrolling ----------------------------------------------------------------------------------------------


def test_an_enrolment_token_becomes_a_device_once(hall, post):
    _row, token = operations.create_enrolment(
        hall.event, site=hall.school, name="Cửa trường", profile=Profile.SEARCH, by=None
    )

    answer = post({"token": token}, path="/api/v1/devices")
    again = post({"token": token}, path="/api/v1/devices")

    body = answer.get_json()
    device = db.session.scalar(sa.select(Device))
    assert answer.status_code == 201
    assert {**body, "token": ""} == {
        "device": device.id,
        "token": "",
        "site": hall.school.code,
        "profile": "search",
        "name": "Cửa trường",
        "site_name": hall.school.name,
        "event": hall.event.slug,
        "event_title": hall.event.title,
    }
    assert error(again) == (410, "enrolment_spent")
    scanned = post(upload(scan(hall.code(hall.tam), site=hall.school.code)), body["token"])
    assert scanned.get_json()["results"][0]["outcome"] == "admitted"
    enrolment = db.session.scalar(sa.select(Enrolment))
    assert (enrolment.device_id, enrolment.used_at is not None) == (device.id, True)
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in actions if "enrol" in action] == ["enrolment.created", "device.enrolled"]


def test_no_other_token_enrols_and_no_enrolment_token_scans(hall, post):
    _row, token = operations.create_enrolment(hall.event, site=None, name="Cửa", by=None)
    withdrawn, old = operations.create_enrolment(hall.event, site=None, name="Cửa cũ", by=None)
    operations.withdraw_enrolment(withdrawn, by=None)

    assert error(post({"token": old}, path="/api/v1/devices")) == (410, "enrolment_spent")
    assert error(post({"token": hall.device().secret}, path="/api/v1/devices")) == (410, "enrolment_spent")
    assert error(post({"token": hall.code(hall.minh)}, path="/api/v1/devices")) == (410, "enrolment_spent")
    assert error(post({"token": 7}, path="/api/v1/devices")) == (400, "bad_request")
    assert error(post({}, path="/api/v1/devices")) == (400, "bad_request")
    assert error(post(upload(scan("x")), token)) == (401, "unknown_device")


def test_no_code_or_token_is_kept_as_it_is(hall, post):
    """Planted in every field that is stored, none may be found in the tables of check-in."""
    device, code = hall.device(), hall.code(hall.minh)
    post(
        upload(scan(code), scan(code.lower(), kind="nonsense"), {**scan(code), "scan_id": "x"}), device.secret
    )

    for table in (Scan.__table__, QuarantinedScan.__table__, Device.__table__, AuditEntry.__table__):
        kept = str(db.session.execute(sa.select(table)).all())
        assert code not in kept.upper()
        assert device.secret not in kept


def test_the_description_of_the_interface_names_both_routes_and_validates_what_is_answered(app, hall, post):
    described = app.test_client().get("/api/v1/openapi.json").get_json()

    assert "post" in described["paths"]["/api/v1/scans"]
    assert "post" in described["paths"]["/api/v1/devices"]
    schemas = described["components"]["schemas"]
    result = post(upload(scan(hall.code(hall.minh))), hall.device().secret).get_json()["results"][0]
    assert set(result) <= set(schemas["ScanResult"]["properties"])
    assert set(result["guest"]) == set(schemas["ScanResult"]["properties"]["guest"]["properties"])
