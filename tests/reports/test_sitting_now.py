"""Of which sitting everybody speaks: the boards, the list, the coordinator's page and the scans, at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins.models import Scan
from eventsvc.coordinators import queries as coordinators
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.reports import board_queries, site_board_queries
from eventsvc.sites import operations as sites
from eventsvc.sites import queries as site_queries
from eventsvc.sites import report_operations as reports
from eventsvc.sites import report_queries
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.reporter import of_site
from tests import factories
from tests.reports.test_board import arrive

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
MORNING = datetime(2026, 12, 10, 0, 0, tzinfo=UTC)
"""Seven o'clock in Vietnam."""


def at(hours):
    return MORNING + timedelta(hours=hours)


def two_sittings(first, second, *, number_late_first=False):
    """Sittings from and to so many hours after seven; the later one may have the lower number."""
    spans = (second, first) if number_late_first else (first, second)
    event = factories.data_notice(factories.approved_event(starts_at=at(spans[0][0])))
    events.add_sitting(event, by=None)
    for sitting, (start, end) in zip(event.sittings, spans, strict=True):
        events.propose_time(sitting, starts_at=at(start), ends_at=at(end), by=None)
        events.approve_time(sitting, by=None)
    factories.main_site(event)
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


def spoken_of(event):
    """The number of the sitting that each of them takes for that of now."""
    site = factories.site_of(event, "536")
    group = report_queries.count_groups(event)[0]
    for sitting in event.sittings:
        reports.report_head_count(site, sitting, [(group, sitting.number)], of_site(site))
    arrive(factories.guest(site), site)
    scan = db.session.scalar(sa.select(Scan).order_by(Scan.received_at.desc(), Scan.id.desc()))
    return {
        "scan": next(sitting.number for sitting in event.sittings if sitting.id == scan.sitting_id),
        "board": board_queries.board(event).sitting.number,
        "sites": site_board_queries.site_board(event).sitting_number,
        "people": next(
            line.reported.people for line in site_board_queries.site_board(event).lines if line.code == "536"
        ),
        "list": site_queries.last_counts(event, [site.id])[site.id][0],
        "page": coordinators.sitting_now(event, clock.now()).number,
    }


@SQLITE
@pytest.mark.parametrize(
    ("first", "second", "swapped", "moments"),
    [
        # Morning and late morning: the doors of the first stand open long into the second.
        ((0, 2), (2.5, 4), False, {-30: 1, -1: 1, 1: 1, 2.1: 1, 2.4: 2, 2.6: 2, 3.9: 2, 9: 2}),
        ((0, 2), (2.5, 4), True, {1: 2, 2.6: 1, 9: 1}),
        # Two days: in the evening it is still the first day's, in the morning the second's.
        ((1, 4), (25, 28), False, {0: 1, 2: 1, 5.9: 1, 8: 1, 22: 2, 26: 2, 40: 2}),
    ],
)
def test_everybody_speaks_of_the_sitting_a_scan_would_go_to(
    app, time_machine, first, second, swapped, moments
):
    time_machine.move_to(at(-60), tick=False)
    event = two_sittings(first, second, number_late_first=swapped)

    for hours, number in moments.items():
        time_machine.move_to(at(hours), tick=False)
        assert set(spoken_of(event).values()) == {number}, (hours, spoken_of(event))


@SQLITE
def test_a_sitting_without_a_time_waits_until_it_has_one(app, time_machine):
    time_machine.move_to(at(-1), tick=False)
    event = factories.data_notice(factories.approved_event(starts_at=at(0)))
    events.add_sitting(event, by=None)
    factories.main_site(event)
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)

    assert set(spoken_of(event).values()) == {1}
