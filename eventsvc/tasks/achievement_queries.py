"""A plan item that points at one event: which event, or ritual of one, it may mean.

A likely one is only proposed, never taken: an organizer confirms it.
"""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import text
from eventsvc.agenda.models import AgendaItem, Ritual
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.tasks.models import Task, TaskKind

ALIKE = 0.5
"""The share of an item's pairs of words that an event of the same name has at least."""

_NEAR = timedelta(days=366)
_MOST = 200
_SMALL = frozenset(
    {"va", "dua", "vao", "cua", "tai", "ve", "cac", "mot", "tinh", "tren", "dia", "ban", "den", "dinh", "huong", "le",
     "nghi", "thanh", "phan", "dai", "bieu", "thuc", "hien", "nam"}
)  # fmt: skip
"""Words that say nothing of what an item is about."""
_GENERAL = ("tham gia", "tham du", "to chuc", "chi dao", "trien khai", "theo doi")


class Proposal(NamedTuple):
    """An event of the same host, or a ritual in it, that an item of a plan may mean."""

    event: Event
    ritual: Ritual | None
    likeness: float


def plan_items(event: Event) -> list[Task]:
    """The items of a plan in its order, each with what achieved it."""
    statement = (
        sa.select(Task)
        .where(Task.event_id == event.id, Task.kind == TaskKind.PLAN_ITEM)
        .options(
            joinedload(Task.achieved_by_event).selectinload(Event.sittings),
            joinedload(Task.achieved_by_ritual).joinedload(Ritual.event).selectinload(Event.sittings),
        )
        .order_by(Task.number, Task.id)
    )
    return list(db.session.scalars(statement))


def proposals(event: Event, tasks: list[Task]) -> dict[int, Proposal]:
    """The likeliest event or ritual for every plan item without one, by the id of the task."""
    open_items = [
        task for task in tasks if task.kind is TaskKind.PLAN_ITEM and task.achieved_by_event_id is None
    ]
    if not open_items:
        return {}
    occasions = [
        (occasion, _pairs(occasion.title), [(ritual, _pairs(_said(ritual))) for ritual in occasion.rituals])
        for occasion in _occasions(event)
    ]
    found = {}
    for task in open_items:
        wanted = _of_item(task.text)
        likely = [
            Proposal(occasion, None, _likeness(wanted, pairs)) for occasion, pairs, _rituals in occasions
        ] + [
            Proposal(occasion, ritual, _likeness(wanted, pairs))
            for occasion, _pairs, rituals in occasions
            for ritual, pairs in rituals
        ]
        best = max(likely, key=lambda one: (one.likeness, one.ritual is not None), default=None)
        if best is not None and best.likeness >= ALIKE:
            found[task.id] = best
    return found


def _occasions(event: Event) -> list[Event]:
    """The gatherings of the same host in the years around the plan's."""
    first = event.window_start or event.units_as_of
    last = event.window_end or first
    begins = sa.func.coalesce(Event.window_start, Event.units_as_of)
    statement = (
        sa.select(Event)
        .where(
            Event.host_id == event.host_id,
            Event.province_code == event.province_code,
            Event.id != event.id,
            Event.status != EventStatus.CANCELLED,
            begins.between(first - _NEAR, last + _NEAR),
        )
        .options(
            selectinload(Event.sittings),
            selectinload(Event.rituals).options(
                joinedload(Ritual.agenda_item).load_only(AgendaItem.title), selectinload(Ritual.participants)
            ),
        )
        .order_by(Event.id)
        .limit(_MOST)
    )
    return [occasion for occasion in db.session.scalars(statement) if occasion.kind.is_gathering]


def _said(ritual: Ritual) -> str:
    item = ritual.agenda_item.title if ritual.agenda_item else None
    return ". ".join(filter(None, (ritual.title, item, ritual.subject)))


def _of_item(words: str) -> list[tuple[str, str]]:
    """The item's pairs of words, the act ("khai trương", "ký kết") first: general acts before it are left out."""
    folded = text.fold(words)
    for general in _GENERAL:
        folded = folded.removeprefix(f"{general} ")
    return list(dict.fromkeys(_in_pairs(folded)))


def _pairs(words: str) -> set[tuple[str, str]]:
    return {pair for sentence in words.split(".") for pair in _in_pairs(text.fold(sentence))}


def _in_pairs(folded: str) -> list[tuple[str, str]]:
    words = [word for word in folded.split() if word not in _SMALL and not word.isdigit()]
    return list(zip(words, words[1:], strict=False))


def _likeness(wanted: list[tuple[str, str]], pairs: set[tuple[str, str]]) -> float:
    """The share of the item's pairs that the other has; none unless it is the same act."""
    if not wanted or wanted[0] not in pairs:
        return 0.0
    return sum(pair in pairs for pair in wanted) / len(wanted)
