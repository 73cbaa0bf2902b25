"""A weekly duty of 5,000 agencies over a year: what the Monday job and the pages cost.

    python bench/duties.py [--agencies 5000] [--weeks 52] [--rounds 15]

Periods are made week by week as the worker makes them, 260,000 reports in all. The last Monday is set beside
as many rows put into an empty table without keys, and each page beside one that shows next to nothing: read the ratios,
for the times grow with whatever else the machine does. On SQLite, then on a PostgreSQL of its own.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock, secrets, text
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import operations as units
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks import nudge_operations, period_operations
from eventsvc.tasks.duty_models import Duty, DutyReporter, Period, PeriodReport, Rhythm
from tests import factories, servers
from tests.pages import PageClient

MONDAY_JOB = 5.0
"""Seconds: more than that is too slow for a worker that has letters to send."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--agencies", type=int, default=5000)
    options.add_argument("--weeks", type=int, default=52)
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        run(TestConfig(Path(folder)), chosen)
        server = servers.start_postgres(Path(folder) / "postgres")
        try:
            print("PostgreSQL")
            run(TestConfig(Path(folder), servers.create_database(server.url, "duties")), chosen)
        finally:
            servers.stop_postgres(server)


def run(config: TestConfig, chosen: argparse.Namespace) -> None:
    app = create_app(config)
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        measure(app, chosen)
        db.session.remove()
        db.engine.dispose()


def measure(app, chosen: argparse.Namespace) -> None:
    user = factories.organizer()
    event = factories.event(by=user)
    duty = charged(event, chosen)
    days = [week(number) for number in range(1, chosen.weeks)]
    times = [timed(partial(period_operations.make_periods, day))[0] for day in days]
    reports = count(PeriodReport)
    last, plain = times[-1], plain_rows(chosen.agencies)
    print(f"  {count(Period)} periods, {reports:,} reports")
    print(
        f"  the last Monday {last:6.2f} s for {chosen.agencies:,} reports; the slowest {max(times):.2f} s, "
        f"{last / plain:.1f} times the bare rows ({plain:.2f} s)   {'ok' if last <= MONDAY_JOB else 'TOO SLOW'}"
    )
    idle, _made = timed(lambda: period_operations.make_periods(week(chosen.weeks - 1)))
    print(f"  a look with nothing to make {1000 * idle:6.1f} ms")
    moment = clock.from_local(clock.local(clock.now()).replace(hour=9, tzinfo=None))
    nudge, letters = timed(lambda: nudge_operations.nudge_missing(moment))
    print(f"  {letters:,} reminders in {nudge:.2f} s; a look with nobody to remind ", end="")
    print(f"{1000 * timed(lambda: nudge_operations.nudge_missing(moment))[0]:.1f} ms")
    pages(app, user, event, duty, chosen.rounds)


def charged(event, chosen: argparse.Namespace) -> Duty:
    """A weekly duty from today that so many agencies have."""
    today = clock.today()
    details = duties.Details(
        text="Báo cáo tiến độ",
        rhythm=Rhythm.WEEKLY,
        weekday=today.weekday(),
        starts_on=today,
        ends_on=today + timedelta(weeks=chosen.weeks - 1),
    )
    with atomic():
        rows = []
        for number in range(chosen.agencies):
            token, name = secrets.new_token(), f"Trung tâm mẫu {number:05d}"
            row = {"event_id": event.id, "name": name, "folded": text.fold(name), "version": 1}
            row |= {"same_words": text.same_words(name), "email": f"tt{number}@don.vi.example.vn"}
            row |= {"token_hash": secrets.digest(token), "token_sealed": secrets.seal(token)}
            rows.append(row | {"link_number": 1, "is_invited": False, "told_revision": 0})
        db.session.execute(sa.insert(OrganizationInvitation), rows)
    duty = duties.add_duty(event, details, by=None)
    took, _made = timed(
        lambda: duties.charge(duty, db.session.scalars(sa.select(OrganizationInvitation)).all())
    )
    print(f"  {count(DutyReporter):,} agencies charged in {took:.2f} s, their first report with it")
    return duty


def pages(app, user, event, duty: Duty, rounds: int) -> None:
    client = PageClient(app).sign_in(user)
    home = f"/events/{event.slug}/duties"
    period = db.session.scalar(sa.select(Period.id).where(Period.duty_id == duty.id).order_by(Period.due_on))
    own = db.session.scalar(sa.select(OrganizationInvitation.token_sealed).limit(1))
    small = median(lambda: client.http.get("/account"), rounds)
    print(f"  a small page                {small:7.1f} ms")
    for name, path in {
        "the duties": home,
        "the matrix": f"{home}/{duty.id}",
        "the matrix, last page": f"{home}/{duty.id}?page=100&periods=6",
        "one period": f"{home}/{duty.id}/periods/{period}",
        "the missing of one period": f"{home}/{duty.id}/periods/{period}?show=missing",
        "an agency's own page": f"/o/{secrets.unseal(own)}/reports",
    }.items():
        took = median(lambda path=path: client.http.get(path), rounds)
        print(f"  {name:<27} {took:7.1f} ms, {took / small:4.1f} small pages")


def plain_rows(number: int) -> float:
    """Seconds for as many rows in a table without keys and indices."""
    bare = sa.Table("bare", sa.MetaData(), *(sa.Column(f"n{place}", sa.Integer) for place in range(6)))
    bare.create(db.engine)
    rows = [{f"n{place}": place for place in range(6)} for _each in range(number)]

    def put() -> None:
        with atomic():
            db.session.execute(sa.insert(bare), rows)

    return timed(put)[0]


def week(number: int):
    """A day on which turn `number` has begun and no later one."""
    return clock.today() + timedelta(weeks=number)


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def timed(call: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    made = call()
    return time.perf_counter() - started, made


def median(call: Callable[[], object], rounds: int) -> float:
    """Milliseconds."""
    call()
    return 1000 * statistics.median(timed(call)[0] for _round in range(rounds))


if __name__ == "__main__":
    main()
