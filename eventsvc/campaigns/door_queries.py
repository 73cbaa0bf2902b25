"""Look up the open doors of activities: where everybody may come to them, who registered, was scanned, was counted."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from eventsvc import clock
from eventsvc.campaigns.activity_models import Activity, ActivityDoors, ActivityKind
from eventsvc.checkins import rules as scans
from eventsvc.checkins.models import Scan, ScanKind
from eventsvc.db import db
from eventsvc.events.models import Event, EventKind, Sitting
from eventsvc.visitors.models import OpenDoors, Tally, Visit, VisitState

OPEN_KINDS = frozenset(
    {
        ActivityKind.EXHIBITION_SPACE,
        ActivityKind.EXHIBIT,
        ActivityKind.PERFORMANCE,
        ActivityKind.SEMINAR,
        ActivityKind.CONTEST,
        ActivityKind.OTHER,
    }
)
"""What everybody may be let in to: no drill, and no work on channels."""


class Came(NamedTuple):
    """Through the open doors of an activity: registered for a place, in by their pass, counted by taps. The last two
    are never added: whoever was scanned may have been counted, too."""

    registered: int = 0
    scanned: int = 0
    counted: int = 0

    @property
    def people(self) -> int:
        """How many have certainly come."""
        return max(self.scanned, self.counted)


def doors_of(activity: Activity) -> list[OpenDoors]:
    """The open doors of an activity in the order of their sittings."""
    found = db.session.scalars(
        sa.select(OpenDoors)
        .join(ActivityDoors, ActivityDoors.open_doors_id == OpenDoors.id)
        .where(ActivityDoors.activity_id == activity.id)
        .options(joinedload(OpenDoors.event), joinedload(OpenDoors.site), joinedload(OpenDoors.sitting))
    )
    return sorted(found, key=lambda each: (*_when(each.sitting), each.id))


def public_doors(event: Event) -> dict[int, list[OpenDoors]]:
    """The open doors whose registration has not been stopped, by the ids of the activities of an event."""
    found: dict[int, list[OpenDoors]] = {}
    for activity_id, doors in db.session.execute(
        sa.select(ActivityDoors.activity_id, OpenDoors)
        .join(OpenDoors, OpenDoors.id == ActivityDoors.open_doors_id)
        .join(Activity, Activity.id == ActivityDoors.activity_id)
        .where(Activity.event_id == event.id, OpenDoors.stopped_at.is_(None))
        .options(joinedload(OpenDoors.event), joinedload(OpenDoors.sitting))
    ):
        if not doors.event.is_cancelled and doors.event.has_data_notice and not doors.sitting.cancelled_at:
            found.setdefault(activity_id, []).append(doors)
    for listed in found.values():
        listed.sort(key=lambda each: (*_when(each.sitting), each.id))
    return found


def _when(sitting: Sitting) -> tuple[bool, float]:
    return sitting.starts_at is None, sitting.starts_at.timestamp() if sitting.starts_at else 0.0


def parts_of(event: Event) -> list[Event]:
    """Where doors may be opened: the event itself if people come to it, and the parts that have not been called off."""
    parts = db.session.scalars(
        sa.select(Event)
        .where(Event.part_of_id == event.id)
        .order_by(Event.window_start.is_(None), Event.window_start, Event.id)
    )
    return [each for each in (event, *parts) if each.kind.is_gathering and not each.is_cancelled]


def stops_among(parts: Sequence[Event]) -> list[Event]:
    return [part for part in parts if part.kind is EventKind.ROADSHOW_STOP]


def sittings_on(part: Event, first: date | None, last: date | None) -> list[Sitting]:
    """The standing sittings of an event on these days; without days, and of sittings without a time, all."""
    end = last or first
    found = []
    for sitting in part.standing_sittings:
        day = clock.local(sitting.starts_at).date() if sitting.starts_at else None
        if day is None or first is None or end is None or first <= day <= end:
            found.append(sitting)
    return found


def came(event: Event) -> dict[int, Came]:
    """By the id of each activity that has open doors, in four statements. Taps at one site and sitting are those of the
    activity whose doors were opened there first: nobody is counted twice."""
    rows = db.session.execute(
        sa.select(ActivityDoors.activity_id, OpenDoors.id, OpenDoors.site_id, OpenDoors.sitting_id)
        .join(OpenDoors, OpenDoors.id == ActivityDoors.open_doors_id)
        .join(Activity, Activity.id == ActivityDoors.activity_id)
        .where(Activity.event_id == event.id)
        .order_by(ActivityDoors.id)
    ).all()
    if not rows:
        return {}
    ids = sa.select(ActivityDoors.open_doors_id).join(Activity).where(Activity.event_id == event.id)
    registered, scanned, counted = _registered(ids), _scanned(ids), _counted(ids)
    found: dict[int, Came] = {}
    for activity_id, doors_id, site_id, sitting_id in rows:
        before = found.get(activity_id, Came())
        found[activity_id] = Came(
            before.registered + registered.get(doors_id, 0),
            before.scanned + scanned.get(doors_id, 0),
            before.counted + max(0, counted.pop((site_id, sitting_id), 0)),
        )
    return found


def _registered(ids: sa.Select[tuple[int]]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Visit.open_doors_id, sa.func.count())
        .where(Visit.open_doors_id.in_(ids), Visit.state == VisitState.REGISTERED)
        .group_by(Visit.open_doors_id)
    )
    return {doors_id: number for doors_id, number in rows}


def _scanned(ids: sa.Select[tuple[int]]) -> dict[int, int]:
    """Who has a place and is in by the pass, at the sitting of the doors; a scan that was undone lets nobody in."""
    undoing = aliased(Scan)
    undone = sa.exists().where(
        undoing.annuls == Scan.scan_id,
        undoing.event_id == Scan.event_id,
        sa.or_(undoing.site_id.is_(None), undoing.site_id == Scan.site_id),
    )
    rows = db.session.execute(
        sa.select(Visit.open_doors_id, sa.func.count(Visit.id.distinct()))
        .join(OpenDoors, OpenDoors.id == Visit.open_doors_id)
        .join(Scan, sa.and_(Scan.guest_id == Visit.guest_id, Scan.sitting_id == OpenDoors.sitting_id))
        .where(
            OpenDoors.id.in_(ids),
            Visit.state == VisitState.REGISTERED,
            Scan.kind == ScanKind.ENTRY,
            Scan.standing.in_(scans.ADMITTING),
            ~undone,
        )
        .group_by(Visit.open_doors_id)
    )
    return {doors_id: number for doors_id, number in rows}


def _counted(ids: sa.Select[tuple[int]]) -> dict[tuple[int, int], int]:
    rows = db.session.execute(
        sa.select(Tally.site_id, Tally.sitting_id, sa.func.sum(Tally.people))
        .where(
            sa.exists().where(
                OpenDoors.id.in_(ids),
                OpenDoors.site_id == Tally.site_id,
                OpenDoors.sitting_id == Tally.sitting_id,
            )
        )
        .group_by(Tally.site_id, Tally.sitting_id)
    )
    return {(site_id, sitting_id): int(people) for site_id, sitting_id, people in rows}
