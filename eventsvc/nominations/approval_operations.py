"""Names that waited: an organizer agrees to them or turns them down."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.guests import listing_operations as listing
from eventsvc.invitations import rules
from eventsvc.nominations.models import Nomination, NominationState
from eventsvc.nominations.naming_operations import LONGEST_REASON, place_of
from eventsvc.nominations.naming_queries import Known
from eventsvc.people.operations import details_of
from eventsvc.rows import lock


@atomic()
def approve(event: Event, nominations: Iterable[Nomination], *, remark: str | None = None, by: Any) -> int:
    """Agree to names that waited: each is a guest now. Somebody on the list already is not put there twice.

    Those that have been decided on in the meantime are left alone; how many were approved.
    """
    lock(event)
    rules.require_open(event)
    waiting = _still_waiting(nominations)
    known = Known(event, [details_of(each.person) for each in waiting])
    for nomination in waiting:
        guest = known.guest_like(details_of(nomination.person))
        if guest is None:
            (guest,) = listing.put_on_list(event, [place_of(nomination)], by=by)
            known.add_guest(guest)
        elif guest.slot_id is None:
            guest.slot = nomination.slot
        nomination.guest = guest
    _decide(waiting, NominationState.ACCEPTED, remark, by)
    if waiting:
        record(by, "nominations.approved", event, event=event, count=len(waiting))
    return len(waiting)


@atomic()
def refuse(event: Event, nominations: Iterable[Nomination], *, remark: str, by: Any) -> int:
    """Turn down names that waited, with a remark that the organization reads; how many there were."""
    lock(event)
    remark = text.clean(remark)[:LONGEST_REASON]
    if not remark:
        raise Invalid(_("Say why, in a word: the organization reads it."), field="remark")
    waiting = _still_waiting(nominations)
    _decide(waiting, NominationState.REFUSED, remark, by)
    if waiting:
        record(by, "nominations.refused", event, event=event, count=len(waiting))
    return len(waiting)


def _still_waiting(nominations: Iterable[Nomination]) -> list[Nomination]:
    found = []
    for nomination in nominations:
        lock(nomination)
        if nomination.state is NominationState.WAITING:
            found.append(nomination)
    return found


def _decide(nominations: Iterable[Nomination], state: NominationState, remark: str | None, by: Any) -> None:
    now = clock.now()
    for nomination in nominations:
        nomination.state, nomination.remark = state, text.clean(remark or "")[:LONGEST_REASON] or None
        nomination.decided_at, nomination.decided_by_id = now, user_id(by)
