"""What a site would sign, what it has signed, and what has come in since. Read from the scans, never from a total."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.checkins import device_queries, queries, rules
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.closings import SiteCount
from eventsvc.checkins.models import Device, ReviewCase, Scan
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries as invitations
from eventsvc.sites import queries as sites
from eventsvc.sites import report_queries
from eventsvc.sites.models import Site


def standing(sitting: Sitting) -> dict[int, SiteClosing]:
    """The count that each site has signed and not reopened, by the id of the site. One statement."""
    rows = db.session.scalars(
        sa.select(SiteClosing).where(SiteClosing.sitting_id == sitting.id, SiteClosing.reopened_at.is_(None))
    )
    return {row.site_id: row for row in rows}


def history(site: Site, sitting: Sitting) -> list[SiteClosing]:
    """Every count the site has signed for the sitting, the newest first."""
    return list(
        db.session.scalars(
            sa.select(SiteClosing)
            .where(SiteClosing.site_id == site.id, SiteClosing.sitting_id == sitting.id)
            .order_by(SiteClosing.id.desc())
        )
    )


def closing_of(event: Event, closing_id: int, site_ids: Collection[int] | None = None) -> SiteClosing:
    """One signed count of the event, at a site in reach; otherwise NotFound."""
    found = db.session.scalar(
        sa.select(SiteClosing)
        .options(joinedload(SiteClosing.site), joinedload(SiteClosing.sitting))
        .where(SiteClosing.event_id == event.id, SiteClosing.id == closing_id)
    )
    if found is None or (site_ids is not None and found.site_id not in site_ids):
        raise NotFound(_("There is nothing at this address."))
    return found


def counts(event: Event, sitting: Sitting, site_ids: Collection[int] | None = None) -> list[SiteCount]:
    """The sites in reach, in their order. Ten statements at most, for one site and for three thousand."""
    listed = db.session.scalars(sites.sites_of(event, site_ids)).all()
    expected = invitations.expected(event, site_ids)
    named = queries.head_counts(event, sitting)
    reported = report_queries.head_counts(sitting, site_ids)
    waiting, cases = _waiting(event), _open_cases(event, sitting)
    closed = standing(sitting)
    return [
        SiteCount(
            site,
            expected.get(site.id, 0),
            named.get(site.id, 0),
            reported.get(site.id),
            waiting.get(site.id, 0),
            cases.get(site.id, 0),
            closed.get(site.id),
        )
        for site in listed
    ]


def count_of(site: Site, sitting: Sitting) -> SiteCount:
    """One site as it stands in the list."""
    [found] = counts(site.event, sitting, {site.id})
    return found


def _waiting(event: Event) -> dict[int, int]:
    """How many scans are on the devices of each site: what each last told, or the numbers that have not arrived."""
    told = db.session.execute(
        sa.select(Device.id, Device.site_id, Device.waiting).where(
            Device.event_id == event.id, Device.waiting > 0, Device.revoked_at.is_(None)
        )
    )
    numbers = {(device_id, site_id): waiting or 0 for device_id, site_id, waiting in told}
    for device, missing in device_queries.undelivered(event).items():
        numbers[device] = max(numbers.get(device, 0), missing)
    found: dict[int, int] = {}
    for (_device_id, site_id), number in numbers.items():
        if site_id is not None:
            found[site_id] = found.get(site_id, 0) + number
    return found


def _open_cases(event: Event, sitting: Sitting) -> dict[int, int]:
    """The cases that wait, at every site where the person is expected or was seen. One statement."""
    waiting = (
        sa.select(ReviewCase.id, ReviewCase.guest_id, ReviewCase.scan_id)
        .where(
            ReviewCase.event_id == event.id,
            ReviewCase.settled_at.is_(None),
            sa.or_(ReviewCase.sitting_id == sitting.id, ReviewCase.sitting_id.is_(None)),
        )
        .cte("waiting")
    )
    places = sa.union(
        sa.select(waiting.c.id, Guest.site_id).join(Guest, Guest.id == waiting.c.guest_id),
        sa.select(waiting.c.id, Scan.site_id)
        .join(Scan, Scan.guest_id == waiting.c.guest_id)
        .where(
            Scan.sitting_id == sitting.id,
            Scan.standing.in_(rules.SEEN_AT_A_DOOR),
            Scan.site_id.is_not(None),
        ),
        sa.select(waiting.c.id, Scan.site_id)
        .join(Scan, Scan.scan_id == waiting.c.scan_id)
        .where(Scan.site_id.is_not(None)),
    ).subquery()
    rows = db.session.execute(
        sa.select(places.c.site_id, sa.func.count(sa.distinct(places.c.id))).group_by(places.c.site_id)
    )
    return {site_id: number for site_id, number in rows}
