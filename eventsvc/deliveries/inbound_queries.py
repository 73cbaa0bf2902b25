"""Looking at what came in."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import defer, joinedload

from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, InboundKind, InboundMail, InboundState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.text import clean

BOUNCES = (InboundKind.BOUNCE,)
ANSWERS = (InboundKind.REPLY, InboundKind.COUNTER)
AUTOMATIC = (InboundKind.AUTO_REPLY,)


def by_digest(digest: str) -> InboundMail | None:
    return db.session.scalar(sa.select(InboundMail).where(InboundMail.digest == digest))


def delivery_named(message_ids: Iterable[str]) -> Delivery | None:
    """The newest of our messages among these Message-IDs."""
    wanted = list(message_ids)
    if not wanted:
        return None
    found = sa.select(Delivery).where(Delivery.message_id.in_(wanted)).order_by(Delivery.id.desc())
    return db.session.scalar(found.limit(1))


def newest_event_written_to(address: str) -> int | None:
    """The event of which somebody at this address was written to last."""
    domain = address.rpartition("@")[2]
    if not domain:
        return None
    return db.session.scalar(
        sa.select(Delivery.event_id)
        .where(
            Delivery.domain == domain,
            sa.func.lower(Delivery.recipient) == address,
            Delivery.event_id.is_not(None),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )


def new_ids(kinds: Collection[InboundKind], limit: int = 500) -> list[int]:
    """What nobody has read yet, oldest first."""
    waiting = sa.select(InboundMail.id).where(
        InboundMail.state == InboundState.NEW, InboundMail.kind.in_(kinds)
    )
    return list(db.session.scalars(waiting.order_by(InboundMail.id).limit(limit)))


def within(event: Event, *, with_unknown: bool) -> sa.ColumnElement[bool]:
    """What came in for the event; also what belongs to no event, for those who organize them all."""
    own = InboundMail.event_id == event.id
    return sa.or_(own, InboundMail.event_id.is_(None)) if with_unknown else own


def listed(
    event: Event,
    *,
    with_unknown: bool,
    kinds: Collection[InboundKind] = (),
    state: InboundState | None = None,
    q: str = "",
) -> sa.Select[Any]:
    """What came in, newest first, without the bytes; `q` finds part of an address or a subject."""
    found = (
        sa.select(InboundMail)
        .options(defer(InboundMail.raw), defer(InboundMail.text), joinedload(InboundMail.delivery))
        .where(within(event, with_unknown=with_unknown))
        .order_by(InboundMail.id.desc())
    )
    if kinds:
        found = found.where(InboundMail.kind.in_(kinds))
    if state is not None:
        found = found.where(InboundMail.state == state)
    if words := clean(q):
        found = found.where(
            sa.or_(
                InboundMail.sender.icontains(words, autoescape=True),
                InboundMail.subject.icontains(words, autoescape=True),
            )
        )
    return found


def counts(event: Event, *, with_unknown: bool) -> dict[tuple[InboundKind, InboundState], int]:
    rows = db.session.execute(
        sa.select(InboundMail.kind, InboundMail.state, sa.func.count())
        .where(within(event, with_unknown=with_unknown))
        .group_by(InboundMail.kind, InboundMail.state)
    )
    return {(kind, state): number for kind, state, number in rows}


def inbound_or_404(event: Event, inbound_id: int, *, with_unknown: bool) -> InboundMail:
    found = db.session.scalar(
        sa.select(InboundMail)
        .options(joinedload(InboundMail.delivery))
        .where(InboundMail.id == inbound_id, within(event, with_unknown=with_unknown))
    )
    if found is None:
        raise NotFound(_("There is no such message."))
    return found
