"""Make a feed, take it back."""

from typing import Any

from eventsvc import clock, secrets
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.feeds.models import Feed, FeedKind
from eventsvc.rows import lock, lock_open


@atomic()
def create_feed(event: Event, *, kind: FeedKind, name: str, by: Any) -> tuple[Feed, str]:
    """A new feed and its token, which is shown once: only its hash is kept."""
    lock_open(event)
    token = secrets.new_token()
    feed = Feed(
        event=event, kind=kind, name=name, token_hash=secrets.digest(token), created_by_id=user_id(by)
    )
    db.session.add(feed)
    db.session.flush()
    record(by, "feed.created", feed, event=event, kind=kind.value)
    return feed, token


@atomic()
def revoke_feed(feed: Feed, *, by: Any) -> None:
    """The token opens nothing from the next request on; safe to repeat."""
    lock(feed)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        record(by, "feed.revoked", feed, event=feed.event)
