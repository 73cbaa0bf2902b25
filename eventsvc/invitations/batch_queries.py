"""Whom a batch is for, and what it would write."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.db import db
from eventsvc.deliveries.models import Batch, Delivery, DeliveryState
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.invitations import kinds, queries
from eventsvc.people.models import Contact, ContactKind
from eventsvc.rows import removed
from eventsvc.sites.models import Site


@dataclass(frozen=True)
class Scope:
    """Everybody, or those of one group, site or rank."""

    group: GuestGroup | None = None
    site: Site | None = None
    rank: Rank | None = None

    @property
    def name(self) -> str:
        parts = [each.name for each in (self.group, self.site, self.rank) if each is not None]
        return ", ".join(parts) or _("Everybody")

    def as_dict(self) -> dict[str, int]:
        parts: dict[str, Any] = {"group": self.group, "site": self.site, "rank": self.rank}
        return {word: part.id for word, part in parts.items() if part is not None}


def scope_of(event: Event, stored: dict[str, Any]) -> Scope:
    """The scope as it was stored; NotFound when a part of it was removed since: that leaves nobody, not everybody."""

    def part(model: Any, word: str) -> Any:
        if not stored.get(word):
            return None
        found = db.session.get(model, stored[word])
        if found is None or found.event_id != event.id:
            raise removed()
        return found

    return Scope(part(GuestGroup, "group"), part(Site, "site"), part(Rank, "rank"))


def rank_of(event: Event, rank_id: int) -> Rank | None:
    rank = db.session.get(Rank, rank_id)
    return rank if rank is not None and rank.event_id == event.id else None


def ranks_of(event: Event) -> list[Rank]:
    return list(db.session.scalars(sa.select(Rank).where(Rank.event_id == event.id).order_by(Rank.number)))


def guests_of_rank(event: Event, rank: Rank) -> list[int]:
    """The guests of the rank, by their own or by their group's."""
    of_group = sa.select(GuestGroup.id).where(GuestGroup.event_id == event.id, GuestGroup.rank_id == rank.id)
    rows = sa.select(Guest.id).where(
        Guest.event_id == event.id,
        sa.or_(Guest.rank_id == rank.id, sa.and_(Guest.rank_id.is_(None), Guest.group_id.in_(of_group))),
    )
    return list(db.session.scalars(rows.order_by(Guest.id)))


def to_write(event: Event, kind: str, scope: Scope) -> tuple[int, int]:
    """How many messages a batch would be, and how many people it concerns: some have no address."""
    if kind == kinds.INVITATION:
        guests = guests_of_rank(event, scope.rank) if scope.rank else None
        uninvited = queries.uninvited(event, scope.group, scope.site, guests)
        untold = queries.count(queries.untold(event, scope.group, scope.site, guests))
        return _with_an_address(uninvited) + untold, queries.count(uninvited) + untold
    if kind == kinds.UPDATE:
        overtaken = queries.overtaken(event)
        return overtaken.by_mail, overtaken.total
    found = queries.silent(event) if kind == kinds.REMINDER else queries.thankable(event)
    number = queries.count(found)
    return number, number


def last_told(invitation_ids: Collection[int]) -> dict[int, datetime]:
    """When the last message that left, or may have left, was written for each of these invitations."""
    gone = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.BOUNCED)
    rows = db.session.execute(
        sa.select(Delivery.subject_id, sa.func.max(Delivery.created_at))
        .where(
            Delivery.subject_kind == queries.SUBJECT,
            Delivery.subject_id.in_(invitation_ids),
            Delivery.kind.in_([kinds.INVITATION, kinds.UPDATE]),
            Delivery.state.in_(gone),
        )
        .group_by(Delivery.subject_id)
    )
    return {subject_id: at for subject_id, at in rows}


def without_address(batch: Batch) -> sa.Select[Any]:
    """The guests in the scope of a batch of invitations who cannot be written to."""
    scope = scope_of(batch.event, batch.scope)
    statement = sa.select(Guest).where(
        Guest.event_id == batch.event_id, Guest.is_walk_in.is_(False), ~_has_address()
    )
    if scope.group is not None:
        statement = statement.where(Guest.group_id == scope.group.id)
    if scope.site is not None:
        statement = statement.where(Guest.site_id == scope.site.id)
    if scope.rank is not None:
        statement = statement.where(Guest.id.in_(guests_of_rank(batch.event, scope.rank)))
    return statement.order_by(Guest.id)


def _with_an_address(guests: sa.Select[Any]) -> int:
    return queries.count(guests.where(_has_address()))


def _has_address() -> sa.ColumnElement[bool]:
    return sa.exists().where(Contact.person_id == Guest.person_id, Contact.kind == ContactKind.EMAIL)
