"""Tell sites something, take it back, and keep who has read it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.announcements import queries
from eventsvc.announcements.models import Announcement, Audience, Receipt
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.reporter import Reporter


class NobodyToTell(Invalid):
    code = "nobody_to_tell"


@atomic()
def announce(
    event: Event,
    *,
    text: str,
    audience: Audience,
    level: SiteLevel | None = None,
    district_code: str | None = None,
    cluster: str | None = None,
    sites: Sequence[Site] | None = None,
    is_urgent: bool = False,
    by_mail: bool = False,
    by: Any,
) -> Announcement:
    """Put an announcement on the pages of the sites it is for. `sites` are those of the audience CHOSEN.

    NobodyToTell when it would go to no site. Sites made later do not get it, and the main hall has no page to read it
    on. With `by_mail` it is one that is written to coordinators as well (`sending_operations.mail`).
    """
    lock_open(event)
    chosen = [site for site in sites or () if site.event_id == event.id and site.level is not SiteLevel.MAIN]
    told = chosen or queries.sites_for(
        event, audience, level=level, district_code=district_code, cluster=cluster
    )
    if not told:
        raise NobodyToTell(_("No site belongs to this choice, so there is nobody to tell."), field="audience")
    made = Announcement(
        event=event,
        text=text,
        audience=audience,
        level=level if audience is Audience.LEVEL else None,
        district_code=district_code if audience is Audience.DISTRICT else None,
        cluster=cluster if audience is Audience.CLUSTER else None,
        is_urgent=is_urgent,
        is_mailed=by_mail,
        at=clock.now(),
        by_user_id=user_id(by),
    )
    db.session.add(made)
    db.session.flush()
    ids = dict.fromkeys(site.id for site in told)
    db.session.execute(
        sa.insert(Receipt), [{"announcement_id": made.id, "site_id": site_id} for site_id in ids]
    )
    record(by, "announcement.made", made, event=event, sites=len(ids))
    return made


@atomic()
def withdraw(announcement: Announcement, *, by: Any) -> bool:
    """Take it off the pages of the sites, and call back what has not been mailed yet; who had read it stays written.
    Safe to repeat; whether it stood. Also of a cancelled event: what is wrong must not stay."""
    lock(announcement.event)
    lock(announcement)
    if announcement.withdrawn_at is not None:
        return False
    announcement.withdrawn_at = clock.now()
    receipts = sa.select(Receipt.id).where(
        Receipt.announcement_id == announcement.id, Receipt.mailed_at.is_not(None)
    )
    outbox.call_back(queries.SUBJECT, db.session.scalars(receipts).all(), by=by)
    record(by, "announcement.withdrawn", announcement, event=announcement.event)
    return True


@atomic()
def mark_shown(site: Site, *, up_to: int) -> None:
    """The site's page has shown the words of what stands, up to this receipt: of what came since it only says how many
    there are. Writes nothing when all of it has stood there before."""
    standing = sa.select(Announcement.id).where(Announcement.withdrawn_at.is_(None))
    db.session.execute(
        sa.update(Receipt)
        .where(
            Receipt.site_id == site.id,
            Receipt.id <= up_to,
            Receipt.shown_at.is_(None),
            Receipt.announcement_id.in_(standing),
        )
        .values(shown_at=clock.now())
    )


@atomic()
def confirm_read(receipt: Receipt, reporter: Reporter) -> bool:
    """Somebody at the site has read it, or said so on the telephone. Safe to repeat: the first confirmation stands;
    whether this was it."""
    lock(receipt)
    if receipt.read_at is not None:
        return False
    receipt.read_at = clock.now()
    receipt.shown_at = receipt.shown_at or receipt.read_at
    said = reporter.columns_on_behalf
    receipt.read_by_name, receipt.spoke_with = said["by_name"], said["spoke_with"]
    details = {"site": receipt.site_id, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, "announcement.read", receipt.announcement, event=receipt.site.event, **details)
    return True
