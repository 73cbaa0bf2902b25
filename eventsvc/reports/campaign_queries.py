"""How a campaign stands: what is wrong, what comes next, what there is in figures, what belongs on its time line."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.budgets import estimate_queries as estimates
from eventsvc.budgets.models import BudgetSource
from eventsvc.campaigns import activity_queries, roadshow_queries
from eventsvc.campaigns.activity_models import ActivityState
from eventsvc.campaigns.models import Cluster, ClusterKind
from eventsvc.campaigns.route import Finding, checks
from eventsvc.campaigns.timeline import Span, Strand
from eventsvc.contests import queries as contests
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.feeds.campaign_queries import contest_days, first_day, parts_of
from eventsvc.movements.models import Milestone
from eventsvc.tasks import queries as tasks

NEXT = timedelta(days=4)
"""Today and four days more."""


class Figures(NamedTuple):
    units: int
    units_in_all: int
    stops: int
    stops_held: int
    stops_made: int
    activities: activity_queries.Figures
    contests: int
    contests_with_entries: int
    entries: int
    tasks: dict[str, int]
    estimates: estimates.Figures
    money: estimates.Totals
    given: int | None


class Red(NamedTuple):
    """Something that cannot stay as it is: how many, and the word that says what."""

    word: str
    count: int
    finding: Finding | None = None


class Coming(NamedTuple):
    day: date
    name: str
    strand: Strand
    part: Event | None = None


class Standing(NamedTuple):
    figures: Figures
    red: list[Red]
    coming: list[Coming]
    spans: list[Span]
    undated: list[Span]
    parts: list[Event]
    milestones: list[Milestone]


def standing(event: Event, today: date) -> Standing:
    """Everything that the page of a campaign says, in as many queries for 40 stops as for two."""
    clusters = roadshow_queries.clusters_of(event)
    units = roadshow_queries.units_of_province(event)
    found = checks(roadshow_queries.route_of(event, clusters, units))
    held = contests.contests_of(event)
    entered = contests.figures(held)
    milestones = list(
        db.session.scalars(
            sa.select(Milestone).where(Milestone.event_id == event.id).order_by(Milestone.number)
        )
    )
    parts = parts_of(event)
    spans = [*_milestones(milestones), *_clusters(clusters), *_stops(clusters), *_contests(held)]
    figures = _figures(event, today, clusters, len(units), held, entered)
    return Standing(
        figures,
        _red(found, figures, held, clusters),
        _coming(spans, parts, today),
        [span for span in spans if span.is_dated],
        [span for span in spans if not span.is_dated],
        parts,
        milestones,
    )


# --- What the standing is made of --------------------------------------------------------------------------


def _milestones(rows: Sequence[Milestone]) -> list[Span]:
    return [Span(Strand.MILESTONE, row.text, row.starts_on, row.ends_on) for row in rows]


def _clusters(clusters: Sequence[Cluster]) -> list[Span]:
    found = []
    for cluster in clusters:
        if cluster.kind is ClusterKind.CLUSTER:
            last = cluster.starts_on + timedelta(days=(cluster.days or 1) - 1) if cluster.starts_on else None
            found.append(Span(Strand.CLUSTER, cluster.name, cluster.starts_on, last))
    return found


def _stops(clusters: Sequence[Cluster]) -> list[Span]:
    found = []
    for cluster in clusters:
        strand = Strand.STOP if cluster.kind is ClusterKind.CLUSTER else Strand.FINALE
        for stop in cluster.stops:
            days = roadshow_queries.days_of(stop)
            last = days.starts_on + timedelta(days=days.days - 1) if days.starts_on else None
            found.append(Span(strand, stop.name, days.starts_on, last, stop.part.slug if stop.part else None))
    return found


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
    ended = [roadshow_queries.days_of(stop) for stop in stops if stop.part_id]
    over = [days for days in ended if days.starts_on and days.starts_on + timedelta(days=days.days) <= today]
    given = db.session.scalar(
        sa.select(sa.func.sum(BudgetSource.amount)).where(BudgetSource.event_id == event.id)
    )
    return Figures(
        units=sum(len(cluster.units) for cluster in clusters),
        units_in_all=units,
        stops=len(stops),
        stops_held=len(over),
        stops_made=len(ended),
        activities=activity_queries.figures(event),
        contests=len(held),
        contests_with_entries=sum(bool(entered[row.id].standing) for row in held),
        entries=sum(entered[row.id].standing for row in held),
        tasks=tasks.totals(event, today),
        estimates=estimates.figures(event, today),
        money=estimates.in_all(estimates.by_source(event)),
        given=int(given) if given is not None else None,
    )


def _red(
    found: Sequence[Finding], figures: Figures, held: Sequence[Contest], clusters: Sequence[Cluster]
) -> list[Red]:
    red = [Red("route", 1, finding) for finding in found if finding.is_error]
    undated = [
        row for row in held if row.activity.state is not ActivityState.CANCELLED and None in contest_days(row)
    ]
    waiting = [stop for cluster in clusters for stop in cluster.stops if stop.part_id is None]
    counted = (
        ("tasks", figures.tasks["past"]),
        ("estimates", figures.estimates.late),
        ("contests", len(undated)),
        ("stops", len(waiting)),
    )
    return [*red, *(Red(word, count) for word, count in counted if count)]


def _coming(spans: Sequence[Span], parts: Sequence[Event], today: date) -> list[Coming]:
    """What begins, or ends after more than a day, today or in the next days."""
    until, found = today + NEXT, []
    own = {part.slug: part for part in parts}
    for span in spans:
        for day in sorted({day for day in (span.first, span.last) if day and today <= day <= until}):
            found.append(Coming(day, span.name, span.strand, own.get(span.url or "")))
    named = {one.part.id for one in found if one.part}
    for part in parts:
        day = first_day(part)
        if part.id not in named and part.starts_at and day and today <= day <= until:
            found.append(Coming(day, part.short_title, Strand.STOP, part))
    return sorted(found, key=lambda one: one.day)
