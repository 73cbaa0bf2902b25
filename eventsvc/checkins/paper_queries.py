"""Paper lists: whom a sheet names, what has been entered from it, what has changed since it was printed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc.checkins import queries
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.checkins.models import Scan
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations import substitution_queries
from eventsvc.invitations.models import Invitation
from eventsvc.people.models import Person
from eventsvc.rows import chunks


@dataclass(frozen=True)
class Line:
    """One line of a sheet. `guest` is None when that person is no longer on the list; `substitute` goes in their place.

    `scan`: what was entered from this sheet and not undone; `was_undone`: something was entered here and undone, so
    that the line may be entered again; `entry`: their first entry, wherever it was recorded.
    """

    number: int
    guest_id: int
    guest: Guest | None
    substitute: Person | None
    is_revoked: bool
    scan: Scan | None
    entry: Scan | None
    was_undone: bool = False

    @property
    def may_be_ticked(self) -> bool:
        return self.guest is not None and self.scan is None


def people_at(event: Event, site_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the guests of each site whose invitation has not been called back, by given name."""
    found: dict[int, list[int]] = {site_id: [] for site_id in site_ids}
    for some in chunks(sorted(site_ids), 500):
        rows = db.session.execute(
            sa.select(Guest.site_id, Guest.id)
            .join(Person, Person.id == Guest.person_id)
            .outerjoin(Invitation, Invitation.guest_id == Guest.id)
            .where(Guest.event_id == event.id, Guest.site_id.in_(some), Invitation.revoked_at.is_(None))
            .order_by(Person.sort_key, Guest.id)
        )
        for site_id, guest_id in rows:
            found[site_id].append(guest_id)
    return found


def sheets_of(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[PaperSheet]:
    """Select the sheets, the last printed first, with site and sitting."""
    statement = (
        sa.select(PaperSheet)
        .options(joinedload(PaperSheet.site), joinedload(PaperSheet.sitting))
        .where(PaperSheet.event_id == event.id)
        .order_by(PaperSheet.number.desc())
    )
    return statement if site_ids is None else statement.where(PaperSheet.site_id.in_(site_ids))


def sheet_or_404(event: Event, number: int, site_ids: Collection[int] | None = None) -> PaperSheet:
    found = db.session.scalar(sheets_of(event, site_ids).where(PaperSheet.number == number).order_by(None))
    if found is None:
        raise NotFound(_("There is no sheet with this number."))
    return found


def sheets_between(
    event: Event, first: int, last: int, site_ids: Collection[int] | None = None
) -> list[PaperSheet]:
    """The sheets with these numbers, in their order."""
    chosen = sheets_of(event, site_ids).where(PaperSheet.number.between(first, last))
    return list(db.session.scalars(chosen.order_by(None).order_by(PaperSheet.number)))


def guests_by_id(guest_ids: Collection[int]) -> dict[int, Guest]:
    """Those who are still on the list, with what a list says of them."""
    found: dict[int, Guest] = {}
    for some in chunks(sorted(guest_ids), 500):
        statement = (
            sa.select(Guest)
            .join(Guest.person)
            .options(contains_eager(Guest.person).lazyload(Person.contacts))
            .where(Guest.id.in_(some))
        )
        found |= {guest.id: guest for guest in db.session.scalars(statement).unique()}
    return found


def lines_of(sheet: PaperSheet) -> list[Line]:
    """The lines as they were printed, beside what is known today. The number of statements does not grow with them."""
    guest_ids = list(sheet.guest_ids)
    guests = guests_by_id(guest_ids)
    entered = entered_in(sheet, guest_ids)
    entries = queries.entries_by_guest(guest_ids, sheet.sitting)
    revoked, substitutes = _called_back(sheet.event, guest_ids)
    return [
        Line(
            number,
            guest_id,
            guests.get(guest_id),
            substitutes.get(guest_id),
            guest_id in revoked,
            entered[guest_id].scan,
            entries.get(guest_id),
            entered[guest_id].turn > 0,
        )
        for number, guest_id in enumerate(guest_ids, start=1)
    ]


def walk_ins_of(sheet: PaperSheet, most: int) -> dict[int, Scan]:
    """What was entered in the blank lines, by the number of the line."""
    entered = entered_in(sheet, [blank(number) for number in range(1, most + 1)])
    numbers = range(1, most + 1)
    return {number: scan for number in numbers if (scan := entered[blank(number)].scan) is not None}


class Entered(NamedTuple):
    """What a line has become. `scan`: the entry that stands, else None; `scan_id`: its id, or that of the next one;
    `turn`: how many entries of the line have been undone."""

    scan_id: str
    scan: Scan | None
    turn: int


def entered_in(sheet: PaperSheet, lines: Collection[int | str]) -> dict[int | str, Entered]:
    """What the lines have become: a guest's id, or a blank line. A line whose entry was undone is open again, under
    another id. Two statements for each time that a line of the sheet was entered and undone."""
    found: dict[int | str, Entered] = {}
    asked, turn = list(lines), 0
    while asked:
        ids = {line: scan_id_of(sheet, line, turn) for line in asked}
        scans = scans_by_id(ids.values())
        undone = _undone(scans)
        found |= {line: Entered(ids[line], scans.get(ids[line]), turn) for line in asked}
        asked, turn = [line for line in asked if ids[line] in undone], turn + 1
    return found


def blank(number: int) -> str:
    """A blank line, by its number."""
    return f"blank-{number}"


def scan_id_of(sheet: PaperSheet, line: int | str, turn: int = 0) -> str:
    """The id of the scan that a line becomes: the same however often it is entered. A guest's id, or a blank line;
    `turn`: how many entries of the line have been undone."""
    again = f":{turn}" if turn else ""
    return str(uuid5(NAMESPACE_URL, f"eventsvc:paper-sheet:{sheet.event_id}:{sheet.id}:{line}{again}"))


def _undone(scan_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(sorted(scan_ids), 500):
        found |= queries.undone_among(some)
    return found


def scans_by_id(scan_ids: Collection[str]) -> dict[str, Scan]:
    found: dict[str, Scan] = {}
    for some in chunks(sorted(scan_ids), 500):
        statement = (
            sa.select(Scan)
            .options(
                joinedload(Scan.guest).joinedload(Guest.person, innerjoin=False).lazyload(Person.contacts)
            )
            .where(Scan.scan_id.in_(some))
        )
        found |= {scan.scan_id: scan for scan in db.session.scalars(statement).unique()}
    return found


def last_number(event: Event) -> int:
    return (
        db.session.scalar(sa.select(sa.func.max(PaperSheet.number)).where(PaperSheet.event_id == event.id))
        or 0
    )


def opened_at(sheet: PaperSheet) -> datetime | None:
    """A first guess at when people came: the beginning of the sitting."""
    return sheet.sitting.starts_at


def _called_back(event: Event, guest_ids: Collection[int]) -> tuple[set[int], dict[int, Person]]:
    """The guests whose invitation is called back, and who goes in the place of some of them."""
    rows: dict[int, int] = {}
    for some in chunks(sorted(guest_ids), 500):
        found = db.session.execute(
            sa.select(Invitation.id, Invitation.guest_id).where(
                Invitation.guest_id.in_(some), Invitation.revoked_at.is_not(None)
            )
        )
        rows |= {invitation_id: guest_id for invitation_id, guest_id in found}
    if not rows:
        return set(), {}
    goes = substitution_queries.replacements(event).by
    return set(rows.values()), {rows[each]: person for each, person in goes.items() if each in rows}
