"""How fast a phone decides without network, and delivers when it is back: the engine of the scanner page in Chromium.

    python bench/scanner.py [--guests 5000] [--slower 4] [--scans 100]

The processor of the page is slowed down as by the developer tools of the browser. The server is gunicorn, really
stopped and started again. Goals: a decision in 300 ms at most, a hundred waiting scans delivered in 3 s at most.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import sqlalchemy as sa
import testbed
from playwright.sync_api import sync_playwright

from bench import checkin
from config import TestConfig
from eventsvc.app import create_app
from eventsvc.checkins.models import Device, Scan
from eventsvc.db import db
from tests.services import Service

BEGIN = """async (enrolled) => {
    const store = await import("/static/js/scan-store.js");
    const { Engine } = await import("/static/js/scan-engine.js");
    await store.keepDevice(enrolled);
    const api = "/api/v1";
    Object.assign(window, { store, engine: new Engine({
        scans: `${api}/scans`, bundle: `${api}/devices/me/bundle`, status: `${api}/devices/me/status`,
    }) });
    await engine.begin();
    while (!engine.state.list) await new Promise((done) => setTimeout(done, 50));
    return engine.state.list.size;
}"""
RECORD = """async (codes) => {
    const took = [];
    for (const code of codes) {
        const began = performance.now();
        const { key } = await engine.record({ code });
        took.push([performance.now() - began, key]);
        await new Promise((done) => setTimeout(done, 100));
    }
    return took;
}"""
DRAINED = """async () => {
    while ((await store.counts(engine.device)).waiting) await new Promise((done) => setTimeout(done, 10));
}"""


def run(options: argparse.Namespace, folder: Path) -> bool:
    checkin.GUESTS = options.guests
    stage = checkin.prepare(folder, None, 1)
    app = create_app(TestConfig(folder))
    with app.app_context(), sync_playwright() as playwright:
        device = db.session.scalars(sa.select(Device)).one()
        enrolled = {
            "device": device.id, "token": stage.tokens[0], "site": device.site.code, "profile": device.profile.value,
            "name": device.name, "event": device.event.slug,
        }  # fmt: skip
        db.session.rollback()
        service = Service(app, folder)
        service.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=testbed.browser(), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.route(
                "**/bare", lambda route: route.fulfill(body="<html lang=vi>", content_type="text/html")
            )
            page.goto(f"{service.address}/bare")
            size = page.evaluate(BEGIN, enrolled)
            service.stop()
            page.evaluate("engine.record({ code: 'nobody' })")
            slow = page.context.new_cdp_session(page)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": options.slower})
            took = page.evaluate(RECORD, stage.codes[: options.scans - 1])
            slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            service.start()
            began = time.perf_counter()
            page.evaluate(DRAINED)
            since_start = time.perf_counter() - began
            browser.close()
        finally:
            service.stop()
        db.session.rollback()
        stored = db.session.scalar(sa.select(sa.func.count()).select_from(Scan))
        db.session.remove()
        db.engine.dispose()
    each = [milliseconds for milliseconds, _key in took]
    greens = sum(key == "admitted" for _milliseconds, key in took)
    print(f"A list of {size} people, processor slowed down {options.slower:g} times, no server")
    print(
        f"  a decision on disk       p50 {statistics.median(each):6.1f} ms   "
        f"longest {max(each):6.1f} ms   (goal 300 ms), green {greens} of {len(each)}"
    )
    print(
        f"  {options.scans} waiting scans        delivered {since_start:.2f} s after the server answered "
        f"(goal 3 s); stored {stored}"
    )
    return stored == options.scans


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--guests", type=int, default=5000)
    parser.add_argument("--slower", type=float, default=4)
    parser.add_argument("--scans", type=int, default=100)
    options = parser.parse_args()
    if testbed.browser() is None:
        print("no Chromium: nothing measured")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 0 if run(options, Path(folder)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
