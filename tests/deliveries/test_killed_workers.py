"""Workers die without a word; every message still arrives, and hardly any twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from config import ROOT
from eventsvc.db import db
from eventsvc.deliveries import operations
from eventsvc.deliveries.models import Delivery, DeliveryState


class Workers:
    """Keeps workers running, killing one in the middle of its work when told to."""

    def __init__(self, app, sink, tmp_path, number: int) -> None:
        self.started = 0
        self.mother = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.deliveries.worker_process", str(tmp_path)),
                *(app.config["SQLALCHEMY_DATABASE_URI"], str(sink.port)),
            ],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pids = [self.start() for _ in range(number)]

    def start(self) -> int:
        self.started += 1
        self.mother.stdin.write(f"worker-{self.started}\n")
        self.mother.stdin.flush()
        return int(self.mother.stdout.readline())

    def kill_one(self) -> None:
        os.kill(self.pids.pop(0), signal.SIGKILL)
        self.pids.append(self.start())

    def end(self) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        self.mother.kill()
        self.mother.wait()


def run(app, sink, tmp_path, *, messages: int, kills: int, every: tuple[int, int]) -> None:
    operations.queue_many(
        [
            {
                "intent": f"invitation:{number}:rev1",
                "kind": "invitation",
                "recipient": f"khach{number}@example.vn",
                "subject": "Giấy mời",
                "text_body": "Trân trọng kính mời.",
            }
            for number in range(messages)
        ]
    )
    db.session.rollback()
    chance = random.Random(2023)
    workers = Workers(app, sink, tmp_path, 2)
    killed, next_kill = 0, chance.randint(*every)
    until = time.monotonic() + 60 + kills * 3 + messages / 10
    try:
        while len(sink.accepted) < messages or unfinished():
            assert time.monotonic() < until, f"{len(sink.accepted)} left in time, {unfinished()} did not"
            if killed < kills and len(sink.accepted) >= next_kill:
                workers.kill_one()
                killed += 1
                next_kill = len(sink.accepted) + chance.randint(*every)
            time.sleep(0.01)
    finally:
        workers.end()

    times = Counter(sink.recipients)
    assert killed == kills
    assert set(times) == {f"khach{number}@example.vn" for number in range(messages)}
    assert sum(times.values()) - messages <= kills
    ids = {(message["To"], message["Message-ID"]) for message in sink.messages}
    assert len(ids) == messages


def unfinished() -> int:
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state != DeliveryState.SENT)
    )
    db.session.rollback()
    return count


def test_killed_workers_lose_nothing_and_repeat_at_most_one_message_each(app, sink, tmp_path):
    run(app, sink, tmp_path, messages=250, kills=4, every=(15, 50))


@pytest.mark.deep
def test_a_hundred_killed_workers_lose_nothing(app, sink, tmp_path):
    run(app, sink, tmp_path, messages=5000, kills=100, every=(15, 40))
