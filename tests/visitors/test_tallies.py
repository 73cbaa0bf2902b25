"""People counted by taps: by devices and at the desk, nobody twice, never below nought."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.checkins import device_queries
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.models import Profile
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.events.sitting_rules import ALWAYS, Doors
from eventsvc.visitors import queries, rules, tally_operations
from eventsvc.visitors.models import OpenDoors, Tally
from tests import factories


def _device(fair, site=None, hours=ALWAYS):
    _row, token = checkins.create_enrolment(
        fair.event, site=site or fair.main, name="Cửa", profile=Profile.SCAN, hours=hours, by=None
    )
    return checkins.enrol(token)


def _tally(people=1, **fields):
    return {"tally_id": str(uuid4()), "people": people, "counted_at": clock.now().isoformat()} | fields


def _send(client, secret, tallies, **body):
    headers = {"Authorization": f"Bearer {secret}"}
    return client.http.post("/api/v1/tallies", json={"tallies": tallies} | body, headers=headers)


def test_a_device_counts_each_tap_once_however_often_it_is_sent(client, fair):
    _row, secret = _device(fair)
    five, slip = _tally(5), _tally(-1)

    answers = [
        _send(client, secret, [five, slip, five]),
        _send(client, secret, [slip, {**five, "people": 50}]),
    ]

    assert [[each["status"] for each in answer.json["results"]] for answer in answers] == [
        ["stored", "stored", "replay"],
        ["replay", "refused"],
    ]
    assert answers[1].json["results"][1] == {
        "tally_id": five["tally_id"], "status": "refused", "reason": "conflict"
    }  # fmt: skip
    assert queries.tallied(fair.sitting) == {fair.main.id: 4}
    assert queries.registered(fair.doors).counted == 4


def test_a_device_counts_for_its_site_and_its_hours_only(client, fair):
    school = factories.site(fair.event)
    early = clock.now() + timedelta(minutes=10)
    _row, secret = _device(fair)
    _row, later = _device(fair, hours=Doors(early, None))

    results = _send(
        client, secret,
        [
            _tally(site=school.code), _tally(site="không có"), _tally(sitting=99), _tally(0), _tally(1001),
            _tally(True), _tally("5"), "không phải", _tally(counted_at="hôm qua"),
            _tally(counted_at=(clock.now() - timedelta(days=2)).isoformat()), _tally(tally_id="x"), _tally(3),
        ],
    ).json["results"]  # fmt: skip
    too_early = _send(client, later, [_tally(2)]).json["results"]

    assert [each.get("reason", each["status"]) for each in results] == [
        "other_site", "no_site", "no_sitting", *["unreadable"] * 6, "not_yet", "unreadable", "stored"
    ]  # fmt: skip
    assert [each["reason"] for each in too_early] == ["not_yet"]
    assert queries.tallied(fair.sitting) == {fair.main.id: 3}


def test_the_time_of_a_device_is_corrected_by_its_clock(client, fair):
    device, secret = _device(fair)
    fast = timedelta(hours=3)
    at = clock.now() - timedelta(minutes=5)

    _send(
        client, secret, [_tally(counted_at=(at + fast).isoformat())],
        device_clock=(clock.now() + fast).isoformat(),
    )  # fmt: skip

    [tally] = db.session.scalars(sa.select(Tally))
    assert abs(tally.counted_at - at) < timedelta(seconds=30)
    assert tally.device_id == device.id


@pytest.mark.parametrize(
    ("body", "status"),
    [({"tallies": {}}, 400), ({"tallies": [1] * 201}, 413), ({}, 400), ({"tallies": ["x" * 300_000]}, 413)],
)
def test_what_cannot_be_taken_is_refused_as_a_whole(client, fair, body, status):
    _row, secret = _device(fair)

    answer = client.http.post("/api/v1/tallies", json=body, headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == status
    assert db.session.scalars(sa.select(Tally)).all() == []


def test_nobody_counts_without_a_token_or_with_a_revoked_one(client, fair):
    device, secret = _device(fair)
    checkins.revoke_device(device, by=None)

    assert _send(client, "nobody", [_tally()]).status_code == 401
    answer = _send(client, secret, [_tally()])
    assert (answer.status_code, [each["reason"] for each in answer.json["results"]]) == (
        200,
        ["revoked_device"],
    )
    assert device_queries.device_by_token(device.token_id).id == device.id
    assert queries.tallied(fair.sitting) == {}


def test_figures_never_fall_below_nought(fair, organizer):
    tally_operations.tap(fair.doors, 1, tally_id=uuid4(), by=organizer)
    with pytest.raises(Invalid):
        tally_operations.tap(fair.doors, -5, tally_id=uuid4(), by=organizer)
    device, _secret = _device(fair)
    tally_operations.record_tallies(checkins.door_of(device), [_tally(-5)])

    assert queries.tallied(fair.sitting) == {fair.main.id: 0}


def test_the_desk_counts_by_big_buttons_and_a_tap_sent_twice_counts_once(signed_in, fair):
    address = f"/events/{fair.event.slug}/open-doors/{fair.doors.number}/count"
    page = signed_in.get(address)
    forms = [form for form in page.html.forms if "people" in form.fields]
    assert [form.fields["people"] for form in forms] == ["1", "5", "-1"]

    tap = {"people": "5", "tally_id": forms[1].fields["tally_id"]}
    signed_in.post(address, tap)
    page = signed_in.post(address, tap)
    wrong = signed_in.post(address, {"people": "900", "tally_id": str(uuid4())})

    assert "5 người đếm tay" in page.text
    assert "Đề nghị bấm một trong các nút." in wrong.flashes[0]
    assert queries.tallied(fair.sitting) == {fair.main.id: 5}


def test_one_tally_sent_eight_times_at_once_counts_once(app, fair):
    device, _secret = _device(fair)
    door, sent = checkins.door_of(device), [_tally(5), _tally(2)]
    db.session.commit()
    together = Barrier(8)

    def send(_time):
        with app.app_context():
            together.wait()
            return tuple(each["status"] for each in tally_operations.record_tallies(door, sent))

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(send, range(8)))

    assert answers == {("stored", "stored"): 1, ("replay", "replay"): 7}
    assert queries.tallied(fair.sitting) == {fair.main.id: 7}


def test_four_who_take_back_the_same_five_at_once_take_them_back_once(app, fair, organizer):
    tally_operations.tap(fair.doors, 5, tally_id=uuid4(), by=organizer)
    doors_id, by_id = fair.doors.id, organizer.id
    db.session.commit()
    together = Barrier(4)

    def take_back(_time):
        with app.app_context():
            doors, by = db.session.get(OpenDoors, doors_id), db.session.get(User, by_id)
            together.wait()
            try:
                return tally_operations.tap(doors, -5, tally_id=uuid4(), by=by)
            except Invalid:
                return "refused"

    with ThreadPoolExecutor(4) as threads:
        answers = Counter(threads.map(take_back, range(4)))

    assert answers == {True: 1, "refused": 3}
    assert db.session.scalar(sa.select(sa.func.sum(Tally.people))) == 0


def test_a_slip_taken_back_twice_by_one_press_is_taken_back_once(fair, organizer):
    tally_operations.tap(fair.doors, 1, tally_id=uuid4(), by=organizer)
    press = uuid4()

    assert tally_operations.tap(fair.doors, -1, tally_id=press, by=organizer)
    assert not tally_operations.tap(fair.doors, -1, tally_id=press, by=organizer)
    assert queries.tallied(fair.sitting) == {fair.main.id: 0}


def test_tallies_that_make_no_sense_are_none():
    assert rules.read_tally(None) is None
    assert rules.read_tally({"tally_id": str(uuid4()), "people": 1, "site": "\x00"}) is None
    assert rules.read_tally({"tally_id": str(uuid4()), "people": 1}).counted_at is None
