"""Read what the roll-up sheet of a period shows."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.organizations.queries import letterhead_of
from eventsvc.tasks.duty_models import Period, PeriodReport
from eventsvc.tasks.duty_queries import Standing, standings_of
from eventsvc.tasks.obstacle_models import Obstacle, ObstacleState
from eventsvc.tasks.periods import is_late
from eventsvc.tasks.report_queries import reports_of
from eventsvc.tasks.returns import HANDED_IN
from eventsvc.tasks.rollup import Line, Sheet
from eventsvc.text import clean


def sheet(event: Event, period: Period) -> Sheet:
    """What every agency has reported for the period, in the order of those who owe it, and who has not."""
    reports = list(db.session.scalars(reports_of(period).options(joinedload(PeriodReport.file))))
    obstacles = _obstacles([report.id for report in reports])
    standing: Standing = standings_of([period.id]).get(period.id, Standing())
    handed_in = [report for report in reports if report.state in HANDED_IN]
    head, duty = letterhead_of(event.host, event.units_as_of), period.duty
    return Sheet(
        superior=head.superior,
        issuer=head.issuer,
        is_party=head.is_party,
        subject=clean(duty.text),
        title=period.title or "",
        event=event.title,
        report_to=duty.report_to or "",
        starts_on=period.starts_on,
        due_on=period.due_on,
        today=clock.today(),
        total=standing.total,
        unchanged=standing.unchanged,
        late=sum(is_late(report, period.due_on, clock.today()) for report in handed_in),
        lines=[
            Line(
                agency=report.asked.name,
                is_unchanged=report.is_unchanged,
                done=report.done or "",
                planned=report.planned or "",
                proposals=report.proposals or "",
                obstacles=obstacles.get(report.id, []),
                file=report.file.name if report.file else "",
                is_late=is_late(report, period.due_on, clock.today()),
                state=report.state,
            )
            for report in handed_in
        ],
        missing=[report.asked.name for report in reports if report.state not in HANDED_IN],
    )


def _obstacles(report_ids: list[int]) -> dict[int, list[str]]:
    """The difficulties raised from these reports, with what is proposed, by report."""
    found: dict[int, list[str]] = {}
    rows = db.session.scalars(
        sa.select(Obstacle)
        .where(Obstacle.period_report_id.in_(report_ids), Obstacle.state != ObstacleState.WITHDRAWN)
        .order_by(Obstacle.number)
    )
    for row in rows:
        words = clean(row.text).rstrip(".")
        found.setdefault(row.period_report_id or 0, []).append(f"{words}. Đề xuất: {clean(row.proposal)}")
    return found
