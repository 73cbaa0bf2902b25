"""Several devices at once, and what changes about one after it was enrolled: by people, and by its own words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.models import ApiToken
from eventsvc.audit.operations import record
from eventsvc.checkins import operations
from eventsvc.checkins.models import Device, Enrolment, FormerPlace, Profile
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.events.sitting_rules import Doors
from eventsvc.rows import assign, lock
from eventsvc.sites.models import Site

MOST_AT_ONCE = 20
"""Devices of one kind at one site."""


@atomic()
def create_enrolments(
    event: Event,
    sites: Collection[Site | None],
    names: Collection[str],
    *,
    profile: Profile,
    hours: Doors,
    by: Any,
) -> list[Enrolment]:
    """An invitation for a device of each of these names at each of the sites."""
    return [
        operations.create_enrolment(event, site=site, name=name, profile=profile, hours=hours, by=by)[0]
        for site in sites
        for name in names
    ]


def numbered(name: str, number: int) -> list[str]:
    """The names of several devices of a kind: Cửa 1, Cửa 2."""
    return [name] if number == 1 else [f"{name[:112]} {place + 1}" for place in range(number)]


@atomic()
def note_printed(event: Event, enrolments: Collection[Enrolment], *, by: Any) -> None:
    """Write into the log that the codes of these devices were printed: whoever holds the sheet may enrol one."""
    record(by, "enrolments.printed", event, event=event, count=len(enrolments))


@atomic()
def edit_device(device: Device, changes: Mapping[str, Any], *, version: int | None, by: Any) -> None:
    """Set name, site, profile and hours. Its list follows, and a device that is in use hears of it by itself; what it
    still holds of another site counts there."""
    lock(device, version)
    stood_at = device.site_id
    opens, closes = changes["opens_at"], changes["closes_at"]
    if opens is not None and closes is not None and closes <= opens:
        raise Invalid(_("The hours end before they begin."), field="closes_at")
    changed = assign(device, changes, EDITABLE)
    if "site" in changed:
        device.token.site_id = device.site.id if device.site else None
        db.session.add(FormerPlace(device_id=device.id, site_id=stood_at, until=clock.now()))
    if changed:
        record(by, "device.edited", device, event=device.event, fields=changed)


EDITABLE = frozenset({"name", "site", "profile", "opens_at", "closes_at"})


@dataclass(frozen=True)
class Told:
    """What a device says about itself: its clock, its queue, the list it holds, its battery. None: it did not say."""

    device_clock: datetime | None = None
    waiting: int | None = None
    bundle: str | None = None
    bundle_at: datetime | None = None
    battery: int | None = None
    is_charging: bool | None = None


@atomic()
def tell(device: Device, told: Told) -> None:
    """Remember what the device says about itself now. The last word counts; what it leaves out is unknown again."""
    now = clock.now()
    device.seen_at = device.told_at = now
    if told.device_clock is not None:
        device.clock_offset_ms = (now - told.device_clock) // timedelta(milliseconds=1)
    device.waiting = told.waiting
    device.bundle, device.bundle_at = told.bundle, told.bundle_at
    device.battery, device.is_charging = told.battery, told.is_charging


@atomic()
def note_foreign_list(by: Device | ApiToken, device: Device, site: Site | None) -> None:
    """Write into the log that a device asked for people of a site that it does not act for."""
    record(by, "device.asked_elsewhere", by, event=device.event, site_id=site.id if site else None)
