"""The results report of a large event: what its page, the rows behind a figure and its files cost.

    python bench/results.py [--guests 10000] [--tasks 27] [--agencies 5000] [--weeks 52] [--rounds 7] [--postgres]

187 sites whose guests have all been scanned, 5,000 assignments, 260,000 reports owed over a year, a movement of 173
communes: the largest report that is to be expected. Nothing is kept between two questions. A small page is asked in
turns with the rest: read the ratios, for the times grow with whatever else the machine does. "CPU" is what this process
itself has worked, which does not: without the press and without PostgreSQL, which are processes of their own. On
SQLite, or on a PostgreSQL of its own.
"""

import argparse
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from bench import desk, duties, tasks
from bench.duties import timed
from config import TestConfig
from eventsvc import clock, pdf, secrets
from eventsvc.app import create_app
from eventsvc.campaigns import guidance_operations
from eventsvc.campaigns import operations as campaigns
from eventsvc.campaigns.return_models import GuidanceCount, GuidanceReturn
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.organizations import operations as units
from eventsvc.reports import results_operations, results_queries
from eventsvc.tasks import period_operations
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport
from eventsvc.tasks.models import Assignment
from eventsvc.tasks.returns import ReturnState
from tests import factories, servers
from tests.pages import PageClient

MOST = 2000.0
"""Milliseconds: whatever takes longer is work for the worker, with a progress bar."""
ASKED = {
    "the page": "",
    "rows behind a figure": "/rows/attendance.present",
    "rows of the periods": "/rows/periods.asked",
    "PDF": "/report.pdf",
    "DOCX": "/report.docx",
    "XLSX": "/report.xlsx",
}


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--guests", type=int, default=10_000)
    asked.add_argument("--tasks", type=int, default=27)
    asked.add_argument("--agencies", type=int, default=5000)
    asked.add_argument("--weeks", type=int, default=52)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not chosen.postgres:
            return run(TestConfig(Path(folder)), chosen)
        server = servers.start_postgres(Path(folder) / "postgres")
        try:
            return run(TestConfig(Path(folder), servers.create_database(server.url, "results")), chosen)
        finally:
            servers.stop_postgres(server)


def run(config: TestConfig, chosen: Namespace) -> int:
    app = create_app(config)
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        user = factories.organizer()
        event = filled(user, chosen)
        sizes = {model.__name__: duties.count(model) for model in (Guest, Assignment, PeriodReport)}
        print(db.engine.dialect.name, ", ".join(f"{number:,} {name}" for name, number in sizes.items()))
        client = PageClient(app).sign_in(user)
        open_ = measured(client, event, chosen.rounds)
        results_operations.approve(event, kept_days=90, by=None)
        approved = measured(client, event, chosen.rounds)
        db.session.remove()
        db.engine.dispose()
    return told("as it stands now", open_) | told("approved", approved)


# --- The event ---------------------------------------------------------------------------------------------------


def filled(user, chosen: Namespace) -> Event:
    event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30), by=user)
    desk.add_sites(event)
    desk.fill(event, chosen.guests, chosen.guests)
    invite(event)
    tasks.plan(event, chosen.tasks)
    tasks.expand(event)
    tasks.answer()
    report_for_a_year(duties.charged(event, chosen), chosen.weeks)
    guide(event, user)
    desk.settle_down()
    return event


@atomic()
def invite(event: Event) -> None:
    """Everybody has a letter; two in three have accepted."""
    guests = db.session.scalars(sa.select(Guest.id).where(Guest.event_id == event.id)).all()
    rows = [
        {
            "event_id": event.id,
            "guest_id": guest_id,
            "uid": f"u{guest_id}",
            "token_sealed": "",
            "told_at": clock.now(),
        }
        | {"token_hash": secrets.digest(f"letter {guest_id}")}
        | {"answer": Answer.ACCEPTED if guest_id % 3 else Answer.NEEDS_ACTION}
        for guest_id in guests
    ]
    db.session.execute(sa.insert(Invitation), rows)


def report_for_a_year(duty: Duty, weeks: int) -> None:
    """Every period made as the worker makes them, then all of them moved into the past; four in five handed in."""
    for number in range(1, weeks):
        period_operations.make_periods(duties.week(number))
    with atomic():
        for period in db.session.scalars(sa.select(Period).where(Period.duty_id == duty.id)):
            period.due_on -= timedelta(weeks=weeks)
        handed_in = {
            "state": ReturnState.SUBMITTED,
            "submitted_at": clock.now() - timedelta(weeks=weeks // 2),
        }
        db.session.execute(sa.update(PeriodReport).where(PeriodReport.id % 5 != 0).values(handed_in))


def guide(event: Event, user) -> None:
    """What 173 communes have guided in seven days."""
    first = clock.today() - timedelta(days=7)
    campaign = campaigns.save_campaign(
        event,
        {"name": "07 ngày - 07 người dân", "start_date": first, "duration_days": 7},
        {"actor": "mỗi thành viên", "value": 7, "unit": "người dân", "comparator": "minimum"},
        ["Dịch vụ công"],
        by=user,
    )
    guidance_operations.expect_returns(event, by=user)
    with atomic():
        given = {"members": 8, "members_who_reached": 7, "state": ReturnState.APPROVED}
        db.session.execute(sa.update(GuidanceReturn).values(given))
        rows = [
            {"return_id": row_id, "day": first + timedelta(days=day), "residents": 9}
            | {"skill_id": campaign.skills[0].id}
            for row_id in db.session.scalars(sa.select(GuidanceReturn.id))
            for day in range(7)
        ]
        db.session.execute(sa.insert(GuidanceCount), rows)


# --- What it costs -----------------------------------------------------------------------------------------------


class Cost(NamedTuple):
    """Milliseconds: by the clock, and worked by this process."""

    passed: float
    worked: float


def measured(client: PageClient, event: Event, rounds: int) -> dict[str, list[Cost]]:
    """What was asked, in turns, so that whatever else the machine does falls on all alike."""
    found: dict[str, list[Cost]] = {}
    asked = {"a small page": "/account"} | {
        name: f"/events/{event.slug}/results{path}" for name, path in ASKED.items()
    }
    calls: dict[str, Callable[[], object]] = {
        name: lambda address=address: answered(client, address) for name, address in asked.items()
    }
    calls["(its figures alone)"] = lambda: results_queries.figures(event)
    for turn in range(rounds + 1):
        for name, call in calls.items():
            pdf._set.cache_clear()
            worked = time.process_time()
            passed, _answer = timed(call)
            if turn:  # the first one warms up
                cost = Cost(1000 * passed, 1000 * (time.process_time() - worked))
                found.setdefault(name, []).append(cost)
    return found


def answered(client: PageClient, address: str) -> None:
    assert client.http.get(address).status_code == 200, address


def told(words: str, found: dict[str, list[Cost]]) -> int:
    medians = {name: statistics.median(cost.passed for cost in costs) for name, costs in found.items()}
    small, slow = medians["a small page"], 0
    print(f"{words:24}{'least':>10}{'median':>10}{'× small':>10}{'CPU':>10}")
    for name, costs in found.items():
        least, worked = (min(each) for each in zip(*costs, strict=True))
        slow |= least > MOST
        mark = "   SLOW: for the worker" if least > MOST else ""
        print(
            f"  {name:22}{least:10.1f}{medians[name]:10.1f}{medians[name] / small:10.1f}{worked:10.1f}{mark}"
        )
    return slow


if __name__ == "__main__":
    raise SystemExit(main())
