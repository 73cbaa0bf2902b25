"""Where a show stands: what is on, what comes when, how late it is. Pure: the plan, the run and a moment go in.

Expected times follow from what really happened: an item that is on ends when its minutes, with those given or taken
and the time it was held, are over, or now if they are; what is linked follows, skipped items take no time, and a
pinned item holds its time unless the show is already later: then the delay is carried, and said.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from eventsvc.agenda.timing import Slot
from eventsvc.stage.models import Cue, Run, RunState


class ItemState(StrEnum):
    DONE = "done"
    ON = "on"
    NEXT = "next"
    TO_COME = "to_come"
    SKIPPED = "skipped"


class GoneItem(NamedTuple):
    """An item of which only its mark is left: a release during the show took it off the stage."""

    key: str
    cue: str | None
    title: str
    duration_minutes: int | None
    kind: Any = None
    pinned_at: Any = None
    speaker: str | None = None
    position: str | None = None
    person: Any = None
    site: Any = None
    mc_line: str | None = None
    sound_note: str | None = None
    light_note: str | None = None
    screen_note: str | None = None
    line_note: str | None = None
    reception_note: str | None = None
    note: str | None = None
    ritual: Any = None


class Row(NamedTuple):
    """An item on the day. `start` and `end` are actual times once they have happened, expected ones before;
    `late` is how long after its pin an item begins, in seconds; `over` how much longer than planned it took."""

    item: Any
    state: ItemState
    planned_start: datetime | None
    planned_end: datetime | None
    start: datetime | None
    end: datetime | None
    late: int = 0
    over: int | None = None
    is_gone: bool = False


class Progress(NamedTuple):
    """The whole show. `left` is what the item on has left, in seconds, negative when it is over its time; it ends at
    `ends_at`, which is None while the show is held or when it has no duration. `behind` is how much later than
    planned the show will end, in seconds, negative when it is early; None when nobody can know."""

    state: RunState
    rows: list[Row]
    current: Row | None
    coming: list[Row]
    left: int | None
    ends_at: datetime | None
    behind: int | None
    planned_end: datetime | None
    expected_end: datetime | None
    revision: int = 0

    @property
    def next(self) -> Row | None:
        return self.coming[0] if self.coming else None


_COMING = {ItemState.NEXT, ItemState.TO_COME}


class Countdown(NamedTuple):
    """The item that is on: when it is due to end (None while it is held), what is left, when it will end at best."""

    due: datetime | None = None
    left: int | None = None
    end: datetime | None = None


def progress(slots: Sequence[Slot], run: Run | None, now: datetime) -> Progress:
    """Every item with its state and times at this moment; `run` is None before anything was pressed."""
    state = run.state if run is not None else RunState.WAITING
    marks = {cue.item_key: cue for cue in run.cues} if run is not None else {}
    current_key = run.current_key if run is not None else None
    minutes = {slot.item.key: slot.item.duration_minutes for slot in slots}
    countdown = _countdown(run, marks.get(current_key or ""), minutes, now)
    moment = _opening(slots, now) if state is RunState.WAITING else countdown.end
    following = ItemState.NEXT
    rows: list[Row] = []
    for slot in slots:
        mark = marks.get(slot.item.key)
        if mark is not None and slot.item.key == current_key:
            rows.append(_row(slot, ItemState.ON, mark.started_at, countdown.end))
        elif mark is not None and mark.skipped_at is not None:
            rows.append(_row(slot, ItemState.SKIPPED, mark.started_at, mark.ended_at))
        elif mark is not None and mark.started_at is not None:
            rows.append(_row(slot, ItemState.DONE, mark.started_at, mark.ended_at, over=overrun(mark)))
        elif state is RunState.ENDED:
            rows.append(_row(slot, ItemState.TO_COME, None, None))
        else:
            row = _expected(slot, following, moment, now, is_running=state is not RunState.WAITING)
            rows.append(row)
            moment, following = row.end, ItemState.TO_COME
    for mark in marks.values():
        if mark.item_key not in minutes and mark.started_at is not None:
            _insert(rows, _gone(mark, mark.item_key == current_key, countdown.end))
    expected_end = run.ended_at if run is not None and state is RunState.ENDED else moment
    planned_end = slots[-1].end if slots else None
    return Progress(
        state=state,
        rows=rows,
        current=next((row for row in rows if row.state is ItemState.ON), None),
        coming=[row for row in rows if row.state in _COMING] if state is not RunState.ENDED else [],
        left=countdown.left,
        ends_at=countdown.due,
        behind=_behind(rows, expected_end, planned_end),
        planned_end=planned_end,
        expected_end=expected_end,
        revision=run.revision if run is not None else 0,
    )


def overrun(mark: Cue) -> int | None:
    """How many seconds longer than planned an item took, negative when it was shorter."""
    if mark.started_at is None or mark.ended_at is None or mark.planned_minutes is None:
        return None
    return seconds(mark.ended_at - mark.started_at) - 60 * mark.planned_minutes


def seconds(span: timedelta) -> int:
    """Whole seconds, rounded down."""
    return span // timedelta(seconds=1)


def _countdown(run: Run | None, mark: Cue | None, minutes: dict[str, int | None], now: datetime) -> Countdown:
    if run is None or mark is None or mark.started_at is None:
        return Countdown()
    planned = minutes.get(mark.item_key, mark.planned_minutes)
    if planned is None:
        return Countdown()
    held = timedelta(seconds=mark.held_seconds)
    if run.held_since is not None:
        held += now - run.held_since
    due = mark.started_at + timedelta(minutes=planned + mark.given_minutes) + held
    return Countdown(None if run.held_since is not None else due, seconds(due - now), max(due, now))


def _opening(slots: Sequence[Slot], now: datetime) -> datetime | None:
    """When a show that has not begun will: as planned, or now when that has passed; long after its time, as planned."""
    planned = slots[0].start if slots else None
    ends = [slot.end for slot in slots if slot.end is not None]
    if planned is not None and ends and planned < now < max(ends):
        return now
    return planned


def _expected(
    slot: Slot, state: ItemState, moment: datetime | None, now: datetime, *, is_running: bool
) -> Row:
    start, late = moment, 0
    if slot.item.pinned_at is not None and slot.start is not None:
        earliest = moment or (now if is_running else slot.start)
        start = max(slot.start, earliest)
        late = seconds(start - slot.start)
    end = None
    if start is not None and slot.item.duration_minutes is not None:
        end = start + timedelta(minutes=slot.item.duration_minutes)
    return _row(slot, state, start, end, late=late)


def _row(
    slot: Slot,
    state: ItemState,
    start: datetime | None,
    end: datetime | None,
    *,
    late: int = 0,
    over: int | None = None,
) -> Row:
    return Row(slot.item, state, slot.start, slot.end, start, end, late, over)


def _gone(mark: Cue, is_on: bool, end: datetime | None) -> Row:
    planned_end = None
    if mark.planned_start is not None and mark.planned_minutes is not None:
        planned_end = mark.planned_start + timedelta(minutes=mark.planned_minutes)
    skipped = ItemState.SKIPPED if mark.skipped_at is not None else ItemState.DONE
    return Row(
        GoneItem(mark.item_key, mark.cue, mark.title, mark.planned_minutes),
        ItemState.ON if is_on else skipped,
        mark.planned_start,
        planned_end,
        mark.started_at,
        end if is_on else mark.ended_at,
        over=overrun(mark),
        is_gone=True,
    )


def _insert(rows: list[Row], gone: Row) -> None:
    """After the last item that really began before it."""
    before = [
        place
        for place, row in enumerate(rows)
        if row.state in {ItemState.DONE, ItemState.ON}
        and row.start is not None
        and gone.start is not None
        and row.start < gone.start
    ]
    rows.insert(before[-1] + 1 if before else 0, gone)


def _behind(rows: Sequence[Row], expected: datetime | None, planned: datetime | None) -> int | None:
    """By the end of the show; where an item without a duration hides it, by what begins next, or has begun."""
    if expected is not None and planned is not None:
        return seconds(expected - planned)
    of_interest = (ItemState.NEXT, ItemState.TO_COME, ItemState.ON)
    for state in of_interest:
        for row in rows:
            if row.state is state and row.start is not None and row.planned_start is not None:
                return seconds(row.start - row.planned_start)
    return None
