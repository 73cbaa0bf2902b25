"""What a results report says, in the words of papers: Vietnamese, whatever language the page is read in. Pure.

I. Công tác chuẩn bị, II. Kết quả, III. Đánh giá, IV. Kiến nghị. Every number comes from the figures; what people typed
stands as they typed it. A part that the event does not have is left out, or says so in a sentence.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from eventsvc.documents.fields import DOTS
from eventsvc.movements.guidance_rollup import Sums
from eventsvc.reports import results_campaign_text as campaign
from eventsvc.reports.results import LEVELS, Figures, named
from eventsvc.reports.results_figures import values
from eventsvc.reports.results_say import percent as _percent
from eventsvc.reports.results_say import say as _say
from eventsvc.reports.results_say import thousands as _n
from eventsvc.text import clean, official_date

NOTHING = "…"
"""What stands where nobody has written anything yet."""
FIELD = "((kính gửi))"
"""Stands in the paper for whom it is addressed to, each copy to its own."""
MOST_NAMES = 12
_LEVELS = {
    "main": "Điểm cầu chính",
    "district": "Điểm cầu cấp huyện",
    "commune": "Điểm cầu cấp xã",
    "other": "Điểm cầu khác",
}
_PLANS = {"plan": "Kế hoạch", "notice": "Thông báo", "decision": "Quyết định"}
assert _LEVELS.keys() == LEVELS.keys()


class Words(NamedTuple):
    """What the organizer typed."""

    addressee: str = ""
    preparation: str = ""
    content: str = ""
    strengths: str = ""
    weaknesses: str = ""
    causes: str = ""
    proposals: str = ""


def body(found: Figures, words: Words) -> str:
    """The wording as papers hold it: a line for each paragraph, `((kính gửi))` to be filled in."""
    facts = found.facts
    subject = _subject(found)
    lines = [
        f"Kính gửi: {FIELD}.",
        f"{_basis(facts)}{facts['host']} báo cáo kết quả {subject} như sau:",
        "I. CÔNG TÁC CHUẨN BỊ",
        *_counted(_preparation(found), words.preparation),
        "II. KẾT QUẢ",
        *_counted(_results(found), words.content),
        "III. ĐÁNH GIÁ",
        *_typed("1. Ưu điểm", words.strengths),
        *_typed("2. Hạn chế", words.weaknesses),
        *_typed("3. Nguyên nhân", words.causes),
        "IV. KIẾN NGHỊ, ĐỀ XUẤT",
        *(_own_lines(words.proposals) or [NOTHING]),
        f"Trên đây là báo cáo kết quả {subject}; {facts['host']} kính báo cáo",
    ]
    return "\n".join(_harmless(line) if place else line for place, line in enumerate(lines))


def addressed(wording: str, words: Words) -> str:
    """The wording to whom it is addressed: one in the line of "Kính gửi", several on lines of their own."""
    named = [line for one in words.addressee.split("\n") if (line := _harmless(clean(one).strip("-–;. ")))]
    if len(named) < 2:
        return wording.replace(FIELD, named[0] if named else DOTS, 1)
    return wording.replace(f" {FIELD}", "".join(f"\n- {line};" for line in named).removesuffix(";"), 1)


def title(found: Figures) -> str:
    subject = _subject(found)
    return f"Kết quả {subject}"


def _subject(found: Figures) -> str:
    is_held = found.facts["is_gathering"] or found.facts.get("is_campaign")
    verb = "tổ chức" if is_held else "thực hiện"
    return f"{verb} {_small(found.facts['title'])}"


def _small(words: str) -> str:
    """A title within a sentence: "Lễ phát động …" keeps its capital, all in capitals does not."""
    return words.capitalize() if words.isupper() else words


def _basis(facts: dict[str, Any]) -> str:
    plan = facts.get("plan")
    if not plan or plan["kind"] not in _PLANS:
        return ""
    return f"Thực hiện {_PLANS[plan['kind']]}{_number_and_day(plan)} của {plan['issuer']}, "


def _number_and_day(plan: dict[str, Any]) -> str:
    number = f" số {plan['number']}" if plan["number"] else ""
    day = f" {official_date(date.fromisoformat(plan['issued_on']))}" if plan["issued_on"] else ""
    return number + day


# --- I -----------------------------------------------------------------------------------------------------------

_TASKS = (
    "Thực hiện nhiệm vụ: kế hoạch giao {tasks.all} nhiệm vụ; đã hoàn thành {tasks.done}[, trong đó đúng hạn"
    " {tasks.done_in_time}][, chậm hạn {tasks.done_late}][, quá hạn chưa hoàn thành {tasks.overdue}][, đang thực hiện"
    " trong hạn {tasks.open}][, không thực hiện nữa {tasks.dropped}]"
)
_SITES = (
    "Chuẩn bị điểm cầu: có {sites.all} điểm cầu; đã xác nhận {sites.confirmed}, kiểm tra đường truyền đạt"
    " {sites.tested}, sẵn sàng {sites.ready} điểm cầu"
)
_LINK_TESTS = (
    "Kiểm tra đường truyền, tổng duyệt: đã tổ chức {link_tests.held} buổi; số lượt điểm cầu đạt {link_tests.passed},"
    " chưa đạt {link_tests.failed}, vắng {link_tests.absent}"
)
_INVITATIONS = (
    "[đã gửi giấy mời đến {invitations.asked} đại biểu]",
    "[đề nghị {organizations.asked} cơ quan, đơn vị cử đại biểu, đã cử {organizations.named} người]",
)


def _preparation(found: Figures) -> Iterator[str]:
    facts, counted = found.facts, values(found)
    if facts["cancelled_on"]:
        day = official_date(date.fromisoformat(facts["cancelled_on"]))
        yield f"Sự kiện được quyết định không tổ chức từ {day}; dưới đây là công tác chuẩn bị đã triển khai"
    if facts.get("plan"):
        yield f"Văn bản chỉ đạo: {_paper(facts['plan'])}"
    if found.has("tasks"):
        yield _say(_TASKS, counted)
    else:
        yield "Kế hoạch không giao nhiệm vụ cụ thể cho từng cơ quan, đơn vị"
    if facts.get("is_campaign"):
        yield from campaign.preparation(found, counted)
    if not facts["is_gathering"]:
        return
    if found.has("sites"):
        yield _say(_SITES, counted)
    if counted["link_tests.held"]:
        yield _say(_LINK_TESTS, counted)
    if asked := [said for words in _INVITATIONS if (said := _say(words, counted))]:
        yield "Mời đại biểu: " + "; ".join(asked)


def _paper(plan: dict[str, Any]) -> str:
    return (
        f"{_PLANS.get(plan['kind'], 'Văn bản')}{_number_and_day(plan)} của {plan['issuer']} – {plan['title']}"
    )


# --- II ----------------------------------------------------------------------------------------------------------

_GUESTS = (
    "Đại biểu: được mời {attendance.invited}, đăng ký dự {attendance.registered}, có mặt"
    " {attendance.present}{attendance.present%attendance.invited}, vắng {attendance.absent}(lý do)[; ngoài ra có"
    " {attendance.walk_ins} người đến dự không có trong danh sách mời]"
)
_REASONS = (
    "[có lý do {attendance.excused}]",
    "[không có lý do {attendance.unexcused}]",
    "[chưa ghi nhận lý do {attendance.not_called}]",
)
_AGENDA = (
    "Chương trình: đã thực hiện {agenda.held}/{agenda.all} nội dung[, lược bớt {agenda.skipped}][, không thực hiện"
    " {agenda.open}]"
)
_RETURNED = {
    "agencies": "Phân công cho cơ quan, đơn vị: {agencies.all} cơ quan, đơn vị với {agencies.charged} lượt nhiệm vụ; đã"
    " trả lời {agencies.answered}, đã nghiệm thu {agencies.accepted}[, quá hạn {agencies.overdue}]",
    "periods": "Chế độ báo cáo: {periods.all} kỳ đến hạn; phải nộp {periods.asked} báo cáo, đã nộp {periods.handed_in}"
    "[ (nộp muộn {periods.late})], chưa nộp {periods.missing}",
    "guidance": "Hướng dẫn người dân: {guidance.handed_in}/{guidance.units} đơn vị đã báo cáo; {guidance.members} thành"
    " viên tổ công nghệ số cộng đồng hướng dẫn {guidance.residents} người dân[, bình quân"
    " {guidance.residents/guidance.members} người dân/thành viên][; chỉ tiêu giao {guidance.wanted} người"
    " dân{guidance.residents%guidance.wanted}][; trong {guidance.told} thành viên được thống kê từng người,"
    " {guidance.reached} thành viên hướng dẫn đủ số người theo chỉ tiêu{guidance.reached%guidance.told}]",
    "training": "Tập huấn: {training.handed_in}/{training.all} báo cáo đã nộp; {training.learners} người tham gia,"
    " {training.completed} người hoàn thành{training.completed%training.learners}",
    "targets": "Chỉ tiêu: kế hoạch đặt ra {targets.all} chỉ tiêu[; đã ghi nhận hoàn thành {targets.reached}]; chi tiết"
    " tại phụ lục",
    "launches": "Ra quân tại địa phương, đơn vị: {launches.registered}/{launches.expected} đơn vị đăng ký,"
    " {launches.reported} đơn vị đã báo cáo[; {launches.participants} người tham gia]",
    "media": "Truyền thông: {media.pieces} tin, bài, phóng sự[, {media.views} lượt xem]",
}


def _results(found: Figures) -> Iterator[str]:
    counted = values(found)
    if found.facts["is_gathering"]:
        yield from _hall(found, counted)
    elif found.facts.get("is_campaign"):
        yield from campaign.results(found, counted)
    else:
        yield (
            "Kế hoạch công tác không tổ chức sự kiện tập trung; kết quả thể hiện qua nhiệm vụ, chế độ báo cáo và chỉ"
            " tiêu dưới đây"
        )
    for table, words in _RETURNED.items():
        if found.has(table):
            yield _say(words, counted)


def _hall(found: Figures, counted: dict[str, int]) -> Iterator[str]:
    facts = found.facts
    if facts["cancelled_on"]:
        yield "Sự kiện không được tổ chức nên không có số liệu về đại biểu dự và diễn biến chương trình"
        return
    if facts["when"]:
        yield f"Thời gian: {facts['when']}"
    if facts["where"]:
        yield f"Địa điểm: {facts['where']}"
    if found.has("sites"):
        yield _say("Điểm cầu tham gia: kết nối {sites.connected}/{sites.all} điểm cầu", counted)
    if not found.has("attendance"):
        yield "Sự kiện không lập danh sách đại biểu theo tên nên không có số liệu điểm danh"
    elif not counted["attendance.present"] and not counted["attendance.walk_ins"]:
        yield _say("Đại biểu: đã mời {attendance.invited} đại biểu; chưa có số liệu điểm danh", counted)
    else:
        yield _guests(counted)
        yield from (f"- {line}" for line in _levels(found))
        if counted["absent.organizations"]:
            yield _absent(found, counted["absent.organizations"])
    has_agenda = found.has("agenda")
    yield (
        _say(_AGENDA, counted)
        if has_agenda
        else "Chương trình: không ghi nhận diễn biến thực tế trên hệ thống"
    )
    if found.has("doors"):
        yield campaign.visitors(counted)


def _guests(counted: dict[str, int]) -> str:
    reasons = ", ".join(said for words in _REASONS if (said := _say(words, counted)))
    return _say(_GUESTS.replace("(lý do)", f" ({reasons})" if reasons else ""), counted)


def _levels(found: Figures) -> Iterator[str]:
    for row in found.tables.get("levels", []):
        line = named("levels", row)
        sites = f" ({_n(line['sites'])} điểm)" if line["sites"] > 1 else ""
        rate = _percent(line["present"], line["invited"])
        yield (
            f"{_LEVELS[line['level']]}{sites}: được mời {_n(line['invited'])}, đăng ký {_n(line['registered'])},"
            f" có mặt {_n(line['present'])}{rate}, vắng {_n(line['absent'])}"
        )


def _absent(found: Figures, number: int) -> str:
    names = [named("absent", row)["name"] for row in found.tables["absent"][:MOST_NAMES]]
    more = f" và {_n(number - MOST_NAMES)} cơ quan, đơn vị khác" if number > MOST_NAMES else ""
    return f"Cơ quan, đơn vị vắng toàn bộ: {', '.join(names)}{more}"


def guided(sums: Sums, target: Decimal | int) -> str:
    """What a movement came to, beside its target for each member; nothing before anything was handed in."""
    if not sums.handed_in:
        return ""
    wanted = int(sums.members * target)
    said = [f"hướng dẫn {_n(sums.residents)}/{_n(wanted)} người dân{_percent(sums.residents, wanted)}"]
    if sums.counted_members:
        rate = _percent(sums.reached, sums.counted_members)
        said.append(f"{_n(sums.reached)}/{_n(sums.counted_members)} thành viên hướng dẫn đủ{rate}")
    return "; ".join(said)


# --- Lines -------------------------------------------------------------------------------------------------------


def _counted(lines: Iterator[str], typed: str) -> list[str]:
    """The lines as 1., 2., 3.; those that begin with a dash belong to the one above. What was typed follows."""
    said, number = [], 0
    for line in lines:
        if line.startswith("- "):
            said.append(f"{line}.")
        else:
            number += 1
            said.append(f"{number}. {line}.")
    return said + _own_lines(typed)


def _typed(heading: str, typed: str) -> list[str]:
    lines = _own_lines(typed)
    if len(lines) == 1:
        return [f"{heading}: {lines[0]}"]
    return [f"{heading}:", *lines] if lines else [f"{heading}: {NOTHING}"]


def _own_lines(typed: str) -> list[str]:
    return [clean(line) for line in typed.split("\n") if line.strip()]


def _harmless(line: str) -> str:
    """Two parentheses begin a field of a paper: nothing that somebody typed does."""
    return line.replace("((", "( (").replace("))", ") )")


def cell(value: Any, kind: str, words: Any = None) -> str:
    """A value of a row as a table shows it."""
    if value is None or value == "":
        return "–"
    if kind == "number":
        return _n(value)
    if kind == "day":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if kind == "moment":
        return f"{datetime.fromisoformat(value):%H:%M %d/%m/%Y}"
    if kind == "word":
        return str((words or {}).get(value, value))
    return str(value)
