"""Vietnamese text: one Unicode form, folding, sorting by given name, official dates and windows."""

import calendar
import re
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")

# Zero-width and direction marks that e-mail clients and spreadsheets leave behind; never part of a word.
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
# Control characters are no text either, and PostgreSQL stores no NUL. Tab and line ends are white space.
_CONTROLS = dict.fromkeys(code for code in [*range(0x20), 0x7F] if chr(code) not in "\t\n\v\f\r")
# Old fonts and careless keyboards give Eth for Đ: the two look alike and are different letters.
_LOOKALIKES = {0xA0: " ", 0x202F: " ", 0x2007: " ", 0xD0: "Đ", 0xF0: "đ"}
_TIDY = _INVISIBLE | _CONTROLS | _LOOKALIKES
_UNTIDY = re.compile(f"[{''.join(map(chr, _TIDY))}]")
_MARKS = re.compile("[\u0300-\u036f]+")
_NOT_WORDS = re.compile(r"[\W_]+")


def nfc(s: str) -> str:
    """NFC without zero-width characters; no-break spaces become spaces and Eth becomes Đ."""
    if s.isascii() and s.isprintable():
        return s
    return unicodedata.normalize("NFC", s.translate(_TIDY) if _UNTIDY.search(s) else s)


def clean(s: str) -> str:
    """`nfc` with every run of white space as one space and none at the ends."""
    return " ".join(nfc(s).split())


def fold(s: str) -> str:
    """The form searched in: no case, no diacritics, no punctuation, single spaces. Safe to repeat."""
    bare = nfc(s).casefold()
    if not bare.isascii():
        bare = _without_marks(_without_marks(bare).casefold()).casefold().replace("đ", "d")
    return _NOT_WORDS.sub(" ", bare).strip()


def initials(full_name: str) -> str:
    """The first letters of the words, folded: "nvm" of Nguyễn Văn Minh."""
    return "".join(word[0] for word in fold(full_name).split())


def slugify(s: str) -> str:
    """ASCII words joined by hyphens, for addresses."""
    ascii_only = unicodedata.normalize("NFKD", fold(s)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only.lower()))


def _without_marks(s: str) -> str:
    bare = _MARKS.sub("", unicodedata.normalize("NFD", s))
    if bare.isascii() or max(bare) < "\u0483":  # no combining marks below, but for those taken out
        return bare
    return "".join(c for c in bare if not unicodedata.combining(c))


# --- Tone placement: hoà and hòa, thuỷ and thùy are the same word written by two rules ---------------

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the dictionary's order after no tone


def _tone_pairs() -> dict[str, str]:
    pairs = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in _TONES:
            for a, b in ((first, second), (first.upper(), second), (first.upper(), second.upper())):
                new = a + unicodedata.normalize("NFC", b + tone)
                pairs[new] = unicodedata.normalize("NFC", a + tone) + b
    return pairs


_OLD_PLACEMENT = _tone_pairs()
_NEW_PLACEMENT = {old: new for new, old in _OLD_PLACEMENT.items() if new[0] in "uU"}
_OPEN_SYLLABLE = re.compile(rf"(?<![qQ])(?:{'|'.join(_OLD_PLACEMENT)})(?!\w)")
_AFTER_Q = re.compile(rf"(?<=[qQ])(?:{'|'.join(_NEW_PLACEMENT)})(?!\w)")


def place_tones(s: str) -> str:
    """NFC with tone marks placed the traditional way (hòa, thủy; but quý): equal words become equal."""
    if s.isascii() and s.isprintable():
        return s
    s = _OPEN_SYLLABLE.sub(lambda m: _OLD_PLACEMENT[m.group()], nfc(s))
    return _AFTER_Q.sub(lambda m: _NEW_PLACEMENT[m.group()], s)


def same_words(s: str) -> str:
    """A key equal for two writings of the same words: only letters, tones and digits count."""
    return _NOT_WORDS.sub(" ", place_tones(s).casefold()).strip()


# --- Collation ----------------------------------------------------------------------------------------------

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PRIMARY = {letter: chr(0x41 + rank) for rank, letter in enumerate(_ALPHABET)}
LONGEST_KEY = 600
_BETWEEN_PARTS, _BETWEEN_LEVELS, _SPACE, _PUNCTUATION, _FOREIGN = ' !"#~'


def sort_key(s: str) -> str:
    """A Vietnamese dictionary key in plain ASCII: its byte order is the order of words in any database.

    Letters are compared first, then tones (ngang, huyền, hỏi, ngã, sắc, nặng), then case.
    """
    weights = [_weigh(c) for c in " ".join(place_tones(s).split())]
    levels = ("".join(level) for level in zip(*weights, strict=True)) if weights else ("", "", "")
    primary, tones, cases = levels
    return _BETWEEN_LEVELS.join([primary, tones.rstrip("0"), cases.rstrip("0")])


def name_key(full_name: str) -> str:
    """The key by which people are listed: given name, then family name, then middle names.

    Cut where no Vietnamese name reaches: letters of other scripts weigh more, and a row of an index must fit a page.
    """
    family, middle, given = split_name(full_name)
    return _BETWEEN_PARTS.join(sort_key(part or "") for part in (given, family, middle))[:LONGEST_KEY]


def _weigh(char: str) -> tuple[str, str, str]:
    lower = char.lower()
    base, tone = _split_tone(lower)
    case = "0" if char == lower else "1"
    if base == " ":
        return _SPACE, tone, case
    if base in _PRIMARY:
        return _PRIMARY[base], tone, case
    if base.isascii() and base.isdigit():
        return base, tone, case
    plain = _without_marks(base)[:1]
    if plain in _PRIMARY:  # é of another language, ö: beside its letter, after the Vietnamese tones
        return _PRIMARY[plain], "6", case
    family = _FOREIGN if char.isalnum() else _PUNCTUATION
    return f"{family}{ord(char):06x}", tone, case


def _split_tone(char: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", char)
    tone = next((c for c in marks if c in _TONES), "")
    base = unicodedata.normalize("NFC", marks.replace(tone, "", 1)) if tone else char
    return base, str(_TONES.index(tone) + 1) if tone else "0"


def split_name(full_name: str) -> tuple[str | None, str | None, str]:
    """(family, middle, given) by position. The full name stays the truth: not every name divides this way."""
    words = clean(full_name).split()
    if len(words) < 2:
        return None, None, "".join(words)
    return words[0], " ".join(words[1:-1]) or None, words[-1]


# --- Dates as official papers write them --------------------------------------------------------------------

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def official_date(day: date | datetime) -> str:
    """ "ngày 05 tháng 4 năm 2022": a leading zero for days below 10 and for the months 1 and 2 only."""
    day = _local(day)
    return f"ngày {day:%d} tháng {_month(day)} năm {day.year}"


def official_datetime(moment: datetime) -> str:
    """ "08 giờ 00 phút, thứ Năm, ngày 14 tháng 4 năm 2022", on the clock of Vietnam."""
    moment = _local(moment)
    weekday = weekday_vi(moment).replace("Thứ", "thứ")
    return f"{moment:%H} giờ {moment:%M} phút, {weekday}, {official_date(moment)}"


def official_start(moment: datetime) -> str:
    """ "08 giờ 00 phút, ngày 13 tháng 9 năm 2016 (thứ Ba)", as invitations and programmes announce a beginning."""
    weekday = weekday_vi(moment).replace("Thứ", "thứ")
    return f"{official_hour(moment)}, {official_date(moment)} ({weekday})"


def official_hour(moment: datetime) -> str:
    """ "09 giờ 30 phút", on the clock of Vietnam."""
    moment = _local(moment)
    return f"{moment:%H} giờ {moment:%M} phút"


def short_date(day: date | datetime) -> str:
    """ "05/4/2022", day first, with the zero rule of official papers."""
    day = _local(day)
    return f"{day:%d}/{_month(day)}/{day.year}"


def weekday_vi(day: date | datetime) -> str:
    return _WEEKDAYS[_local(day).weekday()]


def time_of_day(moment: datetime) -> str:
    return f"{_local(moment):%H:%M}"


def _local(day):
    """A datetime on the clock of Vietnam; a date as it is. A naive datetime is refused."""
    if not isinstance(day, datetime):
        return day
    if day.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return day.astimezone(HO_CHI_MINH)


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


# --- Windows: "10-15/4/2022", "tháng 7/2023", "Quý III năm 2022" -------------------------------------------

_DASH = r"\s*(?:-|–|—|đến|tới)\s*"
_NGAY, _THANG = r"(?:ngày\s*)?", r"(?:tháng\s*)?"
_YEAR = r"\s*(?:/|-|\.|,?\s*năm\s+)\s*(?P<y{n}>\d{{4}})"
_OF_MONTH = r"\s*(?:/|-|\.|\s+tháng\s+)\s*"
_DAY = rf"{_NGAY}(?P<d{{n}}>\d{{{{1,2}}}}){_OF_MONTH}(?P<m{{n}}>\d{{{{1,2}}}})"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = r"(?P<q{n}>iv|i{{1,3}}|[1-4])"


def _p(pattern: str, n: int) -> str:
    return pattern.format(n=n)


_D1, _D2, _Y1, _Y2 = _p(_DAY, 1), _p(_DAY, 2), _p(_YEAR, 1), _p(_YEAR, 2)
_M1, _M2 = r"tháng\s*(?P<m1>\d{1,2})", r"tháng\s*(?P<m2>\d{1,2})"
_PART = r"(?P<part>đầu|giữa|cuối)\s+"
# From the most to the least particular: the first that matches is what was meant.
_WINDOWS = [
    re.compile(rf"(?<!\d)(?:{pattern})(?!\d)")
    for pattern in (
        rf"{_D1}{_Y1}{_DASH}{_D2}{_Y2}",  # 10/4/2022 - 15/4/2022
        rf"{_D1}{_DASH}{_D2}{_Y2}",  # từ ngày 28/3 đến ngày 02/4/2022
        rf"{_NGAY}(?P<d1>\d{{1,2}}){_DASH}{_D2}{_Y2}",  # 10-15/4/2022
        rf"{_M1}{_Y1}{_DASH}{_D2}{_Y2}",  # từ tháng 8/2024 đến 10/10/2024
        rf"{_D1}{_Y1}{_DASH}{_M2}{_Y2}",  # từ 05/8/2024 đến tháng 10/2024
        rf"{_M1}{_Y1}{_DASH}{_THANG}(?P<m2>\d{{1,2}}){_Y2}",  # tháng 8/2024 đến tháng 10/2024
        rf"{_M1}{_DASH}{_THANG}(?P<m2>\d{{1,2}}){_Y2}",  # tháng 3-4/2022
        rf"qu[ýí]\s*{_p(_QUARTER, 1)}{_DASH}(?:qu[ýí]\s*)?{_p(_QUARTER, 2)}{_Y2}",
        rf"qu[ýí]\s*{_p(_QUARTER, 1)}{_Y1}",
        r"(?:6|06|sáu)\s*tháng\s+(?P<half>đầu|cuối)\s+năm\s+(?P<y1>\d{4})",
        rf"{_PART}{_M1}{_Y1}",
        rf"{_PART}năm\s+(?P<y1>\d{{4}})",
        rf"{_D1}{_Y1}",
        rf"{_M1}{_Y1}",
        r"^(?P<m1>\d{1,2})\s*[/-]\s*(?P<y1>\d{4})$",
        r"(?:^|trong\s+|cả\s+)năm\s+(?P<y1>\d{4})",
    )
]


def parse_window(text: str) -> tuple[date, date] | None:
    """First and last day of the window that the words name, or None when they name none."""
    words = place_tones(clean(text)).casefold()
    for pattern in _WINDOWS:
        if match := pattern.search(words):
            return _window({name: value for name, value in match.groupdict().items() if value})
    return None


def _window(found: dict[str, str]) -> tuple[date, date] | None:
    number = {name: int(value) for name, value in found.items() if value.isdigit()}
    last_year = number.get("y2") or number["y1"]
    year = number.get("y1") or last_year
    try:
        first_month, last_month = _months(found, number)
        start = date(year, first_month, number.get("d1", 1))
        end = date(last_year, last_month, 1)
        last_day = number.get("d2") or (number.get("d1") if "m2" not in number else None)
        end = end.replace(day=last_day or calendar.monthrange(last_year, last_month)[1])
    except (KeyError, ValueError):
        return None
    if found.get("part") and "m1" in number:
        start, end = _third_of_month(found["part"], start, end)
    return (start, end) if start <= end else None


def _months(found: dict[str, str], number: dict[str, int]) -> tuple[int, int]:
    if "q1" in found:
        quarters = [_ROMAN.get(found[q]) or int(found[q]) for q in ("q1", "q2") if q in found]
        return quarters[0] * 3 - 2, quarters[-1] * 3
    if "half" in found:
        return (1, 6) if found["half"] == "đầu" else (7, 12)
    if "part" in found and "m1" not in number:
        return {"đầu": (1, 3), "giữa": (4, 9), "cuối": (10, 12)}[found["part"]]
    if "m1" not in number and "m2" not in number:
        return 1, 12
    return number.get("m1") or number["m2"], number.get("m2") or number["m1"]


def _third_of_month(part: str, start: date, end: date) -> tuple[date, date]:
    if part == "đầu":
        return start, end.replace(day=10)
    return (start.replace(day=11), end.replace(day=20)) if part == "giữa" else (start.replace(day=21), end)


# --- Phones -------------------------------------------------------------------------------------------------


def display_phone(e164: str) -> str:
    """A stored number as it is dialled within Vietnam, in groups; a foreign number as it is stored."""
    if not e164.startswith("+84"):
        return e164
    national = "0" + e164.removeprefix("+84")
    area = 3 if national.startswith(("024", "028")) else 4
    middle = 3 if len(national) == 10 else 4
    return f"{national[:area]} {national[area : area + middle]} {national[area + middle :]}"
