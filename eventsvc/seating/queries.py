"""Plans of halls, who sits where, who has no seat."""

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload, selectinload

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import protocol_queries
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionState
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.seating.models import SeatAssignment, SeatBlock, SeatingPlan
from eventsvc.seating.ordering import shape
from eventsvc.seating.sitting import Sitting, Unsettled
from eventsvc.sites.models import Site
from eventsvc.sites.queries import LEVEL_ORDER


class Candidate(NamedTuple):
    """Somebody to be given a seat; a list of them is in the order of protocol."""

    guest_id: int
    group_id: int | None


class Count(NamedTuple):
    """Open seats of a plan, seats given, and guests of its site who come and have none."""

    capacity: int
    given: int
    without: int


def plans_of(event: Event, site_ids: Collection[int] | None = None) -> list[SeatingPlan]:
    """The plans in the order of their sites, with their blocks."""
    order = sa.case({level.value: rank for rank, level in enumerate(LEVEL_ORDER)}, value=Site.level)
    statement = (
        sa.select(SeatingPlan)
        .join(SeatingPlan.site)
        .options(contains_eager(SeatingPlan.site), selectinload(SeatingPlan.blocks))
        .where(SeatingPlan.event_id == event.id)
        .order_by(order, Site.number, SeatingPlan.id)
    )
    return list(db.session.scalars(_within(statement, site_ids)))


def plan_of(event: Event, plan_id: int, site_ids: Collection[int] | None = None) -> SeatingPlan:
    """The plan of this event within the sites in reach; otherwise NotFound."""
    plan: SeatingPlan = part_of(event, SeatingPlan, plan_id, site_ids)
    return plan


def block_of(plan: SeatingPlan, block_id: int) -> SeatBlock:
    found = next((block for block in plan.blocks if block.id == block_id), None)
    if found is None:
        raise NotFound(_("There is no such block of seats."))
    return found


def counts(plans: Collection[SeatingPlan]) -> dict[int, Count]:
    """Figures by plan id, in two queries whatever the number of plans."""
    ids = [plan.id for plan in plans]
    given = dict(
        db.session.execute(
            sa.select(SeatAssignment.plan_id, sa.func.count())
            .where(SeatAssignment.plan_id.in_(ids))
            .group_by(SeatAssignment.plan_id)
        ).all()
    )
    waiting = _coming(sa.select(Guest.site_id, sa.func.count()).select_from(Guest)).where(
        Guest.site_id.in_({plan.site_id for plan in plans}), _has_no_seat()
    )
    without = dict(db.session.execute(waiting.group_by(Guest.site_id)).all())
    return {
        plan.id: Count(capacity(plan), given.get(plan.id, 0), without.get(plan.site_id, 0)) for plan in plans
    }


def capacity(plan: SeatingPlan) -> int:
    """The seats that somebody may get."""
    return sum(len(shape(block).seats) for block in plan.blocks)


def sittings(plan: SeatingPlan) -> list[Sitting]:
    """Everybody with a seat in the plan, block by block, row by row, in one query."""
    statement = (
        sa.select(SeatAssignment, Invitation)
        .join(SeatAssignment.guest)
        .join(Guest.person)
        .join(SeatAssignment.block)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .options(
            lazyload(Invitation.guest),  # it would be joined inside, and drop those who have no invitation
            contains_eager(SeatAssignment.block),
            contains_eager(SeatAssignment.guest).options(
                contains_eager(Guest.person).lazyload(Person.contacts),
                joinedload(Guest.site),
                joinedload(Guest.own_rank),
                joinedload(Guest.group).joinedload(GuestGroup.rank),
            ),
        )
        .where(SeatAssignment.plan_id == plan.id)
        .order_by(SeatBlock.number, SeatBlock.id, SeatAssignment.row, SeatAssignment.number)
    )
    return [
        Sitting(assignment, assignment.guest, invitation)
        for assignment, invitation in db.session.execute(statement)
    ]


def assignment_of(guest: Guest) -> SeatAssignment | None:
    """The guest's seat in the event, in whichever plan."""
    return db.session.scalar(
        sa.select(SeatAssignment)
        .options(joinedload(SeatAssignment.block).joinedload(SeatBlock.plan))
        .where(SeatAssignment.guest_id == guest.id)
    )


def candidates(plan: SeatingPlan) -> list[Candidate]:
    """Those at the plan's site who come, the highest first; without those who sit in another plan."""
    elsewhere = sa.exists().where(SeatAssignment.guest_id == Guest.id, SeatAssignment.plan_id != plan.id)
    statement = _coming(sa.select(Guest.id, Guest.group_id).join(Guest.person)).where(
        Guest.site_id == plan.site_id, ~elsewhere
    )
    return [Candidate(*row) for row in db.session.execute(protocol_queries.in_order(statement))]


def without_seat(plan: SeatingPlan) -> sa.Select[Guest]:
    """Select those at the plan's site who come and have no seat, the highest first."""
    statement = _coming(_people(sa.select(Guest))).where(Guest.site_id == plan.site_id, _has_no_seat())
    return protocol_queries.in_order(statement)


def to_settle(plan: SeatingPlan) -> list[Unsettled]:
    """Those at the plan's site who come and whose seat must be looked at again, in three queries."""
    statement = _coming(_people(sa.select(Guest))).where(
        Guest.site_id == plan.site_id, Guest.seat_needs_review.is_(True)
    )
    waiting = list(db.session.scalars(protocol_queries.in_order(statement)))
    if not waiting:
        return []
    replaced = replaced_by([guest.id for guest in waiting])
    held = {sitting.guest.id: sitting for sitting in sittings(plan)}
    return [
        Unsettled(guest, former, held.get(guest.id) or (held.get(former.id) if former else None))
        for guest in waiting
        for former in [replaced.get(guest.id)]
    ]


def replaced_by(guest_ids: Collection[int]) -> dict[int, Guest]:
    """Whom these guests go for, by the ids of those who go; the latest word counts."""
    theirs, whose = aliased(Invitation), aliased(Invitation)
    rows = db.session.execute(
        sa.select(theirs.guest_id, Guest)
        .select_from(Substitution)
        .join(theirs, theirs.id == Substitution.substitute_id)
        .join(whose, whose.id == Substitution.invitation_id)
        .join(Guest, Guest.id == whose.guest_id)
        .join(Guest.person)
        .options(contains_eager(Guest.person).lazyload(Person.contacts))
        .where(theirs.guest_id.in_(guest_ids), Substitution.state == SubstitutionState.APPROVED)
        .order_by(Substitution.decided_at, Substitution.id)
    )
    return {guest_id: replaced for guest_id, replaced in rows}


def matching(plan: SeatingPlan, q: str) -> list[Guest]:
    """The guests of the plan's site whose name or organization begins with the words typed; at most thirty."""
    statement = _people(sa.select(Guest)).where(Guest.site_id == plan.site_id, people.matches(q))
    return list(db.session.scalars(protocol_queries.in_order(statement).limit(30)))


def _people(statement: sa.Select[Guest]) -> sa.Select[Guest]:
    return statement.join(Guest.person).options(
        contains_eager(Guest.person).lazyload(Person.contacts),
        joinedload(Guest.group),
        joinedload(Guest.site),
    )


def _coming(statement: sa.Select) -> sa.Select:
    """Who has not declined and has not been called back; whoever walked in finds a seat there."""
    return statement.outerjoin(Invitation, Invitation.guest_id == Guest.id).where(
        Guest.is_walk_in.is_(False),
        sa.or_(
            Invitation.id.is_(None),
            sa.and_(Invitation.revoked_at.is_(None), Invitation.answer != Answer.DECLINED),
        ),
    )


def _has_no_seat() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(SeatAssignment.guest_id == Guest.id)


def _within(statement: sa.Select, site_ids: Collection[int] | None) -> sa.Select:
    return statement if site_ids is None else statement.where(SeatingPlan.site_id.in_(site_ids))
