"""Walking every route of the house: addresses from the world's values, answers that are always the house's own."""

import hashlib
from functools import lru_cache
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from werkzeug.routing import Rule

from eventsvc.db import db
from tests.world import Half, World

SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What a request may write though it changes nothing: the moment a browser or a device was last seen.
SEEN = {("sign_in", "seen_at"), ("device", "seen_at")}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def steps(app: Flask, *, reading: bool | None = None) -> list[tuple[str, str]]:
    """Every endpoint with every method it takes; `reading` chooses GET alone or all but GET."""
    found = [
        (rule.endpoint, method)
        for rule in rules(app)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return [step for step in dict.fromkeys(found) if reading is None or (step[1] == "GET") is reading]


def arguments(app: Flask, endpoint: str) -> set[str]:
    return set().union(*(rule.arguments for rule in app.url_map.iter_rules(endpoint)))


def address(app: Flask, endpoint: str, half: Half, **instead: Any) -> str:
    """The address of an endpoint with the values of one event, some of them exchanged."""
    values = {name: half.value(endpoint, name) for name in arguments(app, endpoint)} | instead
    return app.url_map.bind("localhost").build(endpoint, values)


def is_api(app: Flask, endpoint: str) -> bool:
    return all(rule.rule.startswith("/api/") for rule in app.url_map.iter_rules(endpoint))


def ask(world: World, client: Any, method: str, url: str, **arguments: Any) -> Any:
    """One request in a context of its own, as a server would; the answer must be one that the house gives."""
    with world.app.app_context():
        response = client.open(url, method=method, **arguments)
    db.session.rollback()
    assert_of_the_house(response, f"{method} {url}")
    return response


def words(answer: Any) -> str:
    """What an answer says: a page, a file of text, a paper as it is read."""
    if answer.mimetype == "application/pdf":
        return _read_paper(answer.data)
    return answer.data.decode("utf-8", "replace")  # archives and pictures, too: what stands in them openly


@lru_cache(maxsize=64)
def _read_paper(paper: bytes) -> str:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    except PyPdfError:  # a file that somebody has put in, which need not be what it says
        return paper.decode("latin-1")


def act(world: World, client: Any, method: str, url: str, **arguments: Any) -> Any:
    """The same with the CSRF field of that browser, where something may change."""
    if method not in SAFE and not url.startswith("/api/"):
        arguments["data"] = {"csrf_token": world.csrf(), **(arguments.get("data") or {})}
    return ask(world, client, method, url, **arguments)


def assert_of_the_house(response: Any, where: str) -> None:
    """Never a fault of ours; the security headers and a charset on every answer."""
    assert response.status_code != 500, f"{where}: {response.status_code}"
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, f"{where}: {name} is {response.headers.get(name)}"
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy and "frame-ancestors" in policy, f"{where}: {policy}"
    assert "script-src 'unsafe" not in policy, f"{where}: {policy}"
    assert response.headers.get("X-Request-ID"), f"{where}: no request id"
    assert "Access-Control-Allow-Origin" not in response.headers, where
    kind = response.mimetype or ""
    if kind.startswith("text/") or kind.endswith("xml"):
        assert response.mimetype_params.get("charset", "").lower() == "utf-8", (
            f"{where}: {response.content_type}"
        )


def is_let_in(response: Any) -> bool:
    """Whether the answer is that of somebody who may: not sent to sign in, not turned away."""
    to_sign_in = response.status_code == 302 and response.location.startswith("/sign-in")
    return not to_sign_in and response.status_code not in {401, 403, 404, 405}


def fingerprint() -> dict[str, str]:
    """A digest of every table's rows, but for the moments of being seen."""
    digests = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            columns = [column for column in table.c if (table.name, column.name) not in SEEN]
            rows = connection.execute(sa.select(*columns).order_by(*table.primary_key)).all()
            digests[table.name] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return digests
