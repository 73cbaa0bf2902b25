"""What a press of the operator does to a run: pure, it changes the run and its cues as they are given, no database.

Each press is remembered with what it changed, so that the last ones can be undone; moments are given. A press that
makes no sense in the state of the show is refused.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsvc.agenda.timing import LONGEST_MINUTES, Slot
from eventsvc.errors import DomainError
from eventsvc.stage.models import Cue, Run, RunState

KEPT_FOR_UNDO = 40
RUN = ("state", "current_key", "held_since", "started_at", "ended_at")
CUE = ("cue", "title", "planned_start", "planned_minutes", "started_at", "ended_at", "skipped_at", "given_minutes",
       "held_seconds")  # fmt: skip


class Press(StrEnum):
    START = "start"
    NEXT = "next"
    LONGER = "longer"
    SHORTER = "shorter"
    HOLD = "hold"
    RESUME = "resume"
    SKIP = "skip"
    UNSKIP = "unskip"
    JUMP = "jump"
    END = "end"
    BACK = "back"


class NotNow(DomainError):
    """The press makes no sense in the state of the show."""

    code = "not_now"


class UnknownItem(DomainError):
    """No item of the stage has this key."""

    status, code = 404, "not_found"


Doing = Callable[[Run, Sequence[Slot], datetime, str | None], None]


def press(run: Run, slots: Sequence[Slot], what: Press, now: datetime, key: str | None = None) -> None:
    """Do what was pressed and remember what it changed; a refused press has changed nothing."""
    if what is Press.BACK:
        undo(run)
        return
    before = _picture(run)
    DO[what](run, slots, now, key)
    entry = {
        "press": what.value,
        "at": _word(now),
        "title": _title(run, key),
        **_changes(before, _picture(run)),
    }
    run.undo = [*run.undo, entry][-KEPT_FOR_UNDO:]


def undo(run: Run) -> None:
    """Put back what the last press changed."""
    if not run.undo:
        raise NotNow(_l("There is no press to take back."))
    *rest, last = run.undo
    for name, value in last["run"].items():
        setattr(run, name, RunState(value) if name == "state" else _moment(name, value))
    own = {cue.item_key: cue for cue in run.cues}
    for key, values in last["cues"].items():
        if values is None:
            run.cues.remove(own[key])
            continue
        for name, value in values.items():
            setattr(own[key], name, _moment(name, value))
    run.undo = rest


def next_slot(run: Run | None, slots: Sequence[Slot]) -> Slot | None:
    """The first item in the order of the plan that is neither done nor skipped nor on: what was jumped over is not
    forgotten."""
    marks = {cue.item_key: cue for cue in run.cues} if run is not None else {}
    for slot in slots:
        mark = marks.get(slot.item.key)
        if mark is None or (mark.skipped_at is None and mark.started_at is None):
            return slot
    return None


# --- The presses --------------------------------------------------------------------------------------------


def _start(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    if run.state is not RunState.WAITING:
        raise NotNow(_l("The show has already begun."))
    first = next_slot(run, slots)
    if first is None:
        raise NotNow(_l("There is no item on the stage to begin with."))
    _open(run, now)
    _begin(run, first, now)


def _next(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _require_going(run)
    following = next_slot(run, slots)
    if following is None:
        raise NotNow(_l("This is the last item. End the show when it is over."))
    _finish(run, now)
    _begin(run, following, now)


def _jump(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    if run.state is RunState.ENDED:
        raise NotNow(_l("The show is over."))
    slot, mark = _slot(slots, key), _mark(run, key)
    if mark is not None and mark.started_at is not None and mark.skipped_at is None:
        raise NotNow(_l("This item has already begun."))
    if run.state is RunState.WAITING:
        _open(run, now)
    else:
        _finish(run, now)
    _begin(run, slot, now)


def _longer(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _give(run, slots, 1)


def _shorter(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _give(run, slots, -1)


def _give(run: Run, slots: Sequence[Slot], minutes: int) -> None:
    cue = _require_going(run)
    planned = next((slot.item.duration_minutes for slot in slots if slot.item.key == cue.item_key), None)
    planned = planned or cue.planned_minutes
    if planned is None:
        raise NotNow(_l("This item has no duration, so there is nothing to lengthen or shorten."))
    if not 1 <= planned + cue.given_minutes + minutes <= LONGEST_MINUTES:
        raise NotNow(_l("An item takes at least a minute and at most a day."))
    cue.given_minutes += minutes


def _hold(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _require_going(run)
    if run.state is RunState.HELD:
        raise NotNow(_l("The show is already held."))
    run.state, run.held_since = RunState.HELD, now


def _resume(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _require_going(run)
    if run.state is not RunState.HELD:
        raise NotNow(_l("The show is not held."))
    _let_go(run, now)


def _skip(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    """A later item is passed over when its turn comes; the one that is on is cut short, and the next begins."""
    if run.state is RunState.ENDED:
        raise NotNow(_l("The show is over."))
    if key is not None and key == run.current_key:
        following = next_slot(run, slots)
        if following is None:
            raise NotNow(_l("This is the last item. End the show when it is over."))
        cut = _require_going(run)
        _finish(run, now)
        cut.skipped_at = now
        _begin(run, following, now)
        return
    slot, mark = _slot(slots, key), _mark(run, key)
    if mark is not None and mark.skipped_at is not None:
        raise NotNow(_l("This item is already skipped."))
    if mark is not None and mark.started_at is not None:
        raise NotNow(_l("This item has already begun."))
    (mark or _new_mark(run, slot)).skipped_at = now


def _unskip(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    """The item is to come again, from its beginning."""
    if run.state is RunState.ENDED:
        raise NotNow(_l("The show is over."))
    _slot(slots, key)
    mark = _mark(run, key)
    if mark is None or mark.skipped_at is None:
        raise NotNow(_l("This item is not skipped."))
    _reset(mark)


def _end(run: Run, slots: Sequence[Slot], now: datetime, key: str | None) -> None:
    _require_going(run)
    _finish(run, now)
    run.state, run.current_key, run.ended_at = RunState.ENDED, None, now


DO: dict[Press, Doing] = {
    Press.START: _start,
    Press.NEXT: _next,
    Press.LONGER: _longer,
    Press.SHORTER: _shorter,
    Press.HOLD: _hold,
    Press.RESUME: _resume,
    Press.SKIP: _skip,
    Press.UNSKIP: _unskip,
    Press.JUMP: _jump,
    Press.END: _end,
}


# --- What they are made of ----------------------------------------------------------------------------------


def _require_going(run: Run) -> Cue:
    """The mark of the item that is on."""
    if run.state is RunState.WAITING:
        raise NotNow(_l("The show has not begun yet."))
    if run.state is RunState.ENDED:
        raise NotNow(_l("The show is over."))
    return next(cue for cue in run.cues if cue.item_key == run.current_key)


def _open(run: Run, now: datetime) -> None:
    run.state, run.started_at = RunState.RUNNING, now


def _begin(run: Run, slot: Slot, now: datetime) -> None:
    mark = _mark(run, slot.item.key) or _new_mark(run, slot)
    _reset(mark)
    mark.started_at = now
    run.current_key = mark.item_key


def _finish(run: Run, now: datetime) -> None:
    cue = _require_going(run)
    if run.state is RunState.HELD:
        _let_go(run, now)
    cue.ended_at = now


def _let_go(run: Run, now: datetime) -> None:
    cue = _require_going(run)
    if run.held_since is not None:
        cue.held_seconds += round((now - run.held_since) / timedelta(seconds=1))
    run.state, run.held_since = RunState.RUNNING, None


def _reset(mark: Cue) -> None:
    mark.started_at = mark.ended_at = mark.skipped_at = None
    mark.given_minutes = mark.held_seconds = 0


def _new_mark(run: Run, slot: Slot) -> Cue:
    item = slot.item
    mark = Cue(
        item_key=item.key,
        cue=item.cue,
        title=item.title,
        planned_start=slot.start,
        planned_minutes=item.duration_minutes,
        given_minutes=0,
        held_seconds=0,
    )
    run.cues.append(mark)
    return mark


def _slot(slots: Sequence[Slot], key: str | None) -> Slot:
    for slot in slots:
        if slot.item.key == key:
            return slot
    raise UnknownItem(_l("This item is not on the stage. A new release may have taken it off."))


def _mark(run: Run, key: str | None) -> Cue | None:
    return next((cue for cue in run.cues if cue.item_key == key), None)


# --- Remembering --------------------------------------------------------------------------------------------


def _picture(run: Run) -> dict[str, Any]:
    return {
        "run": {name: _word(getattr(run, name)) for name in RUN},
        "cues": {cue.item_key: {name: _word(getattr(cue, name)) for name in CUE} for cue in run.cues},
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The values that differ, as they were; None for a mark that was not there."""
    run = {name: value for name, value in before["run"].items() if after["run"][name] != value}
    cues: dict[str, Any] = {}
    for key, values in after["cues"].items():
        old = before["cues"].get(key)
        if old is None:
            cues[key] = None
        elif old != values:
            cues[key] = {name: value for name, value in old.items() if values[name] != value}
    return {"run": run, "cues": cues}


def _title(run: Run, key: str | None) -> str:
    mark = _mark(run, key or run.current_key)
    return mark.title[:120] if mark is not None else ""


def _word(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(name: str, value: Any) -> Any:
    return (
        datetime.fromisoformat(value)
        if value is not None and name.endswith(("_at", "_since", "_start"))
        else value
    )
