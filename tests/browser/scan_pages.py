"""The page at the door as people use it: a ceremony, a phone enrolled at it, what it says, codes typed into it."""

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import expect

from eventsvc import clock, secrets
from eventsvc.checkins import operations
from eventsvc.checkins.models import Profile, Scan
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories
from tests.browser.phones import PHONE

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
WITHOUT_NETWORK = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch")
# Sounds, trembles and locks of the screen are counted.
SENSES = """
window.heard = 0; window.felt = 0; window.locks = 0;
navigator.vibrate = () => { window.felt += 1; return true; };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.heard += 1; return start.apply(this, when); };
if (navigator.wakeLock) navigator.wakeLock.request = async () => { window.locks += 1; return new EventTarget(); };
"""


class Ceremony:
    def __init__(self):
        self.event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30))
        self.main = factories.main_site(self.event, name="Trung tâm IOC tỉnh Quảng Ngãi")
        self.school = factories.site(self.event)
        self.minh = factories.guest(
            self.main,
            full_name="Nguyễn Văn Minh",
            honorific="Ông",
            position="Phó Giám đốc",
            organization_name="Sở Thông tin và Truyền thông",
        )
        self.tam = factories.guest(
            self.school, full_name="Lê Văn Tám", honorific="Ông", position="Hiệu trưởng"
        )
        with atomic():
            self.minh.seat = "A12"

    def code(self, guest) -> str:
        return secrets.unseal(invitations.issue_pass(guest).code_sealed)

    def enrolment(self, name="Cửa 1", site=None, profile=Profile.SCAN) -> str:
        site = site or self.main
        _row, token = operations.create_enrolment(self.event, site=site, name=name, profile=profile, by=None)
        return token


def door(ceremony, new_visitor):
    """Enrols a phone at the main site with the rights of a head of the door, unless others are named."""

    def enrol(name="Cửa 1", profile=Profile.SUPERVISOR, site=..., script=None, is_listed=True, **options):
        site = ceremony.main if site is ... else site
        _row, token = operations.create_enrolment(
            ceremony.event, site=site, name=name, profile=profile, by=None
        )
        context = new_visitor(**{**PHONE, **options})
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(f"/scan/enrol/{token}")
        page.get_by_role("button", name="Dùng điện thoại này").click()
        page.wait_for_url("**/scan")
        expect(answer(page)).to_contain_text("Sẵn sàng quét")
        if is_listed:
            expect(page.locator("#state")).to_contain_text("Danh sách lúc")
        return page

    return enrol


def answer(page):
    return page.locator("#answer")


def type_code(page, code):
    page.get_by_label("Mã trên thẻ mời").fill(code)
    page.get_by_role("button", name="Kiểm tra").click()


def press(page, name, **options):
    page.get_by_role("button", name=name, exact=True, **options).click()


def stored():
    db.session.rollback()
    rows = db.session.scalars(sa.select(Scan).order_by(Scan.id))
    return [(scan.kind.value, scan.mode.value, scan.outcome.value, scan.reason) for scan in rows]
