"""What those on and behind the stage look at, by a link and without an account: stage, MC, technician."""

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.stage import labels, queries
from eventsvc.web.snapshots import Snapshot, snapshot

bp = Blueprint("stage_screens", __name__)
bp.add_app_template_filter(labels.pace, "pace")
bp.add_app_template_filter(labels.pace_kind, "pace_kind")
bp.add_app_template_filter(labels.left, "left")
bp.add_app_template_filter(labels.overrun, "overrun")
bp.add_app_template_filter(labels.who, "who")
bp.add_app_template_filter(labels.position, "position")
bp.add_app_template_filter(labels.bridge, "bridge")

VIEWS = {
    "stage": "stage/stage_parts.html",
    "mc": "stage/mc_parts.html",
    "technician": "stage/technician_parts.html",
}
FRESH_SECONDS = 0.4
"""Views ask every second and must follow within two: what they are given is never older than this."""


@bp.get("/stage/<token>")
@public
def screen(token):
    return _page(token, "stage")


@bp.get("/stage/<token>/mc")
@public
def mc(token):
    return _page(token, "mc")


@bp.get("/stage/<token>/technician")
@public
def technician(token):
    return _page(token, "technician")


@bp.get("/stage/<token>/fragment/<view>")
@public
def fragment(token, view):
    event_id = _event_id(token)
    if view not in VIEWS:
        raise NotFound(_("There is nothing at this address."))
    return answer(parts(event_id, view))


def parts(event_id: int, view: str) -> Snapshot:
    """The inside of a view as it stands, made once for all who look at it in this language."""
    key = (current_app.config["SQLALCHEMY_DATABASE_URI"], "stage", event_id, view, str(get_locale()))
    made: list[str] = []

    def render() -> str:
        event = db.session.get_one(Event, event_id)
        stage = queries.stage(event)
        return render_template(VIEWS[view], event=event, stage=stage, is_polled=True)

    def figures() -> str:
        made.append(render())
        return made[0]

    return snapshot(key, figures, lambda: made[0], fresh=FRESH_SECONDS)


def answer(made: Snapshot) -> Response:
    """The part with its ETag, or 304; `X-Now` is the server's clock in milliseconds, by which views set theirs."""
    response = Response(made.body, mimetype="text/html")
    response.set_etag(made.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response = response.make_conditional(request)
    response.headers["X-Now"] = str(milliseconds())
    return response


def milliseconds() -> int:
    return round(clock.now().timestamp() * 1000)


def _event_id(token: str) -> int:
    event_id = queries.event_id_of_link(token)
    if event_id is None:
        raise NotFound(_("There is nothing at this address."))
    return event_id


def _page(token: str, view: str) -> str:
    event = db.get_or_404(Event, _event_id(token))
    return render_template(
        f"stage/{view}.html",
        event=event,
        stage=queries.stage(event),
        token=token,
        fragment_url=url_for(".fragment", token=token, view=view),
        milliseconds=milliseconds(),
        is_polled=False,
    )
