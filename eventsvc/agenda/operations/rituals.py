"""The rituals in an agenda: who presses, signs and witnesses."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.agenda.models import AgendaItem, Ritual, RitualParticipant, RitualRole
from eventsvc.agenda.operations import journal
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.rows import assign, lock, lock_open
from eventsvc.text import slugify

RITUAL = frozenset(
    {
        "title", "subject", "agenda_item", "copies", "setting", "expected_pressers", "expected_signatories",
        "expected_witnesses",
    }
)  # fmt: skip


class Place(NamedTuple):
    """Someone's place in a ritual, in the words of the programme; rows of the house when they are known."""

    role: RitualRole
    text: str
    organization_name: str | None = None
    organization: Organization | None = None
    person: Person | None = None
    position: str | None = None
    stands_at: str | None = None
    cue: str | None = None


class ItemHasRitual(Invalid):
    code = "item_has_ritual"


@atomic()
def add_ritual(event: Event, *, title: str, agenda_item: AgendaItem | None = None, by: Any) -> Ritual:
    """A button press or a signing, in an agenda item when one is named."""
    lock_open(event)
    _require_free(event, agenda_item)
    with journal.edit(event, "ritual.added", title=title, by=by):
        number = max((ritual.number for ritual in event.rituals), default=0) + 1
        ritual = Ritual(number=number, key=free_key(event, title), title=title, agenda_item=agenda_item)
        event.rituals.append(ritual)
        db.session.flush()
    record(by, "ritual.added", ritual, event=event)
    return ritual


@atomic()
def edit_ritual(
    ritual: Ritual,
    changes: dict[str, Any],
    *,
    participants: Sequence[Place] | None = None,
    version: int | None = None,
    by: Any,
) -> Ritual:
    """Change a ritual and, when given, the whole list of who takes part; people named keep their place."""
    event = ritual.event
    lock_open(event)
    lock(ritual, version)
    _require_free(event, changes.get("agenda_item"), ritual)
    with journal.edit(event, "ritual.edited", title=ritual.title, by=by):
        changed = assign(ritual, changes, RITUAL)
        if participants is not None and _set_participants(ritual, participants):
            changed.append("participants")
            flag_modified(ritual, "title")  # raises the version: the list belongs to the form
        db.session.flush()
    if changed:
        record(by, "ritual.edited", ritual, event=event, fields=sorted(changed))
    return ritual


@atomic()
def remove_ritual(ritual: Ritual, *, by: Any) -> None:
    """Take a ritual out with everyone's place in it; the agenda item stays."""
    event = ritual.event
    lock_open(event)
    lock(ritual)
    with journal.edit(event, "ritual.removed", title=ritual.title, by=by):
        record(by, "ritual.removed", ritual, event=event)
        event.rituals.remove(ritual)


def _require_free(event: Event, item: AgendaItem | None, ritual: Ritual | None = None) -> None:
    """An item holds one ritual: two would be one moment for two acts."""
    if item is not None and any(other.agenda_item is item for other in event.rituals if other is not ritual):
        raise ItemHasRitual(_("This agenda item already holds a ritual."), field="agenda_item")


def free_key(event: Event, title: str) -> str:
    taken = {ritual.key for ritual in event.rituals}
    stem = slugify(title).replace("-", "_")[:30].strip("_") or "ritual"
    keys = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)


def _set_participants(ritual: Ritual, wanted: Sequence[Place]) -> bool:
    rows = list(ritual.participants)
    people = {(row.role, row.text): row.person for row in rows}
    wanted = [Place(*entry) for entry in wanted]
    wanted = [
        place if place.person else place._replace(person=people.get((place.role, place.text)))
        for place in sorted(wanted, key=lambda place: place.role.value)
    ]
    if [Place(*(getattr(row, name) for name in Place._fields)) for row in rows] == wanted:
        return False
    for row in rows:
        ritual.participants.remove(row)
    db.session.flush()
    numbers: dict[RitualRole, int] = {}
    for place in wanted:
        numbers[place.role] = numbers.get(place.role, 0) + 1
        ritual.participants.append(RitualParticipant(number=numbers[place.role], **place._asdict()))
    return True
