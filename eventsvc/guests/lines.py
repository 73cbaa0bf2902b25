"""What a row of a list is when it is no guest: a group, a total, a signature; and words that stand for a value."""

import re

from eventsvc.guests.names import read_names
from eventsvc.text import clean, place_tones

_DITTO = re.compile(r"[-–—\s\"'“”(./]*(?:n\s*[/.]?\s*t|như trên|như trước|idem)[-–—\s\"'“”)./]*$", re.I)
_QUOTES = re.compile(r"[-–—\s]*(?:[\"“”„〃″]+|''|´´|``|,,|//+|’’|‘‘)[-–—\s]*$")
_NO_VALUE = re.compile(r"[-–—_.…\s*]+$")
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$")

_TOTAL = re.compile(
    r"(?:\(?\s*)(?:tổng(?:\s+(?:số|cộng))?(?=\s*(?:$|[:=\d(.,]|đại biểu|người|khách|số|cộng|toàn|chung|các|nhóm))"
    r"|cộng(?=\s*(?:$|[:=\d(.]|nhóm|mục|phần|chung|[ivx]+\b))|ấn định|danh sách (?:này )?(?:có|gồm)\s*:?\s*\d)",
    re.I,
)
_NUMBER = re.compile(r"(?:\d{1,4}(?:[.\-/]\d{1,3})*|[IVXLC]{1,6}(?:\.\d{1,2})*|[A-Za-zĐđ])\s*[.)/:-]?$")
_DATE_LINE = re.compile(
    r"(?:,\s*)?ngày\s*[\d.…]*\s*/\s*[\d.…]*\s*/\s*\d{4}\.?$|(?:^|[,\s])ngày[\s.…_/\d-]*tháng[\s.…_/\d-]*năm[\s.…_\d]*$",
    re.I,
)
_SIGNING = re.compile(
    r"(?:nơi nhận|người lập|lập biểu|người tổng hợp|người duyệt|người kiểm|kế toán|thủ trưởng|xác nhận|"
    r"tm\.|kt\.|tl\.|tuq\.|q\.\s*(?:chủ|giám|chánh)|\(?\s*ký|đã ký|ký thay|thừa lệnh|lưu\s*:|- lưu|- như trên|"
    r"trưởng ban tổ chức|ghi chú\s*:|lưu ý\s*:|\(\*+\)|\*+\s*(?:ghi|lưu)|đề nghị|người liên hệ|đầu mối|mọi chi tiết|"
    r"liên hệ\s*:|thông tin liên hệ|\(?\s*danh sách (?:này|kèm|gồm)|người gửi|người nhận|phê duyệt)",
    re.I,
)
_POST = re.compile(
    r"(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|TRƯỞNG (?:BAN|PHÒNG)|BÍ THƯ|TỔNG GIÁM ĐỐC|HIỆU TRƯỞNG)"
    r"(?:\s+[A-ZĐÀ-Ỹ]+)*$"
)

_ROMAN = re.compile(r"[IVXLC]{1,6}(?:\.\d{1,2})*\s*[.)/:-]?$")
_LETTER = re.compile(r"(?:[A-HĐ]\s*[.)/:-]?|[a-hđ]\s*[.)])$")
_NUMBERED = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-HĐ]|\d{1,2}(?:\.\d{1,2})*)\s*[.)/:–-]\s*(?=\S)")
_COUNT_ONLY = re.compile(r"[(=]?\s*\d*\s*(?:người|đại biểu|đ/c|đb)?\s*\)?$|=.*$", re.I)

_NOT_NAMED = re.compile(
    r"(?:chưa (?:cử|có|đăng ký|phân công|xác định|bố trí|báo)|(?:sẽ )?(?:cử|báo|bổ sung|cập nhật|gửi)\s+sau|"
    r"đang (?:cử|xin|chờ)|chờ\b|để trống|\?+|\.{3,}|…+)",
    re.I,
)
_ABSENT = re.compile(
    r"\b(?:vắng|không (?:tham )?dự|không cử|không tham gia|xin (?:phép )?(?:nghỉ|vắng))\b", re.I
)
_REPLACED = re.compile(r"\bcử\b.*\bthay\b", re.I)
_SUBSTITUTE = re.compile(
    r"\b(?:đi|dự|họp|tham dự)\s+thay\b|\bthay\s+(?:cho\s+)?(?:đ/c|ông|bà|đồng chí)\b", re.I
)


def is_ditto(cell: str) -> bool:
    """Whether the cell says "the same as above": nt, -nt-, như trên, a pair of quotation marks."""
    return bool(cell) and bool(_DITTO.match(cell) or _QUOTES.match(cell))


def is_no_value(cell: str) -> bool:
    """A dash, dots or an error of the program where a value would stand."""
    return bool(_NO_VALUE.match(cell) or _ERROR.match(cell))


def is_error(cell: str) -> bool:
    return bool(_ERROR.match(cell))


def is_total(cells: list[str]) -> bool:
    return any(_TOTAL.match(place_tones(cell)) for cell in cells[:2])


def printed_total(cells: list[str]) -> int | None:
    """The number a total row prints, if it prints one."""
    found = re.search(r"(?<![\d.,/])(\d{1,5})(?![\d./])", " ".join(cells))
    return int(found.group(1)) if found else None


def is_closing(cells: list[str]) -> bool:
    """Place and date, "Nơi nhận", who drew up the list or signs it: after it the table has ended."""
    return any(
        (_DATE_LINE.search(place_tones(cell)) and len(cell) < 90)
        or _SIGNING.match(cell)
        or (_POST.match(cell) and cell.isupper())
        for cell in cells
    )


def is_signature(cells: list[str]) -> bool:
    """Only names of people, outside the table."""
    return all(len(cell) < 60 and read_names(cell, supported=False) for cell in cells)


def group_title(tt: str, words: str) -> str:
    """The group as printed, with its number in front when that stands in a cell of its own."""
    if not tt:
        return words
    return f"{tt} {words}" if tt[-1] in ".):/-" else f"{tt}. {words}"


def is_number(tt: str) -> bool:
    """Whether the cell numbers a row: 1, 1.2, II., a)."""
    return bool(_NUMBER.match(tt))


def is_group_number(tt: str) -> bool:
    return bool(_ROMAN.match(tt) or _LETTER.match(tt))


def is_numbered_title(text: str) -> bool:
    """ "I. Lãnh đạo tỉnh", "B) Các huyện", "1. Sở Y tế" in one cell."""
    return bool(_NUMBERED.match(text))


def without_number(group: str) -> str:
    return clean(_NUMBERED.sub("", group, count=1))


def is_only_count(cells: list[str]) -> bool:
    return all(_COUNT_ONLY.match(cell) for cell in cells)


def is_reply(name: str) -> bool:
    """Words where a name was asked for: "Chưa cử", "Vắng", "Báo sau"."""
    return bool(_NOT_NAMED.match(name) or _ABSENT.match(name))


def reply_flags(words: str, person: bool) -> list[str]:
    """What the answers in a row mean for the guest."""
    if _REPLACED.search(words):
        return ["replaced"]
    flags = ["absent"] if _ABSENT.search(words) else []
    if person and _SUBSTITUTE.search(words):
        flags.append("substitute")
    if not person and _NOT_NAMED.match(words):
        flags.append("not_nominated")
    return flags
