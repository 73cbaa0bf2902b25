"""Every change to what a plan wants reached: indicators in words, and their targets in figures."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.movements import target_queries as queries
from eventsvc.movements.models import Indicator, Target, TargetPeriod
from eventsvc.movements.target_figures import HUNDRED, is_share
from eventsvc.rows import assign, lock, lock_open, renumber

INDICATOR = frozenset({"text", "responsible", "task", "result", "done_on"})
TARGET = frozenset(
    {
        "metric", "comparator", "value", "unit", "baseline", "actor", "period", "starts_on", "due_on", "returned_by",
        "checked_by",
    }
)  # fmt: skip
_FIXED = ("unit", "period", "starts_on")


class HasFigures(DomainError):
    """Somebody has handed in a figure for it."""

    code = "has_figures"


@atomic()
def add_indicator(event: Event, values: dict[str, Any], *, by: Any) -> Indicator:
    """One more, after the others."""
    lock_open(event)
    _check_day(values)
    number = max((row.number for row in queries.indicators_of(event)), default=0) + 1
    indicator = Indicator(event=event, number=number, **values)
    db.session.add(indicator)
    db.session.flush()
    record(by, "indicator.added", indicator, event=event)
    return indicator


@atomic()
def edit_indicator(
    indicator: Indicator, values: dict[str, Any], *, version: int | None = None, by: Any
) -> None:
    lock_open(indicator.event)
    lock(indicator, version)
    _check_day(values)
    changed = assign(indicator, values, INDICATOR)
    if changed:
        db.session.flush()
        record(by, "indicator.edited", indicator, event=indicator.event, fields=changed)


@atomic()
def remove_indicator(indicator: Indicator, *, by: Any) -> None:
    """Take it out with its targets; those after it move up. HasFigures once a figure was handed in for it."""
    event = indicator.event
    lock_open(event)
    lock(indicator)
    if queries.has_returns(indicator.targets):
        raise HasFigures(_("Figures have been handed in for this; it can no longer be removed."))
    record(by, "indicator.removed", indicator, event=event)
    db.session.delete(indicator)
    db.session.flush()
    renumber(queries.indicators_of(event))


@atomic()
def add_target(
    indicator: Indicator, values: dict[str, Any], *, version: int | None = None, by: Any
) -> Target:
    lock_open(indicator.event)
    lock(indicator, version)
    _check_target(values)
    target = Target(number=max((row.number for row in indicator.targets), default=0) + 1, **values)
    indicator.targets.append(target)
    _touch(indicator)
    record(by, "target.added", target, event=indicator.event)
    return target


@atomic()
def edit_target(target: Target, values: dict[str, Any], *, version: int | None = None, by: Any) -> None:
    """Change a target; the version is its indicator's. What figures are counted in and how often they come stays as it
    is once one was handed in."""
    indicator = target.indicator
    assert indicator is not None
    lock_open(indicator.event)
    lock(indicator, version)
    lock(target)
    if target.period is None and values.get("period") is TargetPeriod.ONCE:
        values = values | {"period": None}  # the plan did not say how often
    _check_target(values)
    changed = sorted(name for name in values if getattr(target, name) != values[name])
    fixed = [name for name in _FIXED if name in changed]
    if fixed and queries.has_returns([target]):
        raise Invalid(
            _("Figures have been handed in; the unit and the periods can no longer be changed."),
            field=fixed[0],
        )
    if assign(target, values, TARGET):
        _touch(indicator)
        record(by, "target.edited", target, event=indicator.event, fields=changed)


@atomic()
def remove_target(target: Target, *, by: Any) -> None:
    """Take it out; those after it move up. HasFigures once a figure was handed in."""
    indicator = target.indicator
    assert indicator is not None
    lock_open(indicator.event)
    lock(indicator)
    if queries.has_returns([target]):
        raise HasFigures(_("Figures have been handed in for this; it can no longer be removed."))
    record(by, "target.removed", target, event=indicator.event)
    indicator.targets.remove(target)
    _touch(indicator)
    renumber(indicator.targets)


def _touch(indicator: Indicator) -> None:
    """A new version though only a target of it changed: one form is for both."""
    flag_modified(indicator, "text")
    db.session.flush()


def _check_day(values: dict[str, Any]) -> None:
    done_on = values.get("done_on")
    if done_on is not None and done_on > clock.today():
        raise Invalid(_("This day has not come yet."), field="done_on")


def _check_target(values: dict[str, Any]) -> None:
    for name in ("value", "baseline"):
        number = values.get(name)
        if number is None:
            continue
        if number < 0:
            raise Invalid(_("A figure cannot be below zero."), field=name)
        if is_share(values.get("unit")) and number > HUNDRED:
            raise Invalid(_("A percentage cannot be above 100."), field=name)
    first, last = values.get("starts_on"), values.get("due_on")
    if first is not None and last is not None and last < first:
        raise Invalid(_("The last day lies before the first."), field="due_on")
    regular = values.get("period") not in (None, TargetPeriod.ONCE)
    if regular and first is None:
        raise Invalid(_("Say from which day figures are returned."), field="starts_on")
