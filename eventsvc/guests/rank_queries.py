"""The steps of protocol of an event, and its guests in that order."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import joinedload

from eventsvc.db import db
from eventsvc.documents.models import SignatureBlock
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.guests import protocol
from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.guests.queries import guests_of

USUAL = Path(__file__).parent / "data" / "usual_ranks.yaml"


@lru_cache(maxsize=1)
def usual_ranks() -> tuple[dict[str, Any], ...]:
    """The usual steps at a provincial ceremony, the highest first, as columns of `Rank`."""
    return tuple(yaml.safe_load(USUAL.read_text("utf-8")))


def ranks_of(event: Event) -> list[Rank]:
    """The highest first."""
    return list(db.session.scalars(sa.select(Rank).where(Rank.event_id == event.id).order_by(Rank.number)))


def rank_of(event: Event, rank_id: int) -> Rank:
    """The rank of this event; otherwise NotFound."""
    return part_of(event, Rank, rank_id)


def sizes(event: Event, site_ids: Collection[int] | None = None) -> dict[int | None, int]:
    """How many guests are of each rank, by its id, their own rank before that of their group; None counts those
    without."""
    rank = sa.func.coalesce(Guest.rank_id, GuestGroup.rank_id)
    statement = (
        sa.select(rank, sa.func.count())
        .select_from(Guest)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .where(Guest.event_id == event.id)
        .group_by(rank)
    )
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    return dict(db.session.execute(statement).all())  # type: ignore[arg-type]


def in_protocol_order(
    event: Event, *, site_ids: Collection[int] | None = None, rank_id: int | None = None, q: str = ""
) -> sa.Select[Guest]:
    """The guests, the highest first; among equals by number, then by group, then by given name."""
    statement = protocol.in_order(guests_of(event, site_ids=site_ids, q=q)).options(
        joinedload(Guest.group).joinedload(GuestGroup.rank), joinedload(Guest.own_rank)
    )
    return statement if rank_id is None else statement.where(protocol.RANK_ID.in_([rank_id]))


def signature_blocks(event: Event) -> list[SignatureBlock]:
    """Who may sign letters of the event's host."""
    return list(
        db.session.scalars(
            sa.select(SignatureBlock)
            .where(SignatureBlock.host_id == event.host_id, SignatureBlock.retired_at.is_(None))
            .order_by(SignatureBlock.name, SignatureBlock.signer)
        )
    )


def is_used(rank: Rank) -> bool:
    """Whether a group or a guest is of this rank."""
    return any(
        db.session.scalar(sa.select(model.id).where(model.rank_id == rank.id).limit(1)) is not None
        for model in (GuestGroup, Guest)
    )
