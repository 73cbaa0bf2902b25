"""Make a feed, take it back."""

from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.feeds import own_queries as queries
from eventsvc.feeds.models import OF_ORGANIZERS, Feed, FeedKind
from eventsvc.feeds.own_queries import Bearer
from eventsvc.invitations.models import Invitation
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import Site


@atomic()
def create_feed(
    event: Event, *, kind: FeedKind, name: str, site: Site | None = None, by: Any
) -> tuple[Feed, str]:
    """A new feed and its token, which is shown once: only its hash is kept. A feed of a site names the site."""
    lock_open(event)
    if kind not in OF_ORGANIZERS or (kind is FeedKind.SITE) is not (site is not None):
        raise Invalid(_("Choose the site whose calendar it is."), field="site")
    return _new(event, kind, name, by, site_id=site.id if site else None)


@atomic()
def renew_own_feed(bearer: Bearer, *, by: Any) -> tuple[Feed, str]:
    """The feed of a person, an organization or a site, and its token; the one they had opens nothing any more."""
    lock(bearer)  # two presses at once must not leave two
    bearer.event.require_open()
    _revoke(bearer, by)
    whose = {queries.bearer_column(bearer).key: bearer.id}
    # No name: it would be personal data in one more place.
    if isinstance(bearer, Invitation):
        return _new(bearer.event, FeedKind.PERSON, "", by, **whose)
    kind = FeedKind.SITE if isinstance(bearer, Site) else FeedKind.ORGANIZATION
    return _new(bearer.event, kind, "", by, **whose, link_number=bearer.link_number)


@atomic()
def revoke_own_feed(bearer: Bearer, *, by: Any) -> None:
    """The feed of a person, an organization or a site opens nothing from the next request on; safe to repeat."""
    lock(bearer)
    _revoke(bearer, by)


@atomic()
def revoke_feed(feed: Feed, *, by: Any) -> None:
    """The token opens nothing from the next request on; safe to repeat."""
    lock(feed)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        record(by, "feed.revoked", feed, event=feed.event)


def _new(event: Event, kind: FeedKind, name: str, by: Any, **whose: int | None) -> tuple[Feed, str]:
    token = secrets.new_token()
    feed = Feed(
        event=event,
        kind=kind,
        name=name,
        token_hash=secrets.digest(token),
        created_by_id=user_id(by),
        **whose,
    )
    db.session.add(feed)
    db.session.flush()
    record(by, "feed.created", feed, event=event, kind=kind.value)
    return feed, token


def _revoke(bearer: Bearer, by: Any) -> None:
    for feed in queries.own_feeds(bearer):
        feed.revoked_at = clock.now()
        record(by, "feed.revoked", feed, event=bearer.event)
