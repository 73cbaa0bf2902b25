"""A body invited as a whole: its members of the event's day become guests."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event
from eventsvc.guests import listing_operations as listing
from eventsvc.guests.listing_operations import Place
from eventsvc.guests.models import GuestGroup
from eventsvc.people import body_queries
from eventsvc.people.models import Body
from eventsvc.rows import lock_open
from eventsvc.sites.models import Site


@dataclass
class Invited:
    """Who of the body is on the guest list now, was there before, or is no member on the day."""

    added: int = 0
    present: int = 0
    left: list[str] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)


def day_of(event: Event) -> date:
    """The day on which membership counts: that of the event, else the first of its window, else today."""
    starts_at = event.starts_at
    return clock.local(starts_at).date() if starts_at else event.window_start or clock.today()


@atomic()
def invite_body(event: Event, body: Body, *, site: Site, group: GuestGroup | None = None, by: Any) -> Invited:
    """Put the members of the event's day on the guest list: the same people, each once. Safe to repeat.

    Those who have left by then, or are not members yet, are named and left out.
    """
    lock_open(event)
    day, outcome, places = day_of(event), Invited(), []
    sitting = {member.person_id for member in body.members if body_queries.sits_on(member, day)}
    named: set[int] = set()
    for member in body.members:
        if member.person_id in sitting:
            places.append(Place(member.person, site, group, note=member.role))
        elif member.person_id not in named:
            gone = member.member_until is not None and member.member_until < day
            (outcome.left if gone else outcome.not_yet).append(member.person.name_with_honorific)
            named.add(member.person_id)
    outcome.added = len(listing.put_on_list(event, places, by=by))
    outcome.present = len(sitting) - outcome.added
    record(by, "body.invited", body, event=event, added=outcome.added, present=outcome.present)
    return outcome
