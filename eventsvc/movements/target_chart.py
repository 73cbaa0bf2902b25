"""A trend in the units of a drawing: points, goal and baseline. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 12, 12, 22, 26


class Point(NamedTuple):
    x: float
    y: float
    words: str
    value: Decimal


class Line(NamedTuple):
    """A level across the drawing: the goal, the baseline."""

    y: float
    value: Decimal


class Chart(NamedTuple):
    width: int
    height: int
    points: list[Point]
    path: str
    goal: Line
    baseline: Line | None
    floor: float


def draw(
    values: Sequence[tuple[str, Decimal | None]], goal: Decimal, baseline: Decimal | None = None
) -> Chart | None:
    """The figure at the end of each period, in the order of time; None while there is none."""
    known = [value for _words, value in values if value is not None]
    if not known:
        return None
    highest = max(known + [goal] + ([baseline] if baseline is not None else []))
    top = highest * Decimal("1.1") or Decimal(1)

    def y(value: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float(value / top) * (HEIGHT - TOP - BOTTOM), 1)

    step = (WIDTH - LEFT - RIGHT) / len(values)
    points = [
        Point(round(LEFT + step * (place + 0.5), 1), y(value), words, value)
        for place, (words, value) in enumerate(values)
        if value is not None
    ]
    path = " ".join(f"{'M' if place == 0 else 'L'}{point.x} {point.y}" for place, point in enumerate(points))
    return Chart(
        WIDTH,
        HEIGHT,
        points,
        path,
        Line(y(goal), goal),
        Line(y(baseline), baseline) if baseline is not None else None,
        float(HEIGHT - BOTTOM),
    )
