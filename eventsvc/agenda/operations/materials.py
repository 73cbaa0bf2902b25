"""The papers of agenda items: who owes what until when, its versions, how far it is."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock
from eventsvc.agenda import material_queries as queries
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState, MaterialVersion
from eventsvc.agenda.material_rules import (
    SUGGESTED,
    after_new_version,
    after_removed_version,
    due_before,
)
from eventsvc.agenda.models import AgendaItem
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.rows import assign, lock, lock_open

DETAILS = frozenset({"kind", "title", "owner", "organization", "due_on", "note"})
EDITABLE = DETAILS | {"state"}
LONGEST_TITLE = 300


class NothingToApprove(Invalid):
    code = "nothing_to_approve"


class NotTheNewest(DomainError):
    code = "not_the_newest"


class Added(NamedTuple):
    """A version that was added, and how far its material was before."""

    version: MaterialVersion
    was: MaterialState

    @property
    def needs_new_review(self) -> bool:
        return self.was in (MaterialState.REVIEWED, MaterialState.APPROVED)


@atomic()
def add_material(item: AgendaItem, details: Mapping[str, Any], *, by: Any) -> Material:
    """One more thing that an agenda item needs in hand, awaited from its owner."""
    lock_open(item.event)
    material = _new(item, details)
    db.session.add(material)
    db.session.flush()
    record(by, "material.added", material, kind=material.kind.value)
    return material


@atomic()
def add_standard_materials(
    event: Event, kinds: Collection[MaterialKind], *, days_before: int, by: Any
) -> list[Material]:
    """A material for every speech, clip and signing that has none, due so many days before its sitting.

    Safe to repeat; returns the new ones.
    """
    lock_open(event)
    today = clock.today()
    made = [
        _new(
            item,
            {
                "kind": SUGGESTED[item.kind],
                "title": " ".join(item.title.split())[:LONGEST_TITLE],
                "owner": item.speaker,
                "organization": item.organization,
                "due_on": due_before(item, days_before, today),
            },
        )
        for item in queries.items_without(event)
        if SUGGESTED[item.kind] in kinds
    ]
    db.session.add_all(made)
    db.session.flush()
    if made:
        record(by, "materials.added", event, event=event, count=len(made))
    return made


@atomic()
def edit_material(
    event: Event, material: Material, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> Material:
    """Change a material. StaleEdit when somebody else has since, or has added a version to it."""
    lock_open(event)
    lock(material, version)
    _require_something_to_approve(material, changes.get("state"))
    changed = assign(material, changes, EDITABLE)
    if changed:
        db.session.flush()
        state = {"state": material.state.value} if "state" in changed else {}
        record(by, "material.edited", material, fields=changed, **state)
    return material


@atomic()
def remove_material(event: Event, material: Material, *, by: Any) -> None:
    """Take a material out with all its versions."""
    lock_open(event)
    lock(material)
    record(by, "material.removed", material, versions=len(material.versions))
    kept = [version.file for version in material.versions if version.file is not None]
    db.session.delete(material)
    db.session.flush()
    for file in kept:
        db.session.delete(file)


@atomic()
def add_version(
    event: Event,
    material: Material,
    *,
    brought: files.Brought | None = None,
    link: str | None = None,
    note: str | None = None,
    by: Any,
) -> Added:
    """The next version, a file that was taken in or a link. Nobody has reviewed it: the material is a draft again."""
    lock_open(event)
    lock(material)
    was = material.state
    version = MaterialVersion(
        number=_last_number(material) + 1,
        file=files.keep(brought, event=event, by=by) if brought is not None else None,
        link=link,
        note=note,
        added_by_id=user_id(by),
    )
    material.versions.append(version)
    _now(material, after_new_version(was))
    db.session.flush()
    record(by, "material.version_added", material, version=version.number, is_file=brought is not None)
    return Added(version, was)


@atomic()
def remove_version(event: Event, version: MaterialVersion, *, by: Any) -> None:
    """Take the newest version away again, when it was the wrong one; earlier ones stay as they are."""
    material = version.material
    lock_open(event)
    lock(material)
    lock(version)
    if version.number != _last_number(material):
        raise NotTheNewest(_("Only the newest version can be removed; those before it are the record."))
    record(by, "material.version_removed", material, version=version.number)
    file = version.file
    material.versions.remove(version)
    _now(material, after_removed_version(material.state, len(material.versions)))
    db.session.flush()
    if file is not None:
        db.session.delete(file)


def _new(item: AgendaItem, details: Mapping[str, Any]) -> Material:
    material = Material(
        event_id=item.event_id,
        item_key=item.key,
        number=_next_number(item),
        state=MaterialState.AWAITED,
    )
    assign(material, details, DETAILS)
    return material


def _next_number(item: AgendaItem) -> int:
    highest = db.session.scalar(
        sa.select(sa.func.max(Material.number)).where(
            Material.event_id == item.event_id, Material.item_key == item.key
        )
    )
    return (highest or 0) + 1


def _last_number(material: Material) -> int:
    return max((version.number for version in material.versions), default=0)


def _now(material: Material, state: MaterialState) -> None:
    """Its state, and a new edition of the row even when that is the same: who approves has seen the versions."""
    material.state = state
    flag_modified(material, "state")


def _require_something_to_approve(material: Material, state: MaterialState | None) -> None:
    if state in (None, MaterialState.AWAITED, material.state) or material.versions:
        return
    raise NothingToApprove(
        _("There is no version yet to be drafted, reviewed or approved. Add a file or a link first."),
        field="state",
    )
