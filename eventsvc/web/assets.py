"""Our static files under names that change with their content: browsers may keep them for a year.

`asset("css/base.css")` in a template gives `/static/css/base.<hash>.css`. References between our own files
(fonts in a style sheet, imports in a module) are rewritten to such names too. A file is also served under its
plain name, to be asked for again every time: a service worker, for instance, needs an address that stays.
"""

import gzip
import hashlib
import mimetypes
import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

FOLDER = Path(__file__).resolve().parent.parent / "static"
YEAR = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
COMPRESSED = {".css", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"}
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<ending>\.[a-z0-9]+)$")
REFERENCE = re.compile(
    r"""(?P<before>url\(["']?|["'])(?P<path>\.{1,2}/[A-Za-z0-9_./-]+\.[a-z0-9]+)(?=["')])"""
)


@dataclass(frozen=True)
class Asset:
    """One static file as it is served."""

    path: str
    content: bytes

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.content, compresslevel=9, mtime=0)

    @property
    def hashed_path(self) -> str:
        stem, dot, ending = self.path.rpartition(".")
        return f"{stem}.{self.hash}{dot}{ending}"

    @property
    def ending(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def content_type(self) -> str:
        return (
            TYPES.get(self.ending or ".txt")
            or mimetypes.guess_type(self.path)[0]
            or "application/octet-stream"
        )


def init_app(app: Flask) -> None:
    """Serve the static folder and give templates `asset()`; make the app with static_folder=None."""
    app.add_url_rule("/static/<path:filename>", "static", static_file)
    app.jinja_env.globals["asset"] = asset_url


def asset_url(path: str) -> str:
    """The address of a static file, changing with its content; LookupError for an unknown file."""
    asset = find(path)
    if asset is None:
        raise LookupError(f"no static file {path!r}")
    return f"{request.script_root if request else ''}/static/{quote(asset.hashed_path)}"


def static_file(filename: str) -> Response:
    """A static file: to keep for a year under its hashed name, to ask for again under any other.

    The hashed name of an earlier version gives today's file, for pages that were open during an upgrade.
    """
    match = HASHED.match(filename)
    asset = find(match["stem"] + match["ending"]) if match else find(filename)
    if asset is None:
        abort(404)
    return respond(asset, YEAR if match and match["hash"] == asset.hash else "no-cache")


static_file.is_public = True  # type: ignore[attr-defined]


def respond(asset: Asset, cache_control: str) -> Response:
    """The file, compressed if the client takes it, or 304 if the client has it."""
    response = Response(asset.content, content_type=asset.content_type)
    response.headers["Cache-Control"] = cache_control
    response.set_etag(asset.hash)
    if asset.ending in COMPRESSED:
        response.vary.add("Accept-Encoding")
        encoding, content = packed(asset)
        if content is not None:
            response.set_data(content)
            response.content_encoding = encoding
            response.set_etag(f"{asset.hash}-{encoding}")
    if asset.path.endswith("-worker.js"):
        response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response.make_conditional(request)


def packed(asset: Asset) -> tuple[str, bytes | None]:
    """The smallest form the client takes: brotli where it was stored beside the file, else gzip."""
    brotli = find(f"{asset.path}.br") if request.accept_encodings.quality("br") > 0 else None
    if brotli is not None:
        return "br", brotli.content
    return ("gzip", asset.gzipped) if request.accept_encodings.quality("gzip") > 0 else ("identity", None)


def find(path: str) -> Asset | None:
    """The file at this path of the static folder, or None; read again when it has changed."""
    full = safe_join(str(FOLDER), path)
    if full is None or not os.path.isfile(full):  # which takes a name that is too long for a no
        return None
    return load(path, newest() if current_app.debug else 0)


def newest() -> int:
    """When anything in the static folder changed last, for somebody who is working on it."""
    return max(file.stat().st_mtime_ns for file in FOLDER.rglob("*") if file.is_file())


@lru_cache(maxsize=512)
def load(path: str, version: int, within: tuple[str, ...] = ()) -> Asset:
    """Read a file and point its references to hashed names; files of others stay as they are."""
    content = (FOLDER / path).read_bytes()
    if PurePosixPath(path).suffix in (".css", ".js") and not path.startswith("vendor/"):
        content = rewritten(path, version, within, content.decode("utf-8")).encode("utf-8")
    return Asset(path, content)


def rewritten(path: str, version: int, within: tuple[str, ...], text: str) -> str:
    """The text with relative references to files that exist turned into hashed ones; a circle stays plain."""

    def hashed(match: re.Match[str]) -> str:
        target = normal(PurePosixPath(path).parent / match["path"])
        if target is None or target in (*within, path) or not (FOLDER / target).is_file():
            return match[0]
        folders, slash, _name = match["path"].rpartition("/")
        name = PurePosixPath(load(target, version, (*within, path)).hashed_path).name
        return match["before"] + folders + slash + name

    return REFERENCE.sub(hashed, text)


def normal(path: PurePosixPath) -> str | None:
    """The path without "..", or None if it leaves the static folder."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
