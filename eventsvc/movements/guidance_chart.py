"""Bars of a chart in whole numbers, drawn by the server. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT, HEAD, FOOT = 600, 190, 22, 26


class Bar(NamedTuple):
    """`words` stand below it, the number above it."""

    words: str
    number: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


class Chart(NamedTuple):
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def ground(self) -> int:
        return self.height - FOOT

    @property
    def every(self) -> int:
        """Of so many bars one has words below it: more than ten would run into each other."""
        return -(-len(self.bars) // 10) if self.bars else 1


def columns(numbers: Sequence[tuple[str, int]]) -> Chart:
    """Upright bars side by side, one for each day."""
    if not numbers:
        return Chart([])
    step, tallest = WIDTH / len(numbers), max(1, *(number for _words, number in numbers), 1)
    room = HEIGHT - HEAD - FOOT
    bars = []
    for place, (words, number) in enumerate(numbers):
        high = round(room * number / tallest, 1)
        bars.append(
            Bar(
                words,
                number,
                round(place * step + step * 0.12, 1),
                round(HEAD + room - high, 1),
                round(step * 0.76, 1),
                high,
            )
        )
    return Chart(bars)
