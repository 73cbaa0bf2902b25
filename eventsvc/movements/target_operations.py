"""Figures of targets: who returns them, what they hand in, and a letter to those who have not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.movements import target_messages as messages
from eventsvc.movements import target_queries as queries
from eventsvc.movements.models import Target
from eventsvc.movements.return_models import TargetReporter, TargetReturn
from eventsvc.movements.target_figures import is_share
from eventsvc.movements.target_periods import OWED, Turn, turn_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.rows import insert, lock, lock_open
from eventsvc.tasks import expansion_queries
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.returns import ReturnState


class NobodyMeant(Invalid):
    code = "nobody_meant"


class CountedTwice(Invalid):
    """A unit would be counted with the unit above it."""

    code = "counted_twice"


class AlreadyReturned(DomainError):
    code = "already_returned"


@dataclass(frozen=True)
class Reminded:
    """How many organizations were written to, and which have no address to write to."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@atomic()
def expect_figures(target: Target, names: Iterable[str], *, by: Any) -> int:
    """A figure to be returned by every organization that the lines mean; how many are new. Safe to repeat.

    CountedTwice when a unit and the one above it would both return it: the sum would count the same twice.
    """
    event = _event_of(target)
    lock_open(event)
    lock(target)
    known = expansion_queries.Known(event)
    wanted = [(one.name, one.organization) for name in names for one in known.meant(name)]
    if not wanted:
        raise NobodyMeant(_("These words mean no organization that is known."), field="names")
    standing = [row.asked.organization for row in queries.reporters_of(target)]
    _check_levels(event, [*standing, *(organization for _name, organization in wanted)])
    asked = charge_organizations(event, wanted, by=by)
    rows = [
        {"target_id": target.id, "organization_invitation_id": each}
        for each in dict.fromkeys(row.id for row in asked)
    ]
    made = db.session.scalars(
        insert(TargetReporter).values(rows).on_conflict_do_nothing().returning(TargetReporter.id)
    ).all()
    if target.starts_on is None:
        today = clock.today()
        target.starts_on = min(today, target.due_on) if target.due_on else today
    if made:
        record(by, "target.reporters_added", target, event=event, count=len(made))
    return len(made)


@atomic()
def expect_no_figure(reporter: TargetReporter, *, by: Any) -> None:
    """Take an organization off the list. AlreadyReturned once it has handed in a figure."""
    event = _event_of(reporter.target)
    lock_open(event)
    lock(reporter)
    given = sa.select(TargetReturn.id).where(
        TargetReturn.reporter_id == reporter.id, TargetReturn.state != ReturnState.MISSING
    )
    if db.session.scalar(sa.select(given.exists())):
        raise AlreadyReturned(_("This organization has handed in a figure already."))
    record(by, "target.reporter_removed", reporter.target, event=event)
    db.session.delete(reporter)


@atomic()
def hand_in(
    reporter: TargetReporter,
    period: date | None,
    *,
    value: Decimal,
    total: Decimal | None = None,
    note: str | None = None,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> TargetReturn:
    """The figure for the period that this day names (None: the latest).

    `version` 0: nothing was written down when the form was opened; StaleEdit when something is now.
    """
    target = reporter.target
    event = _event_of(target)
    lock_open(event)
    turn = required_turn(target, period)
    _check(target, value, total)
    row = _row(reporter, turn, version)
    values = {"value": value, "total": total if is_share(target.unit) else None, "note": note or None}
    returns.submit(row, event, values, by_name=by_name, version=version or None, by=by)
    return row


def required_turn(target: Target, period: date | None) -> Turn:
    turn = turn_of(target, period, clock.today())
    if turn is None:
        raise Invalid(_("This period has not begun, or the target has no such period."), field="period")
    return turn


@atomic()
def remind(target: Target, *, by: Any) -> Reminded:
    """A letter to everybody who owes the figure of the latest period. Safe to repeat: once a day."""
    event = _event_of(target)
    lock_open(event)
    turn, today = required_turn(target, None), clock.today()
    owing = [row.asked for row in queries.missing(target, turn)]
    reachable = [asked for asked in owing if asked.email]
    known = set(
        db.session.scalars(
            sa.select(Delivery.intent).where(
                Delivery.intent.in_([messages.intent(asked, target, turn, today) for asked in reachable])
            )
        )
    )
    new = [asked for asked in reachable if messages.intent(asked, target, turn, today) not in known]
    if new:
        composer = messages.Composer(event, target, turn, today)
        outbox.queue_many([composer.message(asked) for asked in new])
        record(by, "target.reminded", target, event=event, count=len(new))
    return Reminded(len(new), tuple(asked.name for asked in owing if not asked.email))


@outbox.before_repeating(messages.SUBJECT)
def _require_owed(delivery: Delivery) -> None:
    """A reminder is not sent again under a link that died, or to somebody who owes nothing any more."""
    asked = db.session.get(OrganizationInvitation, delivery.subject_id)
    if asked is None or not messages.still_holds(delivery, asked) or not _owes(asked):
        raise outbox.Overtaken(_("What this message says no longer holds."))


def _owes(asked: OrganizationInvitation) -> bool:
    own = queries.own_targets(asked, clock.today())
    return any(one.line is not None and one.line.standing in OWED for one in own)


def _event_of(target: Target) -> Event:
    if target.indicator is None:
        raise TypeError("the figures of a movement are returned as residents guided")
    return target.indicator.event


def _row(reporter: TargetReporter, turn: Turn, version: int | None) -> TargetReturn:
    values = {
        "reporter_id": reporter.id,
        "period_start": turn.key,
        "state": ReturnState.MISSING,
        "version": 1,
    }
    made = db.session.scalar(
        insert(TargetReturn).values(values).on_conflict_do_nothing().returning(TargetReturn.id)
    )
    if made is None and version == 0:
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    row = queries.return_for(reporter, turn)
    assert row is not None
    return row


def _check(target: Target, value: Decimal, total: Decimal | None) -> None:
    if value < 0:
        raise Invalid(_("A figure cannot be below zero."), field="value")
    if not is_share(target.unit):
        return
    if total is None:
        raise Invalid(_("Enter how many there are in all."), field="total")
    if total < 0:
        raise Invalid(_("A figure cannot be below zero."), field="total")
    if value > total:
        raise Invalid(_("The part cannot be greater than the whole."), field="value")


def _check_levels(event: Event, given: Sequence[Organization | None]) -> None:
    units = [row for row in given if row is not None and row.kind is OrganizationKind.UNIT]
    codes = {row.code for row in units}
    for row in units:
        if row.level is not Level.PROVINCE and row.parent_code in codes:
            above = next(each.name for each in units if each.code == row.parent_code)
            raise CountedTwice(
                _(
                    "%(name)s lies in %(above)s: if both return the figure, it is counted twice.",
                    name=row.name,
                    above=above,
                ),
                field="names",
            )
