"""Difficulties that an agency raises, and the clock that starts with them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.duty_models import PeriodReport
from eventsvc.tasks.models import Task


class ObstacleState(StrEnum):
    RAISED = "raised"
    SUBMITTED = "submitted"
    """The answering agency has laid it before the leaders."""
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Obstacle(db.Model):
    """A difficulty (khó khăn, vướng mắc) with what is proposed. It is to be answered by `due_on`, the day included,
    by `answered_by` ("Văn phòng UBND tỉnh", three working days by the rule of notice 003).
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.Index(None, "event_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"), index=True)
    period_report_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("period_report.id", ondelete="SET NULL"), index=True
    )
    organization_invitation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str]
    proposal: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(default=clock.now)
    raised_by: Mapped[str | None] = mapped_column(sa.String(200))
    answered_by: Mapped[str | None] = mapped_column(sa.String(300))
    answer_days: Mapped[int] = mapped_column(default=3)
    due_on: Mapped[date]
    state: Mapped[ObstacleState] = mapped_column(Word(ObstacleState), default=ObstacleState.RAISED)
    submitted_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"))
    event: Mapped[Event] = relationship()
    task: Mapped[Task | None] = relationship()
    period_report: Mapped[PeriodReport | None] = relationship()
    asked: Mapped[OrganizationInvitation | None] = relationship()
