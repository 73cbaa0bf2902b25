"""How much a request may carry: little by default, more only where a view says so."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

FIELDS_BESIDE_A_FILE = 1024 * 1024
_BLOCK = 64 * 1024
_READ_AHEAD = 4 * _BLOCK


def init_app(app: Flask) -> None:
    """Register before anything that reads the form (CSRF protection does)."""
    app.before_request(_limit)


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view takes a file of up to UPLOAD_LIMIT bytes; every other request stops at MAX_CONTENT_LENGTH."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_files_up_to(limit: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view takes a file of as many bytes as this setting says, and answers itself when there are more.

    Of a request that announces more, only the fields before the file are read: the view is called with them and
    without the file, and `is_too_large()` says why. So it can answer 413 at once with what was typed.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.file_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def is_too_large() -> bool:
    """Whether this request was too large for its view, and its file has not been read."""
    return bool(g.get("file_is_too_large", False))


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = current_app.config["UPLOAD_LIMIT"]
    elif setting := getattr(view, "file_limit", None):
        limit = current_app.config[setting] + FIELDS_BESIDE_A_FILE
        request.max_content_length = limit
        if (request.content_length or 0) > limit and request.mimetype == "multipart/form-data":
            _read_fields_only()


def _read_fields_only() -> None:
    """Put the fields that stand before the first file in place of the form, and leave the rest unread."""
    g.file_is_too_large = True
    boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
    fields = _fields_in(request.environ["wsgi.input"], boundary) if boundary else []
    request.form = ImmutableMultiDict(fields)
    request.files = ImmutableMultiDict()
    request.stream = BytesIO()


def _fields_in(stream: Any, boundary: bytes) -> list[tuple[str, str]]:
    decoder = MultipartDecoder(boundary, max_parts=100)
    fields: list[tuple[str, str]] = []
    name, value, read = None, b"", 0
    try:
        while read < _READ_AHEAD and (block := stream.read(_BLOCK)):
            read += len(block)
            decoder.receive_data(block)
            while not isinstance(event := decoder.next_event(), NeedData):
                if isinstance(event, File):
                    return fields
                if isinstance(event, Field):
                    name, value = event.name, b""
                elif isinstance(event, Data) and name is not None:
                    value += event.data
                    if not event.more_data:
                        fields.append((name, value.decode("utf-8", "replace")))
                        name = None
    except ValueError:  # no multipart form after all
        return []
    return fields
