"""How long the list of sites takes: for 187 of them, and for 3,356.

    python bench/sites.py

Two events in one database: 1 + 13 + 173 sites, as Quảng Ngãi had them in 2023, and 1 + 34 + 3,321, made up, as many
as the whole country has provinces and communes. Both have milestones, faults, head-counts and rules that are missed.
Measured is the time in the server for one page, the median of several, with how many statements it sends to the
database. Read the ratios: a list that is as good for 3,356 as for 187 has them near 1, and the number of statements
is the same. `all of 187` is the whole table on one page, which may take 120 ms on an idle machine.
"""

import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_migrate import upgrade

from config import TestConfig
from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.organizations import operations as organizations
from eventsvc.sites import operations as sites
from eventsvc.sites import template_operations
from eventsvc.sites.models import MAIN, Milestone, Site, SiteLevel, SiteStatus
from eventsvc.sites.report_models import HeadCount
from eventsvc.text import fold
from tests import factories
from tests.pages import PageClient
from tests.queries import counted

PROVINCES, COMMUNES = 34, 3321
ROUNDS = 15
LISTS = (
    ("page of 60", ""),
    ("page of 500", "?per_page=500"),
    ("one level", "?level=commune"),
    ("one district", "?within={district}"),
    ("late only", "?late=1"),
    ("search", "?q=binh+thanh"),
    ("red first", "?order=attention"),
    ("last page", "?page=3"),
)


def of_quang_ngai() -> Event:
    """1 + 13 + 173."""
    event = factories.approved_event(starts_at=_soon())
    factories.main_site(event)
    sites.add_all_sites(event, by=None)
    return event


def of_the_country() -> Event:
    """1 + 34 + 3,321; every 50th commune bears the same name."""
    event = factories.approved_event(starts_at=_soon(), units_as_of=date(2026, 1, 1))
    factories.main_site(event)
    with atomic():
        for number in range(1, PROVINCES + 1):
            db.session.add(_made_up(event, SiteLevel.DISTRICT, number, f"Tỉnh số {number}", f"p{number:02}"))
        for number in range(1, COMMUNES + 1):
            above = number % PROVINCES + 1
            name = "Xã Bình Thạnh" if number % 50 == 0 else f"Xã số {number}"
            site = _made_up(event, SiteLevel.COMMUNE, number, name, f"9{number:05}")
            site.parent_code, site.parent_name = f"p{above:02}", f"Tỉnh số {above}"
            db.session.add(site)
        template_operations.furnish(event)
    return event


def liven(event: Event) -> None:
    """Contacts for all; steps, head-counts and faults for some, as on the eve."""
    sitting, now = event.sittings[0], clock.now()
    with atomic():
        for place, site in enumerate(db.session.scalars(sa.select(Site).where(Site.event_id == event.id))):
            site.contact_name, site.contact_phone = f"Nguyễn Văn {place}", f"+8450{place:07}"
            site.technician_name, site.technician_phone = f"Trần Thị {place}", f"+8450{place + 5000000:07}"
            site.hall, site.cluster = "Hội trường UBND", f"Cụm {place % 6 + 1}"
            if site.code != MAIN:
                for milestone in list(Milestone)[: place % 4]:
                    setattr(site, f"{milestone}_at", now)
                site.open_faults = int(place % 40 == 0)
            site.status = site.standing
            if place % 2:
                site.counted_at = now
                db.session.add(HeadCount(site=site, sitting=sitting, people=place, actor_kind="system"))
    assert SiteStatus.FAULT in set(db.session.scalars(sa.select(Site.status)))


def measured(client: FlaskClient, address: str) -> tuple[float, int, int]:
    """Milliseconds in the server (median), statements, kilobytes."""
    with counted() as count:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status)
    times = []
    for _round in range(ROUNDS):
        db.session.remove()
        begun = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), count.number, len(answer.data) // 1024


def _made_up(event: Event, level: SiteLevel, number: int, name: str, code: str) -> Site:
    return Site(event_id=event.id, level=level, number=number, name=name, folded=fold(name), code=code)


def _soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(hours=12)


def main() -> None:
    with TemporaryDirectory() as folder:
        app = create_app(TestConfig(Path(folder)))
        with app.app_context():
            upgrade()
            organizations.load_units()
            organizations.load_agencies()
            organizer = factories.organizer()
            few, many = of_quang_ngai(), of_the_country()
            liven(few)
            liven(many)
            assert accounts is not None
            browser = PageClient(app).sign_in(organizer)
            addresses = {
                number: f"/events/{event.slug}/sites" for number, event in ((187, few), (3356, many))
            }
        print(f"{'':14} {'187':>18} {'3,356':>18} {'ratio':>7}")
        for words, query in LISTS:
            found = {}
            for number, address in addresses.items():
                asked = query.format(district="524" if number == 187 else "p07")
                with app.app_context():
                    found[number] = measured(browser.http, address + asked)
            (few_ms, few_sql, few_kb), (many_ms, many_sql, many_kb) = found[187], found[3356]
            print(
                f"{words:14} {few_ms:6.0f} ms {few_sql:2} {few_kb:3} KB {many_ms:6.0f} ms {many_sql:2} {many_kb:3} KB "
                f"{many_ms / few_ms:7.2f}"
            )


if __name__ == "__main__":
    main()
