"""Bring the shipped lists into the database."""

from typing import Any

import sqlalchemy as sa

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.organizations import lists
from eventsvc.organizations.models import Organization, OrganizationAlias
from eventsvc.text import fold


@atomic()
def load_units(*, by: Any = None) -> int:
    """The administrative units of the shipped list; says how many rows changed. Safe to repeat."""
    return _load(lists.units(), by)


@atomic()
def load_agencies(*, by: Any = None) -> int:
    """The agencies of the shipped list with their aliases; says how many rows changed. Safe to repeat."""
    return _load(lists.agencies(), by)


def load_shipped(*, by: Any = None) -> None:
    """The shipped lists, if the database holds no organization yet: commands work right after the migrations."""
    if db.session.scalar(sa.select(Organization.id).limit(1)) is None:
        load_units(by=by)
        load_agencies(by=by)


def _load(listed: tuple[lists.Listed, ...], by: Any) -> int:
    known = {(row.code, row.valid_from): row for row in db.session.scalars(sa.select(Organization))}
    fresh = [entry.columns for entry in listed if entry.key not in known]
    changed = len(fresh)
    for entry in listed:
        if entry.key in known and _differs(known[entry.key], entry.columns):
            changed += 1
            for name, value in entry.columns.items():
                setattr(known[entry.key], name, value)
    if fresh:
        db.session.execute(sa.insert(Organization), fresh)
    _add_aliases(listed)
    if changed:
        record(by, "organizations.loaded", count=changed)
    return changed


def _differs(row: Organization, columns: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


def _add_aliases(listed: tuple[lists.Listed, ...]) -> None:
    """Aliases of the list that are not there yet; those that someone added stay."""
    named = [entry for entry in listed if entry.aliases]
    if not named:
        return
    ids = {
        (code, since): id_
        for id_, code, since in db.session.execute(
            sa.select(Organization.id, Organization.code, Organization.valid_from)
        )
    }
    there = set(
        db.session.execute(sa.select(OrganizationAlias.organization_id, OrganizationAlias.name)).all()
    )
    fresh = [
        {"organization_id": ids[entry.key], "name": alias, "folded": fold(alias)}
        for entry in named
        for alias in entry.aliases
        if (ids[entry.key], alias) not in there
    ]
    if fresh:
        db.session.execute(sa.insert(OrganizationAlias), fresh)
