"""Which sites of the board are wanted, and in which order. Pure."""

from typing import NamedTuple

from eventsvc.reports.site_board import Division, Line, SiteBoard, red_first
from eventsvc.sites.models import SiteLevel, SiteStatus


class Choice(NamedTuple):
    """What a table of sites is narrowed to. `within`: a district's site and its communes; `urgent`: a fault or late."""

    within: str = ""
    cluster: str = ""
    level: SiteLevel | None = None
    status: SiteStatus | None = None
    urgent: bool = False
    site: str = ""

    @property
    def arguments(self) -> dict[str, str]:
        """As an address says it."""
        said = {
            "within": self.within,
            "cluster": self.cluster,
            "level": self.level.value if self.level else "",
            "status": self.status.value if self.status else "",
            "urgent": "1" if self.urgent else "",
            "site": self.site,
        }
        return {name: value for name, value in said.items() if value}

    def fits(self, board: SiteBoard, line: Line) -> bool:
        return (
            (not self.site or line.code == self.site)
            and (not self.within or board.place_of(line) == (Division.DISTRICT, self.within))
            and (not self.cluster or line.cluster == self.cluster)
            and (self.level is None or line.level is self.level)
            and (self.status is None or line.status is self.status)
            and (not self.urgent or line.is_urgent)
        )


class Offered(NamedTuple):
    """What can be chosen on this board."""

    districts: list[tuple[str, str]]
    clusters: list[str]
    levels: list[SiteLevel]
    statuses: list[SiteStatus]


def offered(board: SiteBoard) -> Offered:
    statuses = board.all.statuses
    return Offered(
        [(tally.code, tally.name) for tally in board.by_district if tally.division is Division.DISTRICT],
        [tally.code for tally in board.by_cluster if tally.division is Division.CLUSTER],
        [SiteLevel(tally.code) for tally in board.by_level],
        [status for status in SiteStatus if statuses[status]],
    )


def chosen_lines(board: SiteBoard, choice: Choice) -> list[Line]:
    """The lines that fit, red first."""
    return red_first(line for line in board.lines if choice.fits(board, line))
