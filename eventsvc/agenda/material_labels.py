"""The words of materials: their kinds, how far they are, how pressing."""

from flask_babel import lazy_gettext as _l

from eventsvc.agenda.material_models import MaterialKind, MaterialState
from eventsvc.agenda.material_rules import Urgency
from eventsvc.web import labels

labels.register(
    {
        MaterialKind.SPEECH: _l("Text of the speech"),
        MaterialKind.CLIP: _l("Clip to be shown"),
        MaterialKind.AGREEMENT: _l("Agreement to be signed"),
        MaterialKind.SLIDES: _l("Slides to be shown"),
        MaterialKind.DECISION: _l("Decision to be announced"),
        MaterialKind.OTHER: _l("Other material"),
    }
)
labels.register(
    {
        MaterialState.AWAITED: _l("Awaited from its owner"),
        MaterialState.DRAFT: _l("Draft to be reviewed"),
        MaterialState.REVIEWED: _l("Reviewed, to be approved"),
        MaterialState.APPROVED: _l("Approved for the day"),
    },
    {
        MaterialState.AWAITED: "warn",
        MaterialState.DRAFT: "info",
        MaterialState.REVIEWED: "info",
        MaterialState.APPROVED: "ok",
    },
)
labels.register(
    {
        Urgency.OVERDUE: _l("Overdue"),
        Urgency.TODAY: _l("Due today"),
        Urgency.SOON: _l("Due soon"),
        Urgency.AHEAD: _l("Time left"),
        Urgency.NO_DAY: _l("No day set"),
        Urgency.DONE: _l("Ready for the day"),
    },
    {
        Urgency.OVERDUE: "err",
        Urgency.TODAY: "warn",
        Urgency.SOON: "warn",
        Urgency.AHEAD: "info",
        Urgency.NO_DAY: "mute",
        Urgency.DONE: "ok",
    },
)
