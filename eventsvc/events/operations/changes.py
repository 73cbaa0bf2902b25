"""Changes that invitees must hear of."""

from collections.abc import Iterable

from eventsvc import clock
from eventsvc.events.models import Event, Sitting


def announce(event: Event, sittings: Iterable[Sitting]) -> None:
    """Note it: the revision and the calendar sequences rise."""
    now = clock.now()
    event.revision += 1
    event.changed_at = now
    for sitting in sittings:
        sitting.sequence += 1
        sitting.changed_at = now


def announce_main_place(event: Event, sittings: Iterable[Sitting]) -> None:
    """Note that the place of the main hall changed: those who sit elsewhere need not hear of it."""
    now = clock.now()
    event.main_place_changes += 1
    event.changed_at = now
    for sitting in sittings:
        sitting.changed_at = now
