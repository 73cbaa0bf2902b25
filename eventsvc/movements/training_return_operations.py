"""Training per group: who returns learners, what they return, and what is agreed to."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.movements import training_queries as queries
from eventsvc.movements.models import Training
from eventsvc.movements.return_models import TrainingReturn
from eventsvc.nominations.operations import charge_organizations
from eventsvc.rows import insert, lock, lock_open
from eventsvc.tasks import expansion_queries
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NotOpenToEdit
from eventsvc.tasks.returns import ReturnState

MOST = 100_000_000


class NobodyMeant(Invalid):
    code = "nobody_meant"


@atomic()
def expect_returns(event: Event, *, by: Any) -> int:
    """A return of every organization that the agency of a group means, for each of its groups; how many are new. Safe
    to repeat: who has a return keeps it."""
    lock_open(event)
    training = queries.required_training(event)
    known = expansion_queries.Known(event)
    wanted = [
        (group, one.name, one.organization) for group in training.groups for one in known.meant(group.agency)
    ]
    if not wanted:
        raise NobodyMeant(_("The groups of the training name no organization that is known."))
    asked = charge_organizations(event, [(name, row) for _group, name, row in wanted], by=by)
    pairs = dict.fromkeys((group.id, one.id) for (group, _name, _row), one in zip(wanted, asked, strict=True))
    rows = [
        {
            "training_group_id": group_id,
            "organization_invitation_id": asked_id,
            "state": ReturnState.MISSING,
            "version": 1,
        }
        for group_id, asked_id in pairs
    ]
    made = db.session.scalars(
        insert(TrainingReturn).values(rows).on_conflict_do_nothing().returning(TrainingReturn.id)
    ).all()
    if made:
        record(by, "training_returns.expected", event, event=event, count=len(made))
    return len(made)


@atomic()
def hand_in(
    row: TrainingReturn,
    event: Event,
    *,
    learners: int | None,
    completed: int | None,
    note: str | None = None,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """How many learn, and how many of them completed the course with its test. After the last day, too: late then."""
    for field, number in (("learners", learners), ("completed", completed)):
        if number is None or not 0 <= number <= MOST:
            raise Invalid(_("A whole number from 0 on, please."), field=field)
    if (completed or 0) > (learners or 0):
        raise Invalid(_("Not more can have completed the course than there are learners."), field="completed")
    values = {"learners": learners, "completed": completed, "note": note or None}
    returns.submit(row, event, values, by_name=by_name, version=version, by=by)


@atomic()
def approve_all(training: Training, event: Event, *, group: int | None = None, by: Any) -> int:
    """Approve everything that was handed in, of all groups or of one; how many. Safe to repeat."""
    rows = queries.to_approve(training, group)
    for row in rows:
        returns.approve(row, event, by=by)
    return len(rows)


@atomic()
def expect_no_longer(row: TrainingReturn, event: Event, *, by: Any) -> None:
    """Take an organization off the list of a group; what it has handed in stays."""
    lock_open(event)
    lock(row)
    if row.state is not ReturnState.MISSING:
        raise NotOpenToEdit(_("This organization has handed in figures already."))
    record(by, "training_return.removed", row, event=event)
    db.session.delete(row)
