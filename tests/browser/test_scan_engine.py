"""The engine of the scanner alone on an empty page, by the hundred, through a bad network of our own."""

import time
from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.checkins import operations
from eventsvc.checkins.models import Profile, QuarantinedScan, Scan, StoreEpoch
from eventsvc.db import atomic, db
from tests.browser.phones import Doors, assert_sound, empty, go_offline, record, stored
from tests.chaos_proxy import ChaosProxy


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
    page.evaluate("(told) => until(() => late.length >= told)", len(shown))  # after the queue is empty
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
        is_online = page.evaluate(
            "engine.state.isOnline"
        )  # nobody waits for a server that is known to be slow
        second = record(page, code=doors.code(doors.guests[0]))

        assert (first["key"], first["isOffline"]) == ("admitted", True)
        assert (second["key"], second["isOffline"]) == ("admitted", True)
        assert not is_online
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

    began = clock.now()
    told = record(page, code=doors.code(doors.minh))
    ended = clock.now()
    page.context.set_offline(False)
    empty(page)

    assert told["key"] == "admitted"  # by its own clock the doors would not be open
    assert [outcome for _seq, outcome, _mode in stored()] == ["admitted"]
    scan = db.session.scalars(sa.select(Scan)).one()
    little = timedelta(minutes=1)
    assert began - little < scan.effective_at < ended + little


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
