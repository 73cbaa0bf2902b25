"""Open doors with their figures, who has registered, how many people were counted by taps."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import secrets
from eventsvc.checkins import queries as checkins
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventStatus, Sitting
from eventsvc.halls import queries as halls
from eventsvc.invitations import queries as passes
from eventsvc.sites.models import Site
from eventsvc.text import fold
from eventsvc.visitors.models import OpenDoors, Tally, Visit, VisitState

SUBJECT = "visit"
LONGEST_TOKEN = 64


class Figures(NamedTuple):
    """How full it is. `left` and `capacity` are None without limit. `came`: registered people who are in by their
    pass; `counted`: people counted by taps at the same site and sitting, last at `counted_at`. The two are never added:
    whoever was scanned may have been counted, too."""

    registered: int
    waiting: int
    capacity: int | None
    came: int
    counted: int
    counted_at: datetime | None

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.registered)


def open_doors_of(event: Event, site_ids: Collection[int] | None = None) -> list[OpenDoors]:
    """In the order in which they were made, with site and sitting."""
    statement = (
        sa.select(OpenDoors)
        .options(joinedload(OpenDoors.site), joinedload(OpenDoors.sitting))
        .where(OpenDoors.event_id == event.id)
        .order_by(OpenDoors.number)
    )
    if site_ids is not None:
        statement = statement.where(OpenDoors.site_id.in_(site_ids))
    return list(db.session.scalars(statement))


def open_doors_or_404(event: Event, number: int, site_ids: Collection[int] | None = None) -> OpenDoors:
    found = db.session.scalar(
        sa.select(OpenDoors)
        .options(joinedload(OpenDoors.site), joinedload(OpenDoors.sitting))
        .where(OpenDoors.event_id == event.id, OpenDoors.number == number)
    )
    if found is None or (site_ids is not None and found.site_id not in site_ids):
        raise NotFound(_("There is nothing at this address."))
    return found


def open_doors_to_come(now: datetime) -> list[OpenDoors]:
    """Those that have not begun, of every event that somebody still looks after."""
    return list(
        db.session.scalars(
            sa.select(OpenDoors)
            .join(OpenDoors.sitting)
            .join(OpenDoors.event)
            .options(joinedload(OpenDoors.event), joinedload(OpenDoors.site), joinedload(OpenDoors.sitting))
            .where(Sitting.starts_at > now, Event.status != EventStatus.ARCHIVED)
            .order_by(OpenDoors.id)
        )
    )


def registered(open_doors: OpenDoors) -> Figures:
    """The figures of one."""
    return figures([open_doors])[open_doors.id]


def taken(listed: Sequence[OpenDoors]) -> dict[int, tuple[int, int]]:
    """How many have a place and how many wait, by id. One statement."""
    states: dict[int, dict[VisitState, int]] = {each.id: {} for each in listed}
    rows = db.session.execute(
        sa.select(Visit.open_doors_id, Visit.state, sa.func.count())
        .where(Visit.open_doors_id.in_(states))
        .group_by(Visit.open_doors_id, Visit.state)
    )
    for open_doors_id, state, count in rows:
        states[open_doors_id][state] = count
    return {
        each: (found.get(VisitState.REGISTERED, 0), found.get(VisitState.WAITING, 0))
        for each, found in states.items()
    }


def figures(listed: Sequence[OpenDoors]) -> dict[int, Figures]:
    """By id. The number of statements grows with the sittings they belong to, not with the rows."""
    ids = [each.id for each in listed]
    places = taken(listed)
    came: dict[int, int] = {}
    counted: dict[int, dict[int, tuple[int, datetime]]] = {}
    for sitting in {each.sitting_id: each.sitting for each in listed}.values():
        first = checkins.first_entries(sitting)
        rows = db.session.execute(
            sa.select(Visit.open_doors_id, sa.func.count())
            .join(first, first.c.guest_id == Visit.guest_id)
            .join(OpenDoors, OpenDoors.id == Visit.open_doors_id)
            .where(OpenDoors.id.in_(ids), OpenDoors.sitting_id == sitting.id)
            .where(Visit.state == VisitState.REGISTERED)
            .group_by(Visit.open_doors_id)
        )
        came |= {open_doors_id: number for open_doors_id, number in rows}
        counted[sitting.id] = tallied_until(sitting)
    return {
        each.id: Figures(
            *places[each.id],
            each.capacity,
            came.get(each.id, 0),
            *counted[each.sitting_id].get(each.site_id, (0, None)),
        )
        for each in listed
    }


# --- Visitors -----------------------------------------------------------------------------------------------


def visits(
    open_doors: OpenDoors, *, state: VisitState | None = None, q: str = "", contacts: bool = True
) -> sa.Select[Visit]:
    """Select those who registered, in that order; `q` ignores diacritics, and looks for contacts where they may be
    seen."""
    statement = sa.select(Visit).where(Visit.open_doors_id == open_doors.id).order_by(Visit.id)
    if state is not None:
        statement = statement.where(Visit.state == state)
    for word in fold(q).split():
        fits = Visit.folded.contains(word, autoescape=True)
        if contacts:
            fits |= Visit.phone.contains(word.removeprefix("0"), autoescape=True)
            fits |= Visit.email.contains(word, autoescape=True)
        statement = statement.where(fits)
    return statement


def to_be_told(open_doors: OpenDoors, facts: str, *, by_telephone: bool = False) -> sa.Select[Visit]:
    """Select those who keep or await a place and have heard something else: who has an e-mail address, or who has
    none."""
    has_address = Visit.email.is_(None) if by_telephone else Visit.email.is_not(None)
    return (
        sa.select(Visit)
        .where(
            Visit.open_doors_id == open_doors.id,
            Visit.state != VisitState.CANCELLED,
            Visit.told != facts,
            has_address,
        )
        .order_by(Visit.id)
    )


def visit_of(open_doors: OpenDoors, visit_id: int) -> Visit:
    found = db.session.scalar(
        sa.select(Visit).where(Visit.id == visit_id, Visit.open_doors_id == open_doors.id)
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def visit_by_token(token: str) -> Visit | None:
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(Visit)
        .options(joinedload(Visit.open_doors).joinedload(OpenDoors.event))
        .where(Visit.token_hash == secrets.digest(token))
    )


def same_visitor(open_doors: OpenDoors, folded: str, phone: str | None, email: str | None) -> Visit | None:
    """The first standing registration of the same person: the same name under one of the same contacts.

    By the name as well, for a family has one telephone. Nobody is shown what this finds: who knows both is not thereby
    the person.
    """
    contacts = [column == value for column, value in ((Visit.phone, phone), (Visit.email, email)) if value]
    return db.session.scalar(
        sa.select(Visit)
        .where(
            Visit.open_doors_id == open_doors.id,
            Visit.state != VisitState.CANCELLED,
            Visit.folded == folded,
            sa.or_(*contacts),
        )
        .order_by(Visit.id)
        .limit(1)
    )


def was_written_to(visit: Visit, since: datetime) -> bool:
    """Whether a letter with the link of the visit was written since then and not called back."""
    letters = sa.select(Delivery.id).where(
        Delivery.subject_kind == SUBJECT,
        Delivery.subject_id == visit.id,
        Delivery.created_at > since,
        Delivery.state != DeliveryState.CANCELLED,
    )
    return db.session.scalar(letters.limit(1)) is not None


def place_in_queue(visit: Visit) -> int:
    """1 for whoever moves up next."""
    before = sa.select(sa.func.count()).where(
        Visit.open_doors_id == visit.open_doors_id,
        Visit.state == VisitState.WAITING,
        Visit.id <= visit.id,
    )
    return db.session.scalar(before) or 0


def places_in_queue(open_doors: OpenDoors) -> dict[int, int]:
    """The number in the queue of everybody who waits, by visit."""
    ids = db.session.scalars(
        sa.select(Visit.id)
        .where(Visit.open_doors_id == open_doors.id, Visit.state == VisitState.WAITING)
        .order_by(Visit.id)
    )
    return {visit_id: number for number, visit_id in enumerate(ids, start=1)}


def next_waiting(open_doors: OpenDoors, limit: int | None) -> list[Visit]:
    """Those who move up first."""
    return list(
        db.session.scalars(
            sa.select(Visit)
            .where(Visit.open_doors_id == open_doors.id, Visit.state == VisitState.WAITING)
            .order_by(Visit.id)
            .limit(limit)
        )
    )


def count_in(open_doors: OpenDoors, state: VisitState) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(Visit.open_doors_id == open_doors.id, Visit.state == state)
        )
        or 0
    )


def is_in(visit: Visit) -> bool:
    """Whether the visitor has come in by their pass."""
    if visit.guest_id is None:
        return False
    return bool(checkins.is_in([visit.guest_id], visit.open_doors.sitting))


def codes(listed: Sequence[Visit]) -> dict[int, str]:
    """The live codes of the visitors, by the id of their guest."""
    guests = [visit.guest_id for visit in listed if visit.guest_id is not None]
    found = passes.live_passes(guests) if guests else {}
    return {guest_id: secrets.unseal(live.code_sealed) for guest_id, live in found.items()}


# --- Tallies ------------------------------------------------------------------------------------------------


def tallied(sitting: Sitting) -> dict[int, int]:
    """How many people were counted by taps at each site of the sitting; never below nought. One statement."""
    return {site_id: people for site_id, (people, _at) in tallied_until(sitting).items()}


def tallied_until(sitting: Sitting) -> dict[int, tuple[int, datetime]]:
    """The same, with the moment of the last tap."""
    rows = db.session.execute(
        sa.select(Tally.site_id, sa.func.sum(Tally.people), sa.func.max(Tally.counted_at))
        .where(Tally.sitting_id == sitting.id)
        .group_by(Tally.site_id)
    )
    return {site_id: (max(0, int(people)), at) for site_id, people, at in rows}


class WithHours(NamedTuple):
    """A sitting, and when its doors are open at a site, where shifts at them say so, by site."""

    sitting: Sitting
    hours: dict[int, tuple[datetime, datetime]]


def sittings_with_hours(event_id: int, site_ids: Collection[int]) -> list[WithHours]:
    sittings = db.session.scalars(
        sa.select(Sitting).where(Sitting.event_id == event_id).order_by(Sitting.number)
    )
    return [WithHours(sitting, halls.door_hours(site_ids, sitting)) for sitting in sittings]


def site_ids(event_id: int, codes: Collection[str]) -> dict[str, int]:
    """The sites of the event by these codes."""
    if not codes:
        return {}
    rows = db.session.execute(
        sa.select(Site.code, Site.id).where(Site.event_id == event_id, Site.code.in_(codes))
    )
    return {code: site_id for code, site_id in rows}


def known_tallies(tally_ids: Collection[str]) -> dict[str, tuple[int, int | None, int]]:
    """Those that are stored: event, device and people of each."""
    if not tally_ids:
        return {}
    rows = db.session.execute(
        sa.select(Tally.tally_id, Tally.event_id, Tally.device_id, Tally.people).where(
            Tally.tally_id.in_(tally_ids)
        )
    )
    return {tally_id: (event_id, device_id, people) for tally_id, event_id, device_id, people in rows}


def last_tallies(open_doors: OpenDoors, limit: int) -> list[Tally]:
    """The last taps at its site and sitting, newest first."""
    return list(
        db.session.scalars(
            sa.select(Tally)
            .where(Tally.sitting_id == open_doors.sitting_id, Tally.site_id == open_doors.site_id)
            .order_by(Tally.id.desc())
            .limit(limit)
        )
    )
