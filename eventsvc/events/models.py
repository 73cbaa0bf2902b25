"""Events and their sittings."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import Word, db
from eventsvc.errors import DomainError
from eventsvc.organizations.models import Organization


class EventKind(StrEnum):
    LAUNCH_CEREMONY = "launch_ceremony"
    LAUNCH_CEREMONY_WITH_SIGNING = "launch_ceremony_with_signing"
    MOVEMENT_LAUNCH_CEREMONY = "movement_launch_ceremony"
    DX_DAY = "dx_day"
    CONFERENCE = "conference"
    MEETING = "meeting"
    ROADSHOW_STOP = "roadshow_stop"
    WORK_PLAN = "work_plan"
    """A year's plan of a committee: tasks, targets and reports, and no hall that people come to."""
    CAMPAIGN = "campaign"
    """Several events under one theme over weeks or months: a Digital Transformation Day, a roadshow by clusters."""
    OTHER = "other"

    @property
    def is_gathering(self) -> bool:
        """Whether people come together: only then are there an agenda, sites, guests and doors."""
        return self not in (EventKind.WORK_PLAN, EventKind.CAMPAIGN)


class EventForm(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class EventStatus(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


class TimeState(StrEnum):
    """How sure a sitting's time is: nobody has named one, someone proposed one, someone approved it."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"


class LegalBasis(StrEnum):
    """Why personal data may be processed (Law 91/2025/QH15, Articles 9 and 19)."""

    STATE_FUNCTION = "state_function"
    CONSENT = "consent"


class StatementKind(StrEnum):
    PURPOSE = "purpose"
    REQUIREMENT = "requirement"
    FINDING = "finding"
    """What a meeting found before it concluded."""
    SCOPE = "scope"
    """Where the activities of a campaign are held."""


class EventRole(StrEnum):
    HOST = "host"
    IMPLEMENTING = "implementing"
    COORDINATING = "coordinating"


class EventCancelled(DomainError):
    code = "event_cancelled"


class DataNoticeMissing(DomainError):
    """Nobody has written down yet what personal data is for, on which basis, by whom and how long."""

    code = "data_notice_missing"


class Event(db.Model):
    """A ceremony, conference or stop. Its slug is made once and never changes.

    The window is what the plan says, in words and days; exact times live in the sittings. `revision` rises
    with every change that all invitees must hear of; `main_place_changes` counts other places of the main hall, which
    only those who sit there must hear of. `units_as_of` says which administrative structure the
    sites come from, whatever the date of the event. `version` catches two people saving the same form.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str]
    title_note: Mapped[str | None]
    short_title: Mapped[str] = mapped_column(sa.String(200))
    title_cite: Mapped[str | None]
    theme: Mapped[str | None] = mapped_column(sa.String(300))
    theme_cite: Mapped[str | None]
    part_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"), index=True)
    """The campaign that the event belongs to; who works on the campaign works on it, too."""
    kind: Mapped[EventKind] = mapped_column(Word(EventKind), default=EventKind.OTHER)
    status: Mapped[EventStatus] = mapped_column(Word(EventStatus), default=EventStatus.OPEN)
    form: Mapped[EventForm] = mapped_column(Word(EventForm), default=EventForm.HYBRID)
    form_text: Mapped[str | None]
    form_cite: Mapped[str | None]
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(sa.String(8))
    units_as_of: Mapped[date]
    window_text: Mapped[str | None]
    window_start: Mapped[date | None]
    window_end: Mapped[date | None]
    window_cite: Mapped[str | None]
    window_note: Mapped[str | None]
    venue: Mapped[str | None]
    video_link: Mapped[str | None]
    dress_code: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_phone: Mapped[str | None]
    agenda_cite: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    main_place_changes: Mapped[int] = mapped_column(default=0)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    data_purpose: Mapped[str | None]
    data_legal_basis: Mapped[LegalBasis | None] = mapped_column(Word(LegalBasis))
    data_controller: Mapped[str | None]
    data_kept_until: Mapped[date | None]
    data_kept_days: Mapped[int | None]
    """So many days after the results report is approved personal data is kept; then `data_kept_until` is set."""
    task_reminder_days: Mapped[list | None]
    """Days after the last day of a task (negative: before it) on which the silent are reminded; none: as usual."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]

    host: Mapped[Organization] = relationship()
    part_of: Mapped["Event | None"] = relationship(remote_side=[id])
    # Papers and the agenda are features of their own, above this one: named here, never imported.
    document: Mapped[Any | None] = relationship("Document", foreign_keys=[document_id])
    sittings: Mapped[list["Sitting"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="Sitting.number"
    )
    agenda_items: Mapped[list[Any]] = relationship(
        "AgendaItem", back_populates="event", cascade="all, delete-orphan", order_by="AgendaItem.number"
    )
    rituals: Mapped[list[Any]] = relationship(
        "Ritual", back_populates="event", cascade="all, delete-orphan", order_by="Ritual.number"
    )
    strands: Mapped[list[Any]] = relationship(
        "Strand", back_populates="event", cascade="all, delete-orphan", order_by="Strand.number"
    )
    statements: Mapped[list["EventStatement"]] = relationship(
        cascade="all, delete-orphan", order_by="EventStatement.kind, EventStatement.number"
    )
    organizations: Mapped[list["EventOrganization"]] = relationship(
        cascade="all, delete-orphan", order_by="EventOrganization.role, EventOrganization.number"
    )
    venues: Mapped[list["Venue"]] = relationship(cascade="all, delete-orphan", order_by="Venue.number")

    @property
    def is_cancelled(self) -> bool:
        return self.status is EventStatus.CANCELLED

    def require_open(self) -> None:
        """Raise EventCancelled when nothing about the event may change any more."""
        if self.is_cancelled:
            raise EventCancelled(_("This event has been cancelled; it can no longer be changed."))

    @property
    def standing_sittings(self) -> list["Sitting"]:
        """The sittings that have not been cancelled."""
        return [sitting for sitting in self.sittings if sitting.cancelled_at is None]

    @property
    def has_data_notice(self) -> bool:
        """Whether it is written down what personal data is for, on which basis, by whom and how long."""
        return bool(
            self.data_purpose and self.data_legal_basis and self.data_controller and self.data_kept_until
        )

    @property
    def is_time_approved(self) -> bool:
        """Whether every sitting that still stands has an approved exact time."""
        standing = self.standing_sittings
        return bool(standing) and all(sitting.time_state is TimeState.APPROVED for sitting in standing)

    @property
    def starts_at(self) -> datetime | None:
        return min((s.starts_at for s in self.standing_sittings if s.starts_at), default=None)

    @property
    def ends_at(self) -> datetime | None:
        return max((s.ends_at for s in self.standing_sittings if s.ends_at), default=None)


class Sitting(db.Model):
    """One stretch of an event on one day: start, end, place. A two-day stop has two.

    `sequence` rises with every significant change (start, end, place, link, status): it is the SEQUENCE of
    the calendar entries. `doors_open_at` and `doors_close_at` bound scanning; unset, the doors open two hours
    before the start and close two hours after the end. `buffer_minutes` of it are kept free of agenda items;
    people are asked to come `arrival_minutes` early.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(sa.String(200))
    place: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    doors_open_at: Mapped[datetime | None]
    doors_close_at: Mapped[datetime | None]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    arrival_minutes: Mapped[int | None]
    time_state: Mapped[TimeState] = mapped_column(Word(TimeState), default=TimeState.OPEN)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    proposed_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship(back_populates="sittings")


class CalendarDay(db.Model):
    """A day that the calendar of the holidays package has wrong, or does not know yet: off, or worked back."""

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(sa.String(200))
    source: Mapped[str | None] = mapped_column(sa.String(200))


class Venue(db.Model):
    """A place as the plan prints it; the halls themselves are the event's sites."""

    __table_args__ = (sa.UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    role: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str]
    cite: Mapped[str | None]
    note: Mapped[str | None]
    count: Mapped[int | None]
    district_bridges: Mapped[int | None]
    commune_bridges: Mapped[int | None]


class EventStatement(db.Model):
    """A sentence of the plan about why the event is held (purpose) or what it must be like (requirement)."""

    __table_args__ = (sa.UniqueConstraint("event_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[StatementKind] = mapped_column(Word(StatementKind))
    number: Mapped[int]
    text: Mapped[str]
    cite: Mapped[str | None]


class EventOrganization(db.Model):
    """An organization's part in the event, with the words of the plan; the row outlives an unknown name."""

    __table_args__ = (sa.UniqueConstraint("event_id", "role", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    role: Mapped[EventRole] = mapped_column(Word(EventRole))
    number: Mapped[int]
    name: Mapped[str]
    text: Mapped[str | None]
    cite: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    organization: Mapped[Organization | None] = relationship()
