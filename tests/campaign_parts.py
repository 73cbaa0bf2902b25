"""An event that is part of another one, for the world of the tests of all routes."""

from typing import Any

from eventsvc.db import atomic
from eventsvc.events.models import Event
from tests import factories


@atomic()
def campaign_parts(event: Event, poison: str) -> dict[str, Any]:
    """The id of a part, by the name that addresses use."""
    part = factories.event(title=f"Ngày hội{poison}", short_title=f"Ngày hội{poison}"[:120], host=event.host)
    part.part_of = event
    return {"part_id": part.id}
