"""What was put aside: why, what it said, whose it is, and the scan that stands under the same number."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock, secrets
from eventsvc.checkins import items, queries, review_queries, rules
from eventsvc.checkins.items import Fault
from eventsvc.checkins.models import Device, QuarantinedScan, Scan, ScanKind
from eventsvc.checkins.review_queries import MOST_SHOWN
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Pass
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

COMPARED = (
    "code_hash", "guest", "name", "organization", "kind", "annuls", "site", "sitting", "scanned_at", "mode",
    "reason", "seq",
)  # fmt: skip
"""What a put-aside scan said, in the order people ask for it."""

NO_CODE = secrets.digest("null")
"""What is kept of a code that was sent empty."""


@dataclass(frozen=True)
class Whose:
    """The person of a scan that was put aside, where and when it was made. `guest` is None when somebody else must
    look after them: then `expected_at` alone is told. `entry`: their first entry, if they are in; `at`, `place` and
    `sitting`: what an entry made of it would say, where that can be known."""

    guest: Guest | None
    expected_at: Site
    is_revoked: bool
    at: datetime | None
    place: Site | None
    sitting: Sitting | None
    entry: Scan | None
    is_entry: bool

    @property
    def may_be_entered(self) -> bool:
        return self.is_entry and None not in (self.guest, self.at, self.place, self.sitting)


@dataclass(frozen=True)
class Aside:
    """A scan put aside. `said` and `stored`: fields by name, of what came and of the scan that stands under its id;
    `differing`: where the two disagree; `whose`: None when nobody of the event is named."""

    row: QuarantinedScan
    said: dict[str, Any]
    stored: dict[str, Any] | None
    settled_by: str | None
    whose: Whose | None = None
    differing: frozenset[str] = field(default_factory=frozenset)


def aside(
    event: Event, site_ids: Collection[int] | None = None, *, settled: bool = False, limit: int = MOST_SHOWN
) -> list[Aside]:
    """What waits, oldest first, or what was settled, latest first. Nine statements at most."""
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
    whose = whose_are(event, rows, site_ids)
    return [
        _aside(row, stored.get(row.scan_id or ""), names.get(row.settled_by_id or 0), whose.get(row.id))
        for row in rows
    ]


def aside_of(
    event: Event, ids: Collection[int], site_ids: Collection[int] | None = None
) -> list[QuarantinedScan]:
    """Those put aside that wait and are in reach."""
    chosen = review_queries.quarantined(event, site_ids).where(
        QuarantinedScan.id.in_(ids), QuarantinedScan.settled_at.is_(None)
    )
    return list(db.session.scalars(chosen.order_by(QuarantinedScan.id)))


def scan_id_of(row: QuarantinedScan) -> str:
    """The id of the entry that is made of a scan put aside: the same however often somebody presses."""
    return str(uuid5(NAMESPACE_URL, f"eventsvc:quarantined-scan:{row.event_id}:{row.id}"))


# --- Whose it is ------------------------------------------------------------------------------------------


class _Named(NamedTuple):
    guest: Guest
    is_revoked: bool


def whose_are(
    event: Event, rows: Sequence[QuarantinedScan], site_ids: Collection[int] | None = None
) -> dict[int, Whose]:
    """Whose scans these are, by the id of the row. Five statements, whatever their number."""
    by_code, by_id = _named(event, rows)
    found = {
        row.id: named
        for row in rows
        if (named := by_code.get(row.body.get("code_hash", "")) or by_id.get(_guest_id(row) or 0))
    }
    if not found:
        return {}
    sites = list(db.session.scalars(sa.select(Site).where(Site.event_id == event.id)))
    by_word: dict[Any, Site] = {site.code: site for site in sites} | {site.id: site for site in sites}
    sittings = queries.sittings_of(event)
    entries = _first_entries(event, {named.guest.id for named in found.values()})
    made = {}
    for row in rows:
        if (named := found.get(row.id)) is None:
            continue
        guest, at = named.guest, _at(row)
        sitting = _sitting(row, sittings, at)
        said = row.body.get("site")
        place = by_word.get(str(said) if said else row.site_id)
        made[row.id] = Whose(
            guest=guest if site_ids is None or guest.site_id in site_ids else None,
            expected_at=guest.site,
            is_revoked=named.is_revoked,
            at=at,
            place=place if place and (site_ids is None or place.id in site_ids) else None,
            sitting=sitting,
            entry=entries.get((guest.id, sitting.id)) if sitting else None,
            is_entry=row.body.get("kind") in (None, ScanKind.ENTRY.value),
        )
    return made


def _named(event: Event, rows: Sequence[QuarantinedScan]) -> tuple[dict[str, _Named], dict[int, _Named]]:
    """The guests named, by the hash of a code and by their ids. Two statements."""
    whole = (
        joinedload(Guest.person, innerjoin=True).lazyload(Person.contacts),
        joinedload(Guest.site, innerjoin=True),
    )
    hashes = {row.body["code_hash"] for row in rows if isinstance(row.body.get("code_hash"), str)}
    ids = {guest_id for row in rows if (guest_id := _guest_id(row)) is not None}
    passes = sa.select(Pass.code_hash, Pass.revoked_at, Guest).join(Guest, Guest.id == Pass.guest_id)
    by_code = db.session.execute(
        passes.where(Guest.event_id == event.id, Pass.code_hash.in_(hashes)).options(*whole)
    )
    guests = sa.select(Guest).where(Guest.event_id == event.id, Guest.id.in_(ids)).options(*whole)
    return (
        {code_hash: _Named(guest, revoked_at is not None) for code_hash, revoked_at, guest in by_code},
        {guest.id: _Named(guest, False) for guest in db.session.scalars(guests)},
    )


def _guest_id(row: QuarantinedScan) -> int | None:
    """The guest found by name, where no code was read."""
    value = row.body.get("guest")
    has_code = row.body.get("code_hash", NO_CODE) != NO_CODE
    return value if not has_code and type(value) is int and 0 < value < 2**31 else None


def _at(row: QuarantinedScan) -> datetime | None:
    """When it was made, by our clock: the device's, corrected as it was last measured; never after it came."""
    said = items.moment(row.body.get("scanned_at"))
    if said is None:
        return None
    offset = row.device.clock_offset_ms if row.device else None
    return min(said + timedelta(milliseconds=offset or 0), row.received_at)


def _sitting(row: QuarantinedScan, sittings: Sequence[Sitting], at: datetime | None) -> Sitting | None:
    named = next((one for one in sittings if one.number == row.body.get("sitting")), None)
    return named or (rules.sitting_at(sittings, at or clock.now()) if sittings else None)


def _first_entries(event: Event, guest_ids: Collection[int]) -> dict[tuple[int, int], Scan]:
    """The first standing entry of each of the guests in each sitting they are in."""
    scans = db.session.scalars(
        sa.select(Scan)
        .options(joinedload(Scan.site))
        .where(
            Scan.guest_id.in_(guest_ids),
            Scan.standing.in_(rules.ADMITTING),
            Scan.scan_id.not_in(queries.annulled(event.id)),
        )
        .order_by(Scan.effective_at.desc(), Scan.scan_id.desc())
    )
    return {(scan.guest_id or 0, scan.sitting_id or 0): scan for scan in scans}


# --- What it said -----------------------------------------------------------------------------------------


def _aside(row: QuarantinedScan, scan: Scan | None, settled_by: str | None, whose: Whose | None) -> Aside:
    said = {name: row.body[name] for name in COMPARED if row.body.get(name) not in (None, "", NO_CODE)}
    if scan is None:
        return Aside(row, said, None, settled_by, whose)
    stored = {name: value for name, value in _fields(scan).items() if value not in (None, "")}
    compared = {*said, *stored} - {"mode"} - ({"site", "sitting"} - said.keys())
    differing = {name for name in compared if not _is_same(name, said.get(name), stored.get(name))}
    return Aside(row, said, stored, settled_by, whose, frozenset(differing))


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
