"""What a cell about a site means: a telephone number, an address, a number, yes or no. Pure."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from eventsvc.contacts import read_emails, read_phones
from eventsvc.sites.sheet_columns import NO, YES, Column
from eventsvc.text import clean, display_phone, fold

LONGEST = {
    "name": 200, "contact_name": 200, "host_name": 200, "host_position": 200, "technician_name": 200,
    "cluster": 120, "video_platform": 120, "meeting_id": 120, "hall": 300, "backup_line": 300, "address": 500,
    "note": 2000, "map_url": 1000, "meeting_url": 1000,
}  # fmt: skip
_BOUNDS = {"number": (1, 9999), "capacity": (1, 100_000)}
_YES = {"co", "x", "yes", "1", "true", "phat bieu", "dung"}
_NO = {"khong", "k", "no", "0", "false", ""}
_ERROR = re.compile(r"#(?:REF|N/A|VALUE|NAME|DIV/0|NULL|NUM)[!?]?$")
_A_PHONE = re.compile(r"[(+]?\d[\d\s().+-]{6,}\d")
_AROUND = " \t\n,;:-–—()/."
_PHONE_WORDS = re.compile(r"(?i)\b(?:sđt|sdt|đt|điện thoại|số điện thoại|dđ|di động)\b\s*[.:]*")


class Unreadable(Exception):
    """The cell cannot be taken over; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Read:
    """What a cell says, by the columns of the site; `remark` when there was more in it than is taken over."""

    values: dict[str, Any]
    remark: str = ""


def read(column: Column, typed: str, columns: set[str]) -> Read:
    """The value of a cell that is not empty; Unreadable when it is none. `columns` are those the file has: a telephone
    number beside a name is taken over when it has no column of its own."""
    if _ERROR.match(typed):
        raise Unreadable("error")
    if column.kind == "person":
        return _person(column, typed, columns)
    remark = ""
    value: Any
    if column.kind == "phone":
        value, remark = _phone(typed)
    elif column.kind == "email":
        value, remark = _email(typed)
    elif column.kind in ("number", "count"):
        value = _number(column.name, typed)
    elif column.kind == "yes_no":
        value = _yes_or_no(typed)
    elif column.kind == "link":
        value = _within(column.name, _link(typed))
    else:
        value = _within(column.name, typed if column.kind == "text" else clean(typed))
    return Read({column.name: value}, remark)


def shown(column: Column, value: Any) -> str:
    """A value as it stands in a cell."""
    if value is None:
        return ""
    if column.kind == "phone":
        return display_phone(value)
    if column.kind == "yes_no":
        return YES if value else NO
    return str(value)


def _person(column: Column, typed: str, columns: set[str]) -> Read:
    """A name; "Lê Văn An - 0905 123 456" is a name and a number."""
    phone_column = column.name.replace("_name", "_phone")
    found = _A_PHONE.search(typed)
    numbers = read_phones(found.group()).numbers if found else []
    if not found or not numbers:
        return Read({column.name: _within(column.name, clean(typed))})
    name = clean(_PHONE_WORDS.sub(" ", typed[: found.start()] + " " + typed[found.end() :])).strip(_AROUND)
    values: dict[str, Any] = {column.name: _within(column.name, name)} if name else {}
    if phone_column not in columns:
        values[phone_column] = numbers[0]
    return Read(values)


def _phone(typed: str) -> tuple[str, str]:
    found = read_phones(typed)
    if not found.numbers:
        raise Unreadable("phone")
    return found.numbers[0], "phones" if len(found.numbers) > 1 else ""


def _email(typed: str) -> tuple[str, str]:
    found = read_emails(typed)
    if not found.addresses:
        raise Unreadable("email")
    return found.addresses[0], "emails" if len(found.addresses) > 1 or found.refused else ""


def _number(name: str, typed: str) -> int:
    """A whole number; thousands may be divided by a dot, and words may stand behind it: "1.200 chỗ"."""
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]0)?\s*[^\W\d_]*", " ".join(typed.split()))
    number = int(re.sub(r"[.,]", "", found[1])) if found and len(found[1]) < 12 else 0
    least, most = _BOUNDS[name]
    if not least <= number <= most:
        raise Unreadable("number")
    return number


def _yes_or_no(typed: str) -> bool:
    words = fold(typed)
    if words in _YES:
        return True
    if words in _NO:
        return False
    raise Unreadable("yes_no")


def _link(typed: str) -> str:
    words = "".join(typed.split())
    try:
        parts = urlsplit(words)
    except ValueError:
        raise Unreadable("link") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreadable("link")
    return words


def _within(name: str, words: str) -> str:
    if len(words) > LONGEST[name]:
        raise Unreadable("too_long")
    return words
