"""Who of the announced ranks has come in, who is greeted, who is expected. Pure: plain values, kept for a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple


class Met(NamedTuple):
    """Who greeted somebody, and when."""

    at: datetime
    by_name: str | None


class Coming(NamedTuple):
    """How somebody comes: with which delegation, received by whom, where and in what."""

    name: str
    arrives_at: datetime | None
    point: str | None
    vehicle: str | None
    plate: str | None
    room: str | None
    greeter_name: str | None
    greeter_phone: str | None


class Arrival(NamedTuple):
    """Somebody of a chosen rank. `at`, `site`, `door`: where they came in first, if they have."""

    guest_id: int
    honorific: str | None
    full_name: str
    position: str | None
    organization: str | None
    rank: str
    seat: str | None
    note: str | None
    expected_at: str
    site_id: int
    """Where they came in, else where they are expected."""
    is_declined: bool
    at: datetime | None = None
    site: str | None = None
    door: str | None = None
    coming: Coming | None = None
    met: Met | None = None

    @property
    def name(self) -> str:
        return f"{self.honorific} {self.full_name}" if self.honorific else self.full_name


@dataclass(frozen=True)
class Arrivals:
    """Everybody of the chosen ranks at one sitting, in the order of protocol."""

    sitting_number: int | None
    starts_at: datetime | None
    everybody: tuple[Arrival, ...]
    ranks: tuple[str, ...] = ()
    """The names of the ranks that are announced, the highest first."""

    @cached_property
    def waiting(self) -> list[Arrival]:
        """In, and nobody has greeted them yet: who came last stands first."""
        return _latest_first(each for each in self.everybody if each.at and not each.met)

    @cached_property
    def greeted(self) -> list[Arrival]:
        return sorted(
            (each for each in self.everybody if each.met),
            key=lambda each: each.met.at,  # type: ignore[union-attr]
            reverse=True,
        )

    @cached_property
    def expected(self) -> list[Arrival]:
        """Not in yet: by the time their delegation arrives, then in the order of protocol."""
        late = datetime.max
        open_ones = [each for each in self.everybody if not each.at and not each.met and not each.is_declined]
        return sorted(
            open_ones,
            key=lambda each: (
                each.coming.arrives_at.replace(tzinfo=None)
                if each.coming and each.coming.arrives_at
                else late
            ),
        )

    @cached_property
    def arrived(self) -> list[Arrival]:
        """Who is in, greeted or not: who came last stands first."""
        return _latest_first(each for each in self.everybody if each.at)


def _latest_first(people: Iterable[Arrival]) -> list[Arrival]:
    return sorted(people, key=lambda each: each.at, reverse=True)  # type: ignore[arg-type,return-value]
