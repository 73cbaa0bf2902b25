"""Everything that one site has reported, for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc.db import db
from eventsvc.sites import report_queries
from eventsvc.sites.models import Site, SiteStep
from eventsvc.sites.readiness import AT_SITES, Due
from eventsvc.sites.report_models import CheckItem, Fault, HeadCount, SiteCheck

SHOWN_STEPS, SHOWN_COUNTS = 50, 20


class GateOfSite(NamedTuple):
    """A rule that concerns the site, and when it was passed; missed when its moment is over and it was not."""

    due: Due
    passed_at: datetime | None
    is_missed: bool


@dataclass(frozen=True)
class SiteRecord:
    gates: list[GateOfSite]
    steps: list[SiteStep]
    faults: list[Fault]
    counts: list[HeadCount]
    items: list[CheckItem]
    checks: dict[int, SiteCheck]


def record_of(site: Site, dues: Sequence[Due], now: datetime) -> SiteRecord:
    """What the site has passed and missed, the newest of its steps and head-counts, its faults and its checklist."""
    counts = (
        sa.select(HeadCount)
        .where(HeadCount.site_id == site.id)
        .options(joinedload(HeadCount.sitting))
        .order_by(HeadCount.id.desc())
    )
    steps = sa.select(SiteStep).where(SiteStep.site_id == site.id)
    return SiteRecord(
        gates=[
            _gate(site, due, now) for due in dues if due.rule.gate in AT_SITES and due.concerns(site.level)
        ],
        steps=list(
            db.session.scalars(steps.order_by(SiteStep.at.desc(), SiteStep.id.desc()).limit(SHOWN_STEPS))
        ),
        faults=report_queries.faults_of_site(site),
        counts=list(db.session.scalars(counts.limit(SHOWN_COUNTS))),
        items=report_queries.check_items(site.event),
        checks=report_queries.checks_of(site),
    )


def _gate(site: Site, due: Due, now: datetime) -> GateOfSite:
    passed_at = getattr(site, AT_SITES[due.rule.gate])
    return GateOfSite(due, passed_at, passed_at is None and due.at <= now and site.closed_at is None)
