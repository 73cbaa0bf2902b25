"""Hand in, forward, send back and approve: the same four steps for every table of things that are returned."""

from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open
from eventsvc.tasks.returns import HANDED_IN, OPEN_TO_EDIT, ReturnState


class NotOpenToEdit(DomainError):
    """It was forwarded or approved: it must be sent back before it is changed."""

    code = "not_open_to_edit"


class NothingHandedIn(DomainError):
    code = "nothing_handed_in"


@atomic()
def submit(
    row: Any,
    event: Event,
    values: dict[str, Any],
    *,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Write the values down and hand the row in. `by` is the organization by its link, or a user on its behalf.

    NotOpenToEdit once it was forwarded or approved; StaleEdit when `version` is no longer the row's.
    """
    lock_open(event)
    lock(row, version)
    if row.state not in OPEN_TO_EDIT:
        raise NotOpenToEdit(
            _("This has been approved or passed on; it must be sent back before it is changed.")
        )
    assign(row, values)
    row.state = ReturnState.SUBMITTED
    row.submitted_at = (
        row.submitted_at or clock.now()
    )  # what was in time stays so, however it is put right later
    row.submitted_by = by_name
    row.on_behalf_by_id = by.id if isinstance(by, User) else None
    db.session.flush()
    record(by, f"{row.__tablename__}.submitted", row, event=event)


@atomic()
def forward(
    row: Any, event: Event, *, by_name: str | None = None, version: int | None = None, by: Any
) -> None:
    """Pass on what the unit below has handed in. Safe to repeat."""
    lock_open(event)
    lock(row, version)
    if row.state is ReturnState.FORWARDED:
        return
    if row.state is not ReturnState.SUBMITTED:
        raise NothingHandedIn(_("Nothing has been handed in that could be passed on."))
    row.state, row.forwarded_at, row.forwarded_by = ReturnState.FORWARDED, clock.now(), by_name
    db.session.flush()
    record(by, f"{row.__tablename__}.forwarded", row, event=event)


@atomic()
def send_back(row: Any, event: Event, *, remark: str, version: int | None = None, by: Any) -> None:
    """Ask for it to be put right; the remark says what is wrong."""
    lock_open(event)
    lock(row, version)
    if row.state not in HANDED_IN:
        raise NothingHandedIn(_("Nothing has been handed in that could be sent back."))
    if not remark.strip():
        raise Invalid(_("Say what is to be put right."), field="remark")
    _review(row, ReturnState.RETURNED, by)
    row.remark = remark.strip()
    db.session.flush()
    record(by, f"{row.__tablename__}.returned", row, event=event)


@atomic()
def approve(row: Any, event: Event, *, version: int | None = None, by: Any) -> None:
    """Agree to what was handed in; it can no longer be edited until it is sent back. Safe to repeat."""
    lock_open(event)
    lock(row, version)
    if row.state is ReturnState.APPROVED:
        return
    if row.state not in HANDED_IN:
        raise NothingHandedIn(_("Nothing has been handed in that could be approved."))
    _review(row, ReturnState.APPROVED, by)
    row.remark = None
    db.session.flush()
    record(by, f"{row.__tablename__}.approved", row, event=event)


def _review(row: Any, state: ReturnState, by: Any) -> None:
    row.state, row.reviewed_at = state, clock.now()
    row.reviewed_by_id = by.id if isinstance(by, User) else None
