"""A campaign of 5,000 assignments: what charging the agencies and the pages of tasks cost.

    python bench/tasks.py [--tasks 27] [--rounds 15]

Every task goes to 13 districts and 173 communes, expanded as organizers expand them. Each page is set beside the same
page of an event that has no tasks: read the ratios, for the times grow with whatever else the machine does. On SQLite,
then on a PostgreSQL of its own.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock, secrets
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import operations as units
from eventsvc.tasks import assignment_operations, operations, preview_queries, telling_operations
from eventsvc.tasks.models import Assignment, AssignmentState, DeadlineKind, Task
from eventsvc.tasks.operations import Details
from tests import factories, servers
from tests.pages import PageClient

MOST = 150.0
"""Milliseconds of a list page on the server: more than that is too slow."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tasks", type=int, default=27)
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        run(TestConfig(Path(folder)), chosen)
        server = servers.start_postgres(Path(folder) / "postgres")
        try:
            print("PostgreSQL")
            run(TestConfig(Path(folder), servers.create_database(server.url, "tasks")), chosen)
        finally:
            servers.stop_postgres(server)


def run(config: TestConfig, chosen: argparse.Namespace) -> None:
    app = create_app(config)
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        organizer = factories.organizer()
        event, empty = (factories.event(by=organizer, short_title=f"Phong trào {n}") for n in range(2))
        plan(event, chosen.tasks)
        spent = _once(lambda: expand(event))
        count = db.session.scalar(sa.select(sa.func.count(Assignment.id)))
        print(f"  {count} assignments charged in {spent / 1000:.1f} s")
        print(f"  previewed again in {_once(lambda: _preview(event)):.0f} ms")
        _give_addresses()
        print(f"  all agencies told in {_once(lambda: telling_operations.tell(event, by=None)) / 1000:.1f} s")
        answer()
        own = db.session.scalars(sa.select(Assignment)).first()
        assert own is not None
        token, task_id, slug = secrets.unseal(own.asked.token_sealed), own.task_id, event.slug
        bare = empty.slug
        pages = [
            ("tasks", f"/events/{slug}/tasks", f"/events/{bare}/tasks"),
            ("tasks by last day", f"/events/{slug}/tasks?sort=due", f"/events/{bare}/tasks?sort=due"),
            ("tasks searched", f"/events/{slug}/tasks?q=bao+cao", f"/events/{bare}/tasks?q=bao+cao"),
            ("one task", f"/events/{slug}/tasks/{task_id}", f"/events/{bare}/tasks"),
            ("by agency", f"/events/{slug}/assignments", f"/events/{bare}/assignments"),
            ("by agency, overdue", f"/events/{slug}/assignments?show=overdue", f"/events/{bare}/assignments"),
            ("an agency's own page", f"/o/{token}/tasks", f"/events/{bare}/tasks"),
        ]
        browser = PageClient(app).sign_in(organizer)
        for name, url, beside in pages:
            spent, bare_spent = (_median(browser, address, chosen.rounds) for address in (url, beside))
            mark = "" if spent <= MOST else f"   SLOW: more than {MOST:.0f} ms"
            print(f"  {name:<22} {spent:6.1f} ms   {spent / bare_spent:4.1f} × an empty page{mark}")
        db.session.remove()
        db.engine.dispose()


def plan(event: Event, tasks: int) -> None:
    for number in range(tasks):
        day = clock.today() + timedelta(days=number - tasks // 2)
        operations.add_task(
            event,
            Details(
                text=f"Báo cáo kết quả thực hiện nội dung số {number} của phong trào trên địa bàn.",
                key=f"IV.{number}",
                agency="UBND các huyện, thị xã, thành phố",
                coordinating=["UBND các xã, phường, thị trấn"],
                deadline=day,
                deadline_kind=DeadlineKind.INCLUSIVE,
            ),
            by=None,
        )


def expand(event: Event) -> None:
    assignment_operations.expand_all(event, preview_queries.open_tasks(event), by=None)


def _preview(event: Event) -> None:
    preview_queries.preview(event, preview_queries.open_tasks(event))


@atomic()
def _give_addresses() -> None:
    for row in db.session.scalars(sa.select(OrganizationInvitation)):
        row.email = f"donvi{row.id}@donvi.example.vn"


@atomic()
def answer() -> None:
    chance = random.Random(7)
    states = list(AssignmentState)
    for row in db.session.scalars(sa.select(Assignment).join(Task)):
        row.state = chance.choice(states)


def _once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def _median(browser: PageClient, url: str, rounds: int) -> float:
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        with browser.app.app_context():
            assert browser.http.get(url).status_code == 200, url
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
