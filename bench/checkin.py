"""How fast a door is answered: scans through gunicorn, beside an empty Flask application under the same.

    python bench/checkin.py [--postgres] [--seconds 8] [--clients 8] [--batch 50]

Our application runs whole: every hook, audit entry, header and limit, and every commit on disk. Read the ratio
to the empty application, not the rates: client and servers share this machine. Afterwards every acknowledged
scan must be stored, and every invariant of check-in must hold.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock, secrets
from eventsvc.app import create_app
from eventsvc.checkins import operations as checkins
from eventsvc.checkins import verification_queries as verification
from eventsvc.checkins.models import Scan
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind
from eventsvc.guests import operations as guests
from eventsvc.guests.operations import Entry
from eventsvc.invitations import passes
from eventsvc.invitations.models import Pass
from eventsvc.organizations import operations as units
from eventsvc.organizations import queries as organizations
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
GUESTS = 4000
WARM_UP = 0.25  # of the time


class Load(NamedTuple):
    """What one measurement found."""

    answers: int
    seconds: float
    latencies: list[float]
    stored: int

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def describe(self) -> str:
        p50, p95, p99 = (1000 * statistics.quantiles(self.latencies, n=100)[q - 1] for q in (50, 95, 99))
        return f"{self.rate:8.0f}/s   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms"


def prepare(folder: Path, url: str | None, clients: int) -> tuple[str, list[str], list[str]]:
    """A database with an open ceremony: its address, the codes of its passes, a token for each client."""
    app = create_app(TestConfig(folder, url))
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        start = clock.now() + timedelta(minutes=30)
        event = events.create_event(
            host=organizations.host_for("51", date(2023, 7, 15)),
            title="Lễ phát động",
            short_title="Lễ phát động",
            kind=EventKind.MOVEMENT_LAUNCH_CEREMONY,
            form=EventForm.HYBRID,
            units_as_of=date(2023, 7, 15),
            by=None,
        )
        events.propose_time(event.sittings[0], starts_at=start, ends_at=start + timedelta(hours=2), by=None)
        events.approve_time(event.sittings[0], by=None)
        hall = sites.add_main_site(event, name="Trung tâm IOC tỉnh", by=None)
        people = [Entry(Details(full_name=f"Đại biểu {n}"), hall, None, None) for n in range(GUESTS)]
        invited = guests.add_guests(event, people, by=None)
        rows = [passes.new_pass(event.id, guest.id) for guest in invited]
        with atomic():
            db.session.execute(sa.insert(Pass.__table__), rows)
        codes = [secrets.unseal(row["code_sealed"]) for row in rows]
        tokens = []
        for number in range(clients):
            _row, token = checkins.create_enrolment(event, site=hall, name=f"Cửa {number + 1}", by=None)
            tokens.append(checkins.enrol(token)[1])
        address = app.config["SQLALCHEMY_DATABASE_URI"]
        db.session.remove()
        db.engine.dispose()
    return address, codes, tokens


@contextmanager
def serving(target: str, environment: dict[str, str]) -> Iterator[int]:
    """gunicorn as the service runs it, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        target,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
    ]
    command += ["--workers", "2", "--threads", "16", "--keep-alive", "15", "--no-control-socket"]
    command += ["--preload", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True)
    try:
        wait_for(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for(port: int) -> None:
    """Until something is answered, be it that there is nothing: gunicorn listens long before it serves."""
    for _attempt in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.sendall(b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if connection.recv(12):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def scan(code: str, seq: int) -> dict[str, object]:
    now = clock.now().isoformat()
    body = {
        "scan_id": str(uuid4()),
        "seq": seq,
        "code": code,
        "site": "main",
        "kind": "entry",
        "mode": "online",
    }
    return {**body, "scanned_at": now, "mono_ms": seq * 900, "boot_id": "bench"}


def client(port: int, token: str, codes: list[str], batch: int, seconds: float, first: int, results) -> None:
    """One keep-alive connection that sends as soon as it is answered."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = connection.makefile("rb")
    head = f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: "
    latencies, stored, seq, counting_from, began = [], 0, first, 0.0, time.perf_counter()
    choose = random.Random(token)
    while (now := time.perf_counter()) - began < seconds * (1 + WARM_UP):
        if not counting_from and now - began >= seconds * WARM_UP:
            counting_from = now
        scans = [scan(choose.choice(codes), seq + number) for number in range(batch)]
        seq += batch
        body = json.dumps({"device_clock": clock.now().isoformat(), "scans": scans}).encode()
        sent = time.perf_counter()
        connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
        status, answer = read(reader)
        if status != 200:
            raise RuntimeError(f"{status}: {answer[:200]!r}")
        stored += answer.count(b'"stored"')
        if counting_from:
            latencies.append(time.perf_counter() - sent)
    results.put((latencies, stored, seq, time.perf_counter() - counting_from))


def read(reader) -> tuple[int, bytes]:
    status, length = int(reader.readline().split()[1]), 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, reader.read(length)


class Clients:
    """The doors. Their numbers go on from one measurement to the next."""

    def __init__(self, tokens: list[str], codes: list[str]) -> None:
        self.tokens, self.codes = tokens, codes
        self.next = 1

    def measure(self, port: int, seconds: float, batch: int = 1) -> Load:
        results = multiprocessing.Queue()
        processes = [
            multiprocessing.Process(
                target=client, args=(port, token, self.codes, batch, seconds, self.next, results)
            )
            for token in self.tokens
        ]
        for process in processes:
            process.start()
        found = [results.get(timeout=seconds * 4 + 60) for _process in processes]
        for process in processes:
            process.join()
        self.next = max(one[2] for one in found)
        latencies = [latency for one in found for latency in one[0]]
        longest = max(one[3] for one in found)
        return Load(len(latencies), longest, latencies, sum(one[1] for one in found))


def run(url: str | None, folder: Path, options: argparse.Namespace) -> bool:
    name = "PostgreSQL" if url else "SQLite (synchronous=FULL)"
    database, codes, tokens = prepare(folder, url, options.clients)
    config = TestConfig(folder, url)
    environment = {
        "DATABASE_URL": database,
        "INSTANCE_PATH": str(folder),
        "SECRET_KEY": config.SECRET_KEY,
        "TOKEN_KEY": config.TOKEN_KEY,
        "EVENTSVC_ENV": "development",
    }
    doors = Clients(tokens, codes)
    with serving("bench.empty:app", environment) as empty_port, serving("wsgi:app", environment) as port:
        empty = doors.measure(empty_port, options.seconds / 2)
        doors.next = 1
        single = doors.measure(port, options.seconds)
        batches = doors.measure(port, options.seconds, options.batch)
    print(f"{name}, {options.clients} keep-alive clients, gunicorn 2 × 16 threads")
    print(f"  empty application        {empty.describe()}")
    print(f"  one scan an upload       {single.describe()}")
    print(f"  {options.batch} scans an upload      {batches.describe()}")
    print(f"    = {batches.rate * options.batch:.0f} scans/s")
    print(
        f"  RATIO: the empty application answers {empty.rate / single.rate:.1f} times as often as a door is answered"
    )
    return sound(folder, url, single.stored + batches.stored)


def sound(folder: Path, url: str | None, acknowledged: int) -> bool:
    with create_app(TestConfig(folder, url)).app_context():
        stored = db.session.scalar(sa.select(sa.func.count()).select_from(Scan))
        breaches = verification.breaches(db.session.scalars(sa.select(Event)).one())
        db.session.remove()
        db.engine.dispose()
    print(f"  acknowledged {acknowledged}, stored {stored}, breaches of the invariants: {len(breaches)}\n")
    return stored == acknowledged and not breaches


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--postgres", action="store_true", help="a real PostgreSQL too, with every commit on disk"
    )
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--batch", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        is_sound = run(None, Path(folder), options)
    if options.postgres:
        servers.SETTINGS.update(
            fsync="on", synchronous_commit="on", full_page_writes="on", shared_buffers="256MB"
        )
        server = servers.start_postgres()
        try:
            with tempfile.TemporaryDirectory() as folder:
                url = servers.create_database(server.url, "bench")
                is_sound = run(url, Path(folder), options) and is_sound
        finally:
            servers.stop_postgres(server)
    return 0 if is_sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
