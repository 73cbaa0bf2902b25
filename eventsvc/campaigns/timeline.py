"""The time line of a campaign, drawn on the server: what happens when. Pure.

A line has one bar, that of a cluster those of its stops: forty stops in two clusters are two lines. It is as wide as a
telephone, so that it is read there without turning it and prints on a page.
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
    ACTIVITY = "activity"


class Span(NamedTuple):
    """Something from one day to another. Without a first day it ends then; without a last it begins then. Those of the
    same `line` stand on one."""

    strand: Strand
    name: str
    first: date | None
    last: date | None
    url: str | None = None
    line: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None


class Bar(NamedTuple):
    span: Span
    x: float
    y: float
    width: float
    height: int = BAR


class Line(NamedTuple):
    words: str
    y: float
    bars: list[Bar]


class Month(NamedTuple):
    first: date
    x: float


class Drawing(NamedTuple):
    lines: list[Line]
    months: list[Month]
    today: float | None
    first: date
    last: date
    width: int = WIDTH

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.lines) + 8

    @property
    def bars(self) -> list[Bar]:
        """In the order of their days."""
        return sorted((bar for line in self.lines for bar in line.bars), key=lambda bar: _order(bar.span))

    @property
    def strands(self) -> list[Strand]:
        """Those that are drawn."""
        drawn = {bar.span.strand for bar in self.bars}
        return [strand for strand in Strand if strand in drawn]


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

    lines = []
    for place, group in enumerate(_grouped(dated)):
        y, bars = HEAD + LINE * place + 18, []
        for span in group:
            starts, ends = span.first or span.last, span.last or span.first
            assert starts is not None and ends is not None
            left = x(starts)
            width = max(LEAST, round(x(ends + timedelta(days=1)) - left, 1))
            bars.append(Bar(span, round(min(left, WIDTH - RIGHT - width), 1), y, width))
        lines.append(Line(_short(_words(group)), y, bars))
    return Drawing(
        lines,
        [Month(day, x(day)) for day in _months(first, last)],
        x(today) if first <= today <= last else None,
        first,
        last,
    )


def _order(span: Span) -> tuple[date, date]:
    first, last = span.first or span.last, span.last or span.first
    assert first is not None and last is not None
    return first, last


def _grouped(dated: Sequence[Span]) -> list[list[Span]]:
    """Lines in the order of their first days; on a line the cluster below its stops."""
    groups: dict[object, list[Span]] = {}
    for place, span in enumerate(sorted(dated, key=_order)):
        groups.setdefault(span.line or place, []).append(span)
    return [sorted(group, key=lambda span: span.strand is not Strand.CLUSTER) for group in groups.values()]


def _words(group: Sequence[Span]) -> str:
    """The name of the only span; of a cluster also that of its only stop."""
    line = group[0].line
    if line is None:
        return group[0].name
    stops = [span.name for span in group if span.strand is Strand.STOP]
    return f"{line} – {stops[0]}" if len(stops) == 1 and line not in stops[0] else line


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
