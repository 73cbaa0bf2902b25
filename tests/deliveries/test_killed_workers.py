"""Workers die without a word; every message still arrives, and hardly any twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from config import ROOT
from eventsvc import clock, ical
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations, queries
from eventsvc.deliveries.models import Delivery, DeliveryState, MailPace
from tests import factories
from tests.test_ical import ENTRY


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
        self.killed: list[str] = []
        self.running = [self.start() for _ in range(number)]

    def start(self) -> tuple[str, int]:
        self.started += 1
        name = f"worker-{self.started}"
        self.mother.stdin.write(f"{name}\n")
        self.mother.stdin.flush()
        return name, int(self.mother.stdout.readline())

    def kill_one(self) -> None:
        name, pid = self.running.pop(0)
        os.kill(pid, signal.SIGKILL)
        self.killed.append(name)
        self.running.append(self.start())

    def end(self) -> None:
        for _name, pid in self.running:
            os.kill(pid, signal.SIGKILL)
        self.mother.kill()
        self.mother.wait()


def run(app, sink, tmp_path, *, messages: int, kills: int, every: tuple[int, int]) -> None:
    """A batch is let go and handed over by two workers that die again and again, while the server refuses some messages
    for now, drops some connections and loses some of its answers."""
    sender = queries.sender_mailbox()
    event = factories.event()
    batch = operations.start_batch(
        event, kind="invitation", name="Tất cả", scope={}, total=messages, job="none", by=None
    )
    operations.queue_many(
        [
            {
                "intent": f"invitation:{number}:rev1",
                "kind": "invitation",
                "event_id": event.id,
                "batch_id": batch.id,
                "is_draft": True,
                "recipient": f"khach{number}@example.vn",
                "subject": "Giấy mời",
                "text_body": "Trân trọng kính mời.",
                "calendar": ical.request(
                    replace(ENTRY, uid=f"{number}@example.vn", organizer_email=sender,
                            attendee_email=f"khach{number}@example.vn")
                ),
            }
            for number in range(messages)
        ]
    )  # fmt: skip
    operations.count_composed(batch, is_done=True)
    app.config["MAIL_SECOND_PERSON_ABOVE"] = messages
    operations.submit(batch, by=None)
    trouble = ["451 4.3.0 later", "drop-at-data", "lose-reply"]
    lost = 0
    for number in range(0, messages, 50):
        answer = trouble[number // 50 % 3]
        sink.script[f"khach{number}@example.vn"] = [answer]
        lost += answer == "lose-reply"
    db.session.rollback()
    chance = random.Random(2023)
    workers = Workers(app, sink, tmp_path, 2)
    next_kill = chance.randint(*every)
    until = time.monotonic() + 120 + kills * 6 + messages / 5
    try:
        while len(sink.accepted) < messages or unfinished():
            assert time.monotonic() < until, f"{len(sink.accepted)} left in time, {unfinished()} did not"
            make_due(workers.killed)
            if len(workers.killed) < kills and len(sink.accepted) >= next_kill:
                workers.kill_one()
                next_kill += chance.randint(*every)
            time.sleep(0.01)
    finally:
        workers.end()

    times = Counter(sink.recipients)
    assert len(workers.killed) == kills
    assert set(times) == {f"khach{number}@example.vn" for number in range(messages)}
    assert sum(times.values()) - messages <= kills + lost
    ids = {(message["To"], message["Message-ID"], uid_of(message)) for message in sink.messages}
    assert len(ids) == messages


def make_due(killed: list[str]) -> None:
    """What waits for its second try, a minute later, is due at once. So is what a killed worker had in its hands: its
    lease is over, while that of a living one lasts, however slow the machine is."""
    left = sa.and_(Delivery.state == DeliveryState.SENDING, Delivery.leased_by.in_(killed))
    now = clock.now()
    if db.session.scalar(sa.select(sa.func.count()).where(left, Delivery.lease_until > now)):
        with atomic():
            db.session.execute(sa.update(Delivery).where(left).values(lease_until=now))
    waits = (DeliveryState.RETRY, DeliveryState.UNCERTAIN)
    soon = clock.now() + timedelta(seconds=5)
    later = sa.and_(Delivery.state.in_(waits), Delivery.due_at > soon)
    if db.session.scalar(sa.select(sa.func.count()).where(later)):
        with atomic():
            db.session.execute(sa.update(Delivery).where(later).values(due_at=clock.now()))
            db.session.execute(sa.delete(MailPace))
    db.session.rollback()


def uid_of(message) -> str:
    (entry,) = ical.read(
        next(part for part in message.walk() if part.get_content_type() == "text/calendar").get_payload(
            decode=True
        )
    )
    return entry.uid


def unfinished() -> int:
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Delivery).where(Delivery.state != DeliveryState.SENT)
    )
    db.session.rollback()
    return count


def test_killed_workers_lose_nothing_and_repeat_at_most_one_message_each(app, sink, tmp_path):
    run(app, sink, tmp_path, messages=300, kills=8, every=(10, 30))


@pytest.mark.deep
def test_a_hundred_killed_workers_lose_nothing(app, sink, tmp_path):
    run(app, sink, tmp_path, messages=5000, kills=100, every=(15, 40))
