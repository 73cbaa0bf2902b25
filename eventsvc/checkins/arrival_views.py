"""Arrivals: reception sees who of the chosen ranks has come in, and notes who has been greeted."""

from collections.abc import Collection

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import arrival_operations, arrival_queries, queries
from eventsvc.checkins.arrivals import Arrivals
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.guests.models import Guest
from eventsvc.web.arguments import whole
from eventsvc.web.snapshots import etag, snapshot

bp = Blueprint("arrivals", __name__)

EVERY = 1.5
"""Seconds between two questions of a page: with FRESH it must stay below the three in which reception is told."""
FRESH = 0.8

_kept: dict[tuple, Arrivals] = {}


@bp.get("/events/<slug>/arrivals")
@requires(Permission.READ_RECEPTION)
def index(slug):
    event = event_or_404(slug, g.access)
    return _page(event, _read(event), url_for(".fragment", slug=slug))


@bp.get("/events/<slug>/arrivals/fragment")
@requires(Permission.READ_RECEPTION)
def fragment(slug):
    """The inside of the page. Read once for all who look; the forms in it are the reader's own."""
    event = event_or_404(slug, g.access)
    shown, figures = _look(event, g.access.site_ids(event))
    response = Response(mimetype="text/html")
    response.headers["ETag"] = f'W/"{etag([figures, event.id, str(get_locale()), g.actor.id])}"'
    response.headers["Cache-Control"] = "private, no-cache"
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(render_template("checkins/arrivals_fragment.html", event=event, arrivals=shown))
    return response


@bp.post("/events/<slug>/arrivals/<int:guest_id>/greet")
@requires(Permission.READ_RECEPTION)
def greet(slug, guest_id):
    event = event_or_404(slug, g.access)
    sitting = _sitting(event)
    guest = _announced_guest(event, sitting, guest_id)
    try:
        greeting, is_new = arrival_operations.greet(guest, sitting, by=g.user)
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        words = {
            "name": guest.person.name_with_honorific,
            "by": greeting.by_name or "",
            "time": _time(greeting.at),
        }
        if is_new:
            flash(_("%(name)s is greeted.", **words))
        else:
            flash(_("%(name)s was greeted by %(by)s at %(time)s already.", **words), "info")
    return redirect(url_for(".index", slug=slug))


def _page(event: Event, shown: Arrivals, fragment_url: str) -> str:
    return render_template(
        "checkins/arrivals.html",
        event=event,
        arrivals=shown,
        fragment_url=fragment_url,
        every=EVERY,
    )


def _announced_guest(event: Event, sitting: Sitting, guest_id: int) -> Guest:
    """One of those whom the page shows to whoever asks; otherwise NotFound."""
    shown = arrival_queries.arrivals(event, sitting, g.access.site_ids(event))
    guest = (
        db.session.get(Guest, guest_id) if guest_id in {each.guest_id for each in shown.everybody} else None
    )
    if guest is None:
        raise NotFound(_("There is nothing at this address."))
    return guest


def _sitting(event: Event) -> Sitting:
    """The sitting that the pressed button belonged to; the one that matters now where none is named."""
    number = whole(request.form.get("sitting"))
    if "sitting" not in request.form:
        found = queries.present_sitting(event)
    else:
        found = next((sitting for sitting in event.sittings if sitting.number == number), None)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def _read(event: Event) -> Arrivals:
    return arrival_queries.arrivals(event, queries.present_sitting(event), g.access.site_ids(event))


def _look(event: Event, reach: Collection[int] | None) -> tuple[Arrivals, str]:
    """Who has arrived, read at most once in a moment for all who may see the same sites, and the name of it."""
    sitting = queries.present_sitting(event)
    database = current_app.config["SQLALCHEMY_DATABASE_URI"]
    key = ("arrivals", database, event.id, sitting.id if sitting else None, reach)

    def figures() -> object:
        shown = _kept[key] = arrival_queries.arrivals(event, sitting, reach)
        return [sitting.number if sitting else None, shown.ranks, shown.everybody]

    made = snapshot(key, figures, str, fresh=FRESH)
    return _kept[key], made.etag


def _time(moment) -> str:
    return clock.local(moment).strftime("%H:%M")
