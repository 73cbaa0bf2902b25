"""What is to become of many sites at once. Pure: the sites are only looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from eventsvc.sites.models import Milestone, Site

SETTABLE = (
    "cluster", "video_platform", "meeting_id", "meeting_url", "backup_line", "hall", "capacity", "speaks", "note",
)  # fmt: skip
"""What many sites may have in common. Contacts are a site's own; the order is given by where to begin counting."""


class Effect(NamedTuple):
    """One thing that would be done: a column or "number" or "milestone", to what, and at how many sites."""

    name: str
    value: Any
    sites: int


@dataclass(frozen=True)
class BulkPlan:
    """`changes` maps columns to their new value, None empties them. `first_number`: the sites are counted from it on,
    in the order in which they come. `milestone`: they have all reached it."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    first_number: int | None = None
    milestone: Milestone | None = None

    @property
    def is_empty(self) -> bool:
        return not self.changes and self.first_number is None and self.milestone is None

    def changes_for(self, site: Site, place: int) -> dict[str, Any]:
        """The columns of the site that stands at this place, counted from 0."""
        if self.first_number is None:
            return dict(self.changes)
        return {**self.changes, "number": self.first_number + place}

    def reaches(self, site: Site) -> bool:
        """Whether the milestone would be reached at this site by it: not before, and not closed."""
        return (
            self.milestone is not None and site.closed_at is None and site.reached_at(self.milestone) is None
        )

    def touches(self, site: Site, place: int) -> bool:
        """Whether anything would be done to the site."""
        changes = self.changes_for(site, place)
        return self.reaches(site) or any(getattr(site, name) != value for name, value in changes.items())

    def effects(self, sites: Sequence[Site]) -> list[Effect]:
        """What would be done to these sites, in their order."""
        found = [
            Effect(name, value, sum(getattr(site, name) != value for site in sites))
            for name, value in self.changes.items()
        ]
        if self.first_number is not None:
            moved = sum(site.number != self.first_number + place for place, site in enumerate(sites))
            found.append(Effect("number", self.first_number, moved))
        if self.milestone is not None:
            found.append(Effect("milestone", self.milestone, sum(map(self.reaches, sites))))
        return found

    def touched(self, sites: Sequence[Site]) -> int:
        """To how many of the sites anything would be done."""
        return sum(self.touches(site, place) for place, site in enumerate(sites))
