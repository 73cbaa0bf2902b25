"""Taking lists of who came out of the house."""

from typing import Any

from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event, Sitting


@atomic()
def note_export(event: Event, sitting: Sitting | None, *, what: str, rows: int, scans: int, by: Any) -> None:
    """Write down who took which list, with how many people and scans."""
    record(
        by, "attendance.exported", event, event=event, what=what, rows=rows, scans=scans,
        sitting=sitting.id if sitting else None,
    )  # fmt: skip
