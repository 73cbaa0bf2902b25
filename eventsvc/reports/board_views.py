"""One board for all who look: read at most once in two seconds a process, rendered once for each kind of reader."""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from flask import Response, current_app, g, render_template, request, url_for
from flask_babel import get_locale

from eventsvc import clock
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.reports import board_queries
from eventsvc.reports.board import Alarm, AlarmKind, Attention, Board, Presence, by_name
from eventsvc.web.snapshots import etag, snapshot

EVERY = 3
"""Seconds between two questions of a page."""
DOORS_FRESH = 30.0
MOST_BODIES = 64
MOST_TILES = 240
"""More sites than this are shown by their districts."""
LINKS = (
    Permission.CHECK_IN_BY_NAME,
    Permission.MANAGE_DEVICES,
    Permission.READ_SITES,
    Permission.READ_RECEPTION,
    Permission.EDIT_EVENT,
)


class Reader(NamedTuple):
    """Who looks: what they may open, and of which sites they may know people by name. `site_ids` None: of all."""

    links: frozenset[str] = frozenset()
    sees_names: bool = False
    site_ids: frozenset[int] | None = frozenset()
    is_screen: bool = False


# Where somebody sees to an alarm, the page that is there first; and what they need to open it.
PAGES = {
    AlarmKind.CASE: (Permission.CHECK_IN_BY_NAME, ("review.index", "checkins.cases")),
    AlarmKind.QUARANTINE: (Permission.CHECK_IN_BY_NAME, ("review.quarantine", "review.index")),
    AlarmKind.FAULT: (Permission.READ_SITES, ("faults.index",)),
    AlarmKind.FLOOD: (Permission.MANAGE_DEVICES, ("devices.index",)),
    AlarmKind.SILENT: (Permission.MANAGE_DEVICES, ("devices.index",)),
    AlarmKind.WAITING: (Permission.MANAGE_DEVICES, ("devices.index",)),
    AlarmKind.CLOCK: (Permission.MANAGE_DEVICES, ("devices.index",)),
    AlarmKind.UNREADY: (Permission.MANAGE_DEVICES, ("door_readiness.index", "devices.index")),
    AlarmKind.EMPTY: (Permission.READ_SITES, ("sites.index",)),
}

SCREEN = Reader(is_screen=True)
"""Whoever stands before a wall: figures only."""


class Look(NamedTuple):
    """A board with the name of its figures, and what of its event every page shows."""

    board: Board
    figures: str
    event: "Shown"


class Shown(NamedTuple):
    """Of an event, in plain values: kept between requests."""

    id: int
    slug: str
    title: str
    short_title: str
    sittings: tuple[tuple[int, str | None, datetime | None], ...]


_looks: dict[tuple, Look] = {}
_doors: dict[tuple, list[Alarm]] = {}
_bodies: OrderedDict[tuple, tuple[str, bytes]] = OrderedDict()
_pen = Lock()


def reader(event: Event) -> Reader:
    """The reader who is signed in."""
    names = g.access.to(Permission.READ_GUESTS)
    sees = names.covers(event)
    return Reader(
        links=frozenset(each.value for each in LINKS if g.access.to(each).covers(event)),
        sees_names=sees,
        site_ids=names.site_ids(event) if sees else frozenset(),
    )


def look(event_id: int, sitting_number: int | None, *, anew: bool = False) -> Look:
    """The board, read at most once in two seconds for all who look at this event and sitting; `anew`: as it stands
    when this is asked, for a page that is opened and a program that has just written."""
    key = ("board", current_app.config["SQLALCHEMY_DATABASE_URI"], event_id, sitting_number)

    def figures() -> object:
        event = db.session.get(Event, event_id)
        if event is None:
            raise NotFound()
        sitting, unready = _sitting(event, sitting_number), _unready(event)
        board = board_queries.board(event, sitting=sitting, unready=unready)
        shown = Shown(
            event.id,
            event.slug,
            event.title,
            event.short_title,
            tuple((sitting.number, sitting.title, sitting.starts_at) for sitting in event.sittings),
        )
        tag = etag(_figures(board, shown))
        _looks[key] = Look(board, tag, shown)
        return tag

    snapshot(key, figures, str, since=monotonic() if anew else None)
    return _looks[key]


def _unready(event: Event) -> list[Alarm]:
    """Doors do not get ready or unready within seconds: looked at twice a minute."""
    key = ("doors", current_app.config["SQLALCHEMY_DATABASE_URI"], event.id)

    def figures() -> object:
        _doors[key] = board_queries.doors_not_ready(event)
        return _doors[key]

    snapshot(key, figures, str, fresh=DOORS_FRESH)
    return _doors[key]


def context(found: Look, who: Reader, within: str = "") -> dict[str, Any]:
    """What the fragment shows to this reader."""
    board, sites = found.board, who.site_ids
    named = who.sees_names
    whole = within or len(board.tiles) <= MOST_TILES
    return {
        "event": found.event,
        "board": board,
        "who": who,
        "within": within,
        "tiles": board.tiles_within(within) if whole else [],
        "missing": by_name(board.missing, sites) if named else [],
        "untracked": by_name(board.untracked, None) if named and sites is None else [],
        "latest": board.latest_arrival(sites) if named and "read_reception" in who.links else None,
        "Attention": Attention,
        "Presence": Presence,
    }


def alarm_page(alarm: Alarm, slug: str, who: Reader) -> str | None:
    """Where this reader can see to it."""
    permission, pages = PAGES[alarm.kind]
    if permission.value not in who.links:
        return None
    endpoint = next((page for page in pages if page in current_app.view_functions), None)
    return url_for(endpoint, slug=slug) if endpoint else None


def answer(found: Look, who: Reader, within: str = "") -> Response:
    """Nothing new for whoever has these figures already; else what was rendered for the first such reader who asked.
    It is sent compressed, once for all: it holds nothing that is one reader's secret."""
    key = (*who, found.event.id, found.board.sitting.number if found.board.sitting else None, within)
    language = str(get_locale())
    tag = etag(
        [
            found.figures,
            sorted(who.links),
            who.sees_names,
            _sorted(who.site_ids),
            who.is_screen,
            within,
            language,
        ]
    )
    response = Response(mimetype="text/html")
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Board-As-Of"] = found.board.as_of.astimezone(UTC).isoformat(timespec="milliseconds")
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
        return response
    body = _body(
        (current_app.config["SQLALCHEMY_DATABASE_URI"], language, *key),
        tag,
        lambda: render_template("reports/fragment.html", **context(found, who, within)),
    )
    if request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    response.set_data(body)
    return response


def as_of(found: Look) -> str:
    return f"{clock.local(found.board.as_of):%H:%M:%S}"


def _sitting(event: Event, number: int | None) -> Sitting | None:
    return next((sitting for sitting in event.sittings if sitting.number == number), None)


def _figures(board: Board, shown: Shown) -> object:
    """All that a page shows of a board; not the moment it was read."""
    return [
        shown, board.sitting, board.tiles, board.alarms, board.parts, board.curve, board.arrivals,
        board.unplaced_cases, board.unplaced_waiting,
    ]  # fmt: skip


def _sorted(site_ids: frozenset[int] | None) -> list[int] | None:
    return None if site_ids is None else sorted(site_ids)


def _body(key: tuple, tag: str, render: Callable[[], str]) -> bytes:
    """The last one that was made for such a reader, if the figures are still the same. One thread renders."""
    with _pen:
        kept = _bodies.get(key)
        if kept is None or kept[0] != tag:
            kept = _bodies[key] = (tag, gzip.compress(render().encode(), 6))
        _bodies.move_to_end(key)
        while len(_bodies) > MOST_BODIES:
            _bodies.popitem(last=False)
    return kept[1]


def forget() -> None:
    """Drop what was rendered, for measurements that ask for the same figures anew."""
    with _pen:
        _bodies.clear()
