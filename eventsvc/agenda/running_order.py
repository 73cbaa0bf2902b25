"""The running order on paper, for each who works from it: plain values for templates/print/running_order.typ, in
the language in force. Pure.

Everybody gets the same rows, times and rituals; the columns differ. A cell is a list of pieces, each a text and how
it is set: "strong", "plain", "small", "from" (a bridge), "line" (read aloud, large), "cue"; some have a label.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import text
from eventsvc.agenda import printing
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.timing import Part, Slot
from eventsvc.events.models import Event, TimeState

PAGE_LINES = 30
"""A row that may take more lines breaks across pages: kept whole it could be higher than one, and be cut off."""
ROOM_MM, LETTER_MM = 225, 1.8
"""What the columns of text share on a page, and a letter at its widest on the average."""

Piece = dict[str, str]


class View(StrEnum):
    """For whom a running order is."""

    MASTER = "master"
    MC = "mc"
    TECHNICIAN = "technician"
    RECEPTION = "reception"


class Row(NamedTuple):
    number: int
    slot: Slot

    @property
    def item(self) -> Any:
        return self.slot.item


class Column(NamedTuple):
    label: Any
    width: str
    cell: Callable[[Row], list[Piece]]

    @property
    def share(self) -> float:
        """How much it takes of the room for text; nothing when its width is fixed."""
        return float(self.width.removesuffix("fr")) if self.width.endswith("fr") else 0.0


TITLES = {
    View.MASTER: _l("Master running order"),
    View.MC: _l("Running order for the master of ceremonies"),
    View.TECHNICIAN: _l("Running order for sound, light, screen and line"),
    View.RECEPTION: _l("Running order for reception"),
}
FILE_NAMES = {
    View.MASTER: _l("Master running order"),
    View.MC: _l("Running order MC"),
    View.TECHNICIAN: _l("Running order technicians"),
    View.RECEPTION: _l("Running order reception"),
}
ROLES = {
    RitualRole.PRESSER: _l("Presses the button"),
    RitualRole.SIGNATORY: _l("Signs"),
    RitualRole.WITNESS: _l("Witness"),
}


def running_order(
    event: Event, parts: list[Part], view: View, *, release: AgendaRelease | None, with_notes: bool = False
) -> dict[str, Any]:
    """The running order of an event for one of those who work from it; without a release it is a draft. Only the
    organizers' own is `with_notes`."""
    shown = [part for part in parts if part.slots and part.sitting.cancelled_at is None]
    columns = COLUMNS[view]
    if with_notes and view is View.MASTER:
        columns = [*columns[:-1], NOTES]
    return {
        "title": f"{FILE_NAMES[view]} – {event.title}",
        "view": str(view),
        "heading": str(TITLES[view]).upper(),
        "event": event.title,
        "short": event.short_title,
        "state": printing.release_line(release) or _("Draft, not released"),
        "is_draft": release is None,
        "cancelled": _("This event is cancelled; it does not take place.") if event.is_cancelled else None,
        "facts": _facts(event),
        "columns": [[str(column.label), column.width] for column in columns],
        "ritual_columns": _ritual_columns(),
        "sittings": _sittings(shown, columns),
        "empty": _("The agenda has no items yet."),
        "page": _("Page"),
    }


def _facts(event: Event) -> list[list[Any]]:
    facts = [[_("Time"), printing.when(event)], [_("Place"), printing.where(event)]]
    phone = text.display_phone(event.contact_phone) if event.contact_phone else None
    contact = ", ".join(part for part in (event.contact_name, phone) if part)
    return [*facts, [_("Point of contact"), [contact]]] if contact else facts


def _sittings(parts: list[Part], columns: list[Column]) -> list[dict[str, Any]]:
    """The parts by sittings: each begins on a page of its own, with its name and day at the head of every page."""
    sittings: dict[int, dict[str, Any]] = {}
    several = len({part.sitting.id for part in parts}) > 1
    for part in parts:
        found = sittings.setdefault(
            part.sitting.id, {"name": _sitting_line(part.sitting, several=several), "parts": []}
        )
        found["parts"].append(_part(part, columns))
    return list(sittings.values())


def _sitting_line(sitting: Any, *, several: bool) -> str:
    words = [printing.sitting_name(sitting)] if several or sitting.title else []
    if sitting.starts_at is not None:
        words.append(text.official_start(sitting.starts_at))
        if sitting.time_state is not TimeState.APPROVED:
            words.append(_("time not approved yet"))
    return ", ".join(words)


def _part(part: Part, columns: list[Column]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for number, slot in enumerate(part.slots, 1):
        if slot.gap or slot.overlap:
            rows.append({"is": "note", "text": _note(slot), "is_fault": bool(slot.overlap)})
        cells = [column.cell(Row(number, slot)) for column in columns]
        ritual = _ritual(slot.item.ritual) if slot.item.ritual is not None else None
        lines, below = _lines(columns, cells), _ritual_lines(ritual) if ritual else 0
        rows.append(
            {
                "is": "item",
                "cells": cells,
                "is_long": lines > PAGE_LINES,
                "is_break": slot.item.kind == ItemKind.BREAK,
                "ritual": ritual,
                "is_ritual_long": below > PAGE_LINES,
                "is_together": lines + below <= PAGE_LINES,
            }
        )
    name = printing.strand_name(part.strand) if part.strand is not None else ""
    return {"name": name, "rows": rows, "sum": _sum(part)}


def _note(slot: Slot) -> str:
    if slot.overlap:
        return _("Overlap: begins %(minutes)s minutes before the item above ends", minutes=slot.overlap)
    return _("Gap of %(minutes)s minutes", minutes=slot.gap)


def _sum(part: Part) -> str:
    fit = part.fit
    line = _("In all: %(minutes)s minutes", minutes=fit.minutes)
    if fit.planned is not None and part.strand is None:
        line = " ".join([line, _("of %(planned)s planned", planned=fit.planned)])
    if fit.untimed:
        line = ", ".join([line, _("%(num)s items without a duration", num=fit.untimed)])
    return line + "."


def _lines(columns: list[Column], cells: list[list[Piece]]) -> float:
    """How many lines the highest cell may take."""
    shared = sum(column.share for column in columns)
    highest = 0.0
    for column, cell in zip(columns, cells, strict=True):
        if column.share:
            letters = (ROOM_MM * column.share / shared - 3) / LETTER_MM
            highest = max(highest, sum(_height(piece, letters) for piece in cell))
    return highest


def _height(piece: Piece, letters: float) -> float:
    size = 1.5 if piece["as"] == "line" else 1
    words = piece["text"] + piece["label"]
    return size * sum(1 + len(line) * size // letters for line in words.split("\n"))


def _ritual_lines(ritual: dict[str, Any]) -> float:
    facts = sum(len(words) + len(label) for label, words in ritual["facts"])
    people = sum(1 + max(len(cell) for cell in person[2:]) // 24 for person in ritual["people"])
    return 3 + (len(ritual["title"]) + facts) // 100 + people


# --- The cells ----------------------------------------------------------------------------------------------


def _number(row: Row) -> list[Piece]:
    pieces = [_piece("strong", f"{row.number}")]
    return [*pieces, _piece("cue", row.item.cue)] if row.item.cue else pieces


def _time(row: Row) -> list[Piece]:
    """From and to, marked when pinned, and how long."""
    slot, pieces = row.slot, []
    if slot.start is not None:
        start, end = text.time_of_day(slot.start), text.time_of_day(slot.end) if slot.end else None
        if row.item.pinned_at is not None:
            pieces = [_piece("strong", _("at exactly %(time)s", time=start))]
            pieces += [_piece("plain", _("to %(time)s", time=end))] if end else []
        else:
            pieces = [_piece("strong", f"{start} – {end}" if end else _("from %(time)s", time=start))]
    elif row.item.pinned_at is not None:
        pieces = [_piece("strong", _("at exactly %(time)s", time=f"{row.item.pinned_at:%H:%M}"))]
    minutes = row.item.duration_minutes
    length = _("%(minutes)s minutes", minutes=minutes) if minutes is not None else _("no duration yet")
    return [*pieces, _piece("small", length)]


def _what(row: Row) -> list[Piece]:
    return [_piece("strong", row.item.title)]


def _who(row: Row) -> list[Piece]:
    """Person and position, and the bridge that speaks."""
    return [*_person(row), *_office(row), *_bridge(row)]


def _person(row: Row) -> list[Piece]:
    return _pieces("strong", _named(row.item.speaker or "", row.item.person))


def _named(words: str, person: Any) -> str:
    """The words of the programme with the name of the person, where they do not say it themselves."""
    if person is None or text.fold(person.full_name) in text.fold(words):
        return words
    return f"{words.rstrip(' .')}: {person.full_name}" if words else person.full_name


def _office(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.position)


def _bridge(row: Row) -> list[Piece]:
    return _pieces("from", printing.bridge(row.item.site))


def _who_and_bridge(row: Row) -> list[Piece]:
    """As `_who`, with the main hall named too: the line must be switched to somewhere."""
    bridge = _bridge(row) or [_piece("from", _("main hall"))]
    return [*_person(row), *_office(row), *bridge]


def _mc_line(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.mc_line)


def _aloud(row: Row) -> list[Piece]:
    return _pieces("line", row.item.mc_line)


def _engineering(row: Row) -> list[Piece]:
    return [
        *_pieces("plain", row.item.sound_note, _("Sound")),
        *_pieces("plain", row.item.light_note, _("Light")),
        *_pieces("plain", row.item.screen_note, _("Screen")),
        *_pieces("plain", row.item.line_note, _("Transmission line")),
    ]


def _sound(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.sound_note)


def _light(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.light_note)


def _screen(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.screen_note)


def _line(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.line_note)


def _reception(row: Row) -> list[Piece]:
    return _pieces("plain", row.item.reception_note)


def _reception_and_notes(row: Row) -> list[Piece]:
    return [
        *_pieces("plain", row.item.reception_note, _("Reception")),
        *_pieces("plain", row.item.note, _("Note")),
    ]


def _piece(how: str, words: str, label: str = "") -> Piece:
    return {"as": how, "text": words, "label": f"{label}:" if label else ""}


def _pieces(how: str, words: str | None, label: str = "") -> list[Piece]:
    return [_piece(how, words.strip(), label)] if words and words.strip() else []


NUMBER = Column(_l("No., cue"), "14mm", _number)
TIME = Column(_l("Time"), "28mm", _time)
COLUMNS = {
    View.MASTER: [
        NUMBER,
        TIME,
        Column(_l("Item"), "1.1fr", _what),
        Column(_l("Who, position, bridge"), "0.95fr", _who),
        Column(_l("MC line"), "1.5fr", _mc_line),
        Column(_l("Engineering: sound, light, screen, line"), "1.2fr", _engineering),
        Column(_l("Reception"), "0.95fr", _reception),
    ],
    View.MC: [
        NUMBER,
        TIME,
        Column(_l("Item"), "1fr", _what),
        Column(_l("Who, position"), "0.85fr", _who),
        Column(_l("MC line"), "2.6fr", _aloud),
    ],
    View.TECHNICIAN: [
        NUMBER,
        TIME,
        Column(_l("Item"), "1.2fr", _what),
        Column(_l("Who speaks, from which bridge"), "1.05fr", _who_and_bridge),
        Column(_l("Sound"), "1fr", _sound),
        Column(_l("Light"), "0.85fr", _light),
        Column(_l("Screen"), "1fr", _screen),
        Column(_l("Transmission line"), "0.85fr", _line),
    ],
    View.RECEPTION: [
        NUMBER,
        TIME,
        Column(_l("Item"), "1.4fr", _what),
        Column(_l("Who"), "1fr", _person),
        Column(_l("Position, bridge"), "1fr", lambda row: [*_office(row), *_bridge(row)]),
        Column(_l("Reception"), "1.5fr", _reception),
    ],
}
NOTES = Column(_l("Reception, notes"), "0.95fr", _reception_and_notes)
"""In the organizers' own, in place of its last column."""


# --- Rituals ------------------------------------------------------------------------------------------------


def _ritual_columns() -> list[str]:
    return [
        _("No."), _("Part"), _("Who"), _("Position, organization"),
        _("Where to stand"), _("Cue"),
    ]  # fmt: skip


def _ritual(ritual: Any) -> dict[str, Any]:
    """Who presses, signs, witnesses, in order, each with where to stand and on which cue."""
    facts = []
    if ritual.subject:
        facts.append([_("What is signed or launched"), ritual.subject])
    if ritual.copies:
        facts.append([_("Copies to sign"), f"{ritual.copies:02d}"])
    if ritual.setting:
        facts.append([_("What stands ready"), ritual.setting])
    order = list(RitualRole)
    people = sorted(ritual.participants, key=lambda one: (order.index(RitualRole(one.role)), one.number))
    return {
        "title": ritual.title,
        "facts": facts,
        "people": [
            [
                f"{number}",
                str(ROLES[RitualRole(one.role)]),
                _named(one.text, one.person),
                ", ".join(part for part in (one.position, one.organization_name) if part),
                one.stands_at or "",
                one.cue or "",
            ]
            for number, one in enumerate(people, 1)
        ],
    }
