"""Where the money comes from, what agencies estimate, what is approved, spent and settled. Amounts in đồng."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.returns import Returned


class BudgetSource(db.Model):
    """Where the money comes from: the decision, whom it was given to, for which year."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    decision: Mapped[str | None] = mapped_column(sa.String(80))
    decision_date: Mapped[date | None]
    allocated_to: Mapped[str | None]
    fiscal_year: Mapped[int | None]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    cite: Mapped[str | None]
    event: Mapped[Event] = relationship()


class BudgetEstimate(Returned, db.Model):
    """What one agency needs (dự toán), entered on its link or on its behalf; approved by the finance department.

    The lines are what is handed in: approving the estimate sets what is approved of each. `due_on` is the last day on
    which it is in time.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "organization_invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    organization_invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="CASCADE"), index=True
    )
    due_on: Mapped[date | None]
    note: Mapped[str | None]
    approved_by: Mapped[str | None] = mapped_column(sa.String(300))
    """Who approved it and by which paper: "Sở Tài chính, Công văn số 45/STC"."""
    settled_on: Mapped[date | None]
    settlement_paper: Mapped[str | None] = mapped_column(sa.String(200))
    event: Mapped[Event] = relationship()
    asked: Mapped[OrganizationInvitation] = relationship()
    lines: Mapped[list["BudgetLine"]] = relationship(
        cascade="all, delete-orphan", order_by="BudgetLine.number", back_populates="estimate"
    )


class BudgetLine(db.Model):
    """One line of an estimate: so many units at a price. `amount` is what they come to; less may be approved."""

    __table_args__ = (
        sa.UniqueConstraint("estimate_id", "number"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("unit_price >= 0", name="unit_price"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("approved >= 0", name="approved"),
        sa.CheckConstraint("spent >= 0", name="spent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estimate_id: Mapped[int] = mapped_column(sa.ForeignKey("budget_estimate.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("budget_source.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int]
    text: Mapped[str]
    unit: Mapped[str | None] = mapped_column(sa.String(60))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2), default=Decimal(1))
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    approved: Mapped[int | None] = mapped_column(sa.BigInteger)
    spent: Mapped[int | None] = mapped_column(sa.BigInteger)
    estimate: Mapped[BudgetEstimate] = relationship(back_populates="lines")
    source: Mapped[BudgetSource | None] = relationship()
