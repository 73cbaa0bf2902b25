"""What every event begins with for its sites: the usual checklist, kinds of people and rules, to be edited."""

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites.readiness import USUAL_RULES
from eventsvc.sites.readiness_models import ReadinessRule
from eventsvc.sites.report_models import CheckGroup, CheckItem, CountGroup

# As technicians of commune sites go through their equipment; words of the hall, not of the program.
USUAL_CHECKLIST = (
    (CheckGroup.CONNECTION, "Thiết bị hội nghị truyền hình hoặc máy tính đã đăng nhập đúng phòng họp"),
    (CheckGroup.CONNECTION, "Đường truyền chính ổn định"),
    (CheckGroup.CONNECTION, "Đường truyền dự phòng sẵn sàng"),
    (CheckGroup.CONNECTION, "Nguồn điện và nguồn dự phòng hoạt động"),
    (CheckGroup.DISPLAY, "Màn hình, máy chiếu nhìn rõ từ cuối hội trường"),
    (CheckGroup.DISPLAY, "Camera lấy được toàn cảnh hội trường"),
    (CheckGroup.DISPLAY, "Tên điểm cầu hiển thị đúng"),
    (CheckGroup.SOUND, "Nghe rõ âm thanh từ điểm cầu chính"),
    (CheckGroup.SOUND, "Micro phát biểu nghe rõ, không vọng, không hú"),
    (CheckGroup.SOUND, "Micro đã tắt khi không phát biểu"),
)
USUAL_KINDS = ("Lãnh đạo", "Đại biểu, cán bộ", "Người dân")


def furnish(event: Event) -> None:
    """Give an event that has none of them its checklist, kinds of people and rules; inside the caller's transaction."""
    if not _has(event, CheckItem):
        db.session.add_all(
            CheckItem(event_id=event.id, number=number, group=group, text=text)
            for number, (group, text) in enumerate(USUAL_CHECKLIST, start=1)
        )
    if not _has(event, CountGroup):
        db.session.add_all(
            CountGroup(event_id=event.id, number=number, name=name)
            for number, name in enumerate(USUAL_KINDS, start=1)
        )
    if not _has(event, ReadinessRule):
        db.session.add_all(
            ReadinessRule(event_id=event.id, number=number, **columns)
            for number, columns in enumerate(USUAL_RULES, start=1)
        )


def _has(event: Event, model: type) -> bool:
    return db.session.scalar(sa.select(model.id).where(model.event_id == event.id).limit(1)) is not None  # type: ignore[attr-defined]
