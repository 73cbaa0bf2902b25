"""What became of the messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.deliveries import refusals
from eventsvc.deliveries.models import UNSENT, Delivery, DeliveryState
from eventsvc.events.models import Event
from eventsvc.invitations.message_models import HandDelivery
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.queries.lookups import SUBJECT
from eventsvc.rows import chunks

# Has left, or may have left, the house.
GONE = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)


class Told(NamedTuple):
    """A message about an invitation, without its words."""

    invitation_id: int
    kind: str
    intent: str
    state: DeliveryState
    batch_id: int | None
    created_at: datetime


def messages_of(invitation: Invitation) -> list[Delivery]:
    """Every message written for the invitation, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Delivery)
            .where(Delivery.subject_kind == SUBJECT, Delivery.subject_id == invitation.id)
            .order_by(Delivery.id.desc())
        )
    )


def unsent_messages(invitation_ids: Iterable[int]) -> list[Delivery]:
    """The messages of these invitations that can still be called back."""
    found: list[Delivery] = []
    for ids in chunks(sorted(invitation_ids)):
        found += db.session.scalars(
            sa.select(Delivery).where(
                Delivery.subject_kind == SUBJECT, Delivery.subject_id.in_(ids), Delivery.state.in_(UNSENT)
            )
        )
    return found


def reached(event: Event) -> set[int]:
    """The ids of the invitations of which some message has left, or may have left, the house."""
    rows = sa.select(Delivery.subject_id).where(
        Delivery.event_id == event.id,
        Delivery.subject_kind == SUBJECT,
        sa.or_(Delivery.state.in_(GONE), Delivery.error_code == refusals.CALLED_OFF_LATE),
    )
    return {subject_id for subject_id in db.session.scalars(rows.distinct()) if subject_id is not None}


def resends(invitation: Invitation) -> int:
    """How often the invitation's present edition has been sent again."""
    prefix = f"resend:{invitation.id}:rev{invitation.revision}:"
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(
                Delivery.subject_kind == SUBJECT,
                Delivery.subject_id == invitation.id,
                Delivery.intent.startswith(prefix, autoescape=True),
            )
        )
        or 0
    )


def latest(event: Event) -> sa.Subquery:
    """The newest message about each invitation: `subject_id`, `id`."""
    return (
        sa.select(Delivery.subject_id, sa.func.max(Delivery.id).label("id"))
        .where(Delivery.event_id == event.id, Delivery.subject_kind == SUBJECT)
        .group_by(Delivery.subject_id)
        .subquery()
    )


def is_handed() -> sa.ColumnElement[bool]:
    """Whether somebody carried the invitation, or told it by phone, since the last message was written and since time
    and place changed; over the joins of the newest message."""
    return sa.exists().where(
        HandDelivery.invitation_id == Invitation.id,
        HandDelivery.recorded_at >= Invitation.changed_at,
        sa.or_(Delivery.id.is_(None), HandDelivery.recorded_at >= Delivery.created_at),
    )


def handed_at(invitation_ids: Iterable[int]) -> dict[int, datetime]:
    """When it was last recorded that each of these invitations was carried."""
    rows = db.session.execute(
        sa.select(HandDelivery.invitation_id, sa.func.max(HandDelivery.recorded_at))
        .where(HandDelivery.invitation_id.in_(list(invitation_ids)))
        .group_by(HandDelivery.invitation_id)
    )
    return {invitation_id: at for invitation_id, at in rows}


def told_about(invitation_ids: Iterable[int], *kinds: str) -> list[Told]:
    """What was written to these invitations, the oldest first; of some kinds when any are named."""
    found: list[Told] = []
    for ids in chunks(sorted(invitation_ids)):
        rows = (
            sa.select(
                Delivery.subject_id,
                Delivery.kind,
                Delivery.intent,
                Delivery.state,
                Delivery.batch_id,
                Delivery.created_at,
            )
            .where(Delivery.subject_kind == SUBJECT, Delivery.subject_id.in_(ids))
            .order_by(Delivery.id)
        )
        if kinds:
            rows = rows.where(Delivery.kind.in_(kinds))
        found += [Told(*row) for row in db.session.execute(rows)]
    return found
