"""Every route: who it is for is written down, nothing changes without its proof, no input breaks it."""

import itertools
import json
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import lxml.html
import pytest

from eventsvc.accounts.permissions import Permission
from tests import walk
from tests.pages import Page, _check_page
from tests.walk import act, address, ask, fingerprint

SOURCE = Path(__file__).parent.parent / "eventsvc"

# Posts that need no CSRF field: mail programs press this one by themselves (RFC 8058), a signed token says
# which invitation. The API takes bearer tokens, which no foreign page can make a browser send.
WITHOUT_CSRF = {"invitee.stop", "organization_page.stop", "own_reports.stop", "own_tasks.stop", "own_targets.stop",
                "own_guidance.stop", "own_estimate.stop"}  # fmt: skip

NUL, SUPERSCRIPT, LONG = "\x00", "²", "x" * 3000
TEXTS = (NUL, SUPERSCRIPT, "'\"%;--", "..", "\u202eﷺ<b>", LONG)
NUMBERS = ("0", "-1", SUPERSCRIPT, "9" * 10, "9" * 19, "9" * 400, "1.5")


# --- Who it is for ------------------------------------------------------------------------------------------


def test_every_route_says_who_it_is_for(world):
    silent = []
    for rule in walk.rules(world.app):
        view = world.app.view_functions[rule.endpoint]
        says = isinstance(getattr(view, "permission", None), Permission) or getattr(view, "is_public", False)
        if not says:
            silent.append(rule.endpoint)

    assert silent == []


def test_a_route_that_says_nothing_answers_nobody(world):
    world.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    answer = ask(world, world.browser("organizer"), "GET", "/forgotten")

    assert answer.status_code == 404 and "secret" not in answer.text


# --- CSRF ---------------------------------------------------------------------------------------------------


def test_nothing_changes_without_the_csrf_field(world):
    before = fingerprint()
    client = world.browser("organizer")
    taken = []
    for endpoint, method in walk.steps(world.app, reading=False):
        if walk.is_api(world.app, endpoint) or endpoint in WITHOUT_CSRF:
            continue
        for field in ({}, {"csrf_token": ""}, {"csrf_token": "x"}):
            answer = ask(world, client, method, address(world.app, endpoint, world.a), data=field)
            if answer.status_code != 400:
                taken.append((endpoint, method, answer.status_code))

    assert taken == []
    assert fingerprint() == before


def test_a_csrf_field_of_another_browser_is_refused(world):
    stranger = world.app.test_client()
    with stranger.session_transaction() as session:
        session["csrf_token"] = "1" * 40
        session["key"] = world.keys["organizer"]

    answer = act(world, stranger, "POST", address(world.app, "events.cancel", world.a))

    assert answer.status_code == 400


def test_the_api_takes_no_cookie_for_a_token(world):
    client = world.browser("organizer")
    for endpoint, method in walk.steps(world.app):
        view = world.app.view_functions[endpoint]
        if walk.is_api(world.app, endpoint) and not getattr(view, "is_public", False):
            answer = ask(world, client, method, address(world.app, endpoint, world.a), json={})
            assert answer.status_code == 401, (endpoint, method)
            assert answer.json["error"].keys() == {"code", "message", "request_id"}


def test_pages_take_no_bearer_token_for_a_sign_in(world):
    for endpoint, method in walk.steps(world.app, reading=True):
        view = world.app.view_functions[endpoint]
        if not walk.is_api(world.app, endpoint) and hasattr(view, "permission"):
            url = address(world.app, endpoint, world.a)
            answer = ask(world, world.app.test_client(), method, url, headers=world.bearer("organizer"))
            assert answer.status_code == 302 and answer.location.startswith("/sign-in"), endpoint


# --- Reading changes nothing --------------------------------------------------------------------------------


def test_reading_changes_no_row(each_world):
    world = each_world
    readers = {"organizer": world.browser("organizer"), "nobody": world.app.test_client()}
    before = fingerprint()
    for endpoint, _method in walk.steps(world.app, reading=True):
        url = address(world.app, endpoint, world.a)
        headers = world.bearer("organizer") if url.startswith("/api/") else {}
        for client in readers.values():
            for method in ("GET", "HEAD"):
                ask(world, client, method, url, headers=headers)
    ask(world, readers["nobody"], "GET", "/api/v1/devices/me/bundle", headers=world.bearer("door"))

    after = fingerprint()

    assert {table for table in after if after[table] != before[table]} == set()


# --- Pages as a browser sees them ---------------------------------------------------------------------------


def test_every_page_is_well_made_and_every_link_leads_somewhere(world):
    """From the list of events on, whatever an organizer can reach by following links."""
    client = world.browser("organizer")
    waiting, seen, forms = ["/events", "/account", *_tokens_pages(world)], set(), set()
    while waiting:
        url = waiting.pop()
        path = re.sub(r"\d+", "1", url.partition("?")[0])
        if (kind := (path, "?" in url)) in seen:
            continue
        seen.add(kind)
        answer = ask(world, client, "GET", url)
        assert answer.status_code in {200, 302}, f"{url}: {answer.status_code}"
        if answer.mimetype != "text/html" or answer.status_code == 302:
            continue
        html = lxml.html.fromstring(answer.text, base_url="http://localhost" + url)
        if not html.xpath("//main"):
            continue  # a part of a page, or a letter in its frame
        _check_page(Page(answer))
        html.make_links_absolute()
        waiting += sorted(_local(html.xpath("//a/@href | //iframe/@src | //img/@src")))
        forms |= {(form.get("action") or url, form.method) for form in html.forms}

    adapter = world.app.url_map.bind("localhost")
    for action, method in forms:
        assert adapter.test(urlsplit(action).path, method=method.upper()), f"no route for {method} {action}"
    reached = {path for path, _query in seen}
    assert len(reached) > 30, sorted(reached)


def _tokens_pages(world) -> list[str]:
    found = []
    for endpoint, _method in walk.steps(world.app, reading=True):
        if "token" in walk.arguments(world.app, endpoint):
            found.append(address(world.app, endpoint, world.a))
    return found


def _local(links) -> set[str]:
    parts = [urlsplit(link) for link in links]
    return {
        part._replace(scheme="", netloc="", fragment="").geturl()
        for part in parts
        if part.scheme == "http" and part.netloc == "localhost"
    }


# --- Any input ----------------------------------------------------------------------------------------------


def test_no_address_breaks_a_route(each_world):
    """Every argument of every route with what nobody should type, by every method, signed in or not."""
    world = each_world
    organizer, nobody = world.browser("organizer"), world.app.test_client()
    for rule in walk.rules(world.app):
        for name in sorted(rule.arguments):
            is_number = type(rule._converters[name]).__name__ == "IntegerConverter"
            for value in NUMBERS if is_number else TEXTS:
                url = _typed(world, rule, name, value)
                headers = world.bearer("organizer") if url.startswith("/api/") else {}
                for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                    act(world, organizer, method, url, headers=headers)
                if name == "token":
                    ask(world, nobody, "GET", url)


def _typed(world, rule, name: str, value: str) -> str:
    """The address as typed by hand: what the converter would refuse is sent all the same."""
    marker = "MARKERHERE"
    values = {each: quote(str(world.a.value(rule.endpoint, each)), safe="") for each in rule.arguments}
    values[name] = marker
    path = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: values[match[1]], rule.rule)
    return path.replace(marker, quote(value, safe=""))


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "MOVE"]
)
def test_a_method_that_a_route_does_not_take_is_refused(world, method):
    organizer = world.browser("organizer")
    adapter = world.app.url_map.bind("localhost")
    for rule in walk.rules(world.app):
        url = address(world.app, rule.endpoint, world.a)
        if not adapter.test(url, method=method):
            answer = act(world, organizer, method, url, headers=world.bearer("organizer"))
            assert answer.status_code == 405, f"{method} {url}: {answer.status_code}"


def test_bytes_that_are_no_text_break_no_address(world):
    client = world.browser("organizer")
    for path in (
        "/%ff",
        "/events/%c3%28",
        "/%00",
        "/events/%ed%a0%80/edit",
        "/i/%ff%fe",
        "//",
        "/%2e%2e/",
        "/./x",
    ):
        answer = ask(world, client, "GET", path)
        assert answer.status_code in {308, 302, 400, 404}, path


def test_no_question_breaks_a_page(each_world):
    """Every word that any view reads from the query, with garbage, on every page that can be read."""
    world = each_world
    client = world.browser("organizer")
    words = _words_asked_for()
    assert {"q", "page", "per_page", "site", "level", "answer"} <= words
    for endpoint, _method in walk.steps(world.app, reading=True):
        url = address(world.app, endpoint, world.a)
        headers = world.bearer("organizer") if url.startswith("/api/") else {}
        for value in (NUL, "%' OR 1=1 --²", "9" * 19, "-1", LONG):
            query = "&".join(f"{word}={quote(value, safe='')}" for word in sorted(words))
            ask(world, client, "GET", f"{url}?{query}", headers=headers)
        ask(world, client, "GET", f"{url}?q=%ff%fe&page=%00&next=%ff", headers=headers)


def _words_asked_for() -> set[str]:
    asked = re.compile(r"""(?:args\.get|args\.getlist|number|_?word|whole)\(\s*(?:\w+,\s*)?"(\w+)\"""")
    return {word for path in SOURCE.rglob("*.py") for word in asked.findall(path.read_text("utf-8"))}


BODIES = (
    b"", b"null", b"[]", b"{}", b"0", b'"x"', b"{", b"\xff\xfe", b"[" * 5000, b'{"a":' * 3000,
    b'{"scans": {}}', b'{"scans": [null, 1, "x", [], {}]}', b'{"scans": [{"scan_id": "\\ud800", "code": "\\u0000"}]}',
    b'{"token": 5}', b'{"token": "\\u0000"}', b'{"token": "\\ud800"}', b'{"scans": ' + b"9" * 5000 + b"}",
)  # fmt: skip


def test_no_body_breaks_the_api(each_world):
    world = each_world
    client = world.app.test_client()
    for endpoint, method in walk.steps(world.app, reading=False):
        if not walk.is_api(world.app, endpoint):
            continue
        for body in BODIES:
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
                answer = ask(
                    world, client, method, address(world.app, endpoint, world.a), data=body, content_type=kind,
                    headers=world.bearer("door"),
                )  # fmt: skip
                assert answer.mimetype == "application/json", (endpoint, body, kind)
                if kind != "application/json":
                    assert answer.status_code in {400, 401, 415}, (endpoint, kind, answer.status_code)


# What to type into a field of each kind; the other fields keep what the page filled in.
TYPED = {
    "text": ("a\x00b", "x" * 20_000, "\x1b[31m\u202e\ufeff", " "),
    "number": (SUPERSCRIPT, "9" * 30, "-5", "0", "1e9", "NaN", " "),
    "date": ("0000-00-00", "2023-13-45", "9999-12-31", SUPERSCRIPT, " "),
    "datetime-local": ("2023-02-30T08:00", "0001-01-01T00:00", "9999-12-31T23:59", "x", " "),
    "select": ("9" * 30, SUPERSCRIPT, "nope", ""),
    "hidden": ("9" * 30, SUPERSCRIPT, "-1"),
}


def test_nothing_typed_into_a_form_breaks_it(each_world):
    """Each field of each form on each page, filled in with two things that do not belong there, taken in turn."""
    assert (
        _type_into_every_field(
            each_world, lambda values, turn: (values[0], values[1 + turn % (len(values) - 1)])
        )
        > 300
    )


@pytest.mark.deep
def test_nothing_at_all_typed_into_a_form_breaks_it(each_world):
    assert _type_into_every_field(each_world, lambda values, turn: values) > 600


def _type_into_every_field(world, chosen) -> int:
    client = world.browser("organizer")
    turns, sent = itertools.count(), 0
    for url, form in _forms(world, client):
        filled = {name: value for name, value in form.form_values() if name != "csrf_token"}
        for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            name, values = field.get("name"), TYPED.get(_kind(field), ())
            if name == "csrf_token" or not values:
                continue
            for value in chosen(values, next(turns)):
                act(world, client, "POST", url, data={**filled, name: value})
                sent += 1
    for endpoint, _method in walk.steps(world.app, reading=True):  # what was stored can be shown
        ask(world, client, "GET", address(world.app, endpoint, world.a))
    return sent


def _forms(world, client):
    """Every form that posts, with the address it posts to; each address once. `form.base_url` is where it stands."""
    found = {}
    for endpoint, _method in walk.steps(world.app, reading=True):
        url = address(world.app, endpoint, world.a)
        answer = ask(world, client, "GET", url)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for form in lxml.html.fromstring(answer.text, base_url=url).forms:
            action = form.get("action") or url
            if form.method == "POST" and not action.endswith("/sign-out"):
                found.setdefault(re.sub(r"\d+", "1", action), (action, form))
    return list(found.values())


def _kind(field) -> str:
    if field.tag != "input":
        return "select" if field.tag == "select" else "text"
    kind = field.get("type", "text")
    if kind in {"radio", "checkbox"}:
        return "select"
    return kind if kind in TYPED or kind == "file" else "text"


def test_an_error_of_the_api_is_an_object_with_a_code(world):
    client = world.app.test_client()
    for path, status in (("/api/v1/nothing", 404), ("/api/v1/events", 401), ("/api/v1/events/x/board", 401)):
        answer = ask(world, client, "GET", path)
        assert answer.status_code == status
        assert json.loads(answer.text)["error"]["request_id"] == answer.headers["X-Request-ID"]
