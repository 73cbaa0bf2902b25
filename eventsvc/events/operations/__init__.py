"""Every change to events and sittings."""

from eventsvc.events.operations.copies import copy_event
from eventsvc.events.operations.events import (
    cancel_event,
    create_event,
    edit_event,
    set_data_notice,
)
from eventsvc.events.operations.sittings import (
    add_sitting,
    approve_time,
    cancel_sitting,
    edit_sitting,
    propose_time,
    remove_sitting,
)

__all__ = [
    "add_sitting",
    "approve_time",
    "cancel_event",
    "cancel_sitting",
    "copy_event",
    "create_event",
    "edit_event",
    "edit_sitting",
    "propose_time",
    "remove_sitting",
    "set_data_notice",
]
