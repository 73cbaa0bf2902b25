"""Write to coordinators what has been announced, and once more to those who have not read it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.announcements import messages, queries
from eventsvc.announcements.models import Announcement, Receipt
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import UNSENT, Delivery
from eventsvc.errors import DomainError
from eventsvc.rows import lock, lock_open
from eventsvc.sites import link_operations
from eventsvc.sites import operations as sites
from eventsvc.sites.models import Site

AT_ONCE = 200
"""How many sites are written to in one transaction: others want to write, too."""


class Withdrawn(DomainError):
    code = "announcement_withdrawn"


@sites.before_removal
def release(site: Site, by: Any) -> None:
    """What was announced to a site that is removed, and waits to leave, is called back."""
    receipts = db.session.scalars(sa.select(Receipt.id).where(Receipt.site_id == site.id)).all()
    outbox.call_back(queries.SUBJECT, receipts, by=by)


def mail(announcement: Announcement, *, by: Any) -> int:
    """Queue a letter for every site whose coordinator has an address; how many. Safe to repeat: nobody gets it twice.

    A site that has no link gets one first.
    """
    return _all_of(announcement, is_second=False, by=by)


def remind(announcement: Announcement, *, by: Any) -> int:
    """Queue one more letter for every site where nobody has confirmed it; how many. Safe to repeat: once each."""
    return _all_of(announcement, is_second=True, by=by)


def _all_of(announcement: Announcement, *, is_second: bool, by: Any) -> int:
    written = 0
    while some := write_some(announcement, is_second=is_second, by=by):
        written += some
    return written


@atomic()
def write_some(announcement: Announcement, *, is_second: bool, by: Any) -> int:
    """Queue the letters to the next sites; how many."""
    event = announcement.event
    lock_open(event)
    lock(announcement)
    if announcement.withdrawn_at is not None:
        raise Withdrawn(_("This announcement has been taken back."))
    wanted = queries.to_remind(announcement) if is_second else queries.to_mail(announcement)
    # Afresh, now that the event is held: whoever loaded a site before may hold a link that has died since.
    afresh = {"populate_existing": True}
    receipts = list(db.session.scalars(wanted.limit(AT_ONCE), execution_options=afresh))
    if not receipts:
        return 0
    announcement.is_mailed = True
    link_operations.make_links(event, [receipt.site for receipt in receipts], by=by)
    outbox.queue_many(messages.Composer(announcement, is_second=is_second).messages(receipts))
    _note(receipts, is_second=is_second)
    action = "announcement.reminded" if is_second else "announcement.mailed"
    record(by, action, announcement, event=event, count=len(receipts))
    return len(receipts)


def _note(receipts: Sequence[Receipt], *, is_second: bool) -> None:
    """Whoever is reminded without having been written to before has been written to by that."""
    now = clock.now()
    mailed = {"mailed_at": sa.func.coalesce(Receipt.mailed_at, now)}
    values = mailed | {"reminded_at": now} if is_second else mailed
    noted = sa.update(Receipt).where(Receipt.id.in_([receipt.id for receipt in receipts]))
    db.session.execute(noted.values(values), execution_options={"synchronize_session": "fetch"})


@outbox.before_repeating(queries.SUBJECT)
def _require_standing(delivery: Delivery) -> None:
    """What was taken back, or would reach somebody who looks after the site no more, is not sent again."""
    receipt = db.session.get(Receipt, delivery.subject_id)
    if receipt is None:
        return
    if receipt.announcement.withdrawn_at is not None:
        raise outbox.Overtaken(_("This announcement has been taken back."))
    site, sealed = receipt.site, (delivery.secrets or {}).get("link")
    link, present = (secrets.unseal(each) if each else None for each in (sealed, site.token_sealed))
    if site.contact_email != delivery.recipient or link != present:
        raise outbox.Overtaken(_("Somebody else looks after this site now."))


@link_operations.on_dead_link
def _call_back(site: Site, by: Any) -> None:
    """What has not left with the dead link does not leave any more, and can be written anew with the next one."""
    unsent = (
        sa.select(Delivery.subject_id, Delivery.intent)
        .join(Receipt, Receipt.id == Delivery.subject_id)
        .where(
            Delivery.subject_kind == queries.SUBJECT, Delivery.state.in_(UNSENT), Receipt.site_id == site.id
        )
    )
    rows = db.session.execute(unsent).all()
    again = [receipt_id for receipt_id, intent in rows if intent.endswith(messages.AGAIN)]
    first = [receipt_id for receipt_id, intent in rows if not intent.endswith(messages.AGAIN)]
    held = sa.select(Receipt.id).where(Receipt.site_id == site.id, Receipt.mailed_at.is_not(None))
    outbox.call_back(queries.SUBJECT, db.session.scalars(held).all(), by=by)
    for ids, column in ((first, "mailed_at"), (again, "reminded_at")):
        freed = sa.update(Receipt).where(Receipt.id.in_(ids)).values({column: None})
        db.session.execute(freed, execution_options={"synchronize_session": "fetch"})
