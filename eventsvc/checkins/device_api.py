"""What a device asks for itself: its list, people by name. And what it tells about itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.accounts.permissions import PERMISSIONS, Permission
from eventsvc.checkins import (
    bundle_queries,
    device_operations,
    device_queries,
    door_search_queries,
    items,
    operations,
)
from eventsvc.checkins.api import bearer, no_device, read_body
from eventsvc.checkins.device_operations import Told
from eventsvc.checkins.models import Device
from eventsvc.checkins.operations import NoDevice
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.sitting_rules import Doors
from eventsvc.extensions import csrf, limiter
from eventsvc.web.filters import day_and_time

bp = Blueprint("device_api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)
bp.register_error_handler(NoDevice, no_device)

MOST_WAITING = 1_000_000
LONGEST_BUNDLE = 64

View = TypeVar("View", bound=Callable[..., Any])


class DeviceRevoked(NoDevice):
    status, code = 401, "device_revoked"


class EventOver(DomainError):
    status, code = 410, "event_over"


class OutsideHours(DomainError):
    status, code = 403, "outside_hours"


def for_a_device(view: View) -> View:
    """Only for a device that may act: unlike an upload, nothing here is heard from one that was shut out."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        held = device_queries.holder(bearer())
        if held is None:
            raise NoDevice(_("This device is not known here."))
        if Permission.SCAN not in PERMISSIONS[held.token.role]:
            raise NotFound(_("There is nothing at this address."))
        if not held.is_live(clock.now()):
            raise DeviceRevoked(_("This device has been shut out. Ask the organizer for a new code."))
        g.held = held
        return view(*args, **kwargs)

    guarded.permission = Permission.SCAN  # type: ignore[attr-defined]
    guarded.identifies_its_caller = True  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _token_hash() -> str:
    """Whom a limit counts: the device, not the network that many of them share."""
    return secrets.digest(bearer())


@bp.get("/devices/me/bundle")
@limiter.limit("30 per minute", key_func=_token_hash)
@for_a_device
def bundle() -> Any:
    """The list of the device's own site; nothing when it holds the same one already."""
    device = _device_in_time()
    made = bundle_queries.bundle(device, bearer(), is_held=request.if_none_match.contains_weak)
    response = jsonify(made.body) if made.body else Response(status=304)
    response.set_etag(made.version)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/devices/me/status")
@limiter.limit("60 per minute", key_func=_token_hash)
@for_a_device
def status() -> Any:
    """Take what the device tells about itself; tell it the time and which list is the right one."""
    told = _told(read_body())
    device = g.held.device if g.held.is_enrolled else operations.device_for(g.held.token)
    device_operations.tell(device, told)
    over = bundle_queries.is_over(device.event, clock.now())
    return jsonify(
        server_time=clock.now().isoformat(),
        store_epoch=device_queries.store_epoch() or "",
        bundle=None if over else bundle_queries.version(device),
        opens_at=_iso(device.opens_at),
        closes_at=_iso(device.closes_at),
        wipe_at=_iso(bundle_queries.wipe_at(device.event)),
    )


@bp.get("/devices/me/guests")
@limiter.limit("120 per minute", key_func=_token_hash)
@for_a_device
def guests() -> Any:
    """People by name, diacritics ignored, for a device that may search: those of its own site first."""
    device = _device_in_time()
    if device.profile not in bundle_queries.SEARCHING:
        raise NotFound(_("There is nothing at this address."))
    if not Doors(device.opens_at, device.closes_at).are_open(clock.now()):
        raise OutsideHours(_("This device works from %(opens)s to %(closes)s.", **_hours(device)))
    found = door_search_queries.found(device, request.args.get("q", ""))
    return jsonify(items=[row.told() for row in found])


def _device_in_time() -> Device:
    """The device that asks, for its own site and while the event's data may be held."""
    device = g.held.device
    asked = request.args.get("site")
    if asked is not None and not (device.site and device.site.code == asked):
        site = device_queries.site_by_code(device.event_id, asked)
        if device.site_id is not None or site is None:
            device_operations.note_foreign_list(g.held.actor, device, site)
            raise NotFound(_("There is nothing at this address."))
    if bundle_queries.is_over(device.event, clock.now()):
        raise EventOver(_("The event is over. Its list is no longer given out; scans are still taken."))
    return device


def _told(body: dict[str, Any]) -> Told:
    """What can be read of a device's own words; the rest counts as not said."""
    charging = body.get("charging")
    measured = items.moment(body.get("device_clock"))
    return Told(
        device_clock=measured,
        waiting=_whole(body.get("waiting"), MOST_WAITING),
        bundle=_name(body.get("bundle")),
        bundle_at=_taken_at(body.get("bundle_at"), measured),
        battery=_whole(body.get("battery"), 100),
        is_charging=charging if isinstance(charging, bool) else None,
    )


def _name(value: Any) -> str | None:
    is_name = isinstance(value, str) and 0 < len(value) <= LONGEST_BUNDLE and value.isprintable()
    return value if is_name else None


def _whole(value: Any, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        return None
    return round(value)


def _taken_at(value: Any, measured: datetime | None) -> datetime | None:
    """When the device got its list: in milliseconds since 1970, as the list itself says, or by its own clock, which is
    put right. Never later than now."""
    now = clock.now()
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**14:
        return min(items.EPOCH + timedelta(milliseconds=value), now)
    moment = items.moment(value)
    if moment is None or measured is None:
        return moment and min(moment, now)
    try:
        return min(moment + (now - measured), now)
    except OverflowError:
        return now


def _hours(device: Device) -> dict[str, str]:
    return {"opens": _clock(device.opens_at), "closes": _clock(device.closes_at)}


def _clock(moment: datetime | None) -> str:
    return day_and_time(moment) if moment is not None else "…"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
