"""Doors under fire: devices that upload while their server is struck down, replies get lost, uploads come again and in
disorder. Afterwards everything must be there, once, with the right first entries.

Every scan of a person lies ten minutes from the next, so that who was first is known without asking the product.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock, secrets
from eventsvc.app import create_app
from eventsvc.checkins import operations as checkins
from eventsvc.checkins import queries
from eventsvc.checkins import verification_queries as verification
from eventsvc.checkins.models import Scan
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests import operations as guests
from eventsvc.guests.operations import Entry
from eventsvc.invitations import passes
from eventsvc.invitations.models import Pass
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from eventsvc.sites.queries import sites_of
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
LIVES_SECONDS = 1.5
LOST_REPLIES, REPLAYS, SHUFFLED = 0.05, 0.10, 0.20
APART = timedelta(minutes=10)
AT_ONCE = 50
PATIENCE_SECONDS, RETRY_SECONDS = 30, 0.3


class Size(NamedTuple):
    """How much of it: people have up to eight scans each."""

    devices: int
    scans: int
    senders: int = 8


@dataclass
class Device:
    """A phone with what it has scanned. Its clock is off by `skew`."""

    token: str
    site: str
    skew: timedelta
    queue: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Result:
    """What the doors went through and what came of it. The last four must be nothing."""

    kills: int = 0
    seconds: float = 0.0
    lost_replies: int = 0
    replays: int = 0
    retries: int = 0
    stored: int = 0
    lost: int = 0
    double: int = 0
    wrong_winners: int = 0
    breaches: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.double or self.wrong_winners or self.breaches)

    def describe(self) -> str:
        return (
            f"{self.stored} scans in {self.seconds:.0f} s, server killed {self.kills} times, "
            f"{self.lost_replies} replies lost, {self.replays} scans sent again, {self.retries} uploads failed\n"
            f"lost {self.lost}, double {self.double}, wrong first entry {self.wrong_winners}, "
            f"breaches {len(self.breaches)}"
        )


class Ceremony(NamedTuple):
    """What the devices do, and who must be first: scan id by guest."""

    event: str
    devices: list[Device]
    winners: dict[int, str]


def run(config: TestConfig, size: Size, *, seed: int = 1, lives_seconds: float = LIVES_SECONDS) -> Result:
    """Let all devices upload while the server is killed again and again, and look at what is there.

    The database of the configuration has its tables and the shipped organizations, and no event yet.
    """
    chance = random.Random(seed)
    ceremony = prepare(config, size, chance)
    result = Result()
    began = time.monotonic()
    server = Server(config)
    done = threading.Event()
    killer = threading.Thread(target=_kill_again_and_again, args=(server, done, result, lives_seconds))
    server.start()
    killer.start()
    try:
        senders = [
            Sender(
                server.port, ceremony.devices[number :: size.senders], random.Random(seed + number), result
            )
            for number in range(size.senders)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    finally:
        done.set()
        killer.join()
        server.stop()
    result.seconds = time.monotonic() - began
    look(config, ceremony, result)
    return result


def prepare(config: TestConfig, size: Size, chance: random.Random) -> Ceremony:
    """An open ceremony with two devices a site, and the scans they have made in the last eighty minutes."""
    app = create_app(config)
    with app.app_context():
        event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=25))
        with atomic():
            event.created_at = clock.now() - timedelta(days=1)
        halls: list[Any] = [sites.add_main_site(event, name="Trung tâm IOC tỉnh", by=None)]
        if size.devices > 2:
            sites.add_all_sites(event, by=None)
            halls = db.session.scalars(sites_of(event)).all()[: (size.devices + 1) // 2]
        people = max(size.scans // 8, len(halls))
        entries = [
            Entry(Details(full_name=f"Đại biểu {number}"), halls[number % len(halls)])
            for number in range(people)
        ]
        invited = guests.add_guests(event, entries, by=None)
        rows = [passes.new_pass(event.id, guest.id) for guest in invited]
        with atomic():
            db.session.execute(sa.insert(Pass.__table__), rows)
        devices = []
        for number in range(size.devices):
            hall = halls[number // 2 % len(halls)]
            _row, token = checkins.create_enrolment(event, site=hall, name=f"Cửa {number + 1}", by=None)
            skew = timedelta(seconds=chance.choice((0, 0, -47 * 60, 95)))
            devices.append(Device(checkins.enrol(token)[1], hall.code, skew))
        holders = [
            (guest.id, guest.site.code, secrets.unseal(row["code_sealed"]))
            for guest, row in zip(invited, rows, strict=True)
        ]
        winners = _fill_queues(devices, holders, size.scans, chance)
        slug = event.slug
        db.session.remove()
        db.engine.dispose()
    return Ceremony(slug, devices, winners)


def _fill_queues(
    devices: list[Device], holders: list[tuple[int, str, str]], scans: int, chance: random.Random
) -> dict[int, str]:
    by_site: dict[str, list[Device]] = {}
    for device in devices:
        by_site.setdefault(device.site, []).append(device)
    began, winners, left = clock.now() - 8 * APART, {}, scans
    for number, (guest, site, code) in enumerate(holders):
        for turn in range(-(-left // (len(holders) - number))):
            at = began + turn * APART + timedelta(seconds=number % 60)
            device = chance.choice(by_site[site])
            raw = {
                "scan_id": str(UUID(int=chance.getrandbits(128), version=4)),
                "code": code,
                "site": site,
                "kind": "entry",
                "mode": "offline",
                "decision": "admitted",
                "scanned_at": (at + device.skew).isoformat(),
            }
            device.queue.append(raw)
            winners.setdefault(guest, raw["scan_id"])
            left -= 1
    for device in devices:
        device.queue.sort(key=lambda raw: raw["scanned_at"])
        for seq, raw in enumerate(device.queue, start=1):
            raw["seq"] = seq
    return winners


class Sender(threading.Thread):
    """Some of the devices, one upload at a time each, until their queues are empty."""

    def __init__(self, port: int, devices: list[Device], chance: random.Random, result: Result) -> None:
        super().__init__(daemon=True)
        self.port, self.devices, self.chance, self.result = port, devices, chance, result

    def run(self) -> None:
        while waiting := [device for device in self.devices if device.queue]:
            for device in waiting:
                self._upload(device)

    def _upload(self, device: Device) -> None:
        batch = device.queue[:AT_ONCE]
        again = [raw for raw in device.sent[-AT_ONCE:] if self.chance.random() < REPLAYS]
        batch = [*batch, *again]
        if self.chance.random() < SHUFFLED:
            self.chance.shuffle(batch)
        try:
            answer = self._post(device, batch, is_lost=self.chance.random() < LOST_REPLIES)
        except (OSError, HTTPException, ValueError):
            self.result.retries += 1
            time.sleep(RETRY_SECONDS)
            return
        if answer is None:
            self.result.lost_replies += 1
            return
        self.result.replays += len(again)
        answered = {result["scan_id"] for result in answer["results"]}
        device.sent += [raw for raw in device.queue if raw["scan_id"] in answered]
        device.queue = [raw for raw in device.queue if raw["scan_id"] not in answered]

    def _post(self, device: Device, batch: list[dict[str, Any]], *, is_lost: bool) -> dict[str, Any] | None:
        body = json.dumps({"device_clock": (clock.now() + device.skew).isoformat(), "scans": batch})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(
                "POST",
                "/api/v1/scans",
                body,
                {"Content-Type": "application/json", "Authorization": f"Bearer {device.token}"},
            )
            response = connection.getresponse()
            content = response.read()
            if is_lost:
                return None
            if response.status != 200:
                raise ValueError(response.status)
            return dict(json.loads(content))
        finally:
            connection.close()


class Server:
    """gunicorn as the service runs it, which can be struck down and started on the same port."""

    def __init__(self, config: TestConfig) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": config.SQLALCHEMY_DATABASE_URI,
            "INSTANCE_PATH": config.INSTANCE_PATH,
            "SECRET_KEY": config.SECRET_KEY,
            "TOKEN_KEY": config.TOKEN_KEY,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
        command += ["--no-control-socket", "--log-level", "critical"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)

    def strike_down(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.strike_down()

    def is_ready(self) -> bool:
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def _kill_again_and_again(
    server: Server, done: threading.Event, result: Result, lives_seconds: float
) -> None:
    while not done.is_set():
        if not server.is_ready():
            done.wait(0.05)
            continue
        if done.wait(lives_seconds):
            return
        server.strike_down()
        result.kills += 1
        server.start()


def look(config: TestConfig, ceremony: Ceremony, result: Result) -> None:
    """Compare what is stored with what the devices have made."""
    app = create_app(config)
    with app.app_context():
        event = db.session.scalar(sa.select(Event).where(Event.slug == ceremony.event))
        assert event is not None
        stored = list(db.session.scalars(sa.select(Scan.scan_id).where(Scan.event_id == event.id)))
        made = {raw["scan_id"] for device in ceremony.devices for raw in device.sent}
        first = queries.first_entries(event.sittings[0])
        found = dict(
            db.session.execute(
                sa.select(Scan.guest_id, Scan.scan_id).join(first, first.c.id == Scan.id)
            ).all()
        )
        result.stored, result.lost = len(stored), len(made - set(stored))
        result.double = len(stored) - len(set(stored))
        result.wrong_winners = sum(found.get(guest) != scan_id for guest, scan_id in ceremony.winners.items())
        result.breaches = [f"{breach.invariant}: {breach.what}" for breach in verification.breaches(event)]
        if verification.waiting(event):
            result.breaches.append("scans are said to be still on devices")
        db.session.remove()
        db.engine.dispose()
