"""Every change to events, sittings, the agenda and rituals."""

from eventsvc.events.operations.agenda import (
    add_item,
    add_ritual,
    edit_item,
    edit_ritual,
    move_item,
    remove_item,
    remove_ritual,
)
from eventsvc.events.operations.events import (
    cancel_event,
    copy_event,
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
    "add_item",
    "add_ritual",
    "add_sitting",
    "approve_time",
    "cancel_event",
    "cancel_sitting",
    "copy_event",
    "create_event",
    "edit_event",
    "edit_item",
    "edit_ritual",
    "edit_sitting",
    "move_item",
    "propose_time",
    "remove_item",
    "remove_ritual",
    "remove_sitting",
    "set_data_notice",
]
