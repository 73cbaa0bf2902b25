"""Public pages of kinds of events that have no programme of their own. Features above this one add theirs."""

from collections.abc import Callable
from typing import Any

from eventsvc.events.models import Event, EventKind

PAGES: dict[EventKind, Callable[[Event], Any]] = {}
"""What answers at /p/<slug> for an event of this kind."""
