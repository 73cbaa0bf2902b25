"""Who is to be invited: the guest groups of each site level with their headings."""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroup, GuestGroupOrganization, GuestHeading, Phrasing
from eventsvc.plans.operations.rows import by_key
from eventsvc.rows import assign, by_place
from eventsvc.sites.models import SiteLevel

Data = dict[str, Any]


def place_delegates(placing: Any, delegates: Data) -> None:
    """Groups that hold people or slots are never removed."""
    by_level = {SiteLevel(row["site_level"]): row for row in delegates.get("by_site") or []}
    _headings(placing, delegates, by_level)
    groups = list(
        db.session.scalars(
            sa.select(GuestGroup)
            .where(GuestGroup.event_id == placing.event.id)
            .order_by(GuestGroup.number, GuestGroup.id)
        )
    )
    for level in SiteLevel:
        standing = [group for group in groups if group.level is level]
        rows = (by_level.get(level) or {}).get("groups") or []
        _groups(placing, level, standing, rows)


def _headings(placing: Any, delegates: Data, by_level: dict[SiteLevel, Data]) -> None:
    title = (delegates.get("title") or {}).get("text")
    wanted: dict[SiteLevel | None, tuple[str | None, str | None]] = {
        level: ((row.get("heading") or {}).get("text"), (row.get("heading") or {}).get("cite"))
        for level, row in by_level.items()
    }
    if title or delegates.get("cite"):
        wanted[None] = (title, delegates.get("cite"))
    rows = db.session.scalars(sa.select(GuestHeading).where(GuestHeading.event_id == placing.event.id))
    standing = {row.level: row for row in rows}
    for level, row in standing.items():
        if level not in wanted:
            db.session.delete(row)
    for level, (text, cite) in wanted.items():
        row = standing.get(level) or GuestHeading(event_id=placing.event.id, level=level)
        assign(row, {"text": text, "cite": cite})
        db.session.add(row)


def _groups(placing: Any, level: SiteLevel, standing: list[GuestGroup], rows: list[Data]) -> None:
    wanted = [
        {
            "name": row["text"],
            "number": number,
            "phrasing": Phrasing(row["phrasing"]) if row.get("phrasing") else None,
            "seats": row.get("seats"),
            "role": row.get("role"),
            "note": row.get("note"),
        }
        for number, row in enumerate(rows, start=1)
    ]

    def make(columns: Data) -> GuestGroup:
        group = GuestGroup(event=placing.event, level=level, **columns)
        db.session.add(group)
        return group

    def remove(group: GuestGroup) -> None:
        with suppress(guests.GroupInUse):
            guests.remove_group(group, by=placing.by)

    placed = by_key(standing, wanted, key="name", make=make, remove=remove)
    for group, row in zip(placed, rows, strict=True):
        names = [(row["org"], False)] if row.get("org") else []
        names += [(name, True) for name in row.get("orgs") or []]
        columns = [
            {"name": name, "listed": listed, "organization_id": placing.organization_id(name)}
            for name, listed in names
        ]
        by_place(group.organizations, GuestGroupOrganization, columns)
