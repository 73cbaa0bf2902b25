"""A phone whose device is moved, enrolled again, or of every site: what it keeps, what it forgets, what it sends."""

import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc import secrets
from eventsvc.accounts.models import ApiToken
from eventsvc.checkins import device_operations, operations
from eventsvc.checkins.models import Device, Enrolment, Profile, Scan, StoreEpoch
from eventsvc.db import atomic, db
from eventsvc.visitors.models import Tally
from tests.browser.phones import PHONE, assert_sound, empty, go_offline, record, stored


def every_site(doors, profile=Profile.SCAN):
    _row, token = operations.create_enrolment(
        doors.event, site=None, name="Dự phòng", profile=profile, by=None
    )
    return operations.enrol(token)


def restore_a_backup_made_before(device):
    """As a restore leaves it: nobody has heard of the device, and its number is free again."""
    with atomic():
        for model in (Scan, Tally):
            db.session.execute(sa.delete(model).where(model.device_id == device.id))
        token_id = device.token_id
        db.session.execute(sa.update(Enrolment).values(device_id=None))
        db.session.execute(sa.delete(Device).where(Device.id == device.id))
        db.session.execute(sa.delete(ApiToken).where(ApiToken.id == token_id))
        db.session.scalars(sa.select(StoreEpoch)).one().value = "another life"
    db.session.expire_all()


def test_a_device_that_is_moved_works_at_its_new_place_with_its_new_rights(doors, new_visitor):
    page = new_visitor(**PHONE).new_page()
    page.goto(f"/scan/enrol/{doors.enrolment()}")
    page.get_by_role("button", name="Dùng điện thoại này").click()
    page.wait_for_url("**/scan")
    expect(page.locator("#state")).to_contain_text("Danh sách lúc")
    expect(page.locator("#place")).to_have_text(doors.main.name)
    expect(page.locator("#open-search")).to_be_hidden()
    device = db.session.scalars(sa.select(Device)).one()

    changes = {"name": "Cửa trường", "site": doors.school, "profile": Profile.SUPERVISOR}
    device_operations.edit_device(
        device, {**changes, "opens_at": None, "closes_at": None}, version=None, by=None
    )
    page.locator("#open-queue").click()
    page.locator("#resend").click()
    expect(page.locator("#place")).to_have_text(doors.school.name)
    expect(page.locator("#who")).to_contain_text("Cửa trường")
    page.keyboard.press("Escape")
    expect(page.locator("#open-search")).to_be_visible()
    page.locator("#code").fill(doors.code(doors.tam))
    page.locator("#code").press("Enter")

    expect(page.locator("#answer")).to_contain_text("Lê Văn Tám")
    expect(page.locator("#recent").get_by_role("button")).to_have_count(1)
    assert [outcome for _seq, outcome, _mode in stored()] == ["admitted"]
    page.reload()
    expect(page.locator("#place")).to_have_text(doors.school.name)


def test_a_phone_enrolled_again_after_a_restore_brings_everything_it_had(doors, engine):
    device, secret = doors.device()
    page = engine(device, secret)
    record(page, code=doors.code(doors.minh))
    page.evaluate("until(async () => await store.recall('epoch'))")
    go_offline(page)
    record(page, code=doors.code(doors.guests[0]))
    page.evaluate("engine.tally(3)")
    context, old_id = page.context, device.id
    page.close()
    restore_a_backup_made_before(device)
    again, secret = doors.device()
    context.set_offline(False)

    page = engine(again, secret, context=context)
    record(page, code=doors.code(doors.guests[1]))
    empty(page)
    page.evaluate("until(() => late.length >= 2)")

    if db.engine.dialect.name == "sqlite":
        assert again.id == old_id  # the number is given a second time
    assert sorted((outcome, mode) for _seq, outcome, mode in stored()) == [
        ("admitted", "offline"),
        ("admitted", "offline"),
        ("admitted", "online"),
    ]
    assert sorted(seq for seq, _outcome, _mode in stored()) == [1, 2, 3]
    assert_sound(doors.event)


def test_a_phone_enrolled_again_at_another_site_brings_what_it_has_of_the_old_one(doors, engine):
    device, secret = doors.device()
    page = engine(device, secret)
    page.evaluate("until(async () => await store.recall('epoch'))")
    go_offline(page)
    record(page, code=doors.code(doors.minh))
    context = page.context
    page.close()
    restore_a_backup_made_before(device)
    again, secret = operations.enrol(doors.enrolment(site=doors.school))
    context.set_offline(False)

    page = engine(again, secret, context=context)
    page.evaluate("until(() => late.length >= 1)")
    empty(page)

    db.session.rollback()
    scan = db.session.scalars(sa.select(Scan)).one()
    assert (scan.site.code, scan.outcome.value, scan.flags) == (doors.main.code, "other_site", ["attention"])
    assert_sound(doors.event)


def test_a_scan_that_cannot_be_read_any_more_holds_nobody_up(doors, engine):
    page = engine(*doors.device())
    go_offline(page)
    for guest in doors.guests[:2]:
        record(page, code=doors.code(guest))
    page.evaluate(
        """async () => {
        const database = await new Promise((done) => {
            const asked = indexedDB.open("eventsvc-scan");
            asked.onsuccess = () => done(asked.result);
        });
        const queue = database.transaction("queue", "readwrite").objectStore("queue");
        const first = await new Promise((done) => {
            const asked = queue.getAll();
            asked.onsuccess = () => done(asked.result.find(({ seq }) => seq === 1));
        });
        first.sealed.text = new ArrayBuffer(40);
        await new Promise((done) => { queue.put(first).onsuccess = done; });
        database.close();
    }"""
    )

    page.context.set_offline(False)
    page.evaluate("until(async () => (await store.counts(engine.device)).waiting === 1)")

    assert stored() == [(2, "admitted", "offline")]


def test_an_event_without_times_follows_one_that_is_over(doors, engine):
    page = engine(*doors.device())
    page.evaluate("store.remember('wipe_at', new Date(Date.now() - 1000).toISOString())")
    context = page.context
    page.close()
    with atomic():
        for sitting in doors.event.sittings:
            sitting.starts_at = sitting.ends_at = None

    page = engine(*doors.device(name="Cửa 2"), context=context)
    page.evaluate("engine.sendNow()")

    assert page.evaluate("engine.state.list.size") > 0
    assert page.evaluate("store.recall('wipe_at')") is None


def test_an_upload_says_what_both_clocks_of_the_phone_show(doors, engine):
    page = engine(*doors.device())
    with page.expect_request("**/api/v1/scans") as sent:
        record(page, code=doors.code(doors.minh))

    body = sent.value.post_data_json
    assert body["boot_id"] == body["scans"][0]["boot_id"]
    assert body["device_mono"] >= body["scans"][0]["mono_ms"]


def test_a_phone_of_every_site_knows_whose_guest_it_sees_without_network(doors, engine):
    page = engine(*every_site(doors, Profile.SEARCH))
    main, school = doors.main.code, doors.school.code
    go_offline(page)

    told = [
        record(page, code=doors.code(doors.minh), site=main),
        record(page, code=doors.code(doors.tam), site=main),
        record(page, guest=doors.tam.id, mode="manual", site=main),
        record(page, code=doors.code(doors.tam), site=school),
        record(page, code=secrets.new_code(), site=main),
    ]
    found = page.evaluate("engine.find('tam')")["items"]
    sitting = doors.event.sittings[0].number
    page.evaluate(f"engine.tally(2, {{ site: '{school}', sitting: {sitting} }})")
    with page.expect_request("**/api/v1/tallies") as sent:
        page.context.set_offline(False)
        empty(page)

    shown = [one["key"] for one in told]
    assert shown == ["admitted", "other_site", "other_site", "admitted", "unknown"]
    assert "guest" not in told[1]["result"]
    assert [outcome for _seq, outcome, _mode in stored()] == shown
    assert [(one["name"], one["site"]["code"]) for one in found] == [("Lê Văn Tám", school)]
    tally = sent.value.post_data_json["tallies"][0]
    assert (tally["people"], tally["site"], tally["sitting"]) == (2, school, sitting)
