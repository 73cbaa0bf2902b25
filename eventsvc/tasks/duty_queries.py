"""Look up duties to report and who has them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization
from eventsvc.tasks.duty_models import Duty, DutyReporter, Period, PeriodReport
from eventsvc.tasks.returns import HANDED_IN, ReturnState
from eventsvc.text import fold


class Standing(NamedTuple):
    """How a period stands: so many owe a report, have handed one in, were sent theirs back, are agreed."""

    total: int = 0
    missing: int = 0
    submitted: int = 0
    returned: int = 0
    approved: int = 0
    unchanged: int = 0

    @property
    def handed_in(self) -> int:
        return self.submitted + self.approved


class Line(NamedTuple):
    """A duty in the list: how many have it, and its latest tracked period with how that stands."""

    duty: Duty
    reporters: int
    period: Period | None
    standing: Standing


def duty_of(event: Event, duty_id: int) -> Duty:
    """The duty of this event; otherwise NotFound."""
    found: Duty = part_of(event, Duty, duty_id)
    return found


def duties_of(event: Event) -> list[Duty]:
    """The duties of an event in their order, those without an end too."""
    return list(
        db.session.scalars(sa.select(Duty).where(Duty.event_id == event.id).order_by(Duty.number, Duty.id))
    )


def lines(event: Event) -> list[Line]:
    """The duties of an event with how their latest periods stand, in four queries for 1 as for 300."""
    duties = duties_of(event)
    ids = [duty.id for duty in duties]
    latest = (
        sa.select(Period.duty_id, sa.func.max(Period.due_on).label("due_on"))
        .where(Period.duty_id.in_(ids), Period.is_tracked)
        .group_by(Period.duty_id)
        .subquery()
    )
    periods = db.session.scalars(
        sa.select(Period).join(
            latest, sa.and_(latest.c.duty_id == Period.duty_id, latest.c.due_on == Period.due_on)
        )
    )
    by_duty = {period.duty_id: period for period in periods}
    counts = reporters_by_duty(ids)
    standings = standings_of([period.id for period in by_duty.values()])
    return [
        Line(
            duty,
            counts.get(duty.id, 0),
            period,
            standings.get(period.id, Standing()) if period else Standing(),
        )
        for duty in duties
        for period in (by_duty.get(duty.id),)
    ]


def reporters_by_duty(duty_ids: Sequence[int]) -> dict[int, int]:
    counted = sa.select(DutyReporter.duty_id, sa.func.count()).where(DutyReporter.duty_id.in_(duty_ids))
    return {duty_id: count for duty_id, count in db.session.execute(counted.group_by(DutyReporter.duty_id))}


def standings_of(period_ids: Sequence[int]) -> dict[int, Standing]:
    """How each of these periods stands, in one query."""
    unchanged = sa.func.sum(
        sa.case((sa.and_(PeriodReport.is_unchanged, PeriodReport.state.in_(HANDED_IN)), 1), else_=0)
    )
    counted = (
        sa.select(PeriodReport.period_id, PeriodReport.state, sa.func.count(), unchanged)
        .where(PeriodReport.period_id.in_(period_ids))
        .group_by(PeriodReport.period_id, PeriodReport.state)
    )
    found: dict[int, Standing] = {}
    for period_id, state, count, same in db.session.execute(counted):
        now = found.get(period_id, Standing())
        name = {ReturnState.FORWARDED: "submitted"}.get(state, state.value)
        found[period_id] = now._replace(
            total=now.total + count, unchanged=now.unchanged + same, **{name: getattr(now, name) + count}
        )
    return found


def reporters(duty: Duty, q: str = "") -> sa.Select[DutyReporter]:
    """Who has the duty, in the order of the list; with words, those whose name holds them."""
    found = (
        sa.select(DutyReporter)
        .join(DutyReporter.asked)
        .outerjoin(OrganizationInvitation.organization)
        .where(DutyReporter.duty_id == duty.id)
        .options(
            contains_eager(DutyReporter.asked).contains_eager(OrganizationInvitation.organization),
        )
        .order_by(DutyReporter.id)
    )
    if q:
        found = found.where(OrganizationInvitation.folded.contains(fold(q), autoescape=True))
    return found


def reporter_of(duty: Duty, reporter_id: int) -> DutyReporter:
    found = db.session.scalar(reporters(duty).where(DutyReporter.id == reporter_id))
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def owes(due_on: sa.ColumnElement[date] | date) -> sa.ColumnElement[bool]:
    """Whether a DutyReporter of a Duty owes a report due on that day: it had the duty then, and was not merged away
    since the duty began. Needs the organization joined from outside."""
    return sa.and_(
        sa.or_(DutyReporter.since.is_(None), DutyReporter.since <= due_on),
        sa.or_(DutyReporter.until.is_(None), DutyReporter.until >= due_on),
        sa.or_(
            Organization.valid_to.is_(None),
            Organization.valid_to >= due_on,
            Organization.valid_to < Duty.starts_on,
        ),
    )


def is_gone(reporter: DutyReporter, duty: Duty, today: date) -> bool:
    """Whether the agency was merged away since the duty began."""
    organization = reporter.asked.organization
    return (
        organization is not None
        and organization.valid_to is not None
        and duty.starts_on <= organization.valid_to < today
    )


def latest_periods(duty: Duty, number: int, page: int) -> tuple[list[Period], int]:
    """A page of the duty's periods, the latest page first but each in the order of time; and how many there are."""
    own = sa.select(Period).where(Period.duty_id == duty.id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0
    rows = db.session.scalars(
        own.order_by(Period.due_on.desc()).limit(number).offset((page - 1) * number)
    ).all()
    return list(reversed(rows)), total


def matrix(periods: Sequence[Period], asked_ids: Sequence[int]) -> dict[tuple[int, int], PeriodReport]:
    """The reports of these organizations for these periods, by organization and period, in one query."""
    found = db.session.scalars(
        sa.select(PeriodReport).where(
            PeriodReport.period_id.in_([period.id for period in periods]),
            PeriodReport.organization_invitation_id.in_(asked_ids),
        )
    )
    return {(report.organization_invitation_id, report.period_id): report for report in found}


def has_anything(asked: OrganizationInvitation) -> bool:
    """Whether the organization has ever owed a report or will."""
    has_duty = sa.exists().where(DutyReporter.organization_invitation_id == asked.id)
    owed = sa.exists().where(PeriodReport.organization_invitation_id == asked.id)
    return bool(db.session.scalar(sa.select(sa.or_(has_duty, owed))))
