"""Where too few people stand at a post, and who would have to be in two places. Pure: shifts go in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

from eventsvc import clock
from eventsvc.halls.opening import Span
from eventsvc.text import same_words


class Timed(Protocol):
    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


class Personal(Timed, Protocol):
    @property
    def person_name(self) -> str: ...

    @property
    def person_phone(self) -> str | None: ...


S = TypeVar("S", bound=Personal)


class Gap(NamedTuple):
    """From then to then only so many of those who are needed stand there."""

    starts_at: datetime
    ends_at: datetime
    there: int


class Clash(NamedTuple, Generic[S]):
    """Two shifts of one person that overlap; the earlier one first."""

    first: S
    second: S


def gaps(shifts: Iterable[Timed], needed: int) -> list[Gap]:
    """When fewer than `needed` stand at a post, between the first start and the last end of each day.

    The night between two days of an event is no gap: nobody said that somebody should stand there.
    """
    spans = [Span(shift.starts_at, shift.ends_at) for shift in shifts]
    manned = _manned(spans)
    change = Counter[datetime]()
    for span in spans:
        change[span.starts_at] += 1
        change[span.ends_at] -= 1
    found: list[Gap] = []
    there = 0
    for moment, following in pairwise(sorted(change)):
        there += change[moment]
        if there >= needed or not any(span.overlaps(Span(moment, following)) for span in manned):
            continue
        if found and (found[-1].ends_at, found[-1].there) == (moment, there):
            found[-1] = found[-1]._replace(ends_at=following)
        else:
            found.append(Gap(moment, following, there))
    return found


def _manned(spans: Sequence[Span]) -> list[Span]:
    """For each day, as shifts begin on it, the time from the first start to the last end."""
    days: dict[object, Span] = {}
    for span in spans:
        day = clock.local(span.starts_at).date()
        known = days.get(day, span)
        days[day] = Span(min(known.starts_at, span.starts_at), max(known.ends_at, span.ends_at))
    return list(days.values())


def clashes(shifts: Iterable[S]) -> list[Clash[S]]:
    """Shifts of the same person that overlap. The same name with another telephone is somebody else."""
    by_name: dict[str, list[S]] = defaultdict(list)
    for shift in sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at)):
        by_name[same_words(shift.person_name)].append(shift)
    return sorted(
        (clash for same in by_name.values() for clash in _overlapping(same)),
        key=lambda clash: (clash.first.starts_at, clash.second.starts_at),
    )


def _overlapping(shifts: Sequence[S]) -> Iterable[Clash[S]]:
    """`shifts` in the order of their starts."""
    for place, first in enumerate(shifts):
        for second in shifts[place + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            if is_same_person(first, second):
                yield Clash(first, second)


def is_same_person(one: Personal, other: Personal) -> bool:
    """The same words for a name, and no two telephones that differ."""
    if same_words(one.person_name) != same_words(other.person_name):
        return False
    return not (one.person_phone and other.person_phone) or one.person_phone == other.person_phone
