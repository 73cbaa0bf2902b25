"""What a results report is made of: tables with their columns, and figures that count their rows. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

RETURNS = {
    "missing": _l("not handed in"),
    "submitted": _l("handed in"),
    "forwarded": _l("forwarded"),
    "returned": _l("sent back"),
    "approved": _l("approved"),
}
YES_NO = {"1": _l("yes"), "0": _l("no")}
Row = Sequence[Any]


class Column(NamedTuple):
    """`kind`: text, number, day, moment, or word (one of `words`). `width` is a share of the page."""

    key: str
    label: Any
    kind: str = "text"
    width: float = 1
    words: Mapping[str, Any] = {}


class Table(NamedTuple):
    """`annex`: whether it is printed behind the report; then with this title."""

    key: str
    title: Any
    columns: tuple[Column, ...]
    annex: bool = False


class Figure(NamedTuple):
    """What a figure counts: rows of `table` in which every column of `where` has one of the values and the column
    `given` has any; the sum of `column`, or how many rows there are. `endpoint` with `args` is the page on which the
    same is worked with."""

    key: str
    part: str
    label: Any
    table: str
    column: str | None = None
    where: Mapping[str, tuple[Any, ...]] = {}
    endpoint: str | None = None
    args: Mapping[str, Any] = {}
    given: str | None = None


def number(key: str, label: Any, width: float = 1) -> Column:
    return Column(key, label, "number", width)


def figure(pages: Mapping[str, str], key: str, label: Any, column: str | None = None, **more: Any) -> Figure:
    """`key` begins with the table, whose page is in `pages`; the part is that of the page unless another is named."""
    table = key.partition(".")[0]
    more = {"part": table, "endpoint": pages.get(table), "where": {}, "args": {}, "given": None} | more
    return Figure(
        key, more["part"], label, table, column, more["where"], more["endpoint"], more["args"], more["given"]
    )


def iso(day: date | None) -> str | None:
    """A day as rows hold it."""
    return day.isoformat() if day else None


def answer(is_so: bool) -> str:
    """Yes or no as rows hold it."""
    return str(int(is_so))
