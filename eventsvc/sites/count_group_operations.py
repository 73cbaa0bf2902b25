"""Every change to the kinds of people that the sites of an event count apart."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock, lock_open, renumber
from eventsvc.sites import report_queries
from eventsvc.sites.report_models import CountGroup
from eventsvc.text import same_words

MOST_KINDS, LONGEST_KIND = 12, 120


class LastKind(DomainError):
    code = "last_kind"


@atomic()
def add_kind(event: Event, name: str, *, by: Any) -> CountGroup:
    """A new kind of people, below the others."""
    lock_open(event)
    standing = report_queries.count_groups(event)
    if len(standing) >= MOST_KINDS:
        raise Invalid(_("Sites count at most %(most)s kinds of people.", most=MOST_KINDS), field="name")
    _require_new(standing, name)
    number = max((kind.number for kind in standing), default=0) + 1
    kind = CountGroup(event_id=event.id, number=number, name=name)
    db.session.add(kind)
    db.session.flush()
    record(by, "count_group.added", kind, event=event)
    return kind


@atomic()
def rename_kind(event: Event, kind: CountGroup, name: str, *, version: int | None = None, by: Any) -> None:
    """Another name from now on; head-counts that were reported before keep the name they had. StaleEdit when `version`
    is no longer the kind's."""
    lock_open(event)
    lock(kind, version)
    if kind.name == name:
        return
    _require_new([each for each in report_queries.count_groups(event) if each.id != kind.id], name)
    kind.name = name
    record(by, "count_group.renamed", kind, event=event)


@atomic()
def move_kind(event: Event, kind: CountGroup, *, up: bool, by: Any) -> None:
    """One place up or down; at the end of the list nothing happens."""
    lock_open(event)
    lock(kind)
    kinds = report_queries.count_groups(event)
    place = kinds.index(kind)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(kinds):
        return
    neighbour, own = kinds[other], kind.number
    number = neighbour.number
    neighbour.number = -1  # two may never have the same number, not even for a moment
    db.session.flush()
    kind.number = number
    db.session.flush()
    neighbour.number = own
    record(by, "count_group.moved", kind, event=event)


@atomic()
def remove_kind(event: Event, kind: CountGroup, *, by: Any) -> None:
    """This kind is not counted apart any more; what was reported stays. LastKind: without any, nobody could report."""
    lock_open(event)
    lock(kind)
    kinds = report_queries.count_groups(event)
    if len(kinds) == 1:
        raise LastKind(_("Sites need at least one kind of people to count. Rename this one."))
    record(by, "count_group.removed", kind, event=event)
    db.session.delete(kind)
    db.session.flush()
    renumber([each for each in kinds if each.id != kind.id])


def _require_new(standing: list[CountGroup], name: str) -> None:
    if any(same_words(kind.name) == same_words(name) for kind in standing):
        raise Invalid(_("There is a kind of this name already."), field="name")
