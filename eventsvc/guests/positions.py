"""Positions: abbreviations written out, and cells that hold a position and an organization together."""

import re

from eventsvc.text import clean

# Written out wherever they stand as a word of their own.
_ALWAYS = {
    "PGĐ": "Phó Giám đốc",
    "GĐ": "Giám đốc",
    "TGĐ": "Tổng Giám đốc",
    "PTGĐ": "Phó Tổng Giám đốc",
    "PCT": "Phó Chủ tịch",
    "CVP": "Chánh Văn phòng",
    "PCVP": "Phó Chánh Văn phòng",
    "PBT": "Phó Bí thư",
    "PTP": "Phó Trưởng phòng",
    "PTB": "Phó Trưởng ban",
    "UVTV": "Ủy viên Thường vụ",
    "UVBTV": "Ủy viên Ban Thường vụ",
    "UVBCH": "Ủy viên Ban Chấp hành",
    "PHT": "Phó Hiệu trưởng",
    "TTK": "Tổng Thư ký",
}
# Short ones that are also the beginnings of place names (TP Quảng Ngãi): only at the start of a title.
_AT_START = {
    "CT": "Chủ tịch",
    "TP": "Trưởng phòng",
    "BT": "Bí thư",
    "UV": "Ủy viên",
    "TB": "Trưởng ban",
    "HT": "Hiệu trưởng",
    "CV": "Chuyên viên",
    "CVC": "Chuyên viên chính",
    "PP": "Phó Trưởng phòng",
    "CCT": "Chi cục trưởng",
}
_PHRASES = (
    (re.compile(r"\b(Chánh|Phó Chánh) VP\b", re.I), r"\1 Văn phòng"),
    (re.compile(r"\bTrưởng P\.(?=\s|$)", re.I), "Trưởng phòng"),
    (re.compile(r"\bP\.\s*(?=(?:GĐ|CT|TP|BT|Giám đốc|Chủ tịch|Trưởng|Bí thư|Chánh)\b)"), "Phó "),
)
_LONG = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_ALWAYS, key=len, reverse=True))})(?!\w)", re.I)
_TITLE_START = r"(?:(?<=^)|(?<=[,;/&+\-–] )|(?<=[,;/&+])|(?<=\bPhó )|(?<=\bNguyên )|(?<=\bkiêm )|(?<=\bvà ))"
_SHORT = re.compile(rf"{_TITLE_START}(?:{'|'.join(sorted(_AT_START, key=len, reverse=True))})(?![\w.])")
_PLACE_AFTER = re.compile(
    r"\s+(?!Tổ|Hành|Kế|Tài|Nội|Văn|Giáo|Kinh|Lao|Tư|Y)[A-ZĐÀ-Ỹ][a-zà-ỹđ]+(\s|$)"
)  # TP Quảng Ngãi


def expand(position: str) -> str:
    """The position with its abbreviations written out: PGĐ → Phó Giám đốc, PCT UBND huyện → Phó Chủ tịch …"""
    text = position
    for pattern, words in _PHRASES:
        text = pattern.sub(words, text)
    text = _LONG.sub(lambda match: _ALWAYS[match.group().upper()], text)
    text = _SHORT.sub(lambda match: _short(match, text), text)
    return clean(text.replace("Phó Phó ", "Phó "))


def _short(match: re.Match[str], text: str) -> str:
    if match.group() == "TP" and _PLACE_AFTER.match(text, match.end()):
        return match.group()
    return _AT_START[match.group()]


# --- One cell for both --------------------------------------------------------------------------------

_BODIES = (
    "UBND|HĐND|UBMTTQ|Ủy ban|Uỷ ban|Hội đồng|Mặt trận|Sở|Ban|Văn phòng|VP|Phòng|Chi cục|Cục|Tổng cục|"
    "Trung tâm|"
    "Công ty|Tổng công ty|Tập đoàn|Ngân hàng|Kho bạc|Bảo hiểm|Công an|Bộ|Tòa án|Toà án|Viện|Trường|Đại học|"
    "Học viện|Báo|Đài|Hội|Liên đoàn|Liên minh|Liên hiệp|Đoàn|Tỉnh ủy|Tỉnh đoàn|Huyện ủy|Huyện đoàn|Thành ủy|"
    "Thị ủy|Thành đoàn|Đảng ủy|Đảng bộ|Khối|Hiệp hội|Bưu điện|Viễn thông|VNPT|Viettel|MobiFone|Điện lực|"
    "Quân khu|Xã đoàn|Hợp tác xã|HTX|Doanh nghiệp"
)
_BODY = re.compile(rf"(?<![\w])(?:{_BODIES})(?!\w)")
_PART_OF_TITLE = re.compile(r"(?:Trưởng|Phó|Chánh|Ủy viên|Uỷ viên|Chủ nhiệm|thành viên)\s+$", re.I)
_DIVIDERS = re.compile(r"\s*(?:\n|\s[-–—]\s|[,;])\s*")


_POST = re.compile(
    r"(?:Phó|Quyền|Nguyên|Tổng|Thường trực)?\s*(?:Giám đốc|Chủ tịch|Bí thư|Chánh|Trưởng (?:phòng|ban|khoa|trạm)|"
    r"Hiệu trưởng|Chi cục trưởng|Cục trưởng|Chuyên viên|Ủy viên|Kế toán|Tổng biên tập|Tổng thư ký)\b",
    re.I,
)


def divide(cell: str) -> tuple[str, str]:
    """(position, organization) of "Giám đốc Sở Y tế" or "Phó Chủ tịch, UBND tỉnh"; either may be empty."""
    for divider in _DIVIDERS.finditer(cell):
        before, after = clean(cell[: divider.start()]), clean(cell[divider.end() :])
        if before and after and (_BODY.match(after) or "\n" in divider.group()):
            return (after, before) if _BODY.match(before) and not _BODY.match(after) else (before, after)
    text = clean(cell)
    for body in _BODY.finditer(text):
        if not _PART_OF_TITLE.search(text[: body.start()]):
            return text[: body.start()].rstrip(" ,-–"), text[body.start() :]
    return text, ""


def body_in(text: str) -> str:
    """The organization named in "Đại diện lãnh đạo Sở Y tế", or nothing."""
    match = _BODY.search(text)
    return re.sub(r"\s*(?:[(:]|\s[–-]\s).*$", "", text[match.start() :]) if match else ""


def names_body(text: str) -> bool:
    """Whether the text begins with the name of a body: Sở Y tế, UBND huyện Bình Sơn."""
    return bool(_BODY.match(text))


def is_post(text: str) -> bool:
    """Whether the text begins with a post: Phó Giám đốc, PGĐ."""
    return bool(_POST.match(text)) or expand(text) != clean(text)
