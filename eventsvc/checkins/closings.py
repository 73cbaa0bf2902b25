"""A site with what it would sign and has signed. Pure: values in, values out."""

from dataclasses import dataclass
from enum import StrEnum

from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import HeadCount


class Doubt(StrEnum):
    """Why somebody should look again before signing; none of them forbids it."""

    NOT_BEGUN = "not_begun"
    WAITING = "waiting"
    CASES = "cases"
    SILENT = "silent"


@dataclass(frozen=True)
class SiteCount:
    """A site at a sitting: whom it expects, whom its doors let in by name, what it reported; `waiting` scans are still
    on its devices, `cases` are open. `closing` stands, when it has signed."""

    site: Site
    expected: int
    named: int
    reported: HeadCount | None
    waiting: int
    cases: int
    closing: SiteClosing | None

    @property
    def people(self) -> int:
        """In the hall: the greater of head-count and entries by name (docs/decisions/0016)."""
        return max(self.named, self.reported.people if self.reported else 0)

    @property
    def later(self) -> int:
        """How many more are in by name than was signed; below nought when entries were undone since."""
        return self.named - self.closing.named if self.closing else 0

    @property
    def seen(self) -> tuple[int, int]:
        """The figures on the page from which somebody signs."""
        return self.named, self.people

    def doubts(self, has_begun: bool) -> list[Doubt]:
        found = {
            Doubt.NOT_BEGUN: not has_begun,
            Doubt.WAITING: bool(self.waiting),
            Doubt.CASES: bool(self.cases),
            Doubt.SILENT: not self.people,
        }
        return [doubt for doubt, applies in found.items() if applies]
