"""What must be reached by when: the rules of an event for its sites and for what its halls need."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.sites.models import SiteLevel


class Gate(StrEnum):
    """What a rule asks for: a milestone of a site, a head-count, a hall's service confirmed or on the spot."""

    CONFIRMED = "confirmed"
    TESTED = "tested"
    REHEARSED = "rehearsed"
    TECHNICIAN_PRESENT = "technician_present"
    READY = "ready"
    CONNECTED = "connected"
    COUNTED = "counted"
    SERVICE_CONFIRMED = "service_confirmed"
    SERVICE_PRESENT = "service_present"


class ReadinessRule(db.Model):
    """By when a gate must be passed, counted from the start of the first sitting.

    Either on a day before it (`days_before`, 0 the day itself) at a time of day there (`at_minutes` after midnight,
    local time), or so many minutes before the start (`minutes_before`; negative: after it). A rule without a level
    is for every bridge site; the main hall has rules of its own level, and those for services. Whoever has not passed
    the gate is written to `remind_hours` before; None: never.
    """

    __table_args__ = (
        sa.Index(None, "event_id", "number"),
        sa.CheckConstraint("(days_before IS NULL) <> (minutes_before IS NULL)", name="moment"),
        sa.CheckConstraint("(days_before IS NULL) = (at_minutes IS NULL)", name="day_and_time"),
        sa.CheckConstraint("at_minutes IS NULL OR at_minutes BETWEEN 0 AND 1439", name="time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    gate: Mapped[Gate] = mapped_column(Word(Gate))
    level: Mapped[SiteLevel | None] = mapped_column(Word(SiteLevel))
    days_before: Mapped[int | None]
    at_minutes: Mapped[int | None]
    minutes_before: Mapped[int | None]
    remind_hours: Mapped[int | None]
    event: Mapped[Event] = relationship()
