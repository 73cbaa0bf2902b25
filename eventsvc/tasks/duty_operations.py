"""Every change to a duty to report: what is owed, who has it, from when to when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.rows import assign, insert, lock, lock_open
from eventsvc.tasks import period_operations as periods
from eventsvc.tasks.duty_models import Duty, DutyReporter, Period, Rhythm
from eventsvc.tasks.expansion_queries import Known, Meant
from eventsvc.tasks.models import Task

LONGEST_DAYS = 3660
"""No duty runs longer than ten years: a slip of the year would make thousands of periods."""


class NoEnd(Invalid):
    code = "duty_without_end"


class EndsTooLate(Invalid):
    """The links on which agencies report lead nowhere once personal data is kept no longer."""

    code = "duty_ends_too_late"


class DutyStopped(DomainError):
    code = "duty_stopped"


@dataclass(frozen=True)
class Details:
    """A duty as typed or read from a plan: what is to be reported, to whom, how often, from when to when.

    `weekday` counts from Monday = 0; a monthly duty without `month_day` is due on the last day of the month.
    """

    text: str
    rhythm: Rhythm
    starts_on: date
    ends_on: date | None = None
    weekday: int | None = None
    month_day: int | None = None
    days: Sequence[date] = ()
    report_to: str | None = None
    report_via: str | None = None
    has_meeting: bool = False
    cite: str | None = None
    note: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        of_rhythm = {
            "weekday": self.weekday if self.rhythm is Rhythm.WEEKLY else None,
            "month_day": self.month_day if self.rhythm is Rhythm.MONTHLY else None,
            "days": [day.isoformat() for day in sorted(set(self.days))]
            if self.rhythm is Rhythm.BY_DATE
            else [],
        }
        same = (
            *("text", "rhythm", "starts_on", "ends_on", "report_to", "report_via"),
            *("has_meeting", "cite", "note"),
        )
        return {name: getattr(self, name) for name in same} | of_rhythm


@atomic()
def add_duty(
    event: Event,
    details: Details,
    *,
    task: Task | None = None,
    names: Iterable[str] = (),
    is_from_plan: bool = False,
    tracked_from: date | None = None,
    by: Any,
) -> Duty:
    """A new duty, with those who have it: lines of names, collective ones expanded. NoEnd without an end, but for one
    from a plan that is silent about it: such a duty makes no periods until somebody gives it one. EndsTooLate when it
    would go on after the links of agencies have died.
    """
    lock_open(event)
    if not is_from_plan or details.ends_on is not None:
        _require_end(details)
    _require_links_until(event, details.ends_on)
    _require_rhythm(details)
    last = db.session.scalar(sa.select(sa.func.max(Duty.number)).where(Duty.event_id == event.id))
    duty = Duty(
        event=event,
        number=(last or 0) + 1,
        task=task,
        tracked_from=tracked_from or clock.today(),
        **details.columns,
    )
    db.session.add(duty)
    db.session.flush()
    record(by, "duty.added", duty, event=event)
    add_reporters(duty, names, by=by)
    return duty


@atomic()
def edit_duty(duty: Duty, details: Details, *, version: int | None = None, by: Any) -> None:
    """Change a duty. Periods that nobody has handed anything in for, and that are not due any more, are forgotten.

    StaleEdit when `version` is no longer the duty's.
    """
    lock_open(duty.event)
    lock(duty, version)
    _require_end(details)
    if details.ends_on != duty.ends_on:
        _require_links_until(duty.event, details.ends_on)
    _require_rhythm(details)
    changed = assign(duty, details.columns)
    if changed:
        db.session.flush()
        record(by, "duty.edited", duty, event=duty.event, fields=sorted(changed))
    periods.forget_unused(duty, clock.today())
    periods.make_periods_of(duty, clock.today())


@atomic()
def add_reporters(duty: Duty, names: Iterable[str], *, since: date | None = None, by: Any) -> int:
    """The organizations that these lines mean have the duty, from `since` on; how many are new. Safe to repeat: who
    left has it again from that day, everybody else keeps what they have."""
    lock_open(duty.event)
    lock(duty)
    known = Known(duty.event)
    meant = [one for name in names for one in known.meant(name)]
    rows = charge_organizations(duty.event, [(one.name, one.organization) for one in meant], by=by)
    added = charge(duty, rows, since=since)
    if added:
        record(by, "duty.reporters_added", duty, event=duty.event, count=added)
    return added


@atomic()
def charge(duty: Duty, asked: Sequence[OrganizationInvitation], *, since: date | None = None) -> int:
    """These organizations have the duty; how many are new or come back."""
    ids = list(dict.fromkeys(row.id for row in asked))
    standing = {row.organization_invitation_id: row for row in _reporters(duty)}
    come_back = [row for one in ids if (row := standing.get(one)) is not None and row.until is not None]
    for row in come_back:
        row.since, row.until = since or clock.today(), None
    new = [
        {"duty_id": duty.id, "organization_invitation_id": one, "since": since}
        for one in ids
        if one not in standing
    ]
    if new:
        db.session.execute(insert(DutyReporter).on_conflict_do_nothing(), new)
    db.session.flush()
    db.session.expire(duty, ["reporters"])
    periods.make_periods_of(duty, clock.today())
    periods.make_reports(duty, [period.id for period in periods.periods_of(duty) if period.is_tracked])
    return len(new) + len(come_back)


@atomic()
def leave(reporter: DutyReporter, *, until: date, by: Any) -> None:
    """The organization has the duty until that day, the day included; what it owes for later days is forgotten."""
    duty = reporter.duty
    lock_open(duty.event)
    lock(duty)
    lock(reporter)
    if reporter.since is not None and until < reporter.since:
        raise Invalid(_("The last day lies before the first one."), field="until")
    reporter.until = until
    db.session.flush()
    periods.forget_reports(duty, reporter)
    record(by, "duty.reporter_left", duty, event=duty.event)


@atomic()
def stop_duty(duty: Duty, *, by: Any) -> None:
    """No more periods and no more reminders; what was handed in stays. Safe to repeat."""
    lock_open(duty.event)
    lock(duty)
    if duty.stopped_at is None:
        duty.stopped_at = clock.now()
        db.session.flush()
        periods.forget_unused(duty, clock.today())
        record(by, "duty.stopped", duty, event=duty.event)


@atomic()
def resume_duty(duty: Duty, *, by: Any) -> None:
    """The duty goes on; the days between are not tracked. Safe to repeat."""
    lock_open(duty.event)
    lock(duty)
    if duty.stopped_at is not None:
        duty.stopped_at, duty.tracked_from = None, clock.today()
        db.session.flush()
        record(by, "duty.resumed", duty, event=duty.event)
        periods.make_periods_of(duty, clock.today())


@atomic()
def open_period(duty: Duty, *, due_on: date, title: str | None = None, by: Any) -> Period:
    """Ask for a report now, outside of any rhythm (đột xuất)."""
    lock_open(duty.event)
    lock(duty)
    if duty.stopped_at is not None:
        raise DutyStopped(_("This duty has been stopped."))
    if duty.rhythm is not Rhythm.AD_HOC:
        raise Invalid(_("Reports of this duty come by themselves; only one without a rhythm is asked for."))
    if due_on < clock.today():
        raise Invalid(_("The day has passed already."), field="due_on")
    if duty.ends_on is None:
        raise NoEnd(_("A duty has an end: enter its last day first."), field="due_on")
    if not duty.starts_on <= due_on <= duty.ends_on:
        raise Invalid(_("The day lies outside the time of the duty."), field="due_on")
    period = Period(duty=duty, title=title, starts_on=clock.today(), due_on=due_on)
    taken = sa.select(Period.id).where(Period.duty_id == duty.id, Period.due_on == due_on)
    if db.session.scalar(taken) is not None:
        raise Invalid(_("A report is due on that day already."), field="due_on")
    db.session.add(period)
    db.session.flush()
    periods.make_reports(duty, [period.id])
    record(by, "period.opened", period, event=duty.event)
    return period


def expansion(event: Event, names: Iterable[str]) -> list[Meant]:
    """Whom these lines mean; reads only."""
    known = Known(event)
    return [one for name in names for one in known.meant(name)]


# --- What the operations above are made of -----------------------------------------------------------------


def _reporters(duty: Duty) -> list[DutyReporter]:
    return list(db.session.scalars(sa.select(DutyReporter).where(DutyReporter.duty_id == duty.id)))


def _require_end(details: Details) -> None:
    if details.ends_on is None:
        raise NoEnd(_("A duty has an end: enter its last day."), field="ends_on")
    if details.ends_on < details.starts_on:
        raise Invalid(_("The last day lies before the first one."), field="ends_on")
    if (details.ends_on - details.starts_on).days > LONGEST_DAYS:
        raise Invalid(_("A duty runs for ten years at most."), field="ends_on")


def _require_links_until(event: Event, ends_on: date | None) -> None:
    kept_until = event.data_kept_until
    if ends_on is not None and kept_until is not None and ends_on > kept_until:
        raise EndsTooLate(
            _(
                "Agencies report on their links, which work until %(day)s, the last day on which personal data is "
                "kept: choose that day or an earlier one, or keep the data longer first.",
                day=f"{kept_until:%d/%m/%Y}",
            ),
            field="ends_on",
        )


def _require_rhythm(details: Details) -> None:
    """What the rhythm needs to be counted with."""
    if details.rhythm is Rhythm.WEEKLY and details.weekday not in range(7):
        raise Invalid(_("Choose the day of the week."), field="weekday")
    if details.rhythm is Rhythm.MONTHLY and not (details.month_day is None or 1 <= details.month_day <= 31):
        raise Invalid(_("A month has days 1 to 31."), field="month_day")
    if details.rhythm is Rhythm.BY_DATE:
        if not details.days:
            raise Invalid(_("Enter the days on which a report is due."), field="days")
        if any(
            day < details.starts_on or (details.ends_on is not None and day > details.ends_on)
            for day in details.days
        ):
            raise Invalid(_("A day lies outside the time of the duty."), field="days")
