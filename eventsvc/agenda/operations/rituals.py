"""The rituals in an agenda: who presses, signs and witnesses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from eventsvc.agenda.models import AgendaItem, Ritual, RitualParticipant, RitualRole
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, lock, lock_open
from eventsvc.text import slugify

RITUAL = frozenset(
    {"title", "subject", "agenda_item", "expected_pressers", "expected_signatories", "expected_witnesses"}
)

Participants = Sequence[tuple[RitualRole, str, str | None, Organization | None]]
"""Role, words, name of the organization, and its row when it is known."""


@atomic()
def add_ritual(event: Event, *, title: str, agenda_item: AgendaItem | None = None, by: Any) -> Ritual:
    """A button press or a signing, in an agenda item when one is named."""
    lock_open(event)
    number = max((ritual.number for ritual in event.rituals), default=0) + 1
    ritual = Ritual(number=number, key=_free_key(event, title), title=title, agenda_item=agenda_item)
    event.rituals.append(ritual)
    db.session.flush()
    record(by, "ritual.added", ritual, event=event)
    return ritual


@atomic()
def edit_ritual(
    ritual: Ritual,
    changes: dict[str, Any],
    *,
    participants: Participants | None = None,
    version: int | None = None,
    by: Any,
) -> Ritual:
    """Change a ritual and, when given, the whole list of who takes part; people named keep their place."""
    lock_open(ritual.event)
    lock(ritual, version)
    changed = assign(ritual, changes, RITUAL)
    if participants is not None and _set_participants(ritual, participants):
        changed.append("participants")
        flag_modified(ritual, "title")  # raises the version: the list belongs to the form
    if changed:
        db.session.flush()
        record(by, "ritual.edited", ritual, event=ritual.event, fields=sorted(changed))
    return ritual


@atomic()
def remove_ritual(ritual: Ritual, *, by: Any) -> None:
    """Take a ritual out with everyone's place in it; the agenda item stays."""
    event = ritual.event
    lock_open(event)
    record(by, "ritual.removed", ritual, event=event)
    event.rituals.remove(ritual)


def _free_key(event: Event, title: str) -> str:
    taken = {ritual.key for ritual in event.rituals}
    stem = slugify(title).replace("-", "_")[:30].strip("_") or "ritual"
    keys = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in keys if key not in taken)


def _set_participants(ritual: Ritual, wanted: Participants) -> bool:
    rows = list(ritual.participants)
    if [(row.role, row.text, row.organization_name, row.organization) for row in rows] == _by_role(wanted):
        return False
    people = {(row.role, row.text): row.person for row in rows}
    for row in rows:
        ritual.participants.remove(row)
    db.session.flush()
    numbers: dict[RitualRole, int] = {}
    for role, text, organization_name, organization in wanted:
        numbers[role] = numbers.get(role, 0) + 1
        ritual.participants.append(
            RitualParticipant(
                role=role,
                number=numbers[role],
                text=text,
                organization_name=organization_name,
                organization=organization,
                person=people.get((role, text)),
            )
        )
    return True


def _by_role(wanted: Participants) -> list[tuple[RitualRole, str, str | None, Organization | None]]:
    return sorted(wanted, key=lambda entry: entry[0].value)
