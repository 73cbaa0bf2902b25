"""The rows behind the figures of a campaign's results report: its route, what was done, told, won and spent. As many
statements for forty stops and three hundred activities as for two of each."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.campaigns import activity_queries, communication_queries, door_queries, roadshow_queries
from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityKind,
    ActivityState,
    Stall,
    StallKind,
    StallState,
)
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState, Channel
from eventsvc.campaigns.models import Cluster, ClusterKind, Stop
from eventsvc.contests.queries import contests_of
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.reports import results_money_queries as money
from eventsvc.reports import results_won_queries as won
from eventsvc.reports.results_parts_queries import Rows, guests
from eventsvc.reports.results_shapes import answer, iso
from eventsvc.text import clean, sort_key


def tables(event: Event, parts: Callable[[], Sequence[Event]], today: date) -> dict[str, Callable[[], Rows]]:
    """How the rows of each table are read. What several tables need is read once."""
    route = cache(lambda: roadshow_queries.clusters_of(event))
    listed = cache(lambda: _activities(event))
    works = cache(lambda: _communication(event))
    lines = cache(lambda: money.lines(event))
    return {
        "clusters": lambda: [
            _cluster(cluster, today) for cluster in route() if cluster.units or cluster.stops
        ],
        "stops": lambda: _stops(event, route(), today),
        "parts": lambda: guests(parts()) if parts() else [],
        "kinds": lambda: _kinds(listed()),
        "activities": listed,
        "stalls": lambda: _stalls(event),
        "channels": lambda: _channels(works()),
        "communication": works,
        "press": lambda: _press(event),
        "contests": lambda: won.contests(contests_of(event)),
        "awards": lambda: won.awards(event),
        "commendations": lambda: won.commendations(event),
        "decisions": lambda: won.decisions(event),
        "budget": lambda: money.sources(event, lines()),
        "estimates": lambda: money.estimates(lines()),
    }


# --- The route ---------------------------------------------------------------------------------------------------


def standing(stop: Stop, today: date) -> str:
    """Whether a stop was held: it is an event that was not called off, and its last day has passed."""
    if stop.part is None:
        return "no_event"
    if stop.part.is_cancelled:
        return "cancelled"
    when = roadshow_queries.days_of(stop)
    if when.starts_on is None or today < when.starts_on:
        return "planned"
    return "held" if when.starts_on + timedelta(days=when.days) <= today else "running"


def _cluster(cluster: Cluster, today: date) -> list[Any]:
    held = [stop for stop in cluster.stops if standing(stop, today) == "held"]
    days = [roadshow_queries.days_of(stop) for stop in held]
    first = min((each.starts_on for each in days if each.starts_on), default=None)
    last = max(
        (each.starts_on + timedelta(days=each.days - 1) for each in days if each.starts_on), default=None
    )
    is_finale = cluster.kind is ClusterKind.FINALE
    planned = cluster.starts_on or min((s.starts_on for s in cluster.stops if s.starts_on), default=None)
    return [
        clean(cluster.name),
        ", ".join(unit.name for unit in cluster.units if unit.is_host) or (cluster.venue if is_finale else None),
        ", ".join(unit.name for unit in cluster.units if not unit.is_host) or None,
        len(cluster.units), iso(planned), cluster.days or sum(stop.days for stop in cluster.stops) or None,
        iso(first), iso(last), len(cluster.stops), len(held),
    ]  # fmt: skip


def _stops(event: Event, clusters: Sequence[Cluster], today: date) -> Rows:
    """Each stop as the route plans it and as its event was held; how often it was moved is in the log."""
    moves: dict[int, int] = dict(
        db.session.execute(
            sa.select(AuditEntry.subject_id, sa.func.count())
            .where(AuditEntry.event_id == event.id, AuditEntry.action == "stop.moved")
            .group_by(AuditEntry.subject_id)
        ).all()  # type: ignore[arg-type]
    )
    rows: Rows = []
    for cluster in clusters:
        for stop in cluster.stops:
            when, state = roadshow_queries.days_of(stop), standing(stop, today)
            was_held = state in ("held", "running")
            is_other = (
                was_held
                and stop.starts_on is not None
                and ((when.starts_on, when.days) != (stop.starts_on, stop.days))
            )
            rows.append(
                [
                    clean(cluster.name), clean(stop.name), stop.part.venue if stop.part else stop.place,
                    iso(stop.starts_on), stop.days, iso(when.starts_on) if was_held else None,
                    when.days if was_held else None, moves.get(stop.id, 0), state,
                    answer(is_other or bool(moves.get(stop.id))),
                ]
            )  # fmt: skip
    return rows


# --- What was done -----------------------------------------------------------------------------------------------


def _activities(event: Event) -> Rows:
    """As the list of activities shows them. Visitors as typed afterwards, else as their open doors count them."""
    results = dict(
        db.session.execute(
            sa.select(Activity.id, Activity.result).where(
                Activity.event_id == event.id, Activity.result.is_not(None)
            )
        ).all()  # type: ignore[arg-type]
    )
    came = door_queries.came(event)
    rows: Rows = []
    for row in activity_queries.rows(event):
        line = row.line
        visitors = line.visitors
        if line.state is ActivityState.CANCELLED:
            visitors = None
        elif visitors is None and line.id in came:
            visitors = came[line.id].people
        rows.append(
            [
                line.key or str(line.number), clean(line.name), line.kind.value, "; ".join(row.leads) or None,
                iso(line.starts_on), iso(line.ends_on), line.state.value, visitors,
                clean(results.get(line.id) or "") or None,
            ]
        )  # fmt: skip
    return rows


def _kinds(listed: Rows) -> Rows:
    """The same activities by their kind: sums of their rows, so the totals are one."""
    sums: dict[str, list[Any]] = {}
    for _number, _name, kind, _agency, _first, _last, state, visitors, _result in listed:
        row = sums.setdefault(kind, [kind, 0, 0, 0, 0])
        is_off = state == ActivityState.CANCELLED
        for place, number in enumerate(
            (not is_off, state == ActivityState.DONE, is_off, visitors or 0), start=1
        ):
            row[place] += int(number)
    return [sums[kind] for kind in ActivityKind if kind in sums]


def _stalls(event: Event) -> Rows:
    """Stalls by kind and owner, without those called off."""
    sums: dict[tuple[StallKind, str], list[Any]] = {}
    places = {kind: place for place, kind in enumerate(StallKind)}
    listed = db.session.execute(
        sa.select(Stall.kind, Stall.owner, Stall.state, Stall.is_cashless, sa.func.count())
        .where(Stall.event_id == event.id, Stall.state != StallState.CANCELLED)
        .group_by(Stall.kind, Stall.owner, Stall.state, Stall.is_cashless)
    )
    for kind, owner, state, is_cashless, number in listed:
        row = sums.setdefault((kind, owner), [kind.value, clean(owner), 0, 0, 0])
        row[2] += number
        row[3] += number if state is StallState.PRESENT else 0
        row[4] += number if is_cashless else 0
    return [sums[key] for key in sorted(sums, key=lambda key: (places[key[0]], sort_key(key[1])))]


def _communication(event: Event) -> Rows:
    return [
        [
            work.channel.value, clean(work.text), work.owner, iso(work.ends_on), iso(work.done_on),
            answer(bool(work.proof_url or work.proof_file_id)), work.pieces, work.reach,
        ]
        for work in communication_queries.works_of(event)
    ]  # fmt: skip


def _channels(works: Rows) -> Rows:
    """The same works by their channel."""
    sums: dict[str, list[Any]] = {}
    for channel, _text, _owner, _until, done_on, has_proof, pieces, reach in works:
        row = sums.setdefault(channel, [channel, 0, 0, 0, 0, 0])
        counts = (1, done_on is not None, has_proof == "1", pieces or 0, reach or 0)
        for place, number in enumerate(counts, start=1):
            row[place] += int(number)
    return [sums[channel] for channel in Channel if channel in sums]


def _press(event: Event) -> Rows:
    """Journalists by the outlet they work for; those who withdrew are not counted."""
    sums: dict[str, list[Any]] = {}
    for outlet, state, number in db.session.execute(
        sa.select(Accreditation.outlet, Accreditation.state, sa.func.count())
        .where(Accreditation.event_id == event.id, Accreditation.state != AccreditationState.WITHDRAWN)
        .group_by(Accreditation.outlet, Accreditation.state)
    ):
        row = sums.setdefault(outlet, [clean(outlet), 0, 0, 0])
        row[1] += number
        row[2] += number if state is AccreditationState.APPROVED else 0
        row[3] += number if state is AccreditationState.REFUSED else 0
    return [sums[outlet] for outlet in sorted(sums, key=sort_key)]
