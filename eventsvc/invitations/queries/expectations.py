"""Who is expected: what boards, desks, closings and lists of attendance all mean by it."""

from collections.abc import Collection

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Invitation


def is_expected(event: Event) -> sa.ColumnElement[bool]:
    """Whether a guest is one of the event whom somebody expects: neither walked in nor registered as a visitor, and
    not called back. Whoever goes in somebody's place is expected instead of them; whoever declined still is."""
    called_back = sa.select(Invitation.guest_id).where(
        Invitation.event_id == event.id, Invitation.revoked_at.is_not(None)
    )
    return sa.and_(Guest.event_id == event.id, Guest.is_walk_in.is_(False), Guest.id.not_in(called_back))


def expected(event: Event, site_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many people each site expects, by its id; sites that expect nobody are left out. One statement."""
    statement = sa.select(Guest.site_id, sa.func.count()).where(is_expected(event)).group_by(Guest.site_id)
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    return {site_id: number for site_id, number in db.session.execute(statement)}
