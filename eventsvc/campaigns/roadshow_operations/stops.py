"""Stops: where the campaign halts, and moving a stop to another day. A stop that is an event takes it along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.campaigns.models import Cluster, ClusterUnit, Stop, StopTeam
from eventsvc.campaigns.roadshow_queries import announced, days_of, is_off
from eventsvc.campaigns.route import last_day, tet
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events import calendar_queries
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, lock, lock_open, renumber

MOST_DAYS = 60
MOST_TEAMS = 20
LONGEST_TEAM = 200


class StopOnTet(Invalid):
    code = "stop_on_tet"


class OutsideWindow(Invalid):
    code = "outside_window"


class WrongStop(Invalid):
    code = "wrong_stop"


class StopInUse(DomainError):
    code = "stop_in_use"


class NoDay(DomainError):
    code = "no_day"


class EventAnnounced(Invalid):
    """People have heard when the event of the stop is: it moves only when somebody has agreed to that."""

    code = "event_announced"


@dataclass(frozen=True)
class StopDetails:
    """A stop as typed: what it is called, where, when, for how many, and the teams that work there."""

    name: str
    unit: ClusterUnit | None = None
    place: str | None = None
    starts_on: date | None = None
    days: int = 1
    opens: time | None = None
    closes: time | None = None
    capacity: int | None = None
    note: str | None = None
    teams: Sequence[str] = ()


COLUMNS = ("name", "place", "capacity", "note")
WHEN = ("days", "opens", "closes")


@atomic()
def make_stop(cluster: Cluster, details: StopDetails, *, by: Any) -> Stop:
    """A stop at the end of its cluster. StopOnTet, OutsideWindow, WrongStop name what cannot be."""
    event = cluster.event
    lock_open(event)
    lock(cluster)
    _require_sense(cluster, details)
    require_days(event, details.starts_on, details.days)
    last = db.session.scalar(sa.select(sa.func.max(Stop.number)).where(Stop.cluster_id == cluster.id))
    stop = Stop(
        event_id=event.id,
        cluster=cluster,
        number=(last or 0) + 1,
        unit=details.unit,
        starts_on=details.starts_on,
        **{name: getattr(details, name) for name in (*COLUMNS, *WHEN)},
    )
    db.session.add(stop)
    db.session.flush()
    _set_teams(stop, details.teams)
    record(by, "stop.made", stop, event=event)
    return stop


@atomic()
def edit_stop(
    stop: Stop, details: StopDetails, *, version: int | None = None, is_agreed: bool = False, by: Any
) -> Stop:
    """Change a stop. Once it is an event, its length and its hours are those of the event's sittings, its hall is that
    of the event; another first day moves it, as `move_stop` does. StaleEdit when `version` is no longer that of the
    stop."""
    event = stop.cluster.event
    lock_open(event)
    lock(stop, version)
    if stop.part_id is not None:
        when = days_of(stop)
        kept = {name: getattr(stop, name) for name in ("opens", "closes", "place", "capacity")}
        kept["days"] = when.days
        details = StopDetails(**{**vars(details), **kept})
    _require_sense(stop.cluster, details)
    changed = assign(stop, {name: getattr(details, name) for name in COLUMNS})
    if stop.part_id is None:
        changed += assign(stop, {name: getattr(details, name) for name in WHEN})
    changed += assign(stop, {"cluster_unit_id": details.unit.id if details.unit else None})
    if [team.name for team in stop.teams] != _tidy(details.teams):
        _set_teams(stop, details.teams)
        flag_modified(stop, "name")  # the version rises: the teams belong to the form
        changed.append("teams")
    if _set_day(stop, details.starts_on, is_agreed, by) or changed:
        db.session.flush()
        record(by, "stop.edited", stop, event=event, fields=sorted(changed))
    return stop


@atomic()
def move_stop(
    stop: Stop, starts_on: date, *, version: int | None = None, is_agreed: bool = False, by: Any
) -> Stop:
    """The stop begins on another day; the day it has already changes nothing. The sittings of its event move by as many
    days, to be approved again, and the deadlines of its tasks with them. EventAnnounced when people have heard of the
    day and whoever moves it has not said that it is meant (`is_agreed`)."""
    event = stop.cluster.event
    lock_open(event)
    lock(stop, version)
    former = days_of(stop).starts_on
    if _set_day(stop, starts_on, is_agreed, by):
        db.session.flush()
        moved = (starts_on - former).days if former else None
        record(by, "stop.moved", stop, event=event, days=moved)
    return stop


@atomic()
def remove_stop(stop: Stop, *, version: int | None = None, by: Any) -> None:
    """Take a stop out. StopInUse while it is an event: that is to be called off first, and stays as it is. StaleEdit
    when `version` is no longer the stop's."""
    cluster = stop.cluster
    lock_open(cluster.event)
    lock(stop, version)
    if stop.part_id is not None and not is_off(stop):
        raise StopInUse(_("An event has been made of “%(stop)s”: call that event off first.", stop=stop.name))
    record(by, "stop.removed", stop, event=cluster.event)
    db.session.delete(stop)
    db.session.flush()
    renumber(
        db.session.scalars(sa.select(Stop).where(Stop.cluster_id == cluster.id).order_by(Stop.number)).all()
    )
    db.session.expire(cluster, ["stops"])


def require_days(event: Event, starts_on: date | None, days: int) -> None:
    """OutsideWindow, or StopOnTet with the day of Tết; other holidays and weekends are only warned of."""
    if starts_on is None:
        return
    ends_on = last_day(starts_on, days) or starts_on
    first, last = event.window_start, event.window_end
    if (first and starts_on < first) or (last and ends_on > last):
        raise OutsideWindow(
            _(
                "The campaign runs from %(first)s to %(last)s: a stop from %(starts)s to %(ends)s lies outside.",
                first=text.short_date(first) if first else "…",
                last=text.short_date(last) if last else "…",
                starts=text.short_date(starts_on),
                ends=text.short_date(ends_on),
            ),
            field="starts_on",
        )
    require_no_tet(starts_on, days)


def require_no_tet(starts_on: date, days: int) -> None:
    """StopOnTet for the first of these days that is one of Tết."""
    overrides = calendar_queries.overrides()
    for day in (starts_on + timedelta(days=n) for n in range(days)):
        if name := tet(day, overrides):
            raise StopOnTet(
                _("%(day)s is Tết (%(name)s): choose another day.", day=text.short_date(day), name=name),
                field="starts_on",
            )


def window_words(first: date, last: date) -> str:
    """The days of a stop as they stand in its event: the words of a plan, in Vietnamese."""
    if first == last:
        return f"Ngày {text.short_date(first)}"
    return f"Từ ngày {text.short_date(first)} đến ngày {text.short_date(last)}"


# --- What the operations above are made of -----------------------------------------------------------------


def _require_sense(cluster: Cluster, details: StopDetails) -> None:
    if not text.same_words(details.name or ""):
        raise WrongStop(_("Enter the name."), field="name")
    if not 1 <= details.days <= MOST_DAYS:
        raise WrongStop(
            _("A whole number from %(least)s to %(most)s, please.", least=1, most=MOST_DAYS), field="days"
        )
    if details.opens and details.closes and details.closes <= details.opens:
        raise WrongStop(_("A day of the stop ends before it begins."), field="closes")
    if details.capacity is not None and details.capacity < 1:
        raise WrongStop(_("At least one person must be expected."), field="capacity")
    if details.unit is not None and details.unit.cluster_id != cluster.id:
        raise WrongStop(
            _("%(unit)s is not in %(cluster)s.", unit=details.unit.name, cluster=cluster.name), field="unit"
        )
    if len(_tidy(details.teams)) > MOST_TEAMS:
        raise WrongStop(_("At most %(most)s teams, please.", most=MOST_TEAMS), field="teams")


def _tidy(teams: Sequence[str]) -> list[str]:
    """Each team once, as it was first written."""
    named = {text.same_words(team): text.clean(team)[:LONGEST_TEAM] for team in reversed(teams)}
    order = dict.fromkeys(text.same_words(team) for team in teams)
    return [named[key] for key in order if key]


def _set_teams(stop: Stop, teams: Sequence[str]) -> None:
    names, on, province = _tidy(teams), stop.cluster.event.units_as_of, stop.cluster.event.province_code
    for row in list(stop.teams)[len(names) :]:
        stop.teams.remove(row)
    for number, name in enumerate(names, 1):
        if number > len(stop.teams):
            stop.teams.append(StopTeam(number=number, name=name))
        row = stop.teams[number - 1]
        found = organizations.find(name, on=on, province_code=province)
        row.name, row.organization_id = name, found.id if found else None
    db.session.flush()


def _set_day(stop: Stop, starts_on: date | None, is_agreed: bool, by: Any) -> bool:
    """Whether the stop begins on another day now."""
    when = days_of(stop)
    if starts_on == when.starts_on:
        return False
    if starts_on is None and stop.part_id is not None:
        raise NoDay(_("The stop is an event already: it needs a day."), field="starts_on")
    require_days(stop.cluster.event, starts_on, when.days)
    if stop.part is not None:
        lock_open(stop.part)
        if not is_agreed and announced(stop):
            raise EventAnnounced(
                _(
                    "People have heard when the event of “%(stop)s” is: say that you mean to move it, too.",
                    stop=stop.name,
                ),
                field="starts_on",
            )
    if starts_on and when.starts_on:
        _lead_along(stop, starts_on - when.starts_on)
    stop.starts_on = starts_on
    if stop.part is not None and starts_on is not None:
        _move_event(stop.part, starts_on, starts_on - (when.starts_on or starts_on), when.days, by)
    return True


def _lead_along(stop: Stop, by_days: timedelta) -> None:
    """The days of a cluster go with its only stop."""
    cluster = stop.cluster
    of_cluster = sa.select(sa.func.count(Stop.id)).where(Stop.cluster_id == cluster.id)
    if cluster.starts_on is not None and db.session.scalar(of_cluster) == 1:
        cluster.starts_on += by_days


def _move_event(part: Event, starts_on: date, by_days: timedelta, days: int, by: Any) -> None:
    """The window first: while a time is approved, only the times are told to invitees."""
    ends_on = last_day(starts_on, days) or starts_on
    window: dict[str, Any] = {"window_start": starts_on, "window_end": ends_on}
    if part.window_start and part.window_end:
        former = window_words(part.window_start, part.window_end)
        if part.window_text in (None, former):
            window["window_text"] = window_words(starts_on, ends_on)
    events.edit_event(part, window, by=by)
    for sitting in part.standing_sittings:
        if sitting.starts_at is None:
            continue
        doors = {
            name: moment + by_days
            for name in ("doors_open_at", "doors_close_at")
            if (moment := getattr(sitting, name)) is not None
        }
        if doors:
            events.edit_sitting(sitting, doors, by=by)
        events.propose_time(
            sitting,
            starts_at=sitting.starts_at + by_days,
            ends_at=sitting.ends_at + by_days if sitting.ends_at else None,
            by=by,
        )
