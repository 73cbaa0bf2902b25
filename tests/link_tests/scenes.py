"""What the tests of link tests begin with: an event in a week, its 13 districts, and a test three days before."""

from datetime import datetime, timedelta

from eventsvc import clock
from eventsvc.db import db
from eventsvc.link_tests import operations, queries
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind
from eventsvc.sites import operations as site_operations
from eventsvc.sites import queries as site_queries
from eventsvc.sites.models import Site, SiteLevel
from tests import factories

ADDRESS = "https://hop.example.vn/thu"


def ready_event():
    event = factories.approved_event()
    site_operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


def sites(event, number: int = 3) -> list[Site]:
    """The first so many districts, each with a coordinator who has an address."""
    found = []
    for site in queries.sites_meant(event, queries.Audience.LEVEL, "district")[:number]:
        changes = {"contact_name": f"Đầu mối {site.code}", "contact_email": f"{site.code}@example.vn"}
        site_operations.edit_site(site, changes, by=None)
        found.append(site)
    return found


def link_test(event, invited: list[Site], kind: LinkTestKind = LinkTestKind.LINK_TEST, **details) -> LinkTest:
    starts_at = details.pop("starts_at", None) or factories.soon(days=4, hour=14)
    values = {
        "title": "Kết nối thử lần 1",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "video_link": ADDRESS,
        "contact": "Tổ kỹ thuật VNPT, 050 255 1234",
    }
    return operations.make_link_test(event, kind=kind, sites=invited, by=None, **(values | details))


def at_hand() -> datetime:
    """So soon that a session which starts then takes results."""
    return clock.now() + timedelta(minutes=10)


def bring_near(link_test: LinkTest) -> None:
    """Let the days before a session pass."""
    link_test.starts_at, link_test.ends_at = at_hand(), at_hand() + timedelta(hours=2)
    db.session.commit()


def of(link_test: LinkTest, site: Site) -> InvitedSite:
    return next(row for row in link_test.invited if row.site_id == site.id)


def by_code(event, code: str) -> Site:
    return site_queries.site_by_code(event, code)
