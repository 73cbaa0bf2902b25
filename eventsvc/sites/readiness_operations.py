"""Every change to the rules of readiness of an event."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites import readiness_queries
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.readiness import USUAL_RULES
from eventsvc.sites.readiness_models import Gate, ReadinessRule

COLUMNS = ("gate", "level", "days_before", "at_minutes", "minutes_before", "remind_hours")
EDITABLE = frozenset(COLUMNS)
MOST_DAYS, MOST_REMIND_HOURS, MOST_RULES = 60, 168, 50
LEAST_MINUTES, MOST_MINUTES = -240, 1440


class RuleExists(DomainError):
    code = "rule_exists"


@atomic()
def add_rule(event: Event, columns: dict[str, Any], *, by: Any) -> ReadinessRule:
    """A new rule. RuleExists when the same is asked of the same sites already."""
    lock_open(event)
    standing = readiness_queries.rules_of(event)
    _require_sense(columns)
    _require_new(standing, columns)
    if len(standing) >= MOST_RULES:
        raise Invalid(_("An event has at most %(most)s rules.", most=MOST_RULES), field="gate")
    rule = ReadinessRule(event=event, number=_next_number(standing), **columns)
    db.session.add(rule)
    db.session.flush()
    record(by, "readiness_rule.added", rule, event=event, gate=rule.gate.value)
    return rule


@atomic()
def edit_rule(
    rule: ReadinessRule, columns: dict[str, Any], *, version: int | None = None, by: Any
) -> ReadinessRule:
    """Change a rule. StaleEdit when `version` is no longer the rule's; RuleExists as with a new one."""
    event = rule.event
    lock_open(event)
    lock(rule, version)
    _require_sense(columns)
    _require_new([each for each in readiness_queries.rules_of(event) if each.id != rule.id], columns)
    changed = assign(rule, columns, EDITABLE)
    if changed:
        record(by, "readiness_rule.edited", rule, event=event, fields=changed)
    return rule


@atomic()
def remove_rule(rule: ReadinessRule, *, by: Any) -> None:
    """Nothing is asked by this rule any more. What sites have reached stays."""
    event = rule.event
    lock_open(event)
    lock(rule)
    record(by, "readiness_rule.removed", rule, event=event, gate=rule.gate.value)
    db.session.delete(rule)


@atomic()
def use_usual_rules(event: Event, *, by: Any) -> int:
    """The usual rules for an event that has none; how many were made. Safe to repeat."""
    lock_open(event)
    if readiness_queries.rules_of(event):
        return 0
    return _lay(event, [{name: columns.get(name) for name in COLUMNS} for columns in USUAL_RULES], by)


@atomic()
def copy_rules(event: Event, source: Event, *, by: Any) -> int:
    """The rules of another event take the place of this one's; how many there are now. Safe to repeat.

    Invalid when the other event has none: rules are never lost by copying nothing.
    """
    lock_open(event)
    wanted = [{name: getattr(rule, name) for name in COLUMNS} for rule in readiness_queries.rules_of(source)]
    if not wanted:
        raise Invalid(_("That event has no rules."), field="source")
    standing = [{name: getattr(rule, name) for name in COLUMNS} for rule in readiness_queries.rules_of(event)]
    if wanted == standing:
        return len(standing)
    db.session.execute(sa.delete(ReadinessRule).where(ReadinessRule.event_id == event.id))
    return _lay(event, wanted, by)


def _lay(event: Event, wanted: list[dict[str, Any]], by: Any) -> int:
    db.session.add_all(
        ReadinessRule(event_id=event.id, number=number, **columns)
        for number, columns in enumerate(wanted, start=1)
    )
    db.session.flush()
    record(by, "readiness_rules.laid", event, event=event, count=len(wanted))
    return len(wanted)


def _require_sense(columns: dict[str, Any]) -> None:
    """Either a day with a time, or minutes; all within bounds that make sense."""
    days, at, minutes = (columns[name] for name in ("days_before", "at_minutes", "minutes_before"))
    if (days is None) == (minutes is None) or (days is None) != (at is None):
        raise Invalid(
            _("Say on which day and at what time, or how many minutes before the start."), field="kind"
        )
    for name, value, least, most in (
        ("days_before", days, 0, MOST_DAYS),
        ("at", at, 0, 24 * 60 - 1),
        ("minutes_before", minutes, LEAST_MINUTES, MOST_MINUTES),
        ("remind_hours", columns["remind_hours"], 1, MOST_REMIND_HOURS),
    ):
        if value is not None and not least <= value <= most:
            raise Invalid(
                _("A whole number from %(least)s to %(most)s, please.", least=least, most=most), field=name
            )


def _require_new(standing: list[ReadinessRule], columns: dict[str, Any]) -> None:
    asked: tuple[Gate, SiteLevel | None] = (columns["gate"], columns["level"])
    if any((rule.gate, rule.level) == asked for rule in standing):
        raise RuleExists(_("There is a rule for this already. Change that one."), field="gate")


def _next_number(standing: list[ReadinessRule]) -> int:
    return max((rule.number for rule in standing), default=0) + 1
