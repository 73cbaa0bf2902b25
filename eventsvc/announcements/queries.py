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
from eventsvc.text import clean, fold

SUBJECT = "announcement_receipt"
"""What the letters are about: a receipt, which is one announcement at one site."""


class Reading(NamedTuple):
    """How far an announcement has come: to how many sites it went, on how many pages it stood, how many confirmed, to
    how many it was written, and once more."""

    sites: int = 0
    shown: int = 0
    read: int = 0
    mailed: int = 0
    reminded: int = 0


def announcements_of(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Announcement]:
    """Select the announcements of an event, the newest first, those taken back too; within reach only those that went
    to one of the sites."""
    statement = (
        sa.select(Announcement)
        .options(joinedload(Announcement.by_user))
        .where(Announcement.event_id == event.id)
        .order_by(Announcement.at.desc(), Announcement.id.desc())
    )
    return statement if site_ids is None else statement.where(_reaches(site_ids))


def announcement_of(
    event: Event, announcement_id: int, site_ids: Collection[int] | None = None
) -> Announcement:
    """One announcement of an event; NotFound when it is another's, or went to no site in reach."""
    statement = announcements_of(event, site_ids).where(Announcement.id == announcement_id)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _reaches(site_ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Receipt.announcement_id == Announcement.id, Receipt.site_id.in_(site_ids))


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
            sa.func.count(Receipt.mailed_at),
            sa.func.count(Receipt.reminded_at),
        )
        .where(Receipt.announcement_id.in_([one.id for one in announcements]))
        .group_by(Receipt.announcement_id)
    )
    if site_ids is not None:
        statement = statement.where(Receipt.site_id.in_(site_ids))
    return {row[0]: Reading(*row[1:]) for row in db.session.execute(statement)}


def receipts_of(
    announcement: Announcement,
    site_ids: Collection[int] | None = None,
    *,
    unread: bool = False,
    q: str = "",
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
    if q:
        statement = statement.where(
            sa.or_(Site.folded.contains(fold(q), autoescape=True), Site.code == clean(q))
        )
    return statement.order_by(
        Receipt.read_at.is_not(None), Site.parent_code.is_not(None), Site.parent_code, Site.number, Receipt.id
    )


def to_mail(announcement: Announcement) -> sa.Select[Receipt]:
    """Select the receipts whose coordinators have an address and have not been written to about it."""
    return receipts_of(announcement).where(Receipt.mailed_at.is_(None), Site.contact_email.is_not(None))


def to_remind(announcement: Announcement) -> sa.Select[Receipt]:
    """Select the receipts that nobody has confirmed, and whose coordinators have an address and were not reminded."""
    return receipts_of(announcement, unread=True).where(
        Receipt.reminded_at.is_(None), Site.contact_email.is_not(None)
    )


def number(receipts: sa.Select[Receipt]) -> int:
    """How many receipts a selection holds."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(receipts.order_by(None).subquery())) or 0


def newer_sites(announcement: Announcement) -> int:
    """How many bridge sites of the event were made after the announcement, and so never got it."""
    made = sa.select(sa.func.count()).where(
        Site.event_id == announcement.event_id,
        Site.level != SiteLevel.MAIN,
        Site.created_at > announcement.at,
    )
    return db.session.scalar(made) or 0


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
