"""What goes wrong at a site, from the first word to the last."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import Fault, FaultEntry, FaultKind, FaultState
from eventsvc.sites.reporter import Reporter
from eventsvc.sites.step_operations import note_report, require_not_closed

SECOND_TAP = timedelta(seconds=30)
"""How long the same words from the same hand are the same report, sent again over a slow line."""

MOST_OPEN = 20
"""Faults of one site that nobody has cleared: more are no reports any more."""


class FaultCleared(DomainError):
    code = "fault_cleared"


class TooManyFaults(DomainError):
    code = "too_many_faults"


@atomic()
def raise_fault(
    site: Site, kind: FaultKind, text: str | None, reporter: Reporter, *, link_test_id: int | None = None
) -> Fault:
    """Something does not work: the site stands at "fault" until all of its faults are cleared.

    A second tap makes no second fault: the one that stands is returned. TooManyFaults above `MOST_OPEN`.
    """
    lock_open(site.event)
    lock(site)
    require_not_closed(site)
    fault = Fault(event_id=site.event_id, kind=kind, text=text, link_test_id=link_test_id)
    standing = _raised_just_now(site, fault, reporter)
    if standing is not None:
        return standing
    if site.open_faults >= MOST_OPEN:
        raise TooManyFaults(
            _(
                "%(most)s faults of this site are open already. Clear those that are over, or add to one of them.",
                most=MOST_OPEN,
            )
        )
    fault.site = site
    db.session.add(fault)
    db.session.flush()
    _count(site, 1)
    _say(fault, FaultState.OPEN, text, reporter)
    return fault


@atomic()
def take_fault(fault: Fault, owner: str, reporter: Reporter, *, text: str | None = None) -> None:
    """Somebody sees to it, by name. Another may take it over. FaultCleared when it is over already."""
    _hold(fault)
    fault.state, fault.owner = FaultState.TAKEN, owner
    _say(fault, FaultState.TAKEN, text, reporter)


@atomic()
def comment_fault(fault: Fault, text: str, reporter: Reporter) -> None:
    """A line more on its time line; the state stays. A fault that is over may still be spoken of."""
    lock_open(fault.event)
    lock(fault)
    _say(fault, fault.state, text, reporter)


@atomic()
def clear_fault(fault: Fault, reporter: Reporter, *, text: str | None = None) -> bool:
    """It works again. Safe to repeat; whether this was what cleared it."""
    lock_open(fault.event)
    lock(fault.site)
    lock(fault)
    if fault.state is FaultState.CLEARED:
        return False
    fault.state, fault.cleared_at = FaultState.CLEARED, clock.now()
    _count(fault.site, -1)
    _say(fault, FaultState.CLEARED, text, reporter)
    return True


def _raised_just_now(site: Site, fault: Fault, reporter: Reporter) -> Fault | None:
    """The same report by the same hand, not yet cleared."""
    who = reporter.columns
    said = (
        (Fault.kind, fault.kind),
        (Fault.text, fault.text),
        (Fault.link_test_id, fault.link_test_id),
        (FaultEntry.state, FaultState.OPEN),
        (FaultEntry.actor_kind, who["actor_kind"]),
        (FaultEntry.actor_id, who["actor_id"]),
    )
    return db.session.scalar(
        sa.select(Fault)
        .join(FaultEntry, FaultEntry.fault_id == Fault.id)
        .where(
            Fault.site_id == site.id,
            Fault.state != FaultState.CLEARED,
            Fault.raised_at > clock.now() - SECOND_TAP,
            *(column == value for column, value in said),
        )
        .order_by(Fault.id)
        .limit(1)
    )


def _hold(fault: Fault) -> None:
    lock_open(fault.event)
    lock(fault.site)
    lock(fault)
    if fault.state is FaultState.CLEARED:
        raise FaultCleared(_("This fault has been cleared already. Report a new one if it is back."))


def _count(site: Site, change: int) -> None:
    note_report(site, open_faults=site.open_faults + change)


def _say(fault: Fault, state: FaultState, text: str | None, reporter: Reporter) -> None:
    entry = FaultEntry(state=state, owner=fault.owner, text=text, **reporter.columns_on_behalf)
    fault.entries.append(entry)
    db.session.flush()
    details: dict[str, Any] = {"state": state.value, "on_behalf": bool(reporter.spoke_with)}
    record(reporter.by, "fault.reported", fault, event=fault.event, **details)
