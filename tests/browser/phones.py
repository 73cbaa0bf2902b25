"""A ceremony whose doors are open, and the engine of the scanner alone on an empty page."""

from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.checkins import operations, verification_queries
from eventsvc.checkins.models import Profile, Scan
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories

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


def stored():
    """What the server holds, in the order of the phone's own numbers."""
    db.session.rollback()
    scans = db.session.scalars(sa.select(Scan).order_by(Scan.device_id, Scan.seq))
    return [(scan.seq, scan.outcome.value, scan.mode.value) for scan in scans]


def assert_sound(event):
    db.session.rollback()
    assert verification_queries.breaches(event) == []


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


def enrolled(device, secret):
    """What the server says to a phone that it enrols as this device."""
    return {
        "device": device.id,
        "token": secret,
        "site": device.site.code if device.site else None,
        "profile": device.profile.value,
        "name": device.name,
        "site_name": device.site.name if device.site else None,
        "event": device.event.slug,
    }


def record(page, **fields):
    return page.evaluate("async (fields) => engine.record(fields)", fields)


def empty(page):
    """Wait till nothing waits."""
    page.evaluate("until(async () => !(await store.counts(engine.device)).waiting)")


def go_offline(page):
    page.context.set_offline(True)
    page.evaluate("until(() => !engine.state.isOnline)")


def shoot(page, code):
    """A hand scanner: the keys of the code and Enter at once, wherever the focus is."""
    page.evaluate(
        """(code) => {
        for (const key of [...code, "Enter"]) {
            const code = key === "Enter" ? key : /\\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
            const stroke = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true });
            (document.activeElement ?? document.body).dispatchEvent(stroke);
        }
    }""",
        code,
    )
