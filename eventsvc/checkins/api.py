"""The interface of the doors: enrol a device, take its scans. Paths are described in `openapi.py`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import items, operations
from eventsvc.checkins.operations import NoDevice, TooManyUnknown
from eventsvc.errors import DomainError
from eventsvc.extensions import csrf, limiter
from eventsvc.web import errors

bp = Blueprint("checkins_api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)

MOST_SCANS = 200
MOST_BYTES = 256 * 1024
LONGEST_NUMBER = 18

View = TypeVar("View", bound=Callable[..., Any])


class BatchTooLarge(DomainError):
    status, code = 413, "batch_too_large"


class NotJson(DomainError):
    status, code = 415, "unsupported_media_type"


class Unparsable(DomainError):
    status, code = 400, "bad_request"


def for_a_door(view: View) -> View:
    """Only for whoever holds a token that may scan. A revoked device is heard, so that nothing gets lost.

    The token is looked up together with its device, in one statement: this is the one hot path.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.door = operations.scanning_door_for(bearer())
        return view(*args, **kwargs)

    return finds_its_door(guarded)


def finds_its_door(view: View) -> View:
    """Like `for_a_door`, but the view itself finds out whose the token is, with what else it must read."""
    view.permission = Permission.SCAN  # type: ignore[attr-defined]
    view.identifies_its_caller = True  # type: ignore[attr-defined]
    return view


@bp.post("/scans")
@finds_its_door
def scans() -> Any:
    """Take up to 200 scans; one result for each, whatever it is worth."""
    try:
        body, batch = _batch()
    except DomainError:
        operations.scanning_door_for(bearer())  # nobody learns more than that who is nobody here
        raise
    try:
        door, results = operations.record_scans_of(
            bearer(),
            batch,
            device_clock=body.get("device_clock"),
            counter=items.counter(body.get("boot_id"), body.get("device_mono")),
        )
    except TooManyUnknown as refusal:
        answer, status = errors.refused(refusal)
        return answer, status, {"Retry-After": str(refusal.retry_after)}
    return jsonify(server_time=clock.now().isoformat(), store_epoch=door.store_epoch or "", results=results)


@limiter.request_filter
def _is_an_upload() -> bool:
    """No limit is searched for before an upload: it has none but that of its unknown codes."""
    return request.endpoint == f"{bp.name}.{scans.__name__}"


def _batch() -> tuple[dict[str, Any], list[Any]]:
    body = read_body()
    batch = body.get("scans")
    if not isinstance(batch, list):
        raise Unparsable(_("The upload needs a list of scans."))
    if len(batch) > MOST_SCANS:
        raise _too_large()
    return body, batch


@bp.post("/devices")
@public
@limiter.limit("60 per minute")
def devices() -> Any:
    """Turn an enrolment token into a device with a token of its own."""
    body = read_body()
    token = body.get("token") or body.get("enrolment") or bearer()
    if not isinstance(token, str) or not token:
        raise Unparsable(_("The enrolment needs its token."))
    device, secret = operations.enrol(token)
    answer = jsonify(
        device=device.id,
        token=secret,
        site=device.site.code if device.site else None,
        profile=device.profile.value,
        name=device.name,
        site_name=device.site.name if device.site else None,
        event=device.event.slug,
        event_title=device.event.title,
    )
    return answer, 201


@bp.errorhandler(NoDevice)
def no_device(error: NoDevice) -> tuple[Response | str, int, dict[str, str]]:
    answer, status = errors.refused(error)
    return answer, status, {"WWW-Authenticate": 'Bearer realm="eventsvc"'}


def bearer() -> str:
    """The token that came with the request; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_body() -> dict[str, Any]:
    """The JSON object that was sent, if it is one and of a bearable size."""
    if request.mimetype != "application/json":
        raise NotJson(_("Send JSON, with the content type application/json."))
    request.max_content_length = MOST_BYTES
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    try:
        body = json.loads(raw.decode("utf-8"), parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise Unparsable(_("The request could not be understood.")) from error
    if not isinstance(body, dict):
        raise Unparsable(_("The request could not be understood."))
    return body


def _whole(digits: str) -> int | float:
    """A number too long to be one of ours must not make the whole upload unreadable."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def _too_large() -> BatchTooLarge:
    return BatchTooLarge(
        _(
            "An upload holds at most %(scans)s scans and %(bytes)s bytes.",
            scans=MOST_SCANS,
            bytes=MOST_BYTES,
        )
    )
