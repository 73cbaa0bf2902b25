"""Look up the earlier events whose sites another one may learn from."""

import sqlalchemy as sa

from eventsvc.accounts.permissions import Access
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.organizations.models import Organization
from eventsvc.organizations.successors import successors
from eventsvc.sites import queries
from eventsvc.sites.copy_proposals import Proposals, propose
from eventsvc.sites.models import Site


def sources(event: Event, access: Access) -> list[tuple[Event, int]]:
    """The other events of the same host whose sites are all within reach, the newest first, with how many there are."""
    rows = db.session.execute(
        sa.select(Event, sa.func.count(Site.id))
        .join(Site, Site.event_id == Event.id)
        .join(Organization, Organization.id == Event.host_id)
        .where(Event.id != event.id, Organization.code == event.host.code)
        .group_by(Event.id)
        .order_by(Event.created_at.desc(), Event.id.desc())
    )
    return [
        (found, number) for found, number in rows if access.covers(found) and access.site_ids(found) is None
    ]


def source_of(event: Event, slug: str, access: Access) -> Event | None:
    """One of `sources`, by its slug."""
    found = event_by_slug(slug)
    if found is None or found.id == event.id or found.host.code != event.host.code:
        return None
    return found if access.covers(found) and access.site_ids(found) is None else None


def proposals(event: Event, source: Event) -> Proposals:
    """What the sites of the source can tell those of the event."""
    sites, earlier = (list(db.session.scalars(queries.sites_of(one))) for one in (event, source))
    return propose(sites, earlier, source.units_as_of, event.units_as_of, successors)
