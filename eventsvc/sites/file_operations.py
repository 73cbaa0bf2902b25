"""The sites of an event as a file: taken out, and brought back."""

from typing import Any

from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event


@atomic()
def record_export(event: Event, rows: int, *, with_contacts: bool, by: Any) -> None:
    """Somebody has taken the list of sites out of the house."""
    record(by, "sites.exported", event, event=event, rows=rows, with_contacts=with_contacts)
