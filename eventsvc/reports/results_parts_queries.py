"""The rows of a results report that come from the parts of a campaign: who came to its events and through its open
doors, the tasks of its stops and their agencies. As many statements for forty parts as for two.

No row names a guest or a visitor: events, sites and days only.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from eventsvc import clock, text
from eventsvc.checkins import rules as scans
from eventsvc.checkins.models import Scan, ScanKind
from eventsvc.db import db
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event, Sitting
from eventsvc.feeds.campaign_queries import first_day
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.reports.results_shapes import iso
from eventsvc.sites.models import Site
from eventsvc.tasks.deadline_queries import anchors
from eventsvc.tasks.deadlines import relative_last_day
from eventsvc.tasks.filters import ANSWERED, FINISHED
from eventsvc.tasks.models import AssigneeRole, Assignment, AssignmentState, Task, TaskState
from eventsvc.visitors.models import OpenDoors, Tally, Visit, VisitState

Rows = list[list[Any]]


def ids_of(event: Event) -> sa.Select[tuple[int]]:
    """The event and what is part of it."""
    return sa.select(Event.id).where(sa.or_(Event.id == event.id, Event.part_of_id == event.id))


# --- Who came ----------------------------------------------------------------------------------------------------


def guests(parts: Sequence[Event]) -> Rows:
    """Each part with its sites and its guests, whoever was in at any of its sittings that stands."""
    ids = [part.id for part in parts]
    sites: dict[int, int] = dict(
        db.session.execute(
            sa.select(Site.event_id, sa.func.count()).where(Site.event_id.in_(ids)).group_by(Site.event_id)
        ).all()  # type: ignore[arg-type]
    )
    counted = _guests(ids)
    rows: Rows = []
    for part in parts:
        invited, registered, present, walk_ins = counted.get(part.id, (0, 0, 0, 0))
        rows.append(
            [
                text.clean(part.short_title), iso(first_day(part)), sites.get(part.id, 0), invited, registered,
                present, invited - present, walk_ins,
            ]
        )  # fmt: skip
    return rows


def _guests(ids: Sequence[int]) -> dict[int, tuple[int, int, int, int]]:
    """Invited, registered, present, let in without being invited: as `attendance.figures_of` and the lists of
    invitations count them, by event."""
    entered = (
        sa.select(Scan.guest_id)
        .join(Sitting, Sitting.id == Scan.sitting_id)
        .where(Sitting.event_id.in_(ids), Sitting.cancelled_at.is_(None), *_lets_in())
        .distinct()
        .subquery()
    )
    is_invited = sa.and_(Guest.is_walk_in.is_(False), Invitation.revoked_at.is_(None))
    is_in = entered.c.guest_id.is_not(None)
    has_accepted = sa.and_(Invitation.revoked_at.is_(None), Invitation.answer == Answer.ACCEPTED)
    rows = db.session.execute(
        sa.select(
            Guest.event_id,
            _sum(is_invited),
            _sum(has_accepted),
            _sum(sa.and_(is_invited, is_in)),
            _sum(sa.and_(sa.not_(is_invited), is_in)),
        )
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(entered, entered.c.guest_id == Guest.id)
        .where(Guest.event_id.in_(ids))
        .group_by(Guest.event_id)
    )
    return {event_id: tuple(map(int, sums)) for event_id, *sums in rows}  # type: ignore[misc]


def doors(event: Event) -> Rows:
    """The open doors of the event and its parts. People counted by taps stand once for each site and sitting, however
    many doors are open there."""
    where = OpenDoors.event_id.in_(ids_of(event))
    listed = db.session.execute(
        sa.select(OpenDoors, Event.short_title, Sitting.starts_at)
        .join(Event, Event.id == OpenDoors.event_id)
        .join(Sitting, Sitting.id == OpenDoors.sitting_id)
        .where(where)
        .order_by(Sitting.starts_at.is_(None), Sitting.starts_at, OpenDoors.id)
    ).all()
    if not listed:
        return []
    places, came, counted = _places(where), _came(where), _tallied(where)
    rows: Rows = []
    for row, title, starts_at in listed:
        taken = places.get(row.id, {})
        people = counted.pop((row.site_id, row.sitting_id), None)
        rows.append(
            [
                text.clean(title), row.title, _moment(starts_at), row.capacity,
                taken.get(VisitState.REGISTERED, 0), taken.get(VisitState.WAITING, 0), came.get(row.id, 0),
                None if people is None else max(0, people),
            ]
        )  # fmt: skip
    return rows


def _places(where: sa.ColumnElement[bool]) -> dict[int, dict[VisitState, int]]:
    found: dict[int, dict[VisitState, int]] = {}
    for doors_id, state, number in db.session.execute(
        sa.select(Visit.open_doors_id, Visit.state, sa.func.count())
        .join(OpenDoors, OpenDoors.id == Visit.open_doors_id)
        .where(where)
        .group_by(Visit.open_doors_id, Visit.state)
    ):
        found.setdefault(doors_id, {})[state] = number
    return found


def _came(where: sa.ColumnElement[bool]) -> dict[int, int]:
    """Who has a place and is in by the pass, at the sitting of the doors."""
    rows = db.session.execute(
        sa.select(Visit.open_doors_id, sa.func.count(Visit.id.distinct()))
        .join(OpenDoors, OpenDoors.id == Visit.open_doors_id)
        .join(Scan, sa.and_(Scan.guest_id == Visit.guest_id, Scan.sitting_id == OpenDoors.sitting_id))
        .where(where, Visit.state == VisitState.REGISTERED, *_lets_in())
        .group_by(Visit.open_doors_id)
    )
    return {doors_id: number for doors_id, number in rows}


def _tallied(where: sa.ColumnElement[bool]) -> dict[tuple[int, int], int]:
    is_there = sa.exists().where(
        where, OpenDoors.site_id == Tally.site_id, OpenDoors.sitting_id == Tally.sitting_id
    )
    rows = db.session.execute(
        sa.select(Tally.site_id, Tally.sitting_id, sa.func.sum(Tally.people))
        .where(is_there)
        .group_by(Tally.site_id, Tally.sitting_id)
    )
    return {(site_id, sitting_id): int(people) for site_id, sitting_id, people in rows}


def _lets_in() -> tuple[sa.ColumnElement[bool], ...]:
    """A scan that lets somebody in and that nobody has undone who may (`checkins.queries.annulled`)."""
    undoing = aliased(Scan)
    undone = sa.exists().where(
        undoing.annuls == Scan.scan_id,
        undoing.event_id == Scan.event_id,
        sa.or_(undoing.site_id.is_(None), undoing.site_id == Scan.site_id),
    )
    return (
        Scan.guest_id.is_not(None),
        Scan.kind == ScanKind.ENTRY,
        Scan.standing.in_(scans.ADMITTING),
        sa.not_(undone),
    )


# --- Tasks of the stops ------------------------------------------------------------------------------------------


class Deadlines:
    """The last days of tasks of several events: what `deadline_queries.due_day` says of each, worked out here."""

    def __init__(self, parts: Sequence[Event]) -> None:
        self._anchors = {part.id: anchors(part) for part in parts}
        self._overrides = calendar_queries.overrides()

    def of(self, task: Any) -> date | None:
        """Of a task, or of a row with its columns."""
        fixed = self._anchors[task.event_id].day(task.anchor)
        relative = relative_last_day(task.deadline_kind, task.offset_days, fixed, self._overrides)
        return task.extended_to or relative or task.last_day


class Work(NamedTuple):
    """Tasks in all, those done, those past their last day."""

    all: int = 0
    done: int = 0
    past: int = 0

    def plus(self, other: "Work") -> "Work":
        return Work(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def work_of(parts: Sequence[Event], today: date) -> dict[int, Work]:
    """The tasks of each part, by its id; parts without any are left out."""
    names = ("event_id", "state", "anchor", "deadline_kind", "offset_days", "extended_to", "last_day")
    rows = db.session.execute(
        sa.select(*[getattr(Task, name) for name in names]).where(
            Task.event_id.in_([part.id for part in parts])
        )
    ).all()
    days = Deadlines(parts)
    found: dict[int, Work] = {}
    for row in rows:
        due = days.of(row) if row.state is TaskState.OPEN else None
        this = Work(1, int(row.state is TaskState.DONE), int(due is not None and due < today))
        found[row.event_id] = found.get(row.event_id, Work()).plus(this)
    return found


def tasks(parts: Sequence[Event]) -> list[tuple[str, Task, date | None]]:
    """The tasks of the parts in the order of their days: the name of the part, the task, its last day."""
    own = Task.event_id.in_([part.id for part in parts])
    places = {part.id: (number, text.clean(part.short_title)) for number, part in enumerate(parts)}
    listed = db.session.scalars(sa.select(Task).where(own).options(selectinload(Task.assignees)))
    days = Deadlines(parts)
    ordered = sorted(listed, key=lambda task: (places[task.event_id][0], task.number, task.id))
    return [(places[task.event_id][1], task, days.of(task)) for task in ordered]


def agencies(parts: Sequence[Event], today: date) -> Rows:
    """Who is charged with the tasks of the parts, each agency once under the name of its link: name, charged, in the
    lead, answered, accepted, overdue."""
    columns = ("event_id", "anchor", "deadline_kind", "offset_days", "last_day")
    listed = db.session.execute(
        sa.select(
            OrganizationInvitation.name,
            Assignment.role,
            Assignment.state,
            sa.func.coalesce(Assignment.extended_to, Task.extended_to).label("extended_to"),
            Task.state.label("task_state"),
            *[getattr(Task, name) for name in columns],
        )
        .join(Assignment, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .join(Task, Assignment.task_id == Task.id)
        .where(Task.event_id.in_([part.id for part in parts]), Assignment.left_at.is_(None))
        .order_by(OrganizationInvitation.folded, OrganizationInvitation.id)
    ).all()
    days = Deadlines(parts)
    found: dict[str, list[Any]] = {}
    for row in listed:
        due = days.of(row)
        is_late = (
            due is not None and due < today and row.state not in FINISHED and row.task_state is TaskState.OPEN
        )
        sums = found.setdefault(text.same_words(row.name), [row.name, 0, 0, 0, 0, 0])
        counts = (
            True,
            row.role in (AssigneeRole.LEAD, AssigneeRole.RESPONSIBLE),
            row.state in ANSWERED,
            row.state is AssignmentState.ACCEPTED,
            is_late,
        )
        for place, counts_here in enumerate(counts, start=1):
            sums[place] += int(counts_here)
    return list(found.values())


def merged(own: Rows, others: Rows) -> Rows:
    """The agencies of a campaign and of its parts, each once; the sums of both."""
    found = {text.same_words(row[0]): list(row) for row in own}
    for name, *numbers in others:
        sums = found.setdefault(text.same_words(name), [name, *[0] * len(numbers)])
        for place, number in enumerate(numbers, start=1):
            sums[place] += number
    return sorted(found.values(), key=lambda row: text.sort_key(row[0]))


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _moment(at: Any) -> str | None:
    return clock.local(at).isoformat(timespec="minutes") if at else None
