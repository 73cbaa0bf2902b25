"""Every change to the steps of protocol of an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents.models import SignatureBlock
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.guests import rank_queries
from eventsvc.guests.models import GuestGroup, Rank
from eventsvc.rows import lock, lock_open, renumber

LONGEST_NAME, MOST_RANKS, MOST_WORKDAYS = 200, 50, 60


class RankInUse(DomainError):
    code = "rank_in_use"


@dataclass(frozen=True)
class RankRules:
    """What a rank means for its invitations: by when they go out, whose signature stands under the letter, whether
    substitutes wait for approval; and whether reception is told when one of them comes in."""

    lead_workdays: int | None = None
    signature_block: SignatureBlock | None = None
    substitutes_need_approval: bool = False
    announces_arrival: bool = False


@atomic()
def use_usual_ranks(event: Event, *, by: Any) -> list[Rank]:
    """The usual ranks below those there are; one whose name is there already is left out. Safe to repeat."""
    lock_open(event)
    standing = rank_queries.ranks_of(event)
    names = {text.same_words(rank.name) for rank in standing}
    wanted = [
        columns for columns in rank_queries.usual_ranks() if text.same_words(columns["name"]) not in names
    ]
    _require_room(len(standing) + len(wanted))
    added = [
        Rank(event=event, number=number, **columns)
        for number, columns in enumerate(wanted, start=len(standing) + 1)
    ]
    db.session.add_all(added)
    db.session.flush()
    if added:
        record(by, "ranks.added", event, event=event, count=len(added))
    return added


@atomic()
def add_rank(event: Event, *, name: str, rules: RankRules | None = None, by: Any) -> Rank:
    """A new rank below all others; its name is new."""
    lock_open(event)
    standing = rank_queries.ranks_of(event)
    _require_room(len(standing) + 1)
    rank = Rank(event=event, number=len(standing) + 1, name=_new_name(event, name), **_columns(event, rules))
    db.session.add(rank)
    db.session.flush()
    record(by, "rank.added", rank, event=event)
    return rank


@atomic()
def edit_rank(rank: Rank, *, name: str, rules: RankRules, version: int | None = None, by: Any) -> None:
    """Change a rank. StaleEdit when `version` is no longer the rank's."""
    lock_open(rank.event)
    lock(rank, version)
    rank.name = _new_name(rank.event, name, rank)
    for column, value in _columns(rank.event, rules).items():
        setattr(rank, column, value)
    record(by, "rank.edited", rank, event=rank.event)


@atomic()
def move_rank(rank: Rank, *, up: bool, by: Any) -> None:
    """Exchange a rank with the one above or below it; at the end of the list nothing happens."""
    lock_open(rank.event)
    lock(rank)
    ranks = rank_queries.ranks_of(rank.event)
    here = ranks.index(rank)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ranks):
        return
    other, number = ranks[there], rank.number
    rank.number = 0  # nobody's: two ranks may never have the same number
    db.session.flush()
    other.number, taken = number, other.number
    db.session.flush()
    rank.number = taken
    record(by, "rank.moved", rank, event=rank.event, number=taken)


@atomic()
def remove_rank(rank: Rank, *, by: Any) -> None:
    """Remove a rank that no group and no guest has; those below move up."""
    event = rank.event
    lock_open(event)
    lock(rank)
    if rank_queries.is_used(rank):
        raise RankInUse(_("Groups or people still have this rank. Give them another one first."))
    record(by, "rank.removed", rank, event=event)
    db.session.delete(rank)
    db.session.flush()
    renumber(rank_queries.ranks_of(event))


@atomic()
def give_ranks(event: Event, ranks: Mapping[int, int | None], *, by: Any) -> int:
    """Ranks for guest groups: rank ids by group id, None for no rank. Returns how many groups changed."""
    lock_open(event)
    known = {rank.id for rank in rank_queries.ranks_of(event)}
    if not {rank_id for rank_id in ranks.values() if rank_id is not None} <= known:
        raise Invalid(_("There is no such rank in this event."), field="rank")
    groups = db.session.scalars(
        sa.select(GuestGroup).where(GuestGroup.event_id == event.id, GuestGroup.id.in_(ranks))
    )
    changed = [group for group in groups if group.rank_id != ranks[group.id]]
    for group in changed:
        group.rank_id = ranks[group.id]
    if changed:
        record(by, "ranks.given", event, event=event, groups=[group.id for group in changed])
    return len(changed)


def _columns(event: Event, rules: RankRules | None) -> dict[str, Any]:
    rules = rules or RankRules()
    days, block = rules.lead_workdays, rules.signature_block
    if days is not None and not 0 <= days <= MOST_WORKDAYS:
        raise Invalid(_("Between 0 and %(most)s working days.", most=MOST_WORKDAYS), field="lead_workdays")
    if block is not None and block.host_id != event.host_id:
        raise Invalid(_("This signature belongs to another organization."), field="signature_block")
    return {
        "lead_workdays": days,
        "signature_block_id": block.id if block else None,
        "substitutes_need_approval": rules.substitutes_need_approval,
        "announces_arrival": rules.announces_arrival,
    }


def _new_name(event: Event, name: str, own: Rank | None = None) -> str:
    name = text.clean(name)
    if not name:
        raise Invalid(_("Give the rank a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("This name is too long."), field="name")
    others = [rank for rank in rank_queries.ranks_of(event) if rank is not own]
    if text.same_words(name) in {text.same_words(rank.name) for rank in others}:
        raise Invalid(_("There is a rank of this name already."), field="name")
    return name


def _require_room(number: int) -> None:
    if number > MOST_RANKS:
        raise Invalid(_("At most %(most)s ranks, please.", most=MOST_RANKS))
