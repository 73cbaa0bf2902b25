"""How the services of the halls stand with the rules."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.halls.models import Service, ServiceState
from eventsvc.halls.services import PASSED_AT
from eventsvc.sites.models import Site
from eventsvc.sites.readiness_models import ReadinessRule
from eventsvc.sites.readiness_queries import Figures


def service_figures(
    event: Event, rules: Sequence[ReadinessRule], site_ids: Collection[int] | None = None
) -> dict[int, Figures]:
    """How the services of the halls within reach stand with each rule for services, by the id of the rule, in one
    query. A service that is done, and one of a site that has closed, are not asked any more."""
    asked = [rule for rule in rules if rule.gate in PASSED_AT]
    if not asked:
        return {}
    is_over = sa.or_(Service.state == ServiceState.DONE, Site.closed_at.is_not(None))
    columns = []
    for rule in asked:
        concerned = Site.level == rule.level if rule.level is not None else sa.true()
        has_passed = getattr(Service, PASSED_AT[rule.gate]).is_not(None)
        columns += [
            _number(concerned),
            _number(sa.and_(concerned, has_passed)),
            _number(sa.and_(concerned, ~has_passed, is_over)),
        ]
    statement = (
        sa.select(*columns).select_from(Service).join(Service.site).where(Service.event_id == event.id)
    )
    if site_ids is not None:
        statement = statement.where(Service.site_id.in_(site_ids))
    row = db.session.execute(statement).one()
    return {rule.id: Figures(*row[3 * place : 3 * place + 3]) for place, rule in enumerate(asked)}


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
