"""Calendars to subscribe to: the organizer's page, and the feeds themselves."""

import re
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.deliveries import queries as deliveries
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.feeds import labels, operations, own_queries, queries  # noqa: F401  (labels registers the words)
from eventsvc.feeds.forms import FeedForm
from eventsvc.feeds.links import links
from eventsvc.feeds.models import OF_ORGANIZERS, Feed, FeedKind, NoLongerKept
from eventsvc.feeds.queries import Told
from eventsvc.sites import queries as sites
from eventsvc.web.edits import attempt

bp = Blueprint("feeds", __name__)
JUST_MADE = "feed"


@bp.route("/events/<slug>/feeds", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    halls = db.session.scalars(sites.sites_of(event)).all()
    form, status = FeedForm(halls), 200
    if form.validate_on_submit():
        status = attempt(form, lambda: _make(event, form))
        if status is None:
            return redirect(url_for(".index", slug=slug))
    if form.errors:
        status = 422
    feeds, fresh = queries.feeds_of(event), kept_once(JUST_MADE)
    return render_template(
        "feeds/index.html",
        event=event,
        feeds=feeds,
        form=form,
        fresh=next((feed for feed in feeds if fresh and feed.id == fresh[0]), None),
        links=links(address_of(fresh[1]), event.short_title) if fresh else None,
        site_names={site.id: site.name for site in halls},
        own=queries.made_by_invitees(event),
        programme=f"{current_app.config['PUBLIC_URL']}{url_for('.programme', slug=slug)}",
    ), status


@bp.post("/events/<slug>/feeds/<int:feed_id>/revoke")
@requires(Permission.EDIT_EVENT)
def revoke(slug, feed_id):
    event = event_or_404(slug, g.access)
    for feed in queries.feeds_of(event):
        if feed.id == feed_id:
            operations.revoke_feed(feed, by=g.user)
            flash(_("The calendar no longer opens."))
            return redirect(url_for(".index", slug=slug))
    raise NotFound(_("There is nothing at this address."))


@bp.get("/calendar/<token>.ics")
@public
def calendar(token):
    """The calendar of a token. What one person or organization was told is gone when their data is."""
    feed = queries.feed_by_token(token)
    if feed is None:
        raise NotFound(_("There is nothing at this address."))
    if feed.kind not in OF_ORGANIZERS and not own_queries.is_kept(feed.event):
        raise NoLongerKept(_("This link is no longer valid. Please ask whoever invited you."))
    sender = deliveries.sender_mailbox()
    return _calendar(feed.event, own_queries.told(feed, url=_url(feed.event), sender=sender))


@bp.get("/p/<slug>/programme.ics")
@public
def programme(slug):
    """The public programme as a calendar; no token, because everybody may know what is in it."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    return _calendar(event, queries.told(event, FeedKind.PROGRAMME, url=_url(event)))


def _calendar(event: Event, told: Told) -> Response:
    """The feed; 304 without writing it out when the client has what it tells."""
    response = Response(content_type="text/calendar; charset=utf-8")
    response.set_etag(told.etag)
    response.last_modified = told.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{event.slug}.ics"'
    response.make_conditional(_as_we_sent_it(request.environ, told.etag))
    if response.status_code != 304:
        response.set_data(told.calendar)
    return response


def _as_we_sent_it(environ: dict[str, Any], etag: str) -> dict[str, Any]:
    """The request with our own tag, when a proxy that compresses has put its mark on it ("…-gzip")."""
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    return (
        {**environ, "HTTP_IF_NONE_MATCH": re.sub(f"{etag}[-;:a-z]{{1,10}}", etag, asked)}
        if asked
        else environ
    )


def _url(event: Event) -> str:
    """What everybody may open: calendars are shared."""
    return f"{current_app.config['PUBLIC_URL']}{url_for('agenda.programme', slug=event.slug)}"


def _make(event: Event, form: FeedForm) -> None:
    feed, token = operations.create_feed(
        event, kind=form.kind.data, name=form.name.data, site=form.chosen_site, by=g.user
    )
    keep_once(JUST_MADE, feed, token)


def keep_once(key: str, feed: Feed, token: str) -> None:
    """The token travels to the page after the redirect sealed, and is gone once it was shown."""
    session[key] = [feed.id, secrets.seal(token)]


def kept_once(key: str) -> tuple[int, str] | None:
    """The id and the token of the feed just made; the next page does not know it any more."""
    made = session.pop(key, None)
    return (made[0], secrets.unseal(made[1])) if made else None


def address_of(token: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{url_for('feeds.calendar', token=token)}"
