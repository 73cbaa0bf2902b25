"""When to try again: soon, then hourly, never for ever and never too late to matter."""

from datetime import datetime, timedelta

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60)]
GIVE_UP_AFTER = timedelta(hours=72)
LAST_TRY_BEFORE_START = timedelta(hours=2)


def next_try(
    attempts: int, first_tried_at: datetime, now: datetime, not_after: datetime | None = None
) -> datetime | None:
    """When the next attempt after `attempts` failed ones is due; None when it is time to phone."""
    due = now + WAITS[min(attempts, len(WAITS)) - 1]
    if due - first_tried_at > GIVE_UP_AFTER or (not_after is not None and due > not_after):
        return None
    return due


def last_try_before(starts_at: datetime, now: datetime) -> datetime:
    """Two hours before the start; for a message written later than that, the start itself."""
    last = starts_at - LAST_TRY_BEFORE_START
    return last if now < last else starts_at
