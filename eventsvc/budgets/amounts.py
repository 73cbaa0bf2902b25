"""What a line comes to, amounts in words as budget papers write them, and lines pasted from a spreadsheet. Pure."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from eventsvc.text import clean, fold, nfc

MOST = 10**13
"""No line of an agency is larger: so that the sum of all of them stays a number that every database can hold."""
MOST_LINES = 200
COLUMNS = ("text", "unit", "quantity", "unit_price")

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)
_NO_PARTS = re.compile(r"(?<=\d)[.,]0{1,2}$")
_SUMS = frozenset({"cong", "tong", "tong cong", "tong so"})


def amount_of(quantity: Decimal, unit_price: int) -> int:
    """Quantity times price, rounded half up to a whole đồng."""
    return int((quantity * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Line(NamedTuple):
    """One line of an estimate as it was typed; what it comes to is reckoned here and nowhere else."""

    text: str
    unit: str | None
    quantity: Decimal
    unit_price: int
    source_id: int | None = None

    @property
    def amount(self) -> int:
        return amount_of(self.quantity, self.unit_price)


def bare(typed: str) -> str:
    """An amount without its currency and without parts of a đồng that are none: "150.000" of "150.000,00 đồng"."""
    return _NO_PARTS.sub("", _CURRENCY.sub("", clean(typed)))


# --- In words -----------------------------------------------------------------------------------------------


def words_of_amount(amount: int) -> str:
    """ "một trăm năm mươi triệu đồng" of 150000000."""
    if amount == 0:
        return "không đồng"
    sign = "âm " if amount < 0 else ""
    return f"{sign}{' '.join(_number(abs(amount), is_first=True))} đồng"


def sentence_of_amount(amount: int) -> str:
    """The same with a capital letter, as it stands on a line of its own."""
    words = words_of_amount(amount)
    return words[0].upper() + words[1:]


def _number(n: int, *, is_first: bool) -> Iterator[str]:
    above, below = divmod(n, 10**9)
    if above:
        yield from _number(above, is_first=is_first)
        yield "tỷ"
    for place in (2, 1, 0):
        group = below // 1000**place % 1000
        if group:
            yield from _group(group, is_first=is_first and not above and below < 1000 ** (place + 1))
            if _SCALES[place]:
                yield _SCALES[place]


def _group(n: int, *, is_first: bool) -> Iterator[str]:
    """Three digits; behind others the hundreds and tens that are missing are said as well."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    if hundreds or not is_first:
        yield f"{_DIGITS[hundreds]} trăm"
        if ones and not tens:
            yield "linh"
    if tens:
        yield "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones:
        yield _one(tens, ones)


def _one(tens: int, ones: int) -> str:
    if ones == 5 and tens:
        return "lăm"
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return "tư"
    return _DIGITS[ones]


# --- Pasted from a spreadsheet ------------------------------------------------------------------------------


def pasted(words: str) -> list[dict[str, str]]:
    """The lines of a pasted table as they are written there: what it is, unit, quantity, price.

    A column that counts the lines, the headings, the sum below and what comes behind the price are left out. With
    three columns the unit is missing, with two the quantity, which is then 1.
    """
    rows = [_cells(line) for line in nfc(words).splitlines() if line.strip()]
    if rows and len(rows[0]) > 2 and not any(c.isdigit() for cell in rows[0] for c in cell):
        del rows[0]
    return [_columns(row) for row in rows if row and fold(row[0]) not in _SUMS]


def _cells(line: str) -> list[str]:
    mark = next((each for each in "\t;|" if each in line), "\t")
    cells = [clean(cell) for cell in line.split(mark)]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > 2 and re.fullmatch(r"\d{0,4}\.?", cells[0]):
        del cells[0]
    return cells


def _columns(cells: list[str]) -> dict[str, str]:
    given = dict.fromkeys(COLUMNS, "")
    if len(cells) > 3:
        given.update(zip(COLUMNS, cells, strict=False))
    elif len(cells) == 3:
        given.update(text=cells[0], quantity=cells[1], unit_price=cells[2])
    elif cells:
        given.update(text=cells[0], quantity="1", unit_price=cells[1] if len(cells) == 2 else "")
    given["unit_price"] = bare(given["unit_price"])
    return given
