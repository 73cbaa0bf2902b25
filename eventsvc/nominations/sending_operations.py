"""Writing to organizations: the request, its reminders by hand and by the clock, changes, the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from eventsvc import clock, jobs
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.invitations import rules
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.message_models import ReminderKind, ReminderRule
from eventsvc.invitations.queries.outcomes import GONE
from eventsvc.nominations import messages, queries
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import standing
from eventsvc.rows import lock

BETWEEN_REMINDERS = timedelta(hours=20)
LATEST_CATCH_UP = timedelta(hours=24)


class LetterNotIssued(DomainError):
    code = "letter_not_issued"


@dataclass(frozen=True)
class Written:
    """How many organizations were written to, and which have no address to write to."""

    messages: int = 0
    without_address: tuple[str, ...] = ()


@atomic()
def ask(event: Event, *, asked_ids: Collection[int] | None = None, by: Any) -> Written:
    """Write to those who have not been written to under their present link; safe to repeat.

    Those without an address are named: they are told by hand or in the group.
    """
    lock(event)
    require_sendable(event)
    unasked = [
        each
        for each in standing(queries.asked_in(event, ids=asked_ids))
        if each.told_at is None
        and (asked_ids is not None or each.acknowledged_at is None or each.link_number > 1)
    ]
    reachable = [each for each in unasked if each.email]
    _queue(event, messages.INVITATION, [(each, _intent("organization", each)) for each in reachable])
    _mark_told(reachable)
    if reachable:
        record(by, "organizations.written_to", event, event=event, count=len(reachable))
    return Written(len(reachable), tuple(each.name for each in unasked if not each.email))


@atomic()
def chase(event: Event, *, asked_ids: Collection[int] | None = None, by: Any = None) -> Written:
    """Remind the silent: asked, no names yet, no refusal, reminders not stopped. Nobody twice in one day."""
    lock(event)
    require_sendable(event)
    recently = clock.now() - BETWEEN_REMINDERS
    last, numbers = queries.last_reminders(event), queries.reminders_written(event)
    silent = [
        line.asked
        for line in queries.lines(event, queries.asked_in(event, ids=asked_ids))
        if line.facts.is_silent
        and line.asked.reminders_stopped_at is None
        and last.get(line.asked.id, recently) <= recently
        and (line.asked.told_at is None or line.asked.told_at <= recently or asked_ids is not None)
    ]
    reachable = [each for each in silent if each.email]
    told = [(each, f"nomination-reminder:{each.id}:{numbers.get(each.id, 0) + 1}") for each in reachable]
    _queue(event, messages.REMINDER, told)
    _mark_told(reachable)
    if reachable:
        record(by, "organizations.reminded", event, event=event, count=len(reachable))
    return Written(len(reachable), tuple(each.name for each in silent if not each.email))


@atomic()
def send_updates(event: Event, *, by: Any) -> Written:
    """Tell the organizations that were told of a time or place that no longer holds, or of an event now cancelled."""
    lock(event)
    if not event.is_cancelled:
        require_sendable(event)
    overtaken = queries.outdated(event)
    outbox.call_back(queries.SUBJECT, [each.id for each in overtaken], by=by)
    reachable = [each for each in overtaken if each.email and not rules.is_past(event, clock.now())]
    _queue(event, messages.UPDATE, [(each, _intent("organization-update", each)) for each in reachable])
    for each in overtaken:
        each.told_revision = queries.edition(each)
    if overtaken:
        record(by, "organizations.updated", event, event=event, count=len(reachable))
    return Written(len(reachable), tuple(each.name for each in overtaken if not each.email))


@atomic()
def revoke(asked: OrganizationInvitation, *, by: Any) -> None:
    """Take the invitation back: its link leads nowhere, and whoever was told hears of it. Safe to repeat.

    The people it has named stay on the guest list; they are invited or taken off one by one.
    """
    event = asked.event
    lock(event)
    lock(asked)
    if asked.revoked_at is not None:
        return
    asked.revoked_at = clock.now()
    record(by, "organization.revoked", asked, event=event)
    was_reached = _was_reached(asked)
    outbox.call_back(queries.SUBJECT, [asked.id], by=by)
    if (was_reached or _was_reached(asked)) and not rules.is_past(event, clock.now()):
        _queue(event, messages.UPDATE, [(asked, _intent("organization-cancel", asked))], is_withdrawn=True)


@jobs.job("nominations.remind", every_minutes=10)
def remind_by_rule() -> int:
    """Carry out the rules whose moment has come; each runs once for its moment. How many organizations were told."""
    rules_due = [
        rule
        for rule in db.session.scalars(
            sa.select(ReminderRule).where(ReminderRule.kind == ReminderKind.NOMINATION_REMINDER)
        )
        if is_due(rule, clock.now())
    ]
    return sum(_carry_out(rule) for rule in rules_due)


def is_due(rule: ReminderRule, now: datetime) -> bool:
    """Whether the rule's moment has come, and not been used; one that is a day gone is let go."""
    starts_at = rule.event.starts_at
    if starts_at is None or now >= starts_at:
        return False
    day = clock.local(starts_at).date() - timedelta(days=rule.days)
    moment = clock.from_local(datetime.combine(day, rule.at_hour))
    is_unused = rule.last_run_at is None or rule.last_run_at < moment
    return moment <= now < moment + LATEST_CATCH_UP and is_unused


def require_sendable(event: Event) -> None:
    """Refuse, naming what is missing: the notice on data, an approved time, the letter that must come first."""
    rules.require_sendable(event, clock.now())
    missing = Letters(event).obstacle_for_organizations()
    if missing:
        raise LetterNotIssued(missing)


# --- What the operations above are made of -----------------------------------------------------------------


@atomic()
def _carry_out(rule: ReminderRule) -> int:
    lock(rule.event)
    now = clock.now()
    if not is_due(rule, now):
        return 0  # another worker was faster
    rule.last_run_at = now
    try:
        return chase(rule.event).messages
    except DomainError as refusal:
        record(None, "reminder_rule.refused", rule, event=rule.event, code=refusal.code)
        return 0


def _was_reached(asked: OrganizationInvitation) -> bool:
    """Whether a message under the present link has left, or may have left, for the present address."""
    if asked.told_at is None or not asked.email:
        return False
    left = sa.exists().where(
        Delivery.subject_kind == queries.SUBJECT,
        Delivery.subject_id == asked.id,
        Delivery.recipient == asked.email,
        Delivery.state.in_(GONE),
    )
    return bool(db.session.scalar(sa.select(left)))


def _intent(kind: str, asked: OrganizationInvitation) -> str:
    """The same decision has the same name; another link is another decision."""
    link = f":link{asked.link_number}" if asked.link_number > 1 else ""
    return f"{kind}:{asked.id}:rev{queries.edition(asked)}{link}"


def _queue(
    event: Event, kind: str, told: Sequence[tuple[OrganizationInvitation, str]], *, is_withdrawn: bool = False
) -> None:
    if told:
        composer = messages.Composer(event, kind, clock.now(), is_withdrawn=is_withdrawn)
        outbox.queue_many([composer.message(asked, intent=intent) for asked, intent in told])


def _mark_told(asked: Sequence[OrganizationInvitation]) -> None:
    now = clock.now()
    for each in asked:
        each.told_at, each.told_revision = now, queries.edition(each)
