"""What keeps the page at the door on a phone: every file it needs, found and not listed by hand."""

import json
import re
from pathlib import PurePosixPath

import pytest

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.checkins import scanner_words
from eventsvc.web import assets

_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of the application; these pages need no database."""
    return create_app(TestConfig(tmp_path_factory.mktemp("scanner"))).test_client()


def files(client):
    text = client.get("/scan/worker.js").text
    return json.loads(re.search(r"const FILES = (\[.*?\]);", text)[1])


def test_every_import_of_every_module_is_kept(client):
    kept = files(client)

    modules = [path for path in kept if path.startswith("/static/js/") and path.endswith(".js")]
    named = {
        f"/static/{assets.normal(PurePosixPath(path.removeprefix('/static/')).parent / one)}"
        for path in modules
        for one in _IMPORT.findall(client.get(path).text)
    }
    assert named - set(kept) == set()
    assert len(modules) > 15 and len(named) > 15
    for ending in ("zxing_reader", "be-vietnam-pro-400", "icons", "base", "scan"):
        assert any(f"/{ending}." in path for path in kept), ending
    assert [path for path in kept if client.get(path).status_code != 200] == []


def test_another_page_makes_another_worker_and_the_same_page_the_same(client, monkeypatch):
    first, again = client.get("/scan/worker.js"), client.get("/scan/worker.js")
    unchanged = client.get("/scan/worker.js", headers={"If-None-Match": first.headers["ETag"]})
    spoken = scanner_words.words()
    spoken["en"]["admitted"] = "Do come in"
    monkeypatch.setattr(scanner_words, "words", lambda: spoken)

    changed = client.get("/scan/worker.js")

    assert first.headers["ETag"] == again.headers["ETag"] != changed.headers["ETag"]
    assert unchanged.status_code == 304
    assert first.headers["Service-Worker-Allowed"] == "/scan"


def test_the_page_comes_in_the_language_it_is_asked_for(client):
    spoken = {
        wanted: client.get(f"/scan?language={wanted}").headers["Content-Language"]
        for wanted in ("vi", "en", "xx")
    }

    assert spoken == {"vi": "vi", "en": "en", "xx": "vi"}
