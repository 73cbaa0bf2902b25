"""What announcing to all sites, and their spreadsheet, cost: for 3,356 sites against 187.

    python bench/site_files.py

The events of bench/sites.py, each coordinator with an address. Measured once each, in one run: announcing to all,
queueing the letters with the link of each site, taking the list out, reading a file in which every site has another
hall and another telephone number, saying what it would change, and changing it. 3,356 sites are 18 times as many:
a ratio near 18 says that the work grows with the sites and not faster.
"""

import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import openpyxl
import sqlalchemy as sa
from flask_migrate import upgrade

from bench.sites import liven, of_quang_ngai, of_the_country
from config import TestConfig
from eventsvc.announcements import operations, sending_operations
from eventsvc.announcements.models import Audience
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.organizations import operations as organizations
from eventsvc.sites import file_operations, file_queries
from eventsvc.sites.models import Site
from eventsvc.spreadsheets.tables import read_tables
from tests import factories
from tests.pages import PageClient


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def filled_in(content: bytes) -> bytes:
    """The exported file with another hall and another number for everybody."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.active
    names = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, names["Hội trường"]).value = f"Hội trường số {row}"
        sheet.cell(row, names["Điện thoại kỹ thuật"]).value = f"0508{row:06}"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def measured(event: Event, browser: PageClient) -> dict[str, float]:
    with atomic():
        for site in db.session.scalars(sa.select(Site).where(Site.event_id == event.id)):
            site.contact_email = f"dau-moi-{site.id}@example.vn"
    times = {}
    made = lambda: operations.announce(event, text="Mở máy trước 7 giờ.", audience=Audience.ALL, by=None)  # noqa: E731
    times["announce"], announcement = timed(made)
    times["queue letters"], letters = timed(lambda: sending_operations.mail(announcement, by=None))
    assert letters > 180
    times["export"], answer = timed(lambda: browser.get(f"/events/{event.slug}/sites/export.xlsx"))
    content = filled_in(answer.response.get_data())
    times["read"], tables = timed(lambda: read_tables("a.xlsx", content))
    times["keep"], sheet = timed(lambda: file_operations.keep(event, "a.xlsx", tables, by=None))
    times["plan"], plan = timed(lambda: file_queries.plan_of(sheet))
    assert len(plan.changed) == letters + 1 and not plan.bad and not plan.loose
    times["confirm"], _done = timed(lambda: file_operations.confirm(sheet, digest=plan.digest, by=None))
    return times


def main() -> None:
    with TemporaryDirectory() as folder:
        app = create_app(TestConfig(Path(folder)))
        with app.app_context():
            upgrade()
            organizations.load_units()
            organizations.load_agencies()
            browser = PageClient(app).sign_in(factories.organizer())
            few, many = of_quang_ngai(), of_the_country()
            liven(few)
            liven(many)
            first, second = measured(few, browser), measured(many, browser)
    print(f"{'':14} {'187':>10} {'3,356':>10} {'ratio':>7}")
    for name, seconds in first.items():
        print(f"{name:14} {seconds:9.2f}s {second[name]:9.2f}s {second[name] / seconds:7.1f}")


if __name__ == "__main__":
    main()
