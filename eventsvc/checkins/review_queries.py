"""What somebody must look at: cases with both doors side by side, and what was put aside, beside what is stored.

All of it bounded to the sites in reach; a person seen at two sites is shown to both.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, joinedload

from eventsvc import clock
from eventsvc.accounts.models import User
from eventsvc.checkins import items, queries, rules
from eventsvc.checkins.models import CaseKind, Device, Outcome, QuarantinedScan, ReviewCase, Scan, ScanKind
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Pass
from eventsvc.people.models import Person

MOST_SHOWN = 100


class OpenNumbers(NamedTuple):
    cases: int
    quarantined: int


def open_numbers(event: Event, site_ids: Collection[int] | None = None) -> OpenNumbers:
    """How many cases and how many scans put aside wait for somebody, at the sites in reach. Two statements."""
    waiting = cases(event, site_ids).where(ReviewCase.settled_at.is_(None))
    aside = quarantined(event, site_ids).where(QuarantinedScan.settled_at.is_(None))
    return OpenNumbers(_count(waiting, ReviewCase.id), _count(aside, QuarantinedScan.id))


def _count(statement: sa.Select[Any], column: Any) -> int:
    counted = statement.with_only_columns(column, maintain_column_froms=True).order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def quarantined(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Any]:
    """Select what was put aside, by the sites the devices acted for when they sent it."""
    statement = (
        sa.select(QuarantinedScan)
        .outerjoin(QuarantinedScan.device)
        .where(QuarantinedScan.event_id == event.id)
    )
    return statement if site_ids is None else statement.where(QuarantinedScan.site_id.in_(site_ids))


# --- Cases ------------------------------------------------------------------------------------------------


def cases(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Any]:
    """Select the cases of the event, with their guest. A person belongs to every site where they were seen."""
    statement = sa.select(ReviewCase).where(ReviewCase.event_id == event.id)
    if site_ids is None:
        return statement
    seen = sa.select(Scan.id).where(
        Scan.guest_id == ReviewCase.guest_id,
        Scan.site_id.in_(site_ids),
        Scan.standing.in_(rules.SEEN_AT_A_DOOR),
        sa.or_(Scan.sitting_id == ReviewCase.sitting_id, ReviewCase.sitting_id.is_(None)),
    )
    named = sa.select(Scan.id).where(Scan.scan_id == ReviewCase.scan_id, Scan.site_id.in_(site_ids))
    of_theirs = sa.select(Guest.id).where(Guest.id == ReviewCase.guest_id, Guest.site_id.in_(site_ids))
    return statement.where(sa.or_(seen.exists(), named.exists(), of_theirs.exists()))


@dataclass(frozen=True)
class Side:
    """One door of a case. `by`: who acted there by hand; `is_undone`: it does not count any more; `is_own`: it stands
    at a site in reach, and may be undone by whoever looks."""

    scan: Scan
    by: str | None
    is_undone: bool
    is_own: bool

    @property
    def may_be_undone(self) -> bool:
        return (
            self.is_own
            and not self.is_undone
            and self.scan.kind is ScanKind.ENTRY
            and self.scan.standing in rules.ADMITTING
        )


@dataclass(frozen=True)
class Shown:
    """A case as a person sees it. `revoked_at`: when the pass that went in was revoked; `jumped`: by how much the
    clock of the device and its counter disagree."""

    case: ReviewCase
    sides: list[Side]
    device: Device | None
    settled_by: str | None
    revoked_at: datetime | None
    jumped: timedelta | None
    shows_guest: bool


def shown(
    event: Event,
    site_ids: Collection[int] | None = None,
    *,
    settled: bool = False,
    limit: int = MOST_SHOWN,
) -> list[Shown]:
    """The cases that wait, oldest first, or the settled ones, latest first. Seven statements at most."""
    chosen = cases(event, site_ids).options(
        joinedload(ReviewCase.sitting),
        joinedload(ReviewCase.guest).options(
            joinedload(Guest.person, innerjoin=False).lazyload(Person.contacts), joinedload(Guest.site)
        ),
    )
    order: tuple[Any, ...] = (ReviewCase.opened_at, ReviewCase.id)
    if settled:
        chosen, order = (
            chosen.where(ReviewCase.settled_at.is_not(None)),
            (ReviewCase.settled_at.desc(), ReviewCase.id.desc()),
        )
    else:
        chosen = chosen.where(ReviewCase.settled_at.is_(None))
    return _with_sides(list(db.session.scalars(chosen.order_by(*order).limit(limit))), site_ids)


def case_of(event: Event, case_id: int, site_ids: Collection[int] | None = None) -> ReviewCase:
    found = db.session.scalar(cases(event, site_ids).where(ReviewCase.id == case_id))
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def cases_of(event: Event, ids: Collection[int], site_ids: Collection[int] | None = None) -> list[ReviewCase]:
    """Those of the cases that wait and are in reach."""
    waiting = cases(event, site_ids).where(ReviewCase.id.in_(ids), ReviewCase.settled_at.is_(None))
    return list(db.session.scalars(waiting.order_by(ReviewCase.id)))


def may_undo(case: ReviewCase, scan_id: str, site_ids: Collection[int] | None = None) -> Scan | None:
    """The scan, if it is a side of the case that may be undone by somebody with this reach."""
    [whole] = _with_sides([case], site_ids)
    return next(
        (side.scan for side in whole.sides if side.scan.scan_id == scan_id and side.may_be_undone), None
    )


def _with_sides(listed: list[ReviewCase], site_ids: Collection[int] | None) -> list[Shown]:
    if not listed:
        return []
    behind = _scans_behind(listed)
    scans = [scan for some in behind.values() for scan in some]
    names = names_of(
        {scan.actor_id for scan in scans if _is_by_staff(scan)} | {case.settled_by_id for case in listed}
    )
    undone = queries.undone_among({scan.scan_id for scan in scans})
    revoked = _revocations(listed, behind)
    made = []
    for case in listed:
        sides = [
            Side(
                scan,
                names.get(scan.actor_id or 0) if _is_by_staff(scan) else None,
                scan.scan_id in undone,
                site_ids is None or scan.site_id in site_ids,
            )
            for scan in behind[case.id]
        ]
        of_device = case.kind in (CaseKind.SEQ_FORK, CaseKind.CLOCK_JUMP)
        made.append(
            Shown(
                case,
                sides,
                next((side.scan.device for side in sides if side.scan.device), None) if of_device else None,
                names.get(case.settled_by_id or 0),
                revoked.get(case.id),
                _jump(case, behind[case.id]),
                case.guest is not None and (site_ids is None or case.guest.site_id in site_ids),
            )
        )
    return made


def _scans_behind(listed: Sequence[ReviewCase]) -> dict[int, list[Scan]]:
    """By case, in the order of time: the doors that one person came to; the scans that share a number; the scan at
    which the clock had moved and the one before it. Two statements."""
    whole = (joinedload(Scan.site), joinedload(Scan.device))
    guests = {case.guest_id for case in listed if case.guest_id}
    twins = {
        tuple(int(part) for part in case.subject.split(":"))
        for case in listed
        if case.kind is CaseKind.SEQ_FORK
    }
    forked = [sa.and_(Scan.device_id == device_id, Scan.seq == seq) for device_id, seq in sorted(twins)]
    scans = db.session.scalars(
        sa.select(Scan)
        .options(*whole)
        .where(
            sa.or_(
                sa.and_(
                    Scan.guest_id.in_(guests),
                    Scan.standing.in_(rules.AT_A_DOOR),
                    Scan.kind != ScanKind.ANNUL,
                ),
                Scan.scan_id.in_([case.scan_id for case in listed]),
                *forked,
            )
        )
        .order_by(Scan.effective_at, Scan.id)
    ).all()
    before = _scans_before([case.scan_id for case in listed if case.kind is CaseKind.CLOCK_JUMP], whole)
    return {
        case.id: [*before.get(case.scan_id, []), *(s for s in scans if _belongs(s, case))] for case in listed
    }


def _belongs(scan: Scan, case: ReviewCase) -> bool:
    if case.kind is CaseKind.SEQ_FORK:
        return f"{scan.device_id}:{scan.seq}" == case.subject
    if case.kind is CaseKind.CLOCK_JUMP:
        return scan.scan_id == case.scan_id
    is_theirs = scan.guest_id == case.guest_id and scan.sitting_id == case.sitting_id
    return scan.kind is not ScanKind.ANNUL and is_theirs


def _scans_before(scan_ids: Sequence[str], options: Iterable[Any]) -> dict[str, list[Scan]]:
    """Of each scan the one that its device counted just before it, since it was last started."""
    if not scan_ids:
        return {}
    later, earlier = aliased(Scan), aliased(Scan)
    before = (
        sa.select(earlier.id)
        .where(
            earlier.device_id == later.device_id,
            earlier.boot_id == later.boot_id,
            earlier.mono_ms < later.mono_ms,
        )
        .order_by(earlier.mono_ms.desc(), earlier.id)
        .limit(1)
        .correlate(later)
        .scalar_subquery()
    )
    pairs = (
        sa.select(later.scan_id.label("of"), before.label("before"))
        .where(later.scan_id.in_(scan_ids))
        .subquery()
    )
    rows = db.session.execute(
        sa.select(pairs.c.of, Scan).join(pairs, pairs.c.before == Scan.id).options(*options)
    )
    return {scan_id: [scan] for scan_id, scan in rows}


def _jump(case: ReviewCase, scans: Sequence[Scan]) -> timedelta | None:
    """How far the wall clock of the device moved against its own counter between the two scans."""
    if case.kind is not CaseKind.CLOCK_JUMP or len(scans) < 2:
        return None
    first, last = scans[0], scans[-1]
    began, ended = items.moment(first.scanned_at), items.moment(last.scanned_at)
    if began is None or ended is None or first.mono_ms is None or last.mono_ms is None:
        return None
    return (ended - began) - timedelta(milliseconds=last.mono_ms - first.mono_ms)


def _revocations(listed: Sequence[ReviewCase], behind: dict[int, list[Scan]]) -> dict[int, datetime]:
    passes = {
        case.id: scan.pass_id
        for case in listed
        if case.kind is CaseKind.ADMITTED_REVOKED
        for scan in behind[case.id]
        if scan.standing is Outcome.ADMITTED_REVOKED and scan.pass_id
    }
    if not passes:
        return {}
    rows = db.session.execute(sa.select(Pass.id, Pass.revoked_at).where(Pass.id.in_(set(passes.values()))))
    times = {pass_id: moment for pass_id, moment in rows if moment is not None}
    return {case_id: times[pass_id] for case_id, pass_id in passes.items() if pass_id in times}


def on_the_clock(scanned_at: Any) -> str:
    """A device's own time as its owner reads it, to the second; what is no time stays as it was sent."""
    moment = items.moment(scanned_at)
    if moment is None or not 1900 < moment.year < 9000:
        return str(scanned_at)
    return f"{clock.local(moment):%H:%M:%S %d/%m/%Y}"


def _is_by_staff(scan: Scan) -> bool:
    return scan.actor_kind == User.actor_kind and scan.device_id is None


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    ids = {user_id for user_id in user_ids if user_id is not None}
    if not ids:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {user_id: name or email.partition("@")[0] for user_id, name, email in rows}
