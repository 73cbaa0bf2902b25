"""Local launches: who is expected to hold one, what they register, what they report."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.movements.return_models import LocalLaunch
from eventsvc.nominations.operations import charge_organizations
from eventsvc.rows import assign, insert, lock, lock_open
from eventsvc.tasks import expansion_queries
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NotOpenToEdit
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState

PLAN = frozenset({"planned_on", "form", "place"})


class NobodyMeant(Invalid):
    code = "nobody_meant"


@atomic()
def expect_launches(event: Event, names: Iterable[str], *, by: Any) -> int:
    """A launch to be registered by every organization that the lines mean; how many are new. Safe to repeat."""
    lock_open(event)
    known = expansion_queries.Known(event)
    wanted = [(one.name, one.organization) for name in names for one in known.meant(name)]
    if not wanted:
        raise NobodyMeant(_("These words mean no organization that is known."), field="names")
    asked = charge_organizations(event, wanted, by=by)
    rows = [
        {"event_id": event.id, "organization_invitation_id": each, "state": ReturnState.MISSING, "version": 1}
        for each in dict.fromkeys(row.id for row in asked)
    ]
    made = db.session.scalars(
        insert(LocalLaunch).values(rows).on_conflict_do_nothing().returning(LocalLaunch.id)
    ).all()
    if made:
        record(by, "local_launches.expected", event, event=event, count=len(made))
    return len(made)


@atomic()
def register_launch(
    launch: LocalLaunch, values: dict[str, Any], *, version: int | None = None, by: Any
) -> None:
    """When, how and where it is going to be held. NotOpenToEdit once the report on it was approved."""
    lock_open(launch.event)
    lock(launch, version)
    if launch.state not in OPEN_TO_EDIT:
        raise NotOpenToEdit(_("The report on this launch has been approved; it can no longer be changed."))
    if assign(launch, values, PLAN):
        db.session.flush()
        record(by, "local_launch.registered", launch, event=launch.event)


@atomic()
def report_launch(
    launch: LocalLaunch,
    *,
    held_on: date,
    participants: int,
    summary: str | None,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """What came of it. A day that has not come yet is refused: that is a plan, not a report."""
    if held_on > clock.today():
        raise Invalid(_("This day has not come yet; register it as planned instead."), field="held_on")
    values = {"held_on": held_on, "participants": participants, "summary": summary or None}
    returns.submit(launch, launch.event, values, by_name=by_name, version=version, by=by)


@atomic()
def expect_no_longer(launch: LocalLaunch, *, by: Any) -> None:
    """Take an organization off the list; what it has handed in is sent back first."""
    lock_open(launch.event)
    lock(launch)
    if launch.state is not ReturnState.MISSING:
        raise NotOpenToEdit(_("This organization has reported already."))
    record(by, "local_launch.removed", launch, event=launch.event)
    db.session.delete(launch)
