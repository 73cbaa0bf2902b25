"""The route and the activities of a campaign: clusters with their units and stops, spaces, drill, contests."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityContent,
    ActivityKind,
    ActivityOrganization,
    ActivityRole,
    Stall,
)
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Cluster, ClusterKind, ClusterUnit, Stop
from eventsvc.campaigns.roadshow_queries import units_of_province
from eventsvc.contests.models import Contest
from eventsvc.contests.operations import open_contest
from eventsvc.db import db
from eventsvc.movements.models import Milestone
from eventsvc.plans import campaign_queries as queries
from eventsvc.plans.campaign_schema import FINALE
from eventsvc.plans.following_queries import rows_of
from eventsvc.plans.operations.rows import day, matched
from eventsvc.plans.parsing import refusal
from eventsvc.rows import assign, by_place

Data = dict[str, Any]
DAYS = 1
"""How long a stop lasts of which the plan does not say it."""


def place_campaign(placing: Any, data: Data) -> None:
    """Everything of a campaign but its finale; rows that stand are changed in place."""
    place_clusters(placing, data.get("clusters") or [])
    _spaces(placing, data.get("exhibition_spaces") or [])
    _drill(placing, data.get("security_drill"))
    _contests(placing, data.get("contests") or [])
    _communication(placing, data.get("communication") or [])
    _timeline(placing, data.get("timeline") or [], data.get("timeline_cite"))
    db.session.flush()


# --- Clusters, units, stops --------------------------------------------------------------------------------


def place_clusters(placing: Any, rows: list[Data]) -> None:
    """Clusters by their key. One of whose stops an event was made is never taken away by a file."""
    event = placing.event
    known = {unit.code: unit for unit in units_of_province(event)}
    standing = {row.key: row for row in queries.clusters(event)}
    wanted = {str(row["id"]) for row in rows}
    for key, cluster in list(standing.items()):
        if key not in wanted and not any(stop.part_id for stop in cluster.stops):
            db.session.delete(standing.pop(key))
    kept = [cluster for key, cluster in standing.items() if key not in wanted]
    for cluster in standing.values():  # two may never have the same number, not even on the way
        cluster.number = -cluster.id
    db.session.flush()
    units = _Units(placing, known)
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
        if not cluster.stops and row["id"] != FINALE:
            _stop(cluster, row)
    db.session.flush()


def _cluster(placing: Any, cluster: Cluster | None, number: int, row: Data) -> Cluster:
    venue = row.get("venue") or {}
    columns = {
        "number": number,
        "kind": ClusterKind.FINALE if row["id"] == FINALE else ClusterKind.CLUSTER,
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
        cluster = Cluster(event=placing.event, key=str(row["id"]), **columns)
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

    def free(self, clusters: Sequence[Cluster]) -> None:
        """Every unit out of the way: two may never have the same number."""
        for cluster in clusters:
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
        db.session.flush()

    def _meant(self, path: str, row: Data) -> tuple[str | None, Any]:
        """The unit of the province by its code, else by its name; a code of another province is refused."""
        code = row.get("district_code")
        if code is not None:
            if code not in self.known:
                message = _("There is no unit with the code %(code)s in this province.", code=code)
                lines = self.placing.lines
                raise refusal(message, line=lines.get(f"{path}.district_code") or lines.get(path), path=path)
            return code, self.known[code]
        found = self.placing.organization(row["org"])
        return (found.code, found) if found and found.code in self.known else (None, None)

    def _is_in_use(self, unit: ClusterUnit) -> bool:
        return db.session.scalar(sa.select(sa.exists().where(Stop.cluster_unit_id == unit.id))) or False


def _stop(cluster: Cluster, row: Data) -> None:
    """Where the cluster comes together: at its host, for as many days as the plan says."""
    host = next((unit for unit in cluster.units if unit.is_host), None)
    cluster.stops.append(
        Stop(
            event_id=cluster.event_id,
            number=1,
            unit=host,
            name=(f"{cluster.name}: {host.name}" if host else cluster.name)[:200],
            starts_on=cluster.starts_on,
            days=row.get("days") or DAYS,
        )
    )


# --- Activities --------------------------------------------------------------------------------------------


def _top(placing: Any, kind: ActivityKind) -> list[Activity]:
    return queries.top(rows_of(Activity, placing.event), kind)


def _next_number(placing: Any) -> int:
    last = sa.select(sa.func.max(Activity.number)).where(
        Activity.event_id == placing.event.id, Activity.parent_id.is_(None)
    )
    db.session.flush()
    return (db.session.scalar(last) or 0) + 1


def _by_key(
    placing: Any, kind: ActivityKind, rows: list[Data], columns: Callable[[Data], Data]
) -> list[tuple[Activity, Data]]:
    """Activities of a kind by their number in the plan; one that something hangs on is never taken away."""
    standing = {queries.key_of(row): row for row in _top(placing, kind)}
    wanted = {row["id"] for row in rows}
    for key, activity in standing.items():
        if key not in wanted and not _is_in_use(activity):
            db.session.delete(activity)
    placed = []
    for row in rows:
        activity = standing.get(row["id"])
        values = columns(row)
        if activity is None:
            activity = Activity(
                event=placing.event, number=_next_number(placing), kind=kind, key=row["id"], **values
            )
            db.session.add(activity)
        else:
            assign(activity, values)
        placed.append((activity, row))
    return placed


def _is_in_use(activity: Activity) -> bool:
    ids = sa.select(Activity.id).where(sa.or_(Activity.id == activity.id, Activity.parent_id == activity.id))
    held = sa.or_(
        sa.exists().where(Stall.activity_id.in_(ids)), sa.exists().where(Contest.activity_id.in_(ids))
    )
    return db.session.scalar(sa.select(held)) or activity.task_id is not None


def _charge(placing: Any, activity: Activity, leads: list[str], coordinating: list[str]) -> None:
    wanted = [
        {"role": role, "name": name, "organization_id": placing.organization_id(name)}
        for role, names in ((ActivityRole.LEAD, leads), (ActivityRole.COORDINATING, coordinating))
        for name in names
    ]
    by_place(activity.organizations, ActivityOrganization, wanted)


def _spaces(placing: Any, rows: list[Data]) -> None:
    def columns(row: Data) -> Data:
        return {"name": row["name"], "cite": row.get("cite"), "note": row.get("note")}

    for space, row in _by_key(placing, ActivityKind.EXHIBITION_SPACE, rows, columns):
        exhibits = row.get("activities") or []
        pairs, surplus = matched(space.parts, [{"text": exhibit["text"]} for exhibit in exhibits], key="text")
        for part in surplus:
            if not _is_in_use(part):
                space.parts.remove(part)
        for number, ((part, _columns), exhibit) in enumerate(zip(pairs, exhibits, strict=True), start=1):
            assigned = exhibit.get("assigned") or {}
            values = {
                "number": number,
                "name": exhibit.get("name") or queries.short_words(exhibit["text"]),
                "text": exhibit["text"],
                "assigned": assigned.get("text"),
            }
            if part is None:
                part = Activity(event=placing.event, kind=ActivityKind.EXHIBIT, **values)
                space.parts.append(part)
            else:
                assign(part, values)
            _charge(placing, part, assigned.get("lead") or [], assigned.get("coordinating") or [])


def _told(row: Data) -> Data:
    """What a drill and a contest say alike."""
    time = row.get("time") or {}
    return {
        "name": row["name"],
        "place": (row.get("place") or {}).get("text"),
        "time_text": time.get("text"),
        "starts_on": day(time.get("start")),
        "ends_on": day(time.get("end")),
        "cite": row.get("cite"),
        "note": row.get("note"),
    }


def _drill(placing: Any, row: Data | None) -> None:
    """The drill of the plan is the first; others came later and are not the plan's."""
    drill = next(iter(_top(placing, ActivityKind.DRILL)), None)
    if not row:
        if drill is not None and not _is_in_use(drill):
            db.session.delete(drill)
        return
    if drill is None:
        drill = Activity(
            event=placing.event, number=_next_number(placing), kind=ActivityKind.DRILL, **_told(row)
        )
        db.session.add(drill)
    else:
        assign(drill, _told(row))
    by_place(drill.contents, ActivityContent, [{"text": one["text"]} for one in row.get("contents") or []])
    _charge(placing, drill, row.get("lead") or [], row.get("coordinating") or [])


def _contests(placing: Any, rows: list[Data]) -> None:
    def columns(row: Data) -> Data:
        return _told(row) | {
            "participants": (row.get("participants") or {}).get("text"),
            "product": (row.get("product") or {}).get("text"),
        }

    known = {row.id for row in _top(placing, ActivityKind.CONTEST)}
    for contest, row in _by_key(placing, ActivityKind.CONTEST, rows, columns):
        _charge(placing, contest, [row["lead"]] if row.get("lead") else [], row.get("coordinating") or [])
        db.session.flush()
        if contest.id not in known:
            open_contest(contest, by=placing.by)


# --- Communication and the time line -----------------------------------------------------------------------


def _communication(placing: Any, rows: list[Data]) -> None:
    """Pieces of work in their order. One that is reported on is never taken away by a file."""
    standing = rows_of(Communication, placing.event)
    pairs, surplus = matched(standing, [{"text": row["text"]} for row in rows], key="text")
    for piece in surplus:
        if piece.done_on is None and piece.activity_id is None:
            db.session.delete(piece)
            standing.remove(piece)
    for piece in standing:  # two may never have the same number, not even on the way
        piece.number = -piece.id
    db.session.flush()
    for number, ((piece, _columns), row) in enumerate(zip(pairs, rows, strict=True), start=1):
        channel = Channel(row["channel"]) if row.get("channel") else queries.channel_of(row["text"])
        columns = {
            "number": number,
            "text": row["text"],
            "channel": channel,
            "owner": row.get("owner"),
            "organization_id": placing.organization_id(row.get("owner")),
            "starts_on": day(row.get("start")),
            "ends_on": day(row.get("end")),
            "cite": row.get("cite"),
        }
        if piece is None:
            db.session.add(Communication(event=placing.event, **columns))
        else:
            assign(piece, columns)
    left = [piece for piece in standing if piece.number < 0]
    for number, piece in enumerate(left, start=len(rows) + 1):
        piece.number = number


def _timeline(placing: Any, rows: list[Data], cite: str | None) -> None:
    standing = rows_of(Milestone, placing.event)
    for number, row in enumerate(rows, start=1):
        columns = {
            "text": row["text"],
            "starts_on": day(row.get("window_start")),
            "ends_on": day(row.get("window_end")),
            "time_text": row.get("precision"),
            "cite": cite,
        }
        if number <= len(standing):
            assign(standing[number - 1], columns)
        else:
            db.session.add(Milestone(event_id=placing.event.id, number=number, **columns))
    for milestone in standing[len(rows) :]:
        db.session.delete(milestone)
