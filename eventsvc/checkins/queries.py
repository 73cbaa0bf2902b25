"""Who is in, what the doors saw, which devices there are: read from the scans, never from a running total."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from eventsvc import clock
from eventsvc.checkins import device_queries, rules
from eventsvc.checkins.models import Outcome, ReviewCase, Scan, ScanKind
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries as invitations
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

# --- Who is in ------------------------------------------------------------------------------------------


def annulled(event_id: int) -> sa.Select[Any]:
    """The ids of the scans that somebody has undone who may (`rules.undoes`). Few: read from their own small index,
    not per scan.

    The sum keeps SQLite, which has no statistics, from walking all scans of the event instead.
    """
    undoing, undone = aliased(Scan), aliased(Scan)
    return (
        sa.select(undoing.annuls)
        .join(undone, undone.scan_id == undoing.annuls)
        .where(
            undoing.annuls.is_not(None),
            undoing.event_id + 0 == event_id,
            sa.or_(undoing.site_id.is_(None), undoing.site_id == undone.site_id),
        )
    )


def undone_among(scan_ids: Collection[str]) -> set[str]:
    """Those of the scans that somebody has undone who may."""
    undoing, undone = aliased(Scan), aliased(Scan)
    rows = db.session.scalars(
        sa.select(undone.scan_id)
        .join(undoing, undoing.annuls == undone.scan_id)
        .where(
            undone.scan_id.in_(scan_ids),
            sa.or_(undoing.site_id.is_(None), undoing.site_id == undone.site_id),
        )
    )
    return set(rows)


def _standing_entries(sitting: Sitting) -> sa.Select[Any]:
    """Every scan that lets somebody into the sitting, numbered from each person's first."""
    number = sa.func.row_number().over(partition_by=Scan.guest_id, order_by=(Scan.effective_at, Scan.scan_id))
    return sa.select(Scan.id, Scan.guest_id, Scan.site_id, Scan.effective_at, number.label("number")).where(
        Scan.sitting_id == sitting.id,
        Scan.guest_id.is_not(None),
        Scan.kind == ScanKind.ENTRY,
        Scan.standing.in_(rules.ADMITTING),
        Scan.scan_id.not_in(annulled(sitting.event_id)),
    )


def first_entries(sitting: Sitting, guest_ids: sa.Select[tuple[int]] | None = None) -> sa.Subquery:
    """The first standing entry of everybody who is in, or of those guests who are: id, guest_id, site_id,
    effective_at."""
    standing = _standing_entries(sitting)
    entries = (standing if guest_ids is None else standing.where(Scan.guest_id.in_(guest_ids))).subquery()
    columns = [entries.c.id, entries.c.guest_id, entries.c.site_id, entries.c.effective_at]
    return sa.select(*columns).where(entries.c.number == 1).subquery()


def head_counts(event: Event, sitting: Sitting) -> dict[int, int]:
    """How many people are in at each site, counted where they first went in. One statement."""
    first = first_entries(sitting)
    rows = db.session.execute(
        sa.select(first.c.site_id, sa.func.count())
        .join(Site, Site.id == first.c.site_id)
        .where(Site.event_id == event.id)
        .group_by(first.c.site_id)
    )
    return {site_id: count for site_id, count in rows}


def is_other(event: Event, first: sa.Subquery) -> sa.ColumnElement[int]:
    """1 for an entry of somebody whom the site did not expect, 0 for one of its guests; beside the row of the guest."""
    is_own = sa.and_(invitations.is_expected(event), Guest.site_id == first.c.site_id)
    return sa.case((is_own, 0), else_=1)


def other_counts(event: Event, sitting: Sitting) -> dict[int, int]:
    """How many of those in at each site it did not expect: not invited, or on another site's list. One statement."""
    first = first_entries(sitting)
    rows = db.session.execute(
        sa.select(first.c.site_id, sa.func.sum(is_other(event, first)))
        .join(Guest, Guest.id == first.c.guest_id)
        .group_by(first.c.site_id)
    )
    return {site_id: int(others) for site_id, others in rows}


def inside(sitting: Sitting) -> sa.Subquery:
    """Whoever has come in and not left since: guest_id, and site_id and effective_at of their last entry."""
    number = sa.func.row_number().over(
        partition_by=Scan.guest_id, order_by=(Scan.effective_at.desc(), Scan.scan_id.desc())
    )
    moves = (
        sa.select(Scan.guest_id, Scan.site_id, Scan.effective_at, Scan.standing, number.label("number"))
        .where(
            Scan.sitting_id == sitting.id,
            Scan.guest_id.is_not(None),
            Scan.standing.in_({*rules.ADMITTING, Outcome.EXITED}),
            Scan.scan_id.not_in(annulled(sitting.event_id)),
        )
        .subquery()
    )
    return (
        sa.select(moves.c.guest_id, moves.c.site_id, moves.c.effective_at)
        .where(moves.c.number == 1, moves.c.standing != Outcome.EXITED)
        .subquery()
    )


def inside_counts(sitting: Sitting) -> dict[int, int]:
    """How many people are inside now at each site, by those who scan exits too. One statement."""
    now = inside(sitting)
    rows = db.session.execute(sa.select(now.c.site_id, sa.func.count()).group_by(now.c.site_id))
    return {site_id: count for site_id, count in rows}


def is_in(guest_ids: Collection[int], sitting: Sitting) -> set[int]:
    """Those of the guests who are in."""
    first = first_entries(sitting)
    return set(db.session.scalars(sa.select(first.c.guest_id).where(first.c.guest_id.in_(guest_ids))))


def present(
    event: Event, sitting: Sitting, *, q: str = "", site_ids: Collection[int] | None = None
) -> sa.Select[Scan]:
    """The first entries of those who are in, latest first; `q` ignores diacritics."""
    first = first_entries(sitting)
    statement = (
        sa.select(Scan)
        .join(first, first.c.id == Scan.id)
        .join(Scan.guest)
        .join(Guest.person)
        .options(
            contains_eager(Scan.guest).contains_eager(Guest.person),
            joinedload(Scan.site),
            joinedload(Scan.device),
        )
        .where(Scan.event_id == event.id)
        .order_by(Scan.effective_at.desc(), Scan.id.desc())
    )
    if q.strip():
        statement = statement.where(people.matches(q))
    if site_ids is not None:
        statement = statement.where(Scan.site_id.in_(site_ids))
    return statement


def entries_by_guest(guest_ids: Collection[int], sitting: Sitting) -> dict[int, Scan]:
    """The first entry of each of the guests who is in, with its site and device, and who they are.

    Without an inner join to the person, which would have SQLite put all guests together with all people first.
    """
    first = first_entries(sitting, sa.select(Guest.id).where(Guest.id.in_(guest_ids)))
    scans = db.session.scalars(
        sa.select(Scan)
        .join(first, first.c.id == Scan.id)
        .options(
            joinedload(Scan.site),
            joinedload(Scan.device),
            joinedload(Scan.guest).joinedload(Guest.person, innerjoin=False).lazyload(Person.contacts),
        )
    )
    return {scan.guest_id: scan for scan in scans if scan.guest_id is not None}


def scans_of(guest: Guest) -> list[Scan]:
    """Every scan of one guest, latest first, with place and device."""
    return list(
        db.session.scalars(
            sa.select(Scan)
            .options(joinedload(Scan.site), joinedload(Scan.device), joinedload(Scan.sitting))
            .where(Scan.guest_id == guest.id)
            .order_by(Scan.received_at.desc(), Scan.id.desc())
        )
    )


def entries_of(guest: Guest, sitting: Sitting) -> list[Scan]:
    """The entries of one person that stand, in order."""
    entries = _standing_entries(sitting).subquery()
    return list(
        db.session.scalars(
            sa.select(Scan)
            .join(entries, entries.c.id == Scan.id)
            .where(entries.c.guest_id == guest.id)
            .order_by(entries.c.number)
        )
    )


@dataclass(frozen=True)
class SiteRow:
    """One line of the board. `waiting`: scans its devices have made and not yet delivered."""

    site: Site
    expected: int
    present: int
    last_scan_at: datetime | None
    open_cases: int
    waiting: int


def board_rows(event: Event, sitting: Sitting) -> list[SiteRow]:
    """A line for every site in the order of the sites. Six statements, whatever their number."""
    sites = db.session.scalars(
        sa.select(Site).where(Site.event_id == event.id).order_by(Site.number, Site.id)
    )
    expected = invitations.expected(event)
    last = _pairs(
        sa.select(Scan.site_id, sa.func.max(Scan.received_at))
        .where(Scan.sitting_id == sitting.id, Scan.site_id.is_not(None))
        .group_by(Scan.site_id)
    )
    cases = _pairs(
        sa.select(Guest.site_id, sa.func.count())
        .join(ReviewCase, ReviewCase.guest_id == Guest.id)
        .where(ReviewCase.event_id == event.id, ReviewCase.settled_at.is_(None))
        .group_by(Guest.site_id)
    )
    counted = head_counts(event, sitting)
    waiting: dict[int | None, int] = {}
    for device_id, missing in device_queries.undelivered(event).items():
        waiting[device_id[1]] = waiting.get(device_id[1], 0) + missing
    return [
        SiteRow(
            site,
            expected.get(site.id, 0),
            counted.get(site.id, 0),
            last.get(site.id),
            cases.get(site.id, 0),
            waiting.get(site.id, 0),
        )
        for site in sites
    ]


def _pairs(statement: sa.Select[Any]) -> dict[Any, Any]:
    return {key: value for key, value in db.session.execute(statement)}


# --- Lists of the desk ----------------------------------------------------------------------------------


def latest_scans(event: Event, site_ids: Collection[int] | None = None, limit: int = 50) -> list[Scan]:
    """The scans that arrived last, with who, where and by what."""
    statement = (
        sa.select(Scan)
        .options(
            joinedload(Scan.guest).joinedload(Guest.person, innerjoin=False),
            joinedload(Scan.site),
            joinedload(Scan.device),
        )
        .where(Scan.event_id == event.id)
        .order_by(Scan.received_at.desc(), Scan.id.desc())
        .limit(limit)
    )
    if site_ids is not None:
        statement = statement.where(Scan.site_id.in_(site_ids))
    return list(db.session.scalars(statement))


def sittings_of(event: Event) -> list[Sitting]:
    return list(
        db.session.scalars(sa.select(Sitting).where(Sitting.event_id == event.id).order_by(Sitting.number))
    )


def present_sitting(event: Event) -> Sitting | None:
    """The sitting that the desk works on now: whose doors are open, else the nearest."""
    return rules.sitting_at(sittings_of(event), clock.now())
