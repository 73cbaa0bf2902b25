"""The one screen of the agenda, whole or only what an edit changed of it.

A form sent by the page's script asks for the changed tables (HX-Request); sent without script it is led back to its
row. Both go through `done` and `refused`.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import material_queries, queries
from eventsvc.agenda.clash_words import sentence
from eventsvc.agenda.clashes import Clash, Code, Level
from eventsvc.agenda.forms import AddForm, LineForm, StrandForm
from eventsvc.agenda.labels import CLASH_MARKS, edit_words
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.agenda.ritual_forms import RitualForm
from eventsvc.agenda.timing import Part
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.text import time_of_day
from eventsvc.web import labels

bp = Blueprint("agenda", __name__)

MOST_SHOWN = 40
"""Warnings in the panel; the rows themselves are marked all."""
_KINDS = {Level.BLOCK: "err", Level.CONFIRM: "warn", Level.HINT: "info"}
# What a row says of itself already, with its minutes.
_SAID_BY_THE_ROW = {Code.OVERLAP, Code.GAP, Code.MATERIAL_NOT_APPROVED}

Words = str | Callable[[list[Part]], str]
"""What was done; a function where it needs the times that the agenda has now."""
Place = tuple[int, int | None]
"""A sitting and what goes on beside it, by id; None is the stage."""


class Mark(NamedTuple):
    """A word in a row about what clashes there, and the warning it leads to."""

    kind: str
    words: str
    anchor: str


class Warnings(NamedTuple):
    """The warnings of one level: all of them counted, some of them told, each with the rows that it is about."""

    level: Level
    kind: str
    count: int
    told: list[tuple[str, str, list[AgendaItem]]]


class Line(NamedTuple):
    """What somebody typed in a row and could not be saved as it was; `conflict` holds the differences."""

    form: LineForm
    conflict: Any = None


def place_of(item: AgendaItem) -> Place:
    return item.sitting_id, item.strand_id


def is_partial() -> bool:
    """Whether the page's script asks for what changed instead of a whole page."""
    return request.headers.get("HX-Request") == "true"


def page(
    event: Event,
    *,
    add: AddForm | None = None,
    strand: StrandForm | None = None,
    ritual: RitualForm | None = None,
    lines: dict[int, Line] | None = None,
    notice: str | None = None,
    status: int = 200,
) -> Any:
    """The whole screen."""
    forms = [form for form in (add, strand, ritual) if form is not None and form.errors]
    board = _board(event)
    items = [slot.item for part in board["parts"] for slot in part.slots]
    return render_template(
        "agenda/index.html",
        **board,
        form=forms[0] if forms else None,
        add=add or AddForm(event, formdata=None),
        strand_form=strand or StrandForm(formdata=None),
        ritual_form=ritual or RitualForm(items, formdata=None),
        lines=lines or {},
        notice=notice,
    ), status


def changed(
    event: Event,
    places: Collection[Place] | None,
    *,
    said: Words | None = None,
    notice: str | None = None,
    add: AddForm | None = None,
    lines: dict[int, Line] | None = None,
    extra: str | None = None,
    status: int = 200,
    **more: Any,
) -> Any:
    """The tables of some places (None: all of them) as they are now, the warnings, and what was done, in words; with
    them the tables whose warnings are no longer those that the page shows, for one person may stand in two places.

    `extra` names a template to answer with besides, for the editor that asked.
    """
    board = _board(event)
    if places is not None:
        seals, known = board["seals"], request.form.get("seals")
        outdated = {place for place in seals if known and seals[place] not in known.split()}
        board["shown"] = [part for part in board["parts"] if _place(part) in {*places, *outdated}]
    words = said(board["parts"]) if callable(said) else said
    context = {"said": words, "notice": notice, "lines": lines or {}, "extra": extra, **more}
    return render_template(
        "agenda/changed.html", **board, add=add or AddForm(event, formdata=None), **context
    ), status


def done(
    event: Event, places: Collection[Place], words: Words, *, anchor: str | None = None, **more: Any
) -> Any:
    """After a change: what changed, or back to the row with the words said there."""
    if is_partial():
        return changed(event, places, said=words, **more)
    flash(words(queries.draft(event)) if callable(words) else words)
    return redirect(url_for("agenda.index", slug=event.slug, _anchor=anchor))


def refused(event: Event, refusal: DomainError) -> Any:
    """The agenda as it is now, with the refusal above it: nothing the person did is shown as done."""
    show: Callable[..., Any] = partial(changed, places=None) if is_partial() else page
    return show(event, notice=str(refusal), status=refusal.status)


def item_or_404(event: Event, item_id: int) -> AgendaItem:
    item = queries.item_of(event, item_id)
    if item is None:
        raise NotFound(_("This item is no longer there: someone else has removed it."))
    return item


def sitting_or_404(event: Event, number: int) -> Sitting:
    for sitting in event.sittings:
        if sitting.number == number:
            return sitting
    raise NotFound(_("There is no such sitting."))


def clock_of(item: AgendaItem, parts: Iterable[Part]) -> str:
    """When an item begins, for what is said after it was moved."""
    starts = [slot.start for part in parts for slot in part.slots if slot.item.id == item.id]
    return time_of_day(starts[0]) if starts and starts[0] is not None else ""


def _place(part: Part) -> Place:
    return part.sitting.id, part.strand.id if part.strand else None


def _board(event: Event) -> dict[str, Any]:
    """Everything that the tables and the warnings show, in a handful of queries."""
    parts, rituals = queries.places(event), queries.rituals_of(event)
    shown = [part for part in parts if part.slots or part.strand is None]
    clashes = queries.clashes(event, shown, rituals)
    marks, warnings = _told(parts, clashes)
    release = queries.last_release(event)
    sees_materials = g.access.to(Permission.RUN_SHOW).covers(event)
    return {
        "event": event,
        "parts": parts,
        "shown": parts,
        "rituals": rituals,
        "marks": marks,
        "seals": {_place(part): _seal(part, marks) for part in parts},
        "warnings": warnings,
        "papers": material_queries.counts_by_item(event) if sees_materials else {},
        "kinds": {kind: str(labels.label(kind)) for kind in ItemKind},
        "last_edit": queries.last_edit(event),
        "edit_words": edit_words,
        "release": release,
        "unreleased": queries.unreleased_changes(event) if release else 0,
    }


def _seal(part: Part, marks: dict[str, list[Mark]]) -> str:
    """A word that tells whether a page shows the warnings which the rows of a table have now."""
    shown = [
        (slot.item.key, mark.kind, mark.words) for slot in part.slots for mark in marks.get(slot.item.key, ())
    ]
    return f"{part.sitting.id}-{part.strand.id if part.strand else 0}-{crc32(repr(shown).encode()):x}"


def _told(parts: Iterable[Part], clashes: Iterable[Clash]) -> tuple[dict[str, list[Mark]], list[Warnings]]:
    items = {slot.item.key: slot.item for part in parts for slot in part.slots}
    marks: dict[str, list[Mark]] = {}
    by_level: dict[Level, list[Clash]] = {Level.BLOCK: [], Level.CONFIRM: [], Level.HINT: []}
    words = {code: str(its) for code, its in CLASH_MARKS.items()}
    for clash in clashes:
        of_level = by_level[clash.level]
        of_level.append(clash)
        if clash.code in _SAID_BY_THE_ROW:
            continue
        anchor = f"{clash.level}-{len(of_level)}" if len(of_level) <= MOST_SHOWN else str(clash.level)
        mark = Mark(_KINDS[clash.level], words[clash.code], anchor)
        for key in dict.fromkeys(clash.keys):
            if all(other.words != mark.words for other in marks.setdefault(key, [])):
                marks[key].append(mark)
    warnings = [
        Warnings(
            level,
            _KINDS[level],
            len(found),
            [
                (f"{level}-{number}", sentence(clash), [items[key] for key in clash.keys if key in items])
                for number, clash in enumerate(found[:MOST_SHOWN], 1)
            ],
        )
        for level, found in by_level.items()
        if found
    ]
    return marks, warnings
