"""Who sits where: everybody by the order of protocol, one by hand, a substitute after a decision."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.errors import DomainError, NotFound
from eventsvc.guests.models import Guest
from eventsvc.rows import lock, lock_open
from eventsvc.seating import ordering, queries
from eventsvc.seating.models import BlockKind, SeatAssignment, SeatingPlan
from eventsvc.seating.operations.assigning import (
    SeatTaken,
    holder,
    move,
    own,
    place,
    release,
    require_here,
    require_seat,
    write_labels,
)
from eventsvc.seating.ordering import Seat
from eventsvc.seating.sitting import label


class NoSeatFree(DomainError):
    code = "no_seat_free"


class Filled(NamedTuple):
    """What seating everybody has done: who has a seat now, who got another one than before, who has none."""

    seated: int
    changed: int
    without: int


@atomic()
def seat_everybody(plan: SeatingPlan, *, by: Any) -> Filled:
    """Give the seats of the hall by the order of protocol to those who come; safe to repeat.

    Fixed seats stay, and those that wait to be settled after a substitution. A block kept for a group is filled with
    its people first. The presidium and the places held back are given by hand, unless they are kept for a group.
    """
    lock_open(plan.event)
    lock(plan)
    sittings, unsettled = queries.sittings(plan), queries.to_settle(plan)
    waiting = {each.guest.id for each in unsettled}
    in_question = waiting | {each.replaced.id for each in unsettled if each.replaced is not None}
    kept = {
        sitting.guest.id: sitting.seat
        for sitting in sittings
        if sitting.guest.site_id == plan.site_id
        and (sitting.assignment.is_fixed or sitting.guest.id in in_question)
    }
    candidates = queries.candidates(plan)
    wanted = _given_by_order(
        plan, [each for each in candidates if each.guest_id not in kept.keys() | waiting], set(kept.values())
    )
    before = {sitting.guest.id: sitting.seat for sitting in sittings if sitting.guest.id not in kept}
    changed = {guest_id for guest_id in before | wanted if before.get(guest_id) != wanted.get(guest_id)}
    move(plan, changed, wanted)
    blocks = {block.id: block for block in plan.blocks}
    # Of those who stay too: somebody may have typed other words on the guest's page.
    settled = {each: seat for each, seat in (kept | wanted).items() if each not in in_question}
    write_labels({each: label(blocks[seat.block_id], seat) for each, seat in settled.items()})
    seated = len(kept) + len(wanted)
    without = sum(1 for each in candidates if each.guest_id not in kept and each.guest_id not in wanted)
    if changed:
        record(by, "seating_plan.filled", plan, seated=seated, changed=len(changed), without=without)
    return Filled(seated, len(changed), without)


@atomic()
def give(plan: SeatingPlan, seat: Seat, guest: Guest, *, is_fixed: bool = True, by: Any) -> None:
    """Give a free seat to a guest of the site, who gives up the one they had; the same again changes nothing.

    A seat given by hand is fixed: seating everybody leaves it alone.
    """
    lock_open(plan.event)
    require_seat(plan, seat)
    require_here(plan, guest)
    sitter = holder(plan, seat)
    if sitter is not None and sitter.guest_id != guest.id:
        raise SeatTaken(_("This seat has been given to %(name)s.", name=sitter.guest.person.full_name))
    place(plan, seat, guest, is_fixed=is_fixed)
    record(by, "seat.given", guest, event=plan.event, block=seat.block_id, row=seat.row, number=seat.number)


@atomic()
def swap(plan: SeatingPlan, seat: Seat, guest: Guest, *, by: Any) -> None:
    """Two guests exchange their seats; when the newcomer has none yet, the other one is left without."""
    lock_open(plan.event)
    require_seat(plan, seat)
    require_here(plan, guest)
    sitter, theirs = holder(plan, seat), own(plan, guest)
    if sitter is None:
        raise NotFound(_("Nobody sits there any more."))
    if sitter.guest_id == guest.id:
        return
    other = sitter.guest
    former = Seat(theirs.block_id, theirs.row, theirs.number) if theirs is not None else None
    release(SeatAssignment.guest_id.in_([guest.id, other.id]))
    place(plan, seat, guest, is_fixed=True)
    if former is not None:
        place(plan, former, other, is_fixed=True)
    record(by, "seat.swapped", guest, event=plan.event, other=other.id)


@atomic()
def take_away(plan: SeatingPlan, guest: Guest, *, by: Any) -> None:
    """The guest has no seat any more, nor has whoever the guest goes for; safe to repeat."""
    lock_open(plan.event)
    guest.seat_needs_review = False
    _settle(guest)
    if release(sa.and_(SeatAssignment.plan_id == plan.id, SeatAssignment.guest_id == guest.id)):
        record(by, "seat.taken_away", guest, event=plan.event)


@atomic()
def fix(plan: SeatingPlan, guest: Guest, is_fixed: bool, *, by: Any) -> None:
    """Say whether seating everybody leaves this guest where they sit; safe to repeat."""
    lock_open(plan.event)
    theirs = own(plan, guest)
    if theirs is None:
        raise NotFound(_("This guest has no seat in this plan."))
    if theirs.is_fixed is not is_fixed:
        theirs.is_fixed = is_fixed
        record(by, "seat.fixed", guest, event=plan.event, is_fixed=is_fixed)


# --- After a substitution -------------------------------------------------------------------------------


@atomic()
def keep(plan: SeatingPlan, guest: Guest, *, by: Any) -> None:
    """The substitute sits where the person replaced would have sat, or on the seat given in the meantime; it is fixed
    from now on. NoSeatFree when there is neither."""
    lock_open(plan.event)
    require_here(plan, guest)
    former = _settle(guest)
    if (theirs := own(plan, guest)) is not None:
        theirs.is_fixed = True
    elif former is not None:
        place(plan, former, guest, is_fixed=True)
    else:
        raise NoSeatFree(_("There is no seat to keep."))
    guest.seat_needs_review = False
    record(by, "seat.kept", guest, event=plan.event)


@atomic()
def seat_again(plan: SeatingPlan, guest: Guest, *, by: Any) -> str:
    """Seat a substitute by the own rank, below those of higher standing; returns the label of the seat.

    NoSeatFree when there is none.
    """
    lock_open(plan.event)
    require_here(plan, guest)
    _settle(guest)
    order = [each.guest_id for each in queries.candidates(plan)]
    if guest.id not in order:
        raise NoSeatFree(_("This guest does not come; take the seat away instead."))
    higher = set(order[: order.index(guest.id)])
    held = {sitting.guest.id: sitting.seat for sitting in queries.sittings(plan)}
    taken = {seat for guest_id, seat in held.items() if guest_id != guest.id}
    seats = _open_to(plan, guest.group_id)
    found = ordering.first_free(seats, taken, {held[guest_id] for guest_id in higher if guest_id in held})
    if found is None:
        raise NoSeatFree(_("No seat is free in this hall."))
    place(plan, found, guest, is_fixed=False)
    guest.seat_needs_review = False
    record(by, "seat.settled", guest, event=plan.event)
    return label(queries.block_of(plan, found.block_id), found)


def _settle(guest: Guest) -> Seat | None:
    """Whoever the guest goes for gives up the seat, which is returned: their place is nobody's any more."""
    replaced = queries.replaced_by([guest.id]).get(guest.id)
    if replaced is None:
        return None
    replaced.seat_needs_review = False
    held = queries.assignment_of(replaced)
    if held is None:
        return None
    seat = Seat(held.block_id, held.row, held.number)
    release(SeatAssignment.guest_id == replaced.id)
    return seat


def _given_by_order(
    plan: SeatingPlan, candidates: list[queries.Candidate], taken: Collection[Seat]
) -> dict[int, Seat]:
    """The seat that each of these guests gets: first those of blocks kept for their group, then the hall's."""
    places: dict[int | None, list[Seat]] = {}
    keepers = {block.id: block.group_id for block in plan.blocks}
    open_ids = {block.id for block in plan.blocks if block.kind is BlockKind.ROWS}
    for seat in ordering.across([ordering.shape(block) for block in plan.blocks]):
        keeper = keepers[seat.block_id]
        if seat not in taken and (keeper is not None or seat.block_id in open_ids):
            places.setdefault(keeper, []).append(seat)
    for seats in places.values():
        seats.reverse()  # the highest is taken from the end
    given = {}
    for guest_id, group_id in candidates:
        own = places.get(group_id) if group_id is not None else None
        seats = own or places.get(None)
        if seats:
            given[guest_id] = seats.pop()
    return given


def _open_to(plan: SeatingPlan, group_id: int | None) -> list[Seat]:
    """The seats that a guest of this group may get by protocol, the highest first."""
    mine, hall = set(), set()
    for block in plan.blocks:
        if block.group_id is not None and block.group_id == group_id:
            mine.add(block.id)
        elif block.group_id is None and block.kind is BlockKind.ROWS:
            hall.add(block.id)
    order = ordering.across([ordering.shape(block) for block in plan.blocks])
    return [seat for ids in (mine, hall) for seat in order if seat.block_id in ids]
