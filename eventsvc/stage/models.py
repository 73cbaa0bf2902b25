"""The run of the show: what has begun and ended when, what is held or skipped, what the stage is told."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    ENDED = "ended"


class Run(db.Model):
    """How the agenda of one sitting is being run; the plan itself is never changed by it.

    `revision` rises with every press of an operator: a press that was meant for an earlier state is refused.
    `current_key` is the key of the item that is on. While the run is held, since `held_since`, nothing counts down.
    `undo` holds what the last presses changed, the last one last (stage/presses.py).
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), unique=True)
    revision: Mapped[int] = mapped_column(default=0)
    state: Mapped[RunState] = mapped_column(Word(RunState), default=RunState.WAITING)
    current_key: Mapped[str | None] = mapped_column(sa.String(16))
    held_since: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    message: Mapped[str | None]
    message_at: Mapped[datetime | None]
    undo: Mapped[list] = mapped_column(default=list)
    event: Mapped[Event] = relationship()
    sitting: Mapped[Sitting] = relationship()
    cues: Mapped[list["Cue"]] = relationship(
        back_populates="run", cascade="all, delete-orphan", order_by="Cue.id"
    )


class Cue(db.Model):
    """What became of one item of the agenda on the day: actual times, minutes given or taken, or skipped.

    The item is named by its key, because a release during the show may change its row; number, title and plan are
    those of the moment when it was first touched. `held_seconds` is the time it stood still.
    """

    __table_args__ = (sa.UniqueConstraint("run_id", "item_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id", ondelete="CASCADE"))
    item_key: Mapped[str] = mapped_column(sa.String(16))
    cue: Mapped[str | None] = mapped_column(sa.String(12))
    title: Mapped[str]
    planned_start: Mapped[datetime | None]
    planned_minutes: Mapped[int | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]
    given_minutes: Mapped[int] = mapped_column(default=0)
    held_seconds: Mapped[int] = mapped_column(default=0)
    run: Mapped[Run] = relationship(back_populates="cues")
