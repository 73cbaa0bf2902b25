"""How soon everybody sees it: the views of a running show polled by 200 viewers while an operator presses "next".

    python bench/stage.py [--viewers 200] [--presses 20] [--postgres]

Our application runs whole, as in production (gunicorn, two workers of 16 threads), on the embedded default. Each
viewer asks every second with its ETag on a connection of its own, as static/js/stage.js does; the operator presses
over HTTP, signed in. Measured is the time from the press being sent until each viewer holds the new item. Read the
ratio to an application that does nothing, polled the same way: clients and server share this machine. Nobody may
wait for more than two seconds, and polling may write nothing.
"""

import argparse
import asyncio
import multiprocessing
import random
import re
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.serving import environment, serving, spread
from config import TestConfig
from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import EventForm, EventKind
from eventsvc.organizations import operations as units
from eventsvc.organizations import queries as organizations
from eventsvc.stage import operations as stage
from tests import servers

THREADS = 16
EVERY = 1.0
PROMISED = 2.0
ITEMS = 40
ON = re.compile(rb"stage__title[^>]*>(?:<span[^>]*>[^<]*</span> )?Muc (\d+)<")


class Scene(NamedTuple):
    """Where the show is run and watched, and how to sign in."""

    database: str
    slug: str
    fragment: str
    sign_in: str


class Watched(NamedTuple):
    """What the viewers found: when each first held each item, how long each answer took."""

    seen: dict[int, list[float]]
    latencies: list[float]
    failures: int


def prepare(folder: Path, url: str | None) -> Scene:
    """A ceremony about to begin, an operator and a link."""
    app = create_app(TestConfig(folder, url))
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        host = organizations.host_for("51", date(2023, 7, 15))
        event = events.create_event(
            host=host,
            title="Lễ phát động",
            short_title="Lễ phát động",
            kind=EventKind.MOVEMENT_LAUNCH_CEREMONY,
            form=EventForm.HYBRID,
            units_as_of=date(2023, 7, 15),
            by=None,
        )
        start = clock.now() + timedelta(minutes=30)
        events.propose_time(event.sittings[0], starts_at=start, ends_at=start + timedelta(hours=7), by=None)
        events.approve_time(event.sittings[0], by=None)
        for number in range(ITEMS):
            agenda.add_item(event, kind=ItemKind.SPEECH, title=f"Muc {number}", duration_minutes=10, by=None)
        link = stage.make_link(event, name="Sân khấu", by=None)
        operator = accounts.create_user("dieu.hanh@quangngai.example.vn")
        accounts.grant(operator, Role.STAGE, event_id=event.id)
        token = secrets.unseal(link.token_sealed or "")
        scene = Scene(
            app.config["SQLALCHEMY_DATABASE_URI"],
            event.slug,
            f"/stage/{token}/fragment/stage",
            accounts.make_link(operator),
        )
        db.session.remove()
        db.engine.dispose()
    return scene


# -- the viewers -------------------------------------------------------------------------------


def watch(port: int, path: str, viewers: int, until, results) -> None:
    """All viewers in one process of their own."""
    results.put(asyncio.run(_watch(port, path, viewers, until)))


async def _watch(port: int, path: str, viewers: int, until) -> Watched:
    watched = Watched({}, [], 0)
    failures = await asyncio.gather(*(_view(port, path, until, watched) for _viewer in range(viewers)))
    return watched._replace(failures=sum(failures))


async def _view(port: int, path: str, until, watched: Watched) -> int:
    await asyncio.sleep(random.uniform(0, EVERY))
    tag, shown, failures = "", -1, 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not until.is_set():
        begun = time.monotonic()
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n".encode())
        status, headers, body = await _answer(reader)
        now = time.monotonic()
        watched.latencies.append(now - begun)
        if status == 200:
            tag = headers.get(b"etag", b"").decode()
            found = ON.search(body)
            if found and int(found[1]) != shown:
                shown = int(found[1])
                watched.seen.setdefault(shown, []).append(now)
        elif status != 304:
            failures += 1
        await asyncio.sleep(max(0.2, EVERY - (now - begun)))
    writer.close()
    return failures


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[bytes, bytes], bytes]:
    status = int((await reader.readline()).split()[1])
    headers = {}
    while (line := await reader.readline()) not in (b"\r\n", b""):
        name, _colon, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return status, headers, await reader.readexactly(int(headers.get(b"content-length", 0)))


def watching(port: int, path: str, viewers: int, act) -> tuple[Watched, object]:
    """What the viewers found while `act` was done."""
    results, until = multiprocessing.Queue(), multiprocessing.Event()
    process = multiprocessing.Process(target=watch, args=(port, path, viewers, until, results))
    process.start()
    time.sleep(3)
    try:
        done = act()
        time.sleep(3)
    finally:
        until.set()
    found = results.get(timeout=60)
    process.join()
    return found, done


# -- the operator ------------------------------------------------------------------------------


def sign_in(port: int, scene: Scene) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{port}/sign-in/{scene.sign_in}"
    page = browser.open(address).read().decode()
    browser.open(address, urlencode({"csrf_token": _csrf(page)}).encode()).close()
    return browser


def run_show(port: int, scene: Scene, presses: int) -> dict[int, float]:
    """Start, then go on; when each item was pressed."""
    browser, pressed = sign_in(port, scene), {}
    page_url = f"http://127.0.0.1:{port}/events/{scene.slug}/stage"
    for number in range(presses + 1):
        page = browser.open(page_url).read().decode()
        words = {
            "csrf_token": _csrf(page),
            "revision": re.search(r'name="revision" value="(\d+)"', page)[1],  # type: ignore[index]
            "press": "next" if number else "start",
        }
        pressed[number] = time.monotonic()
        browser.open(f"{page_url}/1/press", urlencode(words).encode()).close()
        time.sleep(2 + random.random())
    return pressed


def _csrf(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


# -- the measurement ---------------------------------------------------------------------------


def measure(url: str | None, folder: Path, options: argparse.Namespace) -> bool:
    scene = prepare(folder, url)
    settings = environment(TestConfig(folder, url), scene.database)
    with serving("bench.empty:app", settings, threads=THREADS) as (port, _pid):
        empty, _done = watching(port, "/stage", options.viewers, lambda: time.sleep(10))
    with serving("wsgi:app", settings, threads=THREADS) as (port, _pid):
        ours, pressed = watching(
            port, scene.fragment, options.viewers, lambda: run_show(port, scene, options.presses)
        )
    return tell("PostgreSQL" if url else "SQLite", options, empty, ours, pressed)  # type: ignore[arg-type]


def tell(
    name: str, options: argparse.Namespace, empty: Watched, ours: Watched, pressed: dict[int, float]
) -> bool:
    waits = [moment - pressed[number] for number in pressed for moment in ours.seen.get(number, [])]
    wanted = len(pressed) * options.viewers
    print(
        f"{name}: {options.viewers} viewers every {EVERY:.0f} s, {len(pressed)} presses, gunicorn 2 × 16 threads"
    )
    print(f"  from the press to a viewer      {spread(waits)}   ({len(waits)} of {wanted} seen)")
    print(f"  one answer to a viewer          {spread(ours.latencies)}   ({ours.failures} refused)")
    print(f"  the same of an empty application {spread(empty.latencies)}")
    ratio = statistics.median(ours.latencies) / statistics.median(empty.latencies)
    print(f"  RATIO: an answer takes {ratio:.1f} times as long as one of an empty application")
    floor = statistics.median(waits) / (EVERY / 2)
    print(
        f"  RATIO: a viewer waits {floor:.1f} times as long as the asking every {EVERY:.0f} s alone makes it"
    )
    return len(waits) == wanted and max(waits) <= PROMISED and ours.failures == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--presses", type=int, default=20)
    parser.add_argument("--postgres", action="store_true", help="on a real PostgreSQL too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        is_kept = measure(None, Path(folder), options)
    if options.postgres:
        server = servers.start_postgres()
        try:
            with tempfile.TemporaryDirectory() as folder:
                is_kept = (
                    measure(servers.create_database(server.url, "bench"), Path(folder), options) and is_kept
                )
        finally:
            servers.stop_postgres(server)
    print(
        "everybody saw everything within two seconds" if is_kept else "THE PROMISE OF TWO SECONDS IS BROKEN"
    )
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
