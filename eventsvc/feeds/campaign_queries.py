"""What everybody may know of a campaign: its events, public activities and contests, what is held locally."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.campaigns import activity_queries, roadshow_queries
from eventsvc.campaigns.activity_models import Activity, ActivityKind
from eventsvc.campaigns.months import Happening
from eventsvc.contests import queries as contests
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus, TimeState
from eventsvc.movements.return_models import LocalLaunch


def parts_of(event: Event) -> list[Event]:
    """The events that are part of a campaign, by their days; those without one last."""
    rows = db.session.scalars(
        sa.select(Event).where(Event.part_of_id == event.id).options(selectinload(Event.sittings))
    ).all()
    return sorted(rows, key=lambda part: (first_day(part) or date.max, part.id))


def first_day(event: Event) -> date | None:
    return clock.local(event.starts_at).date() if event.starts_at else event.window_start


def last_day(event: Event) -> date | None:
    moment = event.ends_at or event.starts_at
    return clock.local(moment).date() if moment else event.window_end


class Public(NamedTuple):
    parts: list[Event]
    activities: list[activity_queries.Row]
    launches: list[LocalLaunch]
    contests: list[Contest]
    hosts: dict[int, str]


def public(event: Event) -> Public:
    """The stops and the finale that are events, activities and contests that are public, local events as their
    agencies registered them. Never a name of a person, never a plan that nobody has decided."""
    clusters = roadshow_queries.clusters_of(event)
    hosts = {
        stop.part_id: ", ".join(unit.name for unit in cluster.units if unit.is_host)
        for cluster in clusters
        for stop in cluster.stops
        if stop.part_id
    }
    launches = db.session.scalars(
        sa.select(LocalLaunch)
        .where(
            LocalLaunch.event_id == event.id,
            sa.or_(LocalLaunch.planned_on.is_not(None), LocalLaunch.held_on.is_not(None)),
        )
        .options(joinedload(LocalLaunch.asked))
    ).all()
    return Public(
        [part for part in parts_of(event) if part.status is not EventStatus.ARCHIVED],
        activity_queries.public_activities(event),
        sorted(launches, key=lambda row: (row.held_on or row.planned_on or date.max, row.id)),
        contests.public_contests(event),
        hosts,
    )


def is_known(part: Event) -> bool:
    """Whether everybody may rely on its days: approved, and not only proposed."""
    return any(sitting.time_state is TimeState.APPROVED for sitting in part.standing_sittings)


def public_days(part: Event) -> tuple[date, date] | None:
    """The approved days of a part; its window while nothing is approved."""
    approved = [s for s in part.standing_sittings if s.time_state is TimeState.APPROVED and s.starts_at]
    starts = [clock.local(s.starts_at).date() for s in approved if s.starts_at]
    ends = [clock.local(s.ends_at or s.starts_at).date() for s in approved if s.ends_at or s.starts_at]
    if starts:
        return min(starts), max([*starts, *ends])
    if part.window_start and part.window_end:
        return part.window_start, part.window_end
    return None


def happenings(shown: Public) -> list[Happening]:
    """What stands in the calendar of the public page. A window of weeks is no day: it does not."""
    found = []
    for part in shown.parts:
        days = public_days(part)
        if days and not part.is_cancelled and (is_known(part) or (days[1] - days[0]).days < 7):
            found.append(Happening(part.short_title, *days, "stop", part.venue, anchor=f"part-{part.id}"))
    for row in shown.activities:
        first = row.line.starts_on
        if first:
            last = row.line.ends_on or first
            found.append(
                Happening(
                    row.line.name, first, last, "activity", row.line.place, anchor=f"activity-{row.line.id}"
                )
            )
    for launch in shown.launches:
        day = launch.held_on or launch.planned_on
        if day:
            found.append(
                Happening(launch.asked.name, day, day, "launch", launch.place, anchor=f"launch-{launch.id}")
            )
    return found


def contest_days(contest: Contest) -> tuple[date | None, date | None]:
    """From the first day on which one may enter to the last day of it or of the vote; else the activity's days."""
    opens = [contest.opens_at, contest.vote_opens_at]
    closes = [contest.closes_at, contest.vote_closes_at]
    first = min(
        (clock.local(moment).date() for moment in opens if moment), default=contest.activity.starts_on
    )
    last = max((clock.local(moment).date() for moment in closes if moment), default=contest.activity.ends_on)
    return first, last


class Changes(NamedTuple):
    """When each was last changed, by its id: sittings of the parts, activities and contests of the campaign."""

    sittings: dict[int, datetime]
    activities: dict[int, datetime]
    contests: dict[int, datetime]


def changes(event: Event, parts: Sequence[Event]) -> Changes:
    """Out of the log, in one query, whoever has to hear of it."""
    rows = db.session.execute(
        sa.select(AuditEntry.subject_kind, AuditEntry.subject_id, sa.func.max(AuditEntry.at))
        .where(
            AuditEntry.event_id.in_([event.id, *(part.id for part in parts)]),
            AuditEntry.subject_kind.in_(("sitting", "activity", "contest")),
        )
        .group_by(AuditEntry.subject_kind, AuditEntry.subject_id)
    )
    found: dict[str, dict[int, datetime]] = {"sitting": {}, "activity": {}, "contest": {}}
    for kind, subject_id, at in rows:
        found[kind][subject_id] = at
    return Changes(found["sitting"], found["activity"], found["contest"])


def told_activities(event: Event) -> list[Activity]:
    """The public activities that have a day, those called off too: calendars are told of them. Contests go by their
    own days."""
    return list(
        db.session.scalars(
            sa.select(Activity)
            .where(
                Activity.event_id == event.id,
                Activity.is_public.is_(True),
                Activity.starts_on.is_not(None),
                Activity.kind != ActivityKind.CONTEST,
            )
            .order_by(Activity.id)
        )
    )
