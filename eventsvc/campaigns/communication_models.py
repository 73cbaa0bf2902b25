"""Communication work of a campaign, and the journalists who are accredited."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.campaigns.activity_models import Activity
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.files.models import File
from eventsvc.organizations.models import Organization


class Channel(StrEnum):
    PRESS = "press"
    TELEVISION = "television"
    RADIO = "radio"
    SOCIAL = "social"
    PORTAL = "portal"
    LED_SCREEN = "led_screen"
    BANNER = "banner"
    LIVESTREAM = "livestream"
    OTHER = "other"


class Communication(db.Model):
    """A piece of communication work: channel, who does it, on which days; afterwards the proof and its figures.

    `url` of a livestream is the address where people watch; it stands on the public page while it is public.
    """

    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.CheckConstraint("pieces >= 0", name="pieces"),
        sa.CheckConstraint("reach >= 0", name="reach"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("activity.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int]
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    text: Mapped[str]
    owner: Mapped[str | None] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    """When a livestream begins."""
    url: Mapped[str | None] = mapped_column(sa.String(2000))
    is_public: Mapped[bool] = mapped_column(default=False)
    done_on: Mapped[date | None]
    pieces: Mapped[int | None]
    reach: Mapped[int | None]
    proof_url: Mapped[str | None] = mapped_column(sa.String(2000))
    proof_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    cite: Mapped[str | None]
    event: Mapped[Event] = relationship()
    activity: Mapped[Activity | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    proof_file: Mapped[File | None] = relationship()


class AccreditationState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Accreditation(db.Model):
    """A journalist who asks to work at the events of a campaign.

    Approved for the first time, the journalist gets a press badge with a secret: its code leads to a page that says
    whether the card is valid, at every door of the campaign and as soon as that is decided otherwise.
    """

    __table_args__ = (sa.UniqueConstraint("event_id", "number"), sa.Index(None, "event_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    outlet: Mapped[str] = mapped_column(sa.String(300))
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[str | None] = mapped_column(sa.String(200))
    press_card: Mapped[str | None] = mapped_column(sa.String(60))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    equipment: Mapped[str | None]
    state: Mapped[AccreditationState] = mapped_column(
        Word(AccreditationState), default=AccreditationState.REQUESTED
    )
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str | None]
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str | None]
    event: Mapped[Event] = relationship()
