"""The agenda of a plan: what stands on the stage and beside it, item by item, and the rituals in it."""

from datetime import time
from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.models import AgendaItem, ItemKind, Ritual, RitualParticipant, Strand
from eventsvc.agenda.operations.ordering import put_in_order
from eventsvc.db import db
from eventsvc.events.models import Sitting
from eventsvc.plans import queries
from eventsvc.plans.operations.rows import by_key, matched
from eventsvc.plans.parsing import refusal
from eventsvc.rows import assign, by_place
from eventsvc.sites.models import Site
from eventsvc.sites.queries import sites_of

Data = dict[str, Any]
Place = tuple[Sitting, Strand | None]


def place_agenda(placing: Any, data: Data) -> None:
    """Rows that stand are changed in place; where an item stands is written without making edits of it stale.

    The sites must be there: a bridge that speaks is one of them.
    """
    event = placing.event
    strands = _strands(event, data)
    placed = _items(placing, data, strands)
    for (sitting, strand), items in placed.items():
        put_in_order([item for item, _row in items], sitting, strand)
    _remove_strands(event, len(data["event"].get("strands") or []))
    item_of = {row["ritual"]: item for items in placed.values() for item, row in items if row.get("ritual")}
    _rituals(placing, data.get("rituals") or [], item_of)
    db.session.flush()
    db.session.expire(event, ["agenda_items", "rituals", "strands"])


def _strands(event: Any, data: Data) -> dict[int, Strand]:
    """What goes on beside the stage, by number; one that the plan no longer has may still hold items."""
    wanted = [{"name": row["name"], "place": row.get("place")} for row in data["event"].get("strands") or []]
    surplus = [{"name": row.name, "place": row.place} for row in event.strands[len(wanted) :]]
    by_place(event.strands, Strand, wanted + surplus)
    db.session.flush()
    return {strand.number: strand for strand in event.strands}


def _remove_strands(event: Any, wanted: int) -> None:
    """Those that the plan no longer has, unless an item of an organizer's stands in one."""
    used = {item.strand_id for item in event.agenda_items}
    for strand in reversed(event.strands[wanted:]):
        if strand.id in used:
            return
        event.strands.remove(strand)
        db.session.flush()


def _items(
    placing: Any, data: Data, strands: dict[int, Strand]
) -> dict[Place, list[tuple[AgendaItem, Data]]]:
    """The items by where they stand, in order, each with what the plan says of it."""
    event = placing.event
    sites = {site.code: site for site in db.session.scalars(sites_of(event))} if _has_sites(data) else {}
    standing = sorted(
        event.agenda_items,
        key=lambda item: (item.sitting.number, item.strand.number if item.strand else 0, item.number),
    )
    wanted = [_columns(placing, row, sites) for row in (data.get("agenda") or [])]
    pairs, surplus = matched(standing, wanted, key="title")
    for item in surplus:
        event.agenda_items.remove(item)
    placed: dict[Place, list[tuple[AgendaItem, Data]]] = {}
    for (item, columns), row in zip(pairs, (data.get("agenda") or []), strict=True):
        sitting = event.sittings[(row.get("sitting") or 1) - 1]
        strand = strands[row["strand"]] if row.get("strand") else None
        here = placed.setdefault((sitting, strand), [])
        if item is None:
            item = AgendaItem(sitting=sitting, strand=strand, number=len(here) + 1, **columns)
            event.agenda_items.append(item)
        else:
            assign(item, columns)
        here.append((item, row))
    db.session.flush()
    return placed


def _has_sites(data: Data) -> bool:
    return any(row.get("site") for row in (data.get("agenda") or []))


def _columns(placing: Any, row: Data, sites: dict[str, Site]) -> Data:
    code, pinned = row.get("site"), row.get("pinned")
    if code and code not in sites:
        path = f"agenda[{row['order']}].site"
        message = _("The event has no site with the code “%(code)s”.", code=code)
        raise refusal(message, line=placing.lines.get(path), path=path)
    return {
        "kind": ItemKind(row["kind"]),
        "title": row["text"],
        "speaker": row.get("speaker"),
        "printed_start": row.get("start"),
        "duration_minutes": row.get("duration_min"),
        "pinned_at": time.fromisoformat(pinned) if pinned else None,
        "is_public": row.get("public") is not False,
        "site": sites[code] if code else None,
        **{column: row.get(key) for key, column in queries.ITEM_TEXTS.items()},
    }


def _rituals(placing: Any, rituals: list[Data], item_of: dict[str, AgendaItem]) -> None:
    event = placing.event
    wanted = [
        {
            "key": row["id"],
            "number": number,
            "agenda_item": item_of.get(row["id"]),
            "title": row["title"]["text"],
            "title_cite": row["title"].get("cite"),
            "subject": (row.get("subject") or {}).get("text"),
            "subject_cite": (row.get("subject") or {}).get("cite"),
            "copies": row.get("copies"),
            "setting": row.get("setting"),
            **_expected(row.get("expected_count")),
        }
        for number, row in enumerate(rituals, start=1)
    ]
    for ritual in [ritual for ritual in event.rituals if ritual.agenda_item]:
        if ritual.agenda_item is not item_of.get(ritual.key):
            ritual.agenda_item = None
    db.session.flush()

    def make(columns: Data) -> Ritual:
        ritual = Ritual(**columns)
        event.rituals.append(ritual)
        return ritual

    placed = by_key(event.rituals, wanted, key="key", make=make, remove=event.rituals.remove)
    for ritual, row in zip(placed, rituals, strict=True):
        for section, role in queries.PARTICIPANTS.items():
            people = [_participant(placing, role, who) for who in row.get(section) or []]
            placing.part(ritual.participants, RitualParticipant, "role", role, people)


def _participant(placing: Any, role: Any, who: Data) -> Data:
    return {
        "role": role,
        "text": who["text"],
        "position": who.get("position"),
        "stands_at": who.get("stands_at"),
        "cue": who.get("cue"),
        "organization_name": who.get("org"),
        "organization": placing.organization(who.get("org")),
        "person": placing.person(who.get("person")),
    }


def _expected(count: Any) -> Data:
    counts = count if isinstance(count, dict) else {}
    return {
        "expected_pressers": None if isinstance(count, dict) else count,
        "expected_signatories": counts.get("signatories"),
        "expected_witnesses": counts.get("witnesses"),
    }
