"""Every change to the agenda and its rituals."""

from eventsvc.agenda.operations.items import add_item, edit_item, move_item, remove_item
from eventsvc.agenda.operations.rituals import add_ritual, edit_ritual, remove_ritual

__all__ = [
    "add_item",
    "add_ritual",
    "edit_item",
    "edit_ritual",
    "move_item",
    "remove_item",
    "remove_ritual",
]
