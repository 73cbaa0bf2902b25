"""The words of the show: its states, its pace, what a press was, who is on."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc.stage.models import RunState
from eventsvc.stage.presses import Press
from eventsvc.stage.progress import ItemState
from eventsvc.web import labels

labels.register(
    {
        RunState.WAITING: _l("not begun"),
        RunState.RUNNING: _l("under way"),
        RunState.HELD: _l("on hold"),
        RunState.ENDED: _l("ended"),
    },
    {RunState.WAITING: "mute", RunState.RUNNING: "ok", RunState.HELD: "warn", RunState.ENDED: "info"},
)
labels.register(
    {
        ItemState.DONE: _l("done"),
        ItemState.ON: _l("on now"),
        ItemState.NEXT: _l("next"),
        ItemState.TO_COME: _l("to come"),
        ItemState.SKIPPED: _l("skipped"),
    },
    {
        ItemState.DONE: "mute",
        ItemState.ON: "ok",
        ItemState.NEXT: "info",
        ItemState.TO_COME: "mute",
        ItemState.SKIPPED: "warn",
    },
)

PRESSES = {
    Press.START: _l("start of the show"),
    Press.NEXT: _l("next item"),
    Press.LONGER: _l("one minute more"),
    Press.SHORTER: _l("one minute less"),
    Press.HOLD: _l("hold"),
    Press.RESUME: _l("resume"),
    Press.SKIP: _l("skipped item"),
    Press.UNSKIP: _l("skip taken back"),
    Press.JUMP: _l("jump to an item"),
    Press.END: _l("end of the show"),
}


AN_HOUR = 60


def last_press(entry: dict[str, Any]) -> str:
    """What "back" would take back, in words."""
    words = str(PRESSES[Press(entry["press"])])
    return f"{words} – {entry['title']}" if entry.get("title") else words


def pace(seconds: int | None) -> str:
    """How late the whole is: "chậm 3 phút", "sớm 2 phút", "đúng giờ"; nothing when nobody can know."""
    if seconds is None:
        return ""
    minutes = abs(seconds) // 60
    if minutes == 0:
        return _("on time")
    if minutes >= AN_HOUR:  # as in a rehearsal days before
        return (
            _("%(time)s late", time=_long(minutes))
            if seconds > 0
            else _("%(time)s early", time=_long(minutes))
        )
    if seconds > 0:
        return ngettext("%(num)s minute late", "%(num)s minutes late", minutes)
    return ngettext("%(num)s minute early", "%(num)s minutes early", minutes)


def _long(minutes: int) -> str:
    """From an hour on: "1 giờ 5 phút", "3 ngày 17 giờ"."""
    hours, minutes = divmod(minutes, AN_HOUR)
    days, hours_over = divmod(hours, 24)
    if days:
        return _("%(days)s d %(hours)s h", days=days, hours=hours_over)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def pace_kind(seconds: int | None) -> str:
    """late, early or on-time, for the colour beside the words."""
    if seconds is None or abs(seconds) < 60:
        return "on-time"
    return "late" if seconds > 0 else "early"


def left(seconds: int | None) -> str:
    """What the item on has left: "còn 3 phút", "quá 2 phút"."""
    if seconds is None:
        return ""
    minutes = abs(seconds) // 60
    if seconds >= 0:
        words = ngettext("%(num)s minute to go", "%(num)s minutes to go", minutes)
        return words if minutes else _("less than a minute to go")
    words = ngettext("%(num)s minute over", "%(num)s minutes over", minutes)
    return words if minutes else _("time is up")


def overrun(seconds: int) -> str:
    """How much longer or shorter than planned an item took."""
    minutes = abs(seconds) // 60
    if seconds >= 0:
        return ngettext("%(num)s minute longer", "%(num)s minutes longer", minutes)
    return ngettext("%(num)s minute shorter", "%(num)s minutes shorter", minutes)


def who(item: Any) -> str:
    """The person or organization that is on, with the honorific where the person is known by it."""
    person = getattr(item, "person", None)
    if person is not None and item.speaker in (None, "", person.full_name):
        return str(person.name_with_honorific)
    return item.speaker or ""


def position(item: Any) -> str:
    person = getattr(item, "person", None)
    return item.position or getattr(person, "position", None) or ""


def bridge(item: Any) -> str:
    """The bridge that speaks; the main hall when none is named."""
    return str(item.site.name) if item.site is not None else _("the main hall")
