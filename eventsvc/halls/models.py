"""What a hall on the ground needs: services of agencies, posts and the shifts at them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.organizations.models import Organization
from eventsvc.sites.models import Site


class ServiceKind(StrEnum):
    POWER = "power"
    BACKUP_POWER = "backup_power"
    MEDICAL = "medical"
    POLICE = "police"
    FIRE = "fire"
    WIFI = "wifi"
    SCREEN = "screen"
    SOUND = "sound"
    VENDOR = "vendor"
    OTHER = "other"


class ServiceState(StrEnum):
    """A service is planned, confirmed by its agency, there on the spot, and done; or it has a problem."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    PRESENT = "present"
    PROBLEM = "problem"
    DONE = "done"


class Service(db.Model):
    """What an agency provides at a hall: power with a back-up, a medical team, a screen; who is on duty.

    `problem` says what went wrong last; it is kept after it was solved. `changed_at`: when the state changed last.
    """

    __table_args__ = (sa.Index(None, "site_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[ServiceKind] = mapped_column(Word(ServiceKind))
    detail: Mapped[str | None]
    agency_name: Mapped[str | None] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    on_duty_name: Mapped[str | None] = mapped_column(sa.String(200))
    on_duty_phone: Mapped[str | None] = mapped_column(sa.String(40))
    state: Mapped[ServiceState] = mapped_column(Word(ServiceState), default=ServiceState.PLANNED)
    confirmed_at: Mapped[datetime | None]
    present_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    problem: Mapped[str | None]
    note: Mapped[str | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    organization: Mapped[Organization | None] = relationship()


class Post(db.Model):
    """A place in a hall where somebody stands: a door, the cloakroom, the control desk. `needed` people at a time."""

    __table_args__ = (
        sa.Index(None, "site_id", "number"),
        sa.CheckConstraint("needed > 0", name="needed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    is_door: Mapped[bool] = mapped_column(default=False)
    needed: Mapped[int] = mapped_column(default=1)
    note: Mapped[str | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site] = relationship()
    shifts: Mapped[list["Shift"]] = relationship(
        back_populates="post", cascade="all, delete-orphan", order_by="Shift.starts_at, Shift.id"
    )


class StaffKind(StrEnum):
    STAFF = "staff"
    VOLUNTEER = "volunteer"


class Shift(db.Model):
    """One person at a post from one moment to another. The shifts at the doors say when the doors are open."""

    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person_name: Mapped[str] = mapped_column(sa.String(200))
    person_phone: Mapped[str | None] = mapped_column(sa.String(40))
    agency_name: Mapped[str | None] = mapped_column(sa.String(300))
    kind: Mapped[StaffKind] = mapped_column(Word(StaffKind), default=StaffKind.STAFF)
    present_at: Mapped[datetime | None]
    post: Mapped[Post] = relationship(back_populates="shifts")
