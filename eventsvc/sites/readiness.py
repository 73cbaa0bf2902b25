"""By when each gate must be passed. Pure: rules, the start of the event and a moment go in."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from eventsvc import clock
from eventsvc.sites.models import Milestone, Site, SiteLevel
from eventsvc.sites.readiness_models import Gate, ReadinessRule

AT_SITES = {
    Gate(milestone.value): f"{milestone}_at" for milestone in Milestone if milestone in list(Gate)
} | {Gate.COUNTED: "counted_at"}
"""The gates of sites, each with the column of the site that says when it was passed."""


A_MORNING = clock.from_local(datetime(2023, 7, 14, 8, 0))

WRITES_ABOUT_LATE = timedelta(hours=24)
"""How long after a missed gate it is still worth a letter; later one phones."""


ON_THE_DAY = timedelta(hours=12)
"""From so long before the start on a report can be about the day itself: who is present, who is connected."""


def is_on_the_day(starts_at: datetime | None, now: datetime) -> bool:
    """Whether what is reported now can hold for what starts then; for nothing without a time."""
    return starts_at is not None and now >= starts_at - ON_THE_DAY


class Due(NamedTuple):
    """A rule with the moment by which its gate must be passed in this event."""

    rule: ReadinessRule
    at: datetime

    def concerns(self, level: SiteLevel) -> bool:
        """Whether it is for sites of this level."""
        return level is self.rule.level if self.rule.level is not None else level is not SiteLevel.MAIN

    def is_passed_by(self, site: Site) -> bool:
        """Whether the site has passed the gate. Only for gates of sites."""
        return getattr(site, AT_SITES[self.rule.gate]) is not None


def due_at(rule: ReadinessRule, starts_at: datetime) -> datetime:
    """The moment that a rule means for an event that starts at `starts_at`; days and times of day are local ones."""
    if rule.days_before is None:
        return starts_at - timedelta(minutes=rule.minutes_before or 0)
    day = clock.local(starts_at).date() - timedelta(days=rule.days_before)
    hour, minute = divmod(rule.at_minutes or 0, 60)
    return clock.from_local(datetime.combine(day, time(hour, minute)))


def dues(rules: Iterable[ReadinessRule], starts_at: datetime | None) -> list[Due]:
    """Every rule with its moment, the earliest first; none while nobody has named a time."""
    if starts_at is None:
        return []
    return sorted(
        (Due(rule, due_at(rule, starts_at)) for rule in rules), key=lambda due: (due.at, due.rule.number)
    )


def in_order(rules: Iterable[ReadinessRule]) -> list[ReadinessRule]:
    """The rules in the order in which they fall due, as of an event that begins in the morning."""
    return [due.rule for due in dues(rules, A_MORNING)]


def missed(site: Site, all_dues: Sequence[Due], now: datetime) -> list[Due]:
    """What the site should have passed by now and has not, the longest overdue first."""
    if site.closed_at is not None:
        return []
    return [
        due
        for due in all_dues
        if due.rule.gate in AT_SITES
        and due.at <= now
        and due.concerns(site.level)
        and not due.is_passed_by(site)
    ]


def falling_due(site: Site, all_dues: Sequence[Due], now: datetime, hours: int) -> list[Due]:
    """What the site must pass within so many hours and has not, the most urgent first."""
    until = now + timedelta(hours=hours)
    late = {due.rule.id for due in missed(site, all_dues, now)}
    return [due for due in missed(site, all_dues, until) if due.rule.id not in late]


def coming(site: Site, all_dues: Sequence[Due], now: datetime) -> Due | None:
    """What the site must pass next; None when nothing is left."""
    return next(
        (
            due
            for due in all_dues
            if due.rule.gate in AT_SITES
            and due.at > now
            and due.concerns(site.level)
            and not due.is_passed_by(site)
        ),
        None,
    )


class Reminder(NamedTuple):
    """What a site that has not passed the gate is written to now: it is due soon, or it `is_late`."""

    due: Due
    is_late: bool


def reminders(all_dues: Iterable[Due], now: datetime) -> list[Reminder]:
    """What is written about now: so many hours before a gate, and for a day after a gate that had to be passed on a
    day before. Nothing about a rule that names no hours, and nothing about services."""
    asked = [due for due in all_dues if due.rule.gate in AT_SITES and due.rule.remind_hours is not None]
    soon = [due for due in asked if due.at - timedelta(hours=due.rule.remind_hours or 0) <= now < due.at]
    late = [
        due
        for due in asked
        if due.rule.days_before is not None and due.at <= now < due.at + WRITES_ABOUT_LATE
    ]
    return [Reminder(due, False) for due in soon] + [Reminder(due, True) for due in late]


USUAL_RULES: tuple[dict[str, Any], ...] = (
    {"gate": Gate.CONFIRMED, "days_before": 5, "at_minutes": 17 * 60, "remind_hours": 24},
    {"gate": Gate.TESTED, "days_before": 3, "at_minutes": 17 * 60, "remind_hours": 24},
    {"gate": Gate.REHEARSED, "days_before": 1, "at_minutes": 15 * 60, "remind_hours": 24},
    {"gate": Gate.TECHNICIAN_PRESENT, "minutes_before": 60},
    {"gate": Gate.READY, "minutes_before": 30},
    {"gate": Gate.CONNECTED, "minutes_before": 15},
    {"gate": Gate.COUNTED, "minutes_before": 0},
    {"gate": Gate.SERVICE_CONFIRMED, "days_before": 3, "at_minutes": 17 * 60},
    {"gate": Gate.SERVICE_PRESENT, "minutes_before": 60},
)
"""What provinces ask of their bridge sites: the test some days before, the rehearsal by 15:00 the day before (Nghệ An),
the technician an hour before (Lâm Đồng), on line a quarter of an hour before."""
