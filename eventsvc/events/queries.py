"""Look up events."""

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization


def event_by_slug(slug: str) -> Event | None:
    return db.session.scalar(sa.select(Event).where(Event.slug == slug))


def all_events() -> list[Event]:
    """Every event, oldest first; for commands, which see all."""
    return list(db.session.scalars(sa.select(Event).order_by(Event.id)))


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
