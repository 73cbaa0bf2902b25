"""Every change of devices and scans: enrolling, scanning, checking in by name, undoing."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts import queries as tokens
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import PERMISSIONS, Permission, Role
from eventsvc.audit.operations import record
from eventsvc.checkins import (
    answers,
    device_queries,
    gathering_operations,
    items,
    lookups,
    queries,
    recording_operations,
)
from eventsvc.checkins.items import Count
from eventsvc.checkins.lookups import Door
from eventsvc.checkins.models import Device, Enrolment, Profile, ScanKind, ScanMode, StoreEpoch
from eventsvc.checkins.uploads import Sent, Unheard, Upload
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.sitting_rules import ALWAYS, Doors
from eventsvc.guests.models import Guest
from eventsvc.sites.models import Site

ENROLMENT_LIFETIME = timedelta(days=7)


class EnrolmentSpent(DomainError):
    status, code = 410, "enrolment_spent"


class NoDevice(DomainError):
    status, code = 401, "unknown_device"


# --- Devices ----------------------------------------------------------------------------------------------


@atomic()
def create_enrolment(
    event: Event,
    *,
    site: Site | None,
    name: str,
    profile: Profile = Profile.SCAN,
    hours: Doors = ALWAYS,
    by: Any,
) -> tuple[Enrolment, str]:
    """An invitation for one device, and the token that its QR code carries. It lets people in during the `hours`."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Give the device a name, for instance the door it stands at."), field="name")
    if hours.opens is not None and hours.closes is not None and hours.closes <= hours.opens:
        raise Invalid(_("The hours end before they begin."), field="closes_at")
    token, now = secrets.new_token(), clock.now()
    enrolment = Enrolment(
        event=event,
        site=site,
        name=name[:120],
        profile=profile,
        opens_at=hours.opens,
        closes_at=hours.closes,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
        created_by_id=by.id if by is not None and by.actor_kind == "user" else None,
        created_at=now,
        expires_at=now + ENROLMENT_LIFETIME,
    )
    db.session.add(enrolment)
    db.session.flush()
    record(by, "enrolment.created", enrolment, event=event, site_id=enrolment.site_id, profile=profile.value)
    return enrolment, token


@atomic()
def withdraw_enrolment(enrolment: Enrolment, *, by: Any) -> None:
    """The QR code opens nothing from now on; safe to repeat."""
    if enrolment.used_at is None and enrolment.expires_at > clock.now():
        enrolment.expires_at = clock.now()
        record(by, "enrolment.withdrawn", enrolment, event=enrolment.event)


@atomic()
def enrol(token: str) -> tuple[Device, str]:
    """The device that an enrolment was made for, and its API token, which is shown once."""
    enrolment = device_queries.usable_enrolment(token)
    spent = enrolment is not None and db.session.execute(
        sa.update(Enrolment)
        .where(Enrolment.id == enrolment.id, Enrolment.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if not spent or spent.rowcount != 1:  # type: ignore[attr-defined]
        raise EnrolmentSpent(_("This code has been used or has lapsed. Ask for a new one."))
    assert enrolment is not None
    api_token, secret = accounts.create_token(
        Role.DOOR, name=enrolment.name, event_id=enrolment.event_id, site_id=enrolment.site_id
    )
    hours = Doors(enrolment.opens_at, enrolment.closes_at)
    device = _add_device(api_token, enrolment.name, enrolment.profile, hours)
    enrolment.device_id = device.id
    record(device, "device.enrolled", device, event=device.event, site_id=device.site_id)
    return device, secret


def device_for(api_token: ApiToken) -> Device:
    """The device that holds the token; a token made by command gets its device at its first use."""
    device = device_queries.device_by_token(api_token.id)
    if device is not None:
        return device
    if api_token.event_id is None:
        raise NoDevice(_("This token belongs to no event and cannot scan."))
    try:
        return _first_use(api_token)
    except IntegrityError:  # two first uses at the same moment
        return _known(device_queries.device_by_token(api_token.id))


@atomic()
def _first_use(api_token: ApiToken) -> Device:
    device = device_queries.device_by_token(api_token.id)
    if device is None:
        may_annul = Permission.ANNUL_SCAN in PERMISSIONS[api_token.role]
        profile = Profile.SUPERVISOR if may_annul else Profile.SEARCH
        device = _add_device(
            api_token, api_token.name or _("Device %(number)s", number=api_token.id), profile
        )
        record(api_token, "device.enrolled", device, event=device.event, site_id=device.site_id)
    return device


def _add_device(api_token: ApiToken, name: str, profile: Profile, hours: Doors = ALWAYS) -> Device:
    device = Device(
        event_id=api_token.event_id,
        site_id=api_token.site_id,
        token=api_token,
        name=name[:120],
        profile=profile,
        opens_at=hours.opens,
        closes_at=hours.closes,
        enrolled_at=clock.now(),
    )
    db.session.add(device)
    if device_queries.store_epoch() is None:
        db.session.add(StoreEpoch(id=1, value=uuid4().hex))
    db.session.flush()
    return device


def _known(device: Device | None) -> Device:
    if device is None:
        raise NoDevice(_("This device is not known here."))
    return device


@atomic()
def revoke_device(device: Device, *, by: Any) -> None:
    """From the next request on the device opens nothing; what it still sends is put aside. Safe to repeat."""
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        accounts.revoke_token(device.token, by=by)
        record(by, "device.revoked", device, event=device.event, site_id=device.site_id)


def door_for(secret: str) -> tuple[Door, Role]:
    """The reach of whoever holds the token, live or revoked, and the role it was given for."""
    found = lookups.door_of_secret(secrets.digest(secret), clock.now())
    if found is not None:
        return found
    token = tokens.api_token(secret)
    if token is None:
        raise NoDevice(_("This device is not known here."))
    if Permission.SCAN not in PERMISSIONS[token.role]:
        raise NotFound(_("There is nothing at this address."))
    return door_of(device_for(token)), token.role


def scanning_door_for(secret: str) -> Door:
    """The same for whoever may scan; for others there is nothing here."""
    door, role = door_for(secret)
    _require_scanning(role)
    return door


def _require_scanning(role: Role) -> None:
    if Permission.SCAN not in PERMISSIONS[role]:
        raise NotFound(_("There is nothing at this address."))


def door_of(device: Device) -> Door:
    """The reach of a device."""
    door = lookups.door_of_token(device.token_id)
    assert door is not None
    return door


# --- Scans ------------------------------------------------------------------------------------------------


class TooManyUnknown(DomainError):
    """A device tries codes: its unknown ones must wait, its valid ones need not."""

    status, code = 429, "too_many_unknown_codes"

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("This device has sent too many unknown codes. It may send more in a moment."))
        self.retry_after = retry_after


def record_scans(
    device: Device | Door,
    batch: Sequence[Any],
    *,
    device_clock: datetime | str | None = None,
    counter: Count | None = None,
) -> list[dict[str, Any]]:
    """Store what a device saw: one result for each scan, as the contract words it.

    Safe to repeat: a scan that is stored already gets its first answer again and changes nothing.
    """
    door = device if isinstance(device, Door) else door_of(device)
    measured, arrival, read = _as_sent(batch, device_clock)
    return _told(gathering_operations.stored(Sent(door, None, read, arrival, measured, counter)))


def record_scans_of(
    secret: str,
    batch: Sequence[Any],
    *,
    device_clock: datetime | str | None = None,
    counter: Count | None = None,
) -> tuple[Door, list[dict[str, Any]]]:
    """The same for whoever holds the token, who is found by the statement that reads what the scans need."""
    measured, arrival, read = _as_sent(batch, device_clock)

    sent = Sent(None, secrets.digest(secret), read, arrival, measured, counter)
    try:
        upload = gathering_operations.stored(sent)
    except Unheard:  # or one that has its first scan in hand
        door = scanning_door_for(secret)
        upload = gathering_operations.stored(Sent(door, None, read, arrival, measured, counter))
    return upload.door, _told(upload)


def _as_sent(
    batch: Sequence[Any], device_clock: datetime | str | None
) -> tuple[datetime | None, datetime, list[Any]]:
    measured = device_clock if isinstance(device_clock, datetime) else items.moment(device_clock)
    return measured, clock.now(), [items.read(raw) for raw in batch]


def _told(upload: Upload) -> list[dict[str, Any]]:
    if upload.wait_seconds is not None:
        _note_flood(upload.door)
        raise TooManyUnknown(upload.wait_seconds)
    return answers.wire(upload)


@atomic()
def _note_flood(door: Door) -> None:
    """An alarm in the log of the event, once a minute for a device."""
    if not device_queries.has_flood_entry(
        door.actor_id, clock.now() - recording_operations.MOST_UNKNOWN_WITHIN
    ):
        device = db.session.get(Device, door.device_id)
        record(door, "device.flooding", device, event=device.event if device else None)


@atomic()
def check_in_by_name(
    guest: Guest, sitting: Sitting, site: Site, *, by: Any, reason: str | None = None
) -> dict[str, Any]:
    """Let somebody in at the desk; another site than theirs needs a reason. The result says what happened."""
    return by_hand(
        guest.event,
        {"guest": guest.id, "sitting": sitting.number, "site": site.code, "kind": ScanKind.ENTRY.value},
        reason=reason,
        by=by,
    )


@atomic()
def annul_entries(
    guest: Guest,
    sitting: Sitting,
    *,
    by: Any,
    reason: str | None,
    site_ids: Collection[int] | None = None,
) -> int:
    """Undo that somebody is in: every entry that stands, at the sites in reach, is annulled; returns how many. Safe to
    repeat."""
    if not (reason or "").strip():
        raise Invalid(_("Say why, so that the record explains itself."), field="reason")
    entries = [
        entry for entry in queries.entries_of(guest, sitting) if site_ids is None or entry.site_id in site_ids
    ]
    for entry in entries:
        undo = {"annuls": entry.scan_id, "sitting": sitting.number, "kind": ScanKind.ANNUL.value}
        if entry.site is not None:
            undo["site"] = entry.site.code
        by_hand(guest.event, undo, reason=reason, by=by)
    return len(entries)


@atomic()
def by_hand(event: Event, scan: dict[str, Any], *, reason: str | None, by: Any) -> dict[str, Any]:
    """A scan that somebody at the desk makes; a code that is read there counts as read at a door with network."""
    now = clock.now()
    mode = ScanMode.ONLINE if "code" in scan and not reason else ScanMode.MANUAL
    raw = {
        **scan,
        "scan_id": str(uuid4()),
        "mode": mode.value,
        "scanned_at": now.isoformat(),
        "reason": reason,
    }
    upload = Upload(desk(event, by), [items.read(raw)], now, now)
    recording_operations.store([upload])
    [result] = answers.wire(upload)
    return result


def desk(event: Event, by: Any) -> Door:
    """The reach of somebody at the desk: the page has checked where they may act."""
    return Door(
        event.id,
        event.created_at,
        event.cancelled_at,
        None,
        None,
        Profile.SUPERVISOR,
        None,
        by.actor_kind,
        by.id,
    )
