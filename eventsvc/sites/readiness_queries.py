"""Which sites have not reached in time what they should have reached."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import readiness
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.readiness import AT_SITES, Due
from eventsvc.sites.readiness_models import ReadinessRule


class Figures(NamedTuple):
    """Of the sites that a rule concerns: how many there are, how many have passed its gate, how many have closed
    without having passed it."""

    concerned: int
    passed: int
    closed: int

    @property
    def open(self) -> int:
        """Those who have missed it, or have it still to come."""
        return self.concerned - self.passed - self.closed


def rules_of(event: Event) -> list[ReadinessRule]:
    """The rules of an event, in order."""
    statement = sa.select(ReadinessRule).where(ReadinessRule.event_id == event.id)
    return list(db.session.scalars(statement.order_by(ReadinessRule.number, ReadinessRule.id)))


def rule_of(event: Event, rule_id: int) -> ReadinessRule:
    """One rule of an event; NotFound when it is another's, or gone."""
    rule = db.session.get(ReadinessRule, rule_id)
    if rule is None or rule.event_id != event.id:
        raise NotFound(_("There is no such rule in this event."))
    return rule


def dues_of(event: Event) -> list[Due]:
    """The rules of an event with the moments they mean now: they move with the event."""
    return readiness.dues(rules_of(event), event.starts_at)


def missed_number(dues: Sequence[Due], now: datetime) -> sa.ColumnElement[int]:
    """How many rules a site has missed, as an expression to order and filter by: equals `readiness.missed`."""
    late = [has_not_passed(due) for due in dues if due.at <= now and due.rule.gate in AT_SITES]
    if not late:
        return sa.literal(0)
    total = sum((sa.case((one, 1), else_=0) for one in late[1:]), sa.case((late[0], 1), else_=0))
    return sa.case((Site.closed_at.is_not(None), 0), else_=total)


def first_missed(dues: Sequence[Due], now: datetime) -> sa.ColumnElement[int]:
    """The place among the rules, which stand in the order of their moments, of the first that a site has missed; after
    all of them when it has missed none. To order by: who has been late the longest comes first."""
    late = [(has_not_passed(due), place) for place, due in enumerate(dues) if _is_over(due, now)]
    if not late:
        return sa.literal(0)
    return sa.case((Site.closed_at.is_not(None), len(dues)), *late, else_=len(dues))


def figures(
    event: Event, rules: Sequence[ReadinessRule], site_ids: Collection[int] | None = None
) -> dict[int, Figures]:
    """How the sites within reach stand with each rule for sites, by the id of the rule, in one query."""
    asked = [rule for rule in rules if rule.gate in AT_SITES]
    if not asked:
        return {}
    columns = []
    for rule in asked:
        passed = getattr(Site, AT_SITES[rule.gate]).is_not(None)
        concerned = _is_concerned(rule)
        closed = sa.and_(concerned, ~passed, Site.closed_at.is_not(None))
        columns += [_number(concerned), _number(sa.and_(concerned, passed)), _number(closed)]
    statement = sa.select(*columns).where(Site.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    row = db.session.execute(statement).one()
    return {rule.id: Figures(*row[3 * place : 3 * place + 3]) for place, rule in enumerate(asked)}


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _is_over(due: Due, now: datetime) -> bool:
    return due.at <= now and due.rule.gate in AT_SITES


def has_not_passed(due: Due) -> sa.ColumnElement[bool]:
    """Whether a site is concerned by the rule and has not passed its gate, as an expression; whatever the time."""
    return sa.and_(_is_concerned(due.rule), getattr(Site, AT_SITES[due.rule.gate]).is_(None))


def _is_concerned(rule: ReadinessRule) -> sa.ColumnElement[bool]:
    return Site.level == rule.level if rule.level is not None else Site.level != SiteLevel.MAIN
