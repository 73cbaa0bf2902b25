"""Meeting delegations: who comes with whom, when, where, in what, and who receives them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.sites.models import Site


class Delegation(db.Model):
    """People who arrive together and are received together. Telephone numbers in E.164."""

    __table_args__ = (sa.UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(sa.String(300))
    head_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id", ondelete="SET NULL"))
    arrives_at: Mapped[datetime | None]
    arrival_point: Mapped[str | None] = mapped_column(sa.String(300))
    vehicle: Mapped[str | None] = mapped_column(sa.String(200))
    plate: Mapped[str | None] = mapped_column(sa.String(40))
    greeter_name: Mapped[str | None] = mapped_column(sa.String(200))
    greeter_phone: Mapped[str | None] = mapped_column(sa.String(40))
    escort_name: Mapped[str | None] = mapped_column(sa.String(200))
    escort_phone: Mapped[str | None] = mapped_column(sa.String(40))
    room: Mapped[str | None] = mapped_column(sa.String(200))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    head: Mapped[Guest | None] = relationship(foreign_keys=[head_id])
    members: Mapped[list["DelegationMember"]] = relationship(
        back_populates="delegation", cascade="all, delete-orphan", order_by="DelegationMember.id"
    )


class DelegationMember(db.Model):
    """A guest in a delegation; nobody arrives twice."""

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(sa.ForeignKey("delegation.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("guest.id", ondelete="CASCADE"), unique=True)
    delegation: Mapped[Delegation] = relationship(back_populates="members")
    guest: Mapped[Guest] = relationship()
