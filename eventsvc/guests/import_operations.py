"""A spreadsheet on its way to the guest list: preview, then confirm or discard. Nothing is stored before."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import DataNoticeMissing, Event
from eventsvc.guests import matching, operations, queries
from eventsvc.guests.likeness import Source, contacts_of
from eventsvc.guests.matching import Action, Decision, PlannedRow
from eventsvc.guests.models import Guest, GuestGroup, GuestImport, ImportState, Slot
from eventsvc.guests.parsed import ParsedFile
from eventsvc.guests.parsing import parse_file
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from eventsvc.people.operations import Details
from eventsvc.rows import lock
from eventsvc.sites.models import Site, SiteLevel


class ImportEnded(DomainError):
    code = "import_ended"


def read(event: Event, file_name: str, content: bytes) -> ParsedFile:
    """The rows of a spreadsheet, read in a limited child process; SpreadsheetError when it cannot be read."""
    return parse_file(file_name, content, [(unit.name, unit.code) for unit in _units(event)])


def require_data_notice(event: Event) -> None:
    """Personal data may only come in once its purpose, basis, controller and term are written down."""
    if not event.has_data_notice:
        raise DataNoticeMissing(
            _(
                "Before guests are imported, say what their data is for, on which basis, who answers and how long."
            )
        )


@atomic()
def start_import(
    event: Event,
    parsed: ParsedFile,
    *,
    site: Site | None,
    group: GuestGroup | None = None,
    by: Any,
) -> GuestImport:
    """Keep the rows for a preview. `site` None sends each row to the site of its own unit."""
    event.require_open()
    require_data_notice(event)
    rows = parsed.as_dict()
    started = GuestImport(
        event=event,
        site=site,
        group=group,
        by_unit=site is None,
        file_name=parsed.file,
        parsed=rows,
        counts=rows["counts"],
        created_by_id=user_id(by),
    )
    db.session.add(started)
    db.session.flush()
    record(by, "import.started", started, event=event, rows=len(rows["rows"]))
    return started


def planned_rows(
    event: Event, rows: list[dict[str, Any]], site: Site | None, started: GuestImport | None = None
) -> list[PlannedRow]:
    """What confirming would do now, row by row, with what has been decided about an import that was started."""
    return matching.plan(rows, _situation(event, site, started))


@atomic()
def decide(started: GuestImport, decisions: Mapping[int, Decision | None], *, by: Any) -> None:
    """Keep what the organizer says about rows, by their numbers; None takes a decision back. Rows keep their numbers
    until the import ends, so deciding again is safe."""
    lock(started)
    if started.state is not ImportState.PREVIEW or started.parsed is None:
        raise ImportEnded(_("This import has already ended."))
    known = len(started.parsed["rows"])
    kept = dict(started.decisions or {})
    for number, decision in decisions.items():
        if decision is None or not 0 <= number < known:
            kept.pop(str(number), None)
        else:
            kept[str(number)] = decision.value
    if kept != (started.decisions or {}):
        started.decisions = kept
        record(by, "import.decided", started, event=started.event, count=len(kept))


@atomic()
def confirm_import(
    started: GuestImport, *, decisions: Mapping[int, Decision | None] | None = None, by: Any
) -> dict[str, int]:
    """Put the rows on the guest list, all or none; what is there already is left alone. Counts by action.

    `decisions` are the last ones, kept as `decide` does.
    """
    event = started.event
    if decisions:
        decide(started, decisions, by=by)
    _lock(started)
    rows = planned_rows(event, started.parsed["rows"], started.site, started)  # type: ignore[index]
    counts = apply(event, rows, group=started.group, by=by)
    _end(started, ImportState.CONFIRMED)
    record(by, "import.confirmed", started, event=event, **counts)
    return counts


@atomic()
def discard_import(started: GuestImport, *, by: Any) -> None:
    """Forget the rows; nothing of the file stays. Refused once the import was confirmed."""
    _lock(started)
    _end(started, ImportState.DISCARDED)
    record(by, "import.discarded", started, event=started.event)


@atomic()
def apply(event: Event, rows: list[PlannedRow], *, group: GuestGroup | None, by: Any) -> dict[str, int]:
    """Add what the plan says is to be added; returns how many rows met each fate."""
    counts = {action.value: 0 for action in Action}
    sites = {site.id: site for site in db.session.scalars(sa.select(Site).where(Site.event_id == event.id))}
    groups = operations.numbered(queries.groups_of(event))
    units = {unit.code: unit.id for unit in _units(event)}
    entries, slots = [], []
    completing = _completing(event, rows, by)
    for planned in rows:
        counts[planned.action.value] += 1
        if planned.action is not Action.ADD:
            continue
        site = sites[planned.site_id]  # type: ignore[index]
        home = group or _group(event, groups, site.level, planned.group, by)
        if planned.row["kind"] == "person":
            details = _details(completing.get(planned.number, planned.row), units)
            entries.append(operations.Entry(details, site, home, planned.row["note"]))
        else:
            slots.append(_slot(planned.row, site, home))
    operations.add_guests(event, entries, by=by)
    db.session.add_all(slots)
    return counts


def _completing(event: Event, rows: list[PlannedRow], by: Any) -> dict[int, dict[str, Any]]:
    """Give what a row knows more to the guest that it is decided to be; returns the earlier rows that are to be added
    with what later rows of the same person say, by their numbers."""
    completed: dict[int, dict[str, Any]] = {}
    for planned in rows:
        if planned.action is not Action.SAME or planned.target is None:
            continue
        other = planned.target.other
        if other.source is Source.FILE:
            number = other.number or 0
            completed[number] = _joined(completed.get(number, rows[number].row), planned.row)
            continue
        guest = db.session.get_one(Guest, other.number)
        lock(guest)
        person = guest.person
        row = _joined(
            {
                "honorific": person.honorific,
                "position": person.position,
                "organization": person.organization_name,
                "phones": person.phones,
                "emails": person.emails,
            },
            planned.row,
        )
        details = Details(
            full_name=person.full_name,
            honorific=row["honorific"],
            position=row["position"],
            organization_name=row["organization"],
            organization_id=person.organization_id,
            emails=row["emails"],
            phones=row["phones"],
        )
        people.edit_person(person, details, by=by)
        flag_modified(guest, "note")  # its version: who has the guest's page open must not undo this
    return completed


def _joined(first: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What is known first, with the numbers and addresses of the other, and its words where there were none."""
    words = {key: first.get(key) or more.get(key) for key in ("honorific", "position", "organization")}
    lists = {key: list(dict.fromkeys([*first[key], *more[key]])) for key in ("phones", "emails")}
    return {**first, **words, **lists}


def _details(row: dict[str, Any], units: dict[str, int]) -> Details:
    return Details(
        full_name=row["full_name"],
        honorific=row["honorific"],
        position=row["position"],
        organization_name=row["organization"],
        organization_id=units.get(row.get("admin_unit_code") or ""),
        emails=row["emails"],
        phones=row["phones"],
    )


def _slot(row: dict[str, Any], site: Site, group: GuestGroup | None) -> Slot:
    return operations.new_slot(
        site,
        label=row["label"],
        group=group,
        organization_name=row["organization"],
        seats=row["seats"],
        note=row["note"],
    )


def _group(
    event: Event,
    groups: dict[tuple[SiteLevel, str], GuestGroup],
    level: SiteLevel,
    name: str | None,
    by: Any,
) -> GuestGroup | None:
    """The group of that name at that level; made when the file is the first to name it."""
    if not name:
        return None
    key = (level, text.same_words(name))
    if key not in groups:
        groups[key] = operations.add_group(event, level=level, name=name, by=by)
    return groups[key]


def _situation(event: Event, site: Site | None, started: GuestImport | None) -> matching.Situation:
    guests = db.session.scalars(
        sa.select(Guest)
        .join(Guest.person)
        .where(Guest.event_id == event.id)
        .options(selectinload(Guest.person).selectinload(Person.contacts))
    )
    slots = db.session.execute(
        sa.select(Slot.site_id, Slot.label, Slot.organization_name).where(Slot.event_id == event.id)
    )
    sites = db.session.execute(
        sa.select(Site.code, Site.id, Site.name).where(Site.event_id == event.id)
    ).all()
    names = {site_id: name for _code, site_id, name in sites}
    decided = (started.decisions or {}) if started is not None else {}
    return matching.Situation(
        guests=[*_listed(guests, names), *_in_other_files(event, started)],
        slots=[matching.KnownSlot(*row) for row in slots],
        site_ids={code: site_id for code, site_id, _name in sites},
        site_id=site.id if site is not None else None,
        decisions={int(number): Decision(word) for number, word in decided.items()},
    )


def _listed(guests: Iterable[Guest], names: Mapping[int, str]) -> Iterator[matching.KnownGuest]:
    for guest in guests:
        person = guest.person
        yield matching.KnownGuest(
            person.full_name,
            person.organization_name,
            frozenset(contact.value for contact in person.contacts),
            person.position,
            Source.LIST,
            names[guest.site_id],
            guest.id,
        )


def _in_other_files(event: Event, started: GuestImport | None) -> Iterator[matching.KnownGuest]:
    """The people in other files of this event that wait for their confirmation."""
    waiting = sa.select(GuestImport.file_name, GuestImport.parsed).where(
        GuestImport.event_id == event.id, GuestImport.state == ImportState.PREVIEW
    )
    if started is not None:
        waiting = waiting.where(GuestImport.id != started.id)
    for file_name, parsed in db.session.execute(waiting.order_by(GuestImport.id)):
        for row in (parsed or {}).get("rows", ()):
            if row["kind"] == "person":
                yield matching.KnownGuest(
                    row["full_name"],
                    row["organization"],
                    contacts_of(row),
                    row["position"],
                    Source.OTHER_FILE,
                    f"{file_name}: {row['sheet']}, {row['row']}",
                )


def _units(event: Event) -> list[Organization]:
    """The districts and communes that lists of this event may name."""
    if not event.province_code:
        return []
    levels = (Level.DISTRICT, Level.COMMUNE)
    return [
        unit
        for level in levels
        for unit in organizations.units(event.province_code, level, event.units_as_of)
    ]


def _lock(started: GuestImport) -> None:
    """Let one decision through: whoever presses second finds the import ended."""
    ended = db.session.execute(
        sa.update(GuestImport)
        .where(GuestImport.id == started.id, GuestImport.state == ImportState.PREVIEW)
        .values(state=ImportState.CONFIRMED)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise ImportEnded(_("This import has already ended."))
    # Two imports into one event must not add the same person side by side.
    db.session.execute(sa.select(Event.id).where(Event.id == started.event_id).with_for_update())


def _end(started: GuestImport, state: ImportState) -> None:
    started.state = state
    started.parsed = started.decisions = None
    started.ended_at = clock.now()
