"""The secret link of a site's coordinator."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.events.models import Event
from eventsvc.rows import chunks, lock, lock_open
from eventsvc.sites.models import MAIN, Site

LETTERS = "site_link"
"""What the messages that bring a link are about, in the outbox: with the id of the site."""

Release = Callable[[Site, Any], None]
_releases: list[Release] = []


def on_dead_link(release: Release) -> Release:
    """Register what else has to happen when the link of a site ends: letters that bring it are called back."""
    _releases.append(release)
    return release


@atomic()
def make_links(event: Event, sites: Iterable[Site], *, by: Any) -> int:
    """A link for every bridge site that has none yet; how many were made. Safe to repeat."""
    lock_open(event)
    wanted = [site.id for site in sites if site.code != MAIN]
    made = 0
    for ids in chunks(wanted, 500):
        without = sa.select(Site).where(
            Site.id.in_(ids), Site.event_id == event.id, Site.token_hash.is_(None)
        )
        held = without.order_by(Site.id).with_for_update(key_share=True)
        for site in db.session.scalars(held, execution_options={"populate_existing": True}):
            _give(site)
            made += 1
    db.session.flush()
    if made:
        record(by, "sites.links_made", event, event=event, count=made)
    return made


@atomic()
def renew_link(site: Site, *, by: Any) -> None:
    """A new link for a new coordinator; the old one leads nowhere from now on, nor is it brought to anybody still."""
    lock_open(site.event)
    lock(site)
    _give(site)
    record(by, "site.link_renewed", site, event=site.event)
    _call_back(site, by)


@atomic()
def revoke_link(site: Site, *, by: Any) -> None:
    """The link leads nowhere any more, and there is no new one. Safe to repeat."""
    lock(site.event)
    lock(site)
    if site.token_hash is not None:
        site.token_hash = site.token_sealed = site.link_sent_at = site.link_opened_at = None
        record(by, "site.link_revoked", site, event=site.event)
        _call_back(site, by)


@atomic()
def mark_opened(site: Site) -> None:
    """The link was opened, for the first time since it was made. Makes no edition of the site: nobody's form lapses."""
    if site.link_opened_at is None:
        _note([site], "link_opened_at")


@atomic()
def mark_sent(sites: Iterable[Site]) -> None:
    """The links of these sites have been handed to the post. Makes no edition of the sites either."""
    _note(list(sites), "link_sent_at")


def _note(sites: Sequence[Site], column: str) -> None:
    moment = clock.now()
    for some in chunks(sites, 500):
        noted = sa.update(Site).where(Site.id.in_([site.id for site in some]), Site.token_hash.is_not(None))
        db.session.execute(noted.values({column: moment}), execution_options={"synchronize_session": False})
    for site in sites:
        set_committed_value(site, column, moment)


def _call_back(site: Site, by: Any) -> None:
    """No letter that has not left brings the dead link, nor goes to whoever held it."""
    db.session.flush()
    outbox.call_back(LETTERS, [site.id], by=by)
    for release in _releases:
        release(site, by)


def _give(site: Site) -> None:
    token = secrets.new_token()
    site.token_hash, site.token_sealed = secrets.digest(token), secrets.seal(token)
    site.link_number += 1
    site.link_sent_at = site.link_opened_at = site.connection_changed_at = None
