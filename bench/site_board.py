"""What the state of the sites costs: 3,356 sites against 187, and nothing new against a whole answer.

    python bench/site_board.py [--postgres]

The application answers in this process, without a network. Of each event: the figures read anew from the database,
a whole fragment of the page (the table's first page, the sums and the map of every site), the fragment of the wall,
and the answer to a page that has these figures already. Read the ratios: machines differ. 3,356 are 1 + 34 + 3,321,
every commune of the country, and stand under a province each.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from flask.testing import FlaskClient

from config import TestConfig
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.organizations import operations as units
from eventsvc.reports import site_board_queries, site_board_views
from eventsvc.sites import template_operations
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.text import fold
from eventsvc.web import snapshots
from tests import factories, servers
from tests.reports import site_boards

PROVINCES, COMMUNES = 34, 3321
ROUNDS = 15


class Costs(NamedTuple):
    """Milliseconds, medians; bytes of the fragment."""

    sites: int
    figures: float
    page: float
    wall: float
    same: float
    size: int


def one_province() -> Event:
    event = site_boards.whole()
    site_boards.mix(event)
    return event


def whole_country() -> Event:
    event = site_boards.event(units_as_of=date(2025, 8, 1))
    factories.main_site(event)
    _add_country(event)
    site_boards.mix(event, at_fault=40)
    return event


@atomic()
def _add_country(event: Event) -> None:
    for number in range(PROVINCES):
        db.session.add(_site(event, f"p{number}", f"Tỉnh Mẫu {number}", SiteLevel.DISTRICT, number, None))
    for number in range(COMMUNES):
        above = number % PROVINCES
        site = _site(event, f"c{number}", f"Xã Mẫu {number}", SiteLevel.COMMUNE, number, above)
        db.session.add(site)
    db.session.flush()
    template_operations.furnish(event)


def _site(event: Event, code: str, name: str, level: SiteLevel, number: int, above: int | None) -> Site:
    return Site(
        event=event, code=code, name=name, folded=fold(name), level=level, number=number + 1,
        parent_code=None if above is None else f"p{above}", parent_name=None if above is None else f"Tỉnh Mẫu {above}",
    )  # fmt: skip


def measure(app: Flask, event: Event, browser: FlaskClient) -> Costs:
    _row, token = accounts.create_token(Role.VIEWER, event_id=event.id, shown_again=True)
    page, wall = f"/events/{event.slug}/sites/board/fragment", f"/board/{token}/sites/fragment"
    number = len(site_board_queries.site_board(event).lines)
    db.session.remove()

    def ask(address: str, tag: str = "") -> Callable[[], None]:
        def asking() -> None:
            answer = browser.get(address, headers={"If-None-Match": tag} if tag else {})
            assert answer.status_code == (304 if tag else 200), answer.status

        return asking

    def afresh() -> None:
        snapshots.forget()
        site_board_views.forget()

    tag = browser.get(page).headers["ETag"]
    return Costs(
        number,
        median(lambda: figures(event.slug), lambda: None),
        median(ask(page), afresh),
        median(ask(wall), afresh),
        median(ask(page, tag), lambda: browser.get(page)),
        len(browser.get(page).data),
    )


def figures(slug: str) -> None:
    db.session.remove()
    event = db.session.scalars(db.select(Event).where(Event.slug == slug)).one()
    site_board_queries.site_board(event)


def median(act: Callable[[], None], before: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        before()
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def tell(name: str, few: Costs, many: Costs) -> None:
    print(name)
    print("  sites   figures      page      wall   nothing new      bytes")
    for cost in (few, many):
        print(
            f"  {cost.sites:5}  {cost.figures:6.1f} ms {cost.page:6.1f} ms {cost.wall:6.1f} ms "
            f"{cost.same:10.2f} ms {cost.size:10}"
        )
    print(
        f"  RATIO: {many.sites / few.sites:.1f} times the sites: {many.figures / few.figures:.1f} times the reading, "
        f"{many.page / few.page:.1f} times the page, {many.size / few.size:.1f} times the bytes"
    )
    print(
        f"  RATIO: nothing new costs 1/{few.page / few.same:.0f} of a page of {few.sites} sites, "
        f"1/{many.page / many.same:.0f} of one of {many.sites}"
    )


def run(name: str, folder: Path, url: str | None) -> None:
    app = create_app(TestConfig(folder, url))
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        organizer = factories.organizer()
        events = [one_province(), whole_country()]
        browser = app.test_client()
        link = accounts.make_link(organizer, by=organizer)
        app.config["WTF_CSRF_ENABLED"] = False
        browser.post(f"/sign-in/{link}")
        costs = []
        for event in events:
            costs.append(measure(app, db.session.merge(event), browser))
        tell(name, *costs)
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", action="store_true", help="on a real PostgreSQL too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run("SQLite", Path(folder), None)
    if options.postgres:
        server = servers.start_postgres()
        try:
            with tempfile.TemporaryDirectory() as folder:
                run("PostgreSQL", Path(folder), servers.create_database(server.url, "bench"))
        finally:
            servers.stop_postgres(server)


if __name__ == "__main__":
    main()
