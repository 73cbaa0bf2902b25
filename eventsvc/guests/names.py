"""Names of people as they are typed into lists: forms of address, titles, capitals, several in one cell."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from eventsvc.contacts import without_contacts
from eventsvc.text import clean, fold, place_tones

_COURTESY = {
    "ông": "Ông",
    "ô": "Ông",
    "bà": "Bà",
    "anh": "Anh",
    "chị": "Chị",
    "cô": "Cô",
    "thầy": "Thầy",
    "ngài": "Ngài",
    "đồng chí": "Đồng chí",
    "đ/c": "Đồng chí",
    "đc": "Đồng chí",
    "đ.c": "Đồng chí",
    "đ/chí": "Đồng chí",
    "d/c": "Đồng chí",
    "dong chi": "Đồng chí",
    "ong": "Ông",
    "b": "Bà",
}
_DEGREES = (
    "pgs|gs|tskh|ts|ths|th.s|bscki{1,2}|bsck[12]|bs|cki{1,2}|ds|kts|ks|ls|cn|nsưt|nsnd|ngưt|ngnd|ttưt|ttnd|"
    "thạc s[ĩỹ]|tiến s[ĩỹ]|phó giáo sư|giáo sư|bác s[ĩỹ]|dược s[ĩỹ]|kỹ sư|luật sư|kiến trúc sư|cử nhân|"
    "nhà giáo|"
    "đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|đại [uú]ý|đại úy|"
    "thượng úy|trung úy|thiếu úy|hòa thượng|thượng tọa|đại đức|ni sư|sư cô|linh mục|giám mục|mục sư"
)
_COURTESIES = "|".join(re.escape(word) for word in sorted(_COURTESY, key=len, reverse=True) if word != "b")
_ADDRESS = re.compile(
    rf"(?:kính\s+(?:thưa|mời|gửi)\s*:?\s+)?(?P<courtesy>{_COURTESIES}|b(?=\s*\.))"
    r"(?:\s*[.:]\s*|\s+)(?=\w)",
    re.I,
)
_DEGREE = re.compile(rf"(?P<degree>{_DEGREES.replace('th.s', 'th[.]s')})(?:\s*[.:,-]\s*|\s+)(?=\w)", re.I)
_SPELLING = {"ths": "ThS", "th.s": "ThS"}

_DATA = Path(__file__).parent / "data"


def _lines(file_name: str) -> list[str]:
    return (_DATA / file_name).read_text(encoding="utf-8").split("\n")[:-1]


_SURNAMES = frozenset(_lines("surnames.txt"))
_PLAIN_SURNAMES = frozenset(fold(name) for name in _SURNAMES) - {"y", "a", "k"}
# How the name of a body, a post or a number of seats begins; no person's does.
_BODY = re.compile(rf"(?:{'|'.join(map(re.escape, _lines('bodies.txt')))})(?!\w)")
_PLAIN_BODY = re.compile(
    r"(?:dai dien|lanh dao|thuong truc|ubnd|uy ban|hdnd|so [a-z]{1,2} |so (?:thong|tai|noi|giao|cong|xay|van|nong)|"
    r"van phong|cong ty|cong an|ban (?:tuyen|to|dan|quan|chi)|cac|trung tam|giam doc|chu tich|truong phong)(?!\w)"
)
_NUMBER_WORDS = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười"
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS.split("|"), 1)}
_SEATS = re.compile(
    rf"(?<![\w.])(\d{{1,3}}|{_NUMBER_WORDS})\s*"
    r"(?:\(\s*\w+\s*\)\s*)?(?:người|đại biểu|đ/c|đồng chí|vé|ghế|suất|cán bộ|công chức|"
    r"chỗ|vị|khách|đb\b|lãnh đạo)",
    re.I,
)
_IN_PLACE_OF = re.compile(
    r"[\s,;:–(-]*\b((?:đi|dự|họp|tham dự)\s+thay\b.*|thay\s+(?:cho\s+)?(?:đ/c|ông|bà|đồng chí)\b.*)$", re.I
)
_LINE_MARK = re.compile(r"^\s*(?:[-+*•–]\s*|\d{1,2}\s*[.)/]\s*)")
_BETWEEN_PEOPLE = re.compile(  # but not inside brackets
    r"(?:\s*[;/&+\n]\s*|\s*,\s*(?:và\s+)?|\s+(?:và|cùng)\s+)(?![^()]*\))", re.I
)


@dataclass
class Name:
    """One person's name out of a cell, and what stood around it."""

    full: str
    honorific: str | None = None
    title: str | None = None  # degree or rank
    remark: str = ""  # brackets, "đi thay …"
    position: str = ""  # "Nguyễn Văn A, Phó Giám đốc"
    contacts: str = ""
    flags: list[str] = field(default_factory=list)


def seats_in(text: str) -> int | None:
    """The number of people asked for: "02 người", "(03 đại biểu)"; None when none is stated."""
    match = _SEATS.search(text)
    if not match:
        return None
    word = match.group(1).lower()
    return _NUMBERS.get(word) or int(word)


def read_names(cell: str, supported: bool = True) -> list[Name]:
    """The people a name cell names; none when it names a body, a post or seats.

    `supported`: other cells of the row speak of a person, so an unusual name may be believed.
    """
    if people := _one_a_line([line for line in cell.split("\n") if line]):
        return people
    whole = clean(_LINE_MARK.sub("", cell))
    several = _several(whole)
    if several:
        return several
    person = _name(whole, supported)
    return [person] if person else []


def _one_a_line(lines: list[str]) -> list[Name]:
    if len(lines) < 2 or re.search(r"(?i)\b(thị|văn)\s*$", lines[0]):  # one long name on two lines
        return []
    people = [_name(_LINE_MARK.sub("", line), supported=False) for line in lines]
    return (
        [person for person in people if person] if all(person and _whole(person) for person in people) else []
    )


def _several(text: str) -> list[Name]:
    parts = [part for part in _BETWEEN_PEOPLE.split(text) if part]
    if len(parts) < 2:
        return []
    people = [_name(part, supported=False) for part in parts]
    return (
        [person for person in people if person] if all(person and _whole(person) for person in people) else []
    )


def _whole(person: Name) -> bool:
    return bool(person.honorific) or " " in person.full


def _name(text: str, supported: bool) -> Name | None:
    text, contacts = without_contacts(clean(text))
    text, remark = _without_remark(text)
    text, position = _without_position(text)
    honorific, title, core = _without_address(text)
    core = core.strip(" ,.;:-–")
    addressed = bool(honorific or title)
    if not _is_name(core, supported or addressed, addressed):
        return None
    full, flags = _in_case(core)
    return Name(full, honorific, title, remark, position, contacts, flags)


def _without_remark(text: str) -> tuple[str, str]:
    remarks = [inside.strip() for inside in re.findall(r"\(([^()]*)\)", text)]
    text = clean(re.sub(r"\([^()]*\)", " ", text))
    if found := _IN_PLACE_OF.search(text):
        text = text[: found.start()]
        remarks.append(found.group(1))
    return text, "; ".join(filter(None, remarks))


def _without_position(text: str) -> tuple[str, str]:
    match = re.search(r"\s*(?:,|\s[-–—]\s|:)\s*", text)
    if not match:
        return text, ""
    before, after = text[: match.start()], text[match.end() :]
    if _BODY.match(_comparable(after)) or re.match(r"(?:P?GĐ|P?CT|P?BT|P?TP|CVP|Phó|TGĐ|UV)\b", after):
        return before, after
    return text, ""


def _without_address(text: str) -> tuple[str | None, str | None, str]:
    courtesy, titles = None, []
    while True:
        if courtesy is None and (match := _ADDRESS.match(text)):
            courtesy = _COURTESY[match.group("courtesy").lower()]
        elif match := _DEGREE.match(text):
            titles.append(match.group("degree"))
        else:
            break
        text = text[match.end() :]
    return courtesy, ".".join(_spelled(title) for title in titles) or None, text


def _spelled(title: str) -> str:
    if len(title) > 6 or " " in title:
        return title[0].upper() + title[1:].lower()
    return _SPELLING.get(title.lower(), title.upper())


def _comparable(text: str) -> str:
    return place_tones(text).casefold()


def _is_name(core: str, supported: bool, addressed: bool) -> bool:
    words = core.split()
    if not words or len(words) > 7 or len(core) > 200 or re.search(r"[^\w\s’'`.-]|\d|_", core):
        return False
    capitals = all(word[0].isupper() for word in words)
    if len(words) == 1 and addressed:
        return capitals
    if _BODY.match(_comparable(core)) or (core.isascii() and _PLAIN_BODY.match(fold(core))):
        return False
    if len(words) == 1:
        return capitals and supported and not core.isupper() and core != "Vắng"
    if words[0].casefold() in _SURNAMES or (core.isascii() and words[0].lower() in _PLAIN_SURNAMES):
        return capitals or core.islower()
    acronym = any(word.isupper() and len(word) > 1 for word in words) and not core.isupper()
    return capitals and supported and not acronym and len(words) <= 6


def _in_case(core: str) -> tuple[str, list[str]]:
    """Every word with its capital; a name all in capitals is written as names are."""
    core = clean(core)
    shouted = core.isupper() and len(core.replace(" ", "")) > 2
    words = [_word(word, shouted) for word in core.split()]
    return " ".join(words), ["all_caps_name"] if shouted else []


def _word(word: str, shouted: bool) -> str:
    parts = re.split(r"([’'`-])", word.lower() if shouted else word)
    return "".join(part[:1].upper() + part[1:] for part in parts)
