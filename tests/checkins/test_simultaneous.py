"""Many doors at the same moment, against the real databases: one is first, and nothing is stored twice."""

import multiprocessing
import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from config import TestConfig
from eventsvc import rows
from eventsvc.app import create_app
from eventsvc.checkins import lookups, operations, queries, recording_operations
from eventsvc.checkins.models import Scan
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories
from tests.checkins.conftest import scan

DOORS = 8
ROUNDS = 60


def test_eight_doors_scan_one_code_and_exactly_one_admits(app, hall):
    guests = [factories.guest(hall.main, full_name=f"Đại biểu {n}") for n in range(ROUNDS)]
    codes = [hall.code(guest) for guest in guests]
    devices = [operations.door_of(hall.device()) for _door in range(DOORS)]
    db.session.commit()
    together = Barrier(DOORS)

    def stand_at(device):
        answers = []
        with app.app_context():
            for code in codes:
                together.wait()
                answers.append(operations.record_scans(device, [scan(code)])[0]["outcome"])
        return answers

    with ThreadPoolExecutor(DOORS) as doors:
        by_door = list(doors.map(stand_at, devices))

    rounds = [Counter(answers) for answers in zip(*by_door, strict=True)]
    assert rounds == [Counter(admitted=1, repeat=DOORS - 1)] * ROUNDS
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: ROUNDS}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == DOORS * ROUNDS


def test_eight_devices_with_batches_in_different_orders_never_lock_each_other_out(app, hall):
    guests = [factories.guest(hall.main, full_name=f"Đại biểu {n}") for n in range(30)]
    codes = [hall.code(guest) for guest in guests]
    devices = [operations.door_of(hall.device()) for _door in range(DOORS)]
    db.session.commit()
    together = Barrier(DOORS)

    def stand_at(pair):
        number, device = pair
        turned = codes[number * 3 :] + codes[: number * 3]
        order = turned if number % 2 else list(reversed(turned))
        with app.app_context():
            together.wait()
            results = operations.record_scans(device, [scan(code) for code in order])
        return [result["outcome"] for result in results]

    with ThreadPoolExecutor(DOORS) as doors:
        outcomes = Counter(
            outcome for answers in doors.map(stand_at, enumerate(devices)) for outcome in answers
        )

    assert outcomes == Counter(admitted=30, repeat=30 * (DOORS - 1))


def test_one_batch_sent_eight_times_in_eight_orders_is_stored_once(app, hall):
    """Unknown codes have no guest whose row could be locked first."""
    device = operations.door_of(hall.device())
    sent = [scan(f"no such code {n}") for n in range(24)]
    db.session.commit()
    together = Barrier(DOORS)

    def send(number):
        turned = sent[number * 3 :] + sent[: number * 3]
        with app.app_context():
            together.wait()
            return operations.record_scans(device, turned if number % 2 else turned[::-1])

    with ThreadPoolExecutor(DOORS) as doors:
        statuses = Counter(
            result["status"] for results in doors.map(send, range(DOORS)) for result in results
        )

    assert statuses == Counter(stored=len(sent), replay=len(sent) * (DOORS - 1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == len(sent)


def test_whoever_the_database_struck_down_in_a_deadlock_is_tried_again(app, hall, monkeypatch):
    honest, failures = recording_operations.store, [psycopg.errors.DeadlockDetected("a circle")]

    def store(together):
        honest(together)
        if failures:
            raise sa.exc.OperationalError("INSERT", {}, failures.pop())

    monkeypatch.setattr(recording_operations, "store", store)
    [result] = operations.record_scans(hall.device(), [scan(hall.code(hall.minh))])

    assert (result["status"], result["outcome"], failures) == ("stored", "admitted", [])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 1


def test_a_door_that_waited_while_a_pass_was_revoked_knows_it(app, hall, monkeypatch):
    """What was read before the wait must not decide: the pass was good in that snapshot."""
    device, code = operations.door_of(hall.device()), hall.code(hall.minh)
    db.session.commit()
    has_read = Event()
    honest = lookups.read_ahead

    def read_ahead(door, named):
        known = honest(door, named)
        has_read.set()
        return known

    monkeypatch.setattr(lookups, "read_ahead", read_ahead)

    def stand():
        with app.app_context():
            return operations.record_scans(device, [scan(code)])[0]["outcome"]

    with ThreadPoolExecutor(1) as doors:
        with atomic():
            rows.lock(hall.minh)
            invitations.reissue_pass(hall.minh, by=None)
            db.session.flush()
            answer = doors.submit(stand)
            assert has_read.wait(20) if db.engine.dialect.name == "sqlite" else _somebody_waits()
        assert answer.result(60) == "revoked"


def _somebody_waits() -> bool:
    """Whether another session of the database stands before a lock within twenty seconds."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    pause = Event()
    for _attempt in range(2000):
        with db.engine.connect() as connection:
            if connection.scalar(waiting):
                return True
        pause.wait(0.01)
    return False


def test_one_scan_sent_eight_times_at_once_is_stored_once(app, hall):
    """An unknown code has no guest whose row could be locked: only the unique id is left to decide."""
    device = operations.door_of(hall.device())
    sent = [scan("no such code", scan_id=str(uuid4())) for _round in range(20)]
    db.session.commit()
    together = Barrier(DOORS)

    def send(_number):
        statuses = []
        with app.app_context():
            for one in sent:
                together.wait()
                statuses.append(operations.record_scans(device, [one])[0]["status"])
        return statuses

    with ThreadPoolExecutor(DOORS) as doors:
        rounds = list(zip(*doors.map(send, range(DOORS)), strict=True))

    assert [Counter(statuses) for statuses in rounds] == [Counter(stored=1, replay=DOORS - 1)] * len(sent)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == len(sent)


def _die(url: str, folder: str, token_id: int, batch: list, at: str) -> None:
    """Another process: stores the batch and is killed before or after the commit, never answering."""
    application = create_app(TestConfig(folder, url))
    with application.app_context():
        if at == "before commit":
            sa.event.listen(db.session, "before_commit", lambda session: _stop(session, batch))
        operations.record_scans(lookups.door_of_token(token_id), batch)
    os.kill(os.getpid(), signal.SIGKILL)


def _stop(session, batch) -> None:
    known = (
        session.connection().execute(sa.select(Scan.id).where(Scan.scan_id == batch[0]["scan_id"])).first()
    )
    if known:
        os.kill(os.getpid(), signal.SIGKILL)


def _killed(app, tmp_path, device, batch, at: str) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_die,
        args=(app.config["SQLALCHEMY_DATABASE_URI"], str(tmp_path), device.token_id, batch, at),
    )
    db.session.commit()
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def test_killed_between_commit_and_answer_the_same_scan_is_a_replay(app, hall, tmp_path):
    device, batch = hall.device(), [scan(hall.code(hall.minh))]

    _killed(app, tmp_path, device, batch, "after commit")
    [result] = operations.record_scans(device, batch)

    assert (result["status"], result["outcome"]) == ("replay", "admitted")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 1


def test_killed_before_the_commit_nothing_is_stored_and_the_same_scan_is_new(app, hall, tmp_path):
    device, batch = hall.device(), [scan(hall.code(hall.minh))]

    _killed(app, tmp_path, device, batch, "before commit")
    [result] = operations.record_scans(device, batch)

    assert (result["status"], result["outcome"]) == ("stored", "admitted")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 1
