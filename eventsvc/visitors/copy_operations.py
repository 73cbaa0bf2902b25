"""Take over the open doors of an earlier event: what is the same every year, nobody who registered."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import lock_open
from eventsvc.sites.models import Site
from eventsvc.visitors import operations, queries
from eventsvc.visitors.models import OpenDoors


class Copied(NamedTuple):
    """How many were taken over, and how many have no such site or sitting here."""

    made: int
    left: int


@atomic()
def copy_open_doors(event: Event, source: Event, *, by: Any) -> Copied:
    """At the site of the same code and the sitting of the same number, with the days moved along with the sitting; not
    open yet, so that nobody registers before an organizer has looked. Safe to repeat: what is here already stays."""
    lock_open(event)
    sites = {site.code: site for site in db.session.scalars(sa.select(Site).where(Site.event_id == event.id))}
    sittings = {sitting.number: sitting for sitting in event.standing_sittings}
    here = {(each.site_id, each.sitting_id, each.title) for each in queries.open_doors_of(event)}
    made = left = 0
    for earlier in queries.open_doors_of(source):
        site, sitting = sites.get(earlier.site.code), sittings.get(earlier.sitting.number)
        if site is None or sitting is None:
            left += 1
        elif (site.id, sitting.id, earlier.title) not in here:
            _like(earlier, event, site, sitting, by)
            made += 1
    if made:
        record(by, "open_doors.copied", event, event=event, count=made, source=source.id)
    return Copied(made, left)


def _like(earlier: OpenDoors, event: Event, site: Site, sitting: Sitting, by: Any) -> None:
    before, now = earlier.sitting.starts_at, sitting.starts_at
    shift = now - before if before and now else None
    copy = operations.make_open_doors(
        event,
        site=site,
        sitting=sitting,
        title=earlier.title,
        by=by,
        text=earlier.text,
        capacity=earlier.capacity,
        has_waiting_list=earlier.has_waiting_list,
        opens_at=_moved(earlier.opens_at, shift),
        closes_at=_moved(earlier.closes_at, shift),
    )
    copy.stopped_at = clock.now()


def _moved(moment: datetime | None, shift: timedelta | None) -> datetime | None:
    """Unset while one of the two days is not known: a day of the earlier event would be wrong."""
    return moment + shift if moment and shift is not None else None
