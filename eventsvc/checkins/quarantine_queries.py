"""What was put aside: why, what it said, and the scan that stands under the same number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc.checkins import items, review_queries
from eventsvc.checkins.items import Fault
from eventsvc.checkins.models import Device, QuarantinedScan, Scan
from eventsvc.checkins.review_queries import MOST_SHOWN
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites.models import Site

COMPARED = (
    "code_hash", "guest", "name", "organization", "kind", "annuls", "site", "sitting", "scanned_at", "mode",
    "reason", "seq",
)  # fmt: skip
"""What a put-aside scan said, in the order people ask for it."""


@dataclass(frozen=True)
class Aside:
    """A scan put aside. `said` and `stored`: fields by name, of what came and of the scan that stands under its id;
    `differing`: where the two disagree."""

    row: QuarantinedScan
    said: dict[str, Any]
    stored: dict[str, Any] | None
    settled_by: str | None
    differing: frozenset[str] = field(default_factory=frozenset)


def aside(
    event: Event, site_ids: Collection[int] | None = None, *, settled: bool = False, limit: int = MOST_SHOWN
) -> list[Aside]:
    """What waits, oldest first, or what was settled, latest first. Four statements at most."""
    chosen = review_queries.quarantined(event, site_ids).options(
        contains_eager(QuarantinedScan.device).joinedload(Device.site)
    )
    order: tuple[Any, ...] = (QuarantinedScan.received_at, QuarantinedScan.id)
    if settled:
        chosen = chosen.where(QuarantinedScan.settled_at.is_not(None))
        order = (QuarantinedScan.settled_at.desc(), QuarantinedScan.id.desc())
    else:
        chosen = chosen.where(QuarantinedScan.settled_at.is_(None))
    rows = list(db.session.scalars(chosen.order_by(*order).limit(limit)).unique())
    stored = _stored(
        [row.scan_id for row in rows if row.reason == Fault.CONFLICT.value and row.scan_id], event
    )
    names = review_queries.names_of(row.settled_by_id for row in rows)
    return [_aside(row, stored.get(row.scan_id or ""), names.get(row.settled_by_id or 0)) for row in rows]


def aside_of(
    event: Event, ids: Collection[int], site_ids: Collection[int] | None = None
) -> list[QuarantinedScan]:
    """Those put aside that wait and are in reach."""
    chosen = review_queries.quarantined(event, site_ids).where(
        QuarantinedScan.id.in_(ids), QuarantinedScan.settled_at.is_(None)
    )
    return list(db.session.scalars(chosen.order_by(QuarantinedScan.id)))


def _aside(row: QuarantinedScan, scan: Scan | None, settled_by: str | None) -> Aside:
    said = {name: row.body[name] for name in COMPARED if row.body.get(name) not in (None, "")}
    if scan is None:
        return Aside(row, said, None, settled_by)
    stored = {name: value for name, value in _fields(scan).items() if value not in (None, "")}
    compared = {*said, *stored} - {"mode"} - ({"site", "sitting"} - said.keys())
    differing = {name for name in compared if not _is_same(name, said.get(name), stored.get(name))}
    return Aside(row, said, stored, settled_by, frozenset(differing))


def _fields(scan: Scan) -> dict[str, Any]:
    return {
        "code_hash": scan.code_hash,
        "guest": scan.guest_id if scan.code_hash is None else None,
        "kind": scan.kind.value,
        "annuls": scan.annuls,
        "site": scan.site.code if scan.site else None,
        "sitting": scan.sitting.number if scan.sitting else None,
        "scanned_at": scan.scanned_at,
        "mode": scan.mode.value,
        "reason": scan.reason,
        "seq": scan.seq,
    }


def _is_same(name: str, said: Any, stored: Any) -> bool:
    if name == "scanned_at" and items.moment(said) is not None:
        return items.moment(said) == items.moment(stored)
    return str(said) == str(stored)


def _stored(scan_ids: Collection[str], event: Event) -> dict[str, Scan]:
    if not scan_ids:
        return {}
    scans = db.session.scalars(
        sa.select(Scan)
        .options(joinedload(Scan.site), joinedload(Scan.sitting))
        .where(Scan.event_id == event.id, Scan.scan_id.in_(scan_ids))
    )
    return {scan.scan_id: scan for scan in scans}


def site_names(event: Event, listed: Iterable[Aside]) -> dict[str, str]:
    """The names of the sites that put-aside scans speak of, by code."""
    codes = {str(part["site"]) for one in listed for part in (one.said, one.stored or {}) if part.get("site")}
    if not codes:
        return {}
    rows = db.session.execute(
        sa.select(Site.code, Site.name).where(Site.event_id == event.id, Site.code.in_(codes))
    )
    return {code: name for code, name in rows}
