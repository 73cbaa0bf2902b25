"""Who may enter a contest now, and who is a child in it. Values in, values out: no database, no clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from eventsvc import clock
from eventsvc.contests.models import Contest, Entry, EntryState

CONSENT_AFTER_CLOSE = timedelta(days=7)
"""So long after the last moment to enter a guardian may still agree."""
ENDED = frozenset({EntryState.REFUSED, EntryState.WITHDRAWN})
"""What takes no part any more."""
OPEN_TO_EDIT = frozenset({EntryState.AWAITING_CONSENT, EntryState.SUBMITTED})
"""What the entrant may still put right; what was accepted is judged as it stands."""


class Registration(StrEnum):
    """Whether somebody may enter now, and if not, why."""

    OPEN = "entries_open"
    CANCELLED = "entries_cancelled"
    NO_NOTICE = "entries_no_notice"
    NOT_YET = "entries_not_yet"
    CLOSED = "entries_closed"


def registration(contest: Contest, now: datetime) -> Registration:
    """The first line that fits. A contest that says no first moment is not open."""
    event = contest.event
    if event.is_cancelled:
        return Registration.CANCELLED
    if contest.closes_at is not None and now >= contest.closes_at:
        return Registration.CLOSED
    if contest.opens_at is None or now < contest.opens_at:
        return Registration.NOT_YET
    if not event.has_data_notice:
        return Registration.NO_NOTICE
    return Registration.OPEN


def age_on(day: date, born_on: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_day(contest: Contest, now: datetime) -> date:
    """The day on which ages are counted: the day the contest opens; today while that is open."""
    return clock.local(contest.opens_at or now).date()


def is_child(contest: Contest, births: Iterable[date | None], now: datetime) -> bool:
    """Whether anybody of these is under the age of the contest."""
    day = age_day(contest, now)
    return any(born_on is not None and age_on(day, born_on) < contest.adult_age for born_on in births)


def may_agree(entry: Entry, now: datetime) -> bool:
    """Whether the guardian's agreement still changes anything."""
    closes_at = entry.contest.closes_at
    return (
        entry.state is EntryState.AWAITING_CONSENT
        and not entry.contest.event.is_cancelled
        and (closes_at is None or now < closes_at + CONSENT_AFTER_CLOSE)
    )


def is_visible(entry: Entry) -> bool:
    """Whether everybody may know that this entry exists: accepted, and a child's only with its guardian's word."""
    return entry.state is EntryState.ACCEPTED and (not entry.is_child or entry.guardian_agreed_at is not None)
