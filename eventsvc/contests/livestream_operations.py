"""Livestream slots: one an entry in a round, never two at the same time on one channel, and what they sold."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.contests import round_queries
from eventsvc.contests.models import LivestreamSlot, Round, RoundEntry, RoundKind
from eventsvc.contests.round_operations import held
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.rows import assign, lock
from eventsvc.text import fold, short_date, time_of_day

MOST_VIEWERS = 1_000_000_000
MOST_REVENUE = 10**15


class SlotTaken(DomainError):
    """Another entry is on the air then, on the same channel."""

    code = "slot_taken"


@atomic()
def save_slot(
    round_: Round,
    entry_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    channel: str | None = None,
    url: str | None = None,
    version: int | None = None,
    by: Any,
) -> LivestreamSlot:
    """When, on which channel and under which link an entry goes on the air; the first time and later ones.

    The event is held, so that two who plan at the same moment do not both get the hour.
    """
    held(round_)
    if round_.kind is not RoundKind.LIVESTREAM:
        raise Invalid(_("In this round nobody goes on the air."))
    _require_inside(round_, entry_id)
    if ends_at <= starts_at:
        raise Invalid(_("The slot ends before it begins."), field="ends_at")
    slot = round_queries.slot_of(round_, entry_id)
    _require_free(round_, slot, starts_at, ends_at, channel)
    values = {"starts_at": starts_at, "ends_at": ends_at, "channel": channel, "url": url}
    if slot is None:
        slot = LivestreamSlot(round=round_, entry_id=entry_id, **values)
        db.session.add(slot)
        changed = sorted(values)
    else:
        lock(slot, version)
        changed = assign(slot, values)
    if changed:
        db.session.flush()
        record(by, "livestream_slot.saved", slot, event=round_.contest.event, changed=changed)
    return slot


@atomic()
def remove_slot(slot: LivestreamSlot, *, version: int | None = None, by: Any) -> None:
    """Take a slot out that has no results yet."""
    held(slot.round)
    lock(slot, version)
    if (slot.viewers, slot.orders, slot.revenue) != (None, None, None):
        raise Invalid(_("Results have been entered for this slot; clear them first."))
    record(by, "livestream_slot.removed", slot, event=slot.round.contest.event)
    db.session.delete(slot)


@atomic()
def save_sales(
    slot: LivestreamSlot,
    *,
    viewers: int | None,
    orders: int | None,
    revenue: int | None,
    version: int | None = None,
    by: Any,
) -> None:
    """How many watched and ordered, and for how much in đồng; none is "not known yet"."""
    held(slot.round)
    lock(slot, version)
    for name, value, most in (
        ("viewers", viewers, MOST_VIEWERS),
        ("orders", orders, MOST_VIEWERS),
        ("revenue", revenue, MOST_REVENUE),
    ):
        if value is not None and not 0 <= value <= most:
            raise Invalid(_("This figure cannot be."), field=name)
    changed = assign(slot, {"viewers": viewers, "orders": orders, "revenue": revenue})
    if changed:
        db.session.flush()
        record(by, "livestream_slot.sales_saved", slot, event=slot.round.contest.event, changed=changed)


def _require_inside(round_: Round, entry_id: int) -> None:
    inside = sa.select(RoundEntry.id).where(RoundEntry.round_id == round_.id, RoundEntry.entry_id == entry_id)
    if db.session.scalar(inside) is None:
        raise NotFound(_("This entry is not in the round."))


def _require_free(
    round_: Round, slot: LivestreamSlot | None, starts_at: datetime, ends_at: datetime, channel: str | None
) -> None:
    """One channel shows one entry at a time, in whichever contest of the campaign; without a name there is one."""
    for other in round_queries.slots_between(round_.contest.event_id, starts_at, ends_at):
        if slot is not None and other.id == slot.id:
            continue
        if fold(other.channel or "") == fold(channel or ""):
            raise SlotTaken(
                _(
                    "“%(title)s” is on this channel then: %(start)s – %(end)s on %(day)s.",
                    title=other.entry.title[:80],
                    start=time_of_day(other.starts_at),
                    end=time_of_day(other.ends_at),
                    day=short_date(other.starts_at),
                ),
                field="starts_at",
            )
