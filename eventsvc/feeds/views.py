"""Calendars to subscribe to: the organizer's page, and the feeds themselves."""

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
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.feeds import labels, operations, queries  # noqa: F401  (labels registers the words)
from eventsvc.feeds.forms import FeedForm
from eventsvc.feeds.models import FeedKind
from eventsvc.web.edits import attempt

bp = Blueprint("feeds", __name__)
JUST_MADE = "feed"


@bp.route("/events/<slug>/feeds", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    form, status = FeedForm(), 200
    if form.validate_on_submit():
        status = attempt(form, lambda: _make(event, form))
        if status is None:
            return redirect(url_for(".index", slug=slug))
    if form.errors:
        status = 422
    feeds, fresh = queries.feeds_of(event), _just_made()
    return render_template(
        "feeds/index.html",
        event=event,
        feeds=feeds,
        form=form,
        fresh=next((feed for feed in feeds if fresh and feed.id == fresh[0]), None),
        address=_address(fresh[1]) if fresh else None,
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
    feed = queries.feed_by_token(token)
    if feed is None:
        raise NotFound(_("There is nothing at this address."))
    return _calendar(feed.event, feed.kind)


@bp.get("/p/<slug>/programme.ics")
@public
def programme(slug):
    """The public programme as a calendar; no token, because everybody may know what is in it."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    return _calendar(event, FeedKind.PROGRAMME)


def _calendar(event: Event, kind: FeedKind) -> Response:
    """The feed; 304 without writing it out when the client has what it tells."""
    found = queries.told(
        event, kind, url=f"{current_app.config['PUBLIC_URL']}{url_for('agenda.programme', slug=event.slug)}"
    )
    response = Response(content_type="text/calendar; charset=utf-8")
    response.set_etag(found.etag)
    response.last_modified = found.changed_at
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{event.slug}.ics"'
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(found.calendar)
    return response


def _make(event: Event, form: FeedForm) -> None:
    """The token travels to the page after the redirect sealed, and is gone once it was shown."""
    feed, token = operations.create_feed(event, kind=form.kind.data, name=form.name.data, by=g.user)
    session[JUST_MADE] = [feed.id, secrets.seal(token)]


def _just_made() -> tuple[int, str] | None:
    made = session.pop(JUST_MADE, None)
    return (made[0], secrets.unseal(made[1])) if made else None


def _address(token: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{url_for('.calendar', token=token)}"
