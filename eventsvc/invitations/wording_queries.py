"""Look up what organizers say in messages, and when reminders go out."""

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.db import db
from eventsvc.deliveries import queries as deliveries
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.invitations.message_models import MessageWording, ReminderKind, ReminderRule


def of_kind(event: Event, kind: str) -> MessageWording | None:
    """The organizers' own words for this kind of message; None while the shipped ones stand."""
    return db.session.scalar(
        sa.select(MessageWording).where(MessageWording.event_id == event.id, MessageWording.kind == kind)
    )


def by_kind(event: Event) -> dict[str, MessageWording]:
    rows = db.session.scalars(sa.select(MessageWording).where(MessageWording.event_id == event.id))
    return {row.kind: row for row in rows}


def trial_stem(event: Event, kind: str, user_id: int) -> str:
    """What the intents of somebody's letters to try this kind of message begin with."""
    return f"trial:{event.id}:{kind}:{user_id}"


def trials(event: Event, kind: str, user_id: int) -> int:
    """How many such letters there are."""
    return deliveries.resend_count(trial_stem(event, kind, user_id))


def rules_of(event: Event) -> list[ReminderRule]:
    """The days on which something goes out by the clock, the earliest first."""
    rows = db.session.scalars(sa.select(ReminderRule).where(ReminderRule.event_id == event.id))
    thanks = ReminderKind.THANKS
    return sorted(
        rows,
        key=lambda rule: (
            rule.kind is thanks,
            rule.days if rule.kind is thanks else -rule.days,
            rule.at_hour,
        ),
    )


def rule_of(event: Event, rule_id: int) -> ReminderRule:
    rule = db.session.get(ReminderRule, rule_id)
    if rule is None or rule.event_id != event.id:
        raise NotFound(_("There is nothing at this address."))
    return rule


def events_with_rules(*kinds: ReminderKind) -> list[Event]:
    """The events that something of these kinds is to go out for by the clock."""
    wanted = sa.select(ReminderRule.event_id).where(ReminderRule.kind.in_(kinds))
    return list(db.session.scalars(sa.select(Event).where(Event.id.in_(wanted)).order_by(Event.id)))
