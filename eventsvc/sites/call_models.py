"""The telephone calls of the province to its sites, so that two clerks do not phone the same one."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.sites.models import Site


class CallOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WILL_CALL_BACK = "will_call_back"


class SiteCall(db.Model):
    """A call to a site: when, by whom, with whom, and what came of it. Rows are added, never changed."""

    __table_args__ = (sa.Index(None, "site_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome: Mapped[CallOutcome] = mapped_column(Word(CallOutcome))
    actor_kind: Mapped[str] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    by_name: Mapped[str | None] = mapped_column(sa.String(200))
    spoke_with: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None]
    site: Mapped[Site] = relationship()
