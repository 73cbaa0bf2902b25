"""Deadlines in the words of their meaning, and how far what was done lies from what was planned. Pure."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.tasks.models import Anchor, DeadlineKind, Task

ROMAN = ("I", "II", "III", "IV")


def due_words(task: Task) -> str:
    """The printed deadline in the words of its meaning; empty when the plan is silent."""
    kind, day, start, end = task.deadline_kind, task.deadline, task.window_start, task.window_end
    if kind is DeadlineKind.ONGOING:
        return _("ongoing, all the time")
    if kind is DeadlineKind.EXTERNAL:
        return task.deadline_text or _("when somebody else says so")
    if kind in (DeadlineKind.DAYS, DeadlineKind.WORKING_DAYS):
        return _relative(task)
    if start is not None and end is not None:
        return _window(kind, start, end)
    if day is None:
        return task.deadline_text or ""
    if kind is DeadlineKind.EXCLUSIVE:
        return _("before %(day)s", day=_day(day))
    return _("on %(day)s at the latest", day=_day(day))


def _window(kind: DeadlineKind | None, start: date, end: date) -> str:
    if kind is DeadlineKind.QUARTER:
        return _("Quarter %(quarter)s of %(year)s", quarter=ROMAN[(start.month - 1) // 3], year=start.year)
    if kind is DeadlineKind.MONTH_START:
        return _("beginning of %(month)s/%(year)s", month=start.month, year=start.year)
    if kind is DeadlineKind.MONTH_END:
        return _("end of %(month)s/%(year)s", month=end.month, year=end.year)
    if (start.year, start.month) == (end.year, end.month) and kind in (DeadlineKind.MONTH, None):
        return _("month %(month)s/%(year)s", month=start.month, year=start.year)
    if start.year == end.year:
        return _(
            "months %(first)s to %(last)s of %(year)s", first=start.month, last=end.month, year=start.year
        )
    return _("from %(first)s to %(last)s", first=_day(start), last=_day(end))


def _relative(task: Task) -> str:
    days, anchor = task.offset_days, anchor_words(task.anchor, task.anchor_text)
    if days is None:
        return task.deadline_text or ""
    is_working = task.deadline_kind is DeadlineKind.WORKING_DAYS
    if days < 0:
        if is_working:
            return ngettext(
                "%(num)s working day before %(anchor)s",
                "%(num)s working days before %(anchor)s",
                -days,
                anchor=anchor,
            )
        return ngettext(
            "%(num)s day before %(anchor)s", "%(num)s days before %(anchor)s", -days, anchor=anchor
        )
    if is_working:
        return ngettext(
            "within %(num)s working day of %(anchor)s",
            "within %(num)s working days of %(anchor)s",
            days,
            anchor=anchor,
        )
    return ngettext(
        "within %(num)s day of %(anchor)s", "within %(num)s days of %(anchor)s", days, anchor=anchor
    )


def anchor_words(anchor: Anchor | None, words: str | None = None) -> str:
    if words:
        return words
    return (
        {
            Anchor.OPENING: _("the opening day"),
            Anchor.CLOSING: _("the closing day"),
            Anchor.OBSTACLE: _("the day on which an obstacle is raised"),
        }.get(anchor, "")
        if anchor
        else ""
    )  # type: ignore[arg-type]


def route(task: Task) -> str:
    """To whom it is reported, and by way of whom: "UBND tỉnh (qua Sở Nội vụ)"."""
    if task.report_to and task.report_via:
        return f"{task.report_to} (qua {task.report_via})"
    return task.report_to or (f"qua {task.report_via}" if task.report_via else "")


def slip_words(planned: date, actual: date, window: str) -> str:
    """How far what was done lies from the last day that was planned: "chậm 14 ngày so với Quý I/2022"."""
    late = (actual - planned).days
    if late > 0:
        return ngettext(
            "%(num)s day later than %(window)s", "%(num)s days later than %(window)s", late, window=window
        )
    return _("in time: %(window)s", window=window)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
