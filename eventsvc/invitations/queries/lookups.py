"""Find invitations and passes."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Invitation, Pass

SUBJECT = "invitation"
LONGEST_TOKEN = 100


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation whose link this is, with what its page shows; revoked ones too."""
    if len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        _whole(sa.select(Invitation)).where(Invitation.token_hash == secrets.digest(token))
    )


def invitation_of(event: Event, invitation_id: int, site_ids: Collection[int] | None = None) -> Invitation:
    """The invitation of this event within the sites in reach; otherwise NotFound."""
    statement = _whole(sa.select(Invitation)).where(
        Invitation.event_id == event.id, Invitation.id == invitation_id
    )
    if site_ids is not None:
        statement = statement.join(Guest, Guest.id == Invitation.guest_id).where(Guest.site_id.in_(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def invitation_for(guest: Guest) -> Invitation | None:
    return db.session.scalar(sa.select(Invitation).where(Invitation.guest_id == guest.id))


def live_pass(guest: Guest) -> Pass | None:
    """The pass that opens the door for this guest now."""
    return db.session.scalar(sa.select(Pass).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None)))


def live_passes(guest_ids: Collection[int]) -> dict[int, Pass]:
    """The live passes by guest id."""
    if not guest_ids:
        return {}
    rows = db.session.scalars(sa.select(Pass).where(Pass.guest_id.in_(guest_ids), Pass.revoked_at.is_(None)))
    return {row.guest_id: row for row in rows}


def passes_of(guest: Guest) -> list[Pass]:
    """Every pass the guest ever had, the newest first."""
    return list(db.session.scalars(sa.select(Pass).where(Pass.guest_id == guest.id).order_by(Pass.id.desc())))


def _whole(statement: sa.Select[Invitation]) -> sa.Select[Invitation]:
    return statement.options(
        joinedload(Invitation.guest, innerjoin=True).joinedload(Guest.site, innerjoin=True),
        joinedload(Invitation.event, innerjoin=True),
        selectinload(Invitation.answers),
    )
