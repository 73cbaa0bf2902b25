"""Which sites have not reached in time what they should have reached."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.sites import readiness
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.readiness import AT_SITES, Due
from eventsvc.sites.readiness_models import ReadinessRule


def rules_of(event: Event) -> list[ReadinessRule]:
    """The rules of an event, in order."""
    statement = sa.select(ReadinessRule).where(ReadinessRule.event_id == event.id)
    return list(db.session.scalars(statement.order_by(ReadinessRule.number, ReadinessRule.id)))


def dues_of(event: Event) -> list[Due]:
    """The rules of an event with the moments they mean now: they move with the event."""
    return readiness.dues(rules_of(event), event.starts_at)


def missed_number(dues: Sequence[Due], now: datetime) -> sa.ColumnElement[int]:
    """How many rules a site has missed, as an expression to order and filter by: equals `readiness.missed`."""
    late = [_is_late(due) for due in dues if due.at <= now and due.rule.gate in AT_SITES]
    if not late:
        return sa.literal(0)
    total = sum((sa.case((one, 1), else_=0) for one in late[1:]), sa.case((late[0], 1), else_=0))
    return sa.case((Site.closed_at.is_not(None), 0), else_=total)


def first_missed(dues: Sequence[Due], now: datetime) -> sa.ColumnElement[int]:
    """The place among the rules, which stand in the order of their moments, of the first that a site has missed; after
    all of them when it has missed none. To order by: who has been late the longest comes first."""
    late = [(_is_late(due), place) for place, due in enumerate(dues) if _is_over(due, now)]
    if not late:
        return sa.literal(0)
    return sa.case((Site.closed_at.is_not(None), len(dues)), *late, else_=len(dues))


def _is_over(due: Due, now: datetime) -> bool:
    return due.at <= now and due.rule.gate in AT_SITES


def _is_late(due: Due) -> sa.ColumnElement[bool]:
    level = due.rule.level
    concerned = Site.level == level if level is not None else Site.level != SiteLevel.MAIN
    return sa.and_(concerned, getattr(Site, AT_SITES[due.rule.gate]).is_(None))
