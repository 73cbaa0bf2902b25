"""Look up the activities of a campaign: by kind, state, stop, agency and words; in figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from eventsvc import text
from eventsvc.campaigns import door_queries
from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityKind,
    ActivityOrganization,
    ActivityRole,
    ActivityState,
    Stall,
    StallState,
)
from eventsvc.campaigns.door_queries import Came
from eventsvc.campaigns.models import Cluster, Stop
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.visitors.models import OpenDoors

SPACES = (ActivityKind.EXHIBITION_SPACE, ActivityKind.EXHIBIT)
"""Where stalls may stand."""


class Line(NamedTuple):
    """An activity in the list: what a row says, no more; three hundred of them are read for one page."""

    id: int
    parent_id: int | None
    number: int
    kind: ActivityKind
    key: str | None
    name: str
    place: str | None
    time_text: str | None
    starts_on: date | None
    ends_on: date | None
    opens: time | None
    closes: time | None
    is_public: bool
    state: ActivityState
    visitors: int | None
    stop_id: int | None
    stop: str | None


@dataclass
class Row:
    """A line with who does it, and the space that it stands in when it is a part."""

    line: Line
    leads: list[str] = field(default_factory=list)
    coordinating: list[str] = field(default_factory=list)
    space: Line | None = None
    doors: list[OpenDoors] = field(default_factory=list)
    """Where everybody may register for it; filled in for the public page."""
    opens_group: bool = False
    """Whether the row before is of another space, so that the name of the space is to be said."""


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; nothing means everything. `agency` is a name as printed."""

    kind: ActivityKind | None = None
    state: ActivityState | None = None
    stop_id: int | None = None
    agency: str = ""
    q: str = ""


class KindFigures(NamedTuple):
    """Of one kind: how many there are without those called off, how many were held, how many people came."""

    kind: ActivityKind
    planned: int
    held: int
    visitors: int
    """As typed afterwards; of those of which nothing is typed, as scanned or counted at their open doors."""


@dataclass(frozen=True)
class Figures:
    """The activities of an event in figures; exhibits count with their space, not by themselves."""

    kinds: tuple[KindFigures, ...] = ()
    states: dict[ActivityState, int] = field(default_factory=dict)
    stalls: int = 0
    """Without those called off."""
    stalls_present: int = 0
    doors: Came = Came()
    """At the open doors of the activities."""

    @property
    def total(self) -> int:
        """Without those called off."""
        return sum(kind.planned for kind in self.kinds)

    @property
    def held(self) -> int:
        return sum(kind.held for kind in self.kinds)

    @property
    def visitors(self) -> int:
        return sum(kind.visitors for kind in self.kinds)


def rows(event: Event, wanted: Wanted | None = None) -> list[Row]:
    """The activities of an event in their order, each space before its parts; two queries, however many there are."""
    wanted = wanted or Wanted()
    found = [Row(line) for line in _lines(event)]
    by_id = {row.line.id: row for row in found}
    for activity_id, role, name in db.session.execute(
        sa.select(ActivityOrganization.activity_id, ActivityOrganization.role, ActivityOrganization.name)
        .join(Activity, Activity.id == ActivityOrganization.activity_id)
        .where(Activity.event_id == event.id)
        .order_by(ActivityOrganization.activity_id, ActivityOrganization.number)
    ):
        row = by_id[activity_id]
        (row.leads if role is ActivityRole.LEAD else row.coordinating).append(name)
    for row in found:
        space = by_id.get(row.line.parent_id or 0)
        row.space = space.line if space else None
    return [row for row in _in_order(found) if _fits(row, wanted)]


def grouped(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page, marked where the name of their space has to be said."""
    before: int | None = None
    for row in rows:
        group = row.space.id if row.space else row.line.id
        row.opens_group = row.space is not None and group != before
        before = group
    return list(rows)


def _lines(event: Event) -> list[Line]:
    columns = [getattr(Activity, name) for name in Line._fields[:-1]]
    found = db.session.execute(
        sa.select(*columns, Stop.name)
        .outerjoin(Stop, Stop.id == Activity.stop_id)
        .where(Activity.event_id == event.id)
        .order_by(Activity.number, Activity.id)
    )
    return [Line._make(row) for row in found]


def _in_order(found: list[Row]) -> list[Row]:
    parts: dict[int | None, list[Row]] = {}
    for row in found:
        parts.setdefault(row.line.parent_id, []).append(row)
    return [one for row in parts.get(None, []) for one in (row, *parts.get(row.line.id, []))]


def _fits(row: Row, wanted: Wanted) -> bool:
    line = row.line
    if wanted.kind is not None and line.kind is not wanted.kind:
        return False
    if wanted.state is not None and line.state is not wanted.state:
        return False
    if wanted.stop_id is not None and line.stop_id != wanted.stop_id:
        return False
    agencies = [*row.leads, *row.coordinating]
    if wanted.agency:
        key = text.same_words(wanted.agency)
        if not any(text.same_words(name) == key for name in agencies):
            return False
    if not wanted.q.strip():
        return True
    folded = text.fold(wanted.q)
    return bool(folded) and folded in text.fold(
        " ".join([line.key or "", line.name, line.place or "", *agencies])
    )


def agencies(event: Event) -> list[str]:
    """The names under which activities are given to somebody, each once, in the order of the dictionary."""
    names = db.session.scalars(
        sa.select(ActivityOrganization.name)
        .join(Activity, Activity.id == ActivityOrganization.activity_id)
        .where(Activity.event_id == event.id)
        .distinct()
    )
    once: dict[str, str] = {}
    for name in sorted(names, key=text.sort_key):
        once.setdefault(text.same_words(name), name)
    return list(once.values())


def stops_of(event: Event) -> list[Stop]:
    """The stops of a campaign in the order of its route."""
    return list(
        db.session.scalars(
            sa.select(Stop)
            .join(Stop.cluster)
            .where(Stop.event_id == event.id)
            .order_by(Cluster.number, Stop.number)
        )
    )


def spaces_of(event: Event) -> list[Activity]:
    """What may have parts: the activities that are no part themselves."""
    return list(
        db.session.scalars(
            sa.select(Activity)
            .where(Activity.event_id == event.id, Activity.parent_id.is_(None))
            .order_by(Activity.number)
        )
    )


def all_of(event: Event) -> list[Activity]:
    """Every activity, each space before its parts."""
    space = aliased(Activity)
    return list(
        db.session.scalars(
            sa.select(Activity)
            .outerjoin(space, space.id == Activity.parent_id)
            .where(Activity.event_id == event.id)
            .options(joinedload(Activity.parent))
            .order_by(
                sa.func.coalesce(space.number, Activity.number),
                Activity.parent_id.is_not(None),
                Activity.number,
                Activity.id,
            )
        )
    )


def activity_of(event: Event, activity_id: int) -> Activity:
    """The activity of this event; otherwise NotFound."""
    found: Activity = part_of(event, Activity, activity_id)
    return found


def with_all(event: Event, activity_id: int) -> Activity:
    """The activity with all that its page shows; otherwise NotFound."""
    activity_of(event, activity_id)
    return db.session.scalars(
        sa.select(Activity)
        .where(Activity.id == activity_id)
        .options(
            joinedload(Activity.parent),
            joinedload(Activity.stop),
            joinedload(Activity.task),
            selectinload(Activity.parts).selectinload(Activity.organizations),
            selectinload(Activity.organizations),
            selectinload(Activity.contents),
        )
        .execution_options(populate_existing=True)
    ).one()


def siblings(event: Event, parent_id: int | None) -> list[Activity]:
    """The activities of one list, in their order."""
    beside = Activity.parent_id == parent_id if parent_id is not None else Activity.parent_id.is_(None)
    return list(
        db.session.scalars(
            sa.select(Activity)
            .where(Activity.event_id == event.id, beside)
            .order_by(Activity.number, Activity.id)
        )
    )


def beside(activity: Activity) -> list[Activity]:
    """The list that an activity stands in."""
    return siblings(activity.event, activity.parent_id)


def has_parts(activity: Activity) -> bool:
    return (
        db.session.scalar(sa.select(Activity.id).where(Activity.parent_id == activity.id).limit(1))
        is not None
    )


def names_of(activity: Activity, role: ActivityRole) -> list[str]:
    """Who leads or coordinates, as printed."""
    return [row.name for row in activity.organizations if row.role is role]


def public_activities(event: Event) -> list[Row]:
    """What everybody may come to and has not been called off, in the order of days; for the public page."""
    found = [
        row for row in rows(event) if row.line.is_public and row.line.state is not ActivityState.CANCELLED
    ]
    doors = door_queries.public_doors(event)
    for row in found:
        row.doors = doors.get(row.line.id, [])
    return sorted(found, key=lambda row: (row.line.starts_on or date.max, row.line.opens or time.min))


def figures(event: Event) -> Figures:
    """The activities and stalls of an event in figures, in as many queries for three as for many. For its pages and the
    results report."""
    counted = db.session.execute(
        sa.select(
            Activity.kind,
            Activity.state,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(Activity.visitors), 0),
        )
        .where(Activity.event_id == event.id)
        .group_by(Activity.kind, Activity.state)
    ).all()
    standing = [row for row in counted if row[1] is not ActivityState.CANCELLED]
    through = door_queries.came(event)
    uncounted = _without_visitors(through)
    kinds = tuple(
        KindFigures(
            kind,
            planned=sum(count for of, _state, count, _came in standing if of is kind),
            held=sum(
                count for of, state, count, _came in standing if of is kind and state is ActivityState.DONE
            ),
            visitors=sum(int(came) for of, _state, _count, came in standing if of is kind)
            + sum(through[one].people for one, of in uncounted.items() if of is kind),
        )
        for kind in ActivityKind
        if any(of is kind for of, *_rest in standing)
    )
    states: dict[ActivityState, int] = {}
    for _kind, state, count, _came in counted:
        states[state] = states.get(state, 0) + count
    by_state = db.session.execute(
        sa.select(Stall.state, sa.func.count()).where(Stall.event_id == event.id).group_by(Stall.state)
    )
    stalls = {state: count for state, count in by_state}
    return Figures(
        kinds,
        states,
        stalls=sum(count for state, count in stalls.items() if state is not StallState.CANCELLED),
        stalls_present=stalls.get(StallState.PRESENT, 0),
        doors=Came(*(sum(one[place] for one in through.values()) for place in range(len(Came._fields)))),
    )


def _without_visitors(ids: Collection[int]) -> dict[int, ActivityKind]:
    """Those of them that stand and of which nobody has typed how many came, with their kinds."""
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(Activity.id, Activity.kind).where(
            Activity.id.in_(ids), Activity.visitors.is_(None), Activity.state != ActivityState.CANCELLED
        )
    )
    return {one: kind for one, kind in rows}
