"""What the live board says in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.reports.board import Alarm, AlarmKind, Board, Part, Presence
from eventsvc.reports.board_curve import Curve
from eventsvc.reports.site_board_labels import moment
from eventsvc.web import labels
from eventsvc.web.filters import figure

labels.register(
    {
        AlarmKind.CASE: _l("cases to review"),
        AlarmKind.FAULT: _l("fault at a site"),
        AlarmKind.FLOOD: _l("unknown codes"),
        AlarmKind.SILENT: _l("devices not heard of"),
        AlarmKind.WAITING: _l("scans not delivered"),
        AlarmKind.CLOCK: _l("clock of a device"),
        AlarmKind.QUARANTINE: _l("scans set aside"),
        AlarmKind.UNREADY: _l("door not ready"),
        AlarmKind.EMPTY: _l("nobody has come in yet"),
    },
    {
        AlarmKind.CASE: "err",
        AlarmKind.FAULT: "err",
        AlarmKind.FLOOD: "err",
        AlarmKind.SILENT: "err",
        AlarmKind.WAITING: "warn",
        AlarmKind.CLOCK: "warn",
        AlarmKind.QUARANTINE: "warn",
        AlarmKind.UNREADY: "warn",
        AlarmKind.EMPTY: "warn",
    },
)
labels.register(
    {
        Presence.MISSING: _l("not there yet"),
        Presence.UNTRACKED: _l("cannot be followed"),
        Presence.IN: _l("in"),
    },
    {Presence.MISSING: "err", Presence.UNTRACKED: "mute", Presence.IN: "ok"},
)


def alarm_place(alarm: Alarm) -> str:
    """Where it is: a site, several, or none in particular."""
    if alarm.site:
        return alarm.site
    if alarm.places > 1:
        return ngettext("%(places)s site", "%(places)s sites", alarm.places, places=figure(alarm.places))
    return _("Whole event")


def alarm_words(alarm: Alarm, *, names_device: bool = False) -> str:
    """What is the matter. A device's name, which staff made up, is for those who see to devices."""
    words = _WORDS[alarm.kind](alarm)
    if names_device and alarm.device:
        words += f" ({alarm.device})"
    return words


def _case(alarm: Alarm) -> str:
    return ngettext("%(count)s case to be reviewed", "%(count)s cases to be reviewed", alarm.number,
                    count=figure(alarm.number))  # fmt: skip


def _fault(alarm: Alarm) -> str:
    words = str(labels.label(alarm.fault)) if alarm.fault else _("fault reported")
    return _("%(what)s, since %(time)s", what=words, time=moment(alarm.since)) if alarm.since else words


def _flood(alarm: Alarm) -> str:
    return _("A device sends many codes that nobody has")


def _silent(alarm: Alarm) -> str:
    return ngettext("%(count)s device not heard of since %(time)s", "%(count)s devices not heard of since %(time)s",
                    alarm.number, count=figure(alarm.number),
                    time=moment(alarm.since) if alarm.since else "—")  # fmt: skip


def _waiting(alarm: Alarm) -> str:
    return ngettext("%(count)s scan still on a device", "%(count)s scans still on devices", alarm.number,
                    count=figure(alarm.number))  # fmt: skip


def _clock(alarm: Alarm) -> str:
    return ngettext("The clock of a device is %(count)s minute off", "The clock of a device is %(count)s minutes off",
                    alarm.number, count=figure(alarm.number))  # fmt: skip


def _quarantine(alarm: Alarm) -> str:
    return ngettext("%(count)s scan set aside, to be looked at", "%(count)s scans set aside, to be looked at",
                    alarm.number, count=figure(alarm.number))  # fmt: skip


def _unready(alarm: Alarm) -> str:
    words = _("The doors are not ready for check-in")
    return f"{words}: {labels.label(alarm.lack)}" if alarm.lack else words


def _empty(alarm: Alarm) -> str:
    return _("Nobody has come in yet; %(count)s expected", count=figure(alarm.number))


_WORDS = {
    AlarmKind.CASE: _case,
    AlarmKind.FAULT: _fault,
    AlarmKind.FLOOD: _flood,
    AlarmKind.SILENT: _silent,
    AlarmKind.WAITING: _waiting,
    AlarmKind.CLOCK: _clock,
    AlarmKind.QUARANTINE: _quarantine,
    AlarmKind.UNREADY: _unready,
    AlarmKind.EMPTY: _empty,
}


def stale_words(board: Board) -> str:
    """What the total does not know: sites whose devices are silent, and since when. Empty while all are heard of."""
    if not board.stale:
        return ""
    words = ngettext(
        "%(places)s site not updated since %(time)s", "%(places)s sites not updated since %(time)s", len(board.stale),
        places=figure(len(board.stale)), time=moment(board.stale_since),
    )  # fmt: skip
    return _("%(sites)s: %(people)s of the people counted are theirs, as of then.", sites=words,
             people=figure(board.stale_people))  # fmt: skip


def part_words(part: Part) -> str:
    """What somebody does on the stage."""
    return str(labels.label(part.role)) if part.role else _("speaks")


def curve_words(curve: Curve) -> str:
    """What the drawing shows, for who does not see it."""
    busiest = curve.busiest
    return _(
        "%(people)s people came in between %(first)s and %(last)s; most of them, %(most)s, in the %(minutes)s minutes"
        " from %(time)s.",
        people=figure(curve.people), first=_clock_time(curve.first), last=_clock_time(curve.last),
        most=figure(busiest.people), minutes=curve.minutes, time=_clock_time(busiest.at),
    )  # fmt: skip


def _clock_time(value) -> str:  # type: ignore[no-untyped-def]
    return f"{clock.local(value):%H:%M}"
