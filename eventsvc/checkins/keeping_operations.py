"""Rows that are there once, however often they are brought, and the moment a device was last heard of."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc.checkins.models import Device, ReviewCase
from eventsvc.checkins.uploads import Upload
from eventsvc.db import db

SEEN_EVERY = timedelta(seconds=15)


def note_device(upload: Upload) -> None:
    """When the device was last heard of, to a quarter of a minute: not a write for every scan."""
    door = upload.door
    if door.device_id is None or (door.seen_at and upload.arrival - door.seen_at < SEEN_EVERY):
        return
    values: dict[str, Any] = {"seen_at": upload.arrival}
    if upload.offset_ms is not None:
        values["clock_offset_ms"] = upload.offset_ms
    table = Device.__table__
    db.session.connection().execute(sa.update(table).where(table.c.id == door.device_id).values(**values))


def insert_new(table: sa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert what is not there yet; returns what was."""
    if not rows:
        return []
    connection = db.session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    return [row for row in rows if connection.execute(statement, row).first() is not None]


def open_again(rows: list[dict[str, Any]]) -> None:
    """Open the cases; one that was settled before this happened is open again."""
    if not rows:  # as nearly always: not even the statement is made
        return
    connection = db.session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    table = ReviewCase.__table__
    new = dialect.insert(table)
    anew = {"scan_id": new.excluded.scan_id, "opened_at": new.excluded.opened_at}
    ended = ("settled_at", "settled_by_id", "resolution", "settlement")
    statement = new.on_conflict_do_update(
        index_elements=["event_id", "kind", "subject"],
        set_={**anew, **dict.fromkeys(ended, sa.null())},
        where=table.c.settled_at.is_not(None),
    )
    for row in rows:
        connection.execute(statement, row)
