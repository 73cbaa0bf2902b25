"""What a door must have before the event begins, and what a device lacks. Pure: values in, values out.

A day before the start every site that expects guests has a device with its list. An hour before, every device there
has been heard of in the last ten minutes, holds the list of now, and its clock, battery and queue are in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from eventsvc.events.sitting_rules import WITHOUT_END
from eventsvc.sites.models import Site

A_DAY_BEFORE, AN_HOUR_BEFORE = timedelta(hours=24), timedelta(hours=1)
SEEN_WITHIN = timedelta(minutes=10)
MOST_OFFSET = timedelta(minutes=2)
LEAST_BATTERY = 30
TOLD_WITHIN = timedelta(hours=1)
"""What a device said about its battery longer ago says nothing any more."""


class Phase(StrEnum):
    """How near the start is: what is asked depends on it."""

    NO_TIME = "no_time"
    EARLIER = "earlier"
    DAY = "day"
    HOUR = "hour"
    OVER = "over"


class Lack(StrEnum):
    """What is missing at a door, the worst first."""

    NO_DEVICE = "no_device"
    NO_LIST = "no_list"
    NOT_SEEN = "not_seen"
    OLD_LIST = "old_list"
    QUEUE = "queue"
    CLOCK = "clock"
    BATTERY = "battery"


class DeviceLook(NamedTuple):
    """A device as it stands. `is_current`: whether it holds the list of now; None: nobody has looked. `list_at`: when
    it took the one it holds. `could_know`: whether it has been heard of since the codes of the event last changed."""

    id: int
    name: str
    site_id: int | None
    seen_at: datetime | None
    told_at: datetime | None
    has_list: bool
    is_current: bool | None
    list_at: datetime | None
    could_know: bool
    clock_offset: timedelta | None
    battery: int | None
    is_charging: bool | None
    waiting: int


class Missed(NamedTuple):
    """One line that is not met; `device` unless the site as a whole lacks something."""

    lack: Lack
    device: DeviceLook | None = None


@dataclass(frozen=True)
class SiteDoors:
    """A site that expects guests, its devices, and what is missing there now."""

    site: Site
    expected: int
    phase: Phase
    devices: Sequence[DeviceLook] = ()
    missed: Sequence[Missed] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not self.missed


def phase(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> Phase:
    if starts_at is None:
        return Phase.NO_TIME
    if now >= (ends_at or starts_at + WITHOUT_END):
        return Phase.OVER
    if now >= starts_at - AN_HOUR_BEFORE:
        return Phase.HOUR
    return Phase.DAY if now >= starts_at - A_DAY_BEFORE else Phase.EARLIER


def missed(devices: Sequence[DeviceLook], at: Phase, now: datetime) -> list[Missed]:
    """What the devices of one site lack at this phase: nothing is asked before the day and after the end."""
    if at not in (Phase.DAY, Phase.HOUR):
        return []
    if not devices:
        return [Missed(Lack.NO_DEVICE)]
    if at is Phase.DAY:
        return [] if any(device.has_list for device in devices) else [Missed(Lack.NO_LIST)]
    return sorted(
        (Missed(lack, device) for device in devices for lack in lacks(device, now)),
        key=lambda one: (ORDER[one.lack], one.device.name if one.device else ""),
    )


def lacks(device: DeviceLook, now: datetime) -> list[Lack]:
    """What is not in order with a device that should be at its door now."""
    found = []
    if device.seen_at is None or now - device.seen_at > SEEN_WITHIN:
        found.append(Lack.NOT_SEEN)
    if not device.has_list:
        found.append(Lack.NO_LIST)
    return sorted([*found, *disorders(device, now)], key=ORDER.__getitem__)


def disorders(device: DeviceLook, now: datetime) -> list[Lack]:
    """What is wrong with a device at any time, as far as it has told."""
    found = []
    if is_behind(device, now):
        found.append(Lack.OLD_LIST)
    if device.waiting:
        found.append(Lack.QUEUE)
    if device.clock_offset is not None and abs(device.clock_offset) > MOST_OFFSET:
        found.append(Lack.CLOCK)
    if is_low(device, now):
        found.append(Lack.BATTERY)
    return found


def is_behind(device: DeviceLook, now: datetime) -> bool:
    """Whether the device keeps an old list though it could have a new one: every pass made or revoked anywhere makes
    the lists of all doors old for the minute until they ask again, and that is nobody's fault."""
    if not device.has_list or device.is_current is not False or not device.could_know:
        return False
    return device.list_at is None or now - device.list_at > SEEN_WITHIN


def is_low(device: DeviceLook, now: datetime) -> bool:
    """Whether the battery will not last: many browsers do not tell, and that is no fault."""
    if device.battery is None or device.is_charging or device.told_at is None:
        return False
    return device.battery < LEAST_BATTERY and now - device.told_at <= TOLD_WITHIN


ORDER = {lack: place for place, lack in enumerate(Lack)}
