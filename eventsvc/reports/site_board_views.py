"""The state of the sites: table, sums and map of tiles on an organizer's page, and on the wall."""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask_babel import get_locale

from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.reports import site_board_labels as words
from eventsvc.reports import site_board_map as maps
from eventsvc.reports import site_board_queries as queries
from eventsvc.reports.queries import event_of_screen
from eventsvc.reports.site_board import Division, SiteBoard, Standing
from eventsvc.reports.site_board_lists import Choice, chosen_lines, offered
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.web.arguments import whole, word
from eventsvc.web.pagination import Page, number
from eventsvc.web.snapshots import etag, snapshot

bp = Blueprint("site_board", __name__)
bp.add_app_template_filter(words.people_words, "people_words")
bp.add_app_template_filter(words.others_words, "others_words")
bp.add_app_template_filter(words.tally_name, "tally_name")
bp.add_app_template_filter(words.line_words, "line_words")
bp.add_app_template_filter(words.missed_words, "missed_words")
bp.add_app_template_filter(words.moment, "moment")
bp.add_app_template_filter(words.short_moment, "short_moment")

EVERY = 5
"""Seconds between two questions of a page."""
PER_PAGE = 40
MOST_SERVICES = 12
ON_THE_WALL = 9
"""How many sites that need somebody are sent to a screen: as many as fit in a size that is read at ten metres."""
MOST_BODIES = 64

_boards: dict[tuple, SiteBoard] = {}
_bodies: OrderedDict[str, bytes] = OrderedDict()
_pen = Lock()


@bp.get("/events/<slug>/sites/board")
@requires(Permission.READ_BOARD)
def index(slug):
    event = event_or_404(slug, g.access)
    board, figures = _look(event, _sitting(event))
    page, per_page = _slice()
    return render_template(
        "site_board/index.html",
        **_page(event, board),
        tag=_tag(event, figures, _asked(event, board)),
        offered=offered(board),
        fragment_url=url_for(".fragment", slug=slug, **_kept(board), page=page, per_page=per_page),
        every=EVERY,
    )


@bp.get("/events/<slug>/sites/board/fragment")
@requires(Permission.READ_BOARD)
def fragment(slug):
    event = event_or_404(slug, g.access)
    board, figures = _look(event, _sitting(event))
    return _answer(
        _tag(event, figures, _asked(event, board)),
        lambda: render_template("site_board/fragment.html", **_page(event, board)),
    )


@bp.get("/board/<token>/sites")
@public
def screen(token):
    event = event_of_screen(token)
    board, figures = _look(event, None)
    return render_template(
        "site_board/screen.html",
        **_wall(event, board),
        tag=_tag(event, figures, "wall"),
        fragment_url=url_for(".screen_fragment", token=token),
        every=EVERY,
    )


@bp.get("/board/<token>/sites/fragment")
@public
def screen_fragment(token):
    event = event_of_screen(token)
    board, figures = _look(event, None)
    return _answer(
        _tag(event, figures, "wall"),
        lambda: render_template("site_board/screen_fragment.html", **_wall(event, board)),
    )


def _page(event: Event, board: SiteBoard) -> dict[str, object]:
    """What the fragment of an organizer's page shows."""
    choice = _choice(board)
    kept = _kept(board)
    page, per_page = _slice()
    lines = chosen_lines(board, choice)
    return {
        "event": event,
        "board": board,
        "choice": choice,
        "page": Page(lines[(page - 1) * per_page : page * per_page], len(lines), page, per_page),
        "page_url": lambda page: f"?{urlencode({**kept, 'page': page, 'per_page': per_page})}#sites",
        "map": maps.tile_map(board, event.units_as_of),
        "closer": _closer(event, board, choice),
        "shows_contacts": _shows_contacts(event),
        "links": _links(event),
        "most_services": MOST_SERVICES,
        "Standing": Standing,
        "Division": Division,
    }


def _closer(event: Event, board: SiteBoard, choice: Choice) -> maps.TileMap | None:
    """The chosen district by itself, where the map of all shows dots."""
    if not choice.within or len(board.lines) <= maps.MOST_TILES:
        return None
    lines = tuple(line for line in board.lines if Choice(within=choice.within).fits(board, line))
    return maps.tile_map(replace(board, lines=lines), event.units_as_of)


def _wall(event: Event, board: SiteBoard) -> dict[str, object]:
    return {
        "event": event,
        "board": board,
        "map": maps.tile_map(board, event.units_as_of, maps.WALL),
        "most": ON_THE_WALL,
        "Standing": Standing,
    }


# --- What is asked for, and by whom ---------------------------------------------------------------------


def _sitting_asked() -> int | None:
    return whole(request.args.get("sitting"))


def _sitting(event: Event) -> Sitting | None:
    """The sitting that is asked for; None for the one that matters now."""
    asked = _sitting_asked()
    return next((sitting for sitting in event.sittings if sitting.number == asked), None)


def _choice(board: SiteBoard) -> Choice:
    """What the address narrows the table to; what is not on this board is as good as not said."""
    known = offered(board)
    within, cluster, site = (request.args.get(name, "") for name in ("within", "cluster", "site"))
    return Choice(
        within=within if within in dict(known.districts) else "",
        cluster=cluster if cluster in known.clusters else "",
        level=word(SiteLevel, "level"),
        status=word(SiteStatus, "status"),
        urgent=request.args.get("urgent") == "1",
        site=site if any(line.code == site for line in board.lines) else "",
    )


def _kept(board: SiteBoard) -> dict[str, str]:
    """What the address asks for and makes sense, for the addresses of the fragment and of other pages of the table."""
    sitting = _sitting_asked()
    return _choice(board).arguments | ({"sitting": str(sitting)} if sitting is not None else {})


def _asked(event: Event, board: SiteBoard) -> object:
    """All that a page depends on beside the figures."""
    return [_choice(board), _slice(), _shows_contacts(event), _links(event)]


def _slice() -> tuple[int, int]:
    """Page and rows of a page."""
    return number("page", 1, 10**6), number("per_page", PER_PAGE, 500)


def _shows_contacts(event: Event) -> bool:
    return g.access.extends_to(Permission.READ_CONTACTS, event)


def _links(event: Event) -> bool:
    """Whether the pages of all sites are open to whoever asks."""
    return g.access.extends_to(Permission.EDIT_SITES, event)


# --- One answer for everybody ---------------------------------------------------------------------------


def _look(event: Event, sitting: Sitting | None) -> tuple[SiteBoard, str]:
    """The board, read at most once in two seconds for all who look, and the name of its figures."""
    key = (
        "site_board",
        current_app.config["SQLALCHEMY_DATABASE_URI"],
        event.id,
        sitting.number if sitting else None,
    )

    def figures() -> object:
        board = _boards[key] = queries.site_board(event, sitting)
        return [board.sitting_number, board.starts_at, board.lines, board.services]

    made = snapshot(key, figures, str)
    return _boards[key], made.etag


def _tag(event: Event, figures: str, asked: object) -> str:
    """The name of an answer: the same figures of the same event under the same names, asked for in the same way, in
    the same language."""
    shown = [event.id, event.slug, event.short_title, event.title, event.province_code, event.units_as_of]
    database = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return f'W/"{etag([database, shown, figures, asked, str(get_locale())])}"'


def _answer(tag: str, render: Callable[[], str]) -> Response:
    """Nothing new for whoever has these figures already; else what was rendered for the first who asked. It is sent
    compressed, once for all: it holds nothing that is one reader's secret."""
    response = Response(mimetype="text/html")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if request.if_none_match.contains_weak(tag[3:-1]):
        response.status_code = 304
        return response
    body = _body(tag, render)
    if request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    response.set_data(body)
    return response


def _body(tag: str, render: Callable[[], str]) -> bytes:
    with _pen:
        if tag not in _bodies:
            _bodies[tag] = gzip.compress(render().encode(), 6)
        _bodies.move_to_end(tag)
        while len(_bodies) > MOST_BODIES:
            _bodies.popitem(last=False)
        return _bodies[tag]


def forget() -> None:
    """Drop what was rendered, for measurements that ask for the same figures anew."""
    with _pen:
        _bodies.clear()
