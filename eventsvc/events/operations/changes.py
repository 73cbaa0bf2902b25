"""What every change to an event begins and ends with."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import StaleEdit
from eventsvc.events.models import Event, Sitting


def lock(row: Any, version: int | None = None) -> None:
    """Read the row afresh and hold it until the end of the transaction. With the `version` that a form was
    filled in from: StaleEdit when someone else has saved since."""
    db.session.refresh(row, with_for_update=True)
    if version is not None and row.version != version:
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))


def lock_open(event: Event) -> None:
    """Hold the event, which must not be cancelled."""
    lock(event)
    event.require_open()


def announce(event: Event, sittings: Iterable[Sitting]) -> None:
    """Note a change that invitees must hear of: the revision and the calendar sequences rise."""
    now = clock.now()
    event.revision += 1
    event.changed_at = now
    for sitting in sittings:
        sitting.sequence += 1
        sitting.changed_at = now


def standing(event: Event) -> list[Sitting]:
    """The sittings that are not cancelled."""
    return [sitting for sitting in event.sittings if sitting.cancelled_at is None]


def assign(row: Any, changes: dict[str, Any], editable: frozenset[str]) -> list[str]:
    """Set what differs; the names of the columns that changed. An unknown name is a mistake of the caller."""
    unknown = changes.keys() - editable
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    return changed
