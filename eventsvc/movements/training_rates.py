"""What organizations have returned about the training, summed up. Pure."""

from typing import NamedTuple

from eventsvc.movements.guidance_rollup import percent


class Sums(NamedTuple):
    """Returns expected, handed in, late and approved; learners and those who completed, of what was handed in."""

    expected: int = 0
    handed_in: int = 0
    late: int = 0
    approved: int = 0
    learners: int = 0
    completed: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.handed_in

    @property
    def rate(self) -> float | None:
        """Learners who completed the course, in a hundred."""
        return percent(self.completed, self.learners)

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*(mine + its for mine, its in zip(self, other, strict=True)))


def total(each: list[Sums]) -> Sums:
    found = Sums()
    for sums in each:
        found = found.plus(sums)
    return found
