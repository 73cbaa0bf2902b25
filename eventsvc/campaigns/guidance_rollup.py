"""What units have returned about residents guided, summed up: each leaf once, whatever lies between. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from eventsvc import clock, text
from eventsvc.organizations.models import Level
from eventsvc.tasks.returns import HANDED_IN, ReturnState


class Wanted(StrEnum):
    """Which returns to look at."""

    MISSING = "missing"
    LATE = "late"
    HANDED_IN = "handed_in"
    APPROVED = "approved"


class Line(NamedTuple):
    """The return of one unit. `above`: the district that forwards it; a district's own has itself there."""

    id: int
    name: str
    code: str | None
    level: Level | None
    state: ReturnState
    submitted_at: datetime | None
    members: int | None
    reached: int | None
    residents: int
    above: int | None
    ended_on: date | None = None
    version: int = 1

    @property
    def is_handed_in(self) -> bool:
        return self.state in HANDED_IN

    def is_late(self, due: date | None, today: date) -> bool:
        """Owed although its day has passed, or handed in after its day."""
        return is_late(self.state, self.submitted_at, due, today)

    def fits(self, wanted: Wanted | None, due: date | None, today: date) -> bool:
        if wanted is Wanted.MISSING:
            return not self.is_handed_in
        if wanted is Wanted.LATE:
            return self.is_late(due, today)
        if wanted is Wanted.HANDED_IN:
            return self.is_handed_in
        return wanted is None or self.state is ReturnState.APPROVED


class Sums(NamedTuple):
    """Returns expected, handed in, late and approved; what was handed in, and `entered`: all that stands there."""

    expected: int = 0
    handed_in: int = 0
    late: int = 0
    approved: int = 0
    members: int = 0
    reached: int = 0
    counted_members: int = 0
    """Members of the units that have told how many reached the target."""
    residents: int = 0
    entered: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.handed_in

    @property
    def reached_rate(self) -> float | None:
        """Members who reached the target, in a hundred; None while nobody has told."""
        return percent(self.reached, self.counted_members)

    def rate(self, target: Decimal | int | None) -> float | None:
        """Residents guided in a hundred of those that the members were to guide."""
        return percent(self.residents, self.members * target) if target else None

    def is_reached(self, target: Decimal | int) -> bool | None:
        """Whether every member has guided as many as the target says; None while that cannot be known."""
        if self.reached < self.counted_members or self.residents < self.members * target:
            return False
        return None if self.missing or not self.members or self.counted_members < self.members else True

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*(mine + its for mine, its in zip(self, other, strict=True)))


def is_late(state: ReturnState, submitted_at: datetime | None, due: date | None, today: date) -> bool:
    """The last day is a day in time (chậm nhất vào ngày …)."""
    if due is None:
        return False
    if state in HANDED_IN:
        return submitted_at is not None and clock.local(submitted_at).date() > due
    return due < today


def percent(part: Decimal | int, whole: Decimal | int) -> float | None:
    """In a hundred, with one decimal; None of nothing."""
    return round(float(part) * 100 / float(whole), 1) if whole else None


def of_one(line: Line, due: date | None, today: date) -> Sums:
    counts = line.is_handed_in
    members = (line.members or 0) if counts else 0
    has_told = counts and line.reached is not None
    return Sums(
        expected=1,
        handed_in=int(counts),
        late=int(line.is_late(due, today)),
        approved=int(line.state is ReturnState.APPROVED),
        members=members,
        reached=(line.reached or 0) if counts else 0,
        counted_members=members if has_told else 0,
        residents=line.residents if counts else 0,
        entered=line.residents,
    )


def total(lines: Iterable[Line], due: date | None, today: date) -> Sums:
    found = Sums()
    for line in lines:
        found = found.plus(of_one(line, due, today))
    return found


def by_above(lines: Iterable[Line], due: date | None, today: date) -> Mapping[int | None, Sums]:
    """The sums of each district; under None what returns to the province directly."""
    found: dict[int | None, Sums] = {}
    for line in lines:
        found[line.above] = found.get(line.above, Sums()).plus(of_one(line, due, today))
    return found


def by_level(lines: Iterable[Line], due: date | None, today: date) -> Mapping[Level | None, Sums]:
    found: dict[Level | None, Sums] = {}
    for line in lines:
        found[line.level] = found.get(line.level, Sums()).plus(of_one(line, due, today))
    return found


def chosen(
    lines: Iterable[Line],
    *,
    wanted: Wanted | None = None,
    above: int | None = None,
    q: str = "",
    due: date | None,
    today: date,
) -> list[Line]:
    """The lines that somebody looks for; `q` ignores diacritics."""
    folded = text.fold(q) if q.strip() else ""
    if q.strip() and not folded:
        return []
    return [
        line
        for line in lines
        if line.fits(wanted, due, today)
        and (above is None or line.above == above)
        and folded in text.fold(line.name)
    ]
