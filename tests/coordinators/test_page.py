"""The coordinator's page, by the site's link and nothing else."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from eventsvc import clock
from eventsvc.announcements import operations as announcements
from eventsvc.announcements.models import Audience
from eventsvc.db import db
from eventsvc.link_tests import operations as link_tests
from eventsvc.link_tests.models import LinkTestKind
from eventsvc.sites import link_operations, link_queries, operations, report_queries
from eventsvc.sites.models import Milestone, Site, SiteLevel, SiteStatus
from eventsvc.sites.report_models import FaultState
from tests import factories


@pytest.fixture
def event(app):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def site(event):
    site = factories.site_of(event, "536")
    link_operations.make_links(event, [site], by=None)
    return site


@pytest.fixture
def link(site):
    return "/s/" + link_queries.link_of(site).rpartition("/")[2]


def test_a_coordinator_goes_through_the_steps_and_takes_one_back(site, link, client):
    page = client.get(link)
    assert page.heading == site.name

    for milestone in ("confirmed", "technician_present", "ready", "connected"):
        page = client.post(f"{link}/steps", {"reach": milestone})
    assert site.status is SiteStatus.CONNECTED
    page = client.post(f"{link}/steps", {"undo": "connected"})

    assert site.status is SiteStatus.READY
    assert [step.actor_kind for step in report_queries.steps_of(site)] == ["site"] * 5
    for what in ("closed", "nonsense", "", "x" * 5000):
        client.post(f"{link}/steps", {"reach": what})
    assert site.closed_at is None and site.status is SiteStatus.READY


def test_a_problem_is_reported_followed_and_cleared(site, link, client):
    words = "<script>alert(1)</script> mất tiếng"
    page = client.post(f"{link}/faults", {"kind": "no_sound", "text": words})
    (fault,) = report_queries.faults_of_site(site)

    assert site.status is SiteStatus.FAULT and fault.text == words
    assert words in page.text and "<script>alert" not in page.response.text
    client.post(f"{link}/faults/{fault.id}", {"words": "Đã gọi VNPT"})
    page = client.get(f"{link}/faults/{fault.id}")
    assert "Đã gọi VNPT" in page.text
    client.post(f"{link}/faults/{fault.id}/cleared")
    assert fault.state is FaultState.CLEARED and site.status is SiteStatus.UNCONFIRMED


def test_the_checklist_takes_one_tap_a_line(site, link, client):
    items = report_queries.check_items(site.event)

    client.post(f"{link}/checklist", {"tick": str(items[0].id)})
    client.post(f"{link}/checklist", {"tick": str(items[1].id)})
    client.post(f"{link}/checklist", {"untick": str(items[0].id)})

    assert set(report_queries.checks_of(site)) == {items[1].id}
