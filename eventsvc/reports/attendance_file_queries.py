"""What stands in the files of attendance: sums, names and scans of all sites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.events.models import Event, Sitting
from eventsvc.reports import attendance_queries
from eventsvc.reports.attendance import Attendance, Figures, Line, Row
from eventsvc.reports.attendance_queries import Named
from eventsvc.sites.models import SiteLevel
from eventsvc.spreadsheets.writing import Cell, Sheet

Word = Callable[[Enum], object]

MOST_SCANS = 50_000
"""Scans in a workbook, which is made while somebody waits; more go into a CSV, which is sent while it is read."""


@dataclass
class Book:
    """Everything the files show, the guests by given name."""

    found: Attendance
    lines: list[Line]
    names: dict[int, Named]
    site_names: dict[int, str]
    word: Word
    scans: list[list[Cell]] = field(default_factory=list)
    left_out: int = 0

    @property
    def people(self) -> int:
        return len(self.lines)

    @property
    def everybody(self) -> Iterator[list[Cell]]:
        """Headings, then one row a guest."""
        yield [words for words, _width in _person_columns()]
        yield from self.rows(self.lines)

    def rows(self, lines: Sequence[Line]) -> list[list[Cell]]:
        return [[number, *self._person(line)] for number, line in enumerate(lines, start=1)]

    def _person(self, line: Line) -> list[Cell]:
        name = self.names.get(line.guest_id)
        organization = (self.found.named or {}).get(line.organization, (None, ""))[1]
        return [
            name.honorific if name else None,
            name.full_name if name else "—",
            name.position if name else None,
            organization or (name.organization if name else None),
            self.site_names.get(line.site_id),
            name.group if name else None,
            name.seat if name else None,
            str(self.word(line.presence)) if line.is_invited or line.is_in else _("Not expected any more"),
            _moment(line.entered_at),
            self.site_names.get(line.entered_site_id or 0),
            line.excuse.reason if line.excuse else None,
            ", ".join(self._remarks(line)),
        ]

    def _remarks(self, line: Line) -> list[str]:
        said = {
            _("goes in somebody's place"): line.is_substitute,
            _("without an invitation"): line.is_walk_in,
            _("the invitation had been taken back"): line.is_replaced and line.is_in,
            _("had been noted as absent"): line.is_overtaken,
        }
        return [words for words, applies in said.items() if applies]


def read(
    event: Event,
    sitting: Sitting | None,
    word: Word,
    *,
    with_scans: bool = True,
) -> Book:
    """What the files of one sitting hold, or of all of them together."""
    found = attendance_queries.attendance(event, sitting)
    by_id = {line.guest_id: line for line in found.lines}
    book = Book(
        found,
        [by_id[guest_id] for guest_id in attendance_queries.ordered(event) if guest_id in by_id],
        attendance_queries.names(event, by_id),
        {site.id: site.name for site in found.sites},
        word,
    )
    if with_scans:
        sittings = [sitting] if sitting else event.standing_sittings
        number = attendance_queries.number_of_scans(sittings)
        if number > MOST_SCANS:
            book.left_out = number
        else:
            book.scans = [
                _scan(row, book) for row in attendance_queries.scans(event.id, [s.id for s in sittings])
            ]
    return book


def scan_rows(event_id: int, sitting_ids: Sequence[int], book: Book) -> Iterator[list[Cell]]:
    """Headings, then every scan, read while it is sent."""
    yield [words for words, _width in _scan_columns()]
    for row in attendance_queries.scans(event_id, sitting_ids):
        yield _scan(row, book)


def sheets(book: Book) -> list[Sheet]:
    """The sheets of the workbook: sums, by site, by organization, present, absent, scans."""
    found, people = book.found, _person_columns()
    invited = [line for line in book.lines if line.is_invited or line.is_in]
    made = [
        Sheet(_("Summary of the attendance"), _columns(_("Part of the sums")), _summary(book)),
        Sheet(_("By site"), _columns(_("Site")), [*_parts(found.by_site), _sums(_("All"), found.all)]),
        Sheet(
            _("By organization"),
            [*_columns(_("Organization")), (_("Absent as a whole"), 16), (_("Reason"), 40)],
            [
                [
                    *_sums(one.name or _("(no organization)"), one.figures),
                    _("yes") if one.is_absent and one.key else "",
                    one.excuse.reason if one.excuse else one.proposed,
                ]
                for one in found.by_organization
            ],
        ),
        Sheet(_("Present"), people, book.rows([line for line in invited if line.is_in])),
        Sheet(_("Absent list"), people, book.rows([line for line in invited if not line.is_in])),
    ]
    rows = book.scans
    if book.left_out:
        rows = [[None, _("%(number)s scans: take them out as CSV.", number=book.left_out)]]
    return [*made, Sheet(_("Scans"), _scan_columns(), rows)]


def _summary(book: Book) -> list[list[Cell]]:
    found = book.found
    levels = [_sums(str(book.word(SiteLevel(row.key))), row.figures) for row in found.by_level]
    groups = [_sums(row.name or _("(no group)"), row.figures) for row in found.by_group]
    return [_sums(_("All"), found.all), *levels, *groups]


def _parts(rows: Sequence[Row]) -> list[list[Cell]]:
    return [_sums(row.name, row.figures) for row in rows]


def _sums(name: str, figures: Figures) -> list[Cell]:
    return [
        name, figures.invited, figures.present, figures.percent, figures.substitutes, figures.elsewhere,
        figures.excused, figures.unexcused, figures.not_called, figures.walk_ins,
    ]  # fmt: skip


def _columns(first: str) -> list[tuple[str, int]]:
    return [
        (first, 44), (_("Invited (people)"), 12), (_("Present in person"), 14), (_("Percent present"), 10),
        (_("Of them substitutes"), 14), (_("Of them at another site"), 14), (_("Absent with an excuse"), 14),
        (_("Absent without an excuse"), 14), (_("Not checked in yet"), 14), (_("Walk-ins (apart)"), 14),
    ]  # fmt: skip


def _person_columns() -> list[tuple[str, int]]:
    return [
        (_("No."), 6), (_("Form of address"), 12), (_("Full name"), 28), (_("Position"), 28), (_("Organization"), 36),
        (_("Site expected at"), 30), (_("Group of guests"), 34), (_("Seat"), 10), (_("State of the attendance"), 22),
        (_("In at (time)"), 18), (_("In at (place)"), 30), (_("Reason"), 36), (_("Remarks on the attendance"), 28),
    ]  # fmt: skip


def _scan_columns() -> list[tuple[str, int]]:
    return [
        (_("No."), 8), (_("Time of the scan"), 20), (_("Arrived"), 20), (_("Kind of scan"), 12),
        (_("Result of the scan"), 26), (_("Way"), 14), (_("Site"), 30), (_("Device"), 20), (_("Full name"), 28),
    ]  # fmt: skip


def _scan(row: attendance_queries.ScanRow, book: Book) -> list[Cell]:
    name = book.names.get(row.guest_id or 0)
    return [
        row.id, _moment(row.effective_at), _moment(row.received_at), str(book.word(row.kind)),
        str(book.word(row.outcome)), str(book.word(row.mode)), book.site_names.get(row.site_id or 0), row.device,
        name.full_name if name else None,
    ]  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return clock.local(at).strftime("%d/%m/%Y %H:%M:%S") if at else None
