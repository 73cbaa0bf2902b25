"""Every change to the checklist that the sites of an event go through."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites import report_queries
from eventsvc.sites.report_models import CheckGroup, CheckItem
from eventsvc.text import same_words

MOST_ITEMS, LONGEST_ITEM = 60, 300


@atomic()
def add_item(event: Event, group: CheckGroup, text: str, *, by: Any) -> CheckItem:
    """A new line, the last of its group. Invalid for words that are on the list already, and for a list too long."""
    lock_open(event)
    standing = report_queries.check_items(event)
    if len(standing) >= MOST_ITEMS:
        raise Invalid(_("A checklist has at most %(most)s lines.", most=MOST_ITEMS), field="text")
    _require_new(standing, text)
    number = max((item.number for item in standing), default=0) + 1
    item = CheckItem(event=event, number=number, group=group, text=text)
    db.session.add(item)
    db.session.flush()
    record(by, "check_item.added", item, event=event)
    return item


@atomic()
def edit_item(
    item: CheckItem, *, group: CheckGroup, text: str, version: int | None = None, by: Any
) -> CheckItem:
    """Say a line otherwise; the ticks of the sites stay. StaleEdit when `version` is no longer the line's."""
    event = item.event
    lock_open(event)
    lock(item, version)
    _require_new([each for each in report_queries.check_items(event) if each.id != item.id], text)
    if assign(item, {"group": group, "text": text}):
        record(by, "check_item.edited", item, event=event)
    return item


@atomic()
def move_item(item: CheckItem, *, up: bool, by: Any) -> None:
    """One place up or down among the lines of its group; at the end of the group nothing happens."""
    event = item.event
    lock_open(event)
    lock(item)
    lines = [each for each in report_queries.check_items(event) if each.group is item.group]
    place = lines.index(item)
    other = place - 1 if up else place + 1
    if 0 <= other < len(lines):
        # Two lines may bear the same number after an import: then the places of the group are counted anew.
        numbers = sorted(each.number for each in lines)
        if len(set(numbers)) < len(numbers):
            numbers = list(range(numbers[0], numbers[0] + len(numbers)))
        lines[place], lines[other] = lines[other], lines[place]
        for each, number in zip(lines, numbers, strict=True):
            if each.number != number:
                each.number = number
        record(by, "check_item.moved", item, event=event)


@atomic()
def remove_item(item: CheckItem, *, by: Any) -> int:
    """Take a line off the list, with the ticks that sites have set at it; how many those were."""
    event = item.event
    lock_open(event)
    lock(item)
    ticks = report_queries.tick_numbers(event).get(item.id, 0)
    record(by, "check_item.removed", item, event=event, ticks=ticks)
    db.session.execute(sa.delete(CheckItem).where(CheckItem.id == item.id))
    return ticks


def _require_new(standing: list[CheckItem], text: str) -> None:
    if any(same_words(item.text) == same_words(text) for item in standing):
        raise Invalid(_("This line is on the list already."), field="text")
