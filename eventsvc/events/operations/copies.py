"""Copy an event: what is the same every year, without dates, people and what was made known."""

from typing import Any

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event, Sitting
from eventsvc.events.operations.events import insert_event

EVENT = (
    "title_note", "short_title", "kind", "form", "form_text", "form_cite", "host", "province_code",
    "units_as_of", "venue", "video_link", "dress_code", "contact_name", "contact_phone", "agenda_cite",
)  # fmt: skip
SITTING = ("number", "title", "place", "buffer_minutes", "arrival_minutes")
STRAND = ("number", "name", "place")
# Not the bridge that speaks, which is a site of the event copied from; nor the person, who may have changed.
ITEM = (
    "number", "cue", "kind", "title", "duration_minutes", "pinned_at", "is_public", "speaker", "position",
    "organization", "mc_line", "sound_note", "light_note", "screen_note", "line_note", "reception_note", "note",
    "cite",
)  # fmt: skip
RITUAL = (
    "number", "key", "title", "title_cite", "subject", "subject_cite", "copies", "setting", "expected_pressers",
    "expected_signatories", "expected_witnesses",
)  # fmt: skip
PARTICIPANT = (
    "role", "number", "text", "position", "stands_at", "cue", "organization_name", "organization"
)  # fmt: skip


@atomic()
def copy_event(event: Event, *, title: str, by: Any) -> Event:
    """A new event like this one without its dates: organizations, statements, sittings, agenda, rituals."""
    copy = Event(title=title, **{name: getattr(event, name) for name in EVENT})
    copy.statements = [_like(row, "kind", "number", "text", "cite") for row in event.statements]
    copy.organizations = [
        _like(row, "role", "number", "name", "text", "cite", "organization") for row in event.organizations
    ]
    sittings = {sitting.id: _like(sitting, *SITTING) for sitting in event.standing_sittings}
    copy.sittings = list(sittings.values()) or [Sitting(number=1)]
    strands = {strand.id: _like(strand, *STRAND) for strand in event.strands}
    copy.strands = list(strands.values())
    items = {}
    for item in sorted(event.agenda_items, key=lambda item: (item.sitting.number, item.number)):
        items[item.id] = _like(item, *ITEM)
        items[item.id].sitting = sittings.get(item.sitting_id, copy.sittings[0])
        items[item.id].strand = strands.get(item.strand_id)
    _count(items.values())
    copy.agenda_items = list(items.values())
    copy.rituals = [_ritual_like(ritual, items) for ritual in event.rituals]
    insert_event(copy, clock.today().year)
    record(by, "event.copied", copy, event=copy, source=event.id)
    return copy


def _count(items: Any) -> None:
    """Items of a sitting that was called off stand in the first one now: count each place anew, sitting after
    sitting as they are given."""
    counts: dict[Any, int] = {}
    for item in items:
        place = (item.sitting, item.strand)
        counts[place] = item.number = counts.get(place, 0) + 1


def _ritual_like(ritual: Any, items: dict[int, Any]) -> Any:
    copy = _like(ritual, *RITUAL)
    copy.agenda_item = items.get(ritual.agenda_item_id) if ritual.agenda_item_id else None
    copy.participants = [_like(row, *PARTICIPANT) for row in ritual.participants]
    return copy


def _like(row: Any, *columns: str) -> Any:
    return type(row)(**{name: getattr(row, name) for name in columns})
