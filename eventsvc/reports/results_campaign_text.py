"""What the results report of a campaign says in the words of papers: its route, what was done, told, won and spent.
Vietnamese, whatever language the page is read in. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from eventsvc.reports.results import Figures, named
from eventsvc.reports.results_say import say
from eventsvc.reports.results_say import thousands as _n

MOST_LINES = 20
"""So many clusters, kinds or contests are told one by one; the annexes hold them all."""
KINDS = {
    "exhibition_space": "Không gian triển lãm",
    "exhibit": "Nội dung trong không gian triển lãm",
    "drill": "Diễn tập",
    "contest": "Cuộc thi",
    "performance": "Chương trình biểu diễn",
    "seminar": "Hội thảo, tọa đàm",
    "communication": "Hoạt động truyền thông",
    "other": "Hoạt động khác",
}
CHANNELS = {
    "press": "Báo chí",
    "television": "Truyền hình",
    "radio": "Phát thanh, truyền thanh cơ sở",
    "social": "Mạng xã hội",
    "portal": "Cổng, trang thông tin điện tử",
    "led_screen": "Màn hình LED",
    "banner": "Băng rôn, pa nô",
    "livestream": "Truyền trực tuyến",
    "other": "Kênh khác",
}

_MONEY = (
    "Kinh phí: {budget.sources} nguồn[, được giao {budget.given} đồng][; đề nghị {estimates.all} cơ quan, đơn vị lập dự"
    " toán, đã nộp {estimates.handed_in}][; dự toán {budget.estimated} đồng][, được duyệt {budget.approved} đồng][, đã"
    " chi {budget.spent} đồng][, đã quyết toán {budget.settled} đồng]"
)
_ROUTE = (
    "Hành trình: [{clusters.all} cụm, điểm tổ chức với {clusters.units} đơn vị; ]đã tổ chức {stops.held}/{stops.all}"
    " điểm dừng[, chưa tổ chức {stops.open}][, không tổ chức {stops.cancelled}][, thay đổi ngày so với kế hoạch"
    " {stops.moved}]"
)
_GUESTS = (
    "Đại biểu dự {parts.all} sự kiện: được mời {parts.invited}, đăng ký dự {parts.registered}, có mặt"
    " {parts.present}{parts.present%parts.invited}, vắng {parts.absent}[; ngoài ra có {parts.walk_ins} lượt người đến"
    " dự không theo giấy mời]"
)
_VISITORS = (
    "Khách tham quan tại {doors.all} khu vực mở cửa tự do: {doors.registered} người đăng ký, {doors.came} người đến"
    " theo thẻ[; đếm tại cửa {doors.counted} lượt người]"
)
_ACTIVITIES = (
    "Hoạt động: đã thực hiện {activities.done}/{activities.all} hoạt động[, chưa kết thúc {activities.open}][, không tổ"
    " chức {activities.cancelled}][; {activities.visitors} lượt người tham gia]"
)
_STALLS = (
    "Gian hàng: {stalls.all} gian hàng, đã bố trí {stalls.present}[, thanh toán không dùng tiền mặt"
    " {stalls.cashless}]"
)
_COMMUNICATION = (
    "Công tác truyền thông: đã thực hiện {communication.done}/{communication.all} nội dung[, có minh chứng"
    " {communication.proved}][; {communication.pieces} tin, bài, sản phẩm][; tiếp cận {communication.reach} lượt người]"
)
_PRESS = (
    "Báo chí tác nghiệp: {press.outlets} cơ quan báo chí đăng ký {press.asked} phóng viên, cấp thẻ"
    " {press.approved}"
)
_COMMENDATIONS = (
    "Khen thưởng: {commendations.all} đề nghị khen thưởng, đã có quyết định khen thưởng"
    " {commendations.decided}[, đang xem xét {commendations.open}][, không khen thưởng {commendations.refused}]"
)


def preparation(found: Figures, counted: dict[str, int]) -> Iterator[str]:
    """What belongs to part I: the money."""
    if found.has("budget") or found.has("estimates"):
        yield say(_MONEY, counted)


def results(found: Figures, counted: dict[str, int]) -> Iterator[str]:
    """Part II; a line that begins with a dash belongs to the one above."""
    facts = found.facts
    if facts["cancelled_on"]:
        yield "Chiến dịch không tiếp tục được tổ chức; số liệu dưới đây tính đến ngày lập báo cáo"
    if facts.get("theme"):
        yield f"Chủ đề: {facts['theme']}"
    if facts["when"]:
        yield f"Thời gian: {facts['when']}"
    if found.has("stops"):
        yield say(_ROUTE, counted)
        yield from _clusters(found)
    if counted["parts.invited"] or counted["parts.walk_ins"]:
        yield say(_GUESTS, counted)
    if found.has("doors"):
        yield visitors(counted)
    if found.has("activities"):
        yield say(_ACTIVITIES, counted)
        yield from _kinds(found)
    if found.has("stalls"):
        yield say(_STALLS, counted)
    if found.has("communication"):
        yield say(_COMMUNICATION, counted)
        yield from _channels(found)
    if found.has("press"):
        yield say(_PRESS, counted)
    if found.has("contests"):
        yield _contests(counted)
        yield from _each_contest(found)
    if found.has("commendations"):
        yield say(_COMMENDATIONS, counted)
        yield from _decisions(found)


def visitors(counted: dict[str, int]) -> str:
    return say(_VISITORS, counted)


def _clusters(found: Figures) -> Iterator[str]:
    for row in found.tables.get("clusters", [])[:MOST_LINES]:
        line = named("clusters", row)
        host = f" (đăng cai: {line['host']})" if line["host"] and line["units"] else ""
        units = f", gồm {_n(line['units'])} đơn vị" if line["units"] else ""
        planned = f"; kế hoạch từ ngày {_day(line['planned_on'])}" if line["planned_on"] else ""
        held = f"; tổ chức {_days(line['first_on'], line['last_on'])}" if line["first_on"] else ""
        yield f"- {line['cluster']}{host}{units}: {_n(line['held'])}/{_n(line['stops'])} điểm dừng{planned}{held}"


def _kinds(found: Figures) -> Iterator[str]:
    for row in found.tables.get("kinds", [])[:MOST_LINES]:
        line = named("kinds", row)
        came = f"; {_n(line['visitors'])} lượt người" if line["visitors"] else ""
        if line["planned"]:
            yield f"- {KINDS[line['kind']]}: đã thực hiện {_n(line['done'])}/{_n(line['planned'])}{came}"


def _channels(found: Figures) -> Iterator[str]:
    for row in found.tables.get("channels", [])[:MOST_LINES]:
        line = named("channels", row)
        pieces = f"; {_n(line['pieces'])} tin, bài, sản phẩm" if line["pieces"] else ""
        reach = f"; {_n(line['reach'])} lượt tiếp cận" if line["reach"] else ""
        yield f"- {CHANNELS[line['channel']]}: đã thực hiện {_n(line['done'])}/{_n(line['works'])}{pieces}{reach}"


def _contests(counted: dict[str, int]) -> str:
    kinds = [
        f"{words} {_n(counted[key])}"
        for key, words in (("contests.persons", "cá nhân"), ("contests.teams", "đội"))
        if counted[key]
    ]
    said = [
        f"Cuộc thi: {_n(counted['contests.all'])} cuộc thi, {_n(counted['contests.entries'])} bài dự thi"
        + (f" ({', '.join(kinds)})" if kinds else ""),
    ]
    for key, words in (
        ("contests.entrants", "{} người dự thi"),
        ("contests.votes", "{} lượt bình chọn hợp lệ"),
        ("awards.won", "{} giải thưởng được trao"),
    ):
        if counted[key]:
            said.append(words.format(_n(counted[key])))
    return "; ".join(said)


def _each_contest(found: Figures) -> Iterator[str]:
    for row in found.tables["contests"][:MOST_LINES]:
        line = named("contests", row)
        if not line["entries"]:
            yield f"- {line['contest'].rstrip('.')}: chưa có bài dự thi"
            continue
        rounds = (
            f"; đã kết thúc {_n(line['rounds_closed'])}/{_n(line['rounds'])} vòng thi"
            if line["rounds"]
            else ""
        )
        won = f"; {_n(line['awarded'])}/{_n(line['awards'])} giải thưởng đã có chủ" if line["awards"] else ""
        yield (
            f"- {line['contest'].rstrip('.')}: {_n(line['entries'])} bài dự thi của {_n(line['entrants'])}"
            f" người{rounds}{won}"
        )


def _decisions(found: Figures) -> Iterator[str]:
    for row in found.tables.get("decisions", [])[:MOST_LINES]:
        line = named("decisions", row)
        who = [
            f"{_n(line[key])} {words}"
            for key, words in (
                ("collectives", "tập thể"),
                ("individuals", "cá nhân"),
                ("channels", "kênh truyền thông cộng đồng"),
            )
            if line[key]
        ]
        day = f" ngày {_day(line['decided_on'])}" if line["decided_on"] else ""
        yield f"- Quyết định số {line['decision']}{day}: {line['form']} cho {', '.join(who)}"


def _days(first: str | None, last: str | None) -> str:
    if first == last or not last:
        return f"ngày {_day(first)}"
    return f"từ ngày {_day(first)} đến ngày {_day(last)}"


def _day(day: Any) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else "…"
