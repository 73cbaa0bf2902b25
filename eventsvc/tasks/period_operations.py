"""The periods of duties, each made exactly once, whatever the downtime and however many workers there are."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from eventsvc import clock, jobs
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.events.models import Event, EventStatus
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization
from eventsvc.rows import insert, lock
from eventsvc.tasks.duty_models import Duty, DutyReporter, Meeting, Period, PeriodReport, Rhythm
from eventsvc.tasks.duty_queries import owes
from eventsvc.tasks.periods import Turn, pattern_of, turns
from eventsvc.tasks.returns import ReturnState


@jobs.job("tasks.make_periods", every_minutes=10)
def make_due_periods() -> int:
    """Make what has begun by today."""
    return make_periods(clock.today())


def make_periods(today: date) -> int:
    """Make every period that has begun by this day and is not there yet, with one report for each who owes it; how
    many reports. Safe to repeat, to run beside itself, and after any time in which no worker ran."""
    return sum(_make_of(duty_id, today) for duty_id in _with_new_turns(today) if not jobs.is_stopping())


@atomic()
def make_periods_of(duty: Duty, today: date) -> int:
    """The same for one duty, which the caller may hold already."""
    lock(duty)
    new = _new_turns(duty, _days_made([duty.id]).get(duty.id, set()), today)
    if not new:
        return 0
    rows = [
        {
            "duty_id": duty.id,
            "starts_on": turn.starts_on,
            "due_on": turn.due_on,
            "is_tracked": turn.due_on >= duty.tracked_from,
            "created_at": clock.now(),
        }
        for turn in new
    ]
    added = insert(Period).on_conflict_do_nothing(index_elements=["duty_id", "due_on"])
    made = db.session.execute(added.returning(Period.id, Period.is_tracked), rows).all()
    count = make_reports(duty, [period_id for period_id, is_tracked in made if is_tracked])
    if made:
        record(None, "periods.made", duty, event=duty.event, periods=len(made), reports=count)
    return count


def make_reports(duty: Duty, period_ids: Sequence[int]) -> int:
    """What is owed for these periods by everybody who has the duty on their day; who has a report keeps it."""
    if not period_ids:
        return 0
    owed = (
        sa.select(
            Period.id,
            DutyReporter.organization_invitation_id,
            sa.literal(1),
            sa.literal(ReturnState.MISSING.value),
            sa.literal(False),
            sa.literal(0),
        )
        .select_from(Period)
        .join(Duty, Duty.id == Period.duty_id)
        .join(DutyReporter, DutyReporter.duty_id == Duty.id)
        .join(OrganizationInvitation, OrganizationInvitation.id == DutyReporter.organization_invitation_id)
        .outerjoin(Organization, Organization.id == OrganizationInvitation.organization_id)
        .where(
            Period.id.in_(period_ids),
            Duty.id == duty.id,
            OrganizationInvitation.revoked_at.is_(None),
            owes(Period.due_on),
        )
        .order_by(Period.id, DutyReporter.id)
    )
    names = ["period_id", "organization_invitation_id", "version", "state", "is_unchanged", "reminders"]
    added = insert(PeriodReport).from_select(names, owed, include_defaults=False)
    unique = ["period_id", "organization_invitation_id"]
    made = added.on_conflict_do_nothing(index_elements=unique).returning(PeriodReport.id)
    return len(db.session.execute(made).all())


def periods_of(duty: Duty) -> list[Period]:
    return list(
        db.session.scalars(sa.select(Period).where(Period.duty_id == duty.id).order_by(Period.due_on))
    )


def forget_unused(duty: Duty, today: date) -> None:
    """Take away periods still to come that the duty, as it is now, does not have, or not as it had them: nobody has
    handed anything in for them, and no meeting belongs to them. What was asked for by hand stays: no rhythm would
    bring it back."""
    if duty.rhythm is Rhythm.AD_HOC:
        return
    pattern = pattern_of(duty)
    kept = set(turns(pattern, today)) if pattern is not None and duty.stopped_at is None else set()
    for period in periods_of(duty):
        if period.due_on < today or Turn(period.starts_on or period.due_on, period.due_on) in kept:
            continue
        if not _is_used(period):
            db.session.delete(period)
    db.session.flush()


def forget_reports(duty: Duty, reporter: DutyReporter) -> None:
    """What the organization owes for days after its last one, and has never begun."""
    later = sa.select(Period.id).where(Period.duty_id == duty.id, Period.due_on > reporter.until)
    db.session.execute(
        sa.delete(PeriodReport).where(
            PeriodReport.organization_invitation_id == reporter.organization_invitation_id,
            PeriodReport.state == ReturnState.MISSING,
            PeriodReport.period_id.in_(later),
        ),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()


@atomic()
def _make_of(duty_id: int, today: date) -> int:
    duty = db.session.get(Duty, duty_id)
    return make_periods_of(duty, today) if duty is not None else 0


def _with_new_turns(today: date) -> list[int]:
    """The duties that have something to make, by one look at all of them."""
    going_on = (
        sa.select(Duty)
        .join(Event, Event.id == Duty.event_id)
        .where(
            Duty.ends_on.is_not(None),
            Duty.stopped_at.is_(None),
            Duty.rhythm != Rhythm.AD_HOC,
            Event.status == EventStatus.OPEN,
        )
    )
    duties = list(db.session.scalars(going_on.order_by(Duty.id)))
    made = _days_made([duty.id for duty in duties])
    return [duty.id for duty in duties if _new_turns(duty, made.get(duty.id, set()), today)]


def _new_turns(duty: Duty, made: set[date], today: date) -> list[Turn]:
    pattern = pattern_of(duty)
    if pattern is None or duty.stopped_at is not None or duty.event.status is not EventStatus.OPEN:
        return []
    return [turn for turn in turns(pattern, today) if turn.due_on not in made]


def _days_made(duty_ids: Sequence[int]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = {}
    for duty_id, due_on in db.session.execute(
        sa.select(Period.duty_id, Period.due_on).where(Period.duty_id.in_(duty_ids))
    ):
        found.setdefault(duty_id, set()).add(due_on)
    return found


def _is_used(period: Period) -> bool:
    handed = sa.exists().where(PeriodReport.period_id == period.id, PeriodReport.state != ReturnState.MISSING)
    met = sa.exists().where(Meeting.period_id == period.id)
    return bool(db.session.scalar(sa.select(sa.or_(handed, met))))
