"""How much a request may carry: little by default, more only where a view says so."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request


def init_app(app: Flask) -> None:
    """Register before anything that reads the form (CSRF protection does)."""
    app.before_request(_limit)


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view takes a file of up to UPLOAD_LIMIT bytes; every other request stops at MAX_CONTENT_LENGTH."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = current_app.config["UPLOAD_LIMIT"]
