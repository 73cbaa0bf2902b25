"""How a campaign stands: what is late or wrong, what comes next, what is missing, what there is in figures, what
belongs on its time line."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.budgets import estimate_queries as estimates
from eventsvc.budgets.models import BudgetSource
from eventsvc.campaigns import (
    accreditation_queries,
    activity_queries,
    communication_queries,
    roadshow_queries,
)
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityState
from eventsvc.campaigns.communication_models import AccreditationState, Communication
from eventsvc.campaigns.models import Cluster, ClusterKind, Stop
from eventsvc.campaigns.route import Finding, checks
from eventsvc.campaigns.timeline import Span, Strand
from eventsvc.commendations import queries as commendations
from eventsvc.commendations.models import CommendationState
from eventsvc.contests import queries as contests
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.feeds.campaign_queries import contest_days, first_day, parts_of
from eventsvc.movements.models import Milestone
from eventsvc.reports.results_campaign_queries import standing as stop_standing
from eventsvc.reports.results_parts_queries import Work, work_of
from eventsvc.tasks import queries as tasks

NEXT = timedelta(days=4)
"""Today and four days more."""
MOST_COMING = 12
MOST_PARTS = 3
"""Of more events than these it is said together that tasks are late."""
AFTERWARDS = 3
"""So many are told of what comes after those days, when nothing comes in them."""


class Figures(NamedTuple):
    units: int
    units_in_all: int
    stops: int
    stops_held: int
    stops_made: int
    activities: activity_queries.Figures
    communication: communication_queries.Figures
    press: dict[AccreditationState, int]
    honours: dict[CommendationState, int]
    contests: int
    contests_with_entries: int
    entries: int
    tasks: dict[str, int]
    work: Work
    """Tasks of the campaign and of its parts."""
    estimates: estimates.Figures
    money: estimates.Totals
    given: int | None


class Notice(NamedTuple):
    """Something that is late, wrong or missing: the word that says what, how many, and where: a finding of the route,
    or an event of the campaign."""

    word: str
    count: int
    finding: Finding | None = None
    part: Event | None = None


class Coming(NamedTuple):
    day: date
    name: str
    strand: Strand
    part: Event | None = None


class Standing(NamedTuple):
    """`coming`: what comes in the next days, `afterwards` when nothing does; `late`: tasks past their last day, by the
    id of the part."""

    figures: Figures
    red: list[Notice]
    missing: list[Notice]
    coming: list[Coming]
    afterwards: list[Coming]
    spans: list[Span]
    undated: list[Span]
    parts: list[Event]
    late: dict[int, int]
    of_stops: set[int]
    parts_have_tasks: bool


def standing(event: Event, today: date) -> Standing:
    """Everything that the page of a campaign says, in as many queries for 40 stops as for two."""
    clusters = roadshow_queries.clusters_of(event)
    units = roadshow_queries.units_of_province(event)
    found = checks(roadshow_queries.route_of(event, clusters, units))
    held = contests.contests_of(event)
    parts = parts_of(event)
    work = work_of(parts, today) if parts else {}
    late = {part_id: each.past for part_id, each in work.items() if each.past}
    spans = [*_milestones(_milestones_of(event)), *_clusters(clusters), *_stops(clusters), *_contests(held)]
    figures = _figures(event, today, clusters, len(units), held, contests.figures(held))
    figures = figures._replace(work=reduce(Work.plus, work.values(), figures.work))
    behind = _behind(event, today)
    halting = {cluster.name for cluster in clusters if cluster.stops}
    to_come = _coming([*spans, *_activities(event, today)], parts, today)
    coming = [one for one in to_come if one.day <= today + NEXT]
    return Standing(
        figures,
        _red(found, figures, behind, [(part, late[part.id]) for part in parts if part.id in late]),
        _missing(event, figures, behind, held, clusters),
        coming[:MOST_COMING],
        [] if coming else to_come[:AFTERWARDS],
        [span for span in spans if span.is_dated],
        [
            span
            for span in spans
            if not span.is_dated and (span.strand is not Strand.CLUSTER or span.line not in halting)
        ],
        parts,
        late,
        {stop.part_id for cluster in clusters for stop in cluster.stops if stop.part_id},
        bool(work),
    )


# --- What the standing is made of --------------------------------------------------------------------------


def _milestones_of(event: Event) -> Sequence[Milestone]:
    return db.session.scalars(
        sa.select(Milestone).where(Milestone.event_id == event.id).order_by(Milestone.number)
    ).all()


def _milestones(rows: Sequence[Milestone]) -> list[Span]:
    return [Span(Strand.MILESTONE, row.text, row.starts_on, row.ends_on) for row in rows]


def _clusters(clusters: Sequence[Cluster]) -> list[Span]:
    found = []
    for cluster in clusters:
        if cluster.kind is ClusterKind.CLUSTER:
            last = cluster.starts_on + timedelta(days=(cluster.days or 1) - 1) if cluster.starts_on else None
            found.append(Span(Strand.CLUSTER, cluster.name, cluster.starts_on, last, line=_line(cluster)))
    return found


def _stops(clusters: Sequence[Cluster]) -> list[Span]:
    """A stop stands on the line of its cluster, the finale on one of its own."""
    return [_stop(cluster, stop) for cluster in clusters for stop in cluster.stops]


def _stop(cluster: Cluster, stop: Stop) -> Span:
    strand = Strand.STOP if cluster.kind is ClusterKind.CLUSTER else Strand.FINALE
    days = roadshow_queries.days_of(stop)
    last = days.starts_on + timedelta(days=days.days - 1) if days.starts_on else None
    slug = stop.part.slug if stop.part else None
    return Span(strand, stop.name, days.starts_on, last, slug, _line(cluster))


def _line(cluster: Cluster) -> str | None:
    return cluster.name if cluster.kind is ClusterKind.CLUSTER else None


def _activities(event: Event, today: date) -> list[Span]:
    """What begins today or later, the first ones."""
    rows = db.session.execute(
        sa.select(Activity.name, Activity.starts_on)
        .where(
            Activity.event_id == event.id,
            Activity.starts_on >= today,
            Activity.kind != ActivityKind.CONTEST,
            Activity.state != ActivityState.CANCELLED,
        )
        .order_by(Activity.starts_on, Activity.id)
        .limit(MOST_COMING)
    )
    return [Span(Strand.ACTIVITY, name, day, day) for name, day in rows]


def _contests(rows: Sequence[Contest]) -> list[Span]:
    standing = [row for row in rows if row.activity.state is not ActivityState.CANCELLED]
    return [Span(Strand.CONTEST, row.activity.name, *contest_days(row)) for row in standing]


def _figures(
    event: Event,
    today: date,
    clusters: Sequence[Cluster],
    units: int,
    held: Sequence[Contest],
    entered: dict[int, Any],
) -> Figures:
    stops = [stop for cluster in clusters for stop in cluster.stops]
    given = db.session.scalar(
        sa.select(sa.func.sum(BudgetSource.amount)).where(BudgetSource.event_id == event.id)
    )
    return Figures(
        units=sum(len(cluster.units) for cluster in clusters),
        units_in_all=units,
        stops=len(stops),
        stops_held=sum(stop_standing(stop, today) == "held" for stop in stops),
        stops_made=sum(stop.part_id is not None for stop in stops),
        activities=activity_queries.figures(event),
        communication=communication_queries.figures(event),
        press=accreditation_queries.counts(event),
        honours=commendations.figures(event),
        contests=len(held),
        contests_with_entries=sum(bool(entered[row.id].standing) for row in held),
        entries=sum(entered[row.id].standing for row in held),
        tasks=(own := tasks.totals(event, today)),
        work=Work(own["all"], own["done"], own["past"]),
        estimates=estimates.figures(event, today),
        money=estimates.in_all(estimates.by_source(event)),
        given=int(given) if given is not None else None,
    )


class _Behind(NamedTuple):
    activities: int
    undated: int
    works: int


def _behind(event: Event, today: date) -> _Behind:
    """Activities that are over by the calendar and finished by nobody, those without a day, and communication work past
    its last day. An exhibit goes by its space, a contest by its own days."""
    stands = Activity.state.in_((ActivityState.PLANNED, ActivityState.READY, ActivityState.RUNNING))
    is_over = sa.func.coalesce(Activity.ends_on, Activity.starts_on) < today
    by_itself = Activity.kind.not_in((ActivityKind.EXHIBIT, ActivityKind.CONTEST))
    activities, undated = db.session.execute(
        sa.select(
            sa.func.sum(sa.case((is_over, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(by_itself, Activity.starts_on.is_(None)), 1), else_=0)),
        ).where(Activity.event_id == event.id, stands)
    ).one()
    works = db.session.scalar(
        sa.select(sa.func.count()).where(
            Communication.event_id == event.id, Communication.done_on.is_(None), Communication.ends_on < today
        )
    )
    return _Behind(int(activities or 0), int(undated or 0), works or 0)


def _red(
    found: Sequence[Finding], figures: Figures, behind: _Behind, late: Sequence[tuple[Event, int]]
) -> list[Notice]:
    """What is late, then what cannot stay as it is."""
    counted = (
        ("tasks", figures.tasks["past"]),
        ("estimates", figures.estimates.late),
        ("activities", behind.activities),
        ("works", behind.works),
    )
    of_parts = [Notice("part_tasks", count, part=part) for part, count in late]
    return [
        *(Notice(word, count) for word, count in counted if count),
        *([Notice("parts_tasks", len(late))] if len(late) > MOST_PARTS else of_parts),
        *(Notice("route", 1, finding) for finding in found if finding.is_error),
    ]


def _missing(
    event: Event,
    figures: Figures,
    behind: _Behind,
    held: Sequence[Contest],
    clusters: Sequence[Cluster],
) -> list[Notice]:
    """What nobody has entered yet, and what waits for a decision."""
    undated = [
        row for row in held if row.activity.state is not ActivityState.CANCELLED and None in contest_days(row)
    ]
    waiting = [stop for cluster in clusters for stop in cluster.stops if stop.part_id is None]
    counted = (
        ("notice", 0 if event.has_data_notice else 1),
        ("stops", len(waiting)),
        ("contests", len(undated)),
        ("undated", behind.undated),
        ("press", figures.press.get(AccreditationState.REQUESTED, 0)),
        ("honours", figures.honours[CommendationState.PROPOSED]),
        ("checked", figures.honours[CommendationState.CHECKED]),
        ("handed_in", figures.estimates.handed_in),
    )
    return [Notice(word, count) for word, count in counted if count]


def _coming(spans: Sequence[Span], parts: Sequence[Event], today: date) -> list[Coming]:
    """What begins, or ends after more than a day, from today on."""
    found = []
    own = {part.slug: part for part in parts}
    for span in spans:
        for day in sorted({day for day in (span.first, span.last) if day and today <= day}):
            found.append(Coming(day, span.name, span.strand, own.get(span.url or "")))
    named = {one.part.id for one in found if one.part}
    for part in parts:
        day = first_day(part)
        if part.id not in named and part.starts_at and day and today <= day and not part.is_cancelled:
            found.append(Coming(day, part.short_title, Strand.STOP, part))
    return sorted(found, key=lambda one: one.day)
