"""Counting people by taps: facts like scans, added and never changed, under an id that counts nobody twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.checkins import items
from eventsvc.checkins import rules as doors
from eventsvc.checkins.lookups import Door
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.rows import insert, lock
from eventsvc.visitors import queries, rules
from eventsvc.visitors.models import OpenDoors, Tally
from eventsvc.visitors.queries import WithHours
from eventsvc.visitors.rules import Counted, Refusal

LONGEST_ECHO = 64


class _Spot(NamedTuple):
    """Where and when people were counted."""

    site_id: int
    sitting_id: int
    at: datetime


class _Taken(NamedTuple):
    """What makes a tally another one under the same id."""

    event_id: int
    device_id: int | None
    people: int


def record_tallies(door: Door, batch: Sequence[Any], *, device_clock: Any = None) -> list[dict[str, Any]]:
    """Count what a device has counted: one result for each tally, `stored`, `replay` or `refused` with the reason.

    Safe to repeat: a tally that is stored already is answered as a replay and counts nobody twice.
    """
    arrival, measured = clock.now(), items.moment(device_clock)
    offset = timedelta() if measured is None else arrival - measured
    return _record(door, batch, arrival, offset)


@atomic()
def _record(door: Door, batch: Sequence[Any], arrival: datetime, offset: timedelta) -> list[dict[str, Any]]:
    read = [rules.read_tally(raw) for raw in batch]
    known = queries.known_tallies({one.tally_id for one in read if one is not None})
    sites = queries.site_ids(door.event_id, {one.site for one in read if one is not None and one.site})
    sittings = queries.sittings_with_hours(door.event_id, {door.site_id, *sites.values()} - {None})
    taken = {tally_id: _Taken(*row) for tally_id, row in known.items()}
    results, new = [], []
    for raw, one in zip(batch, read, strict=True):
        if one is None:
            results.append(_refused(_echo(raw), Refusal.UNREADABLE))
        elif one.tally_id in taken:
            results.append(_again(one, taken[one.tally_id], door))
        else:
            at = rules.corrected(one.counted_at, offset, arrival, door.event_created_at)
            spot = _spot(door, one, at, sites, sittings)
            if isinstance(spot, Refusal):
                results.append(_refused(one.tally_id, spot))
                continue
            new.append(_row(door, one, spot, arrival))
            taken[one.tally_id] = _Taken(door.event_id, door.device_id, one.people)
            results.append({"tally_id": one.tally_id, "status": "stored"})
    lost = {row["tally_id"] for row in new} - _insert(new)
    return [
        {**result, "status": "replay"} if result["tally_id"] in lost else result for result in results
    ]  # somebody sent them at the same moment


@atomic()
def tap(open_doors: OpenDoors, people: int, *, tally_id: UUID, by: Any) -> bool:
    """Count people at the desk, below nought to take a slip back. False when this very tap is counted already."""
    if not 0 < abs(people) <= rules.MOST_PEOPLE:
        raise Invalid(_("Count from 1 to %(most)s people at a time.", most=rules.MOST_PEOPLE), field="people")
    event: Event = open_doors.event
    event.require_open()
    if people < 0:
        lock(open_doors.site)  # of two who take back at once, the second sees what the first has left
        if queries.known_tallies({str(tally_id)}):
            return False
        counted = queries.tallied(open_doors.sitting).get(open_doors.site_id, 0)
        if counted + people < 0:
            raise Invalid(_("Nobody has been counted whom one could take back."), field="people")
    now = clock.now()
    values = {
        "tally_id": str(tally_id),
        "event_id": event.id,
        "site_id": open_doors.site_id,
        "sitting_id": open_doors.sitting_id,
        "device_id": None,
        "people": people,
        "counted_at": now,
        "received_at": now,
        "actor_kind": by.actor_kind,
        "actor_id": by.id,
    }
    return bool(_insert([values]))


def _spot(
    door: Door, one: Counted, at: datetime, sites: dict[str, int], sittings: list[WithHours]
) -> _Spot | Refusal:
    """Where it counts, or why it does not: for the sites and the hours of the device only, as scans."""
    if not door.is_open:
        return Refusal.REVOKED_DEVICE
    site_id = door.site_id if one.site is None else sites.get(one.site)
    if site_id is None:
        return Refusal.NO_SITE
    if door.site_id not in (None, site_id):
        return Refusal.OTHER_SITE
    by_number = {each.sitting.number: each for each in sittings}
    found = by_number.get(one.sitting) if one.sitting is not None else _open_at(sittings, site_id, at)
    if found is None:
        return Refusal.NO_SITTING
    sitting, hours = found
    cancelled = [moment for moment in (door.event_cancelled_at, sitting.cancelled_at) if moment is not None]
    if cancelled and at >= min(cancelled):
        return Refusal.CANCELLED
    if not doors.doors(sitting, hours.get(site_id)).within(door.hours).are_open(at):
        return Refusal.NOT_YET
    return _Spot(site_id, sitting.id, at)


def _open_at(sittings: list[WithHours], site_id: int, at: datetime) -> WithHours | None:
    """The sitting whose doors are open there at the moment, else the nearest."""
    of_site = {each.sitting.id: each.hours[site_id] for each in sittings if site_id in each.hours}
    chosen = doors.sitting_at([each.sitting for each in sittings], at, of_site)
    return next((each for each in sittings if each.sitting is chosen), None)


def _again(one: Counted, stored: _Taken, door: Door) -> dict[str, Any]:
    """The same id once more: a replay, or something else under an id that is taken."""
    if stored == _Taken(door.event_id, door.device_id, one.people):
        return {"tally_id": one.tally_id, "status": "replay"}
    return _refused(one.tally_id, Refusal.CONFLICT)


def _row(door: Door, one: Counted, spot: _Spot, arrival: datetime) -> dict[str, Any]:
    return {
        "tally_id": one.tally_id,
        "event_id": door.event_id,
        "site_id": spot.site_id,
        "sitting_id": spot.sitting_id,
        "device_id": door.device_id,
        "people": one.people,
        "counted_at": spot.at,
        "received_at": arrival,
        "actor_kind": door.actor_kind,
        "actor_id": door.actor_id,
    }


def _insert(rows: list[dict[str, Any]]) -> set[str]:
    """The ids of those that were new; of two at the same moment one is."""
    if not rows:
        return set()
    statement = insert(Tally).values(rows).on_conflict_do_nothing().returning(Tally.tally_id)
    return set(db.session.scalars(statement))


def _refused(tally_id: str | None, reason: Refusal) -> dict[str, Any]:
    return {"tally_id": tally_id, "status": "refused", "reason": reason.value}


def _echo(raw: Any) -> str | None:
    value = raw.get("tally_id") if isinstance(raw, dict) else None
    return value if isinstance(value, str) and len(value) <= LONGEST_ECHO and value.isprintable() else None
