"""The agenda, item by item."""

from collections.abc import Sequence
from typing import Any, Literal

from flask_babel import gettext as _

from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.agenda.timing import LONGEST_MINUTES
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import assign, lock, lock_open

EDITABLE = frozenset({"kind", "title", "duration_minutes", "speaker", "note", "cite", "sitting"})


class WrongDuration(Invalid):
    code = "wrong_duration"


@atomic()
def add_item(
    event: Event,
    *,
    kind: ItemKind,
    title: str,
    duration_minutes: int | None = None,
    speaker: str | None = None,
    note: str | None = None,
    cite: str | None = None,
    sitting: Sitting | None = None,
    by: Any,
) -> AgendaItem:
    """A new item at the end of a sitting, the first when none is named."""
    lock_open(event)
    _require_duration(duration_minutes)
    sitting = sitting or event.sittings[0]
    item = AgendaItem(
        sitting=sitting,
        number=len(_items(event, sitting)) + 1,
        kind=kind,
        title=title,
        duration_minutes=duration_minutes,
        speaker=speaker,
        note=note,
        cite=cite,
    )
    event.agenda_items.append(item)
    db.session.flush()
    record(by, "agenda_item.added", item, event=event)
    return item


@atomic()
def edit_item(
    item: AgendaItem, changes: dict[str, Any], *, version: int | None = None, by: Any
) -> AgendaItem:
    """Change an item. In another sitting it stands at the end."""
    event = item.event
    lock_open(event)
    lock(item, version)
    _require_duration(changes.get("duration_minutes"))
    before = item.sitting
    if changes.get("sitting", before) is not before:
        changes = {**changes}
        item.number = len(_items(event, changes["sitting"])) + 1
    changed = assign(item, changes, EDITABLE)
    if changed:
        db.session.flush()
        if "sitting" in changed:
            _renumber(event, before)
        record(by, "agenda_item.edited", item, event=event, fields=changed)
    return item


@atomic()
def remove_item(item: AgendaItem, *, by: Any) -> None:
    """Take an item out; those after it move up. A ritual in it stays, without an item."""
    event, sitting = item.event, item.sitting
    lock_open(event)
    record(by, "agenda_item.removed", item, event=event)
    event.agenda_items.remove(item)
    db.session.flush()
    _renumber(event, sitting)


@atomic()
def move_item(item: AgendaItem, direction: Literal["up", "down"], *, by: Any) -> AgendaItem:
    """Change places with the item before or after it; at the end of the list nothing happens."""
    event = item.event
    lock_open(event)
    items = _items(event, item.sitting)
    here = items.index(item)
    there = here + (-1 if direction == "up" else 1)
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
        _number(items)
        db.session.flush()
        db.session.expire(event, ["agenda_items"])
        record(by, "agenda_item.moved", item, event=event, place=there + 1)
    return item


def _require_duration(minutes: int | None) -> None:
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        raise WrongDuration(
            _("An item takes from 1 to %(most)s minutes, or none are given.", most=LONGEST_MINUTES),
            field="duration_minutes",
        )


def _items(event: Event, sitting: Sitting) -> list[AgendaItem]:
    items = [item for item in event.agenda_items if item.sitting is sitting]
    return sorted(items, key=lambda item: item.number)


def _renumber(event: Event, sitting: Sitting) -> None:
    _number(_items(event, sitting))
    db.session.flush()
    db.session.expire(event, ["agenda_items"])


def _number(items: Sequence[AgendaItem]) -> None:
    for number, item in enumerate(items, 1):
        if item.number != number:
            item.number = number
