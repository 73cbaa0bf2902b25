"""The application served on the loopback address, and a Chromium that looks at it like a phone in the hall.

`page` is ready to use: paths are relative to the live server, the language is Vietnamese, the clock
that of Hồ Chí Minh City. A test fails when its pages wrote an error to the console (so a breach of the
content security policy fails it), or asked any other host for anything.
"""

import io
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qrcode
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from config import TestConfig
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import User
from eventsvc.app import create_app
from eventsvc.db import db
from tests import programs
from tests.browser import phones

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MS = 20_000  # a machine may be slow; how fast something is, no test says
expect.set_options(timeout=PATIENCE_MS)


# -- the server ------------------------------------------------------------------------------


@pytest.fixture
def app(sqlite_template, tmp_path):
    """The application on a database of its own, its public address being that of the live server."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = TestConfig(tmp_path)
        config.PUBLIC_URL = f"http://127.0.0.1:{listening.getsockname()[1]}"
        application = create_app(config)
        application.extensions["listening"] = listening
        with application.app_context():
            yield application
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


class _Unlogged(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        pass


@pytest.fixture
def live_server(app) -> Iterator[str]:
    """The address where the application answers. What a page wrote is read after `db.session.rollback()`."""
    listening = app.extensions["listening"]
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Unlogged, fd=listening.fileno())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app.config["PUBLIC_URL"]
    server.shutdown()
    thread.join()
    server.server_close()


# -- the browser -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, camera_file):
    program = programs.chromium()
    camera = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera_file}",
    )
    return {**browser_type_launch_args, "executable_path": program, "args": [*QUIET, *camera]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


class Complaints:
    """What the pages of a test complained about. A test that provokes a complaint says which."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[str] = []

    def expect(self, *parts: str) -> None:
        """Let pass what contains one of the parts, as 'status of 422' after a form with errors."""
        self.expected += parts

    def listen_to(self, context: BrowserContext, own_address: str) -> None:
        context.on("console", lambda message: self._hear(message) if message.type == "error" else None)
        context.on(
            "weberror",
            lambda error: self.heard.append(f"{error.page.url if error.page else ''}: {error.error}"),
        )
        context.on("request", lambda request: self._follow(request.url, own_address))

    def _hear(self, message) -> None:
        self.heard.append(f"{message.location.get('url', '')}: {message.text}")

    def _follow(self, url: str, own_address: str) -> None:
        if not url.startswith((own_address + "/", "data:", "blob:", "about:")):
            self.heard.append(f"asked another host: {url}")

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.heard if not any(part in one for part in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    listener = Complaints()
    yield listener
    assert listener.unexpected == []


@pytest.fixture
def new_visitor(new_context, live_server, complaints) -> Callable[..., BrowserContext]:
    """Another browser with cookies of its own: new_visitor(viewport={"width": 390, "height": 844})."""

    def visit(**options) -> BrowserContext:
        context = new_context(base_url=live_server, **options)
        context.set_default_timeout(PATIENCE_MS)
        complaints.listen_to(context, live_server)
        return context

    return visit


@pytest.fixture
def context(new_visitor) -> BrowserContext:
    return new_visitor()


@pytest.fixture
def sign_in(app) -> Callable[[Page, User], None]:
    """sign_in(page, user): as from a link in a mail, by pressing the button."""

    def by_link(page: Page, user: User) -> None:
        page.goto(f"/sign-in/{accounts.make_link(user, by=user)}")
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    return by_link


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """axe(page) fails with every breach of WCAG 2.2 AA that the engine finds on the page as it stands.

    After a click that leads elsewhere, `expect` something first that only the new page shows.
    """

    def check(page: Page) -> None:
        page.wait_for_load_state("load")  # after a click, words may be there before the style sheets
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [
            (rule["id"], rule["help"], [node["target"] for node in rule["nodes"][:3]]) for rule in found
        ] == []

    return check


# -- the camera ------------------------------------------------------------------------------


class Camera:
    """What the browser's camera sees. The browser looks anew whenever a page asks for the camera."""

    SIZE = (640, 480)
    WALL = (120, 125, 130)

    def __init__(self, file: Path) -> None:
        self.file = file

    def show(self, card: Image.Image | bytes, side: int = 360) -> None:
        """A card, as a picture or the bytes of one, held in the middle before a grey wall."""
        picture = Image.open(io.BytesIO(card)) if isinstance(card, bytes) else card
        frame = Image.new("RGB", self.SIZE, self.WALL)
        sized = picture.convert("RGB").resize((side, side))
        frame.paste(sized, ((self.SIZE[0] - side) // 2, (self.SIZE[1] - side) // 2))
        self._write(frame)

    def show_code(self, text: str) -> None:
        """A QR code with any text in it."""
        card = qrcode.QRCode(border=4, box_size=8)
        card.add_data(text)
        self.show(card.make_image().get_image())

    def show_nothing(self) -> None:
        self._write(Image.new("RGB", self.SIZE, self.WALL))

    def _write(self, frame: Image.Image) -> None:
        jpeg = io.BytesIO()
        frame.save(jpeg, "JPEG", quality=85, subsampling="4:2:0")
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(jpeg.getvalue() * 2)  # a film of two frames that are alike
        os.replace(fresh, self.file)


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    Camera(file).show_nothing()
    return file


@pytest.fixture
def camera(camera_file) -> Iterator[Camera]:
    lens = Camera(camera_file)
    lens.show_nothing()
    yield lens
    lens.show_nothing()


@pytest.fixture
def doors(app):
    return phones.Doors()


@pytest.fixture
def engine(new_context, live_server):
    """engine(device, secret): the engine alone on an empty page, with its list; the server is reached through `via`."""

    def begin(device=None, secret=None, *, via=live_server, context=None, before=None):
        context = context or new_context()
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.route(
            "**/bare",
            lambda route: route.fulfill(body="<!doctype html><html lang=vi>", content_type="text/html"),
        )
        page.goto(f"{via}/bare")
        page.evaluate(phones.BEGIN, [device and phones.enrolled(device, secret), "/api/v1"])
        return page

    return begin
