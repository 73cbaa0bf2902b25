"""The words of attendance."""

from flask_babel import lazy_gettext as _l

from eventsvc.reports.attendance import Presence
from eventsvc.web import labels

labels.register(
    {
        Presence.IN: _l("Present in person"),
        Presence.EXCUSED: _l("Absent with an excuse"),
        Presence.UNEXCUSED: _l("Absent without an excuse"),
        Presence.NOT_CALLED: _l("Not checked in yet"),
    },
    {
        Presence.IN: "ok",
        Presence.EXCUSED: "info",
        Presence.UNEXCUSED: "warn",
        Presence.NOT_CALLED: "mute",
    },
)
