"""How long the server takes for one edit of an agenda of 300 items, beside a page that shows next to nothing.

    python bench/agenda.py [--items 300] [--rounds 15]

Every request runs whole (session, permissions, CSRF, headers, commit on disk) in one process. Two figures: from the
request to the answer, and the processor time that it took; the first grows with whatever else the machine does, so
read the second, or the ratio to the small page.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import TestConfig
from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.organizations import operations as units
from tests import factories
from tests.pages import PageClient


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, default=300)
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(TestConfig(Path(folder)))
        with app.app_context():
            db.create_all()
            units.load_units()
            units.load_agencies()
            measure(app, chosen.items, chosen.rounds)


def measure(app, count: int, rounds: int) -> None:
    """Print the medians of a small page, the whole agenda, and each kind of edit."""
    user = factories.organizer()
    event = factories.approved_event(starts_at=clock.now() + timedelta(days=9), minutes=count * 4, by=user)
    fill(event, count, by=user)
    slug, items = event.slug, [item.id for item in event.agenda_items]
    client = PageClient(app).sign_in(user)
    page, http = f"/events/{slug}/agenda", client.http
    token, live = client.csrf(), {"HX-Request": "true"}
    edition = {"version": 1, "moves": 0}

    def edit(path: str, **data: object) -> Callable[[], object]:
        return lambda: http.post(page + path, data={"csrf_token": token, **data}, headers=live)

    def line() -> object:
        db.session.rollback()
        edition["version"] = db.session.get(AgendaItem, items[3]).version
        minutes = 3 + edition["version"] % 5
        data = {
            "csrf_token": token,
            "version": edition["version"],
            "title": "Phát biểu",
            "duration_minutes": minutes,
        }
        return http.post(f"{page}/items/{items[3]}/line", data=data, headers=live)

    small, small_cpu = median(lambda: http.get("/account"), rounds)
    print(f"a small page         {small:7.1f} ms, {small_cpu:6.1f} ms of processor time")
    for name, call in {
        "the whole agenda": lambda: http.get(page),
        "minutes of a row": line,
        "a row one place up": edit(f"/items/{items[-1]}/up"),
        "shift 10 minutes": edit("/sittings/1/shift", number="2", minutes="10", strand=""),
    }.items():
        wall, cpu = median(call, rounds)
        print(
            f"{name:20} {wall:7.1f} ms, {cpu:6.1f} ms of processor time, {cpu / small_cpu:5.1f} × the small page"
        )
    body = http.get(page).data
    print(f"the whole agenda: {len(body) / 1024:.0f} KB, {len(gzip.compress(body)) / 1024:.1f} KB packed")


def fill(event, count: int, *, by) -> None:
    """Items at the end of the stage, written at once: a thousand edits would take as long as the measurement."""
    first = agenda.add_item(event, kind=ItemKind.SPEECH, title="Khai mạc", duration_minutes=4, by=by)
    with atomic():
        db.session.add_all(
            AgendaItem(
                event_id=event.id,
                sitting_id=first.sitting_id,
                number=number,
                kind=ItemKind.SPEECH,
                title=f"Tham luận số {number} về kinh nghiệm chuyển đổi số ở cơ sở",
                duration_minutes=4,
                speaker=f"Đại diện đơn vị số {number}",
                position="Giám đốc",
            )
            for number in range(2, count + 1)
        )


def median(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Milliseconds on the wall and of the processor."""
    call()
    taken = []
    for _round in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = call()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    return 1000 * statistics.median(wall for wall, _ in taken), 1000 * statistics.median(
        cpu for _, cpu in taken
    )


if __name__ == "__main__":
    main()
