"""The pages of a hall at the desk and on a phone in the hall."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from eventsvc import clock
from eventsvc.db import db
from eventsvc.halls import operations, post_operations
from eventsvc.halls.models import Service, ServiceKind, StaffKind
from eventsvc.halls.post_operations import Person
from eventsvc.halls.services import Deed
from tests import factories


@pytest.fixture
def event(app):
    """Fifty minutes before the start: some are there, one has a problem, a door lacks somebody."""
    starts_at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=50)
    event = factories.approved_event(starts_at=starts_at)
    site = factories.main_site(event)
    operations.use_usual(site, by=None)
    for service in db.session.scalars(db.select(Service).order_by(Service.number)).all():
        operations.edit_service(
            service,
            {
                "on_duty_name": f"Nguyễn Văn Trực {service.number}",
                "on_duty_phone": f"+8450100000{service.number}",
            },
            by=None,
        )
        if service.number % 3:
            operations.tell(service, Deed.ARRIVE if service.number % 2 else Deed.CONFIRM, by=None)
    operations.report_problem(service, "Loa phía sau hội trường bị hú", by=None)
    door = post_operations.add_post(site, name="Cửa số 1", is_door=True, needed=2, by=None)
    post_operations.add_post(site, name="Bãi giữ xe", note="Phía đường Trần Hưng Đạo", by=None)
    desk = post_operations.add_post(site, name="Bàn kỹ thuật", by=None)
    early = {"starts_at": starts_at - timedelta(hours=1), "ends_at": starts_at + timedelta(minutes=30)}
    people = [
        Person("Lê Thị Hòa", "+84501000011", "Tỉnh đoàn Quảng Ngãi"),
        Person("Trần Văn Bình", None, "Sở Y tế"),
    ]
    made = post_operations.add_shifts(door, people, **early, kind=StaffKind.VOLUNTEER, by=None)
    post_operations.mark_present(made[0], by=None)
    late = {"starts_at": starts_at + timedelta(minutes=15), "ends_at": starts_at + timedelta(hours=2)}
    post_operations.add_shifts(door, [Person("Phạm Thị Mai", "+84501000012")], **late, by=None)
    post_operations.add_shifts(desk, [Person("Lê Thị Hòa", "+84501000011")], **late, by=None)
    assert service.kind is ServiceKind.SOUND
    return event


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_of_a_hall_are_accessible_and_hold_their_width(page, event, sign_in, axe, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, factories.organizer())
    base = f"/events/{event.slug}/halls"

    for path in ("", "/main", "/main/services/1", "/main/posts/1/shifts/new", "/main/shifts/1"):
        page.goto(base + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
        axe(page)
    page.goto(f"{base}/main")
    row = page.locator("#service-2")
    row.get_by_role("button", name="Đã có mặt").click()
    expect(row).to_contain_text("có mặt từ")
