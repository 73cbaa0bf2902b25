"""Write to the sites about a link test: who is new, who must hear of another edition, whose calendar must forget it."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import UNSENT, Delivery, DeliveryState
from eventsvc.link_tests import operations, queries
from eventsvc.link_tests.messages import CANCEL, LINK_TEST, Composer
from eventsvc.link_tests.models import InvitedSite, LinkTest
from eventsvc.link_tests.telling import Telling
from eventsvc.rows import lock
from eventsvc.sites import link_operations
from eventsvc.sites import operations as sites
from eventsvc.sites.models import Site


def tell(link_test: LinkTest, *, by: Any) -> int:
    """Queue what every site has not been told yet; how many sites are written to. Safe to repeat."""
    told = 0
    while some := tell_some(link_test, by=by):
        told += some
    return told


@atomic()
def tell_some(link_test: LinkTest, *, by: Any) -> int:
    """Queue for the next sites what they have not been told yet; how many. Of a cancelled event all is called back."""
    lock(link_test.event)
    lock(link_test)
    if link_test.event.is_cancelled:
        operations.cancel_link_test(link_test, by=by)
    rows = [row for row, how in queries.to_tell(link_test) if how is not Telling.PHONE][: operations.AT_ONCE]
    if not rows:
        return 0
    # A call-back goes on its way whatever is decided after it: its SEQUENCE says which word is the last.
    outbox.call_back(queries.SUBJECT, [row.id for row in rows], spared=(CANCEL,), by=by)
    composer = Composer(link_test, clock.now())
    outbox.queue_many([message for row in rows for message in _messages(composer, row)])
    record(by, "link_test.told", link_test, event=link_test.event, count=len(rows))
    return len(rows)


def _messages(composer: Composer, row: InvitedSite) -> list[Any]:
    """The letters to one site, which from now on counts as told. What somebody said who speaks for it no more is
    forgotten, and their calendar with it."""
    before, email = row.told_email, row.site.contact_email
    is_told = row.told_sequence is not None
    if not row.is_expected:
        row.told_sequence = row.told_email = None
        return [composer.cancel(row, before or "")]
    letters = []
    if is_told and before and before != email:
        row.own_changes += 1
        row.changed_at, row.accepted_at = clock.now(), None
        letters.append(composer.cancel(row, before, is_moved=True))
        is_told = False
    if not email:
        row.told_sequence = row.told_email = None
        row.own_changes += 1  # whoever is invited next, be it at the same address, hears of a later edition
        return letters
    row.told_sequence, row.told_email = row.sequence, email
    return [*letters, composer.request(row, is_update=is_told)]


@sites.before_removal
def release(site: Site, by: Any) -> None:
    """SiteInUse while the calendar of the site holds a link test that has not begun: with the site, the trace of whose
    calendar that is would be lost. What waits to be sent to it is called back, but for what calls back."""
    rows = db.session.scalars(sa.select(InvitedSite).where(InvitedSite.site_id == site.id)).all()
    if any(row.told_sequence is not None and row.link_test.starts_at > clock.now() for row in rows):
        raise sites.SiteInUse(
            _("A link test stands in the calendar of this site. Take the site off it and tell it so first.")
        )
    outbox.call_back(queries.SUBJECT, [row.id for row in rows], spared=(CANCEL,), by=by)


@link_operations.on_dead_link
def call_back(site: Site, by: Any) -> None:
    """What has not left with the dead link does not leave any more: the site stands as not told, to be told anew."""
    rows = {
        row.id: row
        for row in db.session.scalars(sa.select(InvitedSite).where(InvitedSite.site_id == site.id))
    }
    letters = sa.select(Delivery.subject_id).where(
        Delivery.subject_kind == queries.SUBJECT, Delivery.subject_id.in_(rows), Delivery.kind == LINK_TEST
    )
    unsent = sorted(set(db.session.scalars(letters.where(Delivery.state.in_(UNSENT)))))
    gone = letters.where(Delivery.state.not_in((*UNSENT, DeliveryState.CANCELLED)))
    in_calendars = set(db.session.scalars(gone))
    outbox.call_back(queries.SUBJECT, unsent, spared=(CANCEL,), by=by)
    for row in (rows[row_id] for row_id in unsent):
        row.own_changes += 1
        row.changed_at = clock.now()
        if row.id not in in_calendars:
            row.told_sequence = row.told_email = None


@outbox.before_repeating(queries.SUBJECT)
def require_current(delivery: Delivery) -> None:
    """Refuse to send again what a site has been told otherwise since, and a link that leads nowhere any more; a
    call-back holds until the address is invited anew."""
    row = db.session.scalar(sa.select(InvitedSite).where(InvitedSite.id == delivery.subject_id))
    if row is None:
        return
    is_in_calendar = row.is_expected and row.told_email == delivery.recipient
    if delivery.kind == CANCEL:
        holds = not is_in_calendar
    else:
        holds = is_in_calendar and f"SEQUENCE:{row.sequence}\r\n" in (delivery.calendar or "")
    link, present = (
        secrets.unseal(sealed) if sealed else None
        for sealed in (delivery.secrets.get("link"), row.site.token_sealed)
    )
    holds = holds and link in (None, present)
    if not holds or row.link_test.starts_at <= clock.now():
        raise outbox.Overtaken(
            _("What this message says no longer holds. Write to the site from the page of the test.")
        )
