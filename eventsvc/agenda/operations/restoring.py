"""Bring a draft back: to an old release, or to before the last edit. Both put parts of a snapshot into rows."""

from collections.abc import Mapping
from datetime import time
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.agenda import diff, queries, snapshot
from eventsvc.agenda.models import (
    AgendaEdit,
    AgendaItem,
    ItemKind,
    Ritual,
    RitualParticipant,
    RitualRole,
    Strand,
)
from eventsvc.agenda.operations import journal
from eventsvc.agenda.operations.ordering import count_move, put_in_order, standing
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.snapshot import ITEMS, RITUALS, STRANDS, Parts, Row
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events.models import Event, Sitting
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.rows import assign, lock_open
from eventsvc.sites.models import Site


class NothingToUndo(DomainError):
    code = "nothing_to_undo"


class EditedSince(StaleEdit):
    """Someone has edited, or undone, since the page was shown; nothing was undone now."""

    code = "edited_since"


class CannotUndo(DomainError):
    """The rows are not as the edit left them."""

    code = "cannot_undo"


class NothingToRestore(DomainError):
    code = "nothing_to_restore"


@atomic()
def undo(event: Event, edit_id: int, *, by: Any) -> AgendaEdit:
    """Take the last edit back, all of it or nothing; once more goes further back. EditedSince when `edit_id` is not
    the last edit that stands, CannotUndo when something else has changed the same rows since."""
    lock_open(event)
    edit = queries.last_edit(event)
    if edit is None:
        raise NothingToUndo(_("There is no edit left to undo."))
    if edit.id != edit_id:
        raise EditedSince(
            _("Someone has edited the agenda since you saw this page. Look at it again before you undo.")
        )
    if snapshot.only(queries.values(event), edit.after) != edit.after:
        raise CannotUndo(
            _("What this edit changed has been changed again by other means: it can no longer be undone.")
        )
    lost = put(event, edit.before)
    if lost:
        raise CannotUndo(
            _("Something that this edit took away no longer exists: it can no longer be undone.")
        )
    edit.undone_at = clock.now()
    record(by, "agenda.undone", edit, event=event, undone=edit.action)
    return edit


@atomic()
def restore(release: AgendaRelease, *, by: Any) -> int:
    """Make the draft what this release was; one edit, which can be undone. The number of things that it named and
    that are no longer there: a bridge site, a person, a sitting with its items."""
    event = release.event
    lock_open(event)
    difference = diff.between(queries.values(event), release.snapshot)
    if difference.size == 0:
        raise NothingToRestore(_("The draft is already the same as this release."))
    with journal.edit(event, "agenda.restored", title=str(release.number), by=by):
        lost = put(event, difference.now)
        db.session.flush()
    record(
        by, "agenda.restored", release, event=event, number=release.number, rows=difference.size, lost=lost
    )
    return lost


def put(event: Event, parts: Parts) -> int:
    """Bring the rows of a draft that `parts` speaks of to these values: make, change, remove, by key. The number of
    things named that no longer exist; what belongs to a sitting that is gone is left out.

    To be used inside atomic(), with the event locked.
    """
    known = _Known(event, parts)
    _put_strands(event, parts.get(STRANDS, {}))
    movers = _movers(event, parts.get(ITEMS, {}))
    _put_items(event, parts.get(ITEMS, {}), known)
    _put_rituals(event, parts.get(RITUALS, {}), known)
    _remove_items(event, parts.get(ITEMS, {}))
    _place_items(event, parts.get(ITEMS, {}), known)
    _remove_strands(event, parts.get(STRANDS, {}))
    for item in event.agenda_items:
        if item.key in movers:
            count_move(item)
    db.session.expire(event, ["strands", "agenda_items", "rituals"])
    return known.lost


class _Known:
    """The rows that values name, by what they are named with; `lost` counts the names that find nothing."""

    def __init__(self, event: Event, parts: Parts) -> None:
        rows = [row for row in parts.get(ITEMS, {}).values() if row]
        rows += [one for row in parts.get(RITUALS, {}).values() if row for one in row["participants"]]
        self.sittings: dict[int, Sitting] = {sitting.number: sitting for sitting in event.sittings}
        codes = {row.get("site") for row in rows} - {None}
        wanted = sa.select(Site.code, Site.id).where(Site.event_id == event.id, Site.code.in_(codes))
        self._sites: dict[str, int] = dict(db.session.execute(wanted).all())  # type: ignore[arg-type]
        self._people = _existing(Person, {row.get("person_id") for row in rows})
        self._organizations = _existing(Organization, {row.get("organization_id") for row in rows})
        self.lost = sum(
            row["sitting"] not in self.sittings for row in parts.get(ITEMS, {}).values() if row is not None
        )

    def columns(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The foreign keys of a row of values."""
        return {
            "person_id": self._find(self._people, row.get("person_id")),
            "organization_id": self._find(self._organizations, row.get("organization_id")),
        }

    def site_id(self, row: Mapping[str, Any]) -> int | None:
        return self._find(self._sites, row.get("site"))

    def _find(self, known: Mapping[Any, int], name: Any) -> int | None:
        if name is not None and name not in known:
            self.lost += 1
        return known.get(name) if name is not None else None


def _existing(model: Any, ids: set[int | None]) -> dict[int, int]:
    found = db.session.scalars(sa.select(model.id).where(model.id.in_(ids - {None})))
    return {row_id: row_id for row_id in found}


# --- Strands ------------------------------------------------------------------------------------------------


def _put_strands(event: Event, rows: Mapping[str, Row | None]) -> None:
    by_number = {strand.number: strand for strand in event.strands}
    for number, row in sorted(rows.items(), key=lambda pair: int(pair[0])):
        if row is None:
            continue
        strand = by_number.get(int(number))
        columns = {"name": row["name"], "place": row.get("place")}
        if strand is None:
            event.strands.append(Strand(number=int(number), **columns))
        else:
            assign(strand, columns)
    db.session.flush()


def _remove_strands(event: Event, rows: Mapping[str, Row | None]) -> None:
    for strand in list(event.strands):
        if str(strand.number) in rows and rows[str(strand.number)] is None:
            event.strands.remove(strand)
    db.session.flush()


# --- Items --------------------------------------------------------------------------------------------------


def _put_items(event: Event, rows: Mapping[str, Row | None], known: _Known) -> None:
    """Every value but the place, which has a version of its own."""
    by_key = {item.key: item for item in event.agenda_items}
    for key, row in rows.items():
        if row is None or row["sitting"] not in known.sittings:
            continue
        columns = {
            **{name: row[name] for name in snapshot.ITEM if name in row},
            **known.columns(row),
            "kind": ItemKind(row["kind"]),
            "pinned_at": time.fromisoformat(row["pinned_at"]) if row.get("pinned_at") else None,
            "site_id": known.site_id(row),
        }
        item = by_key.get(key)
        if item is None:
            sitting = known.sittings[row["sitting"]]
            made = AgendaItem(key=key, number=row["number"], sitting=sitting, **columns)
            event.agenda_items.append(made)
        else:
            assign(item, columns)
    db.session.flush()


def _place_items(event: Event, rows: Mapping[str, Row | None], known: _Known) -> None:
    """Every item at its number; where another one stands there too, the one put back comes first."""
    strands = {strand.number: strand for strand in event.strands}
    by_key = {item.key: item for item in event.agenda_items}
    wanted = {
        by_key[key]: (known.sittings[row["sitting"]], strands.get(row.get("strand")), row["number"])
        for key, row in rows.items()
        if row is not None and key in by_key
    }
    places = {
        (sitting.id, strand.id if strand else None): (sitting, strand)
        for sitting, strand, _n in wanted.values()
    }
    places |= {(item.sitting_id, item.strand_id): (item.sitting, item.strand) for item in wanted}
    for sitting, strand in places.values():
        here = [(wanted[item][2], 0, item) for item in wanted if wanted[item][:2] == (sitting, strand)]
        here += [(item.number, 1, item) for item in standing(event, sitting, strand) if item not in wanted]
        here.sort(key=lambda entry: (entry[0], entry[1], entry[2].id))
        put_in_order([item for _number, _rank, item in here], sitting, strand)


def _remove_items(event: Event, rows: Mapping[str, Row | None]) -> None:
    for item in list(event.agenda_items):
        if item.key in rows and rows[item.key] is None:
            if item.ritual is not None:
                item.ritual.agenda_item = None
            event.agenda_items.remove(item)
    db.session.flush()


def _movers(event: Event, rows: Mapping[str, Row | None]) -> set[str]:
    """The items that will stand elsewhere: whoever saw them in their old place must be told."""
    before = queries.values(event)[ITEMS]
    return {
        key
        for key, row in rows.items()
        if row and key in before and diff.fields(before[key], row, snapshot.PLACE)
    }


# --- Rituals ------------------------------------------------------------------------------------------------


def _put_rituals(event: Event, rows: Mapping[str, Row | None], known: _Known) -> None:
    by_key = {ritual.key: ritual for ritual in event.rituals}
    items = {item.key: item for item in event.agenda_items}
    for key, row in rows.items():
        ritual = by_key.get(key)
        if ritual is not None and (row is None or ritual.agenda_item is not items.get(row.get("item"))):
            ritual.agenda_item = None  # an item holds one ritual: free it before another takes its place
    db.session.flush()
    for key, row in rows.items():
        ritual = by_key.get(key)
        if row is None:
            if ritual is not None:
                event.rituals.remove(ritual)
            continue
        columns = {name: row[name] for name in snapshot.RITUAL if name in row}
        columns["agenda_item"] = items.get(row.get("item"))
        if ritual is None:
            ritual = Ritual(key=key, **columns)
            event.rituals.append(ritual)
        else:
            assign(ritual, columns)
        _put_participants(ritual, row["participants"], known)
    db.session.flush()


def _put_participants(ritual: Ritual, rows: list[Row], known: _Known) -> None:
    wanted = [
        {
            **{name: row.get(name) for name in snapshot.PARTICIPANT},
            **known.columns(row),
            "role": RitualRole(row["role"]),
        }
        for row in rows
    ]
    names = ("role", *snapshot.PARTICIPANT)
    if [{name: getattr(one, name) for name in names} for one in ritual.participants] == [
        {name: row[name] for name in names} for row in wanted
    ]:
        return
    ritual.participants.clear()
    db.session.flush()
    ritual.participants.extend(RitualParticipant(**row) for row in wanted)
