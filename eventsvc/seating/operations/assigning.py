"""Putting people on seats and taking them off; the one place where labels are written to `Guest.seat`."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc.db import db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.guests.models import Guest
from eventsvc.rows import chunks
from eventsvc.seating import ordering, queries
from eventsvc.seating.models import SeatAssignment, SeatingPlan
from eventsvc.seating.ordering import Seat
from eventsvc.seating.sitting import label


class SeatTaken(DomainError):
    code = "seat_taken"


def move(plan: SeatingPlan, changed: Collection[int], wanted: Mapping[int, Seat]) -> None:
    """Bring the changed guests to their wanted seats in a few statements, whatever their number."""
    for ids in chunks(sorted(changed)):
        db.session.execute(
            sa.delete(SeatAssignment).where(
                SeatAssignment.plan_id == plan.id, SeatAssignment.guest_id.in_(ids)
            )
        )
    moved = {guest_id: wanted[guest_id] for guest_id in sorted(changed) if guest_id in wanted}
    if moved:
        db.session.execute(
            sa.insert(SeatAssignment),
            [
                {"plan_id": plan.id, "guest_id": guest_id, **_columns(seat)}
                for guest_id, seat in moved.items()
            ],
        )
    blocks = {block.id: block for block in plan.blocks}
    labels = {guest_id: label(blocks[seat.block_id], seat) for guest_id, seat in moved.items()}
    write_labels({guest_id: labels.get(guest_id) for guest_id in changed})
    db.session.expire_all()


def place(plan: SeatingPlan, seat: Seat, guest: Guest, *, is_fixed: bool) -> None:
    """Put the guest on the seat, which is free or their own; a seat that somebody else was quicker to is refused."""
    own = queries.assignment_of(guest)
    if own is not None and own.plan_id == plan.id and (own.block_id, own.row, own.number) == seat:
        own.is_fixed = is_fixed
        return
    release(SeatAssignment.guest_id == guest.id)
    try:
        with db.session.begin_nested():
            db.session.add(
                SeatAssignment(plan_id=plan.id, guest_id=guest.id, is_fixed=is_fixed, **_columns(seat))
            )
    except IntegrityError:
        raise SeatTaken(_("Somebody else has just given out this seat, or seated this guest.")) from None
    write_labels({guest.id: label(queries.block_of(plan, seat.block_id), seat)})


def release(condition: sa.ColumnElement[bool]) -> int:
    """Take these seats away from whoever has them; how many."""
    db.session.flush()
    guest_ids = list(
        db.session.scalars(sa.delete(SeatAssignment).where(condition).returning(SeatAssignment.guest_id))
    )
    write_labels(dict.fromkeys(guest_ids))
    return len(guest_ids)


def write_labels(labels: Mapping[int, str | None]) -> None:
    """What stands on the seat of each guest; raises the version of those whom it changes: it is on their form."""
    if not labels:
        return
    db.session.flush()
    table = Guest.__table__
    changes = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("guest"), table.c.seat.is_distinct_from(sa.bindparam("label")))
        .values(seat=sa.bindparam("label"), version=table.c.version + 1)
    )
    rows = [{"guest": guest_id, "label": label} for guest_id, label in sorted(labels.items())]
    db.session.connection().execute(changes, rows)
    for guest_id in labels:
        if (loaded := db.session.identity_map.get(db.session.identity_key(Guest, guest_id))) is not None:
            db.session.expire(loaded, ["seat", "version"])


def _columns(seat: Seat) -> dict[str, int]:
    return {"block_id": seat.block_id, "row": seat.row, "number": seat.number}


def holder(plan: SeatingPlan, seat: Seat) -> SeatAssignment | None:
    return db.session.scalar(sa.select(SeatAssignment).filter_by(plan_id=plan.id, **_columns(seat)))


def own(plan: SeatingPlan, guest: Guest) -> SeatAssignment | None:
    return db.session.scalar(sa.select(SeatAssignment).filter_by(plan_id=plan.id, guest_id=guest.id))


def require_seat(plan: SeatingPlan, seat: Seat) -> None:
    if seat not in ordering.shape(queries.block_of(plan, seat.block_id)).seats:
        raise NotFound(_("There is no such seat, or nobody is to sit there."))


def require_here(plan: SeatingPlan, guest: Guest) -> None:
    if guest.site_id != plan.site_id:
        raise Invalid(_("This guest sits at another site."), field="guest")
