"""When a task is due and how pressing that is. Pure.

A printed deadline has a meaning: "chậm nhất ngày 15" includes the 15th, "trước ngày 15" ends on the 14th, "đầu tháng 9"
on the 10th and "cuối tháng 9" on the 30th (as `text.parse_window` reads them), a month or a quarter on its last day,
"trong 03 ngày làm việc" on the third working day after its anchor.
"""

import calendar
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from eventsvc.events.workdays import Overrides, add_working_days
from eventsvc.tasks.models import Anchor, DeadlineKind, Task, TaskState

SOON = timedelta(days=7)

DATED = frozenset({DeadlineKind.INCLUSIVE, DeadlineKind.EXCLUSIVE})
WINDOWED = frozenset(
    {
        DeadlineKind.MONTH,
        DeadlineKind.MONTH_RANGE,
        DeadlineKind.QUARTER,
        DeadlineKind.MONTH_START,
        DeadlineKind.MONTH_END,
    }
)
RELATIVE = frozenset({DeadlineKind.DAYS, DeadlineKind.WORKING_DAYS})
UNDATED = frozenset({DeadlineKind.EXTERNAL, DeadlineKind.ONGOING})


class Pressure(StrEnum):
    NONE = "none"
    """No deadline is set."""
    AHEAD = "ahead"
    SOON = "soon"
    """A week or less is left."""
    PAST = "past"


class Anchors(NamedTuple):
    """The days that relative deadlines of an event hang on; None while nobody has named them."""

    opening: date | None = None
    closing: date | None = None

    def day(self, anchor: Anchor | None) -> date | None:
        return {Anchor.OPENING: self.opening, Anchor.CLOSING: self.closing}.get(anchor) if anchor else None


NOWHERE = Anchors()


class Window(NamedTuple):
    """A stretch of days, both included."""

    start: date
    end: date


def printed_last_day(
    kind: DeadlineKind | None, day: date | None, window_end: date | None = None
) -> date | None:
    """The last day in time by the printed deadline alone; None when it names no day or hangs on an anchor."""
    if kind in WINDOWED:
        return window_end
    if day is None or kind in RELATIVE or kind in UNDATED:
        return None
    return day - timedelta(days=1) if kind is DeadlineKind.EXCLUSIVE else day


def relative_last_day(
    kind: DeadlineKind | None,
    offset_days: int | None,
    anchor: date | None,
    overrides: Overrides | None = None,
) -> date | None:
    """The last day in time counted from the anchor; a negative offset counts back from it."""
    if anchor is None or offset_days is None:
        return None
    if kind is DeadlineKind.WORKING_DAYS:
        return add_working_days(anchor, offset_days, overrides)
    return anchor + timedelta(days=offset_days)


def first_deadline(task: Task, anchors: Anchors = NOWHERE, overrides: Overrides | None = None) -> date | None:
    """The last day in time as it was first set, before anybody was given more time."""
    if task.deadline_kind in RELATIVE:
        return relative_last_day(task.deadline_kind, task.offset_days, anchors.day(task.anchor), overrides)
    return printed_last_day(task.deadline_kind, task.deadline, task.window_end)


def last_day(task: Task, anchors: Anchors = NOWHERE, overrides: Overrides | None = None) -> date | None:
    """The last day on which the task is in time, with the time given since."""
    return task.extended_to or first_deadline(task, anchors, overrides)


def window_of(kind: DeadlineKind, year: int, month: int, until_month: int | None = None) -> Window:
    """The days of a month, of months to `until_month`, of the quarter that `month` is in, or of a third of a month.

    ValueError for a month that there is not, or a range that ends before it starts.
    """
    first, last = month, until_month or month
    if kind is DeadlineKind.QUARTER:
        first = (month - 1) // 3 * 3 + 1
        last = first + 2
    if last < first:
        raise ValueError("the months end before they start")
    start, end = date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    if kind is DeadlineKind.MONTH_START:
        end = end.replace(day=10)
    if kind is DeadlineKind.MONTH_END:
        start = start.replace(day=21)
    return Window(start, end)


def pressure(last: date | None, today: date, state: TaskState = TaskState.OPEN) -> Pressure:
    """How pressing a last day is. What is done or dropped presses nobody."""
    if last is None or state is not TaskState.OPEN:
        return Pressure.NONE
    if today > last:
        return Pressure.PAST
    return Pressure.SOON if last - today <= SOON else Pressure.AHEAD
