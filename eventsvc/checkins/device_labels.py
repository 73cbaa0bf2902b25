"""How devices and doors are spoken of: what is missing, how long ago, how far off a clock is."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.checkins.door_readiness import DeviceLook, Lack, Missed
from eventsvc.web import labels

labels.register(
    {
        Lack.NO_DEVICE: _l("No device is enrolled"),
        Lack.NO_LIST: _l("No list on the device"),
        Lack.NOT_SEEN: _l("Device not heard of"),
        Lack.OLD_LIST: _l("The list is old"),
        Lack.QUEUE: _l("Scans not sent"),
        Lack.CLOCK: _l("Clock is wrong"),
        Lack.BATTERY: _l("Battery is low"),
    }
)

ICONS = {
    Lack.NO_DEVICE: "phone",
    Lack.NO_LIST: "list",
    Lack.NOT_SEEN: "offline",
    Lack.OLD_LIST: "history",
    Lack.QUEUE: "send",
    Lack.CLOCK: "clock",
    Lack.BATTERY: "warn",
}
"""Beside the words, never alone."""


def lack_words(lack: Lack, look: DeviceLook | None) -> str:
    """What is missing, with its figure."""
    if look is None:
        return str(labels.label(lack))
    if lack is Lack.NOT_SEEN:
        return (
            _("last seen %(ago)s", ago=ago(look.seen_at)) if look.seen_at is not None else _("never seen yet")
        )
    if lack is Lack.QUEUE:
        return ngettext("%(num)s scan not sent", "%(num)s scans not sent", look.waiting)
    if lack is Lack.CLOCK:
        return clock_words(look)
    if lack is Lack.BATTERY:
        return _("battery %(percent)s %%", percent=look.battery)
    if lack is Lack.OLD_LIST:
        return list_words(look)
    return str(labels.label(lack))


def missed_words(missed: Missed) -> str:
    return lack_words(missed.lack, missed.device)


def list_words(look: DeviceLook) -> str:
    """Whether the device holds the list of now; how old it is if not."""
    if not look.has_list:
        return _("no list yet")
    if look.is_current:
        return _("newest list")
    if look.list_at is None:
        return _("old list")
    return _("list %(time)s old", time=span(clock.now() - look.list_at))


def clock_words(look: DeviceLook) -> str:
    """How far the clock of the device is off; measured when it last told the time."""
    offset = look.clock_offset
    if offset is None:
        return _("not measured")
    if abs(offset) < timedelta(seconds=5):
        return _("clock right")
    if offset > timedelta():
        return _("clock %(time)s slow", time=span(offset))
    return _("clock %(time)s fast", time=span(-offset))


def battery_words(look: DeviceLook) -> str:
    if look.battery is None:
        return _("battery not told")
    if look.is_charging:
        return _("battery %(percent)s %%, charging", percent=look.battery)
    return _("battery %(percent)s %%", percent=look.battery)


def ago(moment: datetime) -> str:
    passed = max(clock.now() - moment, timedelta())
    return _("just now") if passed < timedelta(minutes=1) else _("%(time)s ago", time=span(passed))


def span(passed: timedelta) -> str:
    """A length of time in its largest unit: seconds, minutes, hours, days."""
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    if seconds < 3600:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // 60)
    if seconds < 48 * 3600:
        return ngettext("%(num)s hour", "%(num)s hours", seconds // 3600)
    return ngettext("%(num)s day", "%(num)s days", seconds // 86400)


WORDS = {
    "lack_words": lack_words,
    "list_words": list_words,
    "clock_words": clock_words,
    "battery_words": battery_words,
    "missed_words": missed_words,
    "lack_icons": ICONS,
    "ago": ago,
}
"""For the templates of devices and doors."""
