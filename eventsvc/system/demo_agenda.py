"""The agenda of the demo as its organizers have worked it out: cues, MC lines, bridges, papers, a release."""

from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.material_models import MaterialKind, MaterialState
from eventsvc.agenda.models import AgendaItem, ItemKind, RitualRole
from eventsvc.agenda.operations import materials
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.sites.models import Site

BUFFER = 10
SPEECH = "https://tailieu.quangngai.example.vn/phat-dong/bai-phat-bieu.docx"

# What the organizers have written to the five items of the plan, in its order.
PLANNED: tuple[dict[str, Any], ...] = (
    {
        "cue": "K01",
        "duration_minutes": 10,
        "pinned_at": time(8),
        "speaker": "Người dẫn chương trình",
        "mc_line": "Kính thưa các đồng chí lãnh đạo, kính thưa quý vị đại biểu tại Trung tâm IOC tỉnh và các điểm "
        "cầu huyện, xã! Thay mặt Ban Tổ chức, tôi xin tuyên bố lý do và trân trọng giới thiệu các đại biểu về dự.",
        "sound_note": "Nhạc nền nhỏ dần, mở micro bục MC",
        "light_note": "Sáng toàn sân khấu",
        "screen_note": "Phông chính của buổi lễ",
        "line_note": "Các điểm cầu tắt micro, bật hình",
        "reception_note": "Mời đại biểu ổn định chỗ ngồi trước 07 giờ 55",
    },
    {
        "cue": "K02",
        "duration_minutes": 5,
        "speaker": "Người dẫn chương trình",
        "mc_line": "Ban Tổ chức xin trân trọng thông qua chương trình của buổi lễ.",
        "screen_note": "Trang chương trình",
    },
    {
        "cue": "K04",
        "duration_minutes": 20,
        "position": "Chủ tịch UBND tỉnh, Trưởng Ban Chỉ đạo chuyển đổi số tỉnh",
        "mc_line": "Xin trân trọng kính mời đồng chí lãnh đạo Ủy ban nhân dân tỉnh lên phát biểu phát động phong trào.",
        "sound_note": "Mở micro bục phát biểu, tắt nhạc",
        "light_note": "Sáng bục phát biểu, dịu phía sau",
        "screen_note": "Tên và chức vụ người phát biểu",
        "reception_note": "Mời lãnh đạo từ hàng ghế đầu, đặt nước trên bục",
    },
    {
        "cue": "K08",
        "duration_minutes": 15,
        "mc_line": "Giờ phút trang trọng đã đến. Xin kính mời các đồng chí lãnh đạo tiến lên sân khấu, cùng nhấn nút "
        "chính thức phát động Phong trào chuyển đổi số trên địa bàn tỉnh.",
        "sound_note": "Nhạc hiệu; đếm ngược 5 giây; pháo giấy theo hiệu lệnh",
        "light_note": "Tắt đèn hội trường, chiếu bục nhấn nút",
        "screen_note": "Đồng hồ đếm ngược, sau đó biểu trưng của phong trào",
        "line_note": "Tất cả điểm cầu lên hình cùng lúc",
        "reception_note": "Hai lễ tân dẫn đại biểu vào đúng vị trí",
        "note": "Kế hoạch ghi “nhân nút”; khi in và khi đọc, sửa thành “nhấn nút”.",
    },
    {
        "cue": "K09",
        "duration_minutes": 5,
        "speaker": "Người dẫn chương trình",
        "mc_line": "Buổi lễ đến đây kết thúc. Xin trân trọng cảm ơn quý vị đại biểu tại các điểm cầu đã tham dự.",
        "sound_note": "Nhạc kết",
        "light_note": "Sáng toàn hội trường",
        "line_note": "Ngắt từng điểm cầu sau lời cảm ơn",
    },
)


@atomic()
def write_agenda(event: Event, day: date, *, by: User) -> None:
    """From the five items of the plan to a running order whose first release is known to everybody."""
    events.edit_sitting(event.sittings[0], {"buffer_minutes": BUFFER}, by=by)
    _opening, _adoption, speech, button, _closing = items = list(event.agenda_items)
    for item, words in zip(items, PLANNED, strict=True):
        agenda.edit_item(item, words, by=by)
    clip = _add_clip(event, by)
    response = _add_bridges(event, by)
    _add_preparation(event, by)
    _place_leaders(event, button, by)
    _add_exhibition(event, by)
    _ask_for_papers(event, day, (speech, clip, response), by)
    agenda.release(event, note="Bản thông qua tại cuộc họp Ban Tổ chức.", confirmed=True, by=by)


def _add_clip(event: Event, by: User) -> AgendaItem:
    return agenda.add_item(
        event,
        kind=ItemKind.CLIP,
        title="Phóng sự: Chuyển đổi số trong đời sống người dân Quảng Ngãi.",
        number=3,
        cue="K03",
        duration_minutes=7,
        speaker="Sở Thông tin và Truyền thông",
        mc_line="Xin mời quý vị đại biểu hướng lên màn hình, theo dõi phóng sự ngắn về chuyển đổi số tỉnh nhà.",
        sound_note="Tiếng của phóng sự; tắt micro bục MC",
        light_note="Tắt đèn sân khấu",
        screen_note="Chiếu phóng sự toàn màn hình",
        line_note="Chia sẻ màn hình kèm âm thanh cho các điểm cầu",
        by=by,
    )


def _add_bridges(event: Event, by: User) -> AgendaItem:
    """A city and an island answer; the last of the two."""
    for number, cue, unit, office in (
        (5, "K05", "Thành phố Quảng Ngãi", "UBND thành phố Quảng Ngãi"),
        (6, "K06", "Huyện Lý Sơn", "UBND huyện Lý Sơn"),
    ):
        site = db.session.scalar(sa.select(Site).where(Site.event_id == event.id, Site.name == unit))
        name = unit[0].lower() + unit[1:]
        item = agenda.add_item(
            event,
            kind=ItemKind.SPEECH,
            title=f"Đại diện điểm cầu {name} phát biểu hưởng ứng phong trào.",
            number=number,
            cue=cue,
            duration_minutes=5,
            speaker=f"Lãnh đạo {office}",
            site=site,
            mc_line=f"Xin trân trọng kính mời đại diện điểm cầu {name} phát biểu hưởng ứng.",
            sound_note="Mở tiếng điểm cầu, tắt micro hội trường",
            screen_note=f"Hình điểm cầu {name} toàn màn hình",
            line_note="Gọi trước 5 phút, thử tiếng và hình; có đường dự phòng qua điện thoại",
            by=by,
        )
    return item


def _add_preparation(event: Event, by: User) -> None:
    agenda.add_item(
        event,
        kind=ItemKind.OTHER,
        title="Chuẩn bị sân khấu cho nghi lễ nhấn nút.",
        number=7,
        cue="K07",
        duration_minutes=3,
        is_public=False,
        light_note="Dịu sân khấu",
        reception_note="Đưa bục nhấn nút ra giữa sân khấu",
        note="Không công bố; MC đọc lời chuyển tiếp nếu kéo dài.",
        by=by,
    )


def _place_leaders(event: Event, button: AgendaItem, by: User) -> None:
    ritual = next(ritual for ritual in event.rituals if ritual.agenda_item is button)
    cue = "Sau lời mời của MC, nhấn khi đồng hồ về 0"
    where = ("Giữa bục, bên trái", "Giữa bục, bên phải")
    positions = ("Chủ tịch UBND tỉnh", "Phó Trưởng Ban Thường trực Ban Chỉ đạo")
    places = [
        agenda.Place(
            RitualRole.PRESSER,
            row.text,
            organization_name=row.organization_name,
            organization=row.organization,
            position=position,
            stands_at=stands_at,
            cue=cue,
        )
        for row, stands_at, position in zip(ritual.participants, where, positions, strict=True)
    ]
    setting = "Bục nhấn nút có hai vị trí, màn hình LED phía sau, thảm đỏ từ hàng ghế đầu"
    agenda.edit_ritual(ritual, {"setting": setting, "expected_pressers": 2}, participants=places, by=by)


def _add_exhibition(event: Event, by: User) -> None:
    strand = agenda.add_strand(
        event, name="Khu trưng bày, hướng dẫn dịch vụ số", place="Sảnh tầng 1 Trung tâm IOC", by=by
    )
    agenda.add_item(
        event,
        kind=ItemKind.DEMO,
        title="Hướng dẫn người dân sử dụng Cổng dịch vụ công và thanh toán không dùng tiền mặt.",
        strand=strand,
        cue="T01",
        pinned_at=time(8),
        duration_minutes=80,
        speaker="Tỉnh đoàn Quảng Ngãi",
        reception_note="Bố trí bốn bàn hướng dẫn, mỗi bàn hai đoàn viên",
        by=by,
    )


def _ask_for_papers(event: Event, day: date, items: tuple[AgendaItem, ...], by: User) -> None:
    """The speech is approved; the clip and the words of the island are still awaited."""
    due = max(clock.today(), day - timedelta(days=2))
    papers = (
        (MaterialKind.SPEECH, "Bài phát biểu phát động phong trào", "Sở Thông tin và Truyền thông"),
        (MaterialKind.CLIP, "Phóng sự chuyển đổi số, 7 phút", "Đài Phát thanh - Truyền hình tỉnh"),
        (MaterialKind.SPEECH, "Bài phát biểu hưởng ứng của huyện Lý Sơn", "UBND huyện Lý Sơn"),
    )
    made = [
        materials.add_material(item, {"kind": kind, "title": title, "owner": owner, "due_on": due}, by=by)
        for item, (kind, title, owner) in zip(items, papers, strict=True)
    ]
    materials.add_version(event, made[0], link=SPEECH, note="Bản trình lãnh đạo", by=by)
    materials.edit_material(event, made[0], {"state": MaterialState.APPROVED}, by=by)
