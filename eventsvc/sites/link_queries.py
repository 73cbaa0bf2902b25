"""Look up a site by its coordinator's link."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites.models import Site

LONGEST_TOKEN = 100
LIVES_ON = timedelta(days=7)
"""How long a link opens its page after the event: late head-counts and faults are still reported then."""


def site_by_token(token: str) -> Site | None:
    """The site whose link this is; None for one that never was, or has been replaced. It may have expired."""
    if len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(Site).options(joinedload(Site.event)).where(Site.token_hash == secrets.digest(token))
    )


def expires_at(event: Event) -> datetime | None:
    """When the links of an event's sites stop opening anything; None while nobody knows when it ends."""
    ends = event.ends_at
    if ends is None and event.window_end is not None:
        ends = clock.from_local(datetime.combine(event.window_end + timedelta(days=1), time.min))
    return ends + LIVES_ON if ends is not None else None


def has_expired(event: Event) -> bool:
    """Whether the event is so long over that its sites' links open nothing any more."""
    until = expires_at(event)
    return until is not None and until < clock.now()


def link_of(site: Site) -> str | None:
    """The address of the coordinator's page, to be sent, copied or printed; None when the site has no link."""
    if site.token_sealed is None:
        return None
    return f"{current_app.config['PUBLIC_URL']}/s/{secrets.unseal(site.token_sealed)}"
