"""Reminders by the clock: whoever has not passed a gate is written to before its moment, and once after it."""

from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from eventsvc import clock, jobs, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import refusals
from eventsvc.deliveries.models import UNSENT, Delivery, DeliveryState
from eventsvc.events.models import Event, EventStatus
from eventsvc.rows import lock
from eventsvc.sites import link_operations, link_queries, readiness, readiness_queries
from eventsvc.sites.models import Site
from eventsvc.sites.readiness import Reminder
from eventsvc.sites.readiness_models import ReadinessRule
from eventsvc.sites.reminder_messages import KIND, SUBJECT, Composer, intent_stem

AT_ONCE = 200
"""How many sites are written to in one transaction: others want to write, too."""

CERTAINLY_UNREAD = (DeliveryState.QUEUED, DeliveryState.RETRY)
"""What is called back in these states has reached nobody, and nobody held it back by hand."""


@jobs.job("sites.remind", every_minutes=10)
def remind_by_rule() -> int:
    """Write what the rules ask to be written now; how many messages. Safe to run beside itself: each coordinator hears
    of a rule and its moment once before and at most once after it."""
    written = 0
    for event in _events_with_reminders():
        _call_back(event)
        for reminder in _asked_now(event, clock.now()):
            while not jobs.is_stopping() and (some := _remind_some(event, reminder)):
                written += some
    return written


@atomic()
def _remind_some(event: Event, reminder: Reminder) -> int:
    """Queue the reminder for the next sites that have not had it; how many. Nothing when it does not hold any more."""
    lock(event)
    held = next((one for one in _asked_now(event, clock.now()) if _is_same(one, reminder)), None)
    sites = list(db.session.scalars(_unwritten(event, held).limit(AT_ONCE))) if held else []
    if not sites or held is None:
        return 0
    link_operations.make_links(event, sites, by=None)
    composer = Composer(event, held)
    outbox.queue_many([composer.message(site) for site in sites])
    details = {"count": len(sites), "gate": held.due.rule.gate.value, "is_late": held.is_late}
    record(None, "sites.reminded", event, event=event, **details)
    return len(sites)


@atomic()
def _call_back(event: Event) -> None:
    """What waits to leave and does not hold any more: the event was moved, the site has passed the gate or has another
    coordinator. What has certainly not been read is written anew when it holds again."""
    waiting = sa.select(Delivery).where(
        Delivery.event_id == event.id, Delivery.kind == KIND, Delivery.state.in_(UNSENT)
    )
    deliveries = list(db.session.scalars(waiting))
    if not deliveries:
        return
    standing = _asked_now(event, clock.now())
    sites = {
        site.id: site
        for site in db.session.scalars(sa.select(Site).where(Site.id.in_([d.subject_id for d in deliveries])))
    }
    for delivery in deliveries:
        site = sites.get(delivery.subject_id or 0)
        reminder = next((one for one in standing if delivery.intent.startswith(intent_stem(one))), None)
        if site is None or reminder is None or reminder.due.is_passed_by(site) or not _is_for(delivery, site):
            is_to_return = delivery.state in CERTAINLY_UNREAD and site is not None and bool(site.token_sealed)
            with suppress(outbox.AlreadyGone):
                outbox.cancel(delivery, by=None)
                if is_to_return:
                    delivery.error_code = refusals.STOPPED


@outbox.before_repeating(SUBJECT)
def require_present_link(delivery: Delivery) -> None:
    """Refuse to send a reminder again to somebody who does not speak for the site any more."""
    site = db.session.get(Site, delivery.subject_id)
    if site is None or site.closed_at is not None or not _is_for(delivery, site):
        raise outbox.Overtaken(_("What this message says no longer holds. Look at the call list."))


def _is_for(delivery: Delivery, site: Site) -> bool:
    """Whether the message goes to the contact of today, with the link of today."""
    sealed = (delivery.secrets or {}).get("link")
    link, present = (secrets.unseal(each) if each else None for each in (sealed, site.token_sealed))
    return delivery.recipient == site.contact_email and link == present


def _events_with_reminders() -> list[Event]:
    """The events that take place, with a rule that asks for reminders."""
    with_rules = sa.select(ReadinessRule.event_id).where(ReadinessRule.remind_hours.is_not(None))
    events = sa.select(Event).where(Event.status == EventStatus.OPEN, Event.id.in_(with_rules))
    return list(db.session.scalars(events.order_by(Event.id).options(selectinload(Event.sittings))))


def _asked_now(event: Event, now: datetime) -> list[Reminder]:
    """What the sites of the event are written to about now; nothing once it is cancelled, put away or over."""
    over = link_queries.over_at(event)
    if event.status is not EventStatus.OPEN or (over is not None and over <= now):
        return []
    return readiness.reminders(readiness_queries.dues_of(event), now)


def _is_same(one: Reminder, other: Reminder) -> bool:
    return intent_stem(one) == intent_stem(other)


def _unwritten(event: Event, reminder: Reminder) -> sa.Select[Site]:
    """The sites that the rule concerns, that have not passed it, have an address and whose coordinator was not written
    to about it."""
    intent = (
        sa.literal(intent_stem(reminder))
        + sa.cast(Site.id, sa.String)
        + "."
        + sa.cast(Site.link_number, sa.String)
    )
    returns = sa.and_(Delivery.state == DeliveryState.CANCELLED, Delivery.error_code == refusals.STOPPED)
    return (
        sa.select(Site)
        .where(
            Site.event_id == event.id,
            readiness_queries.has_not_passed(reminder.due),
            Site.closed_at.is_(None),
            Site.contact_email.is_not(None),
            ~sa.exists().where(Delivery.intent == intent, sa.not_(sa.func.coalesce(returns, sa.false()))),
        )
        .order_by(Site.id)
    )
