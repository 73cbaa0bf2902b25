"""Which events belong to a campaign."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.campaigns.roadshow_queries import stop_of_part
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, EventKind
from eventsvc.rows import lock, lock_open


class NotJoinable(Invalid):
    code = "not_joinable"


class HasStop(DomainError):
    code = "has_stop"


@atomic()
def join_campaign(event: Event, campaign: Event, *, by: Any) -> None:
    """Make the event a part of the campaign: whoever works on the campaign works on it, too. Safe to repeat. The
    caller has seen that the actor may edit both."""
    lock_open(campaign)
    lock_open(event)
    if campaign.kind is not EventKind.CAMPAIGN:
        raise NotJoinable(_("This event is no campaign."), field="event")
    if event.kind is EventKind.CAMPAIGN:
        raise NotJoinable(_("A campaign cannot be a part of another one."), field="event")
    if event.part_of_id == campaign.id:
        return
    if event.part_of_id is not None:
        raise NotJoinable(_("This event is a part of another campaign already."), field="event")
    event.part_of = campaign
    db.session.flush()
    record(by, "campaign.event_joined", campaign, event=campaign, part=event.id)


@atomic()
def leave_campaign(event: Event, campaign: Event, *, by: Any) -> None:
    """Take an event out of its campaign; it stands by itself then. HasStop for one that was made of a stop."""
    lock_open(campaign)
    lock(event)
    if event.part_of_id != campaign.id:
        return
    if stop_of_part(event) is not None:
        raise HasStop(_("This event was made of a stop of the campaign: it stays a part of it."))
    event.part_of = None
    db.session.flush()
    record(by, "campaign.event_left", campaign, event=campaign, part=event.id)
