"""Look up what organizations have returned about the training: by group, by organization, who is missing or late."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from eventsvc import clock, text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.movements import queries, training_rates
from eventsvc.movements.guidance_rollup import Wanted
from eventsvc.movements.models import Training, TrainingGroup
from eventsvc.movements.return_models import TrainingReturn
from eventsvc.movements.training_rates import Sums
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.returns import HANDED_IN, ReturnState

OWED = (ReturnState.MISSING, ReturnState.RETURNED)


class Figures(NamedTuple):
    """What the results report says of the training. `members` learn, `residents` of them completed the course; the
    rate is in a hundred, None when nobody learns."""

    expected: int = 0
    handed_in: int = 0
    late: int = 0
    approved: int = 0
    members: int = 0
    residents: int = 0
    rate: float | None = None

    @property
    def learners(self) -> int:
        return self.members

    @property
    def completed(self) -> int:
        return self.residents


class Group(NamedTuple):
    """A group of learners with the sums of its returns."""

    id: int
    agency: str
    learners: str
    sums: Sums


def required_training(event: Event) -> Training:
    """The training of the event; NotFound when it has none."""
    training = queries.training_of(event)
    if training is None:
        raise NotFound(_("This event has no training."))
    return training


def groups_of(training: Training) -> list[Group]:
    """Every group with its sums, in the order of the plan, in one query."""
    handed_in = TrainingReturn.state.in_(HANDED_IN)
    late = _is_late(training)
    counted = sa.select(
        TrainingReturn.training_group_id,
        sa.func.count(),
        *(
            sa.func.sum(sa.case((which, 1), else_=0))
            for which in (handed_in, late, TrainingReturn.state == ReturnState.APPROVED)
        ),
        sa.func.sum(sa.case((handed_in, TrainingReturn.learners), else_=0)),
        sa.func.sum(sa.case((handed_in, TrainingReturn.completed), else_=0)),
    )
    rows = db.session.execute(
        counted.join(TrainingReturn.group)
        .where(TrainingGroup.training_id == training.id)
        .group_by(TrainingReturn.training_group_id)
    ).all()
    sums = {row[0]: Sums(*(int(value or 0) for value in row[1:])) for row in rows}
    return [
        Group(group.id, group.agency, group.learners, sums.get(group.id, Sums())) for group in training.groups
    ]


def returns_of(
    training: Training, *, wanted: Wanted | None = None, group: int | None = None, q: str = ""
) -> sa.Select[Any]:
    """The returns by group and name of the organization; `q` ignores diacritics."""
    statement = (
        sa.select(TrainingReturn)
        .join(TrainingReturn.group)
        .join(TrainingReturn.asked)
        .options(contains_eager(TrainingReturn.group), contains_eager(TrainingReturn.asked))
        .where(TrainingGroup.training_id == training.id)
        .order_by(TrainingGroup.number, OrganizationInvitation.folded, TrainingReturn.id)
    )
    if group is not None:
        statement = statement.where(TrainingGroup.id == group)
    if wanted is Wanted.MISSING:
        statement = statement.where(TrainingReturn.state.in_(OWED))
    elif wanted is Wanted.LATE:
        statement = statement.where(_is_late(training))
    elif wanted is Wanted.HANDED_IN:
        statement = statement.where(TrainingReturn.state.in_(HANDED_IN))
    elif wanted is Wanted.APPROVED:
        statement = statement.where(TrainingReturn.state == ReturnState.APPROVED)
    if q.strip():
        folded = text.fold(q)
        named = OrganizationInvitation.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(named)
    return statement


def figures(event: Event) -> Figures | None:
    """The returns on training in figures; None when the event has no training, or nobody is asked."""
    training = queries.training_of(event)
    sums = training_rates.total([group.sums for group in groups_of(training)]) if training else Sums()
    if not sums.expected:
        return None
    return Figures(
        sums.expected, sums.handed_in, sums.late, sums.approved, sums.learners, sums.completed, sums.rate
    )


def return_of(event: Event, return_id: int) -> TrainingReturn:
    """The return of this event; otherwise NotFound."""
    found = db.session.scalar(_whole().where(TrainingReturn.id == return_id, Training.event_id == event.id))
    if found is None:
        raise NotFound(_("There is no such return."))
    return found


def own_returns(asked: OrganizationInvitation) -> list[TrainingReturn]:
    """Everything that this organization returns, in the order of the plan."""
    mine = TrainingReturn.organization_invitation_id == asked.id
    return list(db.session.scalars(_whole().where(mine).order_by(TrainingGroup.number)))


def own_return(asked: OrganizationInvitation, return_id: int) -> TrainingReturn | None:
    mine = TrainingReturn.organization_invitation_id == asked.id
    return db.session.scalar(_whole().where(mine, TrainingReturn.id == return_id))


def has_anything(asked: OrganizationInvitation) -> bool:
    mine = TrainingReturn.organization_invitation_id == asked.id
    return bool(db.session.scalar(sa.select(sa.exists().where(mine))))


def to_approve(training: Training, group: int | None) -> list[TrainingReturn]:
    """What has been handed in and waits to be agreed to."""
    return list(
        db.session.scalars(
            returns_of(training, group=group).where(TrainingReturn.state == ReturnState.SUBMITTED)
        )
    )


def _is_late(training: Training) -> sa.ColumnElement[bool]:
    """Owed although the last day has passed, or handed in after it; the last day is in time."""
    if training.deadline is None:
        return sa.false()
    owed = TrainingReturn.state.in_(OWED) if training.deadline < clock.today() else sa.false()
    after = _end_of(training.deadline)
    return sa.or_(owed, sa.and_(TrainingReturn.state.in_(HANDED_IN), TrainingReturn.submitted_at >= after))


def _end_of(day: date) -> datetime:
    """The moment at which the day is over in Vietnam."""
    return clock.from_local(datetime.combine(day + timedelta(days=1), time())).astimezone(UTC)


def _whole() -> sa.Select[Any]:
    return (
        sa.select(TrainingReturn)
        .join(TrainingReturn.group)
        .join(Training, Training.id == TrainingGroup.training_id)
        .join(TrainingReturn.asked)
        .options(contains_eager(TrainingReturn.group), contains_eager(TrainingReturn.asked))
    )
