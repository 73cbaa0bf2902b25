"""Read the state of the sites: a fixed number of statements for one site and for three thousand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins import queries as checkins
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.halls import queries as halls
from eventsvc.halls.models import Service
from eventsvc.invitations import queries as invitations
from eventsvc.reports.queries import current_sitting
from eventsvc.reports.site_board import HeadCount, LastStep, LateService, Line, Missed, OpenFault, SiteBoard
from eventsvc.sites import queries as sites
from eventsvc.sites import readiness, readiness_queries
from eventsvc.sites import report_models as reports
from eventsvc.sites.models import Site, SiteLevel, SiteStep
from eventsvc.sites.readiness import Due
from eventsvc.sites.readiness_models import Gate
from eventsvc.sites.report_models import Fault, FaultState

# Columns instead of rows of the mapper: three thousand sites are looked at every two seconds.
_SITE_COLUMNS = (
    Site.id, Site.code, Site.name, Site.level, Site.parent_code, Site.parent_name, Site.cluster, Site.status,
    Site.contact_name, Site.contact_phone, Site.confirmed_at, Site.tested_at, Site.rehearsed_at,
    Site.technician_present_at, Site.ready_at, Site.connected_at, Site.closed_at, Site.counted_at,
)  # fmt: skip


class Entered(NamedTuple):
    """How many people went in first at a site, how many of them it did not expect, and when the last of them did."""

    people: int
    others: int
    last_at: datetime | None


NOBODY = Entered(0, 0, None)


def site_board(
    event: Event,
    sitting: Sitting | None = None,
    entries: Mapping[int, Entered] | None = None,
    expected: Mapping[int, int] | None = None,
) -> SiteBoard:
    """Every site of the event with where it stands and how many people are there at the sitting that matters now, or
    at the one that is given. `entries`: who went in first at each site, and `expected`: how many are to come, for a
    caller who has counted that already."""
    sitting = sitting or current_sitting(event)
    now = clock.now()
    dues = readiness_queries.dues_of(event)
    faults, steps = _open_faults(event), _last_steps(event)
    expected = invitations.expected(event) if expected is None else expected
    counts = _head_counts(sitting) if sitting else {}
    scans = entries if entries is not None else _scans(event, sitting) if sitting else {}
    lines = []
    for row in _sites(event):
        entered = scans.get(row.id, NOBODY)
        is_below = row.level is SiteLevel.COMMUNE
        lines.append(
            Line(
                code=row.code,
                name=row.name,
                level=row.level,
                district_code=row.parent_code if is_below else None,
                district=row.parent_name if is_below else None,
                cluster=row.cluster,
                status=row.status,
                missed=_missed(row, dues, now),
                faults=tuple(faults.get(row.id, ())),
                last_step=steps.get(row.id),
                reported=counts.get(row.id),
                checked_in=entered.people,
                last_scan_at=entered.last_at,
                others=entered.others,
                expected=expected.get(row.id, 0),
                contact_name=row.contact_name,
                contact_phone=row.contact_phone,
            )
        )
    return SiteBoard(
        sitting_number=sitting.number if sitting else None,
        starts_at=sitting.starts_at if sitting else None,
        as_of=now,
        lines=tuple(lines),
        province_code=event.province_code,
        services=tuple(_services(event, now)),
    )


def _services(event: Event, now: datetime) -> list[LateService]:
    broken = halls.problems(event)
    known = {service.id for service in broken}
    late = [missed for missed in halls.missed_services(event, now) if missed.service.id not in known]
    found: list[tuple[Service, Gate | None, datetime]] = [
        (service, None, service.changed_at) for service in broken
    ]
    found += [(missed.service, missed.due.rule.gate, missed.due.at) for missed in late]
    return [
        LateService(
            site_code=service.site.code,
            site=service.site.name,
            kind=service.kind,
            detail=service.detail,
            agency=service.agency_name,
            gate=gate,
            at=at,
            on_duty_name=service.on_duty_name,
            on_duty_phone=service.on_duty_phone,
            problem=service.problem if gate is None else None,
        )
        for service, gate, at in found
    ]


def _sites(event: Event) -> Sequence[sa.Row[Any]]:
    rows = db.session.execute(
        sa.select(*_SITE_COLUMNS).where(Site.event_id == event.id).order_by(Site.number, Site.id)
    ).all()
    return sorted(rows, key=lambda row: sites.LEVEL_ORDER.index(row.level))


def _missed(row: Any, dues: Sequence[Due], now: datetime) -> tuple[Missed, ...]:
    return tuple(Missed(due.rule.gate, due.at) for due in readiness.missed(row, dues, now))


def _open_faults(event: Event) -> dict[int, list[OpenFault]]:
    rows = db.session.execute(
        sa.select(Fault.site_id, Fault.id, Fault.kind, Fault.state, Fault.raised_at, Fault.owner)
        .where(Fault.event_id == event.id, Fault.state != FaultState.CLEARED)
        .order_by(Fault.raised_at, Fault.id)
    )
    found: dict[int, list[OpenFault]] = {}
    for site_id, *fault in rows:
        found.setdefault(site_id, []).append(OpenFault(*fault))
    return found


def _last_steps(event: Event) -> dict[int, LastStep]:
    newest = (
        sa.select(sa.func.max(SiteStep.id))
        .join(Site, Site.id == SiteStep.site_id)
        .where(Site.event_id == event.id)
        .group_by(SiteStep.site_id)
    )
    columns = (SiteStep.milestone, SiteStep.is_undone, SiteStep.at, SiteStep.by_name)
    rows = db.session.execute(
        sa.select(SiteStep.site_id, *columns, SiteStep.spoke_with.is_not(None)).where(SiteStep.id.in_(newest))
    )
    return {site_id: LastStep(*step) for site_id, *step in rows}


def _scans(event: Event, sitting: Sitting) -> dict[int, Entered]:
    first = checkins.first_entries(sitting)
    rows = db.session.execute(
        sa.select(
            first.c.site_id,
            sa.func.count(),
            sa.func.sum(checkins.is_other(event, first)),
            sa.func.max(first.c.effective_at),
        )
        .join(Site, Site.id == first.c.site_id)
        .outerjoin(Guest, Guest.id == first.c.guest_id)
        .where(Site.event_id == event.id)
        .group_by(first.c.site_id)
    )
    return {site_id: Entered(people, int(others), at) for site_id, people, others, at in rows}


def _head_counts(sitting: Sitting) -> dict[int, HeadCount]:
    """The newest head-count of each site with its parts."""
    newest = (
        sa.select(sa.func.max(reports.HeadCount.id))
        .where(reports.HeadCount.sitting_id == sitting.id)
        .group_by(reports.HeadCount.site_id)
    )
    part, count = reports.HeadCountPart, reports.HeadCount
    parts: dict[int, list[tuple[str, int]]] = {}
    for count_id, name, people in db.session.execute(
        sa.select(part.head_count_id, part.name, part.people)
        .where(part.head_count_id.in_(newest))
        .order_by(part.head_count_id, part.number)
    ):
        parts.setdefault(count_id, []).append((name, people))
    rows = db.session.execute(
        sa.select(
            count.id, count.site_id, count.people, count.counted_at, count.by_name, count.spoke_with
        ).where(count.id.in_(newest))
    )
    return {
        site_id: HeadCount(people, at, tuple(parts.get(count_id, ())), by_name, spoke_with)
        for count_id, site_id, people, at, by_name, spoke_with in rows
    }
