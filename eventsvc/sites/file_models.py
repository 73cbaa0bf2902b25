"""A spreadsheet of sites between upload and confirmation."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event


class SiteSheet(db.Model):
    """What was read from a file of sites, until it is confirmed or discarded: then the row is deleted, for it holds
    people's telephone numbers. `clears`: an empty cell empties what stands at the site."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str]
    parsed: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    clears: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship()
