"""Somebody of reception has met a guest whose arrival was announced."""

from typing import Any, NamedTuple

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.checkins import arrival_queries
from eventsvc.checkins.attendance_models import Greeting
from eventsvc.checkins.queries import entries_of
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Sitting
from eventsvc.guests.models import Guest
from eventsvc.rows import insert

LONGEST_NAME = 200


class NotThereYet(DomainError):
    code = "not_there_yet"


class Greeted(NamedTuple):
    """The one greeting there is of the guest; `is_new`: this call made it, else somebody was faster."""

    greeting: Greeting
    is_new: bool


@atomic()
def greet(guest: Guest, sitting: Sitting, *, by: Any) -> Greeted:
    """Note that the guest has been greeted. Safe to repeat and for two at once: the first stands, both are told."""
    if not entries_of(guest, sitting):
        raise NotThereYet(_("This guest has not come in yet, or the entry was undone."))
    made = db.session.execute(
        insert(Greeting)
        .values(
            event_id=sitting.event_id,
            sitting_id=sitting.id,
            guest_id=guest.id,
            at=clock.now(),
            actor_kind=by.actor_kind,
            actor_id=by.id,
            by_name=_name_of(by),
        )
        .on_conflict_do_nothing(index_elements=["sitting_id", "guest_id"])
        .returning(Greeting.id)
    ).scalar()
    if made is not None:
        record(by, "guest.greeted", guest, event=guest.event, sitting=sitting.number)
    greeting = arrival_queries.greeting_of(guest, sitting)
    assert greeting is not None
    return Greeted(greeting, made is not None)


def _name_of(actor: Any) -> str | None:
    name = getattr(actor, "name", None) or getattr(actor, "email", None)
    return name[:LONGEST_NAME] if name else None
