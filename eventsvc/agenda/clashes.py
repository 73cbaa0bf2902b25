"""What cannot be, what should be looked at and what might be better in an agenda. Pure: it takes what
timing.programme laid out, with the rituals and papers of the agenda, and returns clashes. Sentences are made elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from eventsvc.agenda import at_once
from eventsvc.agenda.at_once import MOST_OF_A_KIND, Held
from eventsvc.agenda.clash_kinds import SEVERITY, Clash, Code, Level, clash, worst
from eventsvc.agenda.material_models import Material, MaterialState
from eventsvc.agenda.models import ItemKind, Ritual, RitualParticipant, RitualRole
from eventsvc.agenda.names import name_key
from eventsvc.agenda.timing import Part, Slot
from eventsvc.events.models import TimeState

__all__ = ["Clash", "Code", "Level", "find", "worst"]


def find(
    parts: Sequence[Part],
    rituals: Iterable[Ritual] = (),
    *,
    hall: Any = None,
    materials: Iterable[Material] = (),
) -> list[Clash]:
    """Every clash of an agenda, those that block first, then in the order of the programme.

    `rituals` are all rituals of the event, `hall` the site of the stage of sittings that name no place, and
    `materials` the papers of its items. Of each kind of two at once at most MOST_OF_A_KIND are named.
    """
    standing = [part for part in parts if part.sitting.cancelled_at is None]
    order = {slot.item.key: place for place, slot in enumerate(slot for part in parts for slot in part.slots)}
    held = [
        Held(slot.start, slot.end, order[slot.item.key], slot.item)
        for part in standing
        for slot in part.slots
        if slot.start is not None and slot.end is not None
    ]
    called_off = {slot.item.key for part in parts if part.sitting.cancelled_at for slot in part.slots}
    found = [
        *at_once.overlaps(standing),
        *_few(at_once.same_people(held)),
        *_few(at_once.same_names(held)),
        *_few(at_once.same_sites(held)),
        *_few(at_once.same_places(standing, hall)),
        *_of_rituals(rituals, called_off),
        *_of_parts(standing),
        *_of_items(standing),
        *_of_materials(standing, materials),
        *_cancelled(parts),
    ]
    begins, place = {}, 0
    for part in parts:
        begins[part.sitting, part.strand] = place
        place += len(part.slots)

    def standing_at(found: Clash) -> tuple[int, int, int]:
        where = (found.values.get("sitting"), found.values.get("strand"))
        place = order[found.keys[0]] if found.keys else begins.get(where, len(order))
        return SEVERITY[found.level], place, len(found.keys)

    return sorted(found, key=standing_at)


def _few(found: Iterator[Clash]) -> Iterator[Clash]:
    return islice(found, MOST_OF_A_KIND)


# --- Rituals ------------------------------------------------------------------------------------------------


def _of_rituals(rituals: Iterable[Ritual], called_off: set[str]) -> Iterator[Clash]:
    for ritual in rituals:
        item = ritual.agenda_item
        if item is not None and item.key in called_off:
            continue
        items = [item] if item is not None else []
        for code, row in _named_twice(ritual.participants):
            yield clash(code, items, ritual=ritual.title, who=row.text)
        named = Counter(row.role for row in ritual.participants)
        expected = {
            RitualRole.PRESSER: ritual.expected_pressers,
            RitualRole.SIGNATORY: ritual.expected_signatories,
            RitualRole.WITNESS: ritual.expected_witnesses,
        }
        for role, number in expected.items():
            if number is not None and named[role] != number:
                yield clash(
                    Code.RITUAL_COUNT,
                    items,
                    ritual=ritual.title,
                    role=role,
                    expected=number,
                    named=named[role],
                )


def _named_twice(rows: Iterable[RitualParticipant]) -> Iterator[tuple[Code, RitualParticipant]]:
    """Whoever has more than one place in a ritual, once each."""
    known: Counter[int] = Counter()
    words: dict[str, list[int | None]] = {}
    for row in rows:
        if row.person_id is not None:
            known[row.person_id] += 1
            if known[row.person_id] == 2:
                yield Code.TWICE_IN_RITUAL, row
        if row.person_id is None and row.text == row.organization_name:
            continue
        bearers = words.setdefault(name_key(row.text), [])
        if len(bearers) == 1 and (bearers[0] is None or row.person_id is None):
            yield Code.NAME_TWICE_IN_RITUAL, row
        bearers.append(row.person_id)


# --- Sittings and items -------------------------------------------------------------------------------------


def _of_parts(parts: Iterable[Part]) -> Iterator[Clash]:
    for part in parts:
        where = {"sitting": part.sitting, "strand": part.strand}
        is_stage, fit = part.strand is None, part.fit
        if is_stage and part.sitting.time_state is not TimeState.APPROVED:
            yield clash(Code.TIME_NOT_APPROVED, [], **where)
        if is_stage and not part.slots:
            yield clash(Code.EMPTY_STAGE, [], **where)
        elif fit.is_too_long:
            yield clash(Code.TOO_LONG, [], minutes=fit.over, **where)
        elif is_stage and fit.buffer_used:
            yield clash(Code.BUFFER_USED, [], minutes=fit.buffer_used, buffer=fit.buffer, **where)


def _of_items(parts: Iterable[Part]) -> Iterator[Clash]:
    for part in parts:
        for place, slot in enumerate(part.slots):
            item = slot.item
            if slot.gap:
                before = [part.slots[place - 1].item] if place else []
                yield clash(Code.GAP, [*before, item], minutes=slot.gap, at=slot.start)
            if item.duration_minutes is None:
                yield clash(Code.NO_DURATION, [item])
            if item.kind in {ItemKind.BUTTON_CEREMONY, ItemKind.SIGNING} and item.ritual is None:
                yield clash(Code.NO_RITUAL, [item], kind=item.kind)
            if item.kind is ItemKind.SPEECH and _is_nobody(item):
                yield clash(Code.NOBODY_NAMED, [item])
            if item.pinned_at is not None and _is_outside(part.sitting, slot):
                yield clash(Code.OUTSIDE_SITTING, [item], at=slot.start, sitting=part.sitting)


def _is_nobody(item: Any) -> bool:
    return not (item.speaker or item.person_id or item.organization_id)


def _is_outside(sitting: Any, slot: Slot) -> bool:
    if slot.start is None:
        return False
    return slot.start < sitting.starts_at or (sitting.ends_at is not None and slot.start >= sitting.ends_at)


def _of_materials(parts: Iterable[Part], materials: Iterable[Material]) -> Iterator[Clash]:
    """Papers that are not approved yet, of items that still take place."""
    items = {slot.item.key: slot.item for part in parts for slot in part.slots}
    for material in materials:
        if material.state is not MaterialState.APPROVED and material.item_key in items:
            item = items[material.item_key]
            yield clash(Code.MATERIAL_NOT_APPROVED, [item], material=material.title, state=material.state)


def _cancelled(parts: Iterable[Part]) -> Iterator[Clash]:
    for part in parts:
        if part.sitting.cancelled_at is not None:
            items = [slot.item for slot in part.slots]
            yield clash(
                Code.SITTING_CANCELLED, items, count=len(items), sitting=part.sitting, strand=part.strand
            )
