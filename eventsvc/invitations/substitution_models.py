"""Going in somebody's place (đi thay)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.invitations.models import Invitation
from eventsvc.people.models import Person


class SubstitutionState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class SubstitutionSource(StrEnum):
    """Who named the deputy."""

    INVITEE = "invitee"
    ORGANIZATION = "organization"
    STAFF = "staff"


class Substitution(db.Model):
    """Somebody named to go in the place of an invitee. Once approved, `substitute` is the invitation of the deputy and
    that of the one replaced is taken back; both names stay here. One request at a time is waiting per invitation.

    `authority` names the paper by which the head authorises the deputy (QĐ 45/2018/QĐ-TTg).
    """

    __table_args__ = (
        sa.Index("uq_substitution_waiting", "invitation_id", unique=True,
                 sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")),
        sa.Index(None, "event_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    state: Mapped[SubstitutionState] = mapped_column(
        Word(SubstitutionState), default=SubstitutionState.WAITING
    )
    source: Mapped[SubstitutionSource] = mapped_column(Word(SubstitutionSource))
    reason: Mapped[str | None]
    authority: Mapped[str | None] = mapped_column(sa.String(300))
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str | None]
    invitation: Mapped[Invitation] = relationship(foreign_keys=[invitation_id])
    substitute: Mapped[Invitation | None] = relationship(foreign_keys=[substitute_id])
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
