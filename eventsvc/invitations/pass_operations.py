"""Passes on paper: given out before they are printed, taken back without a new one; every list of people that
leaves the house is written down."""

from collections.abc import Sequence
from typing import Any

from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations import badge_queries, queries
from eventsvc.invitations.operations.telling import add_passes, revoke_passes
from eventsvc.rows import lock


@atomic()
def print_passes(event: Event, guest_ids: Sequence[int], *, what: str, by: Any) -> dict[int, str]:
    """The codes to be printed for these guests, by their ids; whoever has no live pass gets one. Safe to repeat."""
    event.require_open()
    before = badge_queries.codes(guest_ids)
    missing = [guest_id for guest_id in guest_ids if guest_id not in before]
    if missing:
        add_passes(event.id, missing)
        before |= badge_queries.codes(missing)
    record(by, "passes.printed", event, event=event, what=what, count=len(guest_ids), issued=len(missing))
    return before


@atomic()
def note_list(event: Event, *, what: str, count: int, by: Any) -> None:
    """Write down who printed which list of people, and how many stand on it."""
    record(by, "guests.printed", event, event=event, what=what, count=count)


@atomic()
def revoke_pass(guest: Guest, *, by: Any) -> None:
    """The code opens no door from this moment on, and there is no new one; safe to repeat."""
    lock(guest.event)
    live = queries.live_pass(guest)
    if live is not None:
        revoke_passes(guest)
        record(by, "pass.revoked", guest, event=guest.event, pass_id=live.id)
