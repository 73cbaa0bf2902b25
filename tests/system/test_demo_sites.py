"""The demo's bridge sites: a stranger finds every state, faults, counts, announcements and a hall with its services."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.queries import event_by_slug
from eventsvc.halls.models import Service, ServiceState
from eventsvc.link_tests.models import LinkTest
from eventsvc.plans import operations as plans
from eventsvc.sites import link_queries
from eventsvc.sites.models import Site, SiteStatus
from eventsvc.sites.queries import site_by_code
from eventsvc.sites.report_models import Fault, HeadCount
from eventsvc.system import demo_sites as demo
from eventsvc.system.demo_operations import COORDINATED, PLAN, SLUG, UNITS_AS_OF
from tests import factories

DAY = date(2030, 7, 18)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_demo_has_sites_in_every_state(app):
    user = factories.organizer()
    plans.load_plan(PLAN.read_bytes(), as_of=UNITS_AS_OF, by=user)
    event = event_by_slug(SLUG)
    begins, ends = (clock.from_local(datetime.combine(DAY, hour)) for hour in (time(8), time(9, 30)))
    events.propose_time(event.sittings[0], starts_at=begins, ends_at=ends, by=user)
    events.approve_time(event.sittings[0], by=user)

    demo.name_coordinators(event, by=user)
    demo.run_sites(event, by=user)
    demo.furnish_hall(event, DAY, by=user)

    sites = db.session.scalars(sa.select(Site)).all()
    assert {site.status for site in sites} == set(SiteStatus) - {SiteStatus.CLOSED}
    bridges = [site for site in sites if site.code != "main"]
    assert len({site.contact_phone for site in bridges}) == len(bridges) == 186
    assert all(site.contact_email.endswith(".example.vn") for site in bridges)
    assert all(site.contact_phone.startswith("+8450") for site in bridges)
    assert link_queries.link_of(site_by_code(event, COORDINATED)) is not None
    assert db.session.scalar(sa.select(sa.func.count(Fault.id))) == len(demo.WRONG)
    assert db.session.scalar(sa.select(sa.func.count(HeadCount.id))) > 20
    services = db.session.scalars(sa.select(Service.state)).all()
    assert services.count(ServiceState.CONFIRMED) == demo.SERVICES_CONFIRMED < len(services)
    assert len(db.session.scalars(sa.select(LinkTest)).one().invited) == 186
