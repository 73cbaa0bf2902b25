"""Fill in the sites of an event from those of an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock_open
from eventsvc.sites import bulk_operations, copy_queries, operations, readiness_queries, report_queries
from eventsvc.sites.copy_proposals import fillings
from eventsvc.sites.models import Site
from eventsvc.sites.readiness_models import ReadinessRule
from eventsvc.sites.report_models import CheckItem, CountGroup, SiteCheck

RULE = ("number", "gate", "level", "days_before", "at_minutes", "minutes_before", "remind_hours")


class ChecklistInUse(DomainError):
    code = "checklist_in_use"


@dataclass(frozen=True)
class CopyChoice:
    """Which earlier site each site learns from (ids, the new one first), and how far it goes."""

    pairs: Mapping[int, int]
    overwrites: bool = False
    with_contacts: bool = False
    with_lists: bool = False


@atomic()
def copy_sites(event: Event, source: Event, choice: CopyChoice, *, by: Any) -> int:
    """Fill in the sites from those of the earlier event, which stays as it is; how many sites were changed.

    Only what is empty, unless the choice overwrites. A pair that is not proposed is refused, and nothing is written.
    With another contact a site that has a link gets another one. `with_lists`: the checklist, the kinds of people and
    the rules of the earlier event take the place of this one's; ChecklistInUse when a line has been ticked already.
    """
    lock_open(event)
    known = copy_queries.proposals(event, source)
    offered = {(one.site.id, former.id): former for one in known.found for former in one.choices}
    if any(pair not in offered for pair in choice.pairs.items()):
        raise Invalid(_("These two sites are not the same any more. Look at the proposal again."))
    count = sum(
        _fill(site, offered[site.id, choice.pairs[site.id]], choice, by)
        for site in bulk_operations.hold(event, set(choice.pairs))
    )
    if choice.with_lists:
        _take_lists(event, source)
    if count or choice.with_lists:
        details = {"count": count, "source": source.id, "lists": choice.with_lists}
        record(by, "sites.copied", event, event=event, **details)
    return count


def _fill(site: Site, former: Site, choice: CopyChoice, by: Any) -> bool:
    filled = fillings(site, former, overwrites=choice.overwrites, with_contacts=choice.with_contacts)
    return bool(operations.change(site, {one.name: one.value for one in filled}, by)) if filled else False


def _take_lists(event: Event, source: Event) -> None:
    ticked = sa.select(SiteCheck.id).join(CheckItem).where(CheckItem.event_id == event.id).limit(1)
    if db.session.scalar(ticked) is not None:
        raise ChecklistInUse(
            _("Sites have ticked lines of this event's checklist already, so it cannot be replaced any more.")
        )
    items = [(item.number, item.group, item.text) for item in report_queries.check_items(source)]
    kinds = [(kind.number, kind.name) for kind in report_queries.count_groups(source)]
    rules = [{name: getattr(rule, name) for name in RULE} for rule in readiness_queries.rules_of(source)]
    if items:
        _clear(event, CheckItem)
        db.session.add_all(
            CheckItem(event_id=event.id, number=number, group=group, text=text)
            for number, group, text in items
        )
    if kinds:
        _clear(event, CountGroup)
        db.session.add_all(CountGroup(event_id=event.id, number=number, name=name) for number, name in kinds)
    if rules:
        _clear(event, ReadinessRule)
        db.session.add_all(ReadinessRule(event_id=event.id, **columns) for columns in rules)
    db.session.flush()


def _clear(event: Event, model: Any) -> None:
    db.session.execute(sa.delete(model).where(model.event_id == event.id))
