"""When something goes out by the clock: relative to the event, so that it moves with it. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from eventsvc import clock
from eventsvc.events.models import Event
from eventsvc.invitations.message_models import ReminderKind, ReminderRule

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(6, 0)
TOO_LATE_FOR_THANKS = timedelta(days=14)


def is_quiet(now: datetime) -> bool:
    """Whether nobody is to be disturbed: between nine in the evening and six in the morning in Vietnam."""
    at = clock.local(now).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def moment(rule: ReminderRule, event: Event) -> datetime | None:
    """When the rule falls due; None as long as no exact time is approved."""
    return falls_on(event, rule.kind, rule.days, rule.at_hour)


def falls_on(event: Event, kind: ReminderKind, days: int, at_hour: time) -> datetime | None:
    """So many days before the first day of the event, for thanks after its last; None without an approved time."""
    if not event.is_time_approved:
        return None
    is_after = kind is ReminderKind.THANKS
    at = event.ends_at or event.starts_at if is_after else event.starts_at
    if at is None:
        return None
    day = clock.local(at).date() + timedelta(days=days if is_after else -days)
    return clock.from_local(datetime.combine(day, at_hour))


def due(rules: Iterable[ReminderRule], event: Event, now: datetime) -> list[ReminderRule]:
    """The rules whose moment has come and that have not run since, the latest moment last."""
    found = []
    for rule in rules:
        at = moment(rule, event)
        if at is not None and at <= now and (rule.last_run_at is None or rule.last_run_at < at):
            found.append((at, rule))
    return [rule for _at, rule in sorted(found, key=lambda pair: (pair[0], -pair[1].days))]
