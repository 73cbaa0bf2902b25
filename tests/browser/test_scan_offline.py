"""A door without network: the server really stopped, the browser really killed, the line really broken.

The first part drives the page as people do, with a camera. The second drives the engine alone on an empty page, by
the hundred, through a bad network of our own.
"""

import signal
import time
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa
import testbed
from playwright.sync_api import expect

from eventsvc import clock, qr, secrets
from eventsvc.checkins import operations, verification_queries
from eventsvc.checkins.models import Profile, QuarantinedScan, Scan, StoreEpoch
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories
from tests.browser.conftest import QUIET
from tests.chaos_proxy import ChaosProxy
from tests.services import Service

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


class Doors:
    """A ceremony whose doors are open: a main hall with many guests, a school, codes of every kind."""

    def __init__(self, guests=3):
        self.event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30))
        with atomic():
            self.event.created_at = clock.now() - timedelta(days=3)
        self.main = factories.main_site(self.event, name="Trung tâm IOC tỉnh Quảng Ngãi")
        self.school = factories.site(self.event)
        self.minh = factories.guest(
            self.main, full_name="Nguyễn Văn Minh", honorific="Ông", position="Phó Giám đốc"
        )
        self.guests = [factories.guest(self.main, full_name=f"Đại biểu {n}") for n in range(guests)]
        self.tam = factories.guest(self.school, full_name="Lê Văn Tám", honorific="Ông")
        gone = factories.guest(self.main, full_name="Phạm Thị Thay")
        self.revoked = self.code(gone)
        invitations.reissue_pass(gone, by=None)
        for guest in (self.minh, self.tam, *self.guests):  # before any list is made
            self.code(guest)

    def code(self, guest):
        return secrets.unseal(invitations.issue_pass(guest).code_sealed)

    def enrolment(self, profile=Profile.SCAN, name="Cửa 1", site=None):
        return operations.create_enrolment(
            self.event, site=site or self.main, name=name, profile=profile, by=None
        )[1]

    def device(self, profile=Profile.SCAN, name="Cửa 1"):
        return operations.enrol(self.enrolment(profile, name))


@pytest.fixture
def doors(app):
    return Doors()


def stored():
    """What the server holds, in the order of the phone's own numbers."""
    db.session.rollback()
    scans = db.session.scalars(sa.select(Scan).order_by(Scan.device_id, Scan.seq))
    return [(scan.seq, scan.outcome.value, scan.mode.value) for scan in scans]


def assert_sound(event):
    db.session.rollback()
    assert verification_queries.breaches(event) == []


# --- The page ----------------------------------------------------------------------------------------------


@pytest.fixture
def service(app, tmp_path):
    found = Service(app, tmp_path)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def phone(playwright, tmp_path, camera_file):
    """phone(): a browser with a profile on disk, begun again where it was killed. phone.kill() pulls its battery."""

    class Phone:
        context = None

        def __call__(self):
            self.context = playwright.chromium.launch_persistent_context(
                tmp_path / "profile",
                executable_path=testbed.browser() or pytest.skip("no Chromium"),
                args=[
                    *QUIET,
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={camera_file}",
                ],
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                **PHONE,
            )
            page = self.context.pages[0]
            page.set_default_timeout(20_000)
            return page

        def kill(self):
            for process in psutil.Process().children(recursive=True):
                words = process.cmdline()
                if f"--user-data-dir={tmp_path / 'profile'}" in words and not any(
                    word.startswith("--type=") for word in words
                ):
                    process.send_signal(signal.SIGKILL)
            self.context = None

        def close(self):
            if self.context is not None:
                self.context.close()

    found = Phone()
    yield found
    found.close()


def answer(page):
    return page.locator("#answer")


def look(page, camera, code):
    """Hold a pass before the camera: the fake one looks anew when it is started, as it is by a page that had it on."""
    camera.show(qr.png(code))
    page.reload()


def prepare(page):
    page.locator("#open-prepare").click()
    expect(page.locator("#checks li").first).to_be_visible(timeout=60_000)
    for step in page.locator("#checks li").all():
        expect(step).not_to_have_class("checks__one checks__one--open")
    page.keyboard.press("Escape")


def test_the_server_is_stopped_and_the_browser_killed_and_nothing_is_lost(doors, service, phone, camera):
    page = phone()
    page.goto(f"{service.address}/scan/enrol/{doors.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    prepare(page)
    service.stop()

    look(page, camera, doors.code(doors.minh))
    page.get_by_role("button", name="Bật camera").click()
    expect(answer(page)).to_contain_text("Ông Nguyễn Văn Minh")
    expect(answer(page)).to_contain_text("Mời vào")
    look(page, camera, doors.revoked)
    expect(answer(page)).to_contain_text("Mã đã thu hồi")
    look(page, camera, doors.code(doors.tam))
    expect(answer(page)).to_contain_text("điểm cầu khác")
    expect(answer(page)).not_to_contain_text("Tám")
    look(page, camera, secrets.new_code())
    expect(answer(page)).to_contain_text("Không hợp lệ")
    camera.show_nothing()
    phone.kill()

    page = phone()
    page.goto(f"{service.address}/scan")
    expect(page.locator("#state-line")).to_contain_text("4")
    assert stored() == []
    service.start()

    expect(page.locator("#waiting")).to_have_text("Đã gửi hết", timeout=60_000)
    assert stored() == [
        (1, "admitted", "offline"),
        (2, "revoked", "offline"),
        (3, "other_site", "offline"),
        (4, "unknown", "offline"),
    ]
    assert_sound(doors.event)


def test_everything_the_page_asks_for_is_kept_by_its_worker(doors, new_visitor, live_server):
    page = new_visitor(**PHONE).new_page()
    asked = []
    page.context.on("request", lambda request: asked.append(request.url.removeprefix(live_server)))
    page.goto(f"/scan/enrol/{doors.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    asked.clear()
    page.reload()
    page.get_by_role("button", name="Bật camera").click()
    expect(page.locator("#video")).to_be_visible()
    page.wait_for_load_state("networkidle")

    worker = page.request.get("/scan/worker.js")
    files = {path for path in asked if path.startswith("/static/")}
    assert {path for path in files if f'"{path}"' not in worker.text()} == set()
    assert any("zxing" in path for path in files) or "BarcodeDetector" in page.evaluate(
        "Object.keys(window)+''"
    )
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-security-policy"].startswith("default-src 'none'")
    manifest = page.request.get("/scan/app.webmanifest").json()
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == ("/scan", "standalone", "vi")
    for icon in manifest["icons"]:
        assert page.request.get(icon["src"]).ok


# --- The engine --------------------------------------------------------------------------------------------

BEGIN = """async ([enrolled, api]) => {
    const store = await import("/static/js/scan-store.js");
    const { Engine } = await import("/static/js/scan-engine.js");
    if (enrolled) await store.keepDevice(enrolled);
    window.store = store;
    window.late = [];
    window.engine = new Engine({
        scans: `${api}/scans`, bundle: `${api}/devices/me/bundle`, status: `${api}/devices/me/status`,
        guests: `${api}/devices/me/guests`, tallies: `${api}/tallies`,
    });
    engine.addEventListener("late", ({ detail }) => late.push(detail));
    window.until = async (what) => {
        for (let turn = 0; turn < 1200; turn += 1) {
            if (await what()) return true;
            await new Promise((done) => setTimeout(done, 50));
        }
        throw new Error(`in vain: ${what} ${JSON.stringify(engine.state)}`);
    };
    await engine.begin();
    await until(() => engine.state.list || engine.state.isRevoked);
}"""


@pytest.fixture
def engine(new_context, live_server):
    """engine(device, secret): the engine alone on an empty page, with its list; the server is reached through `via`."""

    def begin(device=None, secret=None, *, via=live_server, context=None, before=None):
        context = context or new_context()
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.route(
            "**/bare",
            lambda route: route.fulfill(body="<!doctype html><html lang=vi>", content_type="text/html"),
        )
        page.goto(f"{via}/bare")
        enrolled = device and {
            "device": device.id,
            "token": secret,
            "site": device.site.code if device.site else None,
            "profile": device.profile.value,
            "name": device.name,
            "site_name": device.site.name if device.site else None,
            "event": device.event.slug,
        }
        page.evaluate(BEGIN, [enrolled, "/api/v1"])
        return page

    return begin


def record(page, **fields):
    return page.evaluate("async (fields) => engine.record(fields)", fields)


def empty(page):
    """Wait till nothing waits."""
    page.evaluate("until(async () => !(await store.counts(engine.device)).waiting)")


def go_offline(page):
    page.context.set_offline(True)
    page.evaluate("until(() => !engine.state.isOnline)")


def test_a_door_without_network_answers_as_the_server_would(doors, engine):
    page = engine(*doors.device(Profile.SUPERVISOR))
    minh, other = doors.code(doors.minh), doors.code(doors.guests[0])
    go_offline(page)

    told = [
        record(page, code=minh),
        record(page, code=f" {minh[:9].lower()}-{minh[9:]} "),
        record(page, code=minh, kind="exit"),
        record(page, code=minh),
        record(page, guest=doors.minh.id),
        record(page, code=doors.code(doors.tam)),
        record(page, code=doors.code(doors.tam), mode="manual", reason="Đi cùng đoàn của tỉnh"),
        record(page, code=doors.revoked),
        record(page, code=secrets.new_code()),
        record(page, code="garbage"),
        record(page, name="Võ Văn Khách", organization="Báo Quảng Ngãi", reason="Khách của VP UBND tỉnh"),
        record(page, code=other),
    ]
    undone = record(page, kind="annul", annuls=told[-1]["result"]["scan_id"], reason="Quét nhầm")
    again = record(page, code=other)

    shown = [one["key"] for one in [*told, undone, again]]
    assert shown == [
        "admitted", "rescan", "exited", "admitted", "rescan", "other_site", "admitted", "revoked", "unknown",
        "unknown", "admitted", "admitted", "annulled", "admitted",
    ]  # fmt: skip
    assert all(one["isOffline"] for one in told)
    assert told[0]["result"]["guest"]["name"] == "Nguyễn Văn Minh"
    assert "guest" not in told[5]["result"]
    page.context.set_offline(False)
    empty(page)
    assert [outcome for _seq, outcome, _mode in stored()] == shown
    assert page.evaluate("late.map(({ key }) => key)") == shown
    assert_sound(doors.event)


def test_what_lies_on_the_phone_names_nobody(doors, engine):
    page = engine(*doors.device(Profile.SEARCH))
    go_offline(page)
    code = doors.code(doors.minh)
    record(page, code=code)
    record(page, name="Võ Văn Khách", organization="Báo Quảng Ngãi", reason="Khách của UBND")

    found = page.evaluate("engine.find('nguyen minh')")
    kept = page.evaluate(
        """async () => {
        const database = await new Promise((done) => {
            const asked = indexedDB.open("eventsvc-scan");
            asked.onsuccess = () => done(asked.result);
        });
        const stores = [...database.objectStoreNames];
        const all = await Promise.all(stores.map((name) => new Promise((done) => {
            const asked = database.transaction(name).objectStore(name).getAll();
            asked.onsuccess = () => done(asked.result);
        })));
        const plain = (key, value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer
            ? new TextDecoder().decode(value) : value;
        return JSON.stringify(all, plain) + JSON.stringify(localStorage);
    }"""
    )

    assert [(one["name"], one["is_in"]) for one in found["items"]] == [("Nguyễn Văn Minh", True)]
    assert found["isOffline"]
    for secret in ("Minh", "Khách", "Phó Giám đốc", code):
        assert secret not in kept
    assert len(kept) > 1000


def test_a_hundred_scans_get_through_a_bad_line_once_each(app, engine, live_server):
    doors = Doors(guests=60)
    codes = [doors.code(guest) for guest in doors.guests]
    faults = {"pass": 3, "delay": 1, "cut_before": 2, "cut_after": 2, "duplicate": 2, "throttle": 1}
    with ChaosProxy(int(live_server.rpartition(":")[2]), seed=20261219) as proxy:
        page = engine(*doors.device(), via=proxy.address)
        proxy.faults = {"down": 1}
        page.evaluate(
            """async (codes) => {
            for (let turn = 0; turn < 100; turn += 1) await engine.record({ code: codes[turn % codes.length] });
        }""",
            codes,
        )
        assert page.evaluate("store.counts(engine.device)") == {
            "scans": 100,
            "waiting": 100,
            "counted": 100,
        }
        assert stored() == []
        proxy.faults = faults
        page.evaluate("engine.sendNow()")
        for code in codes[:25]:
            page.evaluate("(code) => engine.record({ code })", code)
        empty(page)

    assert [seq for seq, _outcome, _mode in stored()] == list(range(1, 126))
    assert sum(outcome == "admitted" for _seq, outcome, _mode in stored()) == 60
    assert {"cut_before", "cut_after", "duplicate"} <= set(proxy.done)
    assert_sound(doors.event)


def test_a_slow_server_is_not_waited_for_and_its_answer_comes_later(doors, engine, live_server):
    upstream = int(live_server.rpartition(":")[2])
    with ChaosProxy(upstream, seed=1, delay=4) as proxy:
        page = engine(*doors.device(), via=proxy.address)
        page.evaluate("engine.sendNow()")
        proxy.faults = {"delay": 1}

        first = record(page, code=doors.code(doors.minh))
        began = time.monotonic()
        second = record(page, code=doors.code(doors.guests[0]))
        took = time.monotonic() - began

        assert (first["key"], first["isOffline"]) == ("admitted", True)
        assert (second["key"], second["isOffline"]) == ("admitted", True)
        assert took < 2  # nobody waits for a server that is known to be slow
        proxy.faults = {"pass": 1}
        empty(page)
        page.evaluate("until(() => engine.state.isOnline)")
        assert record(page, code=secrets.new_code())["isOffline"] is False
        page.evaluate("until(() => late.length >= 2)")
    assert [(seq, outcome) for seq, outcome, _mode in stored()] == [
        (1, "admitted"),
        (2, "admitted"),
        (3, "unknown"),
    ]
    assert_sound(doors.event)


def test_a_restored_server_gets_everything_again(doors, engine):
    page = engine(*doors.device())
    record(page, code=doors.code(doors.minh))
    go_offline(page)
    record(page, code=doors.code(doors.guests[0]))
    page.context.set_offline(False)
    empty(page)
    page.evaluate("until(async () => await store.recall('epoch'))")
    before = stored()

    with atomic():  # an older backup: it has forgotten the first scan
        db.session.execute(sa.delete(Scan).where(Scan.seq == 1))
        db.session.scalars(sa.select(StoreEpoch)).one().value = "another life"
    record(page, code=secrets.new_code())
    empty(page)

    assert [(seq, outcome) for seq, outcome, _mode in before] == [(1, "admitted"), (2, "admitted")]
    assert stored() == [(1, "admitted", "offline"), (2, "admitted", "offline"), (3, "unknown", "online")]
    assert_sound(doors.event)


def test_a_clock_that_is_47_minutes_late_decides_and_records_the_right_time(doors, engine):
    late = 47 * 60_000
    shift = f"""(() => {{
        const Real = Date;
        globalThis.Date = class extends Real {{
            constructor(...all) {{ super(...(all.length ? all : [Real.now() - {late}])); }}
            static now() {{ return Real.now() - {late}; }}
        }};
    }})()"""
    with atomic():
        doors.event.sittings[0].doors_open_at = clock.now() - timedelta(minutes=20)
    page = engine(*doors.device(), before=shift)
    page.evaluate("until(() => engine.state.offsetMs !== null)")
    go_offline(page)

    told = record(page, code=doors.code(doors.minh))
    at = clock.now()
    page.context.set_offline(False)
    empty(page)

    assert told["key"] == "admitted"  # by its own clock the doors would not be open
    assert [outcome for _seq, outcome, _mode in stored()] == ["admitted"]
    scan = db.session.scalars(sa.select(Scan)).one()
    assert abs(scan.effective_at - at) < timedelta(seconds=5)


def test_a_full_phone_says_so_and_its_numbers_stay_without_gaps(doors, engine):
    page = engine(*doors.device())
    go_offline(page)
    record(page, code=doors.code(doors.minh))
    page.evaluate(
        """() => {
        window.add = IDBObjectStore.prototype.add;
        IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
    }"""
    )

    told = record(page, code=doors.code(doors.guests[0]))
    is_stored = page.evaluate("engine.state.isStored")
    counted = page.evaluate("engine.tally(3)")
    page.evaluate("() => { IDBObjectStore.prototype.add = window.add; }")
    after = record(page, code=doors.code(doors.guests[1]))
    page.context.set_offline(False)
    empty(page)

    assert (told["key"], is_stored, counted) == ("unstored", False, {"isStored": False})
    assert after["key"] == "admitted"
    assert page.evaluate("engine.state.isStored")
    assert [seq for seq, _outcome, _mode in stored()] == [1, 2]


def test_two_tabs_of_one_phone_share_its_numbers(doors, engine, new_context):
    context = new_context()
    first = engine(*doors.device(), context=context)
    second = engine(context=context)
    for page in (first, second):
        go_offline(page)
        page.evaluate(
            """(codes) => {
            window.all = Promise.all(codes.map((code) => engine.record({ code })));
        }""",
            [secrets.new_code() for _number in range(20)],
        )
    for page in (first, second):
        page.evaluate("async () => (await window.all).length")
    context.set_offline(False)
    empty(first)

    assert [seq for seq, _outcome, _mode in stored()] == list(range(1, 41))
    assert_sound(doors.event)


def test_a_phone_that_was_shut_out_loses_its_list_and_none_of_its_scans(doors, engine):
    device, secret = doors.device()
    page = engine(device, secret)
    go_offline(page)
    record(page, code=doors.code(doors.minh))
    operations.revoke_device(device, by=None)
    page.context.set_offline(False)
    empty(page)
    page.evaluate("until(() => engine.state.isRevoked && !engine.state.list)")

    told = record(page, code=doors.code(doors.guests[0]))

    assert told["key"] == "refused"
    assert stored() == []
    assert db.session.scalar(sa.select(sa.func.count(QuarantinedScan.id))) == 2
    assert page.evaluate("store.list()") is None


def test_a_day_after_the_event_the_phone_holds_nothing_but_what_it_owes(doors, engine):
    page = engine(*doors.device())
    record(page, code=doors.code(doors.minh))
    go_offline(page)
    record(page, code=doors.code(doors.guests[0]))

    left = page.evaluate(
        """async () => {
        await store.remember("wipe_at", new Date(Date.now() - 1000).toISOString());
        const { Engine } = await import("/static/js/scan-engine.js");
        const next = new Engine({ scans: "/api/v1/scans" });
        await next.begin();
        return [next.state.list, (await store.counts(engine.device)).scans, await store.list() ?? null];
    }"""
    )

    assert left == [None, 1, None]


def test_a_batch_that_is_too_large_goes_in_halves_and_a_busy_server_is_left_alone(doors, engine):
    page = engine(*doors.device())
    codes = [secrets.new_code() for _number in range(30)]
    go_offline(page)
    page.evaluate("async (codes) => { for (const code of codes) await engine.record({ code }); }", codes)
    sizes, busy = [], []

    def narrow(route):
        scans = route.request.post_data_json["scans"]
        if not busy:
            busy.append(time.monotonic())
            return route.fulfill(status=503, headers={"Retry-After": "3"}, body="{}")
        sizes.append((len(scans), time.monotonic()))
        if len(scans) > 10:
            return route.fulfill(status=413, body="{}")
        return route.continue_()

    page.route("**/api/v1/scans", narrow)
    page.context.set_offline(False)
    empty(page)

    assert [size for size, _at in sizes] == [30, 15, 8, 7, 15, 8, 7]
    assert sizes[0][1] - busy[0] >= 3
    assert [seq for seq, _outcome, _mode in stored()] == list(range(1, 31))


def test_people_counted_by_a_tap_wait_with_the_scans(doors, engine):
    page = engine(*doors.device())
    go_offline(page)

    page.evaluate("Promise.all([engine.tally(3), engine.tally(-1)])")
    waiting = page.evaluate("store.counts(engine.device)")
    owed = page.evaluate("engine.forget()")
    page.context.set_offline(False)
    empty(page)

    assert waiting["waiting"] == 2
    assert owed == {"isForgotten": False, "waiting": 2}
    assert page.evaluate("engine.forget()") == {"isForgotten": True, "waiting": 0}
    assert page.evaluate("store.device()") is None
