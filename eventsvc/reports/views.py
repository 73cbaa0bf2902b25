"""The live board, on an organizer's page and on the wall, and the log."""

from typing import NamedTuple

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
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
from eventsvc.reports import board_views, labels, queries
from eventsvc.reports.board_labels import alarm_place, alarm_words, curve_words, part_words, stale_words
from eventsvc.web.arguments import whole
from eventsvc.web.pagination import paginate

bp = Blueprint("reports", __name__)
bp.add_app_template_filter(labels.action, "action")
bp.add_app_template_filter(labels.actor, "actor")
bp.add_app_template_filter(alarm_place, "alarm_place")
bp.add_app_template_filter(alarm_words, "alarm_words")
bp.add_app_template_filter(board_views.alarm_page, "alarm_page")
bp.add_app_template_filter(curve_words, "curve_words")
bp.add_app_template_filter(part_words, "part_words")
bp.add_app_template_filter(stale_words, "stale_words")


class Screen(NamedTuple):
    """The link of a big screen."""

    id: int
    name: str
    url: str


@bp.get("/events/<slug>/board")
@requires(Permission.READ_BOARD)
def board(slug):
    event = event_or_404(slug, g.access)
    found, within = board_views.look(event.id, _sitting(), anew=True), _within()
    asked = {"sitting": _sitting(), "within": within}
    return _page(
        found,
        board_views.reader(event),
        url_for(".board_fragment", slug=slug, **{name: value for name, value in asked.items() if value}),
        within,
    )


@bp.get("/events/<slug>/board/fragment")
@requires(Permission.READ_BOARD)
def board_fragment(slug):
    event = event_or_404(slug, g.access)
    return board_views.answer(board_views.look(event.id, _sitting()), board_views.reader(event), _within())


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
    found = board_views.look(queries.event_id_of_screen(token), None, anew=True)
    return _page(found, board_views.SCREEN, url_for(".screen_fragment", token=token))


@bp.get("/board/<token>/fragment")
@public
def screen_fragment(token):
    found = board_views.look(queries.event_id_of_screen(token), None)
    return board_views.answer(found, board_views.SCREEN)


@bp.get("/events/<slug>/log")
@requires(Permission.READ_AUDIT)
def trail(slug):
    event = event_or_404(slug, g.access)
    page = paginate(audit.entries_of(event.id))
    users = users_by_id({entry.actor_id for entry in page.items if entry.actor_kind == "user"})
    names = {("user", user_id): user.name or user.email for user_id, user in users.items()}
    return render_template("reports/log.html", event=event, page=page, names=names)


def _page(found: board_views.Look, who: board_views.Reader, fragment_url: str, within: str = "") -> str:
    return render_template(
        "reports/board.html",
        **board_views.context(found, who, within),
        fragment_url=fragment_url,
        every=board_views.EVERY,
        as_of=board_views.as_of(found),
    )


def _sitting() -> int | None:
    """The sitting that is asked for; None for the one that matters now."""
    return whole(request.args.get("sitting"))


def _within() -> str:
    """The district whose sites are asked for, by the code of its unit."""
    return request.args.get("within", "")[:20]


def _screens(event: Event) -> list[Screen]:
    return [
        Screen(
            token.id,
            token.name,
            f"{current_app.config['PUBLIC_URL']}/board/{secrets.unseal(token.token_sealed or '')}",
        )
        for token in tokens.screen_tokens(event.id)
    ]
