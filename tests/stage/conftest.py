"""A ceremony of four items on the stage, one beside it, in the morning of today."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem, ItemKind, Strand
from eventsvc.db import atomic, db
from eventsvc.stage import operations, queries
from eventsvc.stage.presses import Press
from tests import factories


class Show:
    """The event, its one sitting and the keys of its items, A to D."""

    def __init__(self) -> None:
        self.event = factories.approved_event(starts_at=clock.now() - timedelta(minutes=1), minutes=60)
        self.hall = factories.main_site(self.event)
        self.school = factories.site(self.event, name="Trường Phổ thông Ba Tơ")
        self.sitting = self.event.sittings[0]
        titles = ("Khai mạc", "Phát biểu của điểm cầu", "Bấm nút phát động", "Bế mạc")
        self.items = [factories.item(self.event, title, 10) for title in titles]
        self.keys = [item.key for item in self.items]
        with atomic():
            for number, item in enumerate(self.items, 1):
                item.cue, item.mc_line = f"{number:02}", f"Lời dẫn của mục {number}"
                item.sound_note, item.line_note = f"Micro {number}", f"Đường truyền {number}"
            self.items[1].site_id = self.school.id
            self.items[1].speaker, self.items[1].position = "Bà Đinh Thị Nháp", "Bí thư Huyện đoàn"
            strand = Strand(event_id=self.event.id, number=1, name="Không gian trưng bày")
            db.session.add(strand)
            db.session.flush()
            self.beside = AgendaItem(
                event_id=self.event.id, sitting_id=self.sitting.id, strand_id=strand.id, number=1,
                kind=ItemKind.DEMO, title="Trải nghiệm dịch vụ công", duration_minutes=60,
            )  # fmt: skip
            db.session.add(self.beside)

    @property
    def run(self):
        return queries.runs_of(self.event).get(self.sitting.id)

    @property
    def revision(self) -> int:
        return self.run.revision if self.run is not None else 0

    def press(self, what: Press, key: str | None = None, by=None, revision: int | None = None):
        number = self.revision if revision is None else revision
        return operations.press(self.sitting, what, revision=number, key=key, by=by)

    def states(self) -> list[str]:
        return [row.state.value for row in queries.stage(self.event, self.sitting).progress.rows]


@pytest.fixture
def show(app):
    return Show()
