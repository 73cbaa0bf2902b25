"""Look up the run of a show, where it stands now, what the links open, and what became of the plan."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc import clock, secrets
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import queries as agenda
from eventsvc.agenda.timing import Part, Slot
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.stage.models import Cue, Run, RunState
from eventsvc.stage.progress import ItemState, Progress, overrun, progress

SHOWN_AFTER_THE_END = timedelta(minutes=10)
LINKS_LIVE_ON = timedelta(days=7)


# Asked for by every viewer every second: put together once.
_LINK = sa.select(
    ApiToken.event_id,
    ApiToken.expires_at,
    sa.select(sa.func.max(Sitting.ends_at)).where(Sitting.event_id == ApiToken.event_id).scalar_subquery(),
).where(
    ApiToken.token_hash == sa.bindparam("token_hash"),
    ApiToken.role == Role.STAGE,
    ApiToken.event_id.is_not(None),
    ApiToken.token_sealed.is_not(None),
    ApiToken.revoked_at.is_(None),
)


class Beside(NamedTuple):
    """What goes on beside the stage at the moment, or next there."""

    strand: Any
    slot: Slot


class Stage(NamedTuple):
    """One sitting's stage: its run, where it stands at `now`, and what goes on beside it."""

    sitting: Sitting
    run: Run | None
    progress: Progress
    beside: list[Beside]
    now: datetime

    @property
    def message(self) -> str | None:
        return self.run.message if self.run is not None else None

    @property
    def message_at(self) -> datetime | None:
        return self.run.message_at if self.run is not None else None


class Actual(NamedTuple):
    """One item of the plan and what became of it: `over` is how many seconds longer than planned it took."""

    sitting: Sitting
    key: str
    cue: str | None
    title: str
    planned_start: datetime | None
    planned_minutes: int | None
    started_at: datetime | None
    ended_at: datetime | None
    over: int | None
    is_skipped: bool


def stage(event: Event, sitting: Sitting | None = None, now: datetime | None = None) -> Stage | None:
    """The stage of a sitting, or of the one whose turn it is; None for an event without any."""
    now = now or clock.now()
    parts, runs = agenda.released(event), runs_of(event)
    sitting = sitting or sitting_on(event, runs, now)
    if sitting is None:
        return None
    run = runs.get(sitting.id)
    own = [part for part in parts if part.sitting.id == sitting.id]
    slots = next((part.slots for part in own if part.strand is None), [])
    return Stage(sitting, run, progress(slots, run, now), _beside(own, now), now)


def slots_on_stage(sitting: Sitting) -> list[Slot]:
    """The released items of the stage, in order; what goes on beside it is not run."""
    for part in agenda.released(sitting.event):
        if part.sitting.id == sitting.id and part.strand is None:
            return part.slots
    return []


def runs_of(event: Event) -> dict[int, Run]:
    """The runs of an event by the id of their sitting, with their cues."""
    statement = sa.select(Run).where(Run.event_id == event.id).options(selectinload(Run.cues))
    return {run.sitting_id: run for run in db.session.scalars(statement)}


def sitting_on(event: Event, runs: dict[int, Run], now: datetime) -> Sitting | None:
    """The sitting that a view shows: the one that is running, else the one that has just ended, else the next that
    is not over, else the last."""
    standing = event.standing_sittings
    going = [
        sitting
        for sitting in standing
        if sitting.id in runs and runs[sitting.id].state in {RunState.RUNNING, RunState.HELD}
    ]
    if going:
        return max(going, key=lambda sitting: runs[sitting.id].started_at or now)
    for sitting in standing:
        ended_at = runs[sitting.id].ended_at if sitting.id in runs else None
        if ended_at is not None and now - ended_at < SHOWN_AFTER_THE_END:
            return sitting
    for sitting in standing:
        is_run = sitting.id in runs and runs[sitting.id].state is RunState.ENDED
        if not is_run and (sitting.ends_at is None or sitting.ends_at >= now):
            return sitting
    return standing[-1] if standing else None


def actuals(event: Event) -> list[Actual]:
    """What became of every item on the stage, by sittings in the order it went: what has really begun by its time,
    then what did not. Items that a later release took away are kept when they were on."""
    parts, rows = agenda.released(event), []
    runs = runs_of(event)
    for sitting in event.sittings:
        run = runs.get(sitting.id)
        if run is None or run.started_at is None:
            continue
        slots = next((p.slots for p in parts if p.sitting.id == sitting.id and p.strand is None), [])
        marks = {cue.item_key: cue for cue in run.cues}
        begun = sorted(
            (cue for cue in run.cues if cue.started_at is not None), key=lambda cue: cue.started_at
        )
        rows += [_actual_of_mark(sitting, cue) for cue in begun]
        for slot in slots:
            mark = marks.get(slot.item.key)
            if mark is not None and mark.started_at is None and mark.skipped_at is not None:
                rows.append(_actual_of_mark(sitting, mark))
            elif mark is None or mark.started_at is None:
                rows.append(_actual_of_slot(sitting, slot))
    return rows


def event_id_of_link(token: str) -> int | None:
    """The event that a stage link shows: until it is revoked or a week after the last sitting has ended."""
    row = db.session.execute(_LINK, {"token_hash": secrets.digest(token)}).one_or_none()
    if row is None:
        return None
    event_id, expires_at, ends_at = row
    now = clock.now()
    is_over = (expires_at and expires_at < now) or (ends_at and ends_at + LINKS_LIVE_ON < now)
    return None if is_over else event_id


def _beside(parts: Sequence[Part], now: datetime) -> list[Beside]:
    """In each strand what goes on now, else what comes next there; nothing once all is over."""
    found = []
    for part in parts:
        if part.strand is None:
            continue
        for slot in part.slots:
            if slot.end is None or slot.end > now:
                found.append(Beside(part.strand, slot))
                break
    return found


def _actual_of_mark(sitting: Sitting, cue: Cue) -> Actual:
    return Actual(
        sitting,
        cue.item_key,
        cue.cue,
        cue.title,
        cue.planned_start,
        cue.planned_minutes,
        cue.started_at,
        cue.ended_at,
        overrun(cue),
        cue.skipped_at is not None,
    )


def _actual_of_slot(sitting: Sitting, slot: Slot) -> Actual:
    item = slot.item
    return Actual(
        sitting, item.key, item.cue, item.title, slot.start, item.duration_minutes, None, None, None, False
    )


__all__ = ["ItemState", "Stage", "actuals", "event_id_of_link", "runs_of", "slots_on_stage", "stage"]
