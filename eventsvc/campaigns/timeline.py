"""The time line of a campaign, drawn on the server: what happens when, one bar a line. Pure.

It is as wide as a telephone, so that it is read there without turning it and prints on a page.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

WIDTH, LEFT, RIGHT = 360, 6, 6
HEAD, LINE, BAR = 34, 34, 10
LEAST = 5.0
LONGEST = 56
"""As many letters as stand beside each other at that width."""


class Strand(StrEnum):
    MILESTONE = "milestone"
    CLUSTER = "cluster"
    STOP = "stop"
    CONTEST = "contest"
    FINALE = "finale"


class Span(NamedTuple):
    """Something from one day to another. Without a first day it ends then; without a last it begins then."""

    strand: Strand
    name: str
    first: date | None
    last: date | None
    url: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None


class Bar(NamedTuple):
    span: Span
    words: str
    x: float
    y: float
    width: float

    @property
    def height(self) -> int:
        return BAR

    @property
    def is_point(self) -> bool:
        """One day only, or one end of which nobody knows the other."""
        return self.span.first is None or self.span.last is None or self.span.first == self.span.last


class Month(NamedTuple):
    first: date
    x: float


class Drawing(NamedTuple):
    bars: list[Bar]
    months: list[Month]
    today: float | None
    first: date
    last: date
    width: int = WIDTH

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.bars) + 8


def draw(spans: Sequence[Span], window: tuple[date | None, date | None], today: date) -> Drawing | None:
    """The spans that have a day, in order of their days; None while no day at all is known."""
    dated = [span for span in spans if span.is_dated]
    known = [day for span in dated for day in (span.first, span.last) if day] + [day for day in window if day]
    if not known:
        return None
    first, last = min(known), max(known)
    room, days = WIDTH - LEFT - RIGHT, (last - first).days + 1

    def x(day: date) -> float:
        return round(LEFT + room * (day - first).days / days, 1)

    bars = []
    for place, span in enumerate(sorted(dated, key=lambda s: (s.first or s.last, s.last or s.first))):
        starts, ends = span.first or span.last, span.last or span.first
        assert starts is not None and ends is not None
        left = x(starts)
        width = max(LEAST, round(x(ends + timedelta(days=1)) - left, 1))
        left = min(left, WIDTH - RIGHT - width)
        bars.append(Bar(span, _short(span.name), round(left, 1), HEAD + LINE * place + 18, width))
    return Drawing(
        bars,
        [Month(day, x(day)) for day in _months(first, last)],
        x(today) if first <= today <= last else None,
        first,
        last,
    )


def _months(first: date, last: date) -> list[date]:
    """The first days of the months in it, as many as can stand beside each other."""
    day, found = first.replace(day=1), []
    while day <= last:
        if day >= first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = -(-len(found) // 6) or 1
    return found[::step]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
