"""The secret link of a site's coordinator."""

from collections.abc import Iterable
from typing import Any

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import MAIN, Site


@atomic()
def make_links(event: Event, sites: Iterable[Site], *, by: Any) -> int:
    """A link for every bridge site that has none yet; how many were made. Safe to repeat."""
    lock_open(event)
    made = 0
    for site in sites:
        lock(site)
        if site.token_hash is None and site.code != MAIN:
            _give(site)
            made += 1
    if made:
        record(by, "sites.links_made", event, event=event, count=made)
    return made


@atomic()
def renew_link(site: Site, *, by: Any) -> None:
    """A new link for a new coordinator; the old one leads nowhere from now on."""
    lock_open(site.event)
    lock(site)
    _give(site)
    record(by, "site.link_renewed", site, event=site.event)


@atomic()
def revoke_link(site: Site, *, by: Any) -> None:
    """The link leads nowhere any more, and there is no new one. Safe to repeat."""
    lock(site)
    if site.token_hash is not None:
        site.token_hash = site.token_sealed = site.link_sent_at = site.link_opened_at = None
        record(by, "site.link_revoked", site, event=site.event)


@atomic()
def mark_opened(site: Site) -> None:
    """The link was opened, for the first time since it was made."""
    lock(site)
    if site.link_opened_at is None:
        site.link_opened_at = clock.now()


def _give(site: Site) -> None:
    token = secrets.new_token()
    site.token_hash, site.token_sealed = secrets.digest(token), secrets.seal(token)
    site.link_number += 1
    site.link_sent_at = site.link_opened_at = None
