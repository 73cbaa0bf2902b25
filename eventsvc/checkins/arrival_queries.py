"""Whose arrival reception is told of: who has come in and waits to be greeted, who is greeted, who is expected.

Four statements, whatever the size of the guest list: only guests of the chosen ranks are read.
"""

from collections.abc import Collection

import sqlalchemy as sa

from eventsvc.checkins import queries
from eventsvc.checkins.arrivals import Arrival, Arrivals, Coming, Met
from eventsvc.checkins.attendance_models import Greeting
from eventsvc.checkins.models import Device, Scan
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.invitations import protocol_queries
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.people.models import Person
from eventsvc.reception.models import Delegation, DelegationMember
from eventsvc.sites.models import Site

_own_rank, _group_rank = Rank.__table__.alias("own_rank"), Rank.__table__.alias("group_rank")


def arrivals(event: Event, sitting: Sitting | None, site_ids: Collection[int] | None = None) -> Arrivals:
    """Those of the chosen ranks who belong to one of the sites, or have come in at one. Four statements."""
    ranks = tuple(
        db.session.scalars(
            sa.select(Rank.name)
            .where(Rank.event_id == event.id, Rank.announces_arrival.is_(True))
            .order_by(Rank.number)
        )
    )
    if sitting is None or not ranks:
        return _of(sitting, (), ranks)
    entries = {row.guest_id: row for row in db.session.execute(_entries(event, sitting))}
    met = {
        guest_id: Met(at, by_name)
        for guest_id, at, by_name in db.session.execute(
            sa.select(Greeting.guest_id, Greeting.at, Greeting.by_name).where(
                Greeting.sitting_id == sitting.id
            )
        )
    }
    found = []
    for row in db.session.execute(_people(event)):
        entry = entries.get(row.id)
        here = site_ids is None or row.site_id in site_ids or (entry and entry.site_id in site_ids)
        if here:
            found.append(_arrival(row, entry, met.get(row.id)))
    return _of(sitting, tuple(found), ranks)


def greeting_of(guest: Guest, sitting: Sitting) -> Greeting | None:
    return db.session.scalar(
        sa.select(Greeting).where(Greeting.guest_id == guest.id, Greeting.sitting_id == sitting.id)
    )


def _of(sitting: Sitting | None, everybody: tuple[Arrival, ...], ranks: tuple[str, ...]) -> Arrivals:
    if sitting is None:
        return Arrivals(None, None, everybody, ranks)
    return Arrivals(sitting.number, sitting.starts_at, everybody, ranks)


def _announced(event: Event) -> sa.Select[tuple[int]]:
    """The ids of the guests of chosen ranks. Who goes in somebody's place has the own rank only."""
    return (
        sa.select(Guest.id)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .outerjoin(_own_rank, _own_rank.c.id == Guest.rank_id)
        .outerjoin(_group_rank, _group_rank.c.id == GuestGroup.rank_id)
        .where(Guest.event_id == event.id, _is_chosen())
    )


def _is_chosen() -> sa.ColumnElement[bool]:
    of_group = sa.and_(
        _own_rank.c.id.is_(None),
        _group_rank.c.announces_arrival.is_(True),
        ~protocol_queries.goes_for_another(),
    )
    return sa.or_(_own_rank.c.announces_arrival.is_(True), of_group)


def _people(event: Event) -> sa.Select:
    columns = (
        Guest.id, Guest.site_id, Guest.seat, Guest.attention, Person.honorific, Person.full_name, Person.position,
        Person.organization_name, Site.name.label("site_name"), Invitation.answer, Invitation.revoked_at,
        sa.func.coalesce(_own_rank.c.name, _group_rank.c.name).label("rank_name"),
        Delegation.id.label("delegation_id"), Delegation.name.label("delegation"), Delegation.arrives_at,
        Delegation.arrival_point, Delegation.vehicle, Delegation.plate, Delegation.room, Delegation.greeter_name,
        Delegation.greeter_phone,
    )  # fmt: skip
    statement = (
        _announced(event)
        .with_only_columns(*columns, maintain_column_froms=True)
        .join(Person, Person.id == Guest.person_id)
        .join(Site, Site.id == Guest.site_id)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(DelegationMember, DelegationMember.guest_id == Guest.id)
        .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
    )
    return protocol_queries.in_order(statement)


def _entries(event: Event, sitting: Sitting) -> sa.Select:
    first = queries.first_entries(sitting, _announced(event))
    return (
        sa.select(
            first.c.guest_id,
            first.c.site_id,
            first.c.effective_at,
            Site.name.label("site_name"),
            Device.name.label("door"),
        )
        .join(Scan, Scan.id == first.c.id)
        .outerjoin(Site, Site.id == first.c.site_id)
        .outerjoin(Device, Device.id == Scan.device_id)
    )


def _arrival(row: sa.Row, entry: sa.Row | None, met: Met | None) -> Arrival:
    coming = None
    if row.delegation_id is not None:
        coming = Coming(
            row.delegation,
            row.arrives_at,
            row.arrival_point,
            row.vehicle,
            row.plate,
            row.room,
            row.greeter_name,
            row.greeter_phone,
        )
    return Arrival(
        guest_id=row.id,
        honorific=row.honorific,
        full_name=row.full_name,
        position=row.position,
        organization=row.organization_name,
        rank=row.rank_name,
        seat=row.seat,
        note=row.attention,
        expected_at=row.site_name,
        site_id=entry.site_id if entry and entry.site_id else row.site_id,
        is_declined=row.answer is Answer.DECLINED or row.revoked_at is not None,
        at=entry.effective_at if entry else None,
        site=entry.site_name if entry else None,
        door=entry.door if entry else None,
        coming=coming,
        met=met,
    )
