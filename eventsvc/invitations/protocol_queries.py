"""The order of protocol among those who are invited: a rank is not delegated to a substitute."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.guests import protocol
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionState


def in_order(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Guests, joined to their people already, the highest first; who goes in somebody's place has the own rank only,
    not that of the group, in which they stand for another."""
    return protocol.in_order(statement, unless=goes_for_another())


def goes_for_another() -> sa.ColumnElement[bool]:
    """Whether a guest goes in somebody's place; not who comes after all, on the own place, instead of a substitute."""
    before = aliased(Substitution)
    own_place = (
        sa.select(before.id)
        .where(before.invitation_id == Invitation.id, before.state == SubstitutionState.APPROVED)
        .where(before.id < Substitution.id)
        .correlate(Invitation, Substitution)
    )
    theirs = (
        sa.select(Invitation.guest_id)
        .join(Substitution, Substitution.substitute_id == Invitation.id)
        .where(Substitution.state == SubstitutionState.APPROVED, ~own_place.exists())
    )
    return Guest.id.in_(theirs)
