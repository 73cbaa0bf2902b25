"""Doors served together are each served as if they had come alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
import sqlalchemy as sa

from eventsvc import clock, rows, secrets
from eventsvc.checkins import items, keeping_operations, operations, recording_operations
from eventsvc.checkins.models import Scan
from eventsvc.checkins.uploads import Sent, Unheard, hear
from eventsvc.db import atomic, db
from tests import factories
from tests.checkins.conftest import Hall, scan
from tests.queries import counted

DOORS = 8


@pytest.fixture
def crowd(app, hall):
    """Eight devices and eight codes; `send` lets them all in at once and gives what each was told."""
    guests = [factories.guest(hall.main, full_name=f"Đại biểu {n}") for n in range(DOORS)]
    hall.codes = [hall.code(guest) for guest in guests]
    hall.doors = [operations.door_of(hall.device()) for _door in range(DOORS)]
    db.session.commit()
    together = Barrier(DOORS)

    def one(pair):
        door, batch = pair
        with app.app_context():
            together.wait()
            try:
                return operations.record_scans(door, batch)
            except Exception as failure:
                return failure

    def send(batches):
        with ThreadPoolExecutor(DOORS) as threads:
            return list(threads.map(one, zip(hall.doors, batches, strict=True)))

    hall.send = send
    return hall


def test_those_who_wait_share_a_commit(app, crowd, monkeypatch):
    stored = []
    honest = recording_operations.store

    def when_everybody_is_here(together):
        stored.append(len(together))
        gathering = app.extensions.get("gathering")
        for _moment in range(1000 if gathering and len(stored) == 1 else 0):
            if len(together) + len(gathering.waiting) == DOORS:
                break
            sleep(0.02)
        honest(together)

    monkeypatch.setattr(recording_operations, "store", when_everybody_is_here)

    answers = crowd.send([[scan(code)] for code in crowd.codes])

    assert [answer[0]["outcome"] for answer in answers] == ["admitted"] * DOORS
    assert sum(stored) == DOORS
    assert len(stored) <= 2


def test_an_upload_that_breaks_takes_nobody_along(app, crowd, monkeypatch):
    bad = scan(crowd.codes[3])
    honest = recording_operations._Decision.decide

    def decide(decision, item, place):
        if item.scan_id == bad["scan_id"]:
            raise RuntimeError("a fault of ours")
        sleep(0.05)
        return honest(decision, item, place)

    monkeypatch.setattr(recording_operations._Decision, "decide", decide)
    batches = [[scan(code)] for code in crowd.codes]
    batches[3] = [bad]

    answers = crowd.send(batches)

    assert isinstance(answers[3], RuntimeError)
    assert [answer[0]["outcome"] for number, answer in enumerate(answers) if number != 3] == ["admitted"] * 7
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 7


def test_a_flood_from_one_door_does_not_refuse_the_others(app, crowd):
    for _batch in range(2):
        operations.record_scans(crowd.doors[0], [scan("garbage") for _scan in range(200)])
    db.session.commit()
    batches = [[scan(code)] for code in crowd.codes]
    batches[0] = [scan("garbage"), scan(crowd.codes[1])]

    answers = crowd.send(batches)

    assert isinstance(answers[0], operations.TooManyUnknown)
    assert [answer[0]["outcome"] for answer in answers[1:]] == ["admitted"] * 7
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 407


def test_one_code_and_one_id_in_the_same_commit(app, hall):
    """The same scan from one door twice, and the same person at two doors, all decided in one transaction."""
    door, other = operations.door_of(hall.device(name="Cửa 1")), operations.door_of(hall.device(name="Cửa 2"))
    code, now = hall.code(hall.minh), scan(hall.code(hall.minh))
    sent = [(door, now), (door, now), (other, scan(code)), (other, {**now, "code": hall.code(hall.hoa)})]
    uploads = []
    for which, one in sent:
        arrival = operations.clock.now()
        uploads.append(operations.Upload(which, [operations.items.read(one)], arrival, arrival))

    with atomic():
        recording_operations.store(uploads)

    told = [(upload.answers[0].status, upload.answers[0].outcome) for upload in uploads]
    assert told == [("stored", "admitted"), ("replay", "admitted"), ("stored", "repeat"), ("conflict", None)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 2


def test_doors_of_two_events_are_heard_in_one_statement_and_each_gets_its_own(app, hall, monkeypatch):
    """Both events call their hall "main"; somebody who holds no token stands among the doors."""
    monkeypatch.setattr(keeping_operations, "note_device", lambda upload: None)  # one more, once in a while
    event = factories.approved_event(starts_at=clock.now() + timedelta(hours=1))
    lan = factories.guest(factories.main_site(event), full_name="Phạm Thị Lan")
    there = Hall(event, event.sittings[0], lan.site, lan.site, lan, lan, lan)
    door, other, far = hall.device(), hall.device(), there.device()
    code, foreign = hall.code(hall.minh), there.code(lan)
    tokens = [door.secret, far.secret, "nobody", other.secret, far.secret]
    sent = [
        Sent(None, secrets.digest(token), [items.read(scan(one))], clock.now(), clock.now())
        for token, one in zip(tokens, [code, foreign, code, code, code], strict=True)
    ]

    with atomic(), counted() as statements:
        recording_operations.store(hear(sent))

    assert statements.number == 3
    assert isinstance(sent[2].failure, Unheard) and sent[2].upload is None
    told = [one.upload.answers[0].outcome for one in sent if one.upload]
    assert told == ["admitted", "admitted", "repeat", "other_event"]
    stored = db.session.execute(sa.select(Scan.event_id, Scan.site_id, Scan.sitting_id).order_by(Scan.id))
    here, away = (hall.event.id, hall.main.id, hall.sitting.id), (event.id, lan.site_id, event.sittings[0].id)
    assert stored.all() == [here, away, here, away]


def test_somebody_without_a_token_who_waits_among_doors_is_refused_alone(app, crowd):
    """Their uploads are heard together; the one that nobody stands behind changes nothing for the others."""
    devices = [crowd.device() for _door in range(DOORS)]
    tokens = ["nobody", *(device.secret for device in devices[1:])]
    db.session.commit()
    together = Barrier(DOORS)

    def one(pair):
        token, code = pair
        with app.app_context():
            together.wait()
            try:
                return operations.record_scans_of(token, [scan(code)])[1][0]["outcome"]
            except operations.NoDevice:
                return "refused"

    with ThreadPoolExecutor(DOORS) as threads:
        told = list(threads.map(one, zip(tokens, crowd.codes, strict=True)))

    assert told == ["refused", *["admitted"] * (DOORS - 1)]


def test_a_guest_whom_somebody_is_changing_does_not_hold_up_the_other_doors(app, crowd):
    """On PostgreSQL, where rows are locked; on SQLite nobody changes anything for long."""
    if db.engine.dialect.name == "sqlite":
        return
    changed = crowd.pass_of(crowd.minh).guest
    batches = [[scan(crowd.code(changed))], *([scan(code)] for code in crowd.codes[1:])]

    def at(pair):
        door, batch = pair
        with app.app_context():
            return operations.record_scans(door, batch)[0]["outcome"]

    with ThreadPoolExecutor(DOORS) as doors:
        with atomic():
            rows.lock(changed)
            held = doors.submit(at, (crowd.doors[0], batches[0]))
            for _moment in range(1000):
                if (gathering := app.extensions.get("gathering")) and gathering.turn.locked():
                    break
                sleep(0.01)
            told = list(doors.map(at, zip(crowd.doors[1:], batches[1:], strict=True), timeout=60))
            was_held = not held.done()
        assert (told, was_held, held.result(60)) == (["admitted"] * (DOORS - 1), True, "admitted")
