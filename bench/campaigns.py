"""A campaign of 40 stops and 300 activities: what its pages cost on the server.

    python bench/campaigns.py [--stops 40] [--activities 300] [--rounds 15]

Each page is set beside the same page of a campaign that has nothing: read the ratios, for the times grow with whatever
else the machine does. On SQLite, then on a PostgreSQL of its own.
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.campaigns import activity_operations
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns.activity_models import ActivityKind, ActivityRole
from eventsvc.campaigns.roadshow_operations import (
    SittingDetails,
    StopDetails,
    TaskDetails,
    TemplateDetails,
)
from eventsvc.contests import operations as contests
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventKind
from eventsvc.feeds import operations as feeds
from eventsvc.feeds.models import FeedKind
from eventsvc.organizations import operations as units
from eventsvc.organizations import queries as organizations
from tests import factories, servers
from tests.pages import PageClient

MOST = 150.0
"""Milliseconds of a page on the server: more than that is too slow."""
FIRST = date(2026, 12, 1)
KINDS = (ActivityKind.EXHIBITION_SPACE, ActivityKind.DRILL, ActivityKind.PERFORMANCE, ActivityKind.SEMINAR)
CLUSTERS = (
    ("UBND huyện Định Quán", ["UBND huyện Tân Phú", "UBND huyện Vĩnh Cửu", "UBND huyện Xuân Lộc"]),
    ("UBND huyện Trảng Bom", ["UBND thành phố Biên Hòa", "UBND huyện Nhơn Trạch", "UBND huyện Cẩm Mỹ"]),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--stops", type=int, default=40)
    options.add_argument("--activities", type=int, default=300)
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        run(TestConfig(Path(folder)), chosen)
        server = servers.start_postgres(Path(folder) / "postgres")
        try:
            print("PostgreSQL")
            run(TestConfig(Path(folder), servers.create_database(server.url, "campaigns")), chosen)
        finally:
            servers.stop_postgres(server)


def run(config: TestConfig, chosen: argparse.Namespace) -> None:
    app = create_app(config)
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        host = organizations.host_for("75", date(2024, 7, 30))
        organizer = factories.organizer(organization=host)
        event, empty = (_campaign(host, organizer, name) for name in ("Ngày chuyển đổi số", "Chưa có gì"))
        _stops(event, chosen.stops, organizer)
        _activities(event, chosen.activities, organizer)
        _feed, token = feeds.create_feed(event, kind=FeedKind.PROGRAMME, name="Cho mọi người", by=organizer)
        _feed, bare_token = feeds.create_feed(empty, kind=FeedKind.PROGRAMME, name="Trống", by=organizer)
        slug, bare = event.slug, empty.slug
        known = set(app.view_functions)
        pages = [
            (name, address.format(slug), address.format(bare))
            for name, address, endpoint in (
                ("the campaign", "/events/{}/campaign", "campaigns.show"),
                ("roadshow", "/events/{}/roadshow", "roadshow.index"),
                ("activities", "/events/{}/activities", "activities.index"),
                ("contests", "/events/{}/contests", "contests.index"),
                ("contents of the plan", "/events/{}/plan", "plans.show"),
                ("results report", "/events/{}/results", "results.show"),
                ("public page", "/p/{}", "agenda.programme"),
            )
            if endpoint in known
        ]
        pages.append(("calendar", f"/calendar/{token}.ics", f"/calendar/{bare_token}.ics"))
        browser = PageClient(app).sign_in(organizer)
        for name, url, beside in pages:
            spent, bare_spent = (_median(browser, address, chosen.rounds) for address in (url, beside))
            mark = "" if spent <= MOST else f"   SLOW: more than {MOST:.0f} ms"
            print(f"  {name:<22} {spent:6.1f} ms   {spent / bare_spent:4.1f} × an empty one{mark}")
        db.session.remove()
        db.engine.dispose()


def _campaign(host, organizer, name: str) -> Event:
    return factories.event(
        by=organizer,
        title=name,
        short_title=name,
        host=host,
        kind=EventKind.CAMPAIGN,
        units_as_of=date(2024, 7, 30),
        theme="Chuyển đổi số – chuyển đổi xanh",
        window_text="từ ngày 01/12/2026 đến ngày 31/3/2027",
        window_start=FIRST,
        window_end=date(2027, 3, 31),
    )


def _stops(event: Event, count: int, organizer) -> None:
    """Stops of both clusters day after day, weekends and Tết left out; each becomes an event with tasks of its own."""
    roadshow.set_template(
        event,
        TemplateDetails(
            title="((stop))",
            sittings=[SittingDetails(1, "Khai mạc", clock_time(8), clock_time(11))],
            tasks=[TaskDetails(f"Việc chuẩn bị {n}", "((host))", 10 * n) for n in range(1, 5)],
        ),
        by=organizer,
    )
    clusters = []
    for number, (host, participants) in enumerate(CLUSTERS, start=1):
        cluster = roadshow.make_cluster(event, name=f"Cụm {number}", by=organizer)
        clusters.append(roadshow.set_units(cluster, host=host, participants=participants, by=organizer))
    day = FIRST
    for number in range(count):
        while day.weekday() > 4:
            day += timedelta(days=1)
        cluster = clusters[number % 2]
        details = StopDetails(
            name=f"Điểm dừng {number + 1}",
            unit=cluster.units[number % len(cluster.units)],
            place=f"Nhà văn hóa số {number + 1}",
            starts_on=day,
            opens=clock_time(8),
            closes=clock_time(17),
            capacity=200,
            teams=[f"Đội văn nghệ {number % 3}"],
        )
        part = roadshow.make_event(roadshow.make_stop(cluster, details, by=organizer), by=organizer)
        for sitting in part.sittings:
            events.approve_time(sitting, by=organizer)
        day += timedelta(days=1)


def _activities(event: Event, count: int, organizer) -> None:
    for number in range(count):
        if number % 30 == 29:
            contests.make_contest(event, name=f"Cuộc thi {number}", by=organizer)
            continue
        activity_operations.add_activity(
            event,
            kind=KINDS[number % len(KINDS)],
            name=f"Hoạt động {number + 1}",
            text="Tổ chức các hoạt động lan tỏa kiến thức, kỹ năng số.",
            place=f"Sân số {number % 40}",
            starts_on=FIRST + timedelta(days=number % 60),
            is_public=number % 2 == 0,
            organizations=[
                (ActivityRole.LEAD, "Sở Công Thương"),
                (ActivityRole.COORDINATING, "Đoàn TNCS HCM tỉnh"),
            ],
            by=organizer,
        )


def _median(browser: PageClient, url: str, rounds: int) -> float:
    browser.get(url)
    return statistics.median(_once(browser, url) for _round in range(rounds))


def _once(browser: PageClient, url: str) -> float:
    began = time.perf_counter()
    browser.get(url)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
