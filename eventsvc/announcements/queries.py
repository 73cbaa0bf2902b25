"""Look up announcements and their receipts."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.announcements.models import Announcement, Audience, Receipt
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site, SiteLevel


class Reading(NamedTuple):
    """How far an announcement has come: to how many sites it went, on how many pages it stood, how many confirmed."""

    sites: int
    shown: int
    read: int


def announcements_of(event: Event) -> sa.Select[Announcement]:
    """Select the announcements of an event, the newest first, those taken back too."""
    return (
        sa.select(Announcement)
        .where(Announcement.event_id == event.id)
        .order_by(Announcement.at.desc(), Announcement.id.desc())
    )


def announcement_of(event: Event, announcement_id: int) -> Announcement:
    """One announcement of an event; NotFound when it is another's."""
    found = db.session.get(Announcement, announcement_id)
    if found is None or found.event_id != event.id:
        raise NotFound(_("There is nothing at this address."))
    return found


def readings(
    announcements: Iterable[Announcement], site_ids: Collection[int] | None = None
) -> dict[int, Reading]:
    """How far each has come, by its id, in one query; within the sites in reach."""
    statement = (
        sa.select(
            Receipt.announcement_id,
            sa.func.count(),
            sa.func.count(Receipt.shown_at),
            sa.func.count(Receipt.read_at),
        )
        .where(Receipt.announcement_id.in_([one.id for one in announcements]))
        .group_by(Receipt.announcement_id)
    )
    if site_ids is not None:
        statement = statement.where(Receipt.site_id.in_(site_ids))
    return {row[0]: Reading(*row[1:]) for row in db.session.execute(statement)}


def receipts_of(
    announcement: Announcement, site_ids: Collection[int] | None = None, *, unread: bool = False
) -> sa.Select[Receipt]:
    """Select the receipts of an announcement with their sites: those not read first, in the order of the sites."""
    statement = (
        sa.select(Receipt)
        .join(Receipt.site)
        .options(joinedload(Receipt.site))
        .where(Receipt.announcement_id == announcement.id)
    )
    if site_ids is not None:
        statement = statement.where(Receipt.site_id.in_(site_ids))
    if unread:
        statement = statement.where(Receipt.read_at.is_(None))
    return statement.order_by(Receipt.read_at.is_not(None), Site.parent_name, Site.number, Receipt.id)


def for_site(site: Site) -> list[Receipt]:
    """What a site has been told and what was not taken back: the urgent first, then the newest."""
    statement = (
        sa.select(Receipt)
        .join(Receipt.announcement)
        .options(joinedload(Receipt.announcement))
        .where(Receipt.site_id == site.id, Announcement.withdrawn_at.is_(None))
        .order_by(
            sa.and_(Announcement.is_urgent, Receipt.read_at.is_(None)).desc(),
            Announcement.at.desc(),
            Receipt.id.desc(),
        )
    )
    return list(db.session.scalars(statement))


def receipt_of(site: Site, receipt_id: int) -> Receipt:
    """One receipt of a site; NotFound when it is another site's, or the announcement was taken back."""
    found = db.session.get(Receipt, receipt_id)
    if found is None or found.site_id != site.id or found.announcement.withdrawn_at is not None:
        raise NotFound(_("There is nothing at this address."))
    return found


def sites_for(
    event: Event,
    audience: Audience,
    *,
    level: SiteLevel | None = None,
    district_code: str | None = None,
    cluster: str | None = None,
) -> list[Site]:
    """The bridge sites that an announcement would go to; chosen ones are the caller's to name."""
    statement = sites.sites_of(event).where(Site.level != SiteLevel.MAIN)
    if audience is Audience.LEVEL:
        statement = statement.where(Site.level == level)
    elif audience is Audience.DISTRICT:
        statement = statement.where(sa.or_(Site.code == district_code, Site.parent_code == district_code))
    elif audience is Audience.CLUSTER:
        statement = statement.where(Site.cluster == cluster)
    elif audience is Audience.CHOSEN:
        return []
    return list(db.session.scalars(statement))
