"""How fast a door is answered: scans through gunicorn, beside an empty Flask application under the same.

    python bench/checkin.py [--postgres] [--clients 1 8 32] [--batch 50] [--seconds 6] [--threads 4]
    python bench/checkin.py --beside ../other-checkout     two versions in one run, in turns
    python bench/checkin.py --boards 500                   polling boards beside 100 scans a second

Our application runs whole: every hook, audit entry, header and limit, and every commit on disk. Read the ratio
to the empty application, not the rates: client and servers share this machine. "CPU" is what the web server and the
database used for one scan, which other work on the machine changes least. Afterwards every acknowledged scan must be
stored, and every invariant of check-in must hold.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from bench import boards
from bench.serving import Server, environment, serving
from config import TestConfig
from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
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

GUESTS = 4000
WARM_UP = 0.25  # of the time


class Load(NamedTuple):
    """What one measurement found. `cpu`: seconds of the servers."""

    answers: int
    seconds: float
    latencies: list[float]
    stored: int
    cpu: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def describe(self) -> str:
        p50, p95, p99 = (1000 * statistics.quantiles(self.latencies, n=100)[q - 1] for q in (50, 95, 99))
        return f"{self.rate:7.0f}/s   p50 {p50:6.1f}   p95 {p95:6.1f}   p99 {p99:6.1f} ms"


class Stage(NamedTuple):
    """A database with an open ceremony: its address, the codes of its passes, a token for each client, a screen."""

    url: str
    codes: list[str]
    tokens: list[str]
    screen: str


def prepare(folder: Path, url: str | None, clients: int) -> Stage:
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
        _row, screen = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
        address = app.config["SQLALCHEMY_DATABASE_URI"]
        db.session.remove()
        db.engine.dispose()
    return Stage(address, codes, tokens, screen)


def cpu_of(*parents: int) -> float:
    """The seconds that these processes and their children have used so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) in parents or int(stat.parent.name) in parents:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


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
    try:
        results.put(_client(port, token, codes, batch, seconds, first))
    except Exception as failure:
        results.put(failure)


def _client(port: int, token: str, codes: list[str], batch: int, seconds: float, first: int):
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
    return latencies, stored, seq, time.perf_counter() - counting_from


def read(reader) -> tuple[int, bytes]:
    status, length = int(reader.readline().split()[1]), 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, reader.read(length)


class Clients:
    """The doors. Their numbers go on from one measurement to the next."""

    def __init__(self, stage: Stage, seconds: float, database: int | None) -> None:
        self.stage, self.seconds, self.database = stage, seconds, database
        self.next, self.stored = 1, 0

    def warm_up(self, server: Server) -> None:
        """Every worker has made its connections and compiled its statements when this returns."""
        seconds, self.seconds = self.seconds, 1.5
        self.measure(server, 8)
        self.seconds = seconds

    def measure(self, server: Server, clients: int, batch: int = 1) -> Load:
        results: multiprocessing.Queue = multiprocessing.Queue()
        processes = [
            multiprocessing.Process(
                target=client,
                args=(server.port, token, self.stage.codes, batch, self.seconds, self.next, results),
            )
            for token in self.stage.tokens[:clients]
        ]
        parents = [pid for pid in (server.pid, self.database) if pid is not None]
        before = cpu_of(*parents)
        for process in processes:
            process.start()
        found = [results.get(timeout=self.seconds * 4 + 60) for _process in processes]
        for process in processes:
            process.join()
        used = cpu_of(*parents) - before
        for one in found:
            if isinstance(one, Exception):
                raise one
        self.next = max(self.next, *(one[2] for one in found))
        latencies = [latency for one in found for latency in one[0]]
        longest, stored = max(one[3] for one in found), sum(one[1] for one in found)
        self.stored += stored
        return Load(len(latencies), longest, latencies, stored, used)


def run(postgres: servers.Postgres | None, folder: Path, options: argparse.Namespace) -> bool:
    url = servers.create_database(postgres.url, "bench") if postgres else None
    stage = prepare(folder, url, max(*options.clients, 8))
    settings = environment(TestConfig(folder, url), stage.url)
    print(
        f"{'PostgreSQL' if postgres else 'SQLite (synchronous=FULL)'}, gunicorn 2 × {options.threads} threads"
    )
    doors = Clients(stage, options.seconds, postgres.process.pid if postgres else None)
    other = options.beside and serving(
        "wsgi:app", settings, threads=options.threads, root=options.beside.resolve()
    )
    print(f" the disk alone: {synced(folder):.0f} syncs/s")
    with (
        serving("bench.empty:app", settings, threads=options.threads) as empty,
        serving("wsgi:app", settings, threads=options.threads) as ours,
        other or nullcontext() as theirs,
    ):
        if options.boards:
            doors.stored += beside_boards(ours, doors, options)
        else:
            compare(
                doors, empty, {"this version": ours, **({"beside it": theirs} if theirs else {})}, options
            )
    return sound(folder, url, doors.stored)


def synced(folder: Path) -> float:
    """How often a second the disk of the database confirms a write: what one commit after another could reach."""
    with open(folder / "synced", "wb", buffering=0) as file:
        began = time.perf_counter()
        for _time in range(100):
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
        return 100 / (time.perf_counter() - began)


def compare(doors: Clients, empty: Server, versions: dict[str, Server], options: argparse.Namespace) -> None:
    for server in versions.values():
        doors.warm_up(server)
    for clients in options.clients:
        nothing = doors.measure(empty, clients)
        print(f" {clients} clients\n  empty application            {nothing.describe()}")
        for batch in (1, options.batch):
            for name, server in versions.items():
                load = doors.measure(server, clients, batch)
                ratio = nothing.rate / load.rate
                print(
                    f"  {f'{name}, {batch} an upload':<28} {load.describe()}   {load.rate * batch:6.0f} scans/s"
                    f"   CPU {1000 * load.cpu / max(load.stored, 1):.2f} ms a scan   RATIO {ratio:.1f}",
                    flush=True,
                )


def beside_boards(server: Server, doors: Clients, options: argparse.Namespace) -> int:
    """An open loop of scans while boards poll; returns how many were stored."""
    stage, results = doors.stage, multiprocessing.Queue()
    path = f"/board/{stage.screen}/fragment"
    watching = multiprocessing.Process(
        target=boards.watch, args=(server.port, path, options.boards, options.seconds, results)
    )
    doors.warm_up(server)
    bodies = [
        json.dumps({"device_clock": clock.now().isoformat(), "scans": [scan(code, number)]}).encode()
        for number, code in enumerate(
            random.sample(stage.codes, int(options.seconds * boards.SCANS)), doors.next
        )
    ]
    watching.start()
    time.sleep(boards.EVERY)
    scans = boards.open_loop(server.port, stage.tokens[:8], bodies)
    polls = results.get(timeout=options.seconds + 120)
    watching.join()
    print(f"  {options.boards} boards   {polls.describe()}")
    print(f"  {boards.SCANS} scans/s   {scans.describe()}\n", flush=True)
    return scans.stored


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
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument(
        "--beside", type=Path, help="another checkout with the same tables, measured in turns"
    )
    parser.add_argument("--boards", type=int, default=0, help="polling boards beside 100 scans a second")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # the servers go with us
    with tempfile.TemporaryDirectory() as folder:
        is_sound = run(None, Path(folder), options)
    if options.postgres:
        servers.SETTINGS.update(
            fsync="on", synchronous_commit="on", full_page_writes="on", shared_buffers="256MB"
        )
        server = servers.start_postgres()
        try:
            with tempfile.TemporaryDirectory() as folder:
                is_sound = run(server, Path(folder), options) and is_sound
        finally:
            servers.stop_postgres(server)
    return 0 if is_sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
