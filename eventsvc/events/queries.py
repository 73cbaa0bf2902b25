"""Look up events."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc.accounts.models import User
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization


def event_by_slug(slug: str) -> Event | None:
    return db.session.scalar(sa.select(Event).where(Event.slug == slug))


def all_events() -> list[Event]:
    """Every event, oldest first; for commands, which see all."""
    return list(db.session.scalars(sa.select(Event).order_by(Event.id)))


def part_of(event: Event, model: Any, row_id: int, site_ids: Collection[int] | None = None) -> Any:
    """The row with this id if it belongs to the event, within the sites in reach; otherwise NotFound."""
    statement = sa.select(model).where(model.event_id == event.id, model.id == row_id)
    if site_ids is not None:
        statement = statement.where(model.site_id.in_(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def keeps_data(today: date) -> sa.ColumnElement[bool]:
    """Whether an event still keeps personal data; afterwards the links of agencies lead nowhere."""
    return sa.or_(Event.data_kept_until.is_(None), Event.data_kept_until >= today)


def hosts() -> list[Organization]:
    """The organizations that host an event."""
    hosting = sa.select(Event.host_id).distinct()
    return list(
        db.session.scalars(
            sa.select(Organization).where(Organization.id.in_(hosting)).order_by(Organization.id)
        )
    )


def free_slug(stem: str) -> str:
    """The stem, or the stem with the first number that nobody has."""
    taken = set(db.session.scalars(sa.select(Event.slug).where(Event.slug.startswith(stem, autoescape=True))))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def with_sittings(statement: sa.Select[Event]) -> list[Event]:
    """The events of a select with their hosts and sittings, in as many queries for 1 as for 100."""
    loaded = statement.options(selectinload(Event.sittings), joinedload(Event.host))
    return list(db.session.scalars(loaded))


def organizations_by_id(ids: Collection[int]) -> list[Organization]:
    return list(
        db.session.scalars(
            sa.select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name)
        )
    )


def users_by_id(ids: Collection[int]) -> dict[int, User]:
    """The users of these ids, for who proposed and who approved."""
    return {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(ids)))}
