"""The words of the agenda's kinds and roles, for pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.agenda.clashes import Code, Level
from eventsvc.agenda.models import AgendaEdit, ItemKind, RitualRole
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
labels.register(
    {
        Level.BLOCK: _l("Blocks the release"),
        Level.CONFIRM: _l("Needs a confirmation"),
        Level.HINT: _l("Hint"),
    },
    {Level.BLOCK: "err", Level.CONFIRM: "warn", Level.HINT: "info"},
)
CLASH_MARKS = {
    Code.OVERLAP: _l("Overlap"),
    Code.SAME_PERSON: _l("One person at once in two items"),
    Code.SAME_SITE: _l("One bridge at once in two items"),
    Code.SAME_PLACE: _l("One place used twice"),
    Code.TWICE_IN_RITUAL: _l("One person twice in the ritual"),
    Code.SAME_NAME: _l("Same name at once"),
    Code.NAME_TWICE_IN_RITUAL: _l("Same name twice in the ritual"),
    Code.TOO_LONG: _l("Too long"),
    Code.RITUAL_COUNT: _l("Not as many named as expected"),
    Code.TIME_NOT_APPROVED: _l("Time not approved"),
    Code.EMPTY_STAGE: _l("Nothing planned"),
    Code.MATERIAL_NOT_APPROVED: _l("Material not approved"),
    Code.GAP: _l("Gap"),
    Code.BUFFER_USED: _l("Uses the minutes kept free"),
    Code.NO_DURATION: _l("No duration"),
    Code.NO_RITUAL: _l("No ritual yet"),
    Code.NOBODY_NAMED: _l("Nobody named"),
    Code.OUTSIDE_SITTING: _l("Outside the sitting"),
    Code.SITTING_CANCELLED: _l("Sitting called off"),
}
"""What a row of the agenda says in a word or two about a clash; the sentence stands among the warnings."""

EDITS = {
    "agenda.restored": _l("going back to release %(title)s"),
    "agenda_item.added": _l("adding “%(title)s”"),
    "agenda_item.edited": _l("changing “%(title)s”"),
    "agenda_item.moved": _l("moving “%(title)s”"),
    "agenda_item.removed": _l("removing “%(title)s”"),
    "agenda_item.shifted": _l("shifting the items from “%(title)s” on"),
    "agenda_item.stretched": _l("stretching the items to fit"),
    "agenda_template.applied": _l("applying the template “%(title)s”"),
    "ritual.added": _l("adding the ritual “%(title)s”"),
    "ritual.edited": _l("changing the ritual “%(title)s”"),
    "ritual.removed": _l("removing the ritual “%(title)s”"),
    "strand.added": _l("adding the strand “%(title)s”"),
    "strand.edited": _l("renaming the strand “%(title)s”"),
    "strand.removed": _l("removing the strand “%(title)s”"),
}
"""What can be undone, in words."""


def edit_words(edit: AgendaEdit) -> str:
    """What an edit did: "thêm mục “Bế mạc”"."""
    words = EDITS.get(edit.action)
    title = edit.title or ""
    if words is None:
        return _("the last edit")
    return str(words) % {"title": title if len(title) <= 80 else f"{title[:79]}…"}
