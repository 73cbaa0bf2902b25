"""Residents guided: who returns figures, what they enter day by day, and how it goes up to the province."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.movements import guidance_queries as queries
from eventsvc.movements.guidance_days import Key
from eventsvc.movements.models import Movement
from eventsvc.movements.return_models import GuidanceCount, GuidanceReturn
from eventsvc.nominations import names
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level
from eventsvc.rows import assign, insert, lock, lock_open
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NothingHandedIn, NotOpenToEdit
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState
from eventsvc.text import short_date

MOST = 10_000_000


class NoUnits(Invalid):
    code = "no_units"


class OutsideTheDays(Invalid):
    """Residents on a day that is none of the movement's."""

    code = "outside_the_days"


@dataclass(frozen=True)
class Entered:
    """What a unit has typed: members of its teams, those who reached the target, and residents by day and skill.
    A count that is None is nothing entered; a key that is not there stays as it is."""

    counts: Mapping[Key, int | None]
    members: int | None = None
    reached: int | None = None
    note: str | None = None


@atomic()
def expect_returns(event: Event, *, with_districts: bool = False, by: Any) -> int:
    """A return to be made by every commune of the event's units, through its district where there is one; with the
    districts' own teams, if they return as well. How many are new. Safe to repeat: who has a return keeps it."""
    lock_open(event)
    movement = queries.required_movement(event)
    province = event.province_code or ""
    districts = organizations.units(province, Level.DISTRICT, event.units_as_of)
    communes = organizations.units(province, Level.COMMUNE, event.units_as_of)
    if not communes:
        raise NoUnits(_("No commune of this province is known on the day whose units take part."))
    above = {unit.code: unit for unit in districts}
    wanted = [(names.committee(unit, None), unit) for unit in districts]
    wanted += [(names.committee(unit, above.get(unit.parent_code or "")), unit) for unit in communes]
    asked = charge_organizations(event, wanted, by=by)
    between = {unit.code: row.id for unit, row in zip(districts, asked, strict=False)}
    rows = [
        {
            "movement_id": movement.id,
            "organization_invitation_id": row.id,
            "above_id": None if unit.level is Level.DISTRICT else between.get(unit.parent_code or ""),
            "state": ReturnState.MISSING,
            "version": 1,
        }
        for (_name, unit), row in zip(wanted, asked, strict=True)
        if with_districts or unit.level is not Level.DISTRICT
    ]
    made = db.session.scalars(
        insert(GuidanceReturn).values(rows).on_conflict_do_nothing().returning(GuidanceReturn.id)
    ).all()
    if made:
        record(by, "guidance_returns.expected", event, event=event, count=len(made))
    return len(made)


@atomic()
def save_figures(row: GuidanceReturn, entered: Entered, *, version: int | None = None, by: Any) -> None:
    """Write down what has been counted so far, without handing it in. What was handed in stays so."""
    event = row.movement.event
    _open(row, event, version)
    values = _write(row, entered)
    if assign(row, values):
        flag_modified(row, "note")
    db.session.flush()
    record(by, "guidance_return.saved", row, event=event)


@atomic()
def hand_in(
    row: GuidanceReturn,
    entered: Entered,
    *,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Write the figures down and hand them in; `by` is the unit by its link, or a user on its behalf. After the last
    day, too: it is late then."""
    event = row.movement.event
    _open(row, event, version)
    if entered.members is None:
        raise Invalid(_("Enter how many members the teams have."), field="members")
    values = _write(row, entered)
    returns.submit(row, event, values, by_name=by_name, by=by)


@atomic()
def forward(
    row: GuidanceReturn,
    *,
    by_name: str | None = None,
    version: int | None = None,
    by: OrganizationInvitation,
) -> None:
    """A district passes on what a commune has handed in. Safe to repeat."""
    returns.forward(row, row.movement.event, by_name=by_name, version=version, by=by)


@atomic()
def forward_all(asked: OrganizationInvitation, *, by_name: str | None = None) -> int:
    """Pass on everything that has been handed in; how many. Safe to repeat."""
    rows = queries.submitted_below(asked)
    for row in rows:
        returns.forward(row, row.movement.event, by_name=by_name, by=asked)
    return len(rows)


@atomic()
def send_back_below(
    row: GuidanceReturn, *, remark: str, version: int | None = None, by: OrganizationInvitation
) -> None:
    """A district asks a commune to put it right, as long as it has not passed it on."""
    event = row.movement.event
    lock_open(event)
    lock(row, version)
    if row.state is not ReturnState.SUBMITTED:
        raise NothingHandedIn(_("This has been passed on already; the province sends it back, if need be."))
    returns.send_back(row, event, remark=remark, by=by)


@atomic()
def approve_all(movement: Movement, *, above: int | None = None, by: Any) -> int:
    """Approve what districts have passed on, and what reaches the province directly; how many. Safe to repeat."""
    rows = queries.to_approve(movement, above)
    for row in rows:
        returns.approve(row, movement.event, by=by)
    return len(rows)


@atomic()
def close_return(row: GuidanceReturn, *, reason: str, version: int | None = None, by: Any) -> bool:
    """No more is awaited of a unit, which was merged away perhaps: what it has entered stays and counts once, as its
    own; a return in which nothing stands is taken off the list. Whether it stays. The reason is written beside it."""
    event = row.movement.event
    lock_open(event)
    lock(row, version)
    if not reason.strip():
        raise Invalid(_("Say why nothing more is awaited."), field="reason")
    if row.state is ReturnState.MISSING and not row.counts and row.members is None:
        record(by, "guidance_return.removed", row, event=event)
        db.session.delete(row)
        return False
    if row.state in (ReturnState.MISSING, ReturnState.RETURNED):
        returns.submit(row, event, {}, by=by)
    returns.approve(row, event, by=by)
    row.remark = reason.strip()
    db.session.flush()
    record(by, "guidance_return.closed", row, event=event)
    return True


def _open(row: GuidanceReturn, event: Event, version: int | None) -> None:
    lock_open(event)
    lock(row, version)
    if row.state not in OPEN_TO_EDIT:
        raise NotOpenToEdit(
            _("This has been approved or passed on; it must be sent back before it is changed.")
        )


def _write(row: GuidanceReturn, entered: Entered) -> dict[str, Any]:
    """The counts brought to what was entered; the columns of the return itself."""
    _check(row.movement, entered)
    standing = {(count.day, count.skill_id): count for count in row.counts}
    for key, residents in entered.counts.items():
        count = standing.get(key)
        if residents is None:
            if count is not None:
                row.counts.remove(count)
        elif count is None:
            row.counts.append(GuidanceCount(day=key[0], skill_id=key[1], residents=residents))
        elif count.residents != residents:
            count.residents = residents
    flag_modified(row, "note")  # so that two who enter at once do not write over each other
    return {
        "members": entered.members,
        "members_who_reached": entered.reached,
        "note": entered.note,
    }


def _check(movement: Movement, entered: Entered) -> None:
    span = queries.span_of(movement)
    skills = {None, *(skill.id for skill in movement.skills)}
    for (day, skill_id), residents in entered.counts.items():
        if not residents and residents != 0:
            continue
        if not isinstance(residents, int) or not 0 <= residents <= MOST:
            raise Invalid(_("Residents are counted in whole numbers from 0 on."))
        if skill_id not in skills:
            raise Invalid(_("This skill is none of the movement's."))
        if span is None:
            raise OutsideTheDays(_("The first day of the movement is not known yet; nothing can be entered."))
        if residents and not span.holds(day):
            raise OutsideTheDays(
                _(
                    "%(day)s is not one of the days of the movement, which lasts from %(first)s to %(last)s.",
                    day=short_date(day),
                    first=short_date(span.first),
                    last=short_date(span.last),
                )
            )
    for field, number in (("members", entered.members), ("reached", entered.reached)):
        if number is not None and not 0 <= number <= MOST:
            raise Invalid(_("Members are counted in whole numbers from 0 on."), field=field)
    if entered.reached is not None and entered.reached > (entered.members or 0):
        raise Invalid(
            _("Not more members can have reached the target than there are members."), field="reached"
        )
