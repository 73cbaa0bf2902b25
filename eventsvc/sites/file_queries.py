"""Look up files of sites that wait for their confirmation."""

from flask_babel import gettext as _

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import queries, sheet_matching, sheet_reading
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.sheet_matching import SheetPlan


def sheet_of(event: Event, sheet_id: int) -> SiteSheet:
    """One file that waits; NotFound when it is another event's, or has been confirmed or discarded."""
    found = db.session.get(SiteSheet, sheet_id)
    if found is None or found.event_id != event.id:
        raise NotFound(_("This file has been taken over or discarded. Choose it once more."))
    return found


def plan_of(sheet: SiteSheet) -> SheetPlan:
    """What confirming would do now."""
    sites = db.session.scalars(queries.sites_of(sheet.event)).all()
    return sheet_matching.plan(sheet_reading.restored(sheet.parsed), sites, clears=sheet.clears)
