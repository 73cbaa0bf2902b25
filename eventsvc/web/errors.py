"""Error answers: a sentence for the person, a code for the machine, never a trace."""

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from eventsvc.errors import DomainError, StaleEdit
from eventsvc.rows import removed

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, csrf_missing)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(ObjectDeletedError, gone)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def wants_json() -> bool:
    return request.path.startswith("/api/")


def refused(error: DomainError) -> tuple[Response | str, int]:
    return _answer(error.status, error.code, str(error), "errors/refused.html", error=error)


def stale(error: StaleDataError) -> tuple[Response | str, int]:
    return refused(StaleEdit(_("Someone else saved this while you were editing. Load the page again.")))


def gone(error: ObjectDeletedError) -> tuple[Response | str, int]:
    return refused(removed())


def csrf_missing(error: CSRFError) -> tuple[Response | str, int]:
    message = _("The form has lapsed. Go back, load the page again and send it once more.")
    return _answer(400, "csrf", message, "errors/page.html")


def http_error(error: HTTPException) -> Response | tuple[Response | str, int]:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    sentences = {
        400: _("The request could not be understood."),
        404: _("There is nothing at this address."),
        405: _("This address does not take that kind of request."),
        413: _("What was sent is too large."),
        415: _("This kind of content is not accepted here."),
        429: _("Too many requests. Please wait a little."),
    }
    codes = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
             415: "unsupported_media_type", 422: "invalid", 429: "too_many_requests"}  # fmt: skip
    code = codes.get(status, "http_error")
    template = f"errors/{status}.html" if status in {403, 404, 413, 429} else "errors/page.html"
    sentence = sentences.get(status, _("The request was refused."))
    if fields := _fields_at_fault(error):
        sentence = _("Please correct the following") + ": " + fields
    body, status = _answer(status, code, sentence, template)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return body, status, {"Allow": ", ".join(error.valid_methods)}  # type: ignore[return-value]
    if status == 429 and getattr(error, "limit", None) is not None:
        return body, status, {"Retry-After": "60"}  # type: ignore[return-value]
    return body, status


def _fields_at_fault(error: HTTPException) -> str:
    """The parameters that the API's schemas refused, by name."""
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    places = [fields for fields in messages.values() if isinstance(fields, dict)]
    return ", ".join(sorted({str(name) for fields in places for name in fields}))


def broken(error: Exception) -> tuple[Response | str, int]:
    g.user = g.actor = None  # the page of the fault must not ask a database that may be the fault
    log.error("unexpected error", request_id=g.get("request_id"), kind=type(error).__name__, exc_info=error)
    return _answer(
        500, "internal", _("Something went wrong on our side. The fault is recorded."), "errors/500.html"
    )


def _answer(
    status: int, code: str, message: str, template: str, **context: object
) -> tuple[Response | str, int]:
    request_id = g.get("request_id", "")
    if wants_json():
        return jsonify(error={"code": code, "message": message, "request_id": request_id}), status
    page = render_template(
        template, status=status, code=code, message=message, request_id=request_id, **context
    )
    return page, status
