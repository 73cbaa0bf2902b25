"""The figures of an event and what boards stand on: reads every noun, writes none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts import queries as tokens
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import queries as checkins
from eventsvc.checkins.models import Device
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.guests.models import Guest, Slot
from eventsvc.invitations import queries as invitations
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.sites.models import Site


@dataclass(frozen=True)
class Counts:
    """How far an event has come."""

    sites: int
    guests: int
    slots: int
    invited: int
    accepted: int
    declined: int
    devices: int


def current_sitting(event: Event) -> Sitting | None:
    """The sitting that matters now: the one that a scan would go to."""
    return sitting_at(event.sittings, clock.now())


def event_of_screen(token: str) -> Event:
    """The event of a screen's link. NotFound for a link of another kind: it opens nothing here."""
    return db.get_or_404(Event, event_id_of_screen(token))


def event_id_of_screen(token: str) -> int:
    """The id of that event, for answers that need no more. One statement."""
    found = tokens.api_token(token)
    if found is None or found.role is not Role.VIEWER or found.event_id is None or not found.token_sealed:
        raise NotFound(_("There is nothing at this address."))
    return found.event_id


def counts(events: Iterable[Event]) -> dict[int, Counts]:
    """The counts of several events in a fixed number of statements."""
    ids = [event.id for event in events]
    by_kind = {
        "sites": _by_event(Site, ids),
        "guests": _by_event(Guest, ids),
        "slots": _by_event(Slot, ids),
        "invited": _by_event(Invitation, ids, Invitation.revoked_at.is_(None)),
        "accepted": _by_event(Invitation, ids, Invitation.answer == Answer.ACCEPTED),
        "declined": _by_event(Invitation, ids, Invitation.answer == Answer.DECLINED),
        "devices": _by_event(Device, ids, Device.revoked_at.is_(None)),
    }
    return {
        event_id: Counts(**{k: found.get(event_id, 0) for k, found in by_kind.items()}) for event_id in ids
    }


def _by_event(model: type, ids: list[int], *conditions: sa.ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(model.event_id, sa.func.count())  # type: ignore[attr-defined]
        .where(model.event_id.in_(ids), *conditions)  # type: ignore[attr-defined]
        .group_by(model.event_id)  # type: ignore[attr-defined]
    )
    return {event_id: count for event_id, count in rows}


def present(event: Event) -> int:
    """People in at the sitting that matters now."""
    sitting = current_sitting(event)
    return sum(checkins.head_counts(event, sitting).values()) if sitting else 0


def site_figures(event: Event, site_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many people are expected at each of these sites, and how many are in at the sitting that matters now."""
    wanted = invitations.expected(event, site_ids)
    sitting = current_sitting(event)
    inside = checkins.head_counts(event, sitting) if sitting else {}
    return {site_id: (wanted.get(site_id, 0), inside.get(site_id, 0)) for site_id in site_ids}
