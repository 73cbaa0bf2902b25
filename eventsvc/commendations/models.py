"""Khen thưởng: who is proposed for a commendation, the check by the Department of Home Affairs, the decision."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization


class NomineeKind(StrEnum):
    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"
    CHANNEL = "channel"
    """A channel of the community's media."""


class CommendationState(StrEnum):
    PROPOSED = "proposed"
    RETURNED = "returned"
    CHECKED = "checked"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Commendation(db.Model):
    """A proposal to commend a collective or a person, on its way to the decision.

    Proposed by an agency on its link or by an organizer; checked by the Department of Home Affairs (Sở Nội vụ) or on
    its behalf; decided under a number and date. A decided one is read out at an item of the finale's agenda.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.Index(None, "event_id", "state"),
        sa.CheckConstraint("state <> 'decided' OR decision_number IS NOT NULL", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[NomineeKind] = mapped_column(Word(NomineeKind))
    name: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[str | None] = mapped_column(sa.String(300))
    organization_name: Mapped[str | None] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    achievement: Mapped[str]
    form: Mapped[str] = mapped_column(sa.String(200))
    """Which honour: "Bằng khen của Chủ tịch UBND tỉnh"."""
    proposed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organization_invitation.id", ondelete="SET NULL"), index=True
    )
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    state: Mapped[CommendationState] = mapped_column(
        Word(CommendationState), default=CommendationState.PROPOSED
    )
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str | None] = mapped_column(sa.String(300))
    remark: Mapped[str | None]
    decision_number: Mapped[str | None] = mapped_column(sa.String(80))
    decision_date: Mapped[date | None]
    agenda_item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_item.id", ondelete="SET NULL"), index=True
    )
    event: Mapped[Event] = relationship()
    organization: Mapped[Organization | None] = relationship()
    proposed_by: Mapped[OrganizationInvitation | None] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()


class CommendationScript(db.Model):
    """What the list of those commended has written into an item of an agenda: all else there was written by hand."""

    __table_args__ = (sa.UniqueConstraint("agenda_item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id", ondelete="CASCADE"))
    mc_line: Mapped[str | None]
    screen_note: Mapped[str | None]
    agenda_item: Mapped[AgendaItem] = relationship()
