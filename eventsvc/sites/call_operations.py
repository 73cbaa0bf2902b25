"""What comes of calling a site."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.rows import lock, lock_open
from eventsvc.sites import step_operations
from eventsvc.sites.call_models import CallOutcome, SiteCall
from eventsvc.sites.models import Milestone, Site
from eventsvc.sites.reporter import Reporter

PRESSED_TWICE = timedelta(seconds=30)


@atomic()
def record_call(
    site: Site, outcome: CallOutcome, reporter: Reporter, *, note: str | None = None, confirms: bool = False
) -> SiteCall:
    """The site was called. `confirms`: whoever was spoken with confirmed the site, which is written down as well.

    Safe to repeat: the same word of the same person within half a minute is the same call.
    """
    lock_open(site.event)
    lock(site)
    if confirms:
        if not reporter.spoke_with:
            raise Invalid(_("Say whom you have spoken with."), field="spoke_with")
        step_operations.reach(site, Milestone.CONFIRMED, reporter, note=note)
    said = {"outcome": outcome, "note": note or None} | reporter.columns_on_behalf
    known = _pressed_before(site, said)
    if known is not None:
        return known
    call = SiteCall(site_id=site.id, at=clock.now(), **said)
    db.session.add(call)
    db.session.flush()
    record(reporter.by, "site.called", site, event=site.event, outcome=outcome.value, confirms=confirms)
    return call


def _pressed_before(site: Site, said: Mapping[str, Any]) -> SiteCall | None:
    last = db.session.scalar(
        sa.select(SiteCall).where(SiteCall.site_id == site.id).order_by(SiteCall.id.desc()).limit(1)
    )
    if last is None or clock.now() - last.at > PRESSED_TWICE:
        return None
    return last if all(getattr(last, name) == value for name, value in said.items()) else None
