"""What a report, a return or a count goes through: handed in, sent back or approved. Pure but for the columns."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Word


class ReturnState(StrEnum):
    """chưa nộp, đã nộp, đã chuyển lên, trả lại, duyệt."""

    MISSING = "missing"
    SUBMITTED = "submitted"
    FORWARDED = "forwarded"
    """The unit between (a district) has looked at it and passed it on."""
    RETURNED = "returned"
    APPROVED = "approved"


OPEN_TO_EDIT = frozenset({ReturnState.MISSING, ReturnState.SUBMITTED, ReturnState.RETURNED})
"""What the one who reports may still change; what was forwarded or approved must be sent back first."""
HANDED_IN = frozenset({ReturnState.SUBMITTED, ReturnState.FORWARDED, ReturnState.APPROVED})


class Returned:
    """Columns of everything that is handed in by an organization and looked at by the organizer.

    `on_behalf_by_id`: somebody of the organizer's entered it after a call.
    """

    state: Mapped[ReturnState] = mapped_column(Word(ReturnState), default=ReturnState.MISSING)
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(sa.String(200))
    on_behalf_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    forwarded_at: Mapped[datetime | None]
    forwarded_by: Mapped[str | None] = mapped_column(sa.String(200))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str | None]
