"""The rows behind the figures of a results report: a fixed number of statements, for one site and for 187.

No row names a guest: sites, organizations, tasks and days, as the report itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.invitations import queries as invitations
from eventsvc.invitations.figures import Tally
from eventsvc.link_tests import queries as link_tests
from eventsvc.link_tests.models import LinkTest
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.reports import attendance_queries
from eventsvc.reports.attendance import Attendance
from eventsvc.sites.models import Site
from eventsvc.sites.queries import last_counts, sites_of
from eventsvc.stage import queries as stage

Rows = list[list[Any]]


def gathering(event: Event) -> dict[str, Callable[[], Rows]]:
    """Sites, tests, invitations, guests, agenda: how the rows of each table are read. What several tables need is read
    once."""
    listed = cache(lambda: list(db.session.scalars(sites_of(event))))
    asked = cache(lambda: invitations.tallies(event).by_site)
    found = cache(lambda: attendance_queries.attendance(event, None))
    guests = cache(lambda: _guests(listed(), found(), asked()) if found().lines else [])
    return {
        "sites": lambda: [_site(site) for site in listed()],
        "link_tests": lambda: _link_tests(event),
        "invitations": lambda: _invitations(listed(), asked()),
        "organizations": lambda: _organizations(event),
        "attendance": guests,
        "levels": lambda: _levels(guests()),
        "sittings": lambda: _sittings(event) if found().lines else [],
        "absent": lambda: _absent(found()),
        "agenda": lambda: _agenda(event),
    }


def _site(site: Site) -> list[Any]:
    days = (site.confirmed_at, site.tested_at, site.rehearsed_at, site.ready_at)
    return [site.code, site.name, site.level.value, *map(_day, days), _moment(site.connected_at)]


def _invitations(listed: Sequence[Site], asked: Mapping[int, Tally]) -> Rows:
    return [
        [
            site.code, site.name, site.level.value, tally.guests, tally.sent + tally.handed, tally.accepted,
            tally.declined, tally.tentative + tally.needs_action,
        ]
        for site in listed
        if (tally := asked.get(site.id)) is not None
    ]  # fmt: skip


def _guests(listed: Sequence[Site], found: Attendance, asked: Mapping[int, Tally]) -> Rows:
    counted = _head_counts(listed)
    rows: Rows = []
    for site, row in zip(listed, found.by_site, strict=True):
        sums, registered = row.figures, asked[site.id].accepted if site.id in asked else 0
        rows.append(
            [
                site.code, site.name, site.level.value, sums.invited, registered, sums.present,
                sums.invited - sums.present, sums.excused, sums.unexcused, sums.not_called, sums.walk_ins,
                sums.substitutes, sums.elsewhere, counted.get(site.id),
            ]
        )  # fmt: skip
    return rows


def _head_counts(listed: Sequence[Site]) -> dict[int, int]:
    """What a site said last of how many people are in its hall: by hand, in none of the sums."""
    if not listed:
        return {}
    return {
        site_id: people
        for site_id, (people, _at) in last_counts(listed[0].event, {s.id for s in listed}).items()
    }


def _levels(guests: Rows) -> Rows:
    """The same guests by the level of their site: sums of their rows, so the totals are one."""
    by_level: dict[str, list[Any]] = {}
    for _code, _name, level, invited, registered, present, absent, _e, _u, _n, walk_ins, *_rest in guests:
        sums = by_level.setdefault(level, [level, 0, 0, 0, 0, 0, 0])
        for place, number in enumerate((1, invited, registered, present, absent, walk_ins), start=1):
            sums[place] += number
    return list(by_level.values())


def _sittings(event: Event) -> Rows:
    """Each sitting apart, when there are several: somebody may come to one of them only."""
    standing = event.standing_sittings
    rows: Rows = []
    for sitting in standing if len(standing) > 1 else []:
        sums = attendance_queries.attendance(event, sitting).all
        rows.append(
            [
                sitting.number, sitting.title or "", _moment(sitting.starts_at), sums.invited, sums.present,
                sums.invited - sums.present,
            ]
        )  # fmt: skip
    return rows


def _absent(found: Attendance) -> Rows:
    """The organizations of which nobody came; none of them while nobody at all has come."""
    return [
        [
            one.name, one.figures.invited, one.seats,
            ("excused" if one.excuse.is_excused else "unexcused") if one.excuse else "unknown",
        ]
        for one in (found.absent_organizations if found.all.present else [])
    ]  # fmt: skip


def _link_tests(event: Event) -> Rows:
    found = link_tests.tallies(event)
    rows: Rows = []
    for test in link_tests.link_tests_of(event):
        tally = found.get(test.id, link_tests.Tally())
        rows.append(
            [
                test.kind.value, test.title, _moment(test.starts_at), tally.invited, tally.passed, tally.failed,
                tally.absent, tally.open, _held(test),
            ]
        )  # fmt: skip
    return rows


def _held(test: LinkTest) -> str:
    if test.cancelled_at is not None:
        return "cancelled"
    return "held" if test.starts_at <= clock.now() else "planned"


def _organizations(event: Event) -> Rows:
    named = (
        sa.select(Nomination.organization_invitation_id, sa.func.count().label("number"))
        .where(Nomination.event_id == event.id, Nomination.state == NominationState.ACCEPTED)
        .group_by(Nomination.organization_invitation_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(OrganizationInvitation.name, sa.func.coalesce(named.c.number, 0))
        .outerjoin(named, named.c.organization_invitation_id == OrganizationInvitation.id)
        .where(
            OrganizationInvitation.event_id == event.id,
            OrganizationInvitation.is_invited,
            OrganizationInvitation.revoked_at.is_(None),
        )
        .order_by(OrganizationInvitation.folded, OrganizationInvitation.id)
    )
    return [list(row) for row in rows]


def _agenda(event: Event) -> Rows:
    rows: Rows = []
    for item in stage.actuals(event):
        outcome = "held" if item.started_at else "skipped" if item.is_skipped else "open"
        rows.append(
            [
                item.sitting.title or str(item.sitting.number), item.title, _moment(item.planned_start),
                item.planned_minutes, _moment(item.started_at), _moment(item.ended_at),
                None if item.over is None else round(item.over / 60), outcome,
            ]
        )  # fmt: skip
    return rows


def _day(at: datetime | None) -> str | None:
    return clock.local(at).date().isoformat() if at else None


def _moment(at: datetime | None) -> str | None:
    return clock.local(at).isoformat(timespec="minutes") if at else None
