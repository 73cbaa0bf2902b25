"""Look up reports of periods: of one period, of one organization, what is owed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.queries import keeps_data
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.duty_models import Duty, DutyReporter, Meeting, Period, PeriodReport
from eventsvc.tasks.periods import OWED
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import fold


class Shown(StrEnum):
    """Which reports of a period are listed."""

    MISSING = "missing"
    LATE = "late"
    """Owed although the day has passed, or handed in after it."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    UNCHANGED = "unchanged"


class Own(NamedTuple):
    """What an organization sees: what it owes, the earliest first, and what it has handed in, the latest first."""

    owed: list[PeriodReport]
    handed_in: list[PeriodReport]


def period_of(duty: Duty, period_id: int) -> Period:
    found = db.session.scalar(
        sa.select(Period)
        .where(Period.duty_id == duty.id, Period.id == period_id)
        .options(joinedload(Period.duty))
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def period_in(event: Event, period_id: int | None) -> Period | None:
    """The period of any duty of the event; None when there is none."""
    return db.session.scalar(
        sa.select(Period).join(Period.duty).where(Duty.event_id == event.id, Period.id == period_id)
    )


def meeting_of(period: Period) -> Meeting | None:
    """The briefing meeting that goes with the period."""
    return db.session.scalar(sa.select(Meeting).where(Meeting.period_id == period.id))


def reports_of(
    period: Period, shown: Shown | None = None, q: str = "", *, today: date | None = None
) -> sa.Select[PeriodReport]:
    """The reports of a period in the order of those who owe them."""
    found = (
        sa.select(PeriodReport)
        .join(PeriodReport.asked)
        .where(PeriodReport.period_id == period.id)
        .options(contains_eager(PeriodReport.asked))
        .order_by(PeriodReport.id)
    )
    if q:
        found = found.where(OrganizationInvitation.folded.contains(fold(q), autoescape=True))
    return found.where(_wanted(shown, period, today or clock.today())) if shown else found


def report_of(period: Period, report_id: int) -> PeriodReport:
    """The report of this period; otherwise NotFound."""
    found = db.session.scalar(reports_of(period).where(PeriodReport.id == report_id))
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def number_late(period: Period, today: date) -> int:
    """How many owe a report although its day has passed."""
    if period.due_on >= today:
        return 0
    late = sa.select(sa.func.count()).where(PeriodReport.period_id == period.id, PeriodReport.state.in_(OWED))
    return db.session.scalar(late) or 0


def number_missing(event: Event, first: date, last: date) -> int:
    """How many reports due between these days, both included, are still owed. Duties that were stopped are not."""
    owed = (
        sa.select(sa.func.count())
        .select_from(PeriodReport)
        .join(PeriodReport.period)
        .join(Period.duty)
        .where(
            Duty.event_id == event.id,
            Duty.stopped_at.is_(None),
            Period.is_tracked,
            Period.due_on.between(first, last),
            PeriodReport.state.in_(OWED),
        )
    )
    return db.session.scalar(owed) or 0


def own_reports(asked: OrganizationInvitation, *, most: int = 30) -> Own:
    """What the organization owes and what it has handed in. Duties that were stopped are not owed."""
    mine = (
        sa.select(PeriodReport)
        .join(PeriodReport.period)
        .join(Period.duty)
        .where(PeriodReport.organization_invitation_id == asked.id)
        .options(contains_eager(PeriodReport.period).contains_eager(Period.duty))
    )
    owed = mine.where(PeriodReport.state.in_(OWED), Period.is_tracked, Duty.stopped_at.is_(None))
    handed_in = mine.where(PeriodReport.state.in_(HANDED_IN))
    return Own(
        list(db.session.scalars(owed.order_by(Period.due_on, PeriodReport.id).limit(200))),
        list(db.session.scalars(handed_in.order_by(Period.due_on.desc(), PeriodReport.id).limit(most))),
    )


def own_report(asked: OrganizationInvitation, report_id: int) -> PeriodReport | None:
    """The organization's own report with this id; None for anybody else's."""
    return db.session.scalar(
        sa.select(PeriodReport)
        .where(PeriodReport.id == report_id, PeriodReport.organization_invitation_id == asked.id)
        .options(joinedload(PeriodReport.period).joinedload(Period.duty))
    )


def own_duties(asked: OrganizationInvitation, today: date) -> Sequence[Duty]:
    """The duties that the organization has, though nothing may be owed just now."""
    mine = sa.select(DutyReporter.duty_id).where(DutyReporter.organization_invitation_id == asked.id)
    return db.session.scalars(
        sa.select(Duty)
        .where(
            Duty.id.in_(mine),
            Duty.stopped_at.is_(None),
            sa.or_(Duty.ends_on.is_(None), Duty.ends_on >= today),
        )
        .order_by(Duty.number)
    ).all()


def to_nudge(
    period_ids: Sequence[int] | None = None, *, today: date | None = None
) -> sa.Select[PeriodReport]:
    """Who is missing and may be reminded: tracked, not stopped, in an event that stands, under a link that works."""
    found = (
        sa.select(PeriodReport)
        .join(PeriodReport.period)
        .join(Period.duty)
        .join(Duty.event)
        .join(PeriodReport.asked)
        .where(
            PeriodReport.state.in_(OWED),
            Period.is_tracked,
            Duty.stopped_at.is_(None),
            Event.status == EventStatus.OPEN,
            keeps_data(today or clock.today()),
            OrganizationInvitation.revoked_at.is_(None),
            OrganizationInvitation.reminders_stopped_at.is_(None),
        )
        .options(
            contains_eager(PeriodReport.period).contains_eager(Period.duty).contains_eager(Duty.event),
            contains_eager(PeriodReport.asked),
        )
        .order_by(OrganizationInvitation.id, Period.due_on, PeriodReport.id)
    )
    return found.where(Period.id.in_(period_ids)) if period_ids is not None else found


def _wanted(shown: Shown, period: Period, today: date) -> sa.ColumnElement[bool]:
    if shown is Shown.LATE:
        after = clock.from_local(datetime.combine(period.due_on + timedelta(days=1), time()))
        came_late = PeriodReport.submitted_at >= after
        handed_in_late = sa.and_(PeriodReport.state.in_(HANDED_IN), came_late)
        if period.due_on >= today:
            return handed_in_late
        return sa.or_(PeriodReport.state.in_(OWED), handed_in_late)
    if shown is Shown.UNCHANGED:
        return sa.and_(PeriodReport.is_unchanged, PeriodReport.state.in_(HANDED_IN))
    if shown is Shown.SUBMITTED:
        return PeriodReport.state.in_((ReturnState.SUBMITTED, ReturnState.FORWARDED))
    return PeriodReport.state == ReturnState(shown.value)
