"""Every change to an estimate: asked for, entered, approved, spent, settled; and the letters about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.budgets import estimate_messages as messages
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets.amounts import MOST, MOST_LINES, Line
from eventsvc.budgets.models import BudgetEstimate, BudgetLine
from eventsvc.budgets.queries import sources_of
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.rows import assign, by_place, insert, lock, lock_open
from eventsvc.tasks import expansion_queries
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NotOpenToEdit
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState


class NobodyMeant(Invalid):
    code = "nobody_meant"


class AboveSource(Invalid):
    """More would be approved from a source than there is in it; to be said, and confirmed."""

    code = "above_source"


class AboveEstimate(Invalid):
    """More would be approved than the agency asks for; to be said, and confirmed."""

    code = "above_estimate"


class NotApproved(DomainError):
    code = "not_approved"


class AlreadySettled(DomainError):
    code = "already_settled"


class OwnEstimate(DomainError):
    """Nobody decides about what they estimate themselves."""

    code = "own_estimate"


class AlreadySpent(DomainError):
    code = "already_spent"


@dataclass(frozen=True)
class Reminded:
    """How many agencies were written to, and which have no address to write to."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@atomic()
def ask_estimates(event: Event, names: Iterable[str], *, due_on: date | None = None, by: Any) -> int:
    """An estimate of every organization that the lines mean; how many are new. Safe to repeat: with another day, those
    who were asked before have until then."""
    lock_open(event)
    known = expansion_queries.Known(event)
    wanted = [(one.name, one.organization) for name in names for one in known.meant(name)]
    if not wanted:
        raise NobodyMeant(_("These words mean no organization that is known."), field="names")
    ids = list(dict.fromkeys(row.id for row in charge_organizations(event, wanted, by=by)))
    rows = [
        {
            "event_id": event.id,
            "organization_invitation_id": each,
            "state": ReturnState.MISSING,
            "due_on": due_on,
            "version": 1,
        }
        for each in ids
    ]
    made = db.session.scalars(
        insert(BudgetEstimate).values(rows).on_conflict_do_nothing().returning(BudgetEstimate.id)
    ).all()
    if due_on is not None:
        db.session.execute(
            sa.update(BudgetEstimate)
            .where(
                BudgetEstimate.event_id == event.id,
                BudgetEstimate.organization_invitation_id.in_(ids),
                BudgetEstimate.due_on.is_distinct_from(due_on),
            )
            .values(due_on=due_on)
        )
    if made:
        record(by, "budget_estimates.asked", event, event=event, count=len(made))
    return len(made)


@atomic()
def ask_no_longer(estimate: BudgetEstimate, *, by: Any) -> None:
    """Take an agency off the list; what it has handed in stays."""
    lock_open(estimate.event)
    lock(estimate)
    if estimate.state is not ReturnState.MISSING:
        raise NotOpenToEdit(_("This agency has handed in an estimate already."))
    record(by, "budget_estimate.removed", estimate, event=estimate.event)
    db.session.delete(estimate)


@atomic()
def save_lines(
    estimate: BudgetEstimate,
    lines: Sequence[Line],
    *,
    is_final: bool,
    note: str | None = None,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Write the lines down, and hand them in when they are final. What each comes to is reckoned here. Lines that were
    handed in stay handed in.

    NotOpenToEdit once it was approved; StaleEdit when `version` is no longer the estimate's.
    """
    event = estimate.event
    lock_open(event)
    lock(estimate, version)
    if estimate.state not in OPEN_TO_EDIT:
        raise NotOpenToEdit(_("This estimate has been approved; it must be sent back before it is changed."))
    is_final = is_final or estimate.state is ReturnState.SUBMITTED
    _check(event, lines, is_final)
    columns = [{**line._asdict(), "amount": line.amount, "approved": None, "spent": None} for line in lines]
    by_place(estimate.lines, BudgetLine, columns)
    flag_modified(estimate, "state")  # whoever has the page open is told, also when only lines have changed
    if is_final:
        returns.submit(estimate, event, {"note": note}, by_name=by_name, by=by)
        return
    assign(estimate, {"note": note, "submitted_by": by_name})
    db.session.flush()
    record(by, "budget_estimate.saved", estimate, event=event, count=len(lines))


def _check(event: Event, lines: Sequence[Line], is_final: bool) -> None:
    if is_final and not lines:
        raise Invalid(_("Enter at least one line."), field="lines")
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most %(most)s lines, please.", most=MOST_LINES), field="lines")
    own = {source.id for source in sources_of(event)}
    for line in lines:
        if line.quantity <= 0 or line.unit_price < 0 or line.amount > MOST:
            raise Invalid(
                _("The quantity, the price or the amount of a line cannot be right."), field="lines"
            )
        if line.source_id is not None and line.source_id not in own:
            raise Invalid(_("This source belongs to another event."), field="lines")


@atomic()
def approve_estimate(
    estimate: BudgetEstimate,
    granted: Sequence[tuple[int, int | None]],
    *,
    approved_by: str | None = None,
    despite: bool = False,
    version: int | None = None,
    by: Any,
) -> None:
    """Approve so much of each line, from this source (its id), in the order of the lines; may be done again until it is
    settled. AboveSource when a source would not suffice, AboveEstimate when more is approved than was asked for, unless
    `despite` says that this is known."""
    event = estimate.event
    lock_open(event)
    lock(estimate, version)
    _require_another(estimate, by)
    _require_unsettled(estimate)
    if len(granted) != len(estimate.lines):
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    own = {source.id for source in sources_of(event)}
    for line, (amount, source_id) in zip(estimate.lines, granted, strict=True):
        if not 0 <= amount <= MOST or (source_id is not None and source_id not in own):
            raise Invalid(_("What is approved of a line cannot be right."), field="lines")
        assign(line, {"approved": amount, "source_id": source_id})
    if not despite:
        _require_within(event, estimate)
    was_approved = estimate.state is ReturnState.APPROVED
    estimate.approved_by = ((approved_by or "").strip() or getattr(by, "name", None) or "")[:300] or None
    flag_modified(estimate, "state")
    returns.approve(estimate, event, by=by)
    if was_approved:
        estimate.reviewed_at, estimate.reviewed_by_id = clock.now(), user_id(by)
        db.session.flush()
        record(by, "budget_estimate.adjusted", estimate, event=event)


def _require_within(event: Event, estimate: BudgetEstimate) -> None:
    above = [
        _(
            "Line %(number)s: %(amount)s đồng more than is estimated.",
            number=line.number,
            amount=format_decimal((line.approved or 0) - line.amount),
        )
        for line in estimate.lines
        if (line.approved or 0) > line.amount
    ]
    short = _short(event, estimate)
    if above or short:
        raise (AboveSource if short else AboveEstimate)(" ".join([*above, *short]), field="despite")


def _short(event: Event, estimate: BudgetEstimate) -> list[str]:
    """Which sources would not suffice, each in a sentence."""
    new: dict[int | None, int] = {}
    for line in estimate.lines:
        new[line.source_id] = new.get(line.source_id, 0) + (line.approved or 0)
    return [
        _(
            "“%(source)s” would be exceeded by %(amount)s đồng.",
            source=row.source.text[:80],
            amount=format_decimal(new.get(row.source.id, 0) - row.left),
        )
        for row in queries.by_source(event, without=estimate)
        if row.source is not None and row.left is not None and new.get(row.source.id, 0) > max(row.left, 0)
    ]


@atomic()
def send_back(estimate: BudgetEstimate, *, remark: str, version: int | None = None, by: Any) -> None:
    """Ask for it to be put right; not any more once money was spent on it."""
    event = estimate.event
    lock_open(event)
    lock(estimate, version)
    _require_another(estimate, by)
    _require_unsettled(estimate)
    if any(line.spent is not None for line in estimate.lines):
        raise AlreadySpent(_("Money was spent on this estimate already: change what is approved instead."))
    returns.send_back(estimate, event, remark=remark, by=by)


@atomic()
def record_spending(
    estimate: BudgetEstimate, spent: Sequence[int | None], *, version: int | None = None, by: Any
) -> None:
    """What was spent on each line, in the order of the lines; None while nobody knows."""
    lock_open(estimate.event)
    lock(estimate, version)
    _require_unsettled(estimate)
    if estimate.state is not ReturnState.APPROVED:
        raise NotApproved(_("Spending is entered once the estimate is approved."))
    if len(spent) != len(estimate.lines):
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    for line, amount in zip(estimate.lines, spent, strict=True):
        if amount is not None and not 0 <= amount <= MOST:
            raise Invalid(_("What was spent on a line cannot be right."), field="lines")
        assign(line, {"spent": amount})
    flag_modified(estimate, "state")
    db.session.flush()
    record(by, "budget_estimate.spending_entered", estimate, event=estimate.event)


@atomic()
def settle(estimate: BudgetEstimate, *, day: date, paper: str, version: int | None = None, by: Any) -> None:
    """Thanh quyết toán: the day and the paper; what was spent on every line must be known."""
    lock_open(estimate.event)
    lock(estimate, version)
    _require_another(estimate, by)
    _require_unsettled(estimate)
    if estimate.state is not ReturnState.APPROVED:
        raise NotApproved(_("An estimate is settled once it is approved."))
    if day > clock.today():
        raise Invalid(_("This day has not come yet."), field="settled_on")
    if not paper.strip():
        raise Invalid(_("Enter the paper of the settlement."), field="settlement_paper")
    if any(line.spent is None for line in estimate.lines):
        raise Invalid(_("Enter what was spent on every line first, 0 where it was nothing."))
    estimate.settled_on, estimate.settlement_paper = day, paper.strip()
    db.session.flush()
    record(by, "budget_estimate.settled", estimate, event=estimate.event)


@atomic()
def take_back_settlement(estimate: BudgetEstimate, *, version: int | None = None, by: Any) -> None:
    """It was settled by mistake. Safe to repeat."""
    lock_open(estimate.event)
    lock(estimate, version)
    if estimate.settled_on is not None:
        estimate.settled_on = estimate.settlement_paper = None
        db.session.flush()
        record(by, "budget_estimate.unsettled", estimate, event=estimate.event)


def _require_another(estimate: BudgetEstimate, by: Any) -> None:
    if isinstance(by, OrganizationInvitation) and by.id == estimate.organization_invitation_id:
        raise OwnEstimate(_("Your own estimate is approved by somebody else."))


def _require_unsettled(estimate: BudgetEstimate) -> None:
    if estimate.settled_on is not None:
        raise AlreadySettled(_("This estimate is settled; take the settlement back first."))


# --- Letters ------------------------------------------------------------------------------------------------


@atomic()
def remind(event: Event, *, by: Any) -> Reminded:
    """A letter to everybody whose estimate is awaited or to be put right. Safe to repeat: once a day."""
    lock_open(event)
    today = clock.today()
    owing = queries.owing(event)
    reachable = [
        row
        for row in owing
        if row.asked.email and not row.asked.revoked_at and not row.asked.reminders_stopped_at
    ]
    intents = {row.id: messages.intent(row, today) for row in reachable}
    known = set(db.session.scalars(sa.select(Delivery.intent).where(Delivery.intent.in_(intents.values()))))
    new = [row for row in reachable if intents[row.id] not in known]
    if new:
        composer = messages.Composer(event, today)
        outbox.queue_many([composer.message(row) for row in new])
        record(by, "budget_estimates.reminded", event, event=event, count=len(new))
    return Reminded(len(new), tuple(row.asked.name for row in owing if not row.asked.email))


@outbox.before_repeating(messages.SUBJECT)
def _require_owed(delivery: Delivery) -> None:
    """A letter is not sent again under a link that died, or to somebody who owes nothing any more."""
    asked = db.session.get(OrganizationInvitation, delivery.subject_id)
    estimate = queries.own_estimate(asked) if asked is not None else None
    if (
        asked is None
        or estimate is None
        or estimate.state not in (ReturnState.MISSING, ReturnState.RETURNED)
        or not messages.still_holds(delivery, asked)
    ):
        raise outbox.Overtaken(_("What this message says no longer holds."))
