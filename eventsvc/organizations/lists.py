"""The shipped lists of administrative units and agencies, read into plain values."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from eventsvc.organizations.models import FIRST_SNAPSHOT, Level, OrganizationKind
from eventsvc.text import clean, fold

DATA = Path(__file__).parent / "data"


class Listed(NamedTuple):
    """One version of an organization as the lists have it: its columns, and its other names."""

    key: tuple[str, date]
    columns: dict[str, Any]
    aliases: tuple[str, ...]


@cache
def units() -> tuple[Listed, ...]:
    """Every version of every administrative unit, each with the code of its province."""
    rows = list(rows_of("admin_units.csv"))
    parents: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["parent_code"]:
            parents[row["code"]].add(row["parent_code"])
    provinces = {row["code"] for row in rows if row["level"] == Level.PROVINCE}
    return tuple(
        _listed(
            row,
            kind=OrganizationKind.UNIT,
            level=Level(row["level"]),
            type=row["type"],
            parent_code=row["parent_code"] or None,
            province_code=_province(row, parents, provinces),
        )
        for row in rows
    )


@cache
def agencies() -> tuple[Listed, ...]:
    """Every agency, body and collective that the plans name."""
    return tuple(
        _listed(
            row,
            kind=OrganizationKind(row["kind"]),
            level=None,
            type=None,
            parent_code=None,
            province_code=row["province_code"] or None,
        )
        for row in rows_of("agencies.csv")
    )


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The lines of a shipped list."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _listed(row: dict[str, str], **columns: Any) -> Listed:
    since = _day(row["valid_from"]) or FIRST_SNAPSHOT
    name = clean(row["name"])
    columns |= {
        "code": row["code"],
        "name": name,
        "folded": fold(name),
        "valid_from": since,
        "valid_to": _day(row["valid_to"]),
        "source": row["source"],
    }
    aliases = tuple(
        dict.fromkeys(clean(alias) for alias in row.get("aliases", "").split("|") if alias.strip())
    )
    return Listed((row["code"], since), columns, aliases)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _province(row: dict[str, str], parents: dict[str, set[str]], provinces: set[str]) -> str:
    """The province above a unit. By code alone: some parents' own versions begin later than their children's,
    and no district code has ever moved to another province."""
    code = row["parent_code"] or row["code"]
    while code not in provinces:
        (code,) = parents[code]
    return code
