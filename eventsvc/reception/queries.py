"""Delegations by the time they arrive, who is in them, who could be."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsvc import clock, text
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.guests.models import Guest
from eventsvc.invitations import protocol_queries
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.reception.models import Delegation, DelegationMember

HOUR = timedelta(hours=1)


class Office(NamedTuple):
    """An organization with how many of its people come to a site and are in no delegation."""

    name: str
    count: int


def delegations_of(
    event: Event,
    *,
    site_ids: Collection[int] | None = None,
    hour: datetime | None = None,
    greeter: str = "",
) -> list[Delegation]:
    """The delegations by the time they arrive, those without a time last; with everybody in them."""
    statement = (
        _whole()
        .where(Delegation.event_id == event.id)
        .order_by(Delegation.arrives_at.is_(None), Delegation.arrives_at, Delegation.name, Delegation.id)
    )
    if site_ids is not None:
        statement = statement.where(Delegation.site_id.in_(site_ids))
    if hour is not None:
        statement = statement.where(Delegation.arrives_at >= hour, Delegation.arrives_at < hour + HOUR)
    found = list(db.session.scalars(statement))
    wanted = text.fold(greeter)
    return [each for each in found if text.fold(each.greeter_name or "") == wanted] if wanted else found


def delegation_of(event: Event, delegation_id: int, site_ids: Collection[int] | None = None) -> Delegation:
    """The delegation of this event within the sites in reach; otherwise NotFound."""
    found: Delegation = part_of(event, Delegation, delegation_id, site_ids)
    return db.session.scalars(_whole().where(Delegation.id == found.id)).one()


def hours(delegations: Collection[Delegation]) -> list[datetime]:
    """The full hours in which somebody arrives, on the clock in Vietnam."""
    found = {
        clock.local(each.arrives_at).replace(minute=0, second=0, microsecond=0)
        for each in delegations
        if each.arrives_at is not None
    }
    return sorted(found)


def greeters(delegations: Collection[Delegation]) -> list[str]:
    """Those who receive somebody, by given name."""
    names = {text.fold(each.greeter_name): each.greeter_name for each in delegations if each.greeter_name}
    return sorted(names.values(), key=text.name_key)


def matching(delegation: Delegation, q: str) -> list[Guest]:
    """Those who come to the delegation's site and are in no delegation, the highest first; at most thirty."""
    return list(
        db.session.scalars(protocol_queries.in_order(_free(delegation).where(people.matches(q))).limit(30))
    )


def offices(delegation: Delegation, q: str) -> list[Office]:
    """The organizations whose names hold the words typed, with how many of their people could join."""
    statement = (
        _free(delegation)
        .options()
        .with_only_columns(Person.organization_name, sa.func.count(), maintain_column_froms=True)
        .where(Person.organization_name.is_not(None), people.matches(q))
        .group_by(Person.organization_name)
        .order_by(Person.organization_name)
    )
    wanted = text.fold(q).split()
    rows = [Office(*row) for row in db.session.execute(statement)]
    return [
        row for row in rows if all(word in f" {text.fold(row.name)}" for word in (f" {w}" for w in wanted))
    ]


def people_of(delegation: Delegation, organization_name: str) -> list[Guest]:
    """Those of an organization who come to the delegation's site and are in no delegation, the highest first."""
    statement = _free(delegation).where(Person.organization_name == organization_name)
    return list(db.session.scalars(protocol_queries.in_order(statement)))


def membership(guest: Guest) -> DelegationMember | None:
    """The guest's place in a delegation of the event."""
    return db.session.scalar(
        sa.select(DelegationMember)
        .options(joinedload(DelegationMember.delegation))
        .where(DelegationMember.guest_id == guest.id)
    )


def _whole() -> sa.Select[Delegation]:
    person = joinedload(Guest.person, innerjoin=True).lazyload(Person.contacts)
    return sa.select(Delegation).options(
        joinedload(Delegation.site, innerjoin=True),
        joinedload(Delegation.head).options(person),
        selectinload(Delegation.members).joinedload(DelegationMember.guest, innerjoin=True).options(person),
    )


def _free(delegation: Delegation) -> sa.Select[Guest]:
    return (
        sa.select(Guest)
        .join(Guest.person)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .options(contains_eager(Guest.person).lazyload(Person.contacts))
        .where(
            Guest.event_id == delegation.event_id,
            Guest.site_id == delegation.site_id,
            ~sa.exists().where(DelegationMember.guest_id == Guest.id),
            sa.or_(
                Invitation.id.is_(None),
                sa.and_(Invitation.revoked_at.is_(None), Invitation.answer != Answer.DECLINED),
            ),
        )
    )
