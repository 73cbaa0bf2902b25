"""Clusters and their units. Everyone who changes them holds the campaign: two at once stand in a queue."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.audit.operations import record
from eventsvc.campaigns.models import Cluster, ClusterUnit, Stop
from eventsvc.campaigns.roadshow_operations.stops import require_no_tet
from eventsvc.campaigns.roadshow_queries import is_off
from eventsvc.campaigns.unit_queries import Named, read_units, require_known
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open, renumber
from eventsvc.text import clean, same_words

DETAILS = frozenset({"kind", "text", "days", "starts_on", "venue", "venue_text", "cite", "note"})
EDITABLE = DETAILS | {"name"}
MOST_DAYS = 60


class NameMissing(Invalid):
    code = "name_missing"


class WrongDays(Invalid):
    code = "wrong_days"


class UnitTaken(Invalid):
    code = "unit_taken"


class UnitInUse(DomainError):
    code = "unit_in_use"


class ClusterInUse(DomainError):
    code = "cluster_in_use"


@atomic()
def make_cluster(event: Event, *, name: str, key: str | None = None, by: Any, **details: Any) -> Cluster:
    """A cluster at the end, without units yet. `key`: how the plan calls it; its number when nothing is said.
    Further details: DETAILS."""
    if unknown := details.keys() - DETAILS:
        raise TypeError(f"no details of a cluster: {', '.join(sorted(unknown))}")
    lock_open(event)
    rows = db.session.scalars(sa.select(Cluster).where(Cluster.event_id == event.id)).all()
    number = max((row.number for row in rows), default=0) + 1
    taken = {row.key for row in rows}
    key = clean(key or "")[:40] or str(number)
    suffix, stem = 1, key[:36]
    while key in taken:
        suffix += 1
        key = f"{stem}-{suffix}"
    cluster = Cluster(event=event, number=number, key=key, **_checked({"name": name} | details))
    db.session.add(cluster)
    db.session.flush()
    record(by, "cluster.made", cluster, event=event)
    return cluster


@atomic()
def edit_cluster(
    cluster: Cluster, changes: dict[str, Any], *, version: int | None = None, by: Any
) -> Cluster:
    """Change what `changes` names. StaleEdit when `version` is no longer the cluster's."""
    lock_open(cluster.event)
    lock(cluster, version)
    changed = assign(cluster, _checked(changes), EDITABLE)
    if changed:
        db.session.flush()
        record(by, "cluster.edited", cluster, event=cluster.event, fields=changed)
    return cluster


@atomic()
def enter_cluster(
    event: Event,
    cluster: Cluster | None,
    values: dict[str, Any],
    *,
    host: str | None,
    participants: Sequence[str],
    version: int | None = None,
    by: Any,
) -> Cluster:
    """A cluster with its units, as typed: a new one when there is none yet. All of it is stored, or nothing."""
    if cluster is None:
        cluster = make_cluster(event, **values, by=by)
    else:
        edit_cluster(cluster, values, version=version, by=by)
    return set_units(cluster, host=host, participants=participants, by=by)


@atomic()
def remove_cluster(cluster: Cluster, *, version: int | None = None, by: Any) -> None:
    """Take a cluster out with its units and stops; its units are free again. ClusterInUse while a stop is an event that
    has not been called off. StaleEdit when `version` is no longer the cluster's."""
    event = cluster.event
    lock_open(event)
    lock(cluster, version)
    if any(stop.part_id and not is_off(stop) for stop in cluster.stops):
        raise ClusterInUse(
            _(
                "An event has been made of a stop of %(cluster)s: call that event off first.",
                cluster=cluster.name,
            )
        )
    record(by, "cluster.removed", cluster, event=event)
    for stop in list(cluster.stops):  # before the units that they point at
        cluster.stops.remove(stop)
    db.session.flush()
    db.session.delete(cluster)
    db.session.flush()
    renumber(
        db.session.scalars(
            sa.select(Cluster).where(Cluster.event_id == event.id).order_by(Cluster.number)
        ).all()
    )


@atomic()
def set_units(
    cluster: Cluster,
    *,
    host: str | None,
    participants: Iterable[str],
    version: int | None = None,
    is_strict: bool = True,
    by: Any,
) -> Cluster:
    """The units of a cluster, its host first, as they are named: one a line, or many in a line.

    UnitElsewhere, UnitUnknown, UnitTaken: nothing is changed. A unit that stays keeps its row. Not `is_strict`: a name
    that nobody knows is kept as printed, for somebody to put right (the checks show it).
    """
    event = cluster.event
    lock_open(event)
    lock(cluster, version)
    hosting = read_units(event, [host] if host else [])
    named = read_units(event, [*[one.name for one in hosting], *participants])
    if is_strict:
        require_known(event, hosting, "host")
        require_known(event, named, "participants")
    if len(hosting) > 1:
        raise Invalid(_("One unit hosts a cluster; here are several."), field="host")
    _require_free(cluster, named)
    _set(cluster, named, hosting[0] if hosting else None)
    db.session.flush()
    record(by, "cluster.units_set", cluster, event=event, count=len(named))
    return cluster


@atomic()
def add_units(cluster: Cluster, names: Iterable[str], *, by: Any) -> int:
    """Units behind those that the cluster has; how many are new."""
    lock_open(cluster.event)
    lock(cluster)
    before = [unit.name for unit in cluster.units]
    host = next((unit.name for unit in cluster.units if unit.is_host), None)
    set_units(cluster, host=host, participants=[*before, *names], by=by)
    return len(cluster.units) - len(before)


@atomic()
def move_unit(unit: ClusterUnit, cluster: Cluster, *, place: int | None = None, by: Any) -> None:
    """Put a unit into another cluster, or elsewhere in its own: at the end, or at the place. The stops it has come
    along. In another cluster it hosts only where nobody does."""
    event = unit.cluster.event
    lock_open(event)
    if cluster.event_id != event.id:
        raise Invalid(_("This cluster belongs to another campaign."), field="cluster")
    lock(cluster)
    former = unit.cluster
    others = [row for row in cluster.units if row is not unit]
    place = len(others) + 1 if place is None else min(max(place, 1), len(others) + 1)
    if former is not cluster:
        _carry_stops(unit, cluster)
        left = [row for row in former.units if row is not unit]
        _free_numbers(former)
        unit.is_host = unit.is_host and not any(row.is_host for row in others)
        unit.cluster_id, unit.number = cluster.id, -1_000_000
        db.session.flush()
        _count(left)
        flag_modified(former, "name")
    for n, row in enumerate(others, 1):
        row.number = -n
    unit.number = -1_000_000
    db.session.flush()
    _count([*others[: place - 1], unit, *others[place - 1 :]])
    flag_modified(cluster, "name")  # its version rises: the units belong to its form
    db.session.flush()
    for row in (former, cluster):
        db.session.expire(row, ["units", "stops"])
    db.session.expire(unit, ["cluster"])
    record(by, "cluster.unit_moved", cluster, event=event, unit=unit.id)


# --- What the operations above are made of -----------------------------------------------------------------


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    if "name" in changes and not same_words(changes["name"] or ""):
        raise NameMissing(_("Enter the name."), field="name")
    days = changes.get("days")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise WrongDays(
            _("A whole number from %(least)s to %(most)s, please.", least=1, most=MOST_DAYS), field="days"
        )
    if changes.get("starts_on") is not None:
        require_no_tet(changes["starts_on"], days or 1)
    return changes


def _require_free(cluster: Cluster, named: Sequence[Named]) -> None:
    """A unit is in exactly one cluster: those of another one are named."""
    codes = [one.organization.code for one in named if one.organization]
    taken = db.session.execute(
        sa.select(ClusterUnit.name, Cluster.name)
        .join(Cluster, ClusterUnit.cluster_id == Cluster.id)
        .where(
            ClusterUnit.event_id == cluster.event_id,
            ClusterUnit.cluster_id != cluster.id,
            ClusterUnit.unit_code.in_(codes),
        )
        .order_by(Cluster.number, ClusterUnit.number)
    ).all()
    if taken:
        words = "; ".join(f"{unit} ({other})" for unit, other in taken)
        raise UnitTaken(
            _("A unit is in one cluster only. In another one already: %(units)s.", units=words),
            field="participants",
        )


def _set(cluster: Cluster, named: Sequence[Named], host: Named | None) -> None:
    wanted = {_key(one) for one in named}
    gone = [row for row in cluster.units if _key_of(row) not in wanted]
    _require_unused(gone)
    _free_numbers(cluster)
    for row in gone:
        cluster.units.remove(row)
    db.session.flush()
    standing = {_key_of(row): row for row in cluster.units}
    for number, one in enumerate(named, 1):
        row = standing.get(_key(one))
        if row is None:
            row = ClusterUnit(event_id=cluster.event_id)
            cluster.units.append(row)
        row.number, row.name = number, one.name
        row.unit_code = one.organization.code if one.organization else None
        row.organization_id = one.organization.id if one.organization else None
        row.is_host = host is not None and _key(one) == _key(host)
        db.session.flush()
    flag_modified(cluster, "name")
    db.session.flush()
    db.session.expire(cluster, ["units"])


def _key_of(row: ClusterUnit) -> str:
    return row.unit_code or same_words(row.name)


def _key(one: Named) -> str:
    return one.organization.code if one.organization else same_words(one.name)


def _require_unused(gone: Sequence[ClusterUnit]) -> None:
    names = db.session.scalars(
        sa.select(Stop.name).where(Stop.cluster_unit_id.in_([row.id for row in gone]))
    ).all()
    if names:
        raise UnitInUse(
            _("A stop is planned there: %(stops)s. Remove the stop first.", stops="; ".join(names)),
            field="participants",
        )


def _free_numbers(cluster: Cluster) -> None:
    """Numbers out of the way: two rows may never have the same one, not even for a moment."""
    for place, row in enumerate(cluster.units, 1):
        row.number = -place
    db.session.flush()


def _count(rows: Iterable[ClusterUnit]) -> None:
    for number, row in enumerate(rows, 1):
        row.number = number


def _carry_stops(unit: ClusterUnit, cluster: Cluster) -> None:
    stops = db.session.scalars(
        sa.select(Stop).where(Stop.cluster_unit_id == unit.id).order_by(Stop.number)
    ).all()
    last = db.session.scalar(sa.select(sa.func.max(Stop.number)).where(Stop.cluster_id == cluster.id)) or 0
    for number, stop in enumerate(stops, last + 1):
        stop.cluster, stop.number = cluster, number
    db.session.flush()
