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


def over_at(event: Event) -> datetime | None:
    """When the last sitting is over, at the latest: one without an end takes the rest of its day. While no sitting has
    a time, the end of the window; None when nobody knows."""
    last = max(
        (
            sitting.ends_at or _end_of_day(sitting.starts_at)
            for sitting in event.standing_sittings
            if sitting.starts_at
        ),
        default=None,
    )
    if last is None and event.window_end is not None:
        last = clock.from_local(datetime.combine(event.window_end, time.max))
    return last


def expires_at(event: Event) -> datetime | None:
    """When the links of an event's sites stop opening anything: the end of a day in Vietnam, of which people are told
    the date. None while nobody knows when the event ends."""
    over = over_at(event)
    return _end_of_day(over + LIVES_ON) if over is not None else None


def _end_of_day(moment: datetime) -> datetime:
    return clock.from_local(datetime.combine(clock.local(moment), time.max))


def has_expired(event: Event) -> bool:
    """Whether the event is so long over that its sites' links open nothing any more."""
    until = expires_at(event)
    return until is not None and until < clock.now()


def link_of(site: Site) -> str | None:
    """The address of the coordinator's page, to be sent, copied or printed; None when the site has no link."""
    if site.token_sealed is None:
        return None
    return f"{current_app.config['PUBLIC_URL']}/s/{secrets.unseal(site.token_sealed)}"
