"""The live board, on an organizer's page and on the wall, and the log."""

from typing import NamedTuple

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts import queries as tokens
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission, Role
from eventsvc.audit import queries as audit
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.reports import labels, queries
from eventsvc.web.pagination import paginate
from eventsvc.web.snapshots import Snapshot, snapshot

bp = Blueprint("reports", __name__)
bp.add_app_template_filter(labels.action, "action")
bp.add_app_template_filter(labels.actor, "actor")


class Screen(NamedTuple):
    """The link of a big screen."""

    id: int
    name: str
    url: str


@bp.get("/events/<slug>/board")
@requires(Permission.READ_BOARD)
def board(slug):
    event = event_or_404(slug, g.access)
    return _board_page(event, url_for(".board_fragment", slug=slug), url_for("events.show", slug=slug))


@bp.get("/events/<slug>/board/fragment")
@requires(Permission.READ_BOARD)
def board_fragment(slug):
    return _answer(_fragment(event_or_404(slug, g.access)))


@bp.get("/events/<slug>/screens")
@requires(Permission.EDIT_EVENT)
def screens(slug):
    event = event_or_404(slug, g.access)
    return render_template("reports/screens.html", event=event, screens=_screens(event))


@bp.post("/events/<slug>/screens")
@requires(Permission.EDIT_EVENT)
def new_screen(slug):
    event = event_or_404(slug, g.access)
    name = _("Big screen")
    accounts.create_token(Role.VIEWER, name=name, event_id=event.id, shown_again=True, by=g.actor)
    flash(_("The link for a big screen is made."))
    return redirect(url_for(".screens", slug=slug))


@bp.post("/events/<slug>/screens/<int:token_id>/revoke")
@requires(Permission.EDIT_EVENT)
def revoke_screen(slug, token_id):
    event = event_or_404(slug, g.access)
    for token in tokens.screen_tokens(event.id):
        if token.id == token_id:
            accounts.revoke_token(token, by=g.actor)
            flash(_("The link no longer opens anything."))
            return redirect(url_for(".screens", slug=slug))
    raise NotFound(_("There is nothing at this address."))


@bp.get("/board/<token>")
@public
def screen(token):
    event = queries.event_of_screen(token)
    return _board_page(event, url_for(".screen_fragment", token=token), None)


@bp.get("/board/<token>/fragment")
@public
def screen_fragment(token):
    return _answer(_fragment(queries.event_of_screen(token)))


@bp.get("/events/<slug>/log")
@requires(Permission.READ_AUDIT)
def trail(slug):
    event = event_or_404(slug, g.access)
    page = paginate(audit.entries_of(event.id))
    users = users_by_id({entry.actor_id for entry in page.items if entry.actor_kind == "user"})
    names = {("user", user_id): user.name or user.email for user_id, user in users.items()}
    return render_template("reports/log.html", event=event, page=page, names=names)


def _board_page(event: Event, fragment_url: str, back: str | None) -> str:
    return render_template(
        "reports/board.html",
        event=event,
        board=queries.board(event),
        Attention=queries.Attention,
        fragment_url=fragment_url,
        back=back,
    )


def _screens(event: Event) -> list[Screen]:
    return [
        Screen(
            token.id,
            token.name,
            f"{current_app.config['PUBLIC_URL']}/board/{secrets.unseal(token.token_sealed or '')}",
        )
        for token in tokens.screen_tokens(event.id)
    ]


def _fragment(event: Event) -> Snapshot:
    """The inside of the board, made once for all who look in this language."""
    made: dict[str, queries.Board] = {}

    def figures() -> object:
        board = made["board"] = queries.board(event)
        sitting = (board.sitting.number, board.sitting.starts_at) if board.sitting else None
        return [event.id, event.slug, event.short_title, sitting] + [
            (tile.name, tile.expected, tile.present, tile.cases, tile.waiting, tile.attention)
            for tile in board.tiles
        ]

    def render() -> str:
        return render_template(
            "reports/fragment.html", event=event, board=made["board"], Attention=queries.Attention
        )

    key = (current_app.config["SQLALCHEMY_DATABASE_URI"], event.id, str(get_locale()))
    return snapshot(key, figures, render)


def _answer(made: Snapshot) -> Response:
    response = Response(made.body, mimetype="text/html")
    response.set_etag(made.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
