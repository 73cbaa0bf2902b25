"""Who must be phoned, and what was carried."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from eventsvc.db import db
from eventsvc.deliveries.models import UNDELIVERED, Delivery
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.message_models import HandDelivery
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.queries.lookups import SUBJECT
from eventsvc.invitations.queries.outcomes import is_handed, latest
from eventsvc.people.models import Person
from eventsvc.sites.models import Site


def to_phone(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Any]:
    """Select the invitations whose last message did not arrive, with that message; site by site, by given name. Not
    those who have been phoned or visited since."""
    newest = latest(event)
    statement = (
        sa.select(Invitation, Delivery)
        .join(Invitation.guest)
        .join(Guest.person)
        .join(Guest.site)
        .join(newest, newest.c.subject_id == Invitation.id)
        .join(Delivery, Delivery.id == newest.c.id)
        .options(
            contains_eager(Invitation.guest).options(
                contains_eager(Guest.person).selectinload(Person.contacts), contains_eager(Guest.site)
            )
        )
        .where(
            Invitation.event_id == event.id,
            Invitation.revoked_at.is_(None),
            Delivery.state.in_(UNDELIVERED),
            ~is_handed(),
        )
        .order_by(Site.level, Site.number, Person.sort_key, Invitation.id)
    )
    return statement if site_ids is None else statement.where(Guest.site_id.in_(site_ids))


def others_to_phone(event: Event) -> list[Delivery]:
    """Messages that did not arrive and are not about a person's invitation: to organizations, of papers."""
    statement = (
        sa.select(Delivery)
        .where(
            Delivery.event_id == event.id,
            Delivery.state.in_(UNDELIVERED),
            sa.or_(Delivery.subject_kind.is_(None), Delivery.subject_kind != SUBJECT),
            Delivery.kind != "test",
        )
        .order_by(Delivery.id)
    )
    return list(db.session.scalars(statement.limit(500)))


def handed_to(invitation: Invitation) -> list[HandDelivery]:
    """Every time that the invitation was carried, the latest first."""
    return _of(HandDelivery.invitation_id == invitation.id)


def handed_to_organization(organization_invitation_id: int) -> list[HandDelivery]:
    """Every time that a letter to this organization was carried, the latest first."""
    return _of(HandDelivery.organization_invitation_id == organization_invitation_id)


def recorded(event: Event) -> sa.Select[Any]:
    """What was carried to people of the event, the latest first."""
    return (
        sa.select(HandDelivery)
        .where(HandDelivery.event_id == event.id, HandDelivery.invitation_id.is_not(None))
        .order_by(HandDelivery.id.desc())
    )


def _of(condition: sa.ColumnElement[bool]) -> list[HandDelivery]:
    return list(db.session.scalars(sa.select(HandDelivery).where(condition).order_by(HandDelivery.id.desc())))
