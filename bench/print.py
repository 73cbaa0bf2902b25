"""How long a paper takes: the programme and each running order, for 9 items and for 300, and again from memory.

    python bench/print.py

The ratio compares 300 items with 9: a press that reads its templates anew for each row would show here. The first
figure of each line is mostly the start of the press, a process of its own.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_babel import force_locale

from config import TestConfig
from eventsvc import pdf
from eventsvc.agenda import printing, running_order, timing
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.agenda.running_order import View
from eventsvc.app import create_app
from eventsvc.events.models import Event, EventStatus, Sitting, TimeState
from eventsvc.organizations.letterhead import letterhead

START = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
ROUNDS = 5


def agenda(count: int) -> tuple[Event, list[timing.Part]]:
    """An event of one sitting with so many items, every note of theirs filled in."""
    sitting = Sitting(
        id=1, number=1, starts_at=START, ends_at=START + timedelta(hours=16), time_state=TimeState.APPROVED,
        buffer_minutes=0,
    )  # fmt: skip
    event = Event(
        title="Lễ phát động Phong trào chuyển đổi số trên địa bàn tỉnh", short_title="Lễ phát động",
        status=EventStatus.OPEN, venue="Trung tâm Hội nghị tỉnh", sittings=[sitting],
    )  # fmt: skip
    items = [
        AgendaItem(
            number=number, sitting_id=1, kind=ItemKind.SPEECH, duration_minutes=3, is_public=True,
            title=f"Phát biểu của lãnh đạo đơn vị thứ {number} về chuyển đổi số trên địa bàn tỉnh",
            speaker=f"Ông Nguyễn Văn Mẫu {number}", position="Giám đốc Sở",
            mc_line="Xin trân trọng kính mời đồng chí lên phát biểu. Xin cảm ơn đồng chí.",
            sound_note="Micro bục số 1", light_note="Sáng toàn sân khấu", screen_note="Hình trực tiếp",
            line_note="Chuyển hình điểm cầu chính", reception_note="Mời nước", note="Đã nhận bài",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    return event, timing.programme([sitting], [], items)


def papers(count: int) -> dict[str, Callable[[], bytes]]:
    event, parts = agenda(count)
    release: Any = SimpleNamespace(number=1, released_at=START)
    head = letterhead("Ủy ban nhân dân tỉnh Quảng Ngãi")

    def programme() -> bytes:
        values = printing.programme(event, parts, head=head, form="Trực tiếp", release=release)
        return pdf.render("programme.typ", values)

    def order(view: View) -> bytes:
        return pdf.render(
            "running_order.typ", running_order.running_order(event, parts, view, release=release)
        )

    return {"programme": programme} | {str(view): lambda view=view: order(view) for view in View}


def milliseconds(make: Callable[[], bytes], *, fresh: bool) -> float:
    times = []
    for _round in range(ROUNDS):
        if fresh:
            pdf._set.cache_clear()
        begin = time.perf_counter()
        make()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def main() -> None:
    few, many = papers(9), papers(300)
    print(f"{'paper':12}{'9 items':>12}{'300 items':>12}{'ratio':>8}{'again':>12}")
    for name in few:
        small, large = milliseconds(few[name], fresh=True), milliseconds(many[name], fresh=True)
        again = milliseconds(many[name], fresh=False)
        print(f"{name:12}{small:9.0f} ms{large:9.0f} ms{large / small:8.1f}{again:9.1f} ms")


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        app = create_app(TestConfig(Path(folder)))
        with app.test_request_context(), force_locale("vi"):
            main()
