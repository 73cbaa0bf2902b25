"""Sending coordinators the links of their sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import jobs
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record
from eventsvc.coordinators import messages
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.rows import chunks, lock_open
from eventsvc.sites import link_operations
from eventsvc.sites.models import MAIN, Site

MOST_AT_ONCE = 400
"""Letters composed while somebody waits: two seconds' work."""


@dataclass(frozen=True)
class Sent:
    """How many sites were written to, and which have no address: their links are passed on by hand."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@atomic()
def send_links(event: Event, sites: Sequence[Site], *, by: Any) -> Sent:
    """Write to the coordinators of these sites, those without a link get one first. Safe to repeat: nobody is written
    to twice about the same link."""
    lock_open(event)
    bridges = _afresh([site.id for site in sites if site.code != MAIN])
    link_operations.make_links(event, bridges, by=by)
    unsent = [site for site in bridges if site.link_sent_at is None]
    reachable = [site for site in unsent if site.contact_email]
    if reachable:
        composer = messages.Composer(event)
        outbox.queue_many([composer.message(site) for site in reachable])
        link_operations.mark_sent(reachable)
        record(by, "sites.links_sent", event, event=event, count=len(reachable))
    return Sent(len(reachable), tuple(site.name for site in unsent if not site.contact_email))


def _afresh(site_ids: Sequence[int]) -> list[Site]:
    """The sites as they stand now that the event is held: whoever loaded them before may hold links that have died."""
    found: dict[int, Site] = {}
    for ids in chunks(site_ids, 500):
        statement = sa.select(Site).where(Site.id.in_(ids)).execution_options(populate_existing=True)
        found.update((site.id, site) for site in db.session.scalars(statement))
    return [found[site_id] for site_id in site_ids if site_id in found]


@atomic()
def send_soon(event: Event, sites: Sequence[Site], *, by: Any) -> Sent | None:
    """The same for however many: more than a request can wait for are written to by the workers, and None comes back.

    Whatever a lost job has not sent still stands as not sent, and goes with the next press.
    """
    if len(sites) <= MOST_AT_ONCE:
        return send_links(event, sites, by=by)
    lock_open(event)
    for some in chunks(sites, MOST_AT_ONCE):
        jobs.enqueue("coordinators.send_links", event.id, by.id, *(site.id for site in some))
    return None


@jobs.job("coordinators.send_links")
def send_in_turn(event_id: int, user_id: int, *site_ids: int) -> None:
    """One part of what `send_soon` left to the workers. Safe to repeat."""
    event, by = db.session.get(Event, event_id), db.session.get(User, user_id)
    if event is None or event.is_cancelled:
        return
    wanted = sa.select(Site).where(Site.event_id == event_id, Site.id.in_(site_ids)).order_by(Site.id)
    send_links(event, list(db.session.scalars(wanted)), by=by)


@outbox.before_repeating(messages.SUBJECT)
def _require_present_link(delivery: Delivery) -> None:
    """A letter with a link that leads nowhere any more is not sent again."""
    site = db.session.get(Site, delivery.subject_id)
    if site is None or site.token_hash is None or delivery.intent != messages.intent(site):
        raise outbox.Overtaken(_("The link in this message is no longer valid. Send the new one."))
