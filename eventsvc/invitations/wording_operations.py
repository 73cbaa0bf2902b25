"""Every change to what organizers say in messages and to when reminders go out; a letter to try it."""

from datetime import time
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, placeholders
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.message import check_subject
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid, NotFound, StaleEdit
from eventsvc.events.models import Event, EventStatus
from eventsvc.guests.models import Guest
from eventsvc.invitations import kinds, messages, reminder_rules, rules, wording_fields, wording_queries
from eventsvc.invitations.message_models import MessageWording, ReminderKind, ReminderRule
from eventsvc.rows import assign, insert, lock

PARTS = ("subject", "opening", "closing")
LONGEST = {"subject": 200, "opening": 4000, "closing": 4000}
MOST_DAYS = 60


class UnknownField(Invalid):
    """A ((field)) that nobody can fill in."""

    code = "unknown_field"


class TooLong(Invalid):
    code = "too_long"


class RuleExists(DomainError):
    """Something goes out on this day already."""

    status, code = 422, "rule_exists"


@atomic()
def set_wording(
    event: Event,
    kind: str,
    *,
    subject: str | None = None,
    opening: str | None = None,
    closing: str | None = None,
    version: int | None = None,
    by: Any,
) -> MessageWording | None:
    """Say this in messages of the kind; what is empty is said as shipped. `version` is that of the words the form was
    filled in from, 0 for the shipped ones. UnknownField, BadSubject or TooLong say what cannot be said."""
    if kind not in kinds.ALL:
        raise NotFound(_("There is nothing at this address."))
    lock(event)
    _require_kept(event)
    words = {"subject": subject or None, "opening": opening or None, "closing": closing or None}
    _check(words)
    row = wording_queries.of_kind(event, kind)
    if version is not None and version != (row.version if row is not None else 0):
        raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    if not any(words.values()):
        if row is not None:
            db.session.delete(row)
            record(by, "wording.withdrawn", event, event=event, kind=kind)
        return None
    if row is None:
        row = MessageWording(event=event, kind=kind, **words)
        db.session.add(row)
    elif not assign(row, words):
        return row
    db.session.flush()
    record(by, "wording.changed", event, event=event, kind=kind)
    return row


@atomic()
def add_rule(event: Event, *, kind: ReminderKind, days: int, at_hour: time, by: Any) -> ReminderRule:
    """Something goes out by itself on this day; a moment that has passed already does not come back."""
    lock(event)
    rules.require_open(event)
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(_("Between 0 and %(most)s days, please.", most=MOST_DAYS), field="days")
    if at_hour >= reminder_rules.QUIET_FROM or at_hour < reminder_rules.QUIET_UNTIL:
        raise Invalid(
            _("Choose an hour between 06:00 and 21:00: nobody is written to at night."), field="at_hour"
        )
    at = reminder_rules.falls_on(event, kind, days, at_hour)
    now = clock.now()
    row = {
        "event_id": event.id,
        "kind": kind,
        "days": days,
        "at_hour": at_hour,
        "last_run_at": now if at is not None and at <= now else None,
    }
    added = db.session.scalar(
        insert(ReminderRule).values(row).on_conflict_do_nothing().returning(ReminderRule.id)
    )
    if added is None:
        raise RuleExists(_("Something goes out on this day already."), field="days")
    record(by, "reminder_rule.added", event, event=event, kind=kind.value, days=days)
    return db.session.get_one(ReminderRule, added)


@atomic()
def remove_rule(rule: ReminderRule, *, by: Any) -> None:
    """Nothing goes out by itself on that day any more."""
    lock(rule.event)
    record(by, "reminder_rule.removed", rule.event, event=rule.event, kind=rule.kind.value, days=rule.days)
    db.session.delete(rule)


@atomic()
def send_trial(event: Event, kind: str, guest: Guest, *, to: str, number: int, by: Any) -> Delivery:
    """A message as this guest would get it, to somebody who is to look at it; nothing in it works. The same `number`
    again sends nothing."""
    if kind not in kinds.ALL:
        raise NotFound(_("There is nothing at this address."))
    intent = f"{wording_queries.trial_stem(event, kind, by.id)}:{number}"
    message = messages.trial(event, guest, clock.now(), kind, recipient=to, intent=intent)
    delivery = outbox.queue(**message)
    record(by, "wording.tried", event, event=event, kind=kind)
    return delivery


def _check(words: dict[str, str | None]) -> None:
    for part, text in words.items():
        if not text:
            continue
        if len(text) > LONGEST[part]:
            raise TooLong(_("At most %(most)s characters, please.", most=LONGEST[part]), field=part)
        unknown = placeholders.unknown(text, wording_fields.KNOWN)
        if unknown:
            names = ", ".join(f"(({name}))" for name in unknown)
            raise UnknownField(
                _("There is no such field: %(names)s. Choose from the list.", names=names), field=part
            )
    if words["subject"]:
        check_subject(words["subject"])


def _require_kept(event: Event) -> None:
    if event.status is EventStatus.ARCHIVED:
        raise rules.EventArchived(_("The event has been archived."))
