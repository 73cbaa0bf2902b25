"""Plans of halls and their blocks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.rows import assign, lock, lock_open
from eventsvc.seating import ordering, queries
from eventsvc.seating.models import BlockKind, SeatAssignment, SeatBlock, SeatingPlan
from eventsvc.seating.operations.assigning import release, write_labels
from eventsvc.seating.sitting import label
from eventsvc.sites.models import Site

EDITABLE = frozenset({"name", "kind", "offset", "rows", "seats_per_row", "closed", "group_id"})


class SeatsInUse(DomainError):
    code = "seats_in_use"


class Layout(NamedTuple):
    """A hall as most are: rows left, centre and right of two aisles, a presidium on the stage."""

    rows: int
    centre: int
    left: int = 0
    right: int = 0
    presidium: int = 0


@atomic()
def add_plan(
    site: Site, *, name: str, note: str | None = None, layout: Layout | None = None, by: Any
) -> SeatingPlan:
    """A plan of the hall, with the blocks of a usual hall when a layout is given."""
    lock_open(site.event)
    _require_new_plan(site, name)
    plan = SeatingPlan(event_id=site.event_id, site=site, name=text.clean(name), note=note)
    db.session.add(plan)
    for number, block in enumerate(_blocks(layout), start=1):
        plan.blocks.append(SeatBlock(number=number, **block))
    db.session.flush()
    record(by, "seating_plan.added", plan, seats=queries.capacity(plan))
    return plan


@atomic()
def edit_plan(plan: SeatingPlan, *, name: str, note: str | None, version: int | None = None, by: Any) -> None:
    """Rename a plan. StaleEdit when `version` is no longer the plan's."""
    lock_open(plan.event)
    lock(plan, version)
    if text.clean(name) != plan.name:
        _require_new_plan(plan.site, name)
    if assign(plan, {"name": text.clean(name), "note": note}):
        record(by, "seating_plan.edited", plan)


@atomic()
def remove_plan(plan: SeatingPlan, *, by: Any) -> None:
    """Remove the plan; whoever had a seat in it has none afterwards."""
    lock_open(plan.event)
    lock(plan)
    released = release(SeatAssignment.plan_id == plan.id)
    record(by, "seating_plan.removed", plan, released=released)
    db.session.delete(plan)


@atomic()
def add_block(plan: SeatingPlan, changes: Mapping[str, Any], *, by: Any) -> SeatBlock:
    """A block at the end of the plan; its name is new there."""
    lock_open(plan.event)
    lock(plan)
    _require_new_block(plan, changes["name"])
    block = SeatBlock(plan=plan, number=max((each.number for each in plan.blocks), default=0) + 1)
    assign(block, changes, EDITABLE)
    db.session.add(block)
    db.session.flush()
    record(by, "seat_block.added", block, event=plan.event, seats=len(ordering.shape(block).seats))
    return block


@atomic()
def edit_block(block: SeatBlock, changes: Mapping[str, Any], *, version: int | None = None, by: Any) -> None:
    """Change a block. Refused while somebody sits on a chair that would be gone; labels follow the name."""
    plan = block.plan
    lock_open(plan.event)
    lock(block, version)
    if text.same_words(changes.get("name", block.name)) != text.same_words(block.name):
        _require_new_block(plan, changes["name"])
    before = block.name
    changed = assign(block, changes, EDITABLE)
    if not changed:
        return
    held = {sitting.seat: sitting.guest.id for sitting in queries.sittings(plan)}
    mine = {seat: guest_id for seat, guest_id in held.items() if seat.block_id == block.id}
    if gone := mine.keys() - set(ordering.shape(block).seats):
        _block_id, row, number = min(gone)
        raise SeatsInUse(
            _(
                "Somebody sits on a seat that would be gone: %(seat)s.",
                seat=f"{before}-{row:02d}-{number:02d}",
            )
        )
    write_labels({guest_id: label(block, seat) for seat, guest_id in mine.items()})
    record(by, "seat_block.edited", block, event=plan.event, fields=changed)


@atomic()
def remove_block(block: SeatBlock, *, by: Any) -> None:
    """Remove a block; whoever had a seat in it has none afterwards."""
    plan = block.plan
    lock_open(plan.event)
    lock(block)
    released = release(SeatAssignment.block_id == block.id)
    record(by, "seat_block.removed", block, event=plan.event, released=released)
    plan.blocks.remove(block)


def _blocks(layout: Layout | None) -> list[dict[str, Any]]:
    if layout is None:
        return []
    sides = (("A", -1, layout.left), ("B", 0, layout.centre), ("C", 1, layout.right))
    if not layout.left and not layout.right:
        sides = (("A", 0, layout.centre),)
    hall = [
        {"name": name, "offset": offset, "rows": layout.rows, "seats_per_row": seats}
        for name, offset, seats in sides
        if seats
    ]
    if not layout.presidium:
        return hall
    stage = {"name": "CT", "kind": BlockKind.PRESIDIUM, "rows": 1, "seats_per_row": layout.presidium}
    return [stage, *hall]


def _require_new_plan(site: Site, name: str) -> None:
    names = db.session.scalars(sa.select(SeatingPlan.name).where(SeatingPlan.site_id == site.id))
    if text.same_words(name) in {text.same_words(each) for each in names}:
        raise Invalid(_("There is a plan of this name for this site already."), field="name")


def _require_new_block(plan: SeatingPlan, name: str) -> None:
    if text.same_words(name) in {text.same_words(block.name) for block in plan.blocks if block.name}:
        raise Invalid(_("There is a block of this name in this plan already."), field="name")


@atomic()
def note_print(plan: SeatingPlan, what: str, count: int, *, by: Any) -> None:
    """Write down who printed which list of people, and how many stand on it."""
    record(by, "seating_plan.printed", plan, what=what, count=count)
