"""What a search at the desk costs among 100,000 guests of one event, beside a page that does nothing.

    python bench/desk.py [--people 100000] [--postgres]

The application answers in this process, without a network: server time of the list beside the search box, for words
that many people bear, that few do and that nobody does, for an organizer and for the coordinator of one site; and of
the desk itself with 10,000 people in. The smallest page of the same application is asked between them, so that ratios
can be compared between machines. The least of thirty is what the search costs on a machine that does nothing else.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from flask.testing import FlaskClient

from config import TestConfig
from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.app import create_app
from eventsvc.checkins.models import Outcome, Scan, ScanKind, ScanMode
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.organizations import operations as units
from eventsvc.people.models import Person
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.text import fold, name_key
from tests import factories, servers

SITES, INSIDE, ROUNDS, GOAL_MS = 187, 10_000, 30, 15.0
SEED = 2026

FAMILIES = (
    "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh"
)
MIDDLES = "Văn Thị Văn Thị Văn Thị Minh Ngọc Thanh Đức Hữu Quang Xuân Thu Kim Bảo Hồng Anh Tuấn Gia Lê"
GIVEN = (
    "An Anh Bình Bảo Châu Chi Cường Dũng Dung Đạt Đức Giang Hà Hải Hạnh Hằng Hiền Hiếu Hoa Hòa Hùng Huy Hương Khánh"
    " Khoa Kiên Lan Linh Loan Long Mai Minh Nam Nga Ngọc Nhung Oanh Phong Phúc Phương Quân Quang Quỳnh Sơn Tâm Tám Tân"
    " Thảo Thắng Thu Thủy Trang Trung Tú Tuấn Uyên Vân Vinh Xuân Yến"
)
OFFICES = (
    "Sở Y tế", "Ủy ban nhân dân xã Đức Nhuận", "Công an tỉnh", "Trường Đại học Phạm Văn Đồng",
    "Hội Nông dân huyện Bình Sơn", "Phòng Giáo dục và Đào tạo thành phố", "Đoàn Thanh niên",
)  # fmt: skip
SEARCHES = (
    ("nguyen van", "words of very many"),
    ("n", "one letter"),
    ("minh", "a given name"),
    ("tran le", "two family names"),
    ("nguyen thi tam", "three words"),
    ("oanh duong", "few, late in the list"),
    ("nguyen van xyz", "common words, nobody"),
    ("zzzz", "nobody"),
    ("nvm", "initials"),
    ("so y te minh", "an office and a name"),
)


class Cost(NamedTuple):
    """Milliseconds of the server."""

    least: float
    median: float
    p95: float


@atomic()
def add_sites(event: Event) -> None:
    """The main hall, and a commune for each other site."""
    factories.main_site(event)
    for number in range(SITES - 1):
        db.session.add(
            Site(event=event, code=f"s{number}", name=f"Xã {number}", folded=f"xa {number}", number=number + 1,
                 level=SiteLevel.COMMUNE)
        )  # fmt: skip


def fill(event: Event, people: int, inside: int = INSIDE) -> None:
    """Guests with Vietnamese names spread over the sites; the first 10,000 of them are in."""
    chance = random.Random(SEED)
    sites = list(db.session.scalars(sa.select(Site.id).order_by(Site.id)))
    with atomic():
        db.session.execute(sa.insert(Person), [_person(event, chance) for _each in range(people)])
        ids = list(db.session.scalars(sa.select(Person.id).where(Person.host_id == event.host_id)))
        db.session.execute(
            sa.insert(Guest),
            [
                {
                    "event_id": event.id,
                    "person_id": person_id,
                    "site_id": sites[at % len(sites)],
                    "version": 1,
                }
                for at, person_id in enumerate(ids)
            ],
        )
        guests = db.session.execute(sa.select(Guest.id, Guest.site_id).limit(inside)).all()
        db.session.execute(sa.insert(Scan), [_entry(event, at, *guest) for at, guest in enumerate(guests)])


def _person(event: Event, chance: random.Random) -> dict[str, Any]:
    name = " ".join(chance.choice(words.split()) for words in (FAMILIES, MIDDLES, GIVEN))
    office = chance.choice(OFFICES)
    return {
        "host_id": event.host_id, "full_name": name, "organization_name": office, "position": "Chuyên viên",
        "sort_key": name_key(name), "folded": fold(f"{name} {office}"),
    }  # fmt: skip


def _entry(event: Event, at: int, guest_id: int, site_id: int) -> dict[str, Any]:
    moment = clock.now() - timedelta(seconds=at % 3600)
    return {
        "scan_id": str(uuid4()), "event_id": event.id, "guest_id": guest_id, "site_id": site_id,
        "sitting_id": event.sittings[0].id, "kind": ScanKind.ENTRY, "mode": ScanMode.ONLINE, "received_at": moment,
        "effective_at": moment, "standing": Outcome.ADMITTED, "outcome": Outcome.ADMITTED, "flags": [],
        "body_hash": "0" * 64,
    }  # fmt: skip


def timed(browser: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status
    return took


def measure(browser: FlaskClient, addresses: dict[str, str], empty: str) -> dict[str, Cost]:
    """In turns, so that whatever else the machine does falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in [*addresses, "empty"]}
    for each in range(ROUNDS + 2):
        for name, address in {**addresses, "empty": empty}.items():
            milliseconds = timed(browser, address)
            if each >= 2:
                taken[name].append(milliseconds)
    return {
        name: Cost(min(each), statistics.median(each), sorted(each)[int(len(each) * 0.95)])
        for name, each in taken.items()
    }


def sign_in(app: Any, token: str) -> FlaskClient:
    browser = app.test_client()
    page = browser.get(f"/sign-in/{token}").text
    field = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post(f"/sign-in/{token}", data={"csrf_token": field})
    return browser


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not chosen.postgres:
            return run(TestConfig(Path(folder)), chosen.people)
        server = servers.start_postgres(Path(folder) / "postgres")
        try:
            return run(TestConfig(Path(folder), servers.create_database(server.url, "bench")), chosen.people)
        finally:
            servers.stop_postgres(server)


def run(config: TestConfig, people: int) -> int:
    app = create_app(config)
    with app.app_context():
        db.create_all()
        units.load_units()
        units.load_agencies()
        event = factories.approved_event(starts_at=clock.now() + timedelta(minutes=30))
        add_sites(event)
        fill(event, people)
        settle_down()
        organizer, coordinator = factories.organizer(), factories.user("dau-cau@quangngai.example.vn")
        one = db.session.scalars(sa.select(Site.id).where(Site.code == "s0")).one()
        accounts.grant(coordinator, Role.COORDINATOR, event_id=event.id, site_id=one)
        slug = event.slug
        tokens = [accounts.make_link(user, by=user) for user in (organizer, coordinator)]
        db.session.remove()
    of_all, of_one = (sign_in(app, token) for token in tokens)
    found = f"/events/{slug}/checkins/found?site=main&sitting=1"
    searches = {q: f"{found}&q={q.replace(' ', '+')}" for q, _why in SEARCHES}
    searches["(the desk, 10,000 in)"] = f"/events/{slug}/checkins"
    costs = measure(of_all, searches, "/healthz")
    own = measure(of_one, {"nguyen": f"{found}&q=nguyen", "zzzz": f"{found}&q=zzzz"}, "/healthz")
    empty = costs["empty"].median
    print(
        f"{people:,} guests of one event, {app.config['SQLALCHEMY_DATABASE_URI'].split(':')[0]}; milliseconds"
    )
    print(f"{'asked':34}{'least':>9}{'median':>9}{'p95':>9}{'× empty':>9}")
    for name, cost in {
        **costs,
        **{f"own site: {q}": cost for q, cost in own.items() if q != "empty"},
    }.items():
        print(f"{name:34}{cost.least:>9.2f}{cost.median:>9.2f}{cost.p95:>9.2f}{cost.median / empty:>9.1f}")
    slowest = max(costs[q].least for q, _why in SEARCHES)
    print(f"slowest search {slowest:.1f} ms on a machine left alone, goal {GOAL_MS:.0f} ms")
    return 0 if slowest <= GOAL_MS else 1


def settle_down() -> None:
    """What PostgreSQL does by itself a minute after many rows were added; nobody may be reading meanwhile."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


if __name__ == "__main__":
    raise SystemExit(main())
