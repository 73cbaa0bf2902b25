"""The one table of outcomes, and who is in. Values in, values out: no database, no clock.

A scan has a *standing*, what it is worth alone: the pass, the place, the hour. Its *outcome* is the answer
the door gets, beside the entries known when it arrives. Who is in, since when and where is read from the
standings of all scans, so any order, repetition or split of uploads ends in the same reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from eventsvc.checkins.models import Flag, Outcome, ScanKind, ScanMode
from eventsvc.events.sitting_rules import Doors as Doors
from eventsvc.events.sitting_rules import doors as doors
from eventsvc.events.sitting_rules import sitting_at as sitting_at

RESCAN_WITHIN = timedelta(seconds=60)
CLOCK_TOLERANCE = timedelta(seconds=5)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

ADMITTING = frozenset({Outcome.ADMITTED, Outcome.ADMITTED_REVOKED})
"""The standings that let a person in, whatever the answer at the door was."""

SEEN_AT_A_DOOR = ADMITTING | {Outcome.OTHER_SITE}
"""The standings of a valid pass at some site: what a case of one person at two sites is made of."""

AT_A_DOOR = SEEN_AT_A_DOOR | {Outcome.EXITED}
"""The standings that matter to the next scan of the same person: who has left may come in again."""

ALREADY_IN = frozenset({Outcome.RESCAN, Outcome.REPEAT, Outcome.CROSS_SITE})


class EffectiveTime(NamedTuple):
    at: datetime
    is_suspect: bool


def effective_time(
    scanned_at: datetime | None,
    offset: timedelta,
    *,
    earliest: datetime,
    arrival: datetime,
    age: timedelta | None = None,
    is_steady: bool = False,
) -> EffectiveTime:
    """When the scan was made, clamped to what is possible: by the device's counter if it still runs, else by its clock
    plus the measured offset.

    `age`: how long ago by the counter, which nobody sets. But it stands still while a phone sleeps: where it counts
    less than a clock that `is_steady`, the phone has slept. Suspect when there is no time, when clock and counter
    disagree otherwise, or when it had to be moved by more than clocks and networks explain.
    """
    earliest = min(earliest, arrival)
    said = None if scanned_at is None else _moved(scanned_at, offset)
    counted = None if age is None else _moved(arrival, -age)
    has_slept = said is not None and counted is not None and is_steady and said < counted
    corrected = said if counted is None or has_slept else counted
    if corrected is None:
        return EffectiveTime(arrival, True)
    at = min(max(corrected, earliest), arrival)
    is_suspect = said is None or abs(said - corrected) > CLOCK_TOLERANCE
    return EffectiveTime(at, is_suspect or abs(corrected - at) > CLOCK_TOLERANCE)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return LATEST if by > timedelta() else EARLIEST


def is_steady(claimed: timedelta | None, measured: timedelta) -> bool:
    """Whether a clock that was this far off when it scanned is as far off now: nobody has set it."""
    return claimed is not None and abs(claimed - measured) <= CLOCK_TOLERANCE


def has_jumped(scanned: timedelta, counted: timedelta) -> bool:
    """Whether a device's wall clock and its counter disagree about the time between two scans."""
    return abs(scanned - counted) > CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the table of outcomes looks at. `at` is the moment it is asked for: the arrival of a scan that
    waits for its answer, the effective time of one that was decided without us. `doors`: those of the sitting within
    the `hours` of the device."""

    kind: ScanKind
    mode: ScanMode
    at: datetime
    is_known: bool = True
    is_of_event: bool = True
    acts_here: bool = True
    is_expected_here: bool = True
    has_reason: bool = False
    needs_attention: bool = False
    doors: Doors = Doors(None, None)
    hours: Doors = Doors(None, None)
    cancelled_at: datetime | None = None
    revoked_at: datetime | None = None
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan of a person at a door, as far as others matter to it."""

    scan_id: str
    effective_at: datetime
    site_id: int | None
    device_id: int | None
    standing: Outcome
    outcome: Outcome | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        return self.effective_at, self.scan_id


class Decision(NamedTuple):
    outcome: Outcome
    flags: tuple[Flag, ...]


def standing(facts: Facts) -> Outcome:
    """What the scan is worth alone: the first line that fits."""
    if facts.kind is ScanKind.ANNUL:
        return Outcome.ANNULLED
    if not facts.is_known:
        return Outcome.UNKNOWN
    if not facts.is_of_event:
        return Outcome.OTHER_EVENT
    if not facts.acts_here:
        return Outcome.OTHER_SITE
    if facts.kind is ScanKind.EXIT:
        return Outcome.EXITED if _may_see_out(facts) else Outcome.NOT_YET
    if facts.cancelled_at is not None and facts.at >= facts.cancelled_at:
        return Outcome.CANCELLED
    revoked = facts.revoked_at is not None and facts.at >= facts.revoked_at
    if revoked and not _was_let_in(facts):
        return Outcome.REVOKED
    is_in = _was_seen_in(facts)
    if not facts.is_expected_here and not is_in and not (facts.mode is ScanMode.MANUAL and facts.has_reason):
        return Outcome.OTHER_SITE
    if not facts.doors.are_open(facts.at) and not is_in:
        return Outcome.NOT_YET
    return Outcome.ADMITTED_REVOKED if revoked else Outcome.ADMITTED


def _may_see_out(facts: Facts) -> bool:
    """Whether the device tells who leaves: within its own hours, and what it has shown then stands. The doors may be
    closed to those who come."""
    was_shown = facts.mode is not ScanMode.ONLINE and facts.decision == Outcome.EXITED
    return facts.hours.are_open(facts.at) or was_shown


def _was_let_in(facts: Facts) -> bool:
    """Whether a door without network let the person pass, not knowing that the pass was revoked."""
    return _was_seen_in(facts) or (facts.mode is ScanMode.OFFLINE and facts.decision is None)


def _was_seen_in(facts: Facts) -> bool:
    """Whether the door says that it has let the person in: they are inside, whatever is known by now."""
    return facts.mode is not ScanMode.ONLINE and facts.decision in {*ADMITTING, *ALREADY_IN}


def decide(facts: Facts, scan: Seen, others: Iterable[Seen], *, is_time_suspect: bool = False) -> Decision:
    """The answer to a scan beside those of the same person and sitting that stand and are known."""
    others = list(others)
    entries = since_last_exit(others, before=scan.order)
    flags = []
    if is_time_suspect:
        flags.append(Flag.CLOCK_SUSPECT)
    if scan.standing in ADMITTING and _is_order_uncertain(scan, entries, is_time_suspect):
        flags.append(Flag.ORDER_UNCERTAIN)
    if facts.needs_attention or not facts.acts_here:
        flags.append(Flag.ATTENTION)
    return Decision(_beside(facts, scan, entries), tuple(flags))


def _beside(facts: Facts, scan: Seen, entries: list[Seen]) -> Outcome:
    if scan.standing not in SEEN_AT_A_DOOR or not facts.acts_here or not entries:
        return scan.standing
    here = [entry for entry in entries if entry.site_id == scan.site_id]
    if not here:
        return Outcome.CROSS_SITE
    if any(_is_same_look(scan, entry) for entry in here):
        return Outcome.RESCAN
    return Outcome.REPEAT


def _is_same_look(scan: Seen, entry: Seen) -> bool:
    """Whether the device saw again what it has just let in: the person is still standing before it."""
    return (
        scan.device_id is not None
        and scan.device_id == entry.device_id
        and entry.outcome in ADMITTING
        and abs(scan.effective_at - entry.effective_at) <= RESCAN_WITHIN
    )


def _is_order_uncertain(scan: Seen, entries: list[Seen], is_time_suspect: bool) -> bool:
    """Whether clocks cannot tell which of two devices was first."""
    return any(
        is_time_suspect or abs(scan.effective_at - entry.effective_at) <= CLOCK_TOLERANCE
        for entry in entries
        if entry.device_id != scan.device_id
    )


def undoes(at_site: int | None, site_id: int | None) -> bool:
    """Whether an annulment from a site reaches a scan: its own alone, whichever of the two came first. Somebody who
    answers for every site says of which (None: of whatever it names)."""
    return at_site is None or at_site == site_id


def since_last_exit(seen: Iterable[Seen], *, before: tuple[datetime, str] | None = None) -> list[Seen]:
    """What lets the person in and has not been ended by an exit; exits after `before` do not count yet."""
    seen = list(seen)
    left = [one.order for one in seen if one.standing is Outcome.EXITED]
    last = max((order for order in left if before is None or order < before), default=None)
    return [one for one in seen if one.standing in ADMITTING and (last is None or one.order > last)]


def stood_at(former: Iterable[tuple[int | None, datetime]], site_id: int, at: datetime) -> bool:
    """Whether a device that was moved since stood at the site then, or might act at every one. `at`: when the list was
    made that it decided with, or without one when it was: it cannot know yet that it was moved."""
    return any(place in (None, site_id) for place, until in former if at <= until)


def first_entry(seen: Iterable[Seen]) -> Seen | None:
    """The least (effective time, scan id) of what lets the person in, whatever arrived first."""
    return min((one for one in seen if one.standing in ADMITTING), key=lambda one: one.order, default=None)


def is_at_two_sites(seen: Iterable[Seen]) -> bool:
    """Whether the pass was seen elsewhere while its holder was in: one of the two is not who they say.

    Someone sent on from the wrong site before going in at the right one is nobody's case, nor is someone who left.
    """
    inside: Seen | None = None
    for one in sorted((one for one in seen if one.standing in AT_A_DOOR), key=lambda one: one.order):
        if one.standing is Outcome.EXITED:
            inside = None
        elif inside is not None and one.site_id != inside.site_id:
            return True
        elif one.standing in ADMITTING:
            inside = one
    return False
