"""Lists on paper for doors that have nothing else: printed under a number, entered afterwards as scans by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.checkins import items, operations, paper_queries, recording_operations, rules
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.checkins.models import Outcome, ScanKind, ScanMode
from eventsvc.checkins.uploads import Upload
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import lock
from eventsvc.sites.models import Site

LOCALE = "vi"
MOST_ON_A_SHEET = 500
"""People under one number: a longer list is several sheets, which several people can take to the tables at the door."""
MOST_BLANK = 50


class Tick(NamedTuple):
    """Who came, and when as somebody wrote it down."""

    guest_id: int
    at: datetime


class WalkIn(NamedTuple):
    """Somebody written into a blank line."""

    line: int
    name: str
    organization: str | None
    at: datetime


@dataclass
class Entered:
    """What became of a sheet: how many are in by it, were in before, and who was not let in and why."""

    recorded: int = 0
    were_in: int = 0
    walk_ins: int = 0
    refused: list[tuple[int, Outcome]] = field(default_factory=list)


@atomic()
def print_sheets(
    event: Event, sitting: Sitting, sites: Sequence[Site], *, blank_lines: int = 10, by: Any
) -> list[PaperSheet]:
    """A sheet for every site, numbered on from the last of the event; more than one where the list is long."""
    lock(event)
    if sitting.event_id != event.id or any(site.event_id != event.id for site in sites):
        raise Invalid(_("The site belongs to another event."), field="site")
    if not 0 <= blank_lines <= MOST_BLANK:
        raise Invalid(_("At most %(most)s blank lines, please.", most=MOST_BLANK), field="blank_lines")
    people, number, now = (
        paper_queries.people_at(event, [site.id for site in sites]),
        paper_queries.last_number(event),
        clock.now(),
    )
    made = []
    for site in sites:
        for guest_ids in _shared_out(people[site.id]):
            number += 1
            made.append(
                PaperSheet(
                    event=event,
                    site=site,
                    sitting=sitting,
                    number=number,
                    guest_ids=guest_ids,
                    blank_lines=blank_lines,
                    printed_at=now,
                    printed_by_id=user_id(by),
                )
            )
    db.session.add_all(made)
    db.session.flush()
    lines = sum(len(sheet.guest_ids) for sheet in made)
    record(by, "paper_sheets.made", event, event=event, sheets=len(made), people=lines)
    return made


@atomic()
def note_printing(event: Event, sheets: Sequence[PaperSheet], *, by: Any) -> None:
    """Write down who took which sheets out."""
    numbers = [sheet.number for sheet in sheets]
    people = sum(len(sheet.guest_ids) for sheet in sheets)
    record(
        by, "paper_sheets.printed", event, event=event, first=min(numbers), last=max(numbers), people=people
    )


@atomic()
def enter(sheet: PaperSheet, ticks: Sequence[Tick], walk_ins: Sequence[WalkIn] = (), *, by: Any) -> Entered:
    """Record who came, at the time that was written down. Entering a line again counts nobody twice: what a line has
    become stays unless somebody undoes it, and a sheet may be completed later."""
    lock(sheet)
    now, event = clock.now(), sheet.event
    if any(at > now for at in [*(tick.at for tick in ticks), *(one.at for one in walk_ins)]):
        raise Invalid(_("This time has not come yet."), field="at")
    listed = set(sheet.guest_ids) & paper_queries.guests_by_id(sheet.guest_ids).keys()
    raws: dict[int | str, dict[str, Any]] = {
        tick.guest_id: _raw(sheet, tick.at, guest=tick.guest_id) for tick in ticks if tick.guest_id in listed
    }
    for one in walk_ins:
        line = paper_queries.blank(one.line)
        raws[line] = _raw(sheet, one.at, name=one.name, organization=one.organization)
    known = paper_queries.entered_in(sheet, raws)
    new = [{"scan_id": known[line].scan_id, **raw} for line, raw in raws.items() if known[line].scan is None]
    entered = _store(event, new, now, by)
    sheet.entered_at, sheet.entered_by_id = now, user_id(by)
    record(
        by, "paper_sheet.entered", sheet, event=event, number=sheet.number, recorded=entered.recorded,
        walk_ins=entered.walk_ins, refused=len(entered.refused),
    )  # fmt: skip
    return entered


def _raw(sheet: PaperSheet, at: datetime, **who: Any) -> dict[str, Any]:
    with force_locale(LOCALE):
        reason = _("Sheet no. %(number)s", number=sheet.number)
    return {
        **who,
        "sitting": sheet.sitting.number,
        "site": sheet.site.code,
        "kind": ScanKind.ENTRY.value,
        "mode": ScanMode.MANUAL.value,
        "scanned_at": at.isoformat(),
        "reason": reason,
    }


def _store(event: Event, raws: list[dict[str, Any]], now: datetime, by: Any) -> Entered:
    entered = Entered()
    if not raws:
        return entered
    upload = Upload(operations.desk(event, by), [items.read(raw) for raw in raws], now, now)
    recording_operations.store([upload])
    for raw, answer in zip(raws, upload.answers or [], strict=True):
        if answer.outcome in rules.ADMITTING:
            entered.recorded += 1
            entered.walk_ins += "name" in raw
        elif answer.outcome in rules.ALREADY_IN:
            entered.were_in += 1
        else:
            entered.refused.append((raw.get("guest", 0), answer.outcome or Outcome.UNKNOWN))
    return entered


def _shared_out(guest_ids: list[int]) -> list[list[int]]:
    """The list in parts of about the same length, none too long; a site without a guest has blank lines alone."""
    parts = max(1, -(-len(guest_ids) // MOST_ON_A_SHEET))
    length = -(-len(guest_ids) // parts)
    return [guest_ids[part * length : (part + 1) * length] for part in range(parts)]
