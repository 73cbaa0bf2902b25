"""What a site reaches on its way to the ceremony."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import IMPLYING, Milestone, Site, SiteStep
from eventsvc.sites.reporter import Reporter


class SiteClosed(DomainError):
    code = "site_closed"


class LaterStepStands(DomainError):
    code = "later_step_stands"


@atomic()
def reach(
    site: Site,
    milestone: Milestone,
    reporter: Reporter,
    *,
    at: datetime | None = None,
    note: str | None = None,
) -> bool:
    """The site has reached the milestone, now or at `at`. Safe to repeat: the first report stands; whether this was it.

    SiteClosed when the site has closed: it must be opened again first.
    """
    lock_open(site.event)
    lock(site)
    require_not_closed(site)
    return _reach(site, milestone, reporter, at or clock.now(), note)


@atomic()
def undo(site: Site, milestone: Milestone, reporter: Reporter, *, note: str | None = None) -> bool:
    """The milestone was reported by mistake, or holds no longer. Safe to repeat; whether it had been reached.

    LaterStepStands for what a later milestone says anyhow: that one must be taken back first.
    """
    lock_open(site.event)
    lock(site)
    if milestone is not Milestone.CLOSED:
        require_not_closed(site)
    if site.reached_at(milestone) is None:
        return False
    if milestone in site.implied:
        raise LaterStepStands(_("The site has gone further since then. Take back the later step first."))
    note_report(site, **{f"{milestone}_at": None})
    _keep(site, milestone, reporter, clock.now(), note, is_undone=True)
    _record(site, milestone, reporter, is_undone=True)
    return True


@atomic()
def reach_together(
    event: Event,
    sites: Collection[Site],
    milestone: Milestone,
    reporter: Reporter,
    *,
    note: str | None = None,
) -> int:
    """Many sites have reached the milestone, as one round of calls found; how many had not before.

    For operations that hold the sites. Sites that have closed are left as they are. One line in the log.
    """
    lock_open(event)
    now = clock.now()
    count = sum(
        _reach(site, milestone, reporter, now, note, is_alone=False)
        for site in sites
        if site.closed_at is None
    )
    if count:
        details = {"milestone": milestone.value, "count": count, "on_behalf": bool(reporter.spoke_with)}
        record(reporter.by, "sites.step_reached", event, event=event, **details)
    return count


def require_not_closed(site: Site) -> None:
    """Raise SiteClosed when nothing more is reported from this site."""
    if site.closed_at is not None:
        raise SiteClosed(_("This site has been closed. Open it again before you report anything."))


def _reach(
    site: Site,
    milestone: Milestone,
    reporter: Reporter,
    at: datetime,
    note: str | None,
    *,
    is_alone: bool = True,
) -> bool:
    """Whether it had not been reached before. `is_alone`: a line in the log for this site."""
    if site.reached_at(milestone) is not None:
        return False
    if milestone in IMPLYING and site.confirmed_at is None:
        _reach(site, Milestone.CONFIRMED, reporter, at, None, is_alone=is_alone)
    note_report(site, **{f"{milestone}_at": at})
    _keep(site, milestone, reporter, at, note, is_undone=False)
    if is_alone:
        _record(site, milestone, reporter, is_undone=False)
    return True


def note_report(site: Site, **columns: Any) -> None:
    """Write down what was reported of a site, and where it then stands. For operations that hold the site.

    Makes no new edition of it: a form about its hall stays good, however much is reported while somebody fills it in.
    """
    reported = sa.update(Site).where(Site.id == site.id)
    db.session.execute(reported.values(**columns))
    if site.status is not site.standing:
        db.session.execute(reported.values(status=site.standing))


def _keep(
    site: Site, milestone: Milestone, reporter: Reporter, at: datetime, note: str | None, *, is_undone: bool
) -> None:
    step = SiteStep(
        site_id=site.id,
        milestone=milestone,
        is_undone=is_undone,
        at=at,
        note=note,
        **reporter.columns_on_behalf,
    )
    db.session.add(step)


def _record(site: Site, milestone: Milestone, reporter: Reporter, *, is_undone: bool) -> None:
    action = "site.step_undone" if is_undone else "site.step_reached"
    record(
        reporter.by,
        action,
        site,
        event=site.event,
        milestone=milestone.value,
        on_behalf=bool(reporter.spoke_with),
    )
