"""What is wrong with the route of a campaign: its clusters, its stops, who is where and when. Pure.

An error must be put right before the campaign goes on the road; a warning is for somebody to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

from eventsvc.events.workdays import DayOff, Overrides, day_off
from eventsvc.text import fold, same_words

ONE_DAY = timedelta(days=1)
FAR_MINUTES = 360
"""Whoever has so long gets anywhere in a province: nobody need type how long the drive takes."""
_NO_TET = ("duong lich", "trung thu")


class Place(NamedTuple):
    """A unit of a cluster; `code` is None while nobody knows which unit the printed name means."""

    id: int
    name: str
    code: str | None = None
    is_host: bool = False


class Group(NamedTuple):
    """A cluster: its units, and the days on which they come together."""

    id: int
    name: str
    units: Sequence[Place] = ()
    starts_on: date | None = None
    days: int | None = None
    is_finale: bool = False

    @property
    def ends_on(self) -> date | None:
        return last_day(self.starts_on, self.days or 1)


class Halt(NamedTuple):
    """A stop. Without hours it takes the whole of its days."""

    id: int
    name: str
    group_id: int
    unit_id: int | None = None
    starts_on: date | None = None
    days: int = 1
    opens: time | None = None
    closes: time | None = None
    teams: Sequence[str] = ()

    @property
    def ends_on(self) -> date | None:
        return last_day(self.starts_on, self.days)

    @property
    def all_days(self) -> list[date]:
        if self.starts_on is None:
            return []
        return [self.starts_on + timedelta(days=n) for n in range(self.days)]

    @property
    def has_hours(self) -> bool:
        return self.opens is not None and self.closes is not None

    def hours(self, day: date) -> tuple[datetime, datetime]:
        if self.opens is None or self.closes is None:
            return datetime.combine(day, time.min), datetime.combine(day + ONE_DAY, time.min)
        return datetime.combine(day, self.opens), datetime.combine(day, self.closes)


class Route(NamedTuple):
    """All that the checks look at. `province`: code and name of every unit that is to be in a cluster; `minutes`: the
    drive between two units, the lower id first."""

    groups: Sequence[Group] = ()
    halts: Sequence[Halt] = ()
    province: Mapping[str, str] = {}
    minutes: Mapping[tuple[int, int], int] = {}
    window: tuple[date | None, date | None] = (None, None)
    overrides: Overrides | None = None

    def drive(self, first: int | None, second: int | None) -> int | None:
        """Minutes between two units, either way; None when nobody has typed them."""
        if first is None or second is None:
            return None
        return 0 if first == second else self.minutes.get((min(first, second), max(first, second)))


class Wrong(StrEnum):
    """What can be wrong, the worst first."""

    UNIT_TWICE = "unit_twice"
    UNIT_FOREIGN = "unit_foreign"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_MISSING = "unit_missing"
    NO_HOST = "no_host"
    ON_TET = "on_tet"
    OUTSIDE_WINDOW = "outside_window"
    OUTSIDE_CLUSTER = "outside_cluster"
    CLUSTER_OUTSIDE_WINDOW = "cluster_outside_window"
    TEAM_TWICE = "team_twice"
    TEAM_LATE = "team_late"
    TRAVEL_UNKNOWN = "travel_unknown"
    NO_TEAMS = "no_teams"
    ON_HOLIDAY = "on_holiday"
    ON_WEEKEND = "on_weekend"
    NO_DAY = "no_day"
    NO_STOP = "no_stop"

    @property
    def is_error(self) -> bool:
        return self in ERRORS


ERRORS = frozenset(
    {
        Wrong.UNIT_TWICE,
        Wrong.UNIT_FOREIGN,
        Wrong.UNIT_UNKNOWN,
        Wrong.UNIT_MISSING,
        Wrong.NO_HOST,
        Wrong.ON_TET,
        Wrong.OUTSIDE_WINDOW,
        Wrong.OUTSIDE_CLUSTER,
        Wrong.CLUSTER_OUTSIDE_WINDOW,
        Wrong.TEAM_TWICE,
        Wrong.TEAM_LATE,
    }
)
ORDER = {wrong: number for number, wrong in enumerate(Wrong)}


class Finding(NamedTuple):
    """One thing that is wrong, where, and the values its sentence needs."""

    wrong: Wrong
    group_id: int | None = None
    halt_id: int | None = None
    values: Mapping[str, Any] = {}

    @property
    def is_error(self) -> bool:
        return self.wrong.is_error


def last_day(starts_on: date | None, days: int) -> date | None:
    return starts_on + timedelta(days=days - 1) if starts_on else None


def tet(day: date, overrides: Overrides | None = None) -> str | None:
    """What the day of Tết is called, if it is one on which nobody works."""
    found = day_off(day, overrides=overrides)
    if found is None or found[0] is not DayOff.HOLIDAY or not found[1]:
        return None
    words = fold(found[1])
    is_tet = "tet" in words.split() or "giao thua" in words or "nguyen dan" in words
    return found[1] if is_tet and not any(other in words for other in _NO_TET) else None


def checks(route: Route) -> list[Finding]:
    """Everything that is wrong, errors before warnings; nothing when the route is as it should be."""
    found = [*_units(route), *_groups(route), *_days(route), *_teams(route)]
    return sorted(found, key=lambda finding: (not finding.is_error, ORDER[finding.wrong]))


# --- What the checks are made of --------------------------------------------------------------------------


def _units(route: Route) -> Iterator[Finding]:
    seen: dict[str, Group] = {}
    for group in route.groups:
        for unit in group.units:
            key = unit.code or same_words(unit.name)
            if key in seen:
                values = {"unit": unit.name, "first": seen[key].name, "second": group.name}
                yield Finding(Wrong.UNIT_TWICE, group.id, values=values)
            seen.setdefault(key, group)
            if unit.code is None:
                yield Finding(Wrong.UNIT_UNKNOWN, group.id, values={"unit": unit.name})
            elif route.province and unit.code not in route.province:
                yield Finding(Wrong.UNIT_FOREIGN, group.id, values={"unit": unit.name})
    missing = missing_units(route)
    if missing and any(group.units for group in route.groups):
        lacking: dict[str, Any] = {
            "units": ", ".join(missing),
            "count": len(missing),
            "all": len(route.province),
        }
        yield Finding(Wrong.UNIT_MISSING, values=lacking)


def missing_units(route: Route) -> list[str]:
    """The units of the province that are in no cluster."""
    codes = {unit.code for group in route.groups for unit in group.units}
    return [name for code, name in route.province.items() if code not in codes]


def _groups(route: Route) -> Iterator[Finding]:
    halting = {halt.group_id for halt in route.halts}
    for group in route.groups:
        if not group.is_finale and sum(unit.is_host for unit in group.units) != 1:
            yield Finding(Wrong.NO_HOST, group.id, values={"cluster": group.name})
        if group.id not in halting:
            yield Finding(Wrong.NO_STOP, group.id, values={"cluster": group.name})
        if group.starts_on and _is_outside(group.starts_on, group.ends_on, route.window):
            yield Finding(Wrong.CLUSTER_OUTSIDE_WINDOW, group.id, values={"cluster": group.name})


def _days(route: Route) -> Iterator[Finding]:
    groups = {group.id: group for group in route.groups}
    for halt in route.halts:
        where = {"group_id": halt.group_id, "halt_id": halt.id}
        values = {"stop": halt.name}
        if halt.starts_on is None:
            yield Finding(Wrong.NO_DAY, **where, values=values)
            continue
        if _is_outside(halt.starts_on, halt.ends_on, route.window):
            yield Finding(Wrong.OUTSIDE_WINDOW, **where, values=values | {"day": halt.starts_on})
        group = groups.get(halt.group_id)
        if (
            group
            and group.starts_on
            and _is_outside(halt.starts_on, halt.ends_on, (group.starts_on, group.ends_on))
        ):
            yield Finding(Wrong.OUTSIDE_CLUSTER, **where, values=values | {"cluster": group.name})
        yield from _off(halt, route.overrides)
    for group in route.groups:
        dated = [halt for halt in route.halts if halt.group_id == group.id and halt.starts_on]
        if dated and group.days and group.starts_on is None:
            first = min(halt.starts_on for halt in dated if halt.starts_on)
            late = [h for h in dated if h.ends_on and (h.ends_on - first).days >= group.days]
            for halt in late:
                values = {"stop": halt.name, "cluster": group.name}
                yield Finding(Wrong.OUTSIDE_CLUSTER, group.id, halt.id, values)


def _is_outside(first: date, last: date | None, window: tuple[date | None, date | None]) -> bool:
    start, end = window
    return bool((start and first < start) or (end and (last or first) > end))


def _off(halt: Halt, overrides: Overrides | None) -> Iterator[Finding]:
    for day in halt.all_days:
        values = {"stop": halt.name, "day": day}
        off = day_off(day, overrides=overrides)
        if off is None:
            continue
        if name := tet(day, overrides):
            yield Finding(Wrong.ON_TET, halt.group_id, halt.id, values | {"name": name})
        elif off[0] is DayOff.HOLIDAY:
            yield Finding(Wrong.ON_HOLIDAY, halt.group_id, halt.id, values | {"name": off[1] or ""})
        else:
            yield Finding(Wrong.ON_WEEKEND, halt.group_id, halt.id, values)


def _teams(route: Route) -> Iterator[Finding]:
    """Nobody in two places: who works at two stops has the time to get from one to the other."""
    dated = [halt for halt in route.halts if halt.starts_on]
    for first, second in combinations(sorted(dated, key=lambda halt: (halt.starts_on, halt.id)), 2):
        shared = _shared(first, second)
        if shared:
            yield from _both(route, first, second, shared)
        elif (
            first.group_id != second.group_id and not (first.teams and second.teams) and _meet(first, second)
        ):
            values = {"stop": first.name, "other": second.name}
            named = second if first.teams else first
            yield Finding(Wrong.NO_TEAMS, named.group_id, named.id, values)


def _shared(first: Halt, second: Halt) -> str | None:
    names = {same_words(team): team for team in first.teams}
    return ", ".join(names[same_words(team)] for team in second.teams if same_words(team) in names) or None


def _meet(first: Halt, second: Halt) -> bool:
    return bool(set(first.all_days) & set(second.all_days))


def _both(route: Route, first: Halt, second: Halt, team: str) -> Iterator[Finding]:
    """The worst of what one team meets between two stops."""
    drive = route.drive(first.unit_id, second.unit_id)
    values: dict[str, Any] = {"team": team, "stop": first.name, "other": second.name}
    gap = _shortest_gap(first, second)
    if gap is None:
        return
    day, minutes = gap
    values |= {"day": day, "minutes": minutes, "drive": drive}
    if minutes < 0:
        yield Finding(Wrong.TEAM_TWICE, second.group_id, second.id, values)
    elif drive is None and minutes < FAR_MINUTES:
        yield Finding(Wrong.TRAVEL_UNKNOWN, second.group_id, second.id, values)
    elif drive is not None and minutes < drive:
        yield Finding(Wrong.TEAM_LATE, second.group_id, second.id, values)


def _shortest_gap(first: Halt, second: Halt) -> tuple[date, int] | None:
    """The least time between being at one and being at the other, with the day: negative when both overlap; None when
    they are never within a day of each other. Over night only where the hours of both are known."""
    gaps = []
    for one in first.all_days:
        for other in second.all_days:
            if one != other and not (abs(other - one) <= ONE_DAY and first.has_hours and second.has_hours):
                continue
            (a, b), (c, d) = first.hours(one), second.hours(other)
            gap = max(c - b, a - d)
            gaps.append((int(gap.total_seconds() // 60), max(one, other)))
    if not gaps:
        return None
    minutes, day = min(gaps)
    return day, minutes
