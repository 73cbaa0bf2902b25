"""A duty to report and those who have it."""

from datetime import date, timedelta

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.nominations import operations as nominations
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import Contact
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks.duty_models import Duty, Period, PeriodReport, Rhythm
from eventsvc.tasks.duty_operations import Details

NAMES = ("Sở Nội vụ", "Sở Tài chính", "Ban Quản lý Mẫu")


def weekly(starts_on: date | None = None, weeks: int = 10, **details) -> Details:
    """Every week on the weekday of its first day, which is today in Vietnam unless another is given."""
    first = starts_on or clock.today()
    values = {"text": "Báo cáo tiến độ triển khai IOC", "report_to": "UBND tỉnh", "weekday": first.weekday()}
    return Details(
        rhythm=Rhythm.WEEKLY, starts_on=first, ends_on=first + timedelta(weeks=weeks), **values | details
    )


def duty(event, details: Details | None = None, names=NAMES, **others) -> Duty:
    return duties.add_duty(event, details or weekly(), names=names, by=None, **others)


def reports(made: Duty) -> list[PeriodReport]:
    """Every report of the duty by day and organization."""
    return list(
        db.session.scalars(
            sa.select(PeriodReport)
            .join(PeriodReport.period)
            .where(Period.duty_id == made.id)
            .order_by(Period.due_on, PeriodReport.organization_invitation_id)
        )
    )


def report(made: Duty, name: str = NAMES[0]) -> PeriodReport:
    """The latest report of one organization."""
    return [one for one in reports(made) if one.asked.name == name][-1]


def days(made: Duty) -> list[date]:
    own = sa.select(Period.due_on).where(Period.duty_id == made.id).order_by(Period.due_on)
    return list(db.session.scalars(own))


def with_address(asked: OrganizationInvitation) -> OrganizationInvitation:
    contact = Contact("Bà Lê Thị Nga", "Chánh Văn phòng", "+84501234567", f"vp{asked.id}@so.example.vn")
    nominations.edit_invitation(asked, contact=contact, due_on=None, note=None, by=None)
    return asked


def link(asked: OrganizationInvitation) -> str:
    return f"/o/{secrets.unseal(asked.token_sealed)}/reports"
