"""Many doors at the same moment, against the real databases: one is first, and nothing is stored twice."""

import multiprocessing
import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import sqlalchemy as sa

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.checkins import lookups, operations, queries
from eventsvc.checkins.models import Scan
from eventsvc.db import db
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
