"""Look up journalists who ask to work at a campaign."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import clock, secrets, text
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState
from eventsvc.campaigns.finding import is_contact
from eventsvc.db import db
from eventsvc.events.models import Event, EventKind
from eventsvc.events.queries import part_of

SUBJECT = "accreditation"
LONGEST_TOKEN = 64


def accreditations_of(
    event: Event,
    *,
    state: AccreditationState | None = None,
    q: str = "",
    ids: Collection[int] | None = None,
    contacts: bool = False,
) -> list[Accreditation]:
    """Those of an event by outlet and name; `q` ignores diacritics, and looks for `contacts` where they may be seen."""
    statement = sa.select(Accreditation).where(Accreditation.event_id == event.id)
    if state is not None:
        statement = statement.where(Accreditation.state == state)
    if ids is not None:
        statement = statement.where(Accreditation.id.in_(ids))
    found = sorted(
        db.session.scalars(statement),
        key=lambda one: (text.sort_key(one.outlet), text.name_key(one.name), one.number),
    )
    if q.strip():
        folded = text.fold(q)
        found = [
            one
            for one in found
            if (folded and folded in text.fold(f"{one.name} {one.outlet}"))
            or (contacts and is_contact(q, one.phone, one.email))
        ]
    return found


def counts(event: Event) -> dict[AccreditationState, int]:
    """How many of each state, in one query."""
    counted = db.session.execute(
        sa.select(Accreditation.state, sa.func.count())
        .where(Accreditation.event_id == event.id)
        .group_by(Accreditation.state)
    )
    return {state: count for state, count in counted}


def accreditation_by_token(token: str) -> Accreditation | None:
    """Whose press badge it is; None for an unknown one, and when the data of its bearer is no longer to be kept."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    found = db.session.scalar(
        sa.select(Accreditation)
        .where(Accreditation.token_hash == secrets.digest(token))
        .options(joinedload(Accreditation.event))
    )
    kept_until = found.event.data_kept_until if found is not None else None
    return None if kept_until is not None and kept_until < clock.today() else found


def is_valid(accreditation: Accreditation) -> bool:
    """Whether the press badge opens a door today."""
    event = accreditation.event
    is_over = event.window_end is not None and event.window_end < clock.today()
    return accreditation.state is AccreditationState.APPROVED and not event.is_cancelled and not is_over


def accreditation_of(event: Event, accreditation_id: int) -> Accreditation:
    """The journalist of this event; otherwise NotFound."""
    found: Accreditation = part_of(event, Accreditation, accreditation_id)
    return found


def has_page(event: Event) -> bool:
    """Whether journalists find a page to ask on: a campaign has one, and whoever has entered a journalist."""
    known = sa.select(Accreditation.id).where(Accreditation.event_id == event.id).limit(1)
    return event.kind is EventKind.CAMPAIGN or db.session.scalar(known) is not None


def is_open(event: Event) -> bool:
    """Whether somebody may ask now: it is said what the data is for, and the event is not off or over."""
    is_over = event.window_end is not None and event.window_end < clock.today()
    return event.has_data_notice and not event.is_cancelled and not is_over
