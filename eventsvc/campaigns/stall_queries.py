"""Look up stalls: by space, kind, state and words; how many stalls for food take cashless payment, and through whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from eventsvc import text
from eventsvc.campaigns.activity_models import Activity, Stall, StallKind, StallState
from eventsvc.campaigns.activity_queries import SPACES
from eventsvc.campaigns.finding import is_contact
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of


@dataclass(frozen=True)
class Overview:
    """Stalls without those called off: by kind; those for food that take cashless payment, by the bank's owner ("" for
    those whose bank is not named)."""

    kinds: dict[StallKind, int] = field(default_factory=dict)
    food: int = 0
    food_cashless: int = 0
    banks: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def stalls_of(
    event: Event,
    *,
    activity_id: int | None = None,
    kind: StallKind | None = None,
    state: StallState | None = None,
    q: str = "",
    contacts: bool = False,
) -> list[Stall]:
    """The stalls of an event, space by space and by their codes; one query. `q` ignores diacritics, and looks for
    `contacts` where they may be seen."""
    space = aliased(Activity)
    statement = (
        sa.select(Stall)
        .join(Stall.activity)
        .outerjoin(space, space.id == Activity.parent_id)
        .where(Stall.event_id == event.id)
        .options(joinedload(Stall.activity).joinedload(Activity.parent), joinedload(Stall.bank))
        .order_by(sa.func.coalesce(space.number, Activity.number), Activity.number, Activity.id)
    )
    if activity_id is not None:
        statement = statement.where(Stall.activity_id == activity_id)
    if kind is not None:
        statement = statement.where(Stall.kind == kind)
    if state is not None:
        statement = statement.where(Stall.state == state)
    found = list(db.session.scalars(statement))
    places = {
        activity_id: place for place, activity_id in enumerate(dict.fromkeys(s.activity_id for s in found))
    }
    found.sort(key=lambda stall: (places[stall.activity_id], _natural(stall.code), stall.id))
    if q.strip():
        folded = text.fold(q)
        found = [
            stall
            for stall in found
            if (folded and folded in _words(stall, contacts))
            or (contacts and is_contact(q, stall.contact_phone, stall.contact_email))
        ]
    return found


def _words(stall: Stall, contacts: bool) -> str:
    named = stall.contact_name or "" if contacts else ""
    return text.fold(" ".join([stall.code, stall.owner, stall.goods or "", stall.activity.name, named]))


def _natural(code: str) -> list[tuple[bool, int, str]]:
    """A2 before A10."""
    runs = re.findall(r"\d+|\D+", text.fold(code))
    return [(not run.isdigit(), int(run) if run.isdigit() else 0, run) for run in runs]


def spaces(event: Event) -> list[Activity]:
    """Where stalls may stand, each space before its parts."""
    space = aliased(Activity)
    return list(
        db.session.scalars(
            sa.select(Activity)
            .outerjoin(space, space.id == Activity.parent_id)
            .where(Activity.event_id == event.id, Activity.kind.in_(SPACES))
            .options(joinedload(Activity.parent))
            .order_by(
                sa.func.coalesce(space.number, Activity.number),
                Activity.parent_id.is_not(None),
                Activity.number,
                Activity.id,
            )
        )
    )


def banks(event: Event) -> list[Stall]:
    """The stalls of banks that have not been called off."""
    return list(
        db.session.scalars(
            sa.select(Stall)
            .where(
                Stall.event_id == event.id, Stall.kind == StallKind.BANK, Stall.state != StallState.CANCELLED
            )
            .order_by(Stall.owner, Stall.id)
        )
    )


def stall_of(event: Event, stall_id: int) -> Stall:
    """The stall of this event; otherwise NotFound."""
    found: Stall = part_of(event, Stall, stall_id)
    return found


def count_in(activity_ids: Sequence[int]) -> int:
    """How many stalls stand in these, without those called off."""
    counted = sa.select(sa.func.count()).select_from(Stall)
    return (
        db.session.scalar(
            counted.where(Stall.activity_id.in_(activity_ids), Stall.state != StallState.CANCELLED)
        )
        or 0
    )


def overview(event: Event) -> Overview:
    """The stalls of an event in figures, in one query."""
    bank = aliased(Stall)
    counted = db.session.execute(
        sa.select(Stall.kind, Stall.is_cashless, bank.owner, sa.func.count())
        .outerjoin(bank, bank.id == Stall.bank_id)
        .where(Stall.event_id == event.id, Stall.state != StallState.CANCELLED)
        .group_by(Stall.kind, Stall.is_cashless, bank.owner)
    ).all()
    kinds: dict[StallKind, int] = {}
    names: dict[str, int] = {}
    food = cashless = 0
    for kind, is_cashless, owner, count in counted:
        kinds[kind] = kinds.get(kind, 0) + count
        if kind is StallKind.FOOD:
            food += count
            if is_cashless:
                cashless += count
                names[owner or ""] = names.get(owner or "", 0) + count
    return Overview(
        {kind: kinds[kind] for kind in StallKind if kind in kinds},
        food,
        cashless,
        dict(sorted(names.items(), key=lambda one: (not one[0], text.sort_key(one[0])))),
    )
