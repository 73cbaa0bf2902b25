"""How a hall stands: its services, the people at its posts, the hours of its doors. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from eventsvc.events.models import Sitting
from eventsvc.halls import coverage, opening
from eventsvc.halls import services as told
from eventsvc.halls.coverage import Clash, Gap
from eventsvc.halls.models import Post, Service, ServiceState, Shift
from eventsvc.halls.opening import Span
from eventsvc.sites.models import Site
from eventsvc.sites.readiness import Due


class MissedService(NamedTuple):
    """A service that has not reached in time what `due` asks for, the one that is overdue the longest."""

    service: Service
    due: Due


class Lack(NamedTuple):
    """A post with too few people: at the gaps, or at all when nobody is entered."""

    post: Post
    gaps: list[Gap]


@dataclass(frozen=True)
class Hall:
    site: Site
    services: Sequence[Service]
    posts: Sequence[Post]
    sittings: Sequence[Sitting]
    dues: Sequence[Due]
    now: datetime

    def in_state(self, *states: ServiceState) -> int:
        return sum(service.state in states for service in self.services)

    @property
    def confirmed(self) -> int:
        """Services that said they come, or are there."""
        return self.in_state(ServiceState.CONFIRMED, ServiceState.PRESENT, ServiceState.DONE)

    @property
    def present(self) -> int:
        return self.in_state(ServiceState.PRESENT, ServiceState.DONE)

    @property
    def problems(self) -> list[Service]:
        return [service for service in self.services if service.state is ServiceState.PROBLEM]

    @cached_property
    def missed(self) -> dict[int, Due]:
        """What each service is overdue with the longest, by its id."""
        return {
            service.id: late[0]
            for service in self.services
            if (late := told.missed(service, self.dues, self.now))
        }

    def next_of(self, service: Service) -> Due | None:
        return told.coming(service, self.dues, self.now)

    @cached_property
    def lacks(self) -> list[Lack]:
        found = (Lack(post, coverage.gaps(post.shifts, post.needed)) for post in self.posts)
        return [lack for lack in found if lack.gaps or not lack.post.shifts]

    @property
    def lacks_by_post(self) -> dict[int, list[Gap]]:
        return {lack.post.id: lack.gaps for lack in self.lacks}

    @property
    def covered(self) -> int:
        """Posts at which enough people stand all the time."""
        return len(self.posts) - len(self.lacks)

    @property
    def shifts(self) -> list[Shift]:
        return [shift for post in self.posts for shift in post.shifts]

    @cached_property
    def clashes(self) -> list[Clash[Shift]]:
        """Who stands at two posts of this hall at once."""
        return coverage.clashes(self.shifts)

    @cached_property
    def sittings_with_hours(self) -> list[tuple[Sitting, Span | None]]:
        """When the doors are open for each sitting; None: no shift says so, and the sitting's own hours count."""
        at_doors = [
            (shift.starts_at, shift.ends_at) for post in self.posts if post.is_door for shift in post.shifts
        ]
        return [(sitting, opening.door_hours(at_doors, sitting)) for sitting in self.sittings]

    @property
    def hours(self) -> list[tuple[Sitting, Span]]:
        """The sittings for which shifts at the doors say when they are open."""
        return [(sitting, hours) for sitting, hours in self.sittings_with_hours if hours is not None]
