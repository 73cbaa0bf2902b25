"""What the list of a site costs: making it, asking whether it is still the same, and its size, by how many it names.

    python bench/bundle.py [--people 10000] [--postgres]

One event with a hall of 50, one of 5,000 and one of `--people` guests, all with passes. For each: its list made for the
first time (every code opened, every person encrypted), made again with the ciphertexts kept, its version alone (what
every status of a device asks for), and its bytes a person. The smallest page of the same application is asked between
them, so that ratios can be compared between machines.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.checkins import bundle_queries, operations
from eventsvc.checkins.models import Device, Profile
from eventsvc.db import atomic, db
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Pass
from eventsvc.invitations.passes import new_pass
from eventsvc.organizations import operations as units
from eventsvc.people.models import Person
from eventsvc.sites.models import Site
from eventsvc.text import fold, name_key
from tests import factories, servers

SMALL, LARGE, ROUNDS = 50, 5_000, 5


def fill(site: Site, number: int) -> None:
    """So many guests with a pass each."""
    event, name = site.event, "Nguyễn Thị Ngọc Ánh"
    with atomic():
        first = (db.session.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
        ids = range(first, first + number)
        db.session.execute(
            sa.insert(Person),
            [
                {
                    "id": one,
                    "host_id": event.host_id,
                    "honorific": "Bà",
                    "full_name": f"{name} {one}",
                    "sort_key": name_key(name),
                    "folded": fold(f"{name} {one} Ủy ban nhân dân xã Bình Thạnh"),
                    "position": "Phó Chủ tịch Ủy ban nhân dân",
                    "organization_name": "Ủy ban nhân dân xã Bình Thạnh",
                }
                for one in ids
            ],
        )
        guests = [
            {
                "id": one,
                "version": 1,
                "event_id": event.id,
                "person_id": one,
                "site_id": site.id,
                "seat": f"A-{one}",
            }
            for one in ids
        ]
        db.session.execute(sa.insert(Guest), guests)
        db.session.execute(sa.insert(Pass), [new_pass(event.id, one) for one in ids])


def timed(act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median of some rounds, in milliseconds; each reads the database afresh."""
    spans = []
    for _round in range(rounds):
        db.session.rollback()
        began = time.perf_counter()
        act()
        spans.append((time.perf_counter() - began) * 1000)
    return statistics.median(spans)


def measure(device_id: int, secret: str, client: Any) -> dict[str, float]:
    def device() -> Device:
        return db.session.get(Device, device_id)  # type: ignore[return-value]

    def anew() -> bundle_queries.Bundle:
        bundle_queries.forget()
        return bundle_queries.bundle(device(), secret)

    made = anew()
    size = len(json.dumps(made.body, separators=(",", ":")))
    return {
        "people": len(made.body["guests"]),
        "first": timed(anew, 3),
        "kept": timed(lambda: bundle_queries.bundle(device(), secret)),
        "version": timed(lambda: bundle_queries.version(device())),
        "bytes": size / len(made.body["guests"]),
        "total": size,
        "smallest": timed(lambda: client.get("/healthz"), 40),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    server = servers.start_postgres(folder / "postgres") if asked.postgres else None
    url = servers.create_database(server.url, "bench") if server else None
    app = create_app(TestConfig(folder, url))
    try:
        with app.app_context():
            db.create_all()
            units.load_units()
            units.load_agencies()
            print(f"{'PostgreSQL' if server else 'SQLite'}; milliseconds, medians\n")
            report(app, asked.people)
            db.session.remove()
            db.engine.dispose()
    finally:
        if server:
            servers.stop_postgres(server)


def report(app: Any, most: int) -> None:
    event = factories.approved_event()
    factories.main_site(event)
    head = f"{'people':>7} {'profile':>8} {'first':>9} {'kept':>8} {'version':>8} {'/healthz':>9}"
    print(f"{head} {'bytes':>11} {'a person':>9}")
    found: dict[tuple[int, Profile], dict[str, float]] = {}
    for number in (SMALL, LARGE, most):
        site = factories.site(event, name=f"Hội trường {number}")
        fill(site, number)
        for profile in (Profile.SCAN, Profile.SEARCH):
            _row, token = operations.create_enrolment(event, site=site, name="Cửa", profile=profile, by=None)
            device, secret = operations.enrol(token)
            with atomic():
                device.opens_at = event.created_at
            got = found[number, profile] = measure(device.id, secret, app.test_client())
            figures = f"{got['first']:9.1f} {got['kept']:8.1f} {got['version']:8.1f} {got['smallest']:9.2f}"
            print(
                f"{number:7} {profile.value:>8} {figures} {got['total']:11,.0f} {got['bytes']:9.0f}",
                flush=True,
            )
    small, large = found[SMALL, Profile.SCAN], found[LARGE, Profile.SCAN]
    print(f"\na list of {LARGE} beside one of {SMALL}, {LARGE // SMALL} times the people:")
    for name in ("first", "kept", "version", "total"):
        print(f"  {name:8} {large[name] / small[name]:7.1f} times")
    print(
        f"the version of the list of {LARGE}: {large['version'] / large['smallest']:.1f} times the smallest page"
    )


if __name__ == "__main__":
    main()
