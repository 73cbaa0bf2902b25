"""CSV files as they come: any of four encodings and three delimiters."""

import csv
import unicodedata
from io import StringIO

from eventsvc.spreadsheets import legacy
from eventsvc.spreadsheets.containers import Unreadable

_LONGEST_CELL = 32_767  # what a spreadsheet cell can hold
_DELIMITERS = (",", ";", "\t")


def rows(data: bytes, most: int) -> list[list[str]]:
    """The cells of the file as text; Unreadable when it is not text or goes over the limits."""
    text = _decoded(data)
    delimiter, text = _delimiter(text)
    csv.field_size_limit(_LONGEST_CELL)
    found: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if len(found) >= most:
                raise Unreadable("too_many_rows", sheet="CSV", limit=most)
            found.append(row)
    except csv.Error as error:
        raise Unreadable("bad_line", row=len(found) + 1) from error
    return found


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    if b"\0" in data[:4096]:
        return _strictly(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return _as_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        # Windows code pages cannot be told apart by their bytes, only by the words they give.
        readings = [unicodedata.normalize("NFC", data.decode("cp1258", "replace")), data.decode("latin-1")]
        return _as_text(max(readings, key=legacy.familiarity))


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return _as_text(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise Unreadable("broken") from error


def _as_text(text: str) -> str:
    controls = sum(1 for c in text[:10_000] if c < " " and c not in "\r\n\t\f")
    if controls > 5:
        raise Unreadable("wrong_content", extension="csv", content="binary")
    return text.lstrip("\ufeff").replace("\0", "")


def _delimiter(text: str) -> tuple[str, str]:
    """The delimiter that divides the first lines most evenly; Excel may name it in a first line "sep=;"."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and first.strip()[4:5] in _DELIMITERS:
        return first.strip()[4], rest
    if first.lower().rstrip("\r").startswith("sep=\t"):
        return "\t", rest
    sample = text[:20_000]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter)), text


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    """How many of the first lines have the commonest number of cells, and that number."""
    try:
        widths = [len(row) for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter)][:40]
    except csv.Error:
        return 0, 0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0, 0
    commonest = max(set(wide), key=lambda width: (wide.count(width), width))
    return wide.count(commonest) * min(commonest, 4), commonest
