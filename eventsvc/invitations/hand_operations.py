"""Invitations that somebody carried, or told by phone: recorded, and taken back when it was recorded by mistake."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.invitations.message_models import HandDelivery, Handing
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.operations.telling import require_standing

AHEAD = timedelta(minutes=10)
"""A clock on somebody's wrist may be a little fast."""


@dataclass(frozen=True)
class Handed:
    """How an invitation was carried: by whom, when, in which way, and who took it."""

    how: Handing
    carried_by: str
    received_by: str | None = None
    delivered_at: datetime | None = None
    note: str | None = None


@atomic()
def hand_over(invitation: Invitation, handed: Handed, *, by: Any) -> HandDelivery:
    """Record that the invitation was carried to the person or told by phone: it leaves the lists of those whom no
    message reaches, until time or place change. The same again within a minute is the record there is."""
    require_standing(invitation)
    return _record(invitation.event, handed, by, invitation_id=invitation.id)


@atomic()
def hand_over_to_organization(
    event: Event, organization_invitation_id: int, handed: Handed, *, by: Any
) -> HandDelivery:
    """Record that the letter to an organization was carried; its invitation belongs to this event."""
    return _record(event, handed, by, organization_invitation_id=organization_invitation_id)


def _record(event: Event, handed: Handed, by: Any, **whose: int) -> HandDelivery:
    now = clock.now()
    delivered_at = handed.delivered_at or now
    if delivered_at > now + AHEAD:
        raise Invalid(_("This time has not come yet."), field="delivered_at")
    carried_by = text.clean(handed.carried_by)[:200]
    if not carried_by:
        raise Invalid(_("Say who carried it."), field="carried_by")
    known = _just_recorded(handed.how, carried_by, now, whose)
    if known is not None:
        return known
    row = HandDelivery(
        event_id=event.id, how=handed.how, carried_by=carried_by, delivered_at=delivered_at,
        received_by=text.clean(handed.received_by or "")[:200] or None,
        note=text.clean(handed.note or "") or None, recorded_at=now, recorded_by_id=user_id(by), **whose,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(by, "invitation.handed_over", row, event=event, how=handed.how.value, **whose)
    return row


def _just_recorded(
    how: Handing, carried_by: str, now: datetime, whose: dict[str, int]
) -> HandDelivery | None:
    """What a double click has recorded a moment ago."""
    return (
        db.session.query(HandDelivery)
        .filter_by(how=how, carried_by=carried_by, **whose)
        .filter(HandDelivery.recorded_at > now - timedelta(minutes=1))
        .first()
    )
