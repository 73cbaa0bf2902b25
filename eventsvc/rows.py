"""What changes are made of: hold a row, set what differs, bring a list of rows to what is wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InvalidRequestError

from eventsvc.db import db
from eventsvc.errors import NotFound, StaleEdit

T = TypeVar("T")


def lock(row: Any, version: int | None = None) -> None:
    """Read the row afresh and hold it until the end of the transaction; rows that point at it may still come.

    With the `version` that a form was filled in from: StaleEdit when someone else has saved since. NotFound when
    someone has removed it.
    """
    try:
        # Of this row alone: it may have been loaded with others joined to it, which PostgreSQL would not lock.
        db.session.refresh(row, with_for_update={"key_share": True, "of": type(row)})
    except InvalidRequestError:
        if not sa.inspect(row).persistent:
            raise
        raise removed() from None
    if version is not None and row.version != version:
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))


def lock_open(event: Any) -> None:
    """Hold the event, which must not be cancelled."""
    lock(event)
    event.require_open()


def removed() -> NotFound:
    """The refusal of a change to a row that is gone."""
    return NotFound(_("Someone else has removed this in the meantime."))


def assign(row: Any, changes: Mapping[str, Any], editable: frozenset[str] | None = None) -> list[str]:
    """Set what differs; the names of the columns that changed, in order. An unchanged row is not written again.

    A name that is not `editable` is a mistake of the caller.
    """
    unknown = changes.keys() - editable if editable is not None else ()
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, changes[name])
    return changed


def by_place(rows: Any, model: type, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Rows in a collection, counted 1, 2, 3: the first takes the first columns, and so on."""
    standing = list(rows)
    for number, columns in enumerate(wanted, start=1):
        if number <= len(standing):
            assign(standing[number - 1], columns)
        else:
            rows.append(model(number=number, **columns))
    for row in standing[len(wanted) :]:
        rows.remove(row)


def renumber(rows: Iterable[Any]) -> None:
    """Count the rows 1, 2, 3 after one was taken out; one at a time, for two may never have the same number."""
    for number, row in enumerate(list(rows), start=1):
        if row.number != number:
            row.number = number
            db.session.flush()


def insert(model: Any) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database in use."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


def chunks(values: Sequence[T], size: int = 1000) -> Iterator[Sequence[T]]:
    """Slices short enough for one statement."""
    return (values[start : start + size] for start in range(0, len(values), size))
