"""When the doors of a hall are open, as the shifts at its doors say. Pure: sittings and shifts go in."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from eventsvc.events.sitting_rules import WithDoors, doors


class Span(NamedTuple):
    """From one moment to a later one."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def window_of(sitting: WithDoors) -> Span | None:
    """When shifts at a door are for this sitting: while its own doors stand open, as somebody set them or as is usual.
    None while nobody has named a time."""
    opens, closes = doors(sitting)
    return Span(opens, closes) if opens is not None and closes is not None else None


def door_hours(shifts: Iterable[tuple[datetime, datetime]], sitting: WithDoors) -> Span | None:
    """From the first start to the last end of the shifts at the doors around the sitting, whatever else there is that
    day; None: no shift is."""
    window = window_of(sitting)
    if window is None:
        return None
    own = [span for span in (Span(*shift) for shift in shifts) if span.overlaps(window)]
    if not own:
        return None
    return Span(min(span.starts_at for span in own), max(span.ends_at for span in own))
