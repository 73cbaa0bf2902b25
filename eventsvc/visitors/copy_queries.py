"""Look up the earlier events whose open doors another one may take over."""

import sqlalchemy as sa

from eventsvc.accounts.permissions import Access
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites import copy_queries
from eventsvc.visitors.models import OpenDoors


def sources(event: Event, access: Access) -> list[Event]:
    """The events of `sites.copy_queries.sources` that have open doors, the newest first."""
    known = [found for found, _sites in copy_queries.sources(event, access)]
    ids = [found.id for found in known]
    having = set(
        db.session.scalars(sa.select(OpenDoors.event_id).where(OpenDoors.event_id.in_(ids)).distinct())
    )
    return [found for found in known if found.id in having]
