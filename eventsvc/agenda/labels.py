"""The words of the agenda's kinds and roles, for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.web import labels

labels.register(
    {
        ItemKind.OPENING: _l("Opening"),
        ItemKind.SPEECH: _l("Speech"),
        ItemKind.CLIP: _l("Video clip"),
        ItemKind.DEMO: _l("Demonstration"),
        ItemKind.BUTTON_CEREMONY: _l("Button press"),
        ItemKind.SIGNING: _l("Signing"),
        ItemKind.PERFORMANCE: _l("Performance"),
        ItemKind.AWARD: _l("Award presentation"),
        ItemKind.RECOGNITION: _l("Public recognition"),
        ItemKind.ADOPTION: _l("Adoption of the programme"),
        ItemKind.BREAK: _l("Break"),
        ItemKind.CLOSING: _l("Closing"),
        ItemKind.OTHER: _l("Other item"),
    }
)
labels.register(
    {
        RitualRole.PRESSER: _l("Presses the button"),
        RitualRole.SIGNATORY: _l("Signs"),
        RitualRole.WITNESS: _l("Witnesses"),
    }
)
