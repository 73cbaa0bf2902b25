"""Fetch and authorize an event in one step."""

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.accounts.permissions import Access
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event


def event_or_404(slug: str, access: Access) -> Event:
    """The event, if the actor holds the permission somewhere in it; otherwise it does not exist for them."""
    event = db.session.scalar(sa.select(Event).where(Event.slug == slug))
    if event is None or not access.covers(event):
        raise NotFound(_("There is no such event."))
    return event


def visible_events(access: Access) -> sa.Select[Event]:
    """The events within reach, newest first."""
    return (
        sa.select(Event)
        .where(
            sa.or_(
                Event.id.in_(access.event_ids),
                Event.host_id.in_(access.organization_ids),
                Event.part_of_id.in_(access.campaign_ids),
            )
        )
        .order_by(Event.id.desc())
    )
