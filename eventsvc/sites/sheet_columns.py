"""The columns of a spreadsheet of sites: what they are called, and how a value is written in a cell. Pure.

The words of a file are Vietnamese whoever takes it out: what comes back must be understood.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eventsvc.sites.models import Site
from eventsvc.text import display_phone, fold

_TABLE = Path(__file__).parent / "data" / "sheet_columns.csv"
YES, NO = "có", "không"
EDITABLE_KINDS = frozenset(
    {"name", "line", "text", "phone", "email", "link", "number", "count", "yes_no", "person"}
)


@dataclass(frozen=True)
class Column:
    """`kind` says what its cells hold; `is_contact`: only for those who may read contacts. `also` are other headings,
    folded."""

    name: str
    kind: str
    is_contact: bool
    width: int
    heading: str
    also: tuple[str, ...]

    @property
    def is_editable(self) -> bool:
        """Whether a file that comes in may change it."""
        return self.kind in EDITABLE_KINDS


@cache
def columns() -> tuple[Column, ...]:
    """Every column, in the order of the file."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(
            Column(
                row["column"],
                row["kind"],
                row["access"] == "contact",
                int(row["width"]),
                row["heading"],
                tuple(filter(None, row["also"].split("|"))),
            )
            for row in csv.DictReader(table)
        )


@cache
def by_name() -> dict[str, Column]:
    return {column.name: column for column in columns()}


@cache
def by_heading() -> dict[str, str]:
    """The name of a column by every heading it goes by, folded."""
    return {
        words: column.name for column in columns() for words in (fold(column.heading), *column.also) if words
    }


def written(column: Column, site: Site) -> str:
    """An editable value of the site as it stands in a cell; empty for none."""
    value: Any = getattr(site, column.name)
    if value is None:
        return ""
    if column.kind == "phone":
        return display_phone(value)
    if column.kind == "yes_no":
        return YES if value else NO
    return str(value)
