"""Who gets a badge, and in which order they are printed."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import protocol_queries, queries
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.rows import chunks
from eventsvc.sites.models import Site
from eventsvc.sites.queries import LEVEL_ORDER

_BY_LEVEL = sa.case({level.value: number for number, level in enumerate(LEVEL_ORDER)}, value=Site.level)


@dataclass(frozen=True)
class Scope:
    """Whom badges are made for; None and nothing mean everybody within reach."""

    site_ids: Collection[int] | None = None
    site_id: int | None = None
    group_id: int | None = None
    rank_id: int | None = None
    q: str = ""
    guest_ids: Collection[int] = ()


def guests_in(event: Event, scope: Scope) -> sa.Select[Guest]:
    """Select those in the scope who have neither declined nor been called back, site by site, by given name."""
    return _selected(event, scope).order_by(_BY_LEVEL, Site.number, Site.id, Person.sort_key, Guest.id)


def count(event: Event, scope: Scope) -> int:
    rows = _selected(event, scope).with_only_columns(sa.func.count(), maintain_column_froms=True)
    return db.session.scalar(rows.options()) or 0


def codes(guest_ids: Collection[int]) -> dict[int, str]:
    """The codes of the live passes, by guest id."""
    found: dict[int, str] = {}
    for ids in chunks(sorted(guest_ids)):
        live = queries.live_passes(ids)
        found |= {guest_id: secrets.unseal(row.code_sealed) for guest_id, row in live.items()}
    return found


def delegates(event: Event, scope: Scope) -> list[Guest]:
    """The same people in the order of protocol, by given name among equals."""
    return list(db.session.scalars(protocol_queries.in_order(_selected(event, scope))))


def by_group(
    groups: Collection[GuestGroup], guests: Collection[Guest]
) -> list[tuple[GuestGroup | None, list[Guest]]]:
    """The people under the groups of the plan, in its order; those in no group last."""
    order: list[GuestGroup | None] = [*groups, None]
    return [(group, [guest for guest in guests if guest.group_id == (group.id if group else None)])
            for group in order]  # fmt: skip


def _selected(event: Event, scope: Scope) -> sa.Select[Guest]:
    statement = (
        sa.select(Guest)
        .join(Guest.person)
        .join(Guest.site)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .options(
            contains_eager(Guest.person).lazyload(Person.contacts),
            contains_eager(Guest.site),
            joinedload(Guest.group),
        )
        .where(
            Guest.event_id == event.id,
            sa.or_(
                Invitation.id.is_(None),
                sa.and_(Invitation.revoked_at.is_(None), Invitation.answer != Answer.DECLINED),
            ),
        )
    )
    for column, wanted in ((Guest.site_id, scope.site_id), (Guest.group_id, scope.group_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if scope.rank_id is not None:
        statement = statement.where(_is_of_rank(scope.rank_id))
    if scope.q.strip():
        statement = statement.where(people.matches(scope.q))
    if scope.guest_ids:
        statement = statement.where(Guest.id.in_(scope.guest_ids))
    return statement if scope.site_ids is None else statement.where(Guest.site_id.in_(scope.site_ids))


def _is_of_rank(rank_id: int) -> sa.ColumnElement[bool]:
    """Whether a guest has this rank: their own, else that of the group, which a substitute does not take over."""
    groups = sa.select(GuestGroup.id).where(GuestGroup.rank_id == rank_id)
    of_group = sa.and_(
        Guest.rank_id.is_(None), Guest.group_id.in_(groups), ~protocol_queries.goes_for_another()
    )
    return sa.or_(Guest.rank_id == rank_id, of_group)
