"""Which static files the page at the door needs, so that a phone can keep them all: found, never listed by hand."""

import re
from pathlib import PurePosixPath

from eventsvc.web import assets

_NAMED = re.compile(r"""/static/([^"'()\s#?&]+)""")


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
