"""Who has a part on the stage of a sitting, and whether they have come in. Three statements."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from eventsvc.agenda import queries as agenda
from eventsvc.checkins import queries as checkins
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.reports.board import Part, Presence


def parts(event: Event, sitting: Sitting) -> list[Part]:
    """Everybody with a part in what has been made known of the sitting, in the order of the programme; each person
    once for each item."""
    told = [part for part in agenda.released(event) if part.sitting.number == sitting.number]
    wanted = [
        (slot.item, slot.start, who) for part in told for slot in part.slots for who in _people_of(slot.item)
    ]
    known = _known(event, sitting, {who[2] for _item, _at, who in wanted if who[2] is not None})
    found = []
    for item, at, (role, words, person_id, position) in wanted:
        guest_id, site_id, came_at = known.get(person_id or 0, (None, None, None))
        presence = Presence.UNTRACKED if guest_id is None else Presence.IN if came_at else Presence.MISSING
        found.append(Part(item.title, at, role, words, position, presence, site_id, guest_id, came_at))
    far = datetime.max
    return sorted(found, key=lambda part: part.begins_at.replace(tzinfo=None) if part.begins_at else far)


def _people_of(item: Any) -> list[tuple[Any, str, int | None, str | None]]:
    """Role, words, person and position of everybody in an item; a speaker who is in its ritual too comes once."""
    people = []
    ritual = item.ritual.participants if item.ritual else ()
    known = Counter(each.person_id for each in ritual if each.person_id)
    if (item.speaker or item.person) and item.person_id not in known:
        words = item.speaker or item.person.name_with_honorific
        people.append((None, words, item.person_id, item.position))
    for each in ritual:
        words = each.person.name_with_honorific if each.person else each.text
        people.append((each.role, words, each.person_id, each.position))
    return people


def _known(
    event: Event, sitting: Sitting, person_ids: set[int]
) -> dict[int, tuple[int | None, int | None, datetime | None]]:
    """By person: their place on the guest list, and when they came in."""
    ids = sa.select(Guest.id).where(Guest.event_id == event.id, Guest.person_id.in_(person_ids))
    first = checkins.first_entries(sitting, ids)
    rows = db.session.execute(
        sa.select(Guest.person_id, Guest.id, Guest.site_id, first.c.effective_at)
        .outerjoin(first, first.c.guest_id == Guest.id)
        .where(Guest.event_id == event.id, Guest.person_id.in_(person_ids))
    )
    return {person_id: (guest_id, site_id, at) for person_id, guest_id, site_id, at in rows}
