"""Look up clusters, their units and stops, and what is wrong with the route."""

from collections.abc import Sequence
from datetime import date, time
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.campaigns.models import (
    Cluster,
    ClusterKind,
    ClusterUnit,
    Stop,
    StopTemplate,
    TravelTime,
)
from eventsvc.campaigns.route import Finding, Group, Halt, Place, Route, checks
from eventsvc.db import db
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event, TimeState
from eventsvc.events.queries import part_of
from eventsvc.invitations.models import Invitation
from eventsvc.nominations import names
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization
from eventsvc.visitors.models import OpenDoors, Visit, VisitState


class Days(NamedTuple):
    """When a stop is: as its event says, once there is one."""

    starts_on: date | None
    days: int
    opens: time | None
    closes: time | None


class Announced(NamedTuple):
    """Who has heard when the event of a stop is: sittings with an approved time, releases of its agenda, people invited
    to it, visitors who have registered."""

    approved: int
    releases: int
    invited: int
    visitors: int


def clusters_of(event: Event) -> Sequence[Cluster]:
    """The clusters with their units and stops, in order; as many queries for 40 stops as for two."""
    stops = selectinload(Cluster.stops)
    return db.session.scalars(
        sa.select(Cluster)
        .where(Cluster.event_id == event.id)
        .options(
            selectinload(Cluster.units),
            stops.joinedload(Stop.unit),
            stops.selectinload(Stop.teams),
            stops.joinedload(Stop.part).selectinload(Event.sittings),
        )
        .order_by(Cluster.number)
        .execution_options(populate_existing=True)
    ).all()


def stops_of(event: Event) -> Sequence[Stop]:
    """The stops in the order of their days, those without a day last; teams, units and events are loaded."""
    rows = db.session.scalars(
        sa.select(Stop)
        .join(Stop.cluster)
        .where(Stop.event_id == event.id)
        .options(
            joinedload(Stop.cluster),
            joinedload(Stop.unit),
            selectinload(Stop.teams),
            joinedload(Stop.part).selectinload(Event.sittings),
        )
        .order_by(Cluster.number, Stop.number)
    ).all()
    return sorted(rows, key=lambda stop: days_of(stop).starts_on or date.max)


def cluster_of(event: Event, cluster_id: int) -> Cluster:
    found: Cluster = part_of(event, Cluster, cluster_id)
    return found


def unit_of(event: Event, unit_id: int) -> ClusterUnit:
    found: ClusterUnit = part_of(event, ClusterUnit, unit_id)
    return found


def stop_of(event: Event, stop_id: int) -> Stop:
    found: Stop = part_of(event, Stop, stop_id)
    return found


def stop_of_part(part: Event) -> Stop | None:
    """The stop that an event was made of."""
    return db.session.scalar(sa.select(Stop).where(Stop.part_id == part.id).options(joinedload(Stop.cluster)))


def announced(stop: Stop) -> Announced | None:
    """What has been announced of the event of a stop; None while it can be moved without anybody noticing."""
    part = stop.part
    if part is None or part.is_cancelled:
        return None
    found = Announced(
        sum(sitting.time_state is TimeState.APPROVED for sitting in part.standing_sittings),
        _count(sa.select(AgendaRelease.id).where(AgendaRelease.event_id == part.id)),
        _count(
            sa.select(Invitation.id).where(Invitation.event_id == part.id, Invitation.revoked_at.is_(None))
        ),
        _count(
            sa.select(Visit.id)
            .join(OpenDoors, OpenDoors.id == Visit.open_doors_id)
            .where(OpenDoors.event_id == part.id, Visit.state != VisitState.CANCELLED)
        ),
    )
    return found if any(found) else None


def _count(rows: sa.Select[tuple[int]]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0


def is_off(stop: Stop) -> bool:
    """Whether the event of the stop has been called off: nobody goes there any more."""
    return stop.part is not None and stop.part.is_cancelled


def template_of(event: Event) -> StopTemplate | None:
    """What every stop of the campaign is made from; None until somebody has typed it."""
    return db.session.scalar(
        sa.select(StopTemplate)
        .where(StopTemplate.event_id == event.id)
        .options(selectinload(StopTemplate.sittings), selectinload(StopTemplate.tasks))
    )


def travel_times(event: Event) -> dict[tuple[int, int], int]:
    """Minutes between two units, the lower id first."""
    rows = db.session.execute(
        sa.select(TravelTime.first_id, TravelTime.second_id, TravelTime.minutes).where(
            TravelTime.event_id == event.id
        )
    )
    return {(first, second): minutes for first, second, minutes in rows}


def units_of_province(event: Event) -> list[Organization]:
    """The units that are to be in the clusters: the districts of the province as it was, else its communes."""
    if not event.province_code:
        return []
    districts = organizations.units(event.province_code, Level.DISTRICT, event.units_as_of)
    return districts or organizations.units(event.province_code, Level.COMMUNE, event.units_as_of)


def committee(unit: Organization) -> str:
    """What a unit is called in a plan: UBND huyện Định Quán."""
    return names.committee(unit, None)


def days_of(stop: Stop) -> Days:
    """When the stop is: its event's sittings say so as soon as one has a time."""
    sittings = [s for s in stop.part.standing_sittings if s.starts_at] if stop.part else []
    starts = [clock.local(s.starts_at) for s in sittings if s.starts_at]
    if not starts:
        return Days(stop.starts_on, stop.days, stop.opens, stop.closes)
    ends = [clock.local(s.ends_at) for s in sittings if s.ends_at]
    first, last = min(starts).date(), max([*starts, *ends]).date()
    opens = min(moment.time() for moment in starts)
    closes = max((moment.time() for moment in ends), default=stop.closes)
    if closes is not None and closes <= opens:
        closes = None  # over midnight: it takes the whole of its days
    return Days(first, (last - first).days + 1, opens, closes)


def units_in_use(clusters: Sequence[Cluster]) -> list[ClusterUnit]:
    """Where the campaign halts, in order: the units of the stops, and the hosts of clusters."""
    halting = {stop.cluster_unit_id for cluster in clusters for stop in cluster.stops if not is_off(stop)}
    return [unit for cluster in clusters for unit in cluster.units if unit.is_host or unit.id in halting]


def route_of(event: Event, clusters: Sequence[Cluster], units: Sequence[Organization]) -> Route:
    """What the checks look at, out of what is loaded."""
    return Route(
        groups=[_group(cluster) for cluster in clusters],
        halts=[halt(stop) for cluster in clusters for stop in cluster.stops if not is_off(stop)],
        province={unit.code: unit.name for unit in units},
        minutes=travel_times(event),
        window=(event.window_start, event.window_end),
        overrides=calendar_queries.overrides(),
    )


def findings(event: Event) -> list[Finding]:
    """Everything that is wrong with the route, errors first."""
    return checks(route_of(event, clusters_of(event), units_of_province(event)))


def halt(stop: Stop) -> Halt:
    """The stop as the checks see it."""
    when = days_of(stop)
    return Halt(
        id=stop.id,
        name=stop.name,
        group_id=stop.cluster_id,
        unit_id=stop.cluster_unit_id,
        starts_on=when.starts_on,
        days=when.days,
        opens=when.opens,
        closes=when.closes,
        teams=[team.name for team in stop.teams],
    )


def _group(cluster: Cluster) -> Group:
    return Group(
        id=cluster.id,
        name=cluster.name,
        units=[Place(unit.id, unit.name, unit.unit_code, unit.is_host) for unit in cluster.units],
        starts_on=cluster.starts_on,
        days=cluster.days,
        is_finale=cluster.kind is ClusterKind.FINALE,
    )


def ready_stops(event: Event, clusters: Sequence[Cluster], units: Sequence[Organization]) -> list[Stop]:
    """The stops of which an event can be made: they have a day, no event yet, and nothing is wrong with them."""
    return ready(clusters, checks(route_of(event, clusters, units)))


def ready(clusters: Sequence[Cluster], found: Sequence[Finding]) -> list[Stop]:
    wrong = {finding.halt_id for finding in found if finding.is_error}
    return [
        stop
        for cluster in clusters
        for stop in cluster.stops
        if stop.part_id is None and stop.starts_on is not None and stop.id not in wrong
    ]
