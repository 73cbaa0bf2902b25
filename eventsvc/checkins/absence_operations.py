"""Write down why somebody, or a whole organization, is not there; and take it back."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.checkins.attendance_models import Absence
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.events.models import Sitting
from eventsvc.guests.models import Guest
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, chunks, lock

LONGEST_REASON = 500


class Mark(NamedTuple):
    """Who is absent, a guest or an organization, and why. `seen`: the stamp of the note that the page showed about
    them, 0 for none; None asks for no comparison."""

    reason: str = ""
    guest_id: int | None = None
    organization_id: int | None = None
    seen: int | None = None


@atomic()
def mark(sitting: Sitting, marks: Sequence[Mark], *, is_excused: bool, by: Any) -> int:
    """Write it down for all of them, over what stood there before; safe to repeat. How many it was.

    An excuse has a reason: Invalid without one. StaleEdit when somebody else has noted something about one of them
    since the page was shown. Guests of another event are none.
    """
    lock(sitting)
    if is_excused and any(not one.reason.strip() for one in marks):
        raise Invalid(_("Say why they are excused: not all of them have given a reason."), field="reason")
    guest_ids = _known(Guest, [one.guest_id for one in marks], Guest.event_id == sitting.event_id)
    organization_ids = _known(Organization, [one.organization_id for one in marks])
    standing = {
        (row.guest_id, row.organization_id): row
        for row in db.session.scalars(sa.select(Absence).where(Absence.sitting_id == sitting.id))
    }
    columns = {
        "is_excused": is_excused,
        "at": clock.now(),
        "actor_kind": by.actor_kind if by is not None else "system",
        "actor_id": by.id if by is not None else None,
    }
    number = 0
    for one in dict.fromkeys(marks):
        if one.guest_id not in guest_ids and one.organization_id not in organization_ids:
            continue
        its = columns | {"reason": one.reason.strip()[:LONGEST_REASON]}
        whose = {"guest_id": one.guest_id, "organization_id": one.organization_id}
        row = standing.get((one.guest_id, one.organization_id))
        if row is None or (row.is_excused, row.reason) != (is_excused, its["reason"]):
            _require_seen(one, row)
        if row is None:
            row = Absence(event_id=sitting.event_id, sitting_id=sitting.id, **whose, **its)
            standing[one.guest_id, one.organization_id] = row
            db.session.add(row)
        else:
            assign(row, its)
        number += 1
    if number:
        record(
            by, "absences.recorded", sitting, event=sitting.event, count=number, excused=is_excused,
            organizations=sum(one.organization_id in organization_ids for one in marks),
        )  # fmt: skip
    return number


@atomic()
def withdraw(sitting: Sitting, marks: Sequence[Mark], *, by: Any) -> int:
    """Forget what was written down about them; how many it was."""
    lock(sitting)
    wanted = {(one.guest_id, one.organization_id): one for one in marks}
    rows = [
        row
        for row in db.session.scalars(sa.select(Absence).where(Absence.sitting_id == sitting.id))
        if (row.guest_id, row.organization_id) in wanted
    ]
    for row in rows:
        _require_seen(wanted[row.guest_id, row.organization_id], row)
        db.session.delete(row)
    if rows:
        record(by, "absences.withdrawn", sitting, event=sitting.event, count=len(rows))
    return len(rows)


def _require_seen(mark: Mark, row: Absence | None) -> None:
    if mark.seen is not None and mark.seen != (row.stamp if row is not None else 0):
        raise StaleEdit(
            _("Somebody else has noted something about one of them meanwhile. Look at the list once more.")
        )


def _known(model: Any, ids: Collection[int | None], *conditions: Any) -> set[int]:
    """Those of the ids that there are."""
    asked = sorted({each for each in ids if each is not None})
    found: set[int] = set()
    for some in chunks(asked):
        found |= set(db.session.scalars(sa.select(model.id).where(model.id.in_(some), *conditions)))
    return found
