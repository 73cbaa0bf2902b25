"""The rules, the checklist and the call list as people see them, and a call on a telephone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from eventsvc import clock
from eventsvc.db import db
from eventsvc.halls import operations as halls
from eventsvc.halls.models import ServiceKind
from eventsvc.sites import (
    call_operations,
    call_queries,
    fault_operations,
    operations,
    queries,
    readiness_queries,
    reporter,
    step_operations,
)
from eventsvc.sites.call_models import CallOutcome
from eventsvc.sites.models import Milestone, SiteStatus
from eventsvc.sites.report_models import FaultKind
from tests import factories


@pytest.fixture
def event(app):
    """In three days at eight: two rules are missed by those who said nothing."""
    starts_at = clock.local(clock.now() + timedelta(days=2, hours=12)).replace(
        minute=0, second=0, microsecond=0
    )
    event = factories.approved_event(starts_at=starts_at)
    operations.add_main_site(event, name="Trung tâm hội nghị tỉnh", by=None)
    operations.add_all_sites(event, by=None)
    silent = ("522", "21022", "21043", "524", "525")
    for number, site in enumerate(db.session.scalars(queries.sites_of(event))):
        if site.code not in silent:
            step_operations.reach(site, Milestone.TESTED, reporter.of_site(site))
        else:
            values = {
                "contact_name": "Trần Thị Bích Ngọc", "contact_phone": f"+8450555{number:04d}",
                "host_name": "Nguyễn Văn Đức", "host_phone": f"+8450556{number:04d}",
                "technician_name": "Lê Quang Hưng", "technician_phone": f"+8450557{number:04d}",
            }  # fmt: skip
            operations.edit_site(site, values, by=None)
    called = factories.site_of(event, "524")
    clerk = reporter.Reporter(None, "Phạm Thị Trực", "Trần Thị Bích Ngọc")
    call_operations.record_call(
        called, CallOutcome.WILL_CALL_BACK, clerk, note="Đang họp, hẹn gọi lại lúc 15 giờ"
    )
    fault_operations.raise_fault(called, FaultKind.NO_SOUND, "Mất tiếng", reporter.of_site(called))
    main = factories.site_of(event, "main")
    halls.add_service(
        main,
        ServiceKind.MEDICAL,
        agency_name="Sở Y tế",
        on_duty_name="Bác sĩ Hà",
        on_duty_phone="+84505559876",
        by=None,
    )
    return event


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_hold_their_width(page, event, sign_in, axe, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, factories.organizer())
    rule = readiness_queries.rules_of(event)[0]

    for path in ("", f"/rules/{rule.id}", "/checklist", "/calls"):
        page.goto(f"/events/{event.slug}/readiness{path}")
        assert overflow(page) == 0, path
        axe(page)


def test_a_site_is_phoned_and_confirmed_with_three_taps_on_a_telephone(page, event, sign_in):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, factories.organizer())
    page.goto(f"/events/{event.slug}/readiness/calls?within=525")
    row = page.locator("#site-525")
    site = factories.site_of(event, "525")
    expect(row.get_by_role("link", name="050")).to_have_count(3)
    assert row.get_by_role("link", name="050").first.get_attribute("href") == f"tel:{site.contact_phone}"

    row.get_by_text("Kết quả cuộc gọi").click()
    row.get_by_role("button", name="Điểm cầu xác nhận").click()

    expect(row.get_by_role("button", name="Điểm cầu xác nhận")).to_have_count(0)
    expect(row.get_by_text("Đã liên hệ được").first).to_be_visible()
    db.session.rollback()
    assert site.status is SiteStatus.CONFIRMED
    assert call_queries.last_calls([site.id])[site.id].spoke_with == "Trần Thị Bích Ngọc"
