"""Look up organizations as they were on a day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.organizations.letterhead import Letterhead, letterhead
from eventsvc.organizations.models import Level, Organization, OrganizationAlias, OrganizationKind
from eventsvc.text import clean, fold, place_tones, same_words, sort_key

# The People's Committee of a unit has no row of its own: its name leads to the unit.
_COMMITTEE = re.compile(r"^(?:ubnd|[uủ][yỷ] ban nhân dân)\s+", re.IGNORECASE)
_SHORT_TYPES = ((re.compile(r"^tp\.?\s*(?=\w)", re.IGNORECASE), "thành phố "),
                (re.compile(r"^tx\.?\s*(?=\w)", re.IGNORECASE), "thị xã "),
                (re.compile(r"^tt\.?\s+(?=\w)", re.IGNORECASE), "thị trấn "))  # fmt: skip


class UnknownProvince(Invalid):
    code = "unknown_province"


@dataclass
class Node:
    """A unit with the units below it."""

    organization: Organization
    children: list["Node"] = field(default_factory=list)


def units(province_code: str, level: Level, on: date) -> list[Organization]:
    """The units of one level of a province on a day, by code."""
    return list(db.session.scalars(_units(province_code, on).where(Organization.level == level)))


def children(code: str, on: date) -> list[Organization]:
    """The units directly below a unit on a day, by code; none below Lý Sơn in 2023."""
    below = (Organization.kind == OrganizationKind.UNIT, Organization.parent_code == code, _living(on))
    return list(db.session.scalars(sa.select(Organization).where(*below).order_by(Organization.code)))


def parent(organization: Organization, on: date) -> Organization | None:
    """The unit above on a day; None for a province, and where the parent's own version had not begun."""
    if organization.parent_code is None:
        return None
    above = (
        Organization.kind == OrganizationKind.UNIT,
        Organization.code == organization.parent_code,
        _living(on),
    )
    return db.session.scalar(sa.select(Organization).where(*above))


def committee(province_code: str, on: date) -> Organization | None:
    """The People's Committee of a province on a day."""
    return db.session.scalar(
        sa.select(Organization).where(Organization.code == f"{province_code}-ubnd", _living(on))
    )


def letterhead_of(host: Organization, on: date) -> Letterhead:
    """The host's letterhead; a department of a province has its People's Committee above it."""
    above = committee(host.province_code, on) if host.province_code else None
    return letterhead(host.name, above.name if above else None)


def host_for(province_code: str, on: date) -> Organization:
    """The People's Committee of a province, which hosts its ceremonies. UnknownProvince if there is none."""
    host = committee(province_code, on)
    if host is None:
        raise UnknownProvince(
            _("There is no province with the code %(code)s.", code=province_code), field="province_code"
        )
    return host


def find(name: str, *, on: date, province_code: str | None = None) -> Organization | None:
    """The one organization of this name or alias on a day; None when nobody or more than one bears it.

    Letters and tones must agree; capitals, punctuation and the place of the tone mark need not.
    """
    for spelling in _spellings(clean(name)):
        found = _bearers(spelling, on, province_code)
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def search(
    q: str, *, on: date, province_code: str | None = None, limit: int | None = 50
) -> list[Organization]:
    """Every organization whose name or alias holds the words, whatever the diacritics; exact ones first."""
    folded = fold(q)
    if not folded:
        return []
    named = sa.select(OrganizationAlias.organization_id).where(OrganizationAlias.folded.contains(folded))
    statement = (
        sa.select(Organization)
        .options(selectinload(Organization.aliases))
        .where(sa.or_(Organization.folded.contains(folded), Organization.id.in_(named)), _living(on))
    )
    if province_code is not None:
        statement = statement.where(_near(province_code))
    found = sorted(db.session.scalars(statement), key=lambda organization: _rank(organization, q))
    return found if limit is None else found[:limit]


def tree(province_code: str, on: date) -> Node | None:
    """A province with all its units on a day, each under its parent; None when there is no such province."""
    rows: Iterable[Organization] = db.session.scalars(_units(province_code, on))
    nodes = {row.code: Node(row) for row in rows}
    for node in nodes.values():
        above = nodes.get(node.organization.parent_code or "")
        if above is not None:
            above.children.append(node)
    return next((n for n in nodes.values() if n.organization.level is Level.PROVINCE), None)


def agencies(province_code: str, on: date) -> list[Organization]:
    """Agencies, bodies and collectives of a province and of the whole country, in dictionary order."""
    rows = db.session.scalars(
        sa.select(Organization)
        .options(selectinload(Organization.aliases))
        .where(Organization.kind != OrganizationKind.UNIT, _near(province_code), _living(on))
    )
    return sorted(rows, key=lambda row: sort_key(row.name))


def provinces() -> list[tuple[str, str]]:
    """Code and latest name of every province there is or was."""
    rows = db.session.execute(
        sa.select(Organization.code, Organization.name)
        .where(Organization.level == Level.PROVINCE)
        .order_by(Organization.code, Organization.valid_from)
    )
    return list(dict(rows.all()).items())


def parent_names(organizations: list[Organization], on: date) -> dict[int, str]:
    """The name of the unit above each organization, by the organization's id, in one query."""
    codes = {row.parent_code for row in organizations if row.parent_code}
    above = (Organization.kind == OrganizationKind.UNIT, Organization.code.in_(codes), _living(on))
    names = dict(db.session.execute(sa.select(Organization.code, Organization.name).where(*above)).all())
    return {row.id: names[row.parent_code] for row in organizations if row.parent_code in names}


def _living(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        Organization.valid_from <= on, sa.or_(Organization.valid_to.is_(None), Organization.valid_to >= on)
    )


def _near(province_code: str) -> sa.ColumnElement[bool]:
    return sa.or_(Organization.province_code == province_code, Organization.province_code.is_(None))


def _units(province_code: str, on: date) -> sa.Select[Organization]:
    return (
        sa.select(Organization)
        .where(
            Organization.kind == OrganizationKind.UNIT,
            Organization.province_code == province_code,
            _living(on),
        )
        .order_by(Organization.code)
    )


def _spellings(name: str) -> list[str]:
    """The name, then the unit whose People's Committee it may be, then both with TP, TX, TT written out."""
    names = [name]
    committee = _COMMITTEE.sub("", name)
    if committee != name:
        names.append(committee)
    for short, full in _SHORT_TYPES:
        names += [long for shorter in (name, committee) if (long := short.sub(full, shorter)) != shorter]
    return list(dict.fromkeys(names))


def _bearers(name: str, on: date, province_code: str | None) -> list[Organization]:
    """Who bears the name on the day: the own province before the whole country, a name before an alias."""
    folded, wanted = fold(name), same_words(name)
    if not folded:
        return []
    named = sa.select(OrganizationAlias.organization_id).where(OrganizationAlias.folded == folded)
    statement = (
        sa.select(Organization)
        .options(selectinload(Organization.aliases))
        .where(sa.or_(Organization.folded == folded, Organization.id.in_(named)), _living(on))
    )
    if province_code is not None:
        statement = statement.where(_near(province_code))
    ranked: dict[tuple[bool, bool], list[Organization]] = {}
    for row in db.session.scalars(statement.order_by(Organization.id)):
        is_name = same_words(row.name) == wanted
        if is_name or any(same_words(alias.name) == wanted for alias in row.aliases):
            elsewhere = province_code is not None and row.province_code != province_code
            ranked.setdefault((elsewhere, not is_name), []).append(row)
    return ranked[min(ranked)] if ranked else []


def _rank(organization: Organization, q: str) -> tuple[Any, ...]:
    wanted = place_tones(clean(q)).casefold()
    writings = [place_tones(organization.name), *(place_tones(alias.name) for alias in organization.aliases)]
    exact = any(wanted in writing.casefold() for writing in writings)
    return (
        not exact,
        organization.kind is OrganizationKind.COLLECTIVE,
        sort_key(organization.name),
        organization.id,
    )
