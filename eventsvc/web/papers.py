"""Papers that the browser shows, named in their language, and in plain letters for programs that know no other."""

import re
import unicodedata
from urllib.parse import quote

from flask import Response, request

from eventsvc.text import clean

LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_NO_DECOMPOSITION = {ord("đ"): "d", ord("Đ"): "D", ord("–"): "-", ord("—"): "-"}


def paper(body: bytes, name: str, *, keep: bool = False) -> Response:
    """A PDF that the browser shows, and saves under this name. With `keep`, for what everybody may know, it may hold
    on to it and asks whether it has changed."""
    response = Response(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = disposition("inline", name)
    if not keep:
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


def disposition(kind: str, name: str) -> str:
    """The header for a name in any language (RFC 6266), its ending kept however long it is."""
    stem, dot, ending = name.rpartition(".")
    stem = clean(_NOT_IN_NAMES.sub(" ", stem))[:LONGEST_NAME].strip(" .")
    full = f"{stem}{dot}{ending}"
    return f"{kind}; filename=\"{_ascii(full)}\"; filename*=UTF-8''{quote(full, safe='')}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_NO_DECOMPOSITION)).encode("ascii", "ignore")
    return _NOT_IN_NAMES.sub(" ", " ".join(plain.decode("ascii").split()))
