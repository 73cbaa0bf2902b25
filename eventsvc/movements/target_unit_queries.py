"""What the units of a province come to: by district, or by commune where there are no districts."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import text
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.movements.models import Target
from eventsvc.movements.return_models import TargetReporter, TargetReturn
from eventsvc.movements.target_figures import Figure, RollUp, reached, roll_up
from eventsvc.movements.target_periods import Turn
from eventsvc.movements.target_queries import figure_of, reporters_of
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.tasks.returns import HANDED_IN


class Unit(NamedTuple):
    """A district (or, in two tiers, a commune) with what its organizations come to."""

    organization: Organization
    figure: Figure | None
    is_reached: bool | None
    reporters: int


def districts_of(event: Event) -> dict[str, Organization]:
    """The districts of the event's province on its day, by code; none in the two-tier government."""
    if not event.province_code:
        return {}
    rows = organizations.units(event.province_code, Level.DISTRICT, event.units_as_of)
    return {row.code: row for row in rows}


def unit_of(organization: Organization | None, districts: dict[str, Organization]) -> Organization | None:
    """The district an organization lies in, or the commune itself where there are none; None for an agency."""
    if organization is None or organization.kind is not OrganizationKind.UNIT:
        return None
    if organization.level is Level.COMMUNE:
        return districts.get(organization.parent_code or "", organization)
    return organization if organization.level is Level.DISTRICT else None


def by_unit(event: Event, target: Target, turn: Turn | None) -> tuple[list[Unit], RollUp]:
    """What each district comes to at the end of this period, the greatest first, and the whole. Agencies of no
    district stand in the whole alone, under None."""
    reporters, districts = reporters_of(target), districts_of(event)
    units = {row.id: unit_of(row.asked.organization, districts) for row in reporters}
    newest = newest_figures(target, turn)
    rolled = roll_up(
        (unit.code if (unit := units[reporter_id]) is not None else None, figure)
        for reporter_id, figure in newest.items()
        if reporter_id in units
    )
    known = {unit.code: unit for unit in units.values() if unit is not None}
    found = []
    for code, unit in known.items():
        figure = rolled.parts.get(code)
        number = sum(each is not None and each.code == code for each in units.values())
        found.append(Unit(unit, figure, reached(target.comparator, target.value, figure), number))
    return sorted(found, key=_greatest_first), rolled


def newest_figures(target: Target, turn: Turn | None) -> dict[int, Figure]:
    """The newest figure that every organization has handed in up to this period, by the id of the reporter."""
    if turn is None:
        return {}
    rows = db.session.scalars(
        sa.select(TargetReturn)
        .join(TargetReturn.reporter)
        .where(
            TargetReporter.target_id == target.id,
            TargetReturn.state.in_(HANDED_IN),
            TargetReturn.period_start <= turn.key,
        )
        .order_by(TargetReturn.period_start)
    )
    return {row.reporter_id: figure_of(row, target) for row in rows}


def _greatest_first(unit: Unit) -> Any:
    shown = unit.figure.shown if unit.figure else None
    return (shown is None, -(shown or 0), text.sort_key(unit.organization.name))
