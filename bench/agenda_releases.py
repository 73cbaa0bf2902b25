"""How long a release, its difference and reading it back take, for 9 items and for 300 of them in 10 rituals.

    python bench/agenda_releases.py [DATABASE_URL]

The ratio compares 300 items with 9: reading one by one, or comparing each with each, would show here as its square.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_migrate import upgrade

from config import TestConfig
from eventsvc.agenda import changes, diff, operations, queries, release_queries
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.app import create_app
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind
from eventsvc.organizations import operations as organizations
from eventsvc.organizations.queries import host_for
from eventsvc.people import operations as people

START = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
UNITS_AS_OF = date(2023, 7, 15)
ROUNDS = 5


def agenda(count: int) -> Event:
    """An event of one sitting with so many items, each with somebody known and every note filled in."""
    event = events.create_event(
        host=host_for("51", UNITS_AS_OF), title=f"Lễ phát động {count}", short_title=f"Lễ phát động {count}",
        kind=EventKind.CONFERENCE, form=EventForm.HYBRID, units_as_of=UNITS_AS_OF, window_text=None, by=None,
    )  # fmt: skip
    sitting = event.sittings[0]
    events.propose_time(sitting, starts_at=START, ends_at=START + timedelta(hours=20), by=None)
    events.approve_time(sitting, by=None)
    with atomic():
        for number in range(1, count + 1):
            name = people.Details(full_name=f"Nguyễn Văn Mẫu {number}")
            event.agenda_items.append(
                AgendaItem(
                    sitting=sitting, number=number, kind=ItemKind.SPEECH, duration_minutes=3,
                    title=f"Phát biểu của lãnh đạo đơn vị thứ {number} về chuyển đổi số trên địa bàn tỉnh",
                    speaker=f"Ông Nguyễn Văn Mẫu {number}", position="Giám đốc Sở",
                    person=people.add_person(event.host_id, name, by=None),
                    mc_line="Xin trân trọng kính mời đồng chí lên phát biểu. Xin cảm ơn đồng chí.",
                    sound_note="Micro bục số 1", light_note="Sáng toàn sân khấu", note="Đã nhận bài",
                )
            )  # fmt: skip
        db.session.flush()
        for item in event.agenda_items[:10]:
            operations.add_ritual(event, title=f"Nghi lễ {item.number}", agenda_item=item, by=None)
    return event


def timed(work: Callable[[], Any]) -> float:
    """Median milliseconds, with nothing in the session beforehand."""
    took = []
    for _round in range(ROUNDS):
        db.session.rollback()
        db.session.expire_all()
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def measure(event: Event) -> dict[str, float]:
    def edit_and_release() -> None:
        """The first item half a minute of work, and every other one later for it."""
        item = event.agenda_items[0]
        minutes = 3 if item.duration_minutes == 4 else 4
        operations.edit_item(item, {"duration_minutes": minutes}, by=None)
        nonlocal edited
        edited = time.perf_counter()
        operations.release(event, confirmed=True, by=None)
        released.append((time.perf_counter() - edited) * 1000)

    edited, released = 0.0, []
    operations.release(event, confirmed=True, by=None)
    timed(edit_and_release)
    last = queries.last_release(event)
    assert last is not None
    before = release_queries.before_it(event, last)
    assert before is not None
    old, new = before.snapshot, last.snapshot
    return {
        "release": statistics.median(released),
        "difference": timed(lambda: diff.between(old, new)),
        "changes in words": timed(lambda: changes.grouped(changes.between(old, new))),
        "released": timed(lambda: queries.released(event)),
        "preview": timed(lambda: release_queries.preview(event)),
        "undo and edit": timed(lambda: _undo_and_edit(event)),
    }


def _undo_and_edit(event: Event) -> None:
    edit = queries.last_edit(event)
    assert edit is not None
    operations.undo(event, edit.id, by=None)
    item = event.agenda_items[0]
    operations.edit_item(item, {"duration_minutes": 3 if item.duration_minutes == 4 else 4}, by=None)


def main() -> None:
    with TemporaryDirectory() as folder:
        config = TestConfig(Path(folder), *sys.argv[1:2])
        with create_app(config).app_context():
            upgrade()
            organizations.load_units()
            organizations.load_agencies()
            few, many = (measure(agenda(count)) for count in (9, 300))
            print(f"{'':18}{'9 items':>10}{'300 items':>12}{'ratio':>8}")
            for name, took in many.items():
                print(f"{name:18}{few[name]:7.1f} ms{took:9.1f} ms{took / few[name]:8.1f}")
            db.session.remove()


if __name__ == "__main__":
    main()
