"""The page at the door, what keeps it on the phone, and the page that turns a phone into a device.

None holds data of its own. The page comes in either language by `?language=`, so that a phone can keep both.
"""

import hashlib
import json
import re
from pathlib import PurePosixPath

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc.accounts.access import public
from eventsvc.checkins import device_queries, scanner_words
from eventsvc.web import assets
from eventsvc.web.filters import current_locale

bp = Blueprint("scanner", __name__)

WORKER = "js/scan-offline-worker.js"
WORKER_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ICON_SIZES = (192, 512)

_NAMED = re.compile(r"""/static/([^"'()\s#?&]+)""")
_PROOF = re.compile(r'<input type="hidden" name="csrf_token"[^>]*>')


@bp.get("/scan")
@public
def scan() -> Response:
    language = request.args.get("language")
    wanted = language if language in scanner_words.LANGUAGES else current_locale()
    answer = make_response(_page(wanted))
    answer.headers["Content-Language"] = wanted
    return answer


@bp.get("/scan/worker.js")
@public
def worker() -> Response:
    """The service worker, with the names of all files of the page: another page makes another worker."""
    pages = {language: url_for(".scan", language=language) for language in scanner_words.LANGUAGES}
    texts = [_PROOF.sub("", _page(language)) for language in scanner_words.LANGUAGES]
    files = [f"{request.script_root}/static/{path}" for path in files_of(*texts)]
    program = assets.find(WORKER)
    version = hashlib.sha256("\n".join([*texts, *files, program.hash]).encode()).hexdigest()[:12]
    named = {"VERSION": version, "PAGE": url_for(".scan"), "PAGES": pages, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in named.items())
    answer = Response(head.encode() + program.content, content_type=program.content_type)
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = WORKER_POLICY
    answer.headers["Service-Worker-Allowed"] = url_for(".scan")
    answer.set_etag(version)
    return answer.make_conditional(request)


@bp.get("/scan/app.webmanifest")
@public
def manifest() -> Response:
    """What makes the page an app of the phone."""
    with force_locale("vi"):
        name, short_name = _("Scan passes"), _("Check-in")
    icons = [{"src": assets.asset_url("mark.svg"), "type": "image/svg+xml", "sizes": "any"}]
    icons += [
        {
            "src": assets.asset_url(f"app-{size}.png"),
            "type": "image/png",
            "sizes": f"{size}x{size}",
            "purpose": purpose,
        }
        for size in ICON_SIZES
        for purpose in ("any", "maskable")
    ]
    body = {
        "id": url_for(".scan"),
        "name": name,
        "short_name": short_name,
        "start_url": url_for(".scan"),
        "scope": url_for(".scan"),
        "display": "standalone",
        "lang": "vi",
        "background_color": "#fbf8f1",
        "theme_color": "#971b1e",
        "icons": icons,
    }
    answer = Response(json.dumps(body, ensure_ascii=False), content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/scan/enrol/<token>")
@public
def enrol(token):
    """Shows which device it will be; the button enrols it. Opening the page changes nothing."""
    enrolment = device_queries.usable_enrolment(token)
    page = render_template("checkins/enrol.html", enrolment=enrolment, token=token)
    return page, 200 if enrolment else 410


def _page(language: str) -> str:
    with force_locale(language):
        return render_template("checkins/scan.html", words=scanner_words.words(), lights=scanner_words.LIGHTS)


# --- Which files the page needs: found, never listed by hand ------------------------------------------------


def files_of(*pages: str) -> list[str]:
    """The paths below /static/, as they are served, of what these pages name and of what that names in turn."""
    waiting = {path for page in pages for path in _NAMED.findall(page)}
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        asset = _asset(path)
        if asset is not None and path not in found:
            found.add(path)
            waiting |= _named_in(path, asset)
    return sorted(found)


def _named_in(path: str, asset: assets.Asset) -> set[str]:
    """What a style sheet or a program names, beside itself; those of others stand alone."""
    if asset.ending not in (".css", ".js") or asset.path.startswith("vendor/"):
        return set()
    folder = PurePosixPath(path).parent
    named = (match["path"] for match in assets.REFERENCE.finditer(asset.content.decode("utf-8")))
    return {target for one in named if (target := assets.normal(folder / one)) and _asset(target)}


def _asset(path: str) -> assets.Asset | None:
    match = assets.HASHED.match(path)
    return assets.find(match["stem"] + match["ending"]) if match else assets.find(path)
