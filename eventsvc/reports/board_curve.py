"""How people came in over time: a drawing in whole numbers, and what it says in words. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from eventsvc.checkins.turnout import STEP

WIDTHS = (1, 3, 6, 12, 36, 144)
"""How many counts may make one bar."""
MOST_BARS = 60
MOST_LABELS = 7
WIDTH, HEIGHT, FOOT = 600, 150, 24
HEAD = 12


class Bar(NamedTuple):
    """People who came in from `at` on, and where that is drawn."""

    at: datetime
    people: int
    x: float
    y: float
    width: float
    height: float


class Mark(NamedTuple):
    at: datetime
    x: float


class Curve(NamedTuple):
    """Bars, side by side without gaps in time. `minutes`: what one bar stands for."""

    bars: tuple[Bar, ...]
    labels: tuple[Mark, ...]
    start: Mark | None
    minutes: int
    people: int

    @property
    def first(self) -> datetime:
        return self.bars[0].at

    @property
    def last(self) -> datetime:
        return self.bars[-1].at + timedelta(minutes=self.minutes)

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.people)


def curve(counts: Mapping[int, int], starts_at: datetime | None) -> Curve | None:
    """The drawing of how many came in in each five minutes (by their number since 1970); None where nobody has. The
    start is marked when it lies within, or at most an hour from it."""
    if not counts:
        return None
    first, last = min(counts), max(counts)
    start = int(starts_at.timestamp()) / STEP if starts_at else None
    if start is not None and first - 12 <= start <= last + 12:
        first, last = min(first, int(start)), max(last, int(start))
    wide = next((width for width in WIDTHS if (last - first) / width < MOST_BARS), None)
    if wide is None:  # people of another day came in too: the newest bars only
        wide = WIDTHS[-1]
        first = last - MOST_BARS * wide
    first -= first % wide
    number = (last - first) // wide + 1
    people = [0] * number
    for at, count in counts.items():
        if at >= first:
            people[(at - first) // wide] += count
    return _drawn(first, wide, people, start)


def _drawn(first: int, wide: int, people: list[int], start: float | None) -> Curve:
    step, tallest = WIDTH / len(people), max(max(people), 1)
    room = HEIGHT - FOOT - HEAD
    bars = tuple(
        Bar(
            _moment(first + index * wide),
            count,
            round(index * step + step * 0.08, 2),
            round(HEAD + room * (1 - count / tallest), 2),
            round(step * 0.84, 2),
            round(room * count / tallest, 2),
        )
        for index, count in enumerate(people)
    )
    end = first + len(people) * wide
    mark = None
    if start is not None and first <= start <= end:
        x = round((start - first) / wide * step, 2)
        mark = Mark(datetime.fromtimestamp(start * STEP, UTC), min(x, WIDTH - 1.0))
    every = next(n for n in (1, 3, 6, 12, 24, 36, 72, 144, 288, 10**9) if (end - first) / n <= MOST_LABELS)
    shift = 7 * 12  # whole hours of the clock in Vietnam, seven ahead
    labels = tuple(
        Mark(_moment(at), round((at - first) / wide * step, 2))
        for at in range(first, end + 1)
        if (at + shift) % every == 0 and first < at < end
    )
    return Curve(bars, labels, mark, wide * STEP // 60, sum(people))


def _moment(number: int) -> datetime:
    return datetime.fromtimestamp(number * STEP, UTC)
