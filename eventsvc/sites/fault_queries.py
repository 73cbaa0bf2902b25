"""Look up faults with filters, for a list that costs the same for 3 and for 300."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites import report_queries
from eventsvc.sites.models import Site
from eventsvc.sites.report_models import Fault, FaultKind, FaultState
from eventsvc.text import clean, fold


def faults(
    event: Event,
    site_ids: Collection[int] | None = None,
    *,
    q: str | None = None,
    within: str | None = None,
    kind: FaultKind | None = None,
    state: FaultState | None = None,
) -> sa.Select[Fault]:
    """Select faults with their sites and the sessions they come from, in the order of `report_queries.faults_of`: open
    ones first. `q` ignores diacritics: the name or code of the site."""
    statement = (
        report_queries.faults_of(event, site_ids)
        .join(Fault.site)
        .options(contains_eager(Fault.site), joinedload(Fault.link_test))
    )
    if kind is not None:
        statement = statement.where(Fault.kind == kind)
    if state is not None:
        statement = statement.where(Fault.state == state)
    if within:
        statement = statement.where(sa.or_(Site.code == within, Site.parent_code == within))
    if words := clean(q or ""):
        folded = fold(words)
        by_name = Site.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(sa.or_(by_name, Site.code == words))
    return statement


def tally(event: Event, site_ids: Collection[int] | None = None) -> dict[FaultState, int]:
    """How many faults stand in each state."""
    statement = sa.select(Fault.state, sa.func.count()).where(Fault.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(Fault.site_id.in_(site_ids))
    found = {
        FaultState(state): number for state, number in db.session.execute(statement.group_by(Fault.state))
    }
    return {state: found.get(state, 0) for state in FaultState}
