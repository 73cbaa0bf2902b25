"""The route of a campaign as a plan has it: clusters with their units, and where they halt."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.campaigns.models import Cluster, ClusterKind, ClusterUnit, Stop, StopTeam
from eventsvc.campaigns.roadshow_operations import stops
from eventsvc.campaigns.roadshow_queries import days_of, units_of_province
from eventsvc.campaigns.unit_queries import Named, UnitElsewhere, UnitUnknown, require_known
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.plans import campaign_queries as queries
from eventsvc.plans.campaign_schema import FINALE
from eventsvc.plans.operations.rows import clock_time, day, matched
from eventsvc.plans.parsing import PlanRefused, refusal
from eventsvc.rows import assign, by_place
from eventsvc.text import same_words

Data = dict[str, Any]


def place_clusters(placing: Any, rows: list[Data]) -> None:
    """Clusters by their key. One of whose stops an event was made is never taken away by a file."""
    event = placing.event
    known = {unit.code: unit for unit in units_of_province(event)}
    standing = {row.key: row for row in queries.clusters(event)}
    wanted = {str(row["id"]) for row in rows}
    for key, cluster in list(standing.items()):
        if key not in wanted and not any(stop.part_id for stop in cluster.stops):
            _remove(standing.pop(key))
    kept = [cluster for key, cluster in standing.items() if key not in wanted]
    derived = {key for key, cluster in standing.items() if queries.is_derived(cluster)}
    for cluster in standing.values():  # two may never have the same number, not even on the way
        cluster.number = -cluster.id
    db.session.flush()
    units, new = _Units(placing, known), wanted - standing.keys()
    placed = []
    for number, row in enumerate(rows, start=1):
        cluster = _cluster(placing, standing.get(str(row["id"])), number, row)
        placed.append((cluster, row))
    for number, cluster in enumerate(kept, start=len(rows) + 1):
        cluster.number = number
    db.session.flush()
    units.free([cluster for cluster, _row in placed])
    for cluster, row in placed:
        units.place(cluster, row)
    for cluster, row in placed:
        if row.get("stops"):
            _stops(placing, cluster, row["stops"])
        elif row["id"] != FINALE and cluster.key in new:
            _halt(placing, cluster, None)
        elif cluster.key in derived and cluster.kind is ClusterKind.CLUSTER:
            _halt(placing, cluster, cluster.stops[0])
    db.session.flush()


def _remove(cluster: Cluster) -> None:
    for stop in list(cluster.stops):  # before the units that they point at
        cluster.stops.remove(stop)
    db.session.flush()
    db.session.delete(cluster)


def _cluster(placing: Any, cluster: Cluster | None, number: int, row: Data) -> Cluster:
    venue = row.get("venue") or {}
    columns = {
        "number": number,
        "name": row["name"],
        "text": row.get("text"),
        "days": row.get("days"),
        "starts_on": day(row.get("start_date")),
        "venue": venue.get("name"),
        "venue_text": venue.get("text"),
        "cite": row.get("cite"),
        "note": row.get("note"),
    }
    if cluster is None:
        kind = ClusterKind.FINALE if row["id"] == FINALE else ClusterKind.CLUSTER
        cluster = Cluster(event=placing.event, key=str(row["id"]), kind=kind, **columns)
        db.session.add(cluster)
    else:
        assign(cluster, columns)
    return cluster


class _Units:
    """The units of all clusters at once: one may go from a cluster to another, and keeps its row and its stops."""

    def __init__(self, placing: Any, known: dict[str | None, Any]) -> None:
        self.placing = placing
        self.known = known
        self.standing: dict[str, ClusterUnit] = {}
        self.former: dict[int, list[tuple[Any, ...]]] = {}
        self.taken: dict[str, str] = {}
        """In which cluster of the file each unit is."""

    def free(self, clusters: Sequence[Cluster]) -> None:
        """Every unit out of the way: two may never have the same number."""
        for cluster in clusters:
            self.former[cluster.id] = _as_typed(cluster)
            for unit in cluster.units:
                self.standing[unit.unit_code or unit.name] = unit
                unit.number = -unit.id
        db.session.flush()

    def place(self, cluster: Cluster, row: Data) -> None:
        path = f"clusters[{row['id']}]"
        named = [(f"{path}.host", row["host"], True)] if row.get("host") else []
        named += [
            (f"{path}.participants[{unit['org'][:40]}]", unit, False)
            for unit in row.get("participants") or []
        ]
        wanted = []
        for here, unit, is_host in named:
            code, organization = self._meant(here, unit)
            self._take(here, code or same_words(unit["org"]), unit["org"], row["name"])
            wanted.append((code, organization, unit["org"], is_host))
        keys = {code or name for code, _organization, name, _is_host in wanted}
        for unit in list(cluster.units):
            if (unit.unit_code or unit.name) not in keys and not self._is_in_use(unit):
                cluster.units.remove(unit)
                self.standing.pop(unit.unit_code or unit.name, None)
        db.session.flush()
        for number, (code, organization, name, is_host) in enumerate(wanted, start=1):
            columns = {
                "number": number,
                "name": name,
                "unit_code": code,
                "organization_id": organization.id if organization else None,
                "is_host": is_host,
            }
            unit = self.standing.get(code or name)
            if unit is None:
                cluster.units.append(ClusterUnit(event_id=self.placing.event.id, **columns))
                continue
            if unit.cluster is not cluster:
                unit.cluster.units.remove(unit)
                cluster.units.append(unit)
            assign(unit, columns)
        left = [unit for unit in cluster.units if unit.number < 0]
        for number, unit in enumerate(left, start=len(wanted) + 1):
            unit.number = number
        if self.former.get(cluster.id) != _as_typed(cluster):
            flag_modified(cluster, "name")  # its version rises: the units belong to its form
        db.session.flush()

    def _meant(self, path: str, row: Data) -> tuple[str | None, Any]:
        """The unit of the province by its code, else by its name; one of another province is refused."""
        code = row.get("district_code")
        if code is not None:
            if code not in self.known:
                message = _("There is no unit with the code %(code)s in this province.", code=code)
                raise _refused(self.placing, f"{path}.district_code", message)
            return code, self.known[code]
        found = self.placing.organization(row["org"])
        if found and found.code in self.known:
            return found.code, found
        try:
            require_known(self.placing.event, [Named(row["org"], None)], "org")
        except UnitElsewhere as error:
            raise _refused(self.placing, f"{path}.org", error) from None
        except UnitUnknown:
            pass  # as printed, for somebody to put right: the page of the route shows it
        return None, None

    def _take(self, path: str, key: str, name: str, cluster: str) -> None:
        """A unit in one cluster only, however it is written."""
        if key in self.taken:
            message = _(
                "%(unit)s is in “%(cluster)s” already: a unit is in one cluster.",
                unit=name,
                cluster=self.taken[key],
            )
            raise _refused(self.placing, f"{path}.org", message)
        self.taken[key] = cluster

    def _is_in_use(self, unit: ClusterUnit) -> bool:
        return db.session.scalar(sa.select(sa.exists().where(Stop.cluster_unit_id == unit.id))) or False


def _as_typed(cluster: Cluster) -> list[tuple[Any, ...]]:
    return [(unit.id, unit.name, unit.unit_code, unit.is_host) for unit in cluster.units]


# --- Stops -------------------------------------------------------------------------------------------------


def _halt(placing: Any, cluster: Cluster, stop: Stop | None) -> None:
    """The one stop that follows from its cluster: made, or brought along while nobody has said anything else of it."""
    wanted = queries.stop_from(cluster)
    path = f"clusters[{cluster.key}].start_date"
    if stop is None:
        require_days(placing, wanted.starts_on, wanted.days, path)
        cluster.stops.append(wanted)
    elif stop.part_id is None:
        if (stop.starts_on, stop.days) != (wanted.starts_on, wanted.days):
            require_days(placing, wanted.starts_on, wanted.days, path)
        assign(stop, {name: getattr(wanted, name) for name in ("name", "unit", "starts_on", "days")})


def _stops(placing: Any, cluster: Cluster, rows: list[Data]) -> None:
    """The stops that a file names one by one. One that is an event stays, and takes its event along."""
    standing = list(cluster.stops)
    pairs, surplus = matched(standing, [{"name": row["name"]} for row in rows], key="name")
    for stop in surplus:
        if stop.part_id is None:
            cluster.stops.remove(stop)
            standing.remove(stop)
    for stop in standing:  # two may never have the same number, not even on the way
        stop.number = -stop.id
    db.session.flush()
    for number, ((stop, _name), row) in enumerate(zip(pairs, rows, strict=True), start=1):
        if stop is None:
            stop = Stop(event_id=cluster.event_id, number=number, name=row["name"])
            cluster.stops.append(stop)
        _stop(placing, cluster, stop, number, row)
    left = [stop for stop in standing if stop.number < 0]
    for number, stop in enumerate(left, start=len(rows) + 1):
        stop.number = number
    db.session.flush()


def _stop(placing: Any, cluster: Cluster, stop: Stop, number: int, row: Data) -> None:
    path = f"clusters[{cluster.key}].stops[{number}]"
    starts_on, days = day(row.get("start_date")), row.get("days") or queries.DAYS
    opens, closes = clock_time(row.get("opens")), clock_time(row.get("closes"))
    unit = next((one for one in cluster.units if one.name == row.get("unit")), None)
    if unit is None and row.get("unit") and stop.unit in cluster.units:
        unit = stop.unit  # it is written otherwise now
    if unit is None and row.get("unit"):
        message = _("%(unit)s is not in %(cluster)s.", unit=row["unit"], cluster=cluster.name)
        raise _refused(placing, f"{path}.unit", message)
    assign(
        stop,
        {
            "number": number,
            "name": row["name"],
            "unit": unit,
            "place": row.get("place"),
            "capacity": row.get("capacity"),
            "note": row.get("note"),
        },
    )
    when = days_of(stop)
    if stop.part_id is not None:
        if starts_on is not None and starts_on != when.starts_on:
            _move(placing, stop, starts_on, f"{path}.start_date")
    elif (starts_on, days, opens, closes) != tuple(when):
        if (starts_on, days) != (when.starts_on, when.days):
            require_days(placing, starts_on, days, f"{path}.start_date")
        assign(stop, {"starts_on": starts_on, "days": days, "opens": opens, "closes": closes})
    teams = [
        {"name": name, "organization_id": placing.organization_id(name)} for name in row.get("teams") or []
    ]
    if [team.name for team in stop.teams] != [team["name"] for team in teams]:
        by_place(stop.teams, StopTeam, teams)
        flag_modified(stop, "name")  # its version rises: the teams belong to its form
    db.session.flush()


def _move(placing: Any, stop: Stop, starts_on: Any, path: str) -> None:
    db.session.flush()
    try:
        stops.move_stop(stop, starts_on, by=placing.by)
    except DomainError as error:
        raise _refused(placing, path, error) from None


def require_days(placing: Any, starts_on: Any, days: int, path: str) -> None:
    """PlanRefused where nobody can be on the road: during Tết, or before or after the campaign."""
    try:
        stops.require_days(placing.event, starts_on, days)
    except DomainError as error:
        raise _refused(placing, path, error) from None


def _refused(placing: Any, path: str, message: Any) -> PlanRefused:
    lines, known = placing.lines, path
    while known and known not in lines:
        known = known.rpartition(".")[0]
    return refusal(str(message), line=lines.get(known), path=path)
