"""Which sites must be phoned, in the order in which one phones, and what came of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites import queries, readiness_queries
from eventsvc.sites.call_models import SiteCall
from eventsvc.sites.models import Site, SiteLevel, SiteStatus, SiteStep
from eventsvc.sites.readiness import AT_SITES, Due


def to_phone(
    event: Event,
    site_ids: Collection[int] | None,
    dues: Sequence[Due],
    now: datetime,
    *,
    hours: int = 0,
    rule_id: int | None = None,
    by_district: bool = True,
    **filters: Any,
) -> sa.Select[Site]:
    """Select the sites that have missed a rule, will miss one within so many hours unless they hurry, or are at fault.

    By district, in each the district's own site first; `by_district=False`, where there are none: by cluster. With
    `rule_id` only those that have not passed this one. `filters` as in `queries.sites_of`.
    """
    wanted = queries.sites_of(event, site_ids, **filters)
    until = now + timedelta(hours=hours)
    if rule_id is not None:
        of_rule = [due for due in dues if due.rule.id == rule_id and due.rule.gate in AT_SITES]
        wanted = wanted.where(
            sa.or_(sa.false(), *(readiness_queries.has_not_passed(due) for due in of_rule)),
            Site.closed_at.is_(None),
        )
    else:
        wanted = wanted.where(
            sa.or_(readiness_queries.missed_number(dues, until) > 0, Site.status == SiteStatus.FAULT)
        )
    return wanted.order_by(None).order_by(*_order(by_district))


def last_calls(site_ids: Collection[int]) -> dict[int, SiteCall]:
    """The newest call to each of these sites, by the id of the site, in one query."""
    newest = (
        sa.select(sa.func.max(SiteCall.id)).where(SiteCall.site_id.in_(site_ids)).group_by(SiteCall.site_id)
    )
    return {
        call.site_id: call for call in db.session.scalars(sa.select(SiteCall).where(SiteCall.id.in_(newest)))
    }


def last_steps(site_ids: Collection[int]) -> dict[int, SiteStep]:
    """The newest step of each of these sites, by the id of the site, in one query."""
    newest = (
        sa.select(sa.func.max(SiteStep.id)).where(SiteStep.site_id.in_(site_ids)).group_by(SiteStep.site_id)
    )
    return {
        step.site_id: step for step in db.session.scalars(sa.select(SiteStep).where(SiteStep.id.in_(newest)))
    }


def _order(by_district: bool) -> list[sa.ColumnElement[Any]]:
    main_first = sa.case((Site.level == SiteLevel.MAIN, 0), else_=1)
    others_last = sa.case((Site.level == SiteLevel.OTHER, 1), else_=0)
    if not by_district:
        return [main_first, Site.cluster.is_(None), Site.cluster, others_last, Site.number, Site.id]
    district = sa.case((Site.level == SiteLevel.COMMUNE, Site.parent_code), else_=Site.code)
    district_first = sa.case((Site.level == SiteLevel.DISTRICT, 0), else_=1)
    return [main_first, others_last, district, district_first, Site.number, Site.id]
