"""Bodies of a host and who sits in them on a day."""

from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.people.models import Body, BodyMember, Person


def bodies_of(host_id: int) -> list[Body]:
    """The bodies of a host in dictionary order, with their members."""
    rows = db.session.scalars(
        sa.select(Body).where(Body.host_id == host_id).options(selectinload(Body.members))
    ).all()
    return sorted(rows, key=lambda body: (text.sort_key(body.name), body.id))


def body_of(host_id: int, body_id: int) -> Body:
    """The body of this host; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(Body)
        .where(Body.host_id == host_id, Body.id == body_id)
        .options(selectinload(Body.members).joinedload(BodyMember.person).selectinload(Person.contacts))
    )
    if found is None:
        raise NotFound(_("There is no such body."))
    return found


def member_of(body: Body, member_id: int) -> BodyMember:
    """A member of this body, of now or of before; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(BodyMember).where(BodyMember.body_id == body.id, BodyMember.id == member_id)
    )
    if found is None:
        raise NotFound(_("There is no such member."))
    return found


def sits_on(member: BodyMember, day: date) -> bool:
    """Whether the seat is held on the day, both ends included."""
    begun = member.member_from is None or member.member_from <= day
    return begun and (member.member_until is None or member.member_until >= day)


def known_members(host_id: int, sort_key: str) -> list[Person]:
    """People of this name who sit in a body of the host already."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(BodyMember, BodyMember.person_id == Person.id)
            .options(selectinload(Person.contacts), joinedload(Person.organization))
            .where(Person.host_id == host_id, Person.sort_key == sort_key)
            .distinct()
            .order_by(Person.id)
        )
    )
