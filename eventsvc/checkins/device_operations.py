"""What changes about a device after it was enrolled: what it tells about itself, and what it was refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsvc import clock
from eventsvc.accounts.models import ApiToken
from eventsvc.audit.operations import record
from eventsvc.checkins.models import Device
from eventsvc.db import atomic
from eventsvc.sites.models import Site


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
