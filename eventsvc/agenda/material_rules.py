"""Which papers an agenda item needs, until when, and how pressing that is."""

from datetime import date, timedelta
from enum import StrEnum

from eventsvc import clock
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState
from eventsvc.agenda.models import AgendaItem, ItemKind

SOON = timedelta(days=3)

# The kind of paper that an item of this kind usually has; the first three kinds of items always have one.
SUGGESTED = {
    ItemKind.SPEECH: MaterialKind.SPEECH,
    ItemKind.CLIP: MaterialKind.CLIP,
    ItemKind.SIGNING: MaterialKind.AGREEMENT,
    ItemKind.OPENING: MaterialKind.SPEECH,
    ItemKind.CLOSING: MaterialKind.SPEECH,
    ItemKind.DEMO: MaterialKind.SLIDES,
    ItemKind.AWARD: MaterialKind.DECISION,
    ItemKind.RECOGNITION: MaterialKind.DECISION,
    ItemKind.ADOPTION: MaterialKind.DECISION,
}
STANDARD = (ItemKind.SPEECH, ItemKind.CLIP, ItemKind.SIGNING)


class Urgency(StrEnum):
    """How pressing a material is, most pressing first."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    AHEAD = "ahead"
    NO_DAY = "no_day"
    DONE = "done"


def urgency(material: Material, today: date) -> Urgency:
    """Its last day is still in time; an approved one presses nobody."""
    if material.state is MaterialState.APPROVED:
        return Urgency.DONE
    if material.due_on is None:
        return Urgency.NO_DAY
    if material.due_on < today:
        return Urgency.OVERDUE
    if material.due_on == today:
        return Urgency.TODAY
    return Urgency.SOON if material.due_on - today <= SOON else Urgency.AHEAD


def suggested_kind(item: AgendaItem | None) -> MaterialKind:
    return SUGGESTED.get(item.kind, MaterialKind.OTHER) if item is not None else MaterialKind.SPEECH


def due_before(item: AgendaItem, days: int, today: date) -> date | None:
    """So many days before the item's sitting; today when that has passed already; none while its day is open."""
    if item.sitting.starts_at is None:
        return None
    day = clock.local(item.sitting.starts_at).date()
    return max(day - timedelta(days=days), min(today, day))


def after_new_version(state: MaterialState) -> MaterialState:
    """A new version has been looked at by nobody yet, whatever was said of the one before."""
    return MaterialState.DRAFT


def after_removed_version(state: MaterialState, left: int) -> MaterialState:
    """What was said of the removed version holds for none of those that are left."""
    return MaterialState.DRAFT if left else MaterialState.AWAITED
