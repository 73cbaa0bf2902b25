"""The words of roles, deadlines and how pressing they are."""

from flask_babel import lazy_gettext as _l

from eventsvc.tasks.deadlines import Pressure
from eventsvc.tasks.models import AssigneeRole, DeadlineKind
from eventsvc.web import labels

labels.register(
    {
        AssigneeRole.LEAD: _l("Leads"),
        AssigneeRole.RESPONSIBLE: _l("Carries out"),
        AssigneeRole.COORDINATING: _l("Coordinates"),
        DeadlineKind.INCLUSIVE: _l("On that day at the latest"),
        DeadlineKind.EXCLUSIVE: _l("Before that day"),
    }
)
labels.register(
    {
        Pressure.NONE: _l("No deadline"),
        Pressure.AHEAD: _l("In time"),
        Pressure.SOON: _l("Due within a week"),
        Pressure.PAST: _l("Deadline passed"),
    },
    {Pressure.NONE: "mute", Pressure.AHEAD: "info", Pressure.SOON: "warn", Pressure.PAST: "err"},
)
